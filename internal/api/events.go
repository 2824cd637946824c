package api

import (
	"context"
	"math/rand/v2"
	"net/http"
	"reflect"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"westerkappeln.de/wartemarke/internal/auth"
	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/queue"
	"westerkappeln.de/wartemarke/internal/stream"
	"westerkappeln.de/wartemarke/internal/wire"
)

// eventRoute is the stream of events. It is a plain handler, for huma knows no resume; its description is written here.
func (a *API) eventRoute(routes huma.API, mux *http.ServeMux) {
	text := func(doc string) *huma.Schema { return &huma.Schema{Type: "string", Description: doc} }
	form := routes.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[wire.Event](), true, "Event")
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
			Description: "The stream; the schema is that of each event's data", Content: map[string]*huma.MediaType{"text/event-stream": {Schema: form}},
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
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stop := a.whileAllowed(ctx, cancel)
	defer stop()
	device := actor.Kind == hall.Device
	a.cfg.Stream.ServeStaff(w, r.WithContext(ctx), after, func(e hall.Event) ([]byte, string, bool) {
		if !concerns(e, wanted) || device && e.Type == hall.EventAppointment { // no screen shows who will come
			return nil, "", false
		}
		return a.encode(e), e.Type, true
	})
}

// recheck is how often a stream's listener is looked up again, and a little more, so that they do not all come at once.
const recheck = 45 * time.Second

// whileAllowed calls cancel soon after the listener was unpaired or signed out.
func (a *API) whileAllowed(ctx context.Context, cancel func()) (stop func() bool) {
	pause := a.recheck + rand.N(a.recheck)
	var timer *time.Timer
	timer = time.AfterFunc(time.Hour, func() {
		still, err := a.cfg.Auth.Still(ctx)
		switch {
		case ctx.Err() != nil:
		case err != nil: // the store is in trouble; nobody is sent away for that
			a.cfg.Log.WarnContext(ctx, "listener not checked", "error", err)
			timer.Reset(pause)
		case still:
			timer.Reset(pause)
		default:
			cancel()
		}
	})
	timer.Reset(pause)
	return timer.Stop
}

// concerns tells whether an event is for one of the areas. Events without areas are for all, and none wanted means all.
func concerns(e hall.Event, wanted []string) bool {
	if len(wanted) == 0 || len(e.Areas) == 0 {
		return true
	}
	return slices.ContainsFunc(e.Areas, func(x string) bool { return slices.Contains(wanted, x) })
}
