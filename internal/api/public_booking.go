package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/queue"
	"westerkappeln.de/wartemarke/internal/wire"
)

// bookingRoutes are for the town's app and homepage. Whoever has an appointment's secret may see and change it; there is no
// other sign-in.
func (a *API) bookingRoutes(routes huma.API) {
	op := func(id, method, path, summary string) huma.Operation {
		return huma.Operation{OperationID: "public-" + id, Method: method, Path: path, Summary: summary}
	}
	created := func(o huma.Operation) huma.Operation { o.DefaultStatus = http.StatusCreated; return o }
	public(a, routes, a.cfg.Limits.Holds, created(op("hold", http.MethodPost, "/holds", "Keep a time while somebody fills in a form")), a.postHold)
	public(a, routes, a.cfg.Limits.Contacts, op("register", http.MethodPost, "/holds/{secret}", "Say who comes at the held time"), a.postPerson)
	release := op("release", http.MethodDelete, "/holds/{secret}", "Give a held time back")
	release.DefaultStatus = http.StatusNoContent
	public(a, routes, a.cfg.Limits.Reads, release, a.deleteHold)
	public(a, routes, a.cfg.Limits.Holds, created(op("book", http.MethodPost, "/appointments", "Hold a time and say who comes, in one go")), a.postBooking)

	own := func(id, method, path, summary string) huma.Operation {
		return op(id, method, "/appointments/{secret}"+path, summary)
	}
	public(a, routes, a.cfg.Limits.Reads, own("appointment", http.MethodGet, "", "An appointment"), a.getMine)
	public(a, routes, a.cfg.Limits.Reads, own("confirm", http.MethodPost, "/confirm", "Confirm it, with the secret of the mail"), a.postConfirm)
	public(a, routes, a.cfg.Limits.Holds, own("move", http.MethodPost, "/move", "Move it; the old time is given back"), a.postMoveMine)
	public(a, routes, a.cfg.Limits.Reads, own("cancel", http.MethodPost, "/cancel", "Cancel it"), a.postCancelMine)
	public(a, routes, a.cfg.Limits.Reads, own("earlier", http.MethodPost, "/earlier", "Say whether to hear of earlier times"), a.postEarlier)
}

// citizen is who asks at the public listener.
func (a *API) citizen(ctx context.Context, k Key) hall.Command {
	return hall.Command{Actor: hall.Actor{Kind: hall.Citizen, Lang: a.texts(ctx).Lang}, Key: k.IdempotencyKey}
}

func services(from []wire.WantedService) []queue.Visit {
	to := make([]queue.Visit, len(from))
	for i, s := range from {
		to[i] = queue.Visit{ID: s.ID, Quantity: max(s.Quantity, 1)}
	}
	return to
}

// person takes the language of the request for that of the mails when none is named.
func (a *API) person(ctx context.Context, p wire.Person) hall.Person {
	return hall.Person{Name: p.Name, Mail: p.Mail, Phone: p.Phone, Lang: firstOf(p.Lang, a.texts(ctx).Lang)}
}

func (a *API) postHold(ctx context.Context, in *struct {
	Key
	Body wire.Hold
}) (*answer[wire.Held], error) {
	held, err := a.cfg.Hall.Hold(ctx, a.citizen(ctx, in.Key), booking.Want{Services: services(in.Body.Services)}, in.Body.Start)
	if err != nil {
		return nil, err
	}
	x := held.Appointment
	return body(wire.Held{Secret: held.Secret, Until: a.there(x.Until), Start: a.there(x.Start), End: a.there(x.End)}), nil
}

// SecretInput names an appointment by its secret, of any length: a long one is as wrong as others. (Exported for huma, as Key.)
type SecretInput struct {
	Key
	Secret string `path:"secret"`
}

func (a *API) postPerson(ctx context.Context, in *struct {
	SecretInput
	Body wire.Person
}) (*answer[wire.Booking], error) {
	got, err := a.cfg.Hall.Register(ctx, a.citizen(ctx, in.Key), in.Secret, a.person(ctx, in.Body))
	if err != nil {
		return nil, a.wrongSecret(ctx, err)
	}
	return body(a.registered(got)), nil
}

func (a *API) deleteHold(ctx context.Context, in *SecretInput) (*done, error) {
	return nil, a.wrongSecret(ctx, a.cfg.Hall.Release(ctx, a.citizen(ctx, in.Key), in.Secret))
}

const (
	shortestKey = 16 // of an idempotency key that strangers share with all others; hall.Hold has the same
	mostTries   = 8  // under one key: so often may the person be refused, or the time be lost, before another one is needed
)

// postBooking holds a time and registers the person. Under a key each of the two has one of its own, made of the asker's, so
// that a repetition gives the same answer. A refusal of the person is not kept, but the hold before it is, and given back:
// the next try under the same key finds it lapsed, and holds anew under the next pair of keys.
func (a *API) postBooking(ctx context.Context, in *struct {
	Key
	Body wire.Book
}) (*answer[wire.Booking], error) {
	if in.IdempotencyKey == "" {
		got, err := a.bookOnce(ctx, "", in.Body)
		return a.bookedAnswer(got, err)
	}
	if len(in.IdempotencyKey) < shortestKey {
		return nil, &queue.Refusal{Code: queue.Invalid, Field: "idempotency_key"}
	}
	for try := 0; ; try++ {
		got, err := a.bookOnce(ctx, fmt.Sprintf("%s/%d", in.IdempotencyKey, try), in.Body)
		if !hasCode(err, queue.Lapsed) || try == mostTries-1 {
			return a.bookedAnswer(got, err)
		}
	}
}

