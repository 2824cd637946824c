package booking

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"westerkappeln.de/wartemarke/internal/catalogue"
)

// town has one service in one department, with these openings; all of them take walk-ins.
func town(openings ...catalogue.Opening) catalogue.Catalogue {
	for i := range openings {
		openings[i].Departments = []string{"amt"}
		openings[i].WalkIn = true
	}
	return catalogue.Catalogue{
		Services: []catalogue.Service{
			{ID: "ausweis", Department: "amt", WalkIn: true},
			{ID: "pass", Department: "amt", WalkIn: true},
			{ID: "trauung", Department: "amt"},
			{ID: "urkunde", Department: "standesamt", WalkIn: true},
		},
		Openings: openings,
		Holidays: catalogue.Holidays{Calendar: "DE-NW"},
	}
}

func weekly(days []string, from, to string) catalogue.Opening {
	return catalogue.Opening{Days: days, From: from, To: to}
}

var workdays = []string{"mon", "tue", "wed", "thu", "fri"}

func TestWalkIns(t *testing.T) {
	everyDay := catalogue.Weekdays
	mornings := weekly(workdays, "08:00", "12:30")
	every := func(weeks int, starts string, o catalogue.Opening) catalogue.Opening {
		o.EveryWeeks, o.Starts = weeks, starts
		return o
	}
	valid := func(from, to string, o catalogue.Opening) catalogue.Opening {
		o.ValidFrom, o.ValidTo = from, to
		return o
	}
	closed := func(c catalogue.Catalogue, from, to string, departments ...string) catalogue.Catalogue {
		c.Closed = append(c.Closed, catalogue.Closed{From: from, To: to, Departments: departments})
		return c
	}
	only := func(o catalogue.Opening, services ...string) catalogue.Opening { o.Services = services; return o }
	booked := town(mornings)
	booked.Openings[0].WalkIn = false

	for _, c := range []struct {
		name    string
		town    catalogue.Catalogue
		service string // "" = ausweis
		now     string // 2026-11-24 is a Tuesday
		closes  string // "" = closed
		opens   string
	}{
		{name: "open", town: town(mornings), now: "2026-11-24 09:00", closes: "2026-11-24 12:30"},
		{name: "opens this minute", town: town(mornings), now: "2026-11-24 08:00", closes: "2026-11-24 12:30"},
		{name: "closes this minute", town: town(mornings), now: "2026-11-24 12:30", opens: "2026-11-25 08:00"},
		{name: "before", town: town(mornings), now: "2026-11-24 07:59:59", opens: "2026-11-24 08:00"},
		{name: "over the weekend", town: town(mornings), now: "2026-11-27 13:00", opens: "2026-11-30 08:00"},
		{name: "a break", town: town(mornings, weekly(workdays, "14:00", "18:00")), now: "2026-11-24 13:00", opens: "2026-11-24 14:00"},
		{name: "touching", town: town(weekly(workdays, "12:30", "14:00"), mornings), now: "2026-11-24 09:00", closes: "2026-11-24 14:00"},
		{name: "overlapping", town: town(mornings, weekly(workdays, "10:00", "16:00"), weekly(workdays, "09:00", "11:00")), now: "2026-11-24 09:00", closes: "2026-11-24 16:00"},
		{name: "across midnight", town: town(weekly([]string{"tue"}, "20:00", "24:00"), weekly([]string{"wed"}, "00:00", "02:00")), now: "2026-11-24 23:00", closes: "2026-11-25 02:00"},
		{name: "after midnight", town: town(weekly([]string{"tue"}, "20:00", "24:00"), weekly([]string{"wed"}, "00:00", "02:00")), now: "2026-11-25 01:00", closes: "2026-11-25 02:00"},
		{name: "a whole day", town: town(weekly([]string{"tue"}, "00:00", "24:00")), now: "2026-11-24 23:59:59", closes: "2026-11-25 00:00"},
		{name: "no end", town: town(weekly(everyDay, "00:00", "24:00")), now: "2026-02-24 12:00", closes: "2026-04-03 00:00"}, // Good Friday

		{name: "unknown service", town: town(mornings), service: "nix", now: "2026-11-24 09:00"},
		{name: "service without walk-ins", town: town(mornings), service: "trauung", now: "2026-11-24 09:00"},
		{name: "other department", town: town(mornings), service: "urkunde", now: "2026-11-24 09:00"},
		{name: "opening for bookings only", town: booked, now: "2026-11-24 09:00"},
		{name: "narrowed to another service", town: town(only(mornings, "pass")), now: "2026-11-24 09:00"},
		{name: "narrowed to this service", town: town(only(mornings, "pass")), service: "pass", now: "2026-11-24 09:00", closes: "2026-11-24 12:30"},
		{name: "no openings", town: town(), now: "2026-11-24 09:00"},

		{name: "public holiday", town: town(mornings), now: "2026-05-14 09:00", opens: "2026-05-15 08:00"},
		{name: "no calendar", town: func() catalogue.Catalogue { c := town(mornings); c.Holidays.Calendar = ""; return c }(), now: "2026-05-14 09:00", closes: "2026-05-14 12:30"},
		{name: "a date opens on a holiday", town: town(catalogue.Opening{Dates: []string{"2026-05-14"}, From: "10:00", To: "11:00"}), now: "2026-05-14 10:30", closes: "2026-05-14 11:00"},
		{name: "closed for all", town: closed(town(mornings), "2026-11-24", "2026-11-25"), now: "2026-11-24 09:00", opens: "2026-11-26 08:00"},
		{name: "closed for this one", town: closed(town(mornings), "2026-11-24", "2026-11-24", "amt"), now: "2026-11-24 09:00", opens: "2026-11-25 08:00"},
		{name: "closed for another", town: closed(town(mornings), "2026-11-24", "2026-11-24", "standesamt"), now: "2026-11-24 09:00", closes: "2026-11-24 12:30"},
		{name: "closed, even on a named date", town: closed(town(catalogue.Opening{Dates: []string{"2026-11-24"}, From: "10:00", To: "11:00"}), "2026-11-24", "2026-11-24"), now: "2026-11-24 10:30"},

		{name: "date", town: town(catalogue.Opening{Dates: []string{"2026-12-05"}, From: "10:00", To: "12:00"}), now: "2026-11-24 09:00", opens: "2026-12-05 10:00"},
		{name: "the 60th day", town: town(catalogue.Opening{Dates: []string{"2027-01-23"}, From: "10:00", To: "12:00"}), now: "2026-11-24 09:00", opens: "2027-01-23 10:00"},
		{name: "the 61st day", town: town(catalogue.Opening{Dates: []string{"2027-01-24"}, From: "10:00", To: "12:00"}), now: "2026-11-24 09:00"},
		{name: "every second week, on", town: town(every(2, "2026-11-11", mornings)), now: "2026-11-24 09:00", closes: "2026-11-24 12:30"},
		{name: "every second week, off", town: town(every(2, "2026-11-19", mornings)), now: "2026-11-24 09:00", opens: "2026-11-30 08:00"},
		{name: "every third week, over the clock change", town: town(every(3, "2026-10-19", mornings)), now: "2026-11-24 09:00", opens: "2026-11-30 08:00"},
		{name: "before the first week", town: town(every(2, "2026-12-09", mornings)), now: "2026-11-24 09:00", opens: "2026-12-09 08:00"},
		{name: "valid later", town: town(valid("2026-12-01", "", mornings)), now: "2026-11-24 09:00", opens: "2026-12-01 08:00"},
		{name: "valid until yesterday", town: town(valid("", "2026-11-23", mornings)), now: "2026-11-24 09:00"},
		{name: "valid until today", town: town(valid("2026-11-24", "2026-11-24", mornings)), now: "2026-11-24 09:00", closes: "2026-11-24 12:30"},

		{name: "summer time begins", town: town(weekly(everyDay, "00:00", "06:00")), now: "2026-03-29 01:30", closes: "2026-03-29 06:00"},
		{name: "opens in the skipped hour", town: town(weekly(everyDay, "02:30", "06:00")), now: "2026-03-29 01:30", opens: "2026-03-29 03:00"},
		{name: "wholly in the skipped hour", town: town(weekly([]string{"sun"}, "02:10", "02:50")), now: "2026-03-29 01:30", opens: "2026-04-05 02:10"},
		{name: "summer time ends", town: town(weekly(everyDay, "00:00", "06:00")), now: "2026-10-25 01:30", closes: "2026-10-25 06:00"},
	} {
		t.Run(c.name, func(t *testing.T) {
			service := c.service
			if service == "" {
				service = "ausweis"
			}
			open, closes, opens := WalkIns(c.town, service, local(t, c.now).UTC(), berlin(t))
			if open != (c.closes != "") {
				t.Errorf("open: %v", open)
			}
			for _, is := range []struct {
				what, want string
				at         time.Time
			}{{"closes", c.closes, closes}, {"opens", c.opens, opens}} {
				switch {
				case is.want == "" && !is.at.IsZero():
					t.Errorf("%s %v, want never", is.what, is.at.In(berlin(t)))
				case is.want != "" && !is.at.Equal(local(t, is.want)):
					t.Errorf("%s %v, want %s", is.what, is.at.In(berlin(t)), is.want)
				}
			}
		})
	}
}

