package booking

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"westerkappeln.de/wartemarke/internal/catalogue"
	"westerkappeln.de/wartemarke/internal/queue"
)

// appointment is a booked one on 2026-11-24.
func appointment(t *testing.T, at string, services ...string) Appointment {
	start := local(t, "2026-11-24 "+at)
	return Appointment{ID: at, Start: start, End: start.Add(15 * time.Minute), Services: want(services...).Services, State: Booked}
}

// conflict is one as "kind [openings] text: IDs of the appointments".
func conflict(c Conflict) string {
	text := fmt.Sprintf("%s %v %s:", c.Kind, c.Openings, c.Text)
	for _, a := range c.Appointments {
		text += " " + a.ID
	}
	return strings.TrimSuffix(text, ":")
}

func TestAppointmentsThatLoseTheirPlace(t *testing.T) {
	at := func(times ...string) []Appointment {
		var all []Appointment
		for _, time := range times {
			all = append(all, appointment(t, time, "ausweis"))
		}
		return all
	}
	mornings := func(capacity int) catalogue.Catalogue { return offices(bookable(workdays, "08:00", "12:00", capacity)) }
	with := func(c catalogue.Catalogue, change func(*catalogue.Catalogue)) catalogue.Catalogue {
		change(&c)
		return c
	}
	closed := func(c *catalogue.Catalogue) {
		c.Closed = []catalogue.Closed{{From: "2026-11-24", To: "2026-11-24"}}
	}
	room := func(capacity int) func(c *catalogue.Catalogue) {
		return func(c *catalogue.Catalogue) {
			c.Groups = []catalogue.Group{{ID: "raum", Services: []string{"ausweis"}, Capacity: capacity}}
		}
	}
	two := func(capacity int) catalogue.Catalogue {
		c := offices(bookable(workdays, "08:00", "12:00", capacity), bookable(workdays, "08:00", "12:00", capacity))
		c.Openings[1].Services = []string{"ausweis"}
		return c
	}
	withoutEnd := at("11:50")
	withoutEnd[0].End = time.Time{}
	cancelled := at("08:00")
	cancelled[0].State = Cancelled
	const name = "opening[1] (amt mon tue wed thu fri 08:00–12:00)"

	for _, c := range []struct {
		name     string
		old, new catalogue.Catalogue
		booked   []Appointment
		want     []string
	}{
		{"nothing changes", mornings(1), mornings(1), at("08:00", "08:05", "13:00"), nil},
		{"closed", mornings(1), with(mornings(1), closed), at("08:00", "11:45", "11:46", "13:00"),
			[]string{"outside [] 2 appointments would lie outside every opening for what they are for, the first on 2026-11-24 08:00: 08:00 11:45"}},
		{"closed already", with(mornings(1), closed), with(mornings(1), closed), at("08:00"), nil},
		{"closes earlier", mornings(1), offices(bookable(workdays, "08:00", "11:59", 1)), at("11:45"),
			[]string{"outside [] 1 appointment would lie outside every opening for what they are for, the first on 2026-11-24 11:45: 11:45"}},
		{"closes earlier, of unknown length", offices(bookable(workdays, "08:00", "12:10", 1)), mornings(1), withoutEnd,
			[]string{"outside [] 1 appointment would lie outside every opening for what they are for, the first on 2026-11-24 11:50: 11:50"}},
		{"moves to another grid", mornings(1), offices(bookable(workdays, "07:57", "12:00", 1)), at("08:00"), nil},
		{"over", offices(bookable(workdays, "06:00", "12:00", 1)), with(mornings(1), closed), at("07:29"), nil},
		{"outside already", mornings(1), with(mornings(1), closed), at("07:40"), nil},
		{"cancelled", mornings(1), with(mornings(1), closed), cancelled, nil},
		{"walk-ins only", mornings(1), mornings(0), at("08:00"), []string{"too_many [0] " + name + " takes 0 at a time; 1 appointment would be too many, the first on 2026-11-24 08:00: 08:00"}},
		{"walk-ins only already", mornings(0), mornings(0), at("08:00"), nil},
		{"walk-ins only, and closed", mornings(0), with(mornings(0), closed), at("08:00"), []string{"outside [] 1 appointment would lie outside every opening for what they are for, the first on 2026-11-24 08:00: 08:00"}},
		{"fewer at a time", mornings(3), mornings(2), at("08:00", "08:05", "08:10", "08:15", "08:40"),
			[]string{"too_many [0] " + name + " takes 2 at a time; 1 appointment would be too many, the first on 2026-11-24 08:10: 08:10"}},
		{"fewer, but too many already", mornings(2), mornings(1), at("08:00", "08:01", "08:02"),
			[]string{"too_many [0] " + name + " takes 1 at a time; 1 appointment would be too many, the first on 2026-11-24 08:01: 08:01"}},
		{"fewer in either of two openings", two(1), two(0), at("08:00", "08:05"),
			[]string{"too_many [1] opening[2] (amt ausweis mon tue wed thu fri 08:00–12:00) takes 0 at a time; 2 appointments would be too many, the first on 2026-11-24 08:00: 08:00 08:05"}},
		{"as many in two openings", mornings(2), two(1), at("08:00", "08:05"),
			[]string{"overlap [0 1] " + name + " and opening[2] (amt ausweis mon tue wed thu fri 08:00–12:00) both offer ausweis at the same time, the first time on 2026-11-24; together they take 2 at a time"}},
		{"fewer rooms", with(mornings(3), room(2)), with(mornings(3), room(1)), at("08:00", "08:05", "08:10"),
			[]string{`too_many [] group "raum" takes 1 at a time; 1 appointment would be too many, the first on 2026-11-24 08:05: 08:05`}},
		{"a service gone", mornings(1), with(mornings(1), func(c *catalogue.Catalogue) { c.Services = c.Services[1:] }), at("08:00", "09:00"),
			[]string{`unknown [] there is no service "ausweis" any more; 2 appointments to come, the first on 2026-11-24 08:00: 08:00 09:00`}},
		{"an unknown service stays unknown", mornings(1), mornings(2), []Appointment{appointment(t, "08:00", "nix")}, nil},
	} {
		var got []string
		for _, x := range DefaultRules().Conflicts(c.old, c.new, berlin(t), local(t, "2026-11-24 07:30"), c.booked) {
			got = append(got, conflict(x))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s:\ngot  %q\nwant %q", c.name, got, c.want)
		}
	}
}