func (a *API) bookedAnswer(got hall.Registered, err error) (*answer[wire.Booking], error) {
	if err != nil {
		return nil, err
	}
	return body(a.registered(got)), nil
}

func (a *API) bookOnce(ctx context.Context, key string, in wire.Book) (hall.Registered, error) {
	first, second := a.citizen(ctx, Key{}), a.citizen(ctx, Key{})
	if key != "" {
		first.Key, second.Key = key+"/hold", key+"/person"
	}
	held, err := a.cfg.Hall.Hold(ctx, first, booking.Want{Services: services(in.Services)}, in.Start)
	if err != nil {
		return hall.Registered{}, err
	}
	got, err := a.cfg.Hall.Register(ctx, second, held.Secret, a.person(ctx, in.Person))
	if err != nil {
		a.giveBack(ctx, held.Secret)
	}
	return got, err
}

// giveBack releases a time that was held for nothing, also when the asker has gone meanwhile. Under a key the hold may be one
// that was registered long ago: that is kept.
func (a *API) giveBack(ctx context.Context, secret string) {
	ctx = context.WithoutCancel(ctx)
	m, err := a.cfg.Hall.Mine(ctx, secret)
	if err == nil && m.Appointment.State == booking.Held {
		err = a.cfg.Hall.Release(ctx, a.citizen(ctx, Key{}), secret)
	}
	var no *queue.Refusal
	if err != nil && !errors.As(err, &no) {
		a.cfg.Log.WarnContext(ctx, "a held time has to lapse by itself", "error", err)
	}
}

func hasCode(err error, code queue.Code) bool {
	var no *queue.Refusal
	return errors.As(err, &no) && no.Code == code
}

// registered is the answer to whoever has just said who comes; the secret is told where no mail brings it.
func (a *API) registered(got hall.Registered) wire.Booking {
	b := a.booking(got.Appointment)
	b.Movable = got.Secret != "" && got.Appointment.Start.After(a.cfg.Now())
	if got.Secret != "" {
		b.Secret, b.URL = got.Secret, a.link("/appointment/"+got.Secret)
	}
	return b
}

// booking is an appointment. The code is told only when it counts.
func (a *API) booking(x booking.Appointment) wire.Booking {
	b := wire.Booking{ID: x.ID, State: string(x.State), Start: a.there(x.Start), End: optional(a.there(x.End)), Services: visits(x.Services), Until: optional(a.there(x.Until))}
	if x.State == booking.Booked && x.Code != "" {
		b.Code, b.QR = x.Code.Display(), x.Code.QR()
	}
	return b
}

func (a *API) mine(m hall.Mine) wire.Booking {
	b := a.booking(m.Appointment)
	b.Movable = m.CanChange
	if m.Contact != nil {
		b.Earlier = m.Contact.Earlier
	}
	if m.Ticket != nil {
		b.Ticket = m.Ticket.Ticket.Number()
	}
	return b
}

func (a *API) ownAnswer(ctx context.Context, m hall.Mine, err error) (*answer[wire.Booking], error) {
	if err != nil {
		return nil, a.wrongSecret(ctx, err)
	}
	return body(a.mine(m)), nil
}

func (a *API) getMine(ctx context.Context, in *struct {
	Secret string `path:"secret"`
}) (*answer[wire.Booking], error) {
	m, err := a.cfg.Hall.Mine(ctx, in.Secret)
	return a.ownAnswer(ctx, m, err)
}

func (a *API) postConfirm(ctx context.Context, in *SecretInput) (*answer[wire.Booking], error) {
	m, err := a.cfg.Hall.Confirm(ctx, a.citizen(ctx, in.Key), in.Secret)
	return a.ownAnswer(ctx, m, err)
}

func (a *API) postMoveMine(ctx context.Context, in *struct {
	SecretInput
	Body wire.MoveTo
}) (*answer[wire.Booking], error) {
	m, err := a.cfg.Hall.MoveMine(ctx, a.citizen(ctx, in.Key), in.Secret, in.Body.Start)
	return a.ownAnswer(ctx, m, err)
}

func (a *API) postCancelMine(ctx context.Context, in *SecretInput) (*answer[wire.Booking], error) {
	m, err := a.cfg.Hall.CancelMine(ctx, a.citizen(ctx, in.Key), in.Secret)
	return a.ownAnswer(ctx, m, err)
}

func (a *API) postEarlier(ctx context.Context, in *struct {
	SecretInput
	Body wire.Wish
}) (*answer[wire.Booking], error) {
	m, err := a.cfg.Hall.WishEarlier(ctx, a.citizen(ctx, in.Key), in.Secret, in.Body.On)
	return a.ownAnswer(ctx, m, err)
}
