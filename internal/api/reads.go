package api

import (
	"context"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"westerkappeln.de/wartemarke/internal/queue"
	"westerkappeln.de/wartemarke/internal/wire"
)

// readRoutes are the board and the list of tickets.
func (a *API) readRoutes(routes huma.API) {
	route(a, routes, who{kiosk, display, clerk}, huma.Operation{
		OperationID: "board", Method: http.MethodGet, Path: "/board", Summary: "Called numbers and waiting people, with the seq to follow events from",
	}, a.getBoard)
	route(a, routes, who{clerk}, huma.Operation{
		OperationID: "tickets", Method: http.MethodGet, Path: "/tickets", Summary: "Today's tickets in calling order, with due time and why",
	}, a.getTickets)
	route(a, routes, who{clerk}, huma.Operation{
		OperationID: "ticket", Method: http.MethodGet, Path: "/tickets/{id}", Summary: "One ticket",
	}, a.getTicket)
}

func (a *API) getBoard(ctx context.Context, in *struct {
	Area string `query:"area" maxLength:"512" doc:"comma list; default: the device's area, else all"`
}) (*answer[wire.Board], error) {
	b, err := a.cfg.Hall.Board(ctx, areas(firstOf(in.Area, a.ownArea(ctx))))
	if err != nil {
		return nil, err
	}
	return body(a.wireBoard(b)), nil
}

func (a *API) getTickets(ctx context.Context, in *struct {
	State   string `query:"state" enum:"waiting,called,serving,missed,parked,finished,cancelled,expired"`
	Service string `query:"service" maxLength:"64"`
}) (*answer[[]wire.Ticket], error) {
	views, err := a.cfg.Hall.Tickets(ctx, queue.State(in.State), in.Service)
	if err != nil {
		return nil, err
	}
	out := make([]wire.Ticket, len(views))
	for i, v := range views {
		out[i] = a.ticket(v)
	}
	return body(out), nil
}

func (a *API) getTicket(ctx context.Context, in *struct {
	ID string `path:"id" maxLength:"64"`
}) (*answer[wire.Ticket], error) {
	v, err := a.cfg.Hall.Ticket(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return body(a.ticket(v)), nil
}

// areas splits a comma list; none means all.
func areas(s string) []string {
	var out []string
	for a := range strings.SplitSeq(s, ",") {
		if a = strings.TrimSpace(a); a != "" {
			out = append(out, a)
		}
	}
	return out
}
