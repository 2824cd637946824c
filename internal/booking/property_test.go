package booking

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"westerkappeln.de/wartemarke/internal/catalogue"
	"westerkappeln.de/wartemarke/internal/queue"
)

// oddDays are those on which the clocks change, the ends of two years, and a leap day.
var oddDays = []string{"2026-03-29", "2026-10-25", "2027-03-28", "2027-10-31", "2026-12-31", "2027-12-31", "2028-02-29"}

// clockAt is a time of the day, "24:00" for 1440.
func clockAt(minute int) string { return fmt.Sprintf("%02d:%02d", minute/60, minute%60) }

// one draws one of a few, all as likely; ranges would mostly give their ends.
func one(t *rapid.T, name string, of ...int) int { return rapid.SampledFrom(of).Draw(t, name) }

// drawTown makes a right catalogue whose openings are on around the day.
func drawTown(t *rapid.T, around time.Time) catalogue.Catalogue {
	near := func(name string) string {
		return around.AddDate(0, 0, one(t, name, 0, 0, 1, -1, 2, -2, -7)).Format(time.DateOnly)
	}
	some := func(name string, of []string, least int) []string {
		return rapid.SliceOfNDistinct(rapid.SampledFrom(of), least, len(of), rapid.ID).Draw(t, name)
	}
	c := offices()
	departments, services := []string{"amt", "standesamt"}, []string{"ausweis", "meldung", "urkunde"}
	for range one(t, "openings", 1, 2, 3, 4) {
		// Many openings hold the hour in which the clocks change.
		from := one(t, "from", 0, 60, 85, 120, 135, 150, 175, 180, 480, 1200, 1380)
		to := min(from+one(t, "long", 300, 200, 120, 45, 15, 1440), 24*60)
		o := catalogue.Opening{Departments: departments, From: clockAt(from), To: clockAt(to), Capacity: one(t, "capacity", 1, 2, 3, 0),
			SlotMinutes: one(t, "slot", 5, 7, 15, 20, 30), BufferMinutes: one(t, "buffer", 0, 0, 5, 30),
			BookFromDays: one(t, "from day", 0, 0, 1), BookToDays: one(t, "to day", 1, 2, 3, 9), WalkIn: true}
		o.StaffOnly = min(one(t, "kept", 0, 0, 1, 3), o.Capacity)
		switch one(t, "for", 0, 0, 1, 2) {
		case 1:
			o.Departments = departments[:1]
		case 2:
			o.Services = some("only", services, 1)
		}
		switch one(t, "rhythm", 0, 0, 1, 2, 3) {
		case 1:
			o.Dates = []string{near("date")}
		case 2:
			o.Days, o.EveryWeeks, o.Starts = catalogue.Weekdays, 2, near("starts")
		case 3:
			o.Days, o.ValidFrom = some("days", catalogue.Weekdays, 1), near("valid")
		default:
			o.Days = catalogue.Weekdays
		}
		c.Openings = append(c.Openings, o)
	}
	if one(t, "closed", 0, 0, 0, 1) == 1 {
		day := near("closed on")
		c.Closed = []catalogue.Closed{{From: day, To: day, Departments: some("closed for", departments, 0)}}
	}
	if rapid.Bool().Draw(t, "group") {
		c.Groups = []catalogue.Group{{ID: "raum", Services: some("in the group", services, 1), Capacity: one(t, "rooms", 1, 2, 3)}}
	}
	if rapid.Bool().Draw(t, "no holidays") {
		c.Holidays.Calendar = ""
	}
	return c
}

func drawWant(t *rapid.T) Want {
	w := Want{Staff: one(t, "staff", 0, 0, 0, 1) == 1}
	for _, id := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"ausweis", "meldung", "urkunde"}), 1, 2, rapid.ID).Draw(t, "services") {
		v := queue.Visit{ID: id, Quantity: 1}
		if id != "meldung" {
			v.Quantity = one(t, "pieces", 1, 1, 3)
		}
		w.Services = append(w.Services, v)
	}
	return w
}

