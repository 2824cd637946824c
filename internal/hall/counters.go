package hall

import (
	"context"
	"slices"

	"westerkappeln.de/wartemarke/internal/queue"
)

// OpenCounter opens a counter for the clerk. Opening one's own again changes nothing. One that another clerk opened is
// taken over by a lead only, and only while it is free.
//
// Refusals: NotFound, NotAllowed (Counter), CounterBusy (Number).
func (h *Hall) OpenCounter(ctx context.Context, cmd Command, counter string) error {
	return h.do(ctx, cmd, "open counter", counter, func(c *change) error {
		if err := c.mayAs(Clerk); err != nil {
			return err
		}
		if err := c.load(); err != nil {
			return err
		}
		if _, ok := c.cat.Counter(counter); !ok {
			return notFound()
		}
		if open, ok := c.opened[counter]; ok {
			if open.Clerk == c.actor.ID {
				return nil
			}
			if c.mayAs(Lead) != nil {
				return &queue.Refusal{Code: queue.NotAllowed, Counter: counter}
			}
			if t, busy := c.at(counter); busy {
				return &queue.Refusal{Code: queue.CounterBusy, Counter: counter, Number: t.Number()}
			}
		}
		o := OpenCounter{ID: counter, Day: c.day, Clerk: c.actor.ID, Opened: c.now}
		if err := c.tx.PutCounter(o); err != nil {
			return err
		}
		c.opened[counter] = o
		c.waits = nil
		c.counterEvent(EventOpened, counter)
		return nil
	})
}

// CloseCounter closes it. Closing a closed one changes nothing.
//
// Refusals: NotFound, CounterBusy (Number) while it has a ticket, NotAllowed when another clerk opened it (except a lead).
func (h *Hall) CloseCounter(ctx context.Context, cmd Command, counter string) error {
	return h.do(ctx, cmd, "close counter", counter, func(c *change) error {
		if err := c.mayAs(Clerk); err != nil {
			return err
		}
		if err := c.load(); err != nil {
			return err
		}
		if _, ok := c.cat.Counter(counter); !ok {
			return notFound()
		}
		if _, open := c.opened[counter]; !open {
			return nil
		}
		if _, err := c.workplace(counter); err != nil {
			return err
		}
		if t, busy := c.at(counter); busy {
			return &queue.Refusal{Code: queue.CounterBusy, Counter: counter, Number: t.Number()}
		}
		return c.closeCounter(counter)
	})
}

func (c *change) closeCounter(id string) error {
	if err := c.tx.DropCounter(id); err != nil {
		return err
	}
	delete(c.opened, id)
	c.waits = nil
	c.counterEvent(EventClosed, id)
	return c.release(id)
}

// release lets every counter call who was forwarded to this one: nobody shall wait for a counter that is closed.
func (c *change) release(counter string) error {
	for _, t := range slices.Clone(c.tickets) {
		if t.Wanted != counter {
			continue
		}
		before := t
		t.Wanted = ""
		if err := c.putTicket(t); err != nil {
			return err
		}
		if t.State == queue.Waiting {
			c.ticketEvent(EventWaiting, t, before)
		}
	}
	return nil
}

func (c *change) counterEvent(kind, id string) {
	e := Event{Type: kind, Counter: id}
	if counter, ok := c.cat.Counter(id); ok {
		e.Area, e.Place = counter.Area, counter.Label
		e.Areas = []string{counter.Area}
	}
	c.events = append(c.events, e)
}
