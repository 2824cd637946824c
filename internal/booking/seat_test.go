package booking

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"westerkappeln.de/wartemarke/internal/catalogue"
	"westerkappeln.de/wartemarke/internal/queue"
)

func TestCheck(t *testing.T) {
	c := offices()
	visits := func(ids ...string) []queue.Visit { return want(ids...).Services }
	many := func(id string, n int) []queue.Visit { return []queue.Visit{{ID: id, Quantity: n}} }
	rules := DefaultRules()
	rules.MaxServices = 2
	for _, x := range []struct {
		name     string
		rules    Rules
		services []queue.Visit
		citizen  *queue.Refusal
		staff    *queue.Refusal
	}{
		{"one", rules, visits("ausweis"), nil, nil},
		{"none", rules, nil, &queue.Refusal{Code: queue.Invalid, Field: "service"}, &queue.Refusal{Code: queue.Invalid, Field: "service"}},
		{"unknown", rules, visits("nix"), &queue.Refusal{Code: queue.Invalid, Field: "service", Service: "nix"}, &queue.Refusal{Code: queue.Invalid, Field: "service", Service: "nix"}},
		{"not for appointments", rules, visits("fund"), &queue.Refusal{Code: queue.Invalid, Field: "service", Service: "fund"}, &queue.Refusal{Code: queue.Invalid, Field: "service", Service: "fund"}},
		{"twice", rules, visits("ausweis", "ausweis"), &queue.Refusal{Code: queue.Invalid, Field: "service", Service: "ausweis"}, &queue.Refusal{Code: queue.Invalid, Field: "service", Service: "ausweis"}},
		{"no piece", rules, many("ausweis", 0), &queue.Refusal{Code: queue.Invalid, Field: "quantity", Service: "ausweis"}, &queue.Refusal{Code: queue.Invalid, Field: "quantity", Service: "ausweis"}},
		{"three services", rules, visits("ausweis", "meldung", "urkunde"), &queue.Refusal{Code: queue.TooMuch, Field: "services"}, nil},
		{"the rule's pieces", rules, many("ausweis", 6), nil, nil},
		{"more than the rule's", rules, many("ausweis", 7), &queue.Refusal{Code: queue.TooMuch, Field: "quantity", Service: "ausweis"}, nil},
		{"more than the service's", rules, many("meldung", 2), &queue.Refusal{Code: queue.TooMuch, Field: "quantity", Service: "meldung"}, nil},
		{"rules of nothing allow one", Rules{}, many("ausweis", 1), nil, nil},
		{"24 hours", Rules{MaxQuantity: 1440}, many("ausweis", 96), nil, nil},
		{"more than 24 hours", Rules{MaxQuantity: 1440}, many("ausweis", 97), &queue.Refusal{Code: queue.TooMuch, Field: "services"}, &queue.Refusal{Code: queue.TooMuch, Field: "services"}},
		{"no number of pieces", Rules{MaxQuantity: 1440}, many("ausweis", 1<<62), &queue.Refusal{Code: queue.TooMuch, Field: "quantity", Service: "ausweis"}, &queue.Refusal{Code: queue.TooMuch, Field: "quantity", Service: "ausweis"}},
	} {
		for staff, refusal := range map[bool]*queue.Refusal{false: x.citizen, true: x.staff} {
			err := x.rules.Check(c, x.services, staff)
			var got *queue.Refusal
			if errors.As(err, &got); !cmp.Equal(got, refusal) || (err == nil) != (refusal == nil) {
				t.Errorf("%s, staff %v: got %+v, want %+v", x.name, staff, err, refusal)
			}
		}
	}
}

func TestSeatRefusesWhatCheckRefuses(t *testing.T) {
	start := local(t, "2026-11-24 08:00")
	_, _, err := DefaultRules().Seat(offices(bookable(workdays, "08:00", "09:00", 1)), berlin(t), want("fund"), start, start.AddDate(0, 0, -1), nil)
	var got *queue.Refusal
	if !errors.As(err, &got) || got.Code != queue.Invalid || got.Service != "fund" {
		t.Error(err)
	}
}

