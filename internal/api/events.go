package api

import (
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"westerkappeln.de/wartemarke/internal/auth"
	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/queue"
	"westerkappeln.de/wartemarke/internal/stream"
)

// eventRoute is the stream of events. It is a plain handler, for huma knows no resume; its description is written here.
func (a *API) eventRoute(routes huma.API, mux *http.ServeMux) {
	text := func(doc string) *huma.Schema { return &huma.Schema{Type: "string", Description: doc} }
	routes.OpenAPI().AddOperation(&huma.Operation{
		OperationID: "events", Method: http.MethodGet, Path: prefix + "/events",
		Summary:     "Server-sent events: id is the seq, data an Event; a comment every 15 s; reset asks for a fresh snapshot",
		Description: "For: kiosk, display, clerk.",
		Security:    []map[string][]string{{"bearer": {}}, {"session": {}}},
		Parameters: []*huma.Param{
			{Name: "area", In: "query", Schema: text("comma list; default: the device's area, else all")},
			{Name: "after", In: "query", Schema: text("seq to continue after; default: only new events")},
			{Name: "Last-Event-ID", In: "header", Schema: text("as after, and counts before it")},
		},
		Responses: map[string]*huma.Response{"200": {
			Description: "The stream", Content: map[string]*huma.MediaType{"text/event-stream": {Schema: text("events")}},
		}},
	})
	mux.HandleFunc("GET "+prefix+"/events", a.events)
}

func (a *API) events(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	if p := a.admit(ctx, who{kiosk, display, clerk}); p != nil {
		a.write(w, r, p)
		return
	}
	after, err := stream.After(r)
	if err != nil {
		a.write(w, r, a.refused(ctx, &queue.Refusal{Code: queue.Invalid, Field: "after"}))
		return
	}
	actor, _ := auth.ActorFrom(ctx) // admit has seen that there is one
	wanted := areas(firstOf(r.URL.Query().Get("area"), actor.Area))
	a.cfg.Stream.Serve(w, r, after, func(e hall.Event) ([]byte, string, bool) {
		if !concerns(e, wanted) {
			return nil, "", false
		}
		return a.encode(e), e.Type, true
	})
}

// concerns tells whether an event is for one of the areas. Events without areas are for all, and none wanted means all.
func concerns(e hall.Event, wanted []string) bool {
	if len(wanted) == 0 || len(e.Areas) == 0 {
		return true
	}
	return slices.ContainsFunc(e.Areas, func(x string) bool { return slices.Contains(wanted, x) })
}
