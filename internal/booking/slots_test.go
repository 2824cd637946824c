package booking

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"westerkappeln.de/wartemarke/internal/catalogue"
	"westerkappeln.de/wartemarke/internal/queue"
)

// offices can be booked: ausweis (15 min) and meldung (20 min) of amt, urkunde (10 min) of standesamt. An opening without
// departments is amt's.
func offices(openings ...catalogue.Opening) catalogue.Catalogue {
	for i, o := range openings {
		if len(o.Departments) == 0 {
			openings[i].Departments = []string{"amt"}
		}
	}
	return catalogue.Catalogue{
		Services: []catalogue.Service{
			{ID: "ausweis", Department: "amt", Minutes: 15, Appointment: true},
			{ID: "meldung", Department: "amt", Minutes: 20, Appointment: true, MaxQuantity: 1},
			{ID: "fund", Department: "amt", Minutes: 5},
			{ID: "urkunde", Department: "standesamt", Minutes: 10, Appointment: true},
		},
		Openings: openings,
		Holidays: catalogue.Holidays{Calendar: "DE-NW"},
	}
}

// bookable is weekly with a capacity, slots of 15 minutes, from today to 60 days ahead.
func bookable(days []string, from, to string, capacity int) catalogue.Opening {
	o := weekly(days, from, to)
	o.Capacity, o.SlotMinutes, o.BookToDays = capacity, 15, 60
	return o
}

func want(services ...string) Want {
	w := Want{}
	for _, id := range services {
		w.Services = append(w.Services, queue.Visit{ID: id, Quantity: 1})
	}
	return w
}

// clockTimes are the free times of w on the day, such as "08:00 08:15".
func clockTimes(t *testing.T, c catalogue.Catalogue, w Want, day queue.Day, now string, taken []Place) string {
	t.Helper()
	var texts []string
	for _, s := range DefaultRules().FreeSlots(c, berlin(t), w, day, local(t, now), taken) {
		texts = append(texts, s.Start.Format("15:04"))
	}
	return strings.Join(texts, " ")
}

// lane is one of amt's, taken on 2026-11-24 between two times, which may lie on the next day ("24:05").
func lane(t *testing.T, n int, from, to string) Place {
	t.Helper()
	at := func(text string) time.Time {
		var hour, minute int
		if _, err := fmt.Sscanf(text, "%d:%d", &hour, &minute); err != nil {
			t.Fatal(err)
		}
		return time.Date(2026, 11, 24, hour, minute, 0, 0, berlin(t))
	}
	return Place{Pool: "opening:amt/", Lane: n, From: at(from), To: at(to)}
}