func TestOverlapsOfOpenings(t *testing.T) {
	base := func() []catalogue.Opening {
		return []catalogue.Opening{bookable([]string{"mon", "tue"}, "08:00", "12:00", 2), bookable([]string{"tue", "wed"}, "11:00", "14:00", 3)}
	}
	for _, c := range []struct {
		name   string
		change func(a, b *catalogue.Opening)
		says   string // "" = no overlap
	}{
		{"one pool", func(a, b *catalogue.Opening) {}, "both offer ausweis, meldung at the same time, the first time on 2026-11-24; they share their lanes, so together they take 3 at a time"},
		{"two pools", func(a, b *catalogue.Opening) { b.Services = []string{"ausweis"} }, "both offer ausweis at the same time, the first time on 2026-11-24; together they take 5 at a time"},
		{"shared department", func(a, b *catalogue.Opening) { b.Departments = []string{"standesamt", "amt"} }, "both offer ausweis, meldung at"},
		{"touching", func(a, b *catalogue.Opening) { b.From = "12:00" }, ""},
		{"other days", func(a, b *catalogue.Opening) { b.Days = []string{"wed"} }, ""},
		{"other weeks", func(a, b *catalogue.Opening) {
			a.EveryWeeks, a.Starts, b.EveryWeeks, b.Starts = 2, "2026-11-23", 2, "2026-11-30"
		}, ""},
		{"other rhythms", func(a, b *catalogue.Opening) {
			a.EveryWeeks, a.Starts, b.EveryWeeks, b.Starts = 2, "2026-11-23", 3, "2026-11-30"
		}, "first time on 2026-12-22"},
		{"over", func(a, b *catalogue.Opening) { b.ValidTo = "2026-11-22" }, ""},
		{"on a closed date", func(a, b *catalogue.Opening) { b.Days, b.Dates = nil, []string{"2026-12-01"} }, ""},
		{"on an open date", func(a, b *catalogue.Opening) { b.Days, b.Dates = nil, []string{"2026-12-01", "2026-12-08"} }, "first time on 2026-12-08"},
		{"on a holiday", func(a, b *catalogue.Opening) { b.Days, b.Dates = nil, []string{"2027-03-29"} }, ""},
		{"other services", func(a, b *catalogue.Opening) { a.Services, b.Services = []string{"ausweis"}, []string{"meldung"} }, ""},
		{"not for appointments", func(a, b *catalogue.Opening) { a.Services, b.Services = []string{"fund"}, []string{"fund"} }, ""},
		{"other departments", func(a, b *catalogue.Opening) { b.Departments = []string{"standesamt"} }, ""},
		{"walk-ins only", func(a, b *catalogue.Opening) { b.Capacity = 0 }, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			openings := base()
			c.change(&openings[0], &openings[1])
			town := offices(openings...)
			town.Closed = []catalogue.Closed{{From: "2026-12-01", To: "2026-12-01"}}
			now := local(t, "2026-11-23 12:00")
			got := DefaultRules().Conflicts(catalogue.Catalogue{}, town, berlin(t), now, nil)
			if c.says == "" {
				if len(got) > 0 {
					t.Errorf("%+v", got)
				}
				return
			}
			if len(got) != 1 || got[0].Kind != Overlap || !slices.Equal(got[0].Openings, []int{0, 1}) || !strings.Contains(got[0].Text, c.says) {
				t.Fatalf("got %+v, want %q", got, c.says)
			}
			for _, one := range [][]catalogue.Opening{town.Openings[:1], town.Openings[1:]} {
				old := town
				old.Openings = one
				if len(DefaultRules().Conflicts(old, town, berlin(t), now, nil)) != 1 {
					t.Error("not told when only one of them is new")
				}
			}
			// What stood so before is not told again, whatever else changes.
			again := town
			again.Openings = append([]catalogue.Opening{bookable([]string{"sun"}, "08:00", "09:00", 1)}, town.Openings...)
			again.Openings[0].Departments = []string{"amt"}
			if got := DefaultRules().Conflicts(town, again, berlin(t), now, nil); len(got) > 0 {
				t.Errorf("told again: %+v", got)
			}
		})
	}
}

