package hall

import (
	"context"

	"westerkappeln.de/wartemarke/internal/catalogue"
	"westerkappeln.de/wartemarke/internal/queue"
)

// ApplyCatalogue puts a catalogue in force and says what changed (none: nothing changed and no event). cat has been checked by
// catalogue.Parse. A service, area or counter that an open ticket needs cannot go, nor a counter that is open. Appointments to
// come find their places anew in it; when some have none any more, the answer is a *ConflictError unless accept: then they keep
// their time, and somebody has to call the people.
//
// Refusals: NotAllowed, Conflict (Service or Counter, and Number).
func (h *Hall) ApplyCatalogue(ctx context.Context, cmd Command, cat catalogue.Catalogue, accept bool) ([]string, error) {
	args := struct {
		Catalogue catalogue.Catalogue
		Accept    bool
	}{cat, accept}
	return once(ctx, h, cmd, "apply catalogue", args, func(c *change) ([]string, error) {
		if err := c.mayAs(Admin); err != nil {
			return nil, err
		}
		changes := cat.Diff(*c.cat)
		if len(changes) == 0 {
			return nil, nil
		}
		if err := c.load(); err != nil {
			return nil, err
		}
		for _, t := range c.tickets {
			if err := stillThere(cat, t); err != nil {
				return nil, err
			}
		}
		for id := range c.opened {
			if _, ok := cat.Counter(id); !ok {
				return nil, &queue.Refusal{Code: queue.Conflict, Counter: id}
			}
		}
		if !accept {
			if err := c.contradicts(cat); err != nil {
				return nil, err
			}
		}
		if err := c.tx.PutCatalogue(cat); err != nil {
			return nil, err
		}
		c.events = append(c.events, Event{Type: EventCatalogue})
		moves := movesPlaces(*c.cat, cat)
		c.cat, c.waits, c.lengths = &cat, nil, nil
		if !moves {
			return changes, nil
		}
		return changes, c.reseat()
	})
}

// stillThere refuses when the catalogue no longer has what an open ticket needs.
func stillThere(cat catalogue.Catalogue, t queue.Ticket) error {
	if _, ok := cat.Service(t.Service); !ok {
		return &queue.Refusal{Code: queue.Conflict, Service: t.Service, Number: t.Number()}
	}
	if _, ok := cat.Area(t.Area); !ok {
		return &queue.Refusal{Code: queue.Conflict, Field: "area", Number: t.Number()}
	}
	for _, id := range []string{t.Counter, t.Wanted} {
		if _, ok := cat.Counter(id); id != "" && !ok {
			return &queue.Refusal{Code: queue.Conflict, Counter: id, Number: t.Number()}
		}
	}
	return nil
}
