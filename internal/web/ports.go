package web

import (
	"context"
	"net/http"
	"time"

	"westerkappeln.de/wartemarke/internal/catalogue"
	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/queue"
	"westerkappeln.de/wartemarke/internal/stream"
)

// Hall is what the pages ask of the hall; *hall.Hall satisfies it.
type Hall interface {
	Next(ctx context.Context, c hall.Command, counter string, finish bool) (hall.Called, error)
	Call(ctx context.Context, c hall.Command, counter, ticket string) (hall.Called, error)
	Ring(ctx context.Context, c hall.Command, counter string) (hall.View, error)
	Do(ctx context.Context, c hall.Command, id string, change queue.Change) (hall.View, error)
	TakeTicket(ctx context.Context, c hall.Command, service string, priority int) (hall.Taken, error)
	OpenCounter(ctx context.Context, c hall.Command, counter string) error
	CloseCounter(ctx context.Context, c hall.Command, counter string) error
	ConfirmClock(ctx context.Context, c hall.Command) error
	Unpair(ctx context.Context, c hall.Command, device string) error

	BySecret(ctx context.Context, secret string) (hall.View, error)
	CancelBySecret(ctx context.Context, c hall.Command, secret string) (hall.View, error)

	Desk(ctx context.Context, counter string) (hall.Desk, error)
	Tickets(ctx context.Context, state queue.State, service string) ([]hall.View, error)
	Catalogue(ctx context.Context) (catalogue.Catalogue, error)
	Devices(ctx context.Context) ([]hall.DeviceInfo, error)
	Troubles(ctx context.Context) ([]hall.Trouble, error)
	Seq(ctx context.Context) (int64, error)

	Appointments
}

// Auth signs staff in and out; *auth.Auth satisfies it.
type Auth interface {
	// Middleware puts the signed-in actor into the request's context and refuses forms that another site sent.
	Middleware(next http.Handler) http.Handler
	SignIn(ctx context.Context, r *http.Request, name, password string) error
	SignOut(ctx context.Context) error
}

// Stream sends events to a browser as server-sent events; *stream.Hub satisfies it.
type Stream interface {
	// ServePublic is for strangers, of whom only a few may listen for the same ticket.
	ServePublic(w http.ResponseWriter, r *http.Request, ticket string, after int64, choose stream.Choose)
	ServeStaff(w http.ResponseWriter, r *http.Request, after int64, choose stream.Choose)
}

// Clock gives the present time.
type Clock func() time.Time