func TestOpenWithoutEndClosesWithTheLastDayLookedAt(t *testing.T) {
	c := town(weekly(catalogue.Weekdays, "00:00", "24:00"))
	c.Holidays.Calendar = ""
	open, closes, opens := WalkIns(c, "ausweis", local(t, "2026-11-24 12:00"), berlin(t))
	if !open || !closes.Equal(local(t, "2027-01-24 00:00")) || !opens.IsZero() {
		t.Errorf("%v, closes %v, opens %v", open, closes, opens)
	}
}

// WalkIns agrees with asking minute by minute whether some opening is on.
func TestWalkInsAgreesWithEveryMinute(t *testing.T) {
	loc := berlin(t)
	rapid.Check(t, func(t *rapid.T) {
		var openings []catalogue.Opening
		for range rapid.IntRange(0, 4).Draw(t, "openings") {
			from := rapid.IntRange(0, 23).Draw(t, "from")
			to := rapid.IntRange(from+1, 24).Draw(t, "to")
			openings = append(openings, weekly([]string{rapid.SampledFrom(catalogue.Weekdays).Draw(t, "day"), rapid.SampledFrom(catalogue.Weekdays).Draw(t, "other day")},
				time.Time{}.Add(time.Duration(from)*time.Hour).Format("15:04"), map[bool]string{true: "24:00", false: time.Time{}.Add(time.Duration(to) * time.Hour).Format("15:04")}[to == 24]))
		}
		c := town(openings...)
		isOpen := func(at time.Time) bool {
			return slices.ContainsFunc(walkInSpans(c, c.Services[0], dayOf(at, loc), loc), func(s span) bool { return !at.Before(s.from) && at.Before(s.to) })
		}
		now := time.Date(2026, 3, 20, 0, 0, 0, 0, loc).Add(time.Duration(rapid.IntRange(0, 15*24*4).Draw(t, "now")) * 15 * time.Minute)
		open, closes, opens := WalkIns(c, "ausweis", now, loc)
		if open != isOpen(now) {
			t.Fatalf("open: %v at %v", open, now)
		}
		turns := closes
		if !open {
			turns = opens
		}
		for at := now; at.Before(now.AddDate(0, 0, 9)); at = at.Add(30 * time.Minute) {
			if isOpen(at) != open {
				if turns.IsZero() || turns.After(at) {
					t.Fatalf("at %v it is %v, but turns at %v", at, !open, turns)
				}
				break
			}
			if turns.Equal(at) {
				t.Fatalf("turns at %v, but is still %v", turns, open)
			}
		}
	})
}

