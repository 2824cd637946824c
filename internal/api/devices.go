package api

import (
	"context"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"westerkappeln.de/wartemarke/internal/auth"
	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/queue"
	"westerkappeln.de/wartemarke/internal/wire"
)

// deviceRoutes are those of terminals and displays.
func (a *API) deviceRoutes(routes huma.API) {
	route(a, routes, who{kiosk, clerk}, huma.Operation{
		OperationID: "kiosk", Method: http.MethodGet, Path: "/kiosk", Summary: "Services open now, texts, languages",
	}, a.getKiosk)
	route(a, routes, who{kiosk, clerk}, huma.Operation{
		OperationID: "check-in", Method: http.MethodPost, Path: "/checkins", Summary: "The ticket of a booked visit",
	}, a.postCheckIn)
	route(a, routes, who{kiosk, clerk}, huma.Operation{
		OperationID: "take-ticket", Method: http.MethodPost, Path: "/tickets", Summary: "A walk-in ticket",
		DefaultStatus: http.StatusCreated,
	}, a.postTicket)
	route(a, routes, who{kiosk}, huma.Operation{
		OperationID: "report-print", Method: http.MethodPost, Path: "/tickets/{id}/prints", Summary: "What became of the paper",
		DefaultStatus: http.StatusNoContent,
	}, a.postPrint)
	route(a, routes, who{kiosk, display}, huma.Operation{
		OperationID: "report-status", Method: http.MethodPost, Path: "/devices/self/status", Summary: "Heartbeat, and how printer, scanner and sign feel",
		DefaultStatus: http.StatusNoContent,
	}, a.postStatus)
}

func (a *API) getKiosk(ctx context.Context, in *struct {
	Area string `query:"area" maxLength:"64" doc:"default: the device's area, else the first"`
}) (*answer[wire.Kiosk], error) {
	k, err := a.cfg.Hall.Kiosk(ctx, firstOf(in.Area, a.ownArea(ctx)))
	if err != nil {
		return nil, err
	}
	return body(a.wireKiosk(k)), nil
}

func (a *API) postCheckIn(ctx context.Context, in *struct {
	Key
	Body wire.CheckIn
}) (*answer[wire.CheckedIn], error) {
	c := a.command(ctx, in.Key)
	got, err := a.cfg.Hall.CheckIn(ctx, c, in.Body.Code, in.Body.WalkIn)
	if err != nil {
		return nil, err
	}
	return body(wire.CheckedIn{
		Ticket:      a.paper(got.View, got.Secret, c.Actor),
		Appointment: wire.Appointment{ID: got.Appointment.ID, Start: got.Appointment.Start, Services: visits(got.Appointment.Services)},
		Notice:      got.Notice,
		Back:        got.Back,
	}), nil
}

func (a *API) postTicket(ctx context.Context, in *struct {
	Key
	Body wire.TakeTicket
}) (*answer[wire.Ticket], error) {
	c := a.command(ctx, in.Key)
	got, err := a.cfg.Hall.TakeTicket(ctx, c, in.Body.Service, in.Body.Priority)
	if err != nil {
		return nil, err
	}
	return body(a.paper(got.View, got.Secret, c.Actor)), nil
}

func (a *API) postPrint(ctx context.Context, in *struct {
	Key
	ID   string `path:"id" maxLength:"64"`
	Body wire.PrintOutcome
}) (*done, error) {
	return nil, a.cfg.Hall.Printed(ctx, a.command(ctx, in.Key), in.ID, in.Body.Outcome, in.Body.Evidence, in.Body.Reason)
}

func (a *API) postStatus(ctx context.Context, in *struct {
	Key
	Body wire.DeviceStatus
}) (*done, error) {
	for _, t := range in.Body.Troubles {
		if !slices.Contains(hall.DeviceTroubles, t) {
			return nil, &queue.Refusal{Code: queue.Invalid, Field: "body.troubles"}
		}
	}
	return nil, a.cfg.Hall.Report(ctx, a.command(ctx, in.Key), hall.Report{
		Version: in.Body.Version, Printer: in.Body.Printer, Scanner: in.Body.Scanner, Troubles: in.Body.Troubles,
	})
}

// ownArea is where the asking device stands; "" for clerks and devices without one.
func (a *API) ownArea(ctx context.Context) string {
	actor, _ := auth.ActorFrom(ctx) // admit has seen that there is one
	return actor.Area
}

func firstOf(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}
