package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/queue"
	"westerkappeln.de/wartemarke/internal/wire"
)

// CounterInput is a change at a counter that needs nothing else. (Exported for huma, as Key.)
type CounterInput struct {
	Key
	ID string `path:"id" maxLength:"64" doc:"counter"`
}

// counterRoutes are what a clerk does at a counter.
func (a *API) counterRoutes(routes huma.API) {
	op := func(name, summary string) huma.Operation {
		return huma.Operation{OperationID: "counter-" + name, Method: http.MethodPost, Path: "/counters/{id}/" + name, Summary: summary}
	}
	route(a, routes, who{clerk}, op("next", "Call the next ticket"), a.postNext)
	route(a, routes, who{clerk}, op("call", "Call one ticket by id or number"), a.postCall)
	route(a, routes, who{clerk}, op("ring", "Announce the called ticket again"), func(ctx context.Context, in *CounterInput) (*answer[wire.Ticket], error) {
		v, err := a.cfg.Hall.Ring(ctx, a.command(ctx, in.Key), in.ID)
		if err != nil {
			return nil, err
		}
		return body(a.ticket(v)), nil
	})
	empty := func(o huma.Operation) huma.Operation { o.DefaultStatus = http.StatusNoContent; return o }
	route(a, routes, who{clerk}, empty(op("open", "Open the counter")), func(ctx context.Context, in *CounterInput) (*done, error) {
		return nil, a.cfg.Hall.OpenCounter(ctx, a.command(ctx, in.Key), in.ID)
	})
	route(a, routes, who{clerk}, empty(op("close", "Close the counter")), func(ctx context.Context, in *CounterInput) (*done, error) {
		return nil, a.cfg.Hall.CloseCounter(ctx, a.command(ctx, in.Key), in.ID)
	})
}

func (a *API) postNext(ctx context.Context, in *struct {
	CounterInput
	Body *wire.Next
}) (*answer[wire.Ticket], error) {
	finish := in.Body != nil && in.Body.Finish
	got, err := a.cfg.Hall.Next(ctx, a.command(ctx, in.Key), in.ID, finish)
	if err != nil {
		return nil, err
	}
	if got.Nobody != nil { // the finish stands, and the asker must know both
		p := a.refused(ctx, got.Nobody, "Finished", got.Finished)
		p.Finished = got.Finished
		return nil, p
	}
	return body(a.ticket(got.View)), nil
}

func (a *API) postCall(ctx context.Context, in *struct {
	CounterInput
	Body wire.Call
}) (*answer[wire.Ticket], error) {
	got, err := a.cfg.Hall.Call(ctx, a.command(ctx, in.Key), in.ID, in.Body.Ticket)
	if err != nil {
		return nil, err
	}
	return body(a.ticket(got.View)), nil
}

// actions are the routes of one ticket.
var actions = []struct {
	name    string
	action  queue.Action
	summary string
}{
	{"arrive", queue.Arrive, "The person came: serve"},
	{"finish", queue.Finish, "The visit is over: what was done, how many people"},
	{"no-show", queue.NoShow, "Nobody came"},
	{"park", queue.Park, "Set aside, with a remark"},
	{"take-back", queue.TakeBack, "Back into the queue from parked or missed"},
	{"undo", queue.Undo, "Take the call, or the finish, back"},
	{"forward", queue.Forward, "On to another service, if wanted at one counter"},
	{"cancel", queue.Cancel, "The person left"},
	{"priority", queue.Prioritize, "Raise or lower the priority"},
}

// ticketRoutes are what a clerk does with one ticket.
func (a *API) ticketRoutes(routes huma.API) {
	for _, x := range actions {
		route(a, routes, who{clerk}, huma.Operation{
			OperationID: "ticket-" + x.name, Method: http.MethodPost, Path: "/tickets/{id}/" + x.name, Summary: x.summary,
		}, func(ctx context.Context, in *struct {
			Key
			ID   string `path:"id" maxLength:"64"`
			Body *wire.TicketAction
		}) (*answer[wire.Ticket], error) {
			var b wire.TicketAction
			if in.Body != nil {
				b = *in.Body
			}
			return a.act(ctx, a.command(ctx, in.Key), in.ID, x.action, b)
		})
	}
}

func (a *API) act(ctx context.Context, c hall.Command, id string, action queue.Action, b wire.TicketAction) (*answer[wire.Ticket], error) {
	v, err := a.cfg.Hall.Do(ctx, c, id, queue.Change{
		Action: action, Counter: b.Counter, Remark: b.Remark, Service: b.Service, To: b.ToCounter,
		Done: b.Done, People: b.People, Priority: b.Priority,
	})
	if err != nil {
		return nil, err
	}
	return body(a.ticket(v)), nil
}