// The lane is the one that became free last before the start.
func TestSeatChoosesTheLaneThatFitsBest(t *testing.T) {
	o := bookable(workdays, "08:00", "12:00", 4)
	o.StaffOnly = 2
	group := catalogue.Group{ID: "raum", Services: []string{"meldung"}, Capacity: 2}
	room := Place{Pool: "group:raum", Lane: 1, From: local(t, "2026-11-24 09:30"), To: local(t, "2026-11-24 10:00")}
	for _, c := range []struct {
		name  string
		want  Want
		taken []Place
		lane  int
		room  int // -1 for none
	}{
		{"all free", want("ausweis"), nil, 0, -1},
		{"after another", want("ausweis"), []Place{lane(t, 1, "08:00", "09:00")}, 1, -1},
		{"after the later one", want("ausweis"), []Place{lane(t, 0, "09:00", "09:30"), lane(t, 1, "09:15", "09:45")}, 1, -1},
		{"after the later one, whatever the order", want("ausweis"), []Place{lane(t, 1, "08:00", "08:15"), lane(t, 0, "09:30", "10:00"), lane(t, 0, "08:00", "08:15")}, 0, -1},
		{"what was before the opening is as good as nothing", want("ausweis"), []Place{lane(t, 1, "07:00", "07:30")}, 0, -1},
		{"what comes later does not matter", want("ausweis"), []Place{lane(t, 0, "10:15", "11:00")}, 0, -1},
		{"not a kept lane", want("ausweis"), []Place{lane(t, 2, "09:45", "10:00")}, 0, -1},
		{"staff take a kept one", staffWant("ausweis"), nil, 2, -1},
		{"staff take the kept one that fits best", staffWant("ausweis"), []Place{lane(t, 3, "08:00", "09:00"), lane(t, 1, "08:00", "10:00")}, 3, -1},
		{"staff take the other when the kept ones are taken", staffWant("ausweis"), []Place{lane(t, 3, "09:00", "10:05"), lane(t, 2, "10:10", "11:00"), lane(t, 1, "08:00", "09:00")}, 1, -1},
		{"a room too", want("meldung"), []Place{lane(t, 0, "09:45", "10:01"), room}, 1, 1},
	} {
		town := offices(o)
		town.Groups = []catalogue.Group{group}
		start := local(t, "2026-11-24 10:00")
		places, _, err := DefaultRules().Seat(town, berlin(t), c.want, start, start.AddDate(0, 0, -1), c.taken)
		if err != nil || places[0].Lane != c.lane || places[0].Pool != "opening:amt/" || (len(places) == 2) != (c.room >= 0) {
			t.Errorf("%s: %v, %v", c.name, places, err)
		} else if c.room >= 0 && (places[1].Pool != "group:raum" || places[1].Lane != c.room) {
			t.Errorf("%s: %v", c.name, places[1])
		}
	}
}

func staffWant(services ...string) Want {
	w := want(services...)
	w.Staff = true
	return w
}

func TestSeatTakesTheNarrowOpeningFirst(t *testing.T) {
	wide, narrow := bookable(workdays, "08:00", "09:00", 1), bookable(workdays, "08:00", "09:00", 1)
	narrow.Services, narrow.BufferMinutes = []string{"ausweis"}, 5
	c, start := offices(wide, narrow), local(t, "2026-11-24 08:15")
	var taken []Place
	for _, pool := range []string{"opening:amt/ausweis", "opening:amt/"} {
		places, _, err := DefaultRules().Seat(c, berlin(t), want("ausweis"), start, start.AddDate(0, 0, -1), taken)
		if err != nil || len(places) != 1 || places[0].Pool != pool {
			t.Fatal(places, err)
		}
		if buffer := places[0].To.Sub(start) - 15*time.Minute; buffer != map[bool]time.Duration{true: 5 * time.Minute}[pool == "opening:amt/ausweis"] {
			t.Errorf("buffer %v", buffer)
		}
		taken = append(taken, places...)
	}
	_, _, err := DefaultRules().Seat(c, berlin(t), want("ausweis"), start, start.AddDate(0, 0, -1), taken)
	var got *queue.Refusal
	if !errors.As(err, &got) || got.Code != queue.SlotTaken || !got.Start.Equal(start) {
		t.Error(err)
	}
}

