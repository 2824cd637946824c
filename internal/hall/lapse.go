package hall

import (
	"context"
	"errors"
	"time"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/queue"
)

const sweepAtOnce = 200 // lapsed appointments that are read in one go

// Lapse deletes appointments whose time to be filled in or confirmed is over, with all that belongs to them; nothing is written
// when there is none. Run does it every second, and a booking that meets a lapsed one does it at once.
func (h *Hall) Lapse(ctx context.Context) error {
	var due bool
	err := h.view(ctx, func(s *scene) error {
		lapsed, err := s.tx.Lapsed(s.now, 1)
		due = len(lapsed) > 0
		return err
	})
	if err != nil || !due {
		return err
	}
	return h.update(ctx, Actor{Kind: System}, func(c *change) error { return c.lapse() })
}

// placeTaken is an error of the store while a place was written. When it is ErrTaken although the rules found the place free,
// a row stands there that has lapsed but is not deleted yet.
type placeTaken struct {
	start time.Time
	err   error
}

func (p *placeTaken) Error() string { return "place: " + p.err.Error() }
func (p *placeTaken) Unwrap() error { return p.err }

// sweeping runs a use case, and once more without what has lapsed when that was in its way; the transaction that met it is
// rolled back. Refusal: SlotTaken when the place is taken still.
func (h *Hall) sweeping(ctx context.Context, run func() error) error {
	err := run()
	var place *placeTaken
	if !errors.Is(err, ErrTaken) || !errors.As(err, &place) {
		return err
	}
	if err := h.update(ctx, Actor{Kind: System}, func(c *change) error { return c.sweep() }); err != nil {
		return err
	}
	if err = run(); errors.Is(err, ErrTaken) && errors.As(err, &place) {
		return &queue.Refusal{Code: queue.SlotTaken, Start: place.start}
	}
	return err
}

func (c *change) lapse() error {
	for {
		lapsed, err := c.tx.Lapsed(c.now, sweepAtOnce)
		if err != nil {
			return err
		}
		for _, a := range lapsed {
			if err := c.tx.DropAppointment(a.ID); err != nil {
				return err
			}
		}
		if len(lapsed) < sweepAtOnce {
			return nil
		}
	}
}

// sweep deletes everything that has lapsed: appointments, and rests of places. Who waits for an earlier slot hears of the
// latter.
func (c *change) sweep() error {
	if err := c.lapse(); err != nil {
		return err
	}
	rested, err := c.tx.DropRested(c.now)
	c.freed = append(c.freed, rested...)
	return err
}

// free gives the places of an appointment to others: after a rest when a citizen gives them back, so that nobody can trade
// them; at once when staff do.
func (c *change) free(a booking.Appointment) error {
	if c.actor.Kind == Citizen {
		return c.tx.RestPlaces(a.ID, c.now.Add(minutes(c.h.cfg.Booking.RestMinutes)))
	}
	return c.freeNow(a)
}

func (c *change) freeNow(a booking.Appointment) error {
	places, err := c.tx.PlacesOf(a.ID)
	if err != nil {
		return err
	}
	c.freed, c.gave = append(c.freed, places...), append(c.gave, a.ID)
	return c.tx.DropPlaces(a.ID)
}