// drawTaken makes places in the pools of all openings and groups, some beyond every capacity.
func drawTaken(t *rapid.T, c catalogue.Catalogue, around time.Time) []Place {
	pools := []string{"group:raum", "group:another"}
	for _, o := range c.Openings {
		pools = append(pools, openingPool(o))
	}
	var taken []Place
	for range one(t, "taken", 0, 5, 15, 30) {
		from := around.Add(time.Duration(one(t, "hour", 0, 1, 2, 3, 4, 5, 8, 20, -24)*60+one(t, "minute", 0, 7, 15, 30, 45)) * time.Minute)
		taken = append(taken, Place{Pool: rapid.SampledFrom(pools).Draw(t, "pool"), Lane: one(t, "lane", 0, 0, 1, 1, 2, 4),
			From: from, To: from.Add(time.Duration(one(t, "for", 15, 20, 90, 180)) * time.Minute)})
	}
	return taken
}

// drawCase makes all that a search needs, around an odd day.
func drawCase(t *rapid.T, loc *time.Location) (r *reference, taken []Place, around time.Time) {
	around, _ = time.ParseInLocation(time.DateOnly, rapid.SampledFrom(oddDays).Draw(t, "day"), loc)
	r = &reference{cat: drawTown(t, around), loc: loc, rules: DefaultRules(), want: drawWant(t), busy: map[minuteOfLane]bool{}}
	r.rules.LeadMinutes = one(t, "lead", 0, 30, 600)
	r.now = around.Add(time.Duration(one(t, "now", -24, -12, -2, 1, 2)*3600+one(t, "seconds", 0, 1, 1800)) * time.Second)
	taken = drawTaken(t, r.cat, around)
	r.take(taken)
	return r, taken, around
}

// The search finds what the reference finds, day by day.
func TestFreeAgreesWithEveryMinuteOfEveryLane(t *testing.T) {
	loc := berlin(t)
	rapid.Check(t, func(t *rapid.T) {
		r, taken, around := drawCase(t, loc)
		first, last := queue.DayOf(around.AddDate(0, 0, -1), loc), queue.DayOf(around.AddDate(0, 0, 2), loc)
		days := r.rules.FreeDays(r.cat, loc, r.want, first, last, r.now, taken)
		if len(days) != 4 {
			t.Fatalf("%d days", len(days))
		}
		for n, d := range days {
			if d.Day != queue.DayOf(around.AddDate(0, 0, n-1), loc) {
				t.Fatalf("day %d is %s", n, d.Day)
			}
			free := freeStarts(r.starts(string(d.Day)))
			var got []int64
			for _, s := range r.rules.FreeSlots(r.cat, loc, r.want, d.Day, r.now, taken) {
				got = append(got, s.Start.Unix())
				if s.End.Sub(s.Start) != time.Duration(r.minutes())*time.Minute {
					t.Fatalf("%v to %v", s.Start, s.End)
				}
			}
			if !slices.Equal(got, free) {
				t.Fatalf("%s: found %v\nwant %v", d.Day, clocks(got, loc), clocks(free, loc))
			}
			if d.Free != len(free) {
				t.Fatalf("%s: %d free, want %d", d.Day, d.Free, len(free))
			}
			if from, to := Horizon(r.cat, r.want.Services, r.want.Staff, r.now, loc); len(free) > 0 && (d.Day < from || d.Day > to) {
				t.Fatalf("%s is free, but the horizon is %s to %s", d.Day, from, to)
			}
		}
	})
}

