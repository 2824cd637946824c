package booking

import (
	"slices"
	"time"

	"westerkappeln.de/wartemarke/internal/catalogue"
	"westerkappeln.de/wartemarke/internal/queue"
)

// staffDays is how far ahead staff may book.
const staffDays = 366

// FreeDays tells for every day of the range, both ends included, at how many times w can be booked. taken are the places of
// its Pools in that range; others may be among them. It looks at 367 days at most, and at none if an end is no day or
// Check refuses w.
func (r Rules) FreeDays(cat catalogue.Catalogue, loc *time.Location, w Want, from, to queue.Day, now time.Time, taken []Place) []FreeDay {
	first, okFirst := parseDay(from)
	last, okLast := parseDay(to)
	if !okFirst || !okLast || r.Check(cat, w.Services, w.Staff) != nil {
		return nil
	}
	s := r.newSearch(cat, loc, w, now)
	s.index(taken)
	var days []FreeDay
	for d := first; !d.After(last.Time) && len(days) <= staffDays; d = d.plus(1) {
		days = append(days, FreeDay{Day: queue.Day(d.String()), Free: len(s.free(d))})
	}
	return days
}

// FreeSlots are the times of a day at which w can be booked, by start; taken as for FreeDays.
func (r Rules) FreeSlots(cat catalogue.Catalogue, loc *time.Location, w Want, on queue.Day, now time.Time, taken []Place) []Slot {
	d, ok := parseDay(on)
	if !ok || r.Check(cat, w.Services, w.Staff) != nil {
		return nil
	}
	s := r.newSearch(cat, loc, w, now)
	s.index(taken)
	var slots []Slot
	for _, start := range s.free(d) {
		slots = append(slots, s.slot(start))
	}
	return slots
}

// Horizon are the first and the last day on which there can be slots for the services at all, both "" if there are none.
func Horizon(cat catalogue.Catalogue, services []queue.Visit, staff bool, now time.Time, loc *time.Location) (from, to queue.Day) {
	today := dayOf(now, loc)
	for _, o := range newVisit(cat, loc, services).offers {
		first, last := o.horizon(today, staff)
		if o.Capacity < 1 || first > last {
			continue
		}
		if from == "" || first < from {
			from = first
		}
		to = max(to, last)
	}
	return from, to
}

// horizon are the first and the last day on which o can be booked. Days in the form 2006-01-02 sort like text.
func (o offer) horizon(today day, staff bool) (first, last queue.Day) {
	from, to := o.BookFromDays, o.BookToDays
	if staff {
		from, to = 0, staffDays
	}
	first, last = queue.Day(today.plus(from).String()), queue.Day(today.plus(to).String())
	first = max(first, queue.Day(o.ValidFrom))
	if o.ValidTo != "" {
		last = min(last, queue.Day(o.ValidTo))
	}
	if len(o.Dates) > 0 {
		first, last = max(first, queue.Day(slices.Min(o.Dates))), min(last, queue.Day(slices.Max(o.Dates)))
	}
	return first, last
}

// search finds the free times of a visit. Times are seconds since 1970.
type search struct {
	visit
	staff    bool
	today    day
	earliest int64 // no start before
	windows  []windows
	starts   []int64 // of the day looked at; used again
}

// windows are those of an offer: its lanes, then those of the groups.
type windows []*window

func (r Rules) newSearch(cat catalogue.Catalogue, loc *time.Location, w Want, now time.Time) *search {
	s := &search{visit: newVisit(cat, loc, w.Services), staff: w.Staff, today: dayOf(now, loc)}
	s.offers = slices.DeleteFunc(s.offers, func(o offer) bool {
		return s.lanes(o).limit < 1 || o.SlotMinutes < 1 || s.length < 1 || s.length+o.BufferMinutes > maxPlace
	})
	if !w.Staff {
		now = now.Add(minutes(r.LeadMinutes))
	}
	s.earliest = now.Unix()
	if now.Nanosecond() > 0 {
		s.earliest++
	}
	return s
}

// lanes are those of o that may be booked.
func (s *search) lanes(o offer) lanes {
	if s.staff {
		return lanes{o.Capacity, o.Capacity}
	}
	return lanes{o.Capacity - o.StaffOnly, o.Capacity}
}

// index makes ready for free.
func (s *search) index(taken []Place) {
	pools := index(taken)
	for _, o := range s.offers {
		all := windows{newWindow(pools[o.pool], s.lanes(o))}
		for _, g := range s.groups {
			all = append(all, newWindow(pools[groupPool(g)], lanes{g.Capacity, g.Capacity}))
		}
		s.windows = append(s.windows, all)
	}
}

// free are the starts on d that are free, in order, each once; valid until the next call. Days must come in order.
func (s *search) free(d day) []int64 {
	s.starts = s.starts[:0]
	_, holiday := publicHoliday(s.cat.Holidays.Calendar, d)
	for i, o := range s.offers {
		g := s.grid(o, d, holiday)
		takes := int64(s.length+o.BufferMinutes) * 60
		for start := g.first; start <= g.last; start += g.step {
			if s.windows[i].free(start, start+takes) {
				s.starts = append(s.starts, start)
			}
		}
	}
	slices.Sort(s.starts)
	s.starts = slices.Compact(s.starts)
	return s.starts
}

// free tells whether every window is.
func (w windows) free(from, to int64) bool {
	for _, each := range w {
		if !each.free(from, to) {
			return false
		}
	}
	return true
}

// grid is the starts that an opening offers a visit on one day: from first to last, step apart.
type grid struct{ first, last, step int64 }

// grid has no start when o does not offer any on d. Its steps are of the time that passes, so where the clocks change an
// hour is left out or comes twice.
func (s *search) grid(o offer, d day, holiday bool) grid {
	none := grid{first: 1}
	if from, to := o.horizon(s.today, s.staff); d.String() < string(from) || d.String() > string(to) {
		return none
	}
	sp, open := s.open(o, d, holiday)
	if !open {
		return none
	}
	g := grid{first: sp.from.Unix(), last: sp.to.Unix() - int64(s.length)*60, step: int64(o.SlotMinutes) * 60}
	if behind := s.earliest - g.first; behind > 0 {
		g.first += (behind + g.step - 1) / g.step * g.step
	}
	return g
}

// has tells whether one of the starts is at.
func (g grid) has(at int64) bool { return at >= g.first && at <= g.last && (at-g.first)%g.step == 0 }

// slot is the one that begins at start.
func (s *search) slot(start int64) Slot {
	at := time.Unix(start, 0).In(s.loc)
	return Slot{Start: at, End: at.Add(minutes(s.length))}
}