func TestOverlapsEnd(t *testing.T) {
	var openings []catalogue.Opening
	for n := range 40 {
		openings = append(openings, bookable(workdays, "08:00", clockAt(600+n), 1))
	}
	if got := overlaps(catalogue.Catalogue{}, offices(openings...), dayOf(local(t, "2026-11-23 12:00"), berlin(t))); len(got) != maxOverlaps {
		t.Errorf("%d overlaps", len(got))
	}
}

// A catalogue never contradicts what was booked in it, and the catalogue as it was is no worse than itself.
func TestWhatWasBookedIsNoConflict(t *testing.T) {
	loc := berlin(t)
	rapid.Check(t, func(t *rapid.T) {
		r, _, around := drawCase(t, loc)
		var booked []Appointment
		var taken []Place
		for n := range 12 {
			r.want = drawWant(t)
			slots := r.rules.FreeSlots(r.cat, loc, r.want, queue.DayOf(around, loc), r.now, taken)
			if len(slots) == 0 {
				continue
			}
			slot := rapid.SampledFrom(slots).Draw(t, "slot")
			places, _, err := r.rules.Seat(r.cat, loc, r.want, slot.Start, r.now, taken)
			if err != nil {
				t.Fatal(err)
			}
			taken = append(taken, places...)
			booked = append(booked, Appointment{ID: fmt.Sprint(n), Start: slot.Start, End: slot.End, Services: r.want.Services, State: Booked})
		}
		if got := r.rules.Conflicts(r.cat, r.cat, loc, r.now, booked); len(got) > 0 {
			t.Fatalf("%+v", got)
		}
		more := r.cat
		more.Openings = slices.Clone(more.Openings)
		for i := range more.Openings {
			more.Openings[i].Capacity++
		}
		for _, c := range r.rules.Conflicts(r.cat, more, loc, r.now, booked) {
			if c.Kind != Overlap {
				t.Fatalf("%+v though there is more room", c)
			}
		}
		none := r.cat
		none.Openings = nil
		lost := 0
		for _, c := range r.rules.Conflicts(r.cat, none, loc, r.now, booked) {
			lost += len(c.Appointments)
		}
		if lost != len(booked) {
			t.Fatalf("%d of %d lie outside of nothing", lost, len(booked))
		}
	})
}