// Seat seats exactly at the free times, apart from all that is taken, and says why not at the others.
func TestSeatAgreesWithEveryMinuteOfEveryLane(t *testing.T) {
	loc := berlin(t)
	rapid.Check(t, func(t *rapid.T) {
		r, taken, around := drawCase(t, loc)
		starts := r.starts(around.Format(time.DateOnly))
		for at, free := range starts {
			start := time.Unix(at, 0).UTC()
			places, slot, err := r.rules.Seat(r.cat, loc, r.want, start, r.now, taken)
			if !free {
				refused(t, err, queue.Refusal{Code: queue.SlotTaken, Start: start})
				continue
			}
			if err != nil || !slot.Start.Equal(start) {
				t.Fatalf("%v: %v, %v", start, slot, err)
			}
			r.checkPlaces(t, places, start)
		}
		other := around.Add(time.Duration(rapid.IntRange(0, 22*3600).Draw(t, "any time")) * time.Second)
		if _, offered := starts[other.Unix()]; !offered {
			_, _, err := r.rules.Seat(r.cat, loc, r.want, other, r.now, taken)
			refused(t, err, queue.Refusal{Code: queue.NotBookable, Start: other})
		}
		_, _, err := r.rules.Seat(r.cat, loc, r.want, around.Add(time.Nanosecond), r.now, taken)
		refused(t, err, queue.Refusal{Code: queue.NotBookable, Start: around.Add(time.Nanosecond)})
	})
}

// checkPlaces checks those of a visit: in pools that are asked for, in lanes that may be used, long enough, and free.
func (r *reference) checkPlaces(t *rapid.T, places []Place, start time.Time) {
	t.Helper()
	pools := Pools(r.cat, r.want.Services)
	for _, p := range places {
		if !slices.Contains(pools, p.Pool) || !p.From.Equal(start) || p.To.Sub(start) < time.Duration(r.minutes())*time.Minute {
			t.Fatalf("%+v at %v, pools %v", p, start, pools)
		}
		for at := p.From; at.Before(p.To); at = at.Add(time.Minute) {
			if r.busy[minuteOfLane{p.Pool, p.Lane, at.Unix()}] {
				t.Fatalf("%+v is taken at %v", p, at)
			}
		}
	}
	if groups := len(newVisit(r.cat, r.loc, r.want.Services).groups); len(places) != 1+groups {
		t.Fatalf("%d places with %d groups", len(places), groups)
	}
}

// Whoever comes in whatever order, a day sells until the reference has nothing left, and each place once.
func TestADayIsSoldToTheLastPlace(t *testing.T) {
	loc := berlin(t)
	rapid.Check(t, func(t *rapid.T) {
		r, taken, around := drawCase(t, loc)
		day := queue.DayOf(around, loc)
		for n := 0; ; n++ {
			if n > 0 && n%3 == 0 {
				r.want = drawWant(t)
			}
			slots := r.rules.FreeSlots(r.cat, loc, r.want, day, r.now, taken)
			if n%5 == 0 || len(slots) == 0 {
				if free := freeStarts(r.starts(string(day))); len(free) != len(slots) {
					t.Fatalf("after %d: %d slots, want %v", n, len(slots), clocks(free, loc))
				}
			}
			if len(slots) == 0 || n == 40 {
				return
			}
			start := rapid.SampledFrom(slots).Draw(t, "slot").Start
			places, _, err := r.rules.Seat(r.cat, loc, r.want, start, r.now, taken)
			if err != nil {
				t.Fatalf("%v is free, but %v", start, err)
			}
			r.checkPlaces(t, places, start)
			r.take(places)
			taken = append(taken, places...)
		}
	})
}

func refused(t *rapid.T, err error, want queue.Refusal) {
	t.Helper()
	var got *queue.Refusal
	if !errors.As(err, &got) || *got != want {
		t.Fatalf("got %+v, want %+v", err, want)
	}
}

// freeStarts are the free ones, in order.
func freeStarts(starts map[int64]bool) []int64 {
	maps.DeleteFunc(starts, func(_ int64, free bool) bool { return !free })
	return slices.Sorted(maps.Keys(starts))
}

func clocks(at []int64, loc *time.Location) []string {
	var texts []string
	for _, t := range at {
		texts = append(texts, time.Unix(t, 0).In(loc).Format("02. 15:04 MST"))
	}
	return texts
}
