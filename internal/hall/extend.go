package hall

import (
	"context"
	"crypto/sha256"
	"time"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/queue"
)

// mostExtensions of one hold: people who read or type slowly get ten times the time (WCAG 2.2.1), nobody keeps a slot all day.
const mostExtensions = 10

// Extend keeps a held slot for another Rules.HoldMinutes from now, but never beyond the visit's start. The answer has no code.
//
// Refusals: Lapsed, also when the secret leads nowhere, WrongState when the person is registered already, TooMuch (Field time)
// after 10 times.
func (h *Hall) Extend(ctx context.Context, cmd Command, holdSecret string) (booking.Appointment, error) {
	return once(ctx, h, cmd, "extend", sha256.Sum256([]byte(holdSecret)), func(c *change) (booking.Appointment, error) {
		a, kind, err := c.linked(holdSecret)
		switch {
		case err != nil || kind != HoldLink:
			return booking.Appointment{}, tooLate(err)
		case a.State != booking.Held:
			return booking.Appointment{}, &queue.Refusal{Code: queue.WrongState}
		case a.Sequence >= mostExtensions:
			return booking.Appointment{}, &queue.Refusal{Code: queue.TooMuch, Field: "time"}
		}
		a.Sequence++
		a, err = c.keepFor(a, minutes(c.h.cfg.Booking.HoldMinutes))
		return uncoded(a), err
	})
}

// keepFor keeps a pending appointment for so long from now, until its start at most, and never shorter than it is kept already.
func (c *change) keepFor(a booking.Appointment, wait time.Duration) (booking.Appointment, error) {
	a.Until = later(a.Until, earlier(c.now.Add(wait), a.Start))
	if err := c.tx.UpdateAppointment(a); err != nil {
		return a, err
	}
	return a, c.tx.KeepPlaces(a.ID, a.Until)
}
