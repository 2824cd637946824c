package hall

import (
	"slices"

	"westerkappeln.de/wartemarke/internal/catalogue"
	"westerkappeln.de/wartemarke/internal/queue"
)

// The rules of who may do what. Devices take numbers and report; clerks act at the counters they opened; leads and the
// operator act at any.

// may refuses with NotAllowed unless the actor is one of the kinds.
func (c *change) may(kinds ...ActorKind) error {
	if slices.Contains(kinds, c.actor.Kind) {
		return nil
	}
	return notAllowed()
}

// mayAs refuses unless the actor is staff with the role, the operator or the system.
func (c *change) mayAs(role Role) error {
	switch c.actor.Kind {
	case Operator, System:
		return nil
	case Staff:
		if c.actor.Role.Includes(role) {
			return nil
		}
	}
	return notAllowed()
}

// workplace gives the open counter that the actor acts at. Refusals: NotFound, CounterClosed, NotAllowed (Counter) when
// another clerk opened it and the actor is no lead.
func (c *change) workplace(id string) (catalogue.Counter, error) {
	if err := c.mayAs(Clerk); err != nil {
		return catalogue.Counter{}, err
	}
	if err := c.load(); err != nil {
		return catalogue.Counter{}, err
	}
	counter, ok := c.cat.Counter(id)
	if !ok {
		return counter, notFound()
	}
	open, ok := c.opened[id]
	if !ok {
		return counter, &queue.Refusal{Code: queue.CounterClosed, Counter: id}
	}
	if open.Clerk != c.actor.ID && c.mayAs(Lead) != nil {
		return counter, &queue.Refusal{Code: queue.NotAllowed, Counter: id}
	}
	return counter, nil
}