func TestFreeSlots(t *testing.T) {
	const day, evening = "2026-11-24", "2026-11-23 18:00" // a Tuesday and the evening before
	mornings := bookable(workdays, "08:00", "09:00", 1)
	change := func(change func(*catalogue.Opening)) catalogue.Catalogue {
		o := mornings
		change(&o)
		return offices(o)
	}
	group := func(capacity int, c catalogue.Catalogue) catalogue.Catalogue {
		c.Groups = []catalogue.Group{{ID: "raum", Services: []string{"ausweis", "urkunde"}, Capacity: capacity}}
		return c
	}
	room := Place{Pool: "group:raum", From: local(t, "2026-11-24 08:10"), To: local(t, "2026-11-24 08:20")}
	allDay := change(func(o *catalogue.Opening) { o.From, o.To, o.SlotMinutes, o.BufferMinutes = "00:00", "24:00", 480, 480 })
	longest, tooLong := staffWant("ausweis"), staffWant("ausweis")
	longest.Services[0].Quantity, tooLong.Services[0].Quantity = 64, 65
	shared := change(func(o *catalogue.Opening) { o.Departments = []string{"amt", "standesamt"} })
	shared.Closed = []catalogue.Closed{{From: day, To: day, Departments: []string{"standesamt"}}}
	staff, family, both := want("ausweis"), want("ausweis"), want("ausweis", "meldung")
	staff.Staff, family.Services[0].Quantity = true, 3
	for _, c := range []struct {
		name  string
		town  catalogue.Catalogue
		want  Want
		now   string
		taken []Place
		free  string
	}{
		{name: "a morning", town: offices(mornings), free: "08:00 08:15 08:30 08:45"},
		{name: "longer than the grid", town: offices(mornings), want: want("meldung"), free: "08:00 08:15 08:30"},
		{name: "a family", town: offices(mornings), want: family, free: "08:00 08:15"},
		{name: "two services", town: offices(mornings), want: both, free: "08:00 08:15"},
		{name: "longer than the opening", town: offices(bookable(workdays, "08:00", "08:14", 1)), free: ""},
		{name: "from two departments", town: offices(mornings), want: want("ausweis", "urkunde"), free: ""},
		{name: "from two departments that share an opening", town: change(func(o *catalogue.Opening) { o.Departments = []string{"amt", "standesamt"} }), want: want("ausweis", "urkunde"), free: "08:00 08:15 08:30"},
		{name: "one of two departments is closed", town: shared, want: want("ausweis", "urkunde"), free: ""},
		{name: "the other department is closed", town: shared, free: "08:00 08:15 08:30 08:45"},
		{name: "24 hours with the buffer", town: allDay, want: longest, free: "00:00 08:00"},
		{name: "more than 24 hours with the buffer", town: allDay, want: tooLong, free: ""},
		{name: "not for appointments", town: offices(mornings), want: want("fund"), free: ""},
		{name: "no capacity", town: change(func(o *catalogue.Opening) { o.Capacity = 0 }), free: ""},
		{name: "taken", town: offices(mornings), taken: []Place{lane(t, 0, "08:15", "08:30")}, free: "08:00 08:30 08:45"},
		{name: "taken between the grid", town: offices(mornings), taken: []Place{lane(t, 0, "08:20", "08:31")}, free: "08:00 08:45"},
		{name: "taken in another lane", town: change(func(o *catalogue.Opening) { o.Capacity = 2 }), taken: []Place{lane(t, 0, "08:15", "08:30")}, free: "08:00 08:15 08:30 08:45"},
		{name: "no lane free all the time", town: change(func(o *catalogue.Opening) { o.Capacity = 2 }), want: family, taken: []Place{lane(t, 0, "08:00", "08:10"), lane(t, 1, "08:40", "08:45")}, free: "08:15"},
		{name: "overbooked", town: offices(mornings), taken: []Place{lane(t, 1, "08:15", "08:30")}, free: "08:00 08:30 08:45"},
		{name: "another pool", town: offices(mornings), taken: []Place{{Pool: "opening:standesamt/", From: local(t, "2026-11-24 08:00"), To: local(t, "2026-11-24 09:00")}}, free: "08:00 08:15 08:30 08:45"},
		{name: "buffer", town: change(func(o *catalogue.Opening) { o.BufferMinutes = 10 }), taken: []Place{lane(t, 0, "08:30", "08:55")}, free: "08:00"},
		{name: "buffer beyond the end", town: change(func(o *catalogue.Opening) { o.BufferMinutes = 240 }), free: "08:00 08:15 08:30 08:45"},
		{name: "lanes kept for staff", town: change(func(o *catalogue.Opening) { o.StaffOnly = 1 }), free: ""},
		{name: "lanes kept for staff, for staff", town: change(func(o *catalogue.Opening) { o.StaffOnly = 1 }), want: staff, free: "08:00 08:15 08:30 08:45"},
		{name: "lead", town: offices(mornings), now: "2026-11-24 07:45:01", free: "08:30 08:45"},
		{name: "lead to the nanosecond", town: offices(mornings), now: "2026-11-24 07:45:00.000000001", free: "08:30 08:45"},
		{name: "lead to the second", town: offices(mornings), now: "2026-11-24 07:45:00", free: "08:15 08:30 08:45"},
		{name: "no lead for staff", town: offices(mornings), want: staff, now: "2026-11-24 08:15:00", free: "08:15 08:30 08:45"},
		{name: "too near", town: change(func(o *catalogue.Opening) { o.BookFromDays = 2 }), free: ""},
		{name: "near enough", town: change(func(o *catalogue.Opening) { o.BookFromDays = 1 }), free: "08:00 08:15 08:30 08:45"},
		{name: "not too near for staff", town: change(func(o *catalogue.Opening) { o.BookFromDays = 2 }), want: staff, free: "08:00 08:15 08:30 08:45"},
		{name: "too far", town: offices(mornings), now: "2026-09-24 23:59:00", free: ""},
		{name: "just near enough", town: offices(mornings), now: "2026-09-25 00:00:00", free: "08:00 08:15 08:30 08:45"},
		{name: "a year ahead, for staff", town: offices(mornings), want: staff, now: "2025-11-23 12:00", free: "08:00 08:15 08:30 08:45"},
		{name: "a year and two days ahead, for staff", town: offices(mornings), want: staff, now: "2025-11-22 12:00", free: ""},
		{name: "group", town: group(1, offices(mornings)), taken: []Place{room}, free: "08:30 08:45"},
		{name: "roomy group", town: group(2, offices(mornings)), taken: []Place{room}, free: "08:00 08:15 08:30 08:45"},
		{name: "group of others", town: group(1, offices(mornings)), want: want("meldung"), taken: []Place{room}, free: "08:00 08:15 08:30"},
		{name: "two openings, each time once", town: offices(mornings, bookable(workdays, "08:30", "09:15", 1)), free: "08:00 08:15 08:30 08:45 09:00"},
		{name: "until midnight", town: offices(bookable(workdays, "23:30", "24:00", 1)), free: "23:30 23:45"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.want.Services == nil {
				c.want = want("ausweis")
			}
			if c.now == "" {
				c.now = evening
			}
			if got := clockTimes(t, c.town, c.want, day, c.now, c.taken); got != c.free {
				t.Errorf("got %q, want %q", got, c.free)
			}
		})
	}
}