func TestSeatAnyway(t *testing.T) {
	loc := berlin(t)
	plain := offices(bookable(workdays, "08:00", "09:00", 1))
	buffered := bookable(workdays, "08:00", "09:00", 1)
	buffered.BufferMinutes = 5
	later := bookable(workdays, "08:30", "10:00", 1)
	later.Departments = []string{"amt", "standesamt"}
	grouped := offices(bookable(workdays, "08:00", "09:00", 1))
	grouped.Groups = []catalogue.Group{{ID: "raum", Services: []string{"ausweis"}, Capacity: 1}}
	closed := offices(bookable(workdays, "08:00", "09:00", 1))
	closed.Closed = []catalogue.Closed{{From: "2026-11-24", To: "2026-11-24"}}
	night := offices(bookable([]string{"wed"}, "00:00", "02:00", 1))
	walkIn := offices(bookable(workdays, "08:00", "09:00", 0), bookable([]string{"tue"}, "08:00", "09:00", 1))
	walkIn.Openings[1].Services = []string{"ausweis", "fund"}
	in := func(pool string, n int, from, to string) Place {
		p := lane(t, n, from, to)
		p.Pool = pool
		return p
	}
	const amt, both = "opening:amt/", "opening:amt,standesamt/"
	for _, c := range []struct {
		name     string
		town     catalogue.Catalogue
		services []queue.Visit
		start    string // on 2026-11-24
		taken    []Place
		want     []Place
	}{
		{"free", plain, want("ausweis").Services, "08:15:00", nil, []Place{in(amt, 0, "08:15", "08:30")}},
		{"off the grid", plain, want("ausweis").Services, "08:07:00", nil, []Place{in(amt, 0, "08:07", "08:22")}},
		{"off the minute", plain, want("ausweis").Services, "08:07:30", nil, []Place{in(amt, 0, "08:07", "08:23")}},
		{"not for appointments", plain, want("fund").Services, "08:15:00", nil, []Place{in(amt, 0, "08:15", "08:20")}},
		{"full", plain, want("ausweis").Services, "08:15:00", []Place{in(amt, 0, "08:00", "09:00"), in(amt, 1, "08:29", "08:40")}, []Place{in(amt, 2, "08:15", "08:30")}},
		{"begins before", plain, want("ausweis").Services, "07:50:00", nil, []Place{in(amt, 0, "07:50", "08:05")}},
		{"ends after", plain, want("ausweis").Services, "08:50:00", nil, []Place{in(amt, 0, "08:50", "09:05")}},
		{"ends as it opens", plain, want("ausweis").Services, "07:45:00", nil, nil},
		{"begins as it closes", plain, want("ausweis").Services, "09:00:00", nil, nil},
		{"closed", closed, want("ausweis").Services, "08:15:00", nil, nil},
		{"of another department", plain, want("urkunde").Services, "08:15:00", nil, nil},
		{"no services", plain, nil, "08:15:00", nil, nil},
		{"unknown service", plain, want("nix").Services, "08:15:00", nil, nil},
		{"buffer", offices(buffered), want("ausweis").Services, "08:15:00", nil, []Place{in(amt, 0, "08:15", "08:35")}},
		{"the opening that holds it all", offices(bookable(workdays, "08:00", "09:00", 1), later), want("ausweis").Services, "08:50:00", nil, []Place{in(both, 0, "08:50", "09:05")}},
		{"the opening that holds it all, though it is full", offices(bookable(workdays, "08:00", "09:00", 1), later), want("ausweis").Services, "08:50:00", []Place{in(both, 0, "08:00", "09:00")}, []Place{in(both, 1, "08:50", "09:05")}},
		{"the opening that has room", offices(bookable(workdays, "08:00", "09:00", 1), later), want("ausweis").Services, "08:30:00", []Place{in(amt, 0, "08:00", "09:00")}, []Place{in(both, 0, "08:30", "08:45")}},
		{"no room anywhere", offices(bookable(workdays, "08:00", "09:00", 1), later), want("ausweis").Services, "08:30:00", []Place{in(amt, 0, "08:00", "09:00"), in(both, 0, "08:00", "09:00")}, []Place{in(amt, 1, "08:30", "08:45")}},
		{"rather where bookings are", walkIn, want("ausweis").Services, "08:30:00", []Place{in("opening:amt/ausweis,fund", 0, "08:00", "09:00")}, []Place{in("opening:amt/ausweis,fund", 1, "08:30", "08:45")}},
		{"group", grouped, want("ausweis").Services, "08:15:00", []Place{in("group:raum", 0, "08:00", "09:00")}, []Place{in(amt, 0, "08:15", "08:30"), in("group:raum", 1, "08:15", "08:30")}},
		{"into the next day", night, want("ausweis").Services, "23:50:00", nil, []Place{in(amt, 0, "23:50", "24:05")}},
		{"as long as a place can be", plain, []queue.Visit{{ID: "ausweis", Quantity: 1 << 40}}, "08:00:30", nil, []Place{in(amt, 0, "08:00", "32:00")}},
	} {
		start := local(t, "2026-11-24 "+c.start)
		got, end := DefaultRules().SeatAnyway(c.town, loc, c.services, start, c.taken)
		if d := cmp.Diff(c.want, got, cmp.Comparer(func(a, b time.Time) bool { return a.Equal(b) })); d != "" {
			t.Errorf("%s: %s", c.name, d)
		}
		if want := start.Add(time.Duration(Minutes(c.town, c.services)) * time.Minute); !end.Equal(want) {
			t.Errorf("%s: ends at %v", c.name, end)
		}
	}
}
