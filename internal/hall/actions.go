package hall

import (
	"context"

	"westerkappeln.de/wartemarke/internal/queue"
)

// Do applies one of arrive, no_show, undo, park, take_back, forward, finish, cancel, prioritize to a ticket, by id or
// number. For forward, Area is filled in by the hall; CounterFree and At as well. Counter may be left out: then it is the
// one that has the ticket.
//
// Refusals: those of queue.Rules.Apply, NotFound (ticket, service or counter), CounterClosed, NotAllowed.
func (h *Hall) Do(ctx context.Context, cmd Command, id string, ch queue.Change) (View, error) {
	args := struct {
		Ticket string
		Change queue.Change
	}{id, ch}
	return once(ctx, h, cmd, "do", args, func(c *change) (View, error) {
		if err := c.mayAs(Clerk); err != nil {
			return View{}, err
		}
		t, err := c.find(id)
		if err != nil {
			return View{}, err
		}
		if err := c.prepare(t, &ch); err != nil {
			return View{}, err
		}
		t, err = c.apply(t, ch)
		if err != nil {
			return View{}, err
		}
		return c.view(t)
	})
}

// prepare fills in what the rules need to know, and checks who may act where.
func (c *change) prepare(t queue.Ticket, ch *queue.Change) error {
	switch ch.Action {
	case queue.TakeBack, queue.Cancel, queue.Prioritize:
		return nil // any clerk, wherever the ticket is
	case queue.Arrive, queue.NoShow, queue.Undo, queue.Park, queue.Forward, queue.Finish:
	default:
		return invalid("action") // call and ring have their own use cases, expire is the end of day's
	}
	if ch.Counter == "" {
		ch.Counter = t.Counter
	}
	if ch.Counter == "" { // it is at no counter: the table says what is wrong
		return nil
	}
	if _, err := c.workplace(ch.Counter); err != nil {
		return err
	}
	_, busy := c.at(ch.Counter)
	ch.CounterFree = !busy
	if ch.Action == queue.Forward {
		return c.destination(ch)
	}
	return nil
}

// destination checks where a ticket is forwarded to: a closed counter would never call it.
func (c *change) destination(ch *queue.Change) error {
	service, ok := c.cat.Service(ch.Service)
	if !ok {
		return &queue.Refusal{Code: queue.Invalid, Field: "service", Service: ch.Service}
	}
	ch.Area = service.Area
	if ch.To == "" {
		return nil
	}
	if _, ok := c.cat.Counter(ch.To); !ok {
		return &queue.Refusal{Code: queue.Invalid, Field: "to_counter", Counter: ch.To}
	}
	if _, open := c.opened[ch.To]; !open {
		return &queue.Refusal{Code: queue.CounterClosed, Counter: ch.To}
	}
	return nil
}
