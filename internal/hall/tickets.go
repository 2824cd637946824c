package hall

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"time"

	"github.com/google/uuid"

	"westerkappeln.de/wartemarke/internal/catalogue"
	"westerkappeln.de/wartemarke/internal/queue"
)

// arrival is a ticket to be made.
type arrival struct {
	service     catalogue.Service
	services    []queue.Visit
	due         time.Time
	why         queue.Why
	priority    int
	appointment string
	booked      time.Time
}

// create gives the ticket its number, writes it, and gives the secret of its phone page. The number is allocated here and
// nowhere else; whatever becomes of the paper, it stays.
func (c *change) create(a arrival) (queue.Ticket, string, error) {
	if err := c.load(); err != nil {
		return queue.Ticket{}, "", err
	}
	series := a.service.Series
	last, walkIns, err := c.tx.Numbers(c.day, series)
	if err != nil {
		return queue.Ticket{}, "", err
	}
	num, err := queue.Number(last, func(n int) bool { return c.isOpen(series, n) })
	if err != nil {
		return queue.Ticket{}, "", err
	}
	if a.why == queue.WhyWalkIn {
		walkIns++
	}
	if err := c.tx.SetNumbers(c.day, series, num, walkIns); err != nil {
		return queue.Ticket{}, "", err
	}
	secret, hash, err := newSecret()
	if err != nil {
		return queue.Ticket{}, "", err
	}
	id, err := uuid.NewV7()
	if err != nil {
		return queue.Ticket{}, "", fmt.Errorf("ticket id: %w", err)
	}
	t := queue.Ticket{
		ID: id.String(), Day: c.day, Series: series, Num: num, Service: a.service.ID, Services: a.services, Area: a.service.Area,
		State: queue.Waiting, Due: a.due, Why: a.why, Arrived: c.now, Priority: a.priority,
		Appointment: a.appointment, Booked: a.booked,
	}
	if err := c.tx.InsertTicket(t, hash); err != nil {
		return queue.Ticket{}, "", err
	}
	c.remember(t)
	c.ticketEvent(EventWaiting, t, t)
	return t, secret, nil
}

func (c *change) isOpen(series string, num int) bool {
	for i := range c.tickets {
		if c.tickets[i].Num == num && c.tickets[i].Series == series {
			return true
		}
	}
	return false
}

// newSecret makes the 128 random bits of a phone page's link, and the hash that is stored.
func newSecret() (secret string, hash [32]byte, err error) {
	var random [16]byte
	if _, err := rand.Read(random[:]); err != nil {
		return "", hash, fmt.Errorf("secret: %w", err)
	}
	secret = base64.RawURLEncoding.EncodeToString(random[:])
	return secret, sha256.Sum256([]byte(secret)), nil
}

// Ticket by id. Refusal: NotFound.
func (h *Hall) Ticket(ctx context.Context, id string) (View, error) {
	var v View
	err := h.view(ctx, func(s *scene) error {
		t, found, err := s.tx.Ticket(id)
		if err != nil {
			return err
		}
		if !found {
			return notFound()
		}
		v, err = s.view(t)
		return err
	})
	return v, err
}

// Tickets of today, by state and service; empty means any. In calling order, then by number.
func (h *Hall) Tickets(ctx context.Context, state queue.State, service string) ([]View, error) {
	var views []View
	err := h.view(ctx, func(s *scene) error {
		all, err := s.tx.Tickets(s.day, state, service)
		if err != nil {
			return err
		}
		s.sort(all)
		views, err = s.views(all)
		return err
	})
	return views, err
}

// BySecret gives the ticket of a phone page. Refusal: NotFound.
func (h *Hall) BySecret(ctx context.Context, secret string) (View, error) {
	var v View
	err := h.view(ctx, func(s *scene) error {
		t, found, err := s.tx.TicketBySecret(sha256.Sum256([]byte(secret)))
		if err != nil {
			return err
		}
		if !found {
			return notFound()
		}
		v, err = s.view(t)
		return err
	})
	return v, err
}

// CancelBySecret is "I can't come".
func (h *Hall) CancelBySecret(ctx context.Context, cmd Command, secret string) (View, error) {
	return once(ctx, h, cmd, "cancel by secret", sha256.Sum256([]byte(secret)), func(c *change) (View, error) {
		t, found, err := c.tx.TicketBySecret(sha256.Sum256([]byte(secret)))
		if err != nil {
			return View{}, err
		}
		if !found {
			return View{}, notFound()
		}
		t, err = c.apply(t, queue.Change{Action: queue.Cancel})
		if err != nil {
			return View{}, err
		}
		return c.view(t)
	})
}
