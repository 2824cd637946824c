package hall

import (
	"context"
	"time"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/catalogue"
	"westerkappeln.de/wartemarke/internal/queue"
)

// TakeTicket gives a walk-in ticket. Staff may set priority, and may give a ticket when the terminal would not: the
// limit of the day, closing time and walk-ins being off are there to stop terminals, not a clerk who has decided.
//
// Refusals: NotFound (service), Closed (Until: when it opens), LimitReached, ClosingSoon (Until: closing), NumbersOut.
func (h *Hall) TakeTicket(ctx context.Context, cmd Command, service string, priority int) (Taken, error) {
	args := struct {
		Service  string
		Priority int
	}{service, priority}
	return once(ctx, h, cmd, "take ticket", args, func(c *change) (Taken, error) {
		if err := c.may(Device, Staff, Operator); err != nil {
			return Taken{}, err
		}
		if priority < 0 || priority > queue.MaxPriority {
			return Taken{}, invalid("priority")
		}
		byStaff := c.mayAs(Clerk) == nil
		if priority > 0 && !byStaff {
			return Taken{}, notAllowed()
		}
		s, ok := c.cat.Service(service)
		if !ok {
			return Taken{}, &queue.Refusal{Code: queue.NotFound, Service: service}
		}
		if !byStaff {
			if _, err := c.walkIn(s); err != nil {
				return Taken{}, err
			}
		}
		t, secret, err := c.create(arrival{
			service: s, services: []queue.Visit{{ID: s.ID, Quantity: 1}}, priority: priority,
			due: h.cfg.Queue.WalkInDue(c.now, s.WalkInDueMinutes), why: queue.WhyWalkIn,
		})
		if err != nil {
			return Taken{}, err
		}
		v, err := c.view(t)
		return Taken{View: v, Secret: secret}, err
	})
}

// walkIn refuses when no walk-in ticket can be had at a terminal now, and gives a newcomer's wait.
func (s *scene) walkIn(service catalogue.Service) (queue.Wait, error) {
	open, closes, opens := booking.WalkIns(*s.cat, service.ID, s.now, s.h.cfg.Location)
	if !open {
		return queue.Wait{}, &queue.Refusal{Code: queue.Closed, Service: service.ID, Until: opens}
	}
	_, taken, err := s.tx.Numbers(s.day, service.Series)
	if err != nil {
		return queue.Wait{}, err
	}
	wait, err := s.newcomer(service)
	if err != nil {
		return queue.Wait{}, err
	}
	if err := s.h.cfg.Queue.WalkInLimit(s.limit(service.Series), taken); err != nil {
		return wait, err
	}
	return wait, s.h.cfg.Queue.WalkInTime(wait, s.now, closes)
}

func (s *scene) limit(series string) int {
	for _, l := range s.cat.Series {
		if l.Letter == series {
			return l.DailyLimit
		}
	}
	return 0
}

// walkInDue is the service's own time until a walk-in is due, 0 for the rule's.
func walkInDue(s catalogue.Service) time.Duration {
	return time.Duration(s.WalkInDueMinutes) * time.Minute
}
