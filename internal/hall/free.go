package hall

import (
	"context"
	"time"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/queue"
)

const (
	mostDays  = 92 // of one question for free days: a quarter of a year
	scanAhead = 31 // days that FirstFree looks at in one go
)

// FreeDays tells for every day of the range how many slots are free. The range is at most 92 days. Who may ask as staff, or for
// which appointment to be moved, is the caller's to know: here nothing can be taken. Refusals: Invalid (Field:
// from, to, service), TooMuch (Field: services, quantity).
func (h *Hall) FreeDays(ctx context.Context, w booking.Want, d Days) ([]booking.FreeDay, error) {
	from, err := dayTime(d.From)
	if err != nil {
		return nil, invalid("from")
	}
	to, err := dayTime(d.To)
	if err != nil || to.Before(from) || to.Sub(from) >= mostDays*24*time.Hour {
		return nil, invalid("to")
	}
	var free []booking.FreeDay
	err = h.view(ctx, func(s *scene) error {
		if err := h.cfg.Booking.Check(*s.cat, w.Services, w.Staff); err != nil {
			return err
		}
		taken, err := s.takenOn(w, d)
		if err != nil {
			return err
		}
		free = h.cfg.Booking.FreeDays(*s.cat, h.cfg.Location, w, d.From, d.To, s.now, taken)
		return nil
	})
	return free, err
}

// FreeSlots are those of a day, by start. Refusals: Invalid (Field: day, service), TooMuch (Field: services, quantity).
func (h *Hall) FreeSlots(ctx context.Context, w booking.Want, day queue.Day) ([]booking.Slot, error) {
	if _, err := dayTime(day); err != nil {
		return nil, invalid("day")
	}
	var free []booking.Slot
	err := h.view(ctx, func(s *scene) error {
		if err := h.cfg.Booking.Check(*s.cat, w.Services, w.Staff); err != nil {
			return err
		}
		var err error
		free, err = s.freeSlots(w, day)
		return err
	})
	return free, err
}

// FirstFree is the earliest slot of all, if there is one. Refusals: Invalid (Field: service), TooMuch (Field: services, quantity).
func (h *Hall) FirstFree(ctx context.Context, w booking.Want) (booking.Slot, bool, error) {
	var first booking.Slot
	var found bool
	err := h.view(ctx, func(s *scene) error {
		if err := h.cfg.Booking.Check(*s.cat, w.Services, w.Staff); err != nil {
			return err
		}
		from, to := booking.Horizon(*s.cat, w.Services, w.Staff, s.now, h.cfg.Location)
		for from != "" && from <= to && !found {
			part := Days{From: from, To: min(to, dayAfter(from, scanAhead-1))}
			taken, err := s.takenOn(w, part)
			if err != nil {
				return err
			}
			for _, d := range h.cfg.Booking.FreeDays(*s.cat, h.cfg.Location, w, part.From, part.To, s.now, taken) {
				if d.Free == 0 {
					continue
				}
				if slots := h.cfg.Booking.FreeSlots(*s.cat, h.cfg.Location, w, d.Day, s.now, taken); len(slots) > 0 {
					first, found = slots[0], true
					break
				}
			}
			from = part.To.Next()
		}
		return nil
	})
	return first, found, err
}

func (s *scene) freeSlots(w booking.Want, day queue.Day) ([]booking.Slot, error) {
	taken, err := s.takenOn(w, Days{From: day, To: day})
	if err != nil {
		return nil, err
	}
	return s.h.cfg.Booking.FreeSlots(*s.cat, s.h.cfg.Location, w, day, s.now, taken), nil
}

// takenOn are the places that matter for visits which begin on these days.
func (s *scene) takenOn(w booking.Want, d Days) ([]booking.Place, error) {
	from, to := beginOf(d.From, s.h.cfg.Location), queue.EndOfDay(d.To, s.h.cfg.Location)
	return s.tx.Places(booking.Pools(*s.cat, w.Services), from, to.Add(s.longestBuffer()), s.now, w.Moving)
}

// takenFor are the places that matter for a visit which begins at start. With its whole day also those before it: the rules
// choose a lane by what it leaves free.
func (s *scene) takenFor(w booking.Want, start time.Time, wholeDay bool) ([]booking.Place, error) {
	first := start
	if wholeDay {
		first = beginOf(queue.DayOf(start, s.h.cfg.Location), s.h.cfg.Location)
	}
	last := start.Add(minutes(booking.Minutes(*s.cat, w.Services)) + s.longestBuffer())
	return s.tx.Places(booking.Pools(*s.cat, w.Services), first, last, s.now, w.Moving)
}

// longestBuffer of all openings: how far a place may reach beyond its visit.
func (s *scene) longestBuffer() time.Duration {
	most := 0
	for _, o := range s.cat.Openings {
		most = max(most, o.BufferMinutes)
	}
	return minutes(most)
}

// dayTime reads a day, as if in UTC. The years are those of appointments.
func dayTime(d queue.Day) (time.Time, error) {
	t, err := time.Parse(time.DateOnly, string(d))
	if err == nil && !inCentury(t) {
		err = invalid("day")
	}
	return t, err
}

// dayAfter is the calendar day n days after d.
func dayAfter(d queue.Day, n int) queue.Day {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return ""
	}
	return queue.Day(t.AddDate(0, 0, n).Format(time.DateOnly))
}

// beginOf is the first instant of a day: the end of the one before.
func beginOf(d queue.Day, loc *time.Location) time.Time { return queue.EndOfDay(dayAfter(d, -1), loc) }
