package booking

import (
	"slices"
	"strings"
	"time"

	"westerkappeln.de/wartemarke/internal/catalogue"
)

// reference says what is free the slow and obvious way: minute by minute and lane by lane, by what the clock on the wall
// shows. It shares nothing with the search but the names of pools.
type reference struct {
	cat   catalogue.Catalogue
	loc   *time.Location
	rules Rules
	want  Want
	now   time.Time
	busy  map[minuteOfLane]bool
}

type minuteOfLane struct {
	pool string
	lane int
	at   int64
}

// publicHolidays are those of North Rhine-Westphalia near the days that the tests look at.
var publicHolidays = []string{"2026-04-03", "2026-04-06", "2026-11-01", "2026-12-25", "2026-12-26", "2027-01-01", "2027-03-26", "2027-03-29",
	"2027-11-01", "2027-12-25", "2027-12-26", "2028-01-01"}

func (r *reference) take(places []Place) {
	for _, p := range places {
		for at := p.From; at.Before(p.To); at = at.Add(time.Minute) {
			r.busy[minuteOfLane{p.Pool, p.Lane, at.Unix()}] = true
		}
	}
}

// starts are the times of the day that are offered, and whether each is free.
func (r *reference) starts(day string) map[int64]bool {
	starts := map[int64]bool{}
	noon, _ := time.ParseInLocation("2006-01-02 15", day+" 12", r.loc)
	for _, o := range r.cat.Openings {
		if !r.offers(o) || !r.isOn(o, noon) {
			continue
		}
		var open []time.Time // the minutes at which o is open
		begun := false
		for at := noon.Add(-14 * time.Hour); at.Before(noon.Add(14 * time.Hour)); at = at.Add(time.Minute) {
			if at.Format(time.DateOnly) != day {
				continue
			}
			wall := at.Format("15:04")
			begun = begun || wall >= o.From
			if begun && wall >= o.To {
				break
			}
			if begun {
				open = append(open, at)
			}
		}
		for n, at := range open {
			if n%o.SlotMinutes == 0 && n+r.minutes() <= len(open) && r.soonEnough(at) {
				starts[at.Unix()] = starts[at.Unix()] || r.isFree(o, at)
			}
		}
	}
	return starts
}

func (r *reference) minutes() int {
	n := 0
	for _, v := range r.want.Services {
		for _, s := range r.cat.Services {
			if s.ID == v.ID {
				n += s.Minutes * v.Quantity
			}
		}
	}
	return n
}

func (r *reference) offers(o catalogue.Opening) bool {
	for _, v := range r.want.Services {
		s, _ := r.cat.Service(v.ID)
		if !slices.Contains(o.Departments, s.Department) || len(o.Services) > 0 && !slices.Contains(o.Services, v.ID) {
			return false
		}
	}
	return r.limit(o) > 0
}

func (r *reference) limit(o catalogue.Opening) int {
	if r.want.Staff {
		return o.Capacity
	}
	return o.Capacity - o.StaffOnly
}

// isOn tells whether o is on the day of noon, and the day is not too near and not too far.
func (r *reference) isOn(o catalogue.Opening, noon time.Time) bool {
	day := noon.Format(time.DateOnly)
	if o.ValidFrom > day || o.ValidTo != "" && o.ValidTo < day {
		return false
	}
	named := slices.Contains(o.Dates, day)
	if !named && !slices.Contains(o.Days, strings.ToLower(noon.Format("Mon"))) {
		return false
	}
	if o.EveryWeeks > 1 {
		first, _ := time.ParseInLocation("2006-01-02 15", o.Starts+" 12", r.loc)
		if noon.Before(first) {
			return false
		}
		weeks := 0
		for at := first; at.Before(noon); at = at.AddDate(0, 0, 1) {
			if at.AddDate(0, 0, 1).Weekday() == time.Monday {
				weeks++
			}
		}
		if weeks%o.EveryWeeks != 0 {
			return false
		}
	}
	if r.cat.Holidays.Calendar != "" && !named && slices.Contains(publicHolidays, day) {
		return false
	}
	for _, v := range r.want.Services {
		s, _ := r.cat.Service(v.ID)
		for _, c := range r.cat.Closed {
			if c.From <= day && day <= c.To && (len(c.Departments) == 0 || slices.Contains(c.Departments, s.Department)) {
				return false
			}
		}
	}
	least, most := o.BookFromDays, o.BookToDays
	if r.want.Staff {
		least, most = 0, 366
	}
	for n := least; n <= most; n++ {
		if r.now.In(r.loc).AddDate(0, 0, n).Format(time.DateOnly) == day {
			return true
		}
	}
	return false
}

func (r *reference) soonEnough(at time.Time) bool {
	if r.want.Staff {
		return !at.Before(r.now)
	}
	return at.Sub(r.now) >= time.Duration(r.rules.LeadMinutes)*time.Minute
}

func (r *reference) isFree(o catalogue.Opening, at time.Time) bool {
	takes := r.minutes() + o.BufferMinutes
	if !r.laneFree(openingPool(o), at, takes, r.limit(o), o.Capacity) {
		return false
	}
	for _, g := range r.cat.Groups {
		for _, v := range r.want.Services {
			if slices.Contains(g.Services, v.ID) && !r.laneFree("group:"+g.ID, at, takes, g.Capacity, g.Capacity) {
				return false
			}
		}
	}
	return true
}

// mostLanes are more than the tests ever use.
const mostLanes = 12

func (r *reference) laneFree(pool string, at time.Time, takes, limit, capacity int) bool {
	busy, found := 0, false
	for lane := range mostLanes {
		free := true
		for n := range takes {
			free = free && !r.busy[minuteOfLane{pool, lane, at.Unix() + int64(n)*60}]
		}
		if !free {
			busy++
		} else if lane < limit {
			found = true
		}
	}
	return found && busy < capacity
}
