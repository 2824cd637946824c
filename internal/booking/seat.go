package booking

import (
	"time"

	"westerkappeln.de/wartemarke/internal/catalogue"
	"westerkappeln.de/wartemarke/internal/queue"
)

// Seat chooses the places of a visit at start, one in a lane of an opening and one in each group of its services, so that
// none overlaps one that is taken. taken are the places of its Pools for 24 hours before and after start; others may be among
// them. It finds some exactly at the starts of FreeSlots. Refusals: those of Check; NotBookable when start is not offered
// and SlotTaken when no lane is free, both with Start.
func (r Rules) Seat(cat catalogue.Catalogue, loc *time.Location, w Want, start, now time.Time, taken []Place) ([]Place, Slot, error) {
	if err := r.Check(cat, w.Services, w.Staff); err != nil {
		return nil, Slot{}, err
	}
	s := r.newSearch(cat, loc, w, now)
	d, at, pools := dayOf(start, loc), start.Unix(), index(taken)
	_, holiday := publicHoliday(cat.Holidays.Calendar, d)
	no := queue.NotBookable
	for _, o := range s.offers {
		if start.Nanosecond() != 0 || !s.grid(o, d, holiday).has(at) {
			continue
		}
		if places, ok := s.places(o, at, d.at(o.from, loc).Unix(), pools); ok {
			return places, s.slot(at), nil
		}
		no = queue.SlotTaken
	}
	return nil, Slot{}, &queue.Refusal{Code: no, Start: start}
}

// places chooses a lane of o, and of each group, for the visit at start; since is when o opens.
func (s *search) places(o offer, start, since int64, pools map[string]pool) ([]Place, bool) {
	to := start + int64(s.length+o.BufferMinutes)*60
	l := s.lanes(o)
	kept := l.limit
	if s.staff {
		kept = o.Capacity - o.StaffOnly
	}
	lane, ok := pools[o.pool].fit(start, to, since, l, kept)
	places := []Place{s.place(o.pool, lane, start, to)}
	for _, g := range s.groups {
		lane, free := pools[groupPool(g)].fit(start, to, since, lanes{g.Capacity, g.Capacity}, g.Capacity)
		places, ok = append(places, s.place(groupPool(g), lane, start, to)), ok && free
	}
	return places, ok
}

func (v visit) place(pool string, lane int, from, to int64) Place {
	return Place{Pool: pool, Lane: lane, From: time.Unix(from, 0).In(v.loc), To: time.Unix(to, 0).In(v.loc)}
}

// SeatAnyway gives an appointment that is made already (imported, or by the operator) its places: in each pool the first lane
// that is free, beyond the capacity if need be. Neither grid nor horizon nor Check matter. It prefers an opening that holds
// the whole visit, then one with a free lane, and gives none when the visit lies outside every opening for all its
// services. end is that of the visit.
func (r Rules) SeatAnyway(cat catalogue.Catalogue, loc *time.Location, services []queue.Visit, start time.Time, taken []Place) (places []Place, end time.Time) {
	v, pools := newVisit(cat, loc, services), index(taken)
	end = start.Add(minutes(v.length))
	best := 0 // how well places suits; 1 is the least
	for _, o := range v.offers {
		inside, overlaps := v.within(o, start, end)
		if !overlaps {
			continue
		}
		from, to := v.whole(start, o.BufferMinutes)
		lane := pools[o.pool].first(from, to)
		suits := 1
		for n, good := range []bool{o.Capacity > 0, lane < o.Capacity, inside} { // the last weighs most
			if good {
				suits += 1 << n
			}
		}
		if suits > best {
			best, places = suits, []Place{v.place(o.pool, lane, from, to)}
		}
	}
	if best == 0 {
		return nil, end
	}
	from, to := places[0].From, places[0].To
	for _, g := range v.groups {
		lane := pools[groupPool(g)].first(from.Unix(), to.Unix())
		places = append(places, Place{Pool: groupPool(g), Lane: lane, From: from, To: to})
	}
	return places, end
}

// within tells whether o is open from start to end, and whether at some time between.
func (v visit) within(o offer, start, end time.Time) (inside, overlaps bool) {
	d := dayOf(start, v.loc)
	for _, d := range []day{d, d.plus(1)} {
		_, holiday := publicHoliday(v.cat.Holidays.Calendar, d)
		if sp, open := v.open(o, d, holiday); open && sp.from.Before(end) && start.Before(sp.to) {
			return !start.Before(sp.from) && !end.After(sp.to), true
		}
	}
	return false, false
}

// whole is the place of a visit in whole minutes, buffer included, at most 24 hours.
func (v visit) whole(start time.Time, buffer int) (from, to int64) {
	from = start.Truncate(time.Minute).Unix()
	to = start.Add(minutes(min(v.length+buffer, maxPlace)) + time.Minute - 1).Truncate(time.Minute).Unix()
	return from, min(to, from+maxPlace*60)
}
