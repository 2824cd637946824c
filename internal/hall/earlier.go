package hall

import (
	"slices"
	"time"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/queue"
)

// betweenOffers is the least time between two mails about earlier slots to one person.
const betweenOffers = 6 * time.Hour

// offerFreed writes to those who wait for an earlier slot and could move to one that this change has freed, the first wish
// first. It comes last in a change: what is freed and taken again in one go is not offered. Whoever moves first gets the slot.
func (c *change) offerFreed() error {
	if len(c.freed) == 0 || !c.h.cfg.Mail {
		return nil
	}
	first := slices.MinFunc(c.freed, func(a, b booking.Place) int { return a.From.Compare(b.From) })
	waiting, err := c.tx.WantEarlier(later(first.From, c.now))
	if err != nil {
		return err
	}
	for _, a := range waiting {
		if slices.Contains(c.gave, a.ID) {
			continue
		}
		slot, found, err := c.freedFor(a)
		if err != nil {
			return err
		}
		if !found {
			continue
		}
		if err := c.offer(a, slot); err != nil {
			return err
		}
	}
	return nil
}

// freedFor is the earliest slot before its own to which the appointment could be moved because of a freed place.
func (c *change) freedFor(a booking.Appointment) (booking.Slot, bool, error) {
	w := booking.Want{Services: visitsAnew(a.Services), Moving: a.ID}
	if c.h.cfg.Booking.Check(*c.cat, w.Services, false) != nil {
		return booking.Slot{}, false, nil
	}
	pools := booking.Pools(*c.cat, w.Services)
	var days []queue.Day
	for _, p := range c.freed {
		if p.To.After(c.now) && p.From.Before(a.Start) && slices.Contains(pools, p.Pool) {
			days = append(days, queue.DayOf(p.From, c.h.cfg.Location))
		}
	}
	slices.Sort(days)
	for _, day := range slices.Compact(days) {
		slots, err := c.freeSlots(w, day)
		if err != nil {
			return booking.Slot{}, false, err
		}
		for _, s := range slots {
			if s.Start.Before(a.Start) && c.touchesFreed(s, pools) {
				return s, true, nil
			}
		}
	}
	return booking.Slot{}, false, nil
}

func (c *change) touchesFreed(s booking.Slot, pools []string) bool {
	return slices.ContainsFunc(c.freed, func(p booking.Place) bool {
		return slices.Contains(pools, p.Pool) && p.From.Before(s.End) && s.Start.Before(p.To)
	})
}

func (c *change) offer(a booking.Appointment, slot booking.Slot) error {
	if ok, err := c.addressed(a); err != nil || !ok {
		return err
	}
	sent, err := c.tx.MailsOf(a.ID)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(sent, func(m Mail) bool { return m.Kind == MailEarlier && c.now.Sub(m.Created) < betweenOffers }) {
		return nil
	}
	return c.postAt(Mail{Appointment: a.ID, Kind: MailEarlier, Slot: slot.Start, Due: c.now})
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
