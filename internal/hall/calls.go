package hall

import (
	"context"
	"errors"

	"westerkappeln.de/wartemarke/internal/catalogue"
	"westerkappeln.de/wartemarke/internal/queue"
)

// Next calls the next ticket for the counter; finish ends the counter's ticket first, in the same transaction. When
// nobody can be called after a finish, the finish stands and Called.Nobody says why; without a finish it is a refusal.
//
// Refusals: NobodyWaiting, AllLocked (Until), CounterClosed, CounterBusy (Number), NotFound, NotAllowed.
func (h *Hall) Next(ctx context.Context, cmd Command, counter string, finish bool) (Called, error) {
	args := struct {
		Counter string
		Finish  bool
	}{counter, finish}
	return once(ctx, h, cmd, "next", args, func(c *change) (Called, error) {
		at, err := c.workplace(counter)
		if err != nil {
			return Called{}, err
		}
		var called Called
		if busy, ok := c.at(counter); ok && finish {
			if _, err := c.apply(busy, queue.Change{Action: queue.Finish, Counter: counter}); err != nil {
				return Called{}, err
			}
			called.Finished = busy.Number()
		} else if ok {
			return Called{}, &queue.Refusal{Code: queue.CounterBusy, Counter: counter, Number: busy.Number()}
		}
		choice, err := h.cfg.Queue.Next(c.tickets, c.seat(at), c.now)
		var nobody *queue.Refusal
		if called.Finished != "" && errors.As(err, &nobody) {
			called.Nobody = nobody
			return called, nil
		}
		if err != nil {
			return Called{}, err
		}
		if choice.Over.ID != "" {
			called.Over = choice.Over.Number()
		}
		called.Reason = h.cfg.Queue.Explain(choice.Ticket, choice.Over)
		called.View, err = c.call(at, choice.Ticket)
		return called, err
	})
}

// Call calls one ticket, by id or by number, whatever its service: a clerk who names a number knows why. Only a ticket meant
// for another counter is refused. Two clerks who call the same number: exactly one gets it, the other AlreadyCalled.
//
// Refusals: those of Next but NobodyWaiting and AllLocked, AlreadyCalled (Counter), NotThisOne (Counter), WrongState.
func (h *Hall) Call(ctx context.Context, cmd Command, counter, ticket string) (Called, error) {
	args := struct{ Counter, Ticket string }{counter, ticket}
	return once(ctx, h, cmd, "call", args, func(c *change) (Called, error) {
		at, err := c.workplace(counter)
		if err != nil {
			return Called{}, err
		}
		t, err := c.find(ticket)
		if err != nil {
			return Called{}, err
		}
		v, err := c.call(at, t)
		return Called{View: v, Reason: h.cfg.Queue.Explain(t, queue.Ticket{})}, err
	})
}

func (c *change) call(at catalogue.Counter, t queue.Ticket) (View, error) {
	_, busy := c.at(at.ID)
	t, err := c.apply(t, queue.Change{Action: queue.Call, Counter: at.ID, CounterFree: !busy})
	if err != nil {
		return View{}, err
	}
	return c.view(t)
}

// Ring announces the counter's called ticket again. Refusals: NotFound when the counter has no ticket, WrongState.
func (h *Hall) Ring(ctx context.Context, cmd Command, counter string) (View, error) {
	return once(ctx, h, cmd, "ring", counter, func(c *change) (View, error) {
		if _, err := c.workplace(counter); err != nil {
			return View{}, err
		}
		t, ok := c.at(counter)
		if !ok {
			return View{}, &queue.Refusal{Code: queue.NotFound, Counter: counter}
		}
		t, err := c.apply(t, queue.Change{Action: queue.Ring, Counter: counter})
		if err != nil {
			return View{}, err
		}
		return c.view(t)
	})
}