func TestPublicHolidaysOfNordrheinWestfalen(t *testing.T) {
	c := catalogue.Catalogue{Holidays: catalogue.Holidays{Calendar: "DE-NW"}}
	want := []string{"2026-01-01", "2026-04-03", "2026-04-06", "2026-05-01", "2026-05-14", "2026-05-25", "2026-06-04",
		"2026-10-03", "2026-11-01", "2026-12-25", "2026-12-26"}
	var got []string
	for d := local(t, "2026-01-01 12:00"); d.Year() == 2026; d = d.AddDate(0, 0, 1) {
		name, closed := Holidays(c, "amt", d, berlin(t))
		if !closed {
			continue
		}
		got = append(got, d.Format(time.DateOnly))
		if name["de"] == "" || name["en"] == "" {
			t.Errorf("%v: %v", d, name)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %v\nwant %v", got, want)
	}
	for _, name := range catalogue.Calendars {
		if len(calendars[name]) == 0 {
			t.Errorf("the calendar %s is allowed but empty", name)
		}
	}
	if len(calendars) != len(catalogue.Calendars) {
		t.Error("a calendar is known that no catalogue may name")
	}
}

func TestClosedRangesNameThemselves(t *testing.T) {
	between := catalogue.Text{"de": "Zwischen den Jahren"}
	c := catalogue.Catalogue{
		Holidays: catalogue.Holidays{Calendar: "DE-NW"},
		Closed: []catalogue.Closed{
			{From: "2026-12-24", To: "2026-12-31", Name: between},
			{From: "2026-11-23", To: "2026-11-23", Departments: []string{"amt"}},
			{From: "2026-01-01", To: "2026-01-01"},
		},
	}
	for _, x := range []struct {
		department, at string
		closed         bool
		name           string
	}{
		{"amt", "2026-12-23 23:59", false, ""},
		{"amt", "2026-12-24 00:00", true, "Zwischen den Jahren"},
		{"amt", "2026-12-25 10:00", true, "Zwischen den Jahren"},
		{"amt", "2026-12-31 23:59", true, "Zwischen den Jahren"},
		{"amt", "2027-01-01 00:00", true, "Neujahrstag"},
		{"amt", "2026-01-01 10:00", true, "Neujahrstag"},
		{"amt", "2026-11-23 10:00", true, ""},
		{"standesamt", "2026-11-23 10:00", false, ""},
	} {
		name, closed := Holidays(c, x.department, local(t, x.at).UTC(), berlin(t))
		if closed != x.closed || name["de"] != x.name {
			t.Errorf("%s at %s: closed %v, %v", x.department, x.at, closed, name)
		}
	}
}

func TestADayWithoutMidnightBeginsWithItsFirstInstant(t *testing.T) {
	cairo, err := time.LoadLocation("Africa/Cairo") // 2024-04-26 began at 01:00
	if err != nil {
		t.Fatal(err)
	}
	noon := time.Date(2024, 4, 26, 12, 0, 0, 0, cairo)
	first := midnight(noon, cairo)
	if first.Format(time.DateTime) != "2024-04-26 01:00:00" || first.Add(-time.Nanosecond).Day() != 25 {
		t.Errorf("begins at %v", first)
	}
}
