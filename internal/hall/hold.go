package hall

import (
	"context"
	"crypto/sha256"
	"fmt"
	"time"

	"github.com/google/uuid"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/queue"
)

// shortestKey is how long a citizen's idempotency key must be for a hold. All citizens share one scope of keys, and a hold's
// request has nothing secret in it: two who chose the same key and slot would be given the same appointment.
const shortestKey = 16

// Hold keeps a slot for Rules.HoldMinutes, so that somebody can fill in the form. w.Moving does not count.
//
// Refusals: Invalid (Field: service, idempotency_key), TooMuch (Field: services, quantity), NotBookable, SlotTaken (both with
// Start).
func (h *Hall) Hold(ctx context.Context, cmd Command, w booking.Want, start time.Time) (HeldSlot, error) {
	w.Moving = ""
	args := struct {
		Want  booking.Want
		Start time.Time
	}{w, start}
	if cmd.Actor.Kind == Citizen && cmd.Key != "" && len(cmd.Key) < shortestKey {
		return HeldSlot{}, invalid("idempotency_key")
	}
	return once(ctx, h, cmd, "hold", args, func(c *change) (HeldSlot, error) {
		w.Staff = w.Staff && c.mayAs(Clerk) == nil
		until := c.now.Add(minutes(h.cfg.Booking.HoldMinutes))
		a := booking.Appointment{Start: start, Services: w.Services, State: booking.Held, Until: until, Source: c.source()}
		a, err := c.reserve(w, a)
		if err != nil {
			return HeldSlot{}, err
		}
		secret, hash, err := newSecret()
		if err != nil {
			return HeldSlot{}, err
		}
		return HeldSlot{Appointment: uncoded(a), Secret: secret}, c.tx.PutLink(hash, Link{Appointment: a.ID, Kind: HoldLink})
	})
}

// Release gives a slot back that is held or not confirmed yet. Refusals: NotFound, WrongState when it is booked.
func (h *Hall) Release(ctx context.Context, cmd Command, holdSecret string) error {
	return h.do(ctx, cmd, "release", sha256.Sum256([]byte(holdSecret)), func(c *change) error {
		a, kind, err := c.linked(holdSecret)
		switch {
		case err != nil:
			return err
		case kind != HoldLink:
			return notFound()
		case !pending(a):
			return &queue.Refusal{Code: queue.WrongState}
		}
		return c.tx.DropAppointment(a.ID)
	})
}

// reserve writes a new appointment of ours and takes its places, if the rules let it be booked.
func (c *change) reserve(w booking.Want, a booking.Appointment) (booking.Appointment, error) {
	if err := c.h.cfg.Booking.Check(*c.cat, w.Services, w.Staff); err != nil {
		return a, err
	}
	places, slot, err := c.lanes(w, a.Start)
	if err != nil {
		return a, err
	}
	id, err := uuid.NewV7()
	if err != nil {
		return a, fmt.Errorf("appointment id: %w", err)
	}
	a.ID, a.Start, a.End = id.String(), slot.Start.UTC().Round(0), slot.End.UTC().Round(0)
	if a.Code, err = c.freshCode(); err != nil {
		return a, err
	}
	if err := c.tx.InsertAppointment(a, ""); err != nil {
		return a, err
	}
	return a, c.takePlaces(a, places)
}

// lanes finds the places for a visit that begins at start. Refusals: NotBookable, SlotTaken.
func (c *change) lanes(w booking.Want, start time.Time) ([]booking.Place, booking.Slot, error) {
	if !inCentury(start) {
		return nil, booking.Slot{}, &queue.Refusal{Code: queue.NotBookable, Start: start}
	}
	taken, err := c.takenFor(w, start, true)
	if err != nil {
		return nil, booking.Slot{}, err
	}
	return c.h.cfg.Booking.Seat(*c.cat, c.h.cfg.Location, w, start, c.now, taken)
}

// takePlaces writes the places of an appointment that has none. Whether they are free is the database's to say: see
// placeTaken.
func (c *change) takePlaces(a booking.Appointment, places []booking.Place) error {
	for _, p := range places {
		if err := c.tx.InsertPlace(p, a.ID, a.Until); err != nil {
			return &placeTaken{a.Start, err}
		}
	}
	return nil
}

// source of an appointment that the actor makes.
func (c *change) source() string {
	if c.actor.Kind == Citizen {
		return string(Citizen)
	}
	return string(Staff)
}

// pending tells whether an appointment is not booked yet and may lapse.
func pending(a booking.Appointment) bool {
	return a.State == booking.Held || a.State == booking.Unconfirmed
}

// uncoded hides the code from who may not come with it yet: a hold's browser, or before the mail's link was used.
func uncoded(a booking.Appointment) booking.Appointment {
	a.Code = ""
	return a
}

func minutes(n int) time.Duration { return time.Duration(n) * time.Minute }