func TestTheHourThatIsSkippedOrComesTwice(t *testing.T) {
	o := bookable(catalogue.Weekdays, "01:00", "04:00", 1)
	o.SlotMinutes = 30
	for day, free := range map[queue.Day]string{
		"2026-03-29": "01:00 01:30 03:00 03:30",
		"2026-10-25": "01:00 01:30 02:00 02:30 02:00 02:30 03:00 03:30",
		"2027-03-28": "01:00 01:30 03:00 03:30",
		"2027-10-31": "01:00 01:30 02:00 02:30 02:00 02:30 03:00 03:30",
		"2028-02-29": "01:00 01:30 02:00 02:30 03:00 03:30",
	} {
		if got := clockTimes(t, offices(o), want("ausweis"), day, string(day)+" 00:00", nil); got != free {
			t.Errorf("%s: got %q, want %q", day, got, free)
		}
	}
	// A visit over the change is as long as ever.
	w := Want{Services: []queue.Visit{{ID: "ausweis", Quantity: 6}}}
	slots := DefaultRules().FreeSlots(offices(o), berlin(t), w, "2026-03-29", local(t, "2026-03-28 12:00"), nil)
	if len(slots) != 2 || slots[1].Start.Format("15:04") != "01:30" || slots[1].End.Format("15:04") != "04:00" {
		t.Error(slots)
	}
}

func TestATimeThatComesTwiceIsTheFirst(t *testing.T) {
	d, _ := parseDay("2026-10-25")
	for minutes, want := range map[int]string{119: "23:59", 120: "00:00", 150: "00:30", 179: "00:59", 180: "02:00"} {
		if got := d.at(minutes, berlin(t)).UTC().Format("15:04"); got != want {
			t.Errorf("%s is %s UTC, want %s", clockAt(minutes), got, want)
		}
	}
}

func TestFreeDaysGoesOnOverTheYear(t *testing.T) {
	c := offices(bookable(catalogue.Weekdays, "08:00", "08:30", 1))
	c.Closed = []catalogue.Closed{{From: "2026-12-24", To: "2026-12-31"}}
	got := DefaultRules().FreeDays(c, berlin(t), want("ausweis"), "2026-12-22", "2027-01-03", local(t, "2026-12-22 08:00"), nil)
	days := []FreeDay{{"2026-12-22", 0}, {"2026-12-23", 2}, {"2026-12-24", 0}, {"2026-12-25", 0}, {"2026-12-26", 0}, {"2026-12-27", 0}, {"2026-12-28", 0},
		{"2026-12-29", 0}, {"2026-12-30", 0}, {"2026-12-31", 0}, {"2027-01-01", 0}, {"2027-01-02", 2}, {"2027-01-03", 2}}
	if d := cmp.Diff(days, got); d != "" {
		t.Error(d)
	}
}

func TestFreeDaysOfNoDays(t *testing.T) {
	c, now := offices(bookable(catalogue.Weekdays, "08:00", "08:30", 1)), local(t, "2026-12-22 08:00")
	for _, days := range [][2]queue.Day{{"2026-12-24", "2026-12-23"}, {"", "2026-12-23"}, {"2026-12-23", "morgen"}} {
		if got := DefaultRules().FreeDays(c, berlin(t), want("ausweis"), days[0], days[1], now, nil); got != nil {
			t.Errorf("%q: %v", days, got)
		}
	}
	if got := DefaultRules().FreeDays(c, berlin(t), want("ausweis"), "0001-01-01", "9999-12-31", now, nil); len(got) != 367 {
		t.Errorf("%d days", len(got))
	}
	if got := DefaultRules().FreeSlots(c, berlin(t), want("ausweis"), "heute", now, nil); got != nil {
		t.Error(got)
	}
}

func TestHorizon(t *testing.T) {
	valid := bookable(workdays, "08:00", "09:00", 1)
	valid.BookFromDays, valid.ValidFrom, valid.ValidTo = 3, "2026-11-27", "2026-12-01"
	date := bookable(nil, "08:00", "09:00", 1)
	date.Dates = []string{"2026-12-05", "2026-12-03"}
	gone := bookable(workdays, "08:00", "09:00", 1)
	gone.ValidTo = "2026-11-22"
	walkIn := bookable(workdays, "08:00", "09:00", 0)
	for _, c := range []struct {
		name     string
		openings []catalogue.Opening
		staff    bool
		from, to queue.Day
	}{
		{"none", nil, false, "", ""},
		{"weekly", []catalogue.Opening{bookable(workdays, "08:00", "09:00", 1)}, false, "2026-11-23", "2027-01-22"},
		{"weekly, staff", []catalogue.Opening{bookable(workdays, "08:00", "09:00", 1)}, true, "2026-11-23", "2027-11-24"},
		{"valid", []catalogue.Opening{valid}, false, "2026-11-27", "2026-12-01"},
		{"dates", []catalogue.Opening{date}, false, "2026-12-03", "2026-12-05"},
		{"both", []catalogue.Opening{date, valid}, false, "2026-11-27", "2026-12-05"},
		{"over", []catalogue.Opening{gone}, true, "", ""},
		{"walk-ins only", []catalogue.Opening{walkIn}, true, "", ""},
	} {
		from, to := Horizon(offices(c.openings...), want("ausweis").Services, c.staff, local(t, "2026-11-23 23:59"), berlin(t))
		if from != c.from || to != c.to {
			t.Errorf("%s: %s to %s", c.name, from, to)
		}
	}
}

func TestPools(t *testing.T) {
	shared, narrow := bookable(workdays, "08:00", "09:00", 1), bookable(workdays, "08:00", "09:00", 1)
	shared.Departments, narrow.Services = []string{"standesamt", "amt"}, []string{"meldung", "ausweis"}
	c := offices(narrow, shared, bookable(workdays, "08:00", "09:00", 1), bookable([]string{"sat"}, "08:00", "09:00", 1))
	c.Groups = []catalogue.Group{{ID: "raum", Services: []string{"urkunde", "ausweis"}, Capacity: 1}}
	for _, x := range []struct {
		services []queue.Visit
		want     []string
	}{
		{want("ausweis").Services, []string{"group:raum", "opening:amt,standesamt/", "opening:amt/", "opening:amt/ausweis,meldung"}},
		{want("meldung").Services, []string{"opening:amt,standesamt/", "opening:amt/", "opening:amt/ausweis,meldung"}},
		{want("urkunde", "meldung").Services, []string{"group:raum", "opening:amt,standesamt/"}},
		{want("nix", "ausweis").Services, nil},
		{nil, nil},
	} {
		if got := Pools(c, x.services); !slices.Equal(got, x.want) {
			t.Errorf("%v: %q", x.services, got)
		}
	}
}

func TestMinutes(t *testing.T) {
	visits := []queue.Visit{{ID: "ausweis", Quantity: 2}, {ID: "meldung"}, {ID: "nix", Quantity: 9}}
	if got := Minutes(offices(), visits); got != 50 {
		t.Error(got)
	}
	if got := Minutes(offices(), []queue.Visit{{ID: "ausweis", Quantity: 1 << 62}}); got != 15*24*60 {
		t.Errorf("of countless pieces: %d", got)
	}
}
