package booking

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"westerkappeln.de/wartemarke/internal/catalogue"
)

// Conflicts names what gets worse when new takes the place of old: openings that overlap (see overlaps), and of booked those
// appointments to come whose service is gone, that lay in an opening for all their services and no longer do, or that are
// more at a time than an opening or a group takes. What was so under old already is not named. Cancelled ones do not count.
// The sentences are for the operator; openings are numbered from 1 in them, as in the issues of a catalogue.
func (r Rules) Conflicts(old, new catalogue.Catalogue, loc *time.Location, now time.Time, booked []Appointment) []Conflict {
	var coming []Appointment
	for _, a := range booked {
		if a.State != Cancelled && !a.Start.Before(now) {
			coming = append(coming, a)
		}
	}
	slices.SortStableFunc(coming, func(a, b Appointment) int { return a.Start.Compare(b.Start) })
	before, after := seatAll(old, loc, coming), seatAll(new, loc, coming)

	conflicts := overlaps(old, new, dayOf(now, loc))
	byText := map[string]int{} // the conflict with this sentence
	for i, a := range coming {
		c, worse := compare(old, new, before[i], after[i], a)
		if !worse {
			continue
		}
		at, known := byText[c.Text]
		if !known {
			at = len(conflicts)
			byText[c.Text] = at
			conflicts = append(conflicts, c)
		}
		conflicts[at].Appointments = append(conflicts[at].Appointments, a)
	}
	for i, c := range conflicts {
		if n := len(c.Appointments); n > 0 {
			first := c.Appointments[0].Start.In(loc).Format("2006-01-02 15:04")
			conflicts[i].Text = strings.NewReplacer("{n}", count(n, "appointment"), "{first}", first).Replace(c.Text)
		}
	}
	return conflicts
}

// compare tells what gets worse for one appointment; {n} and {first} stand for how many they are and when the first begins.
func compare(old, new catalogue.Catalogue, before, after seat, a Appointment) (Conflict, bool) {
	for _, v := range a.Services {
		_, was := old.Service(v.ID)
		if _, is := new.Service(v.ID); was && !is {
			return Conflict{Kind: Unservice, Text: fmt.Sprintf("there is no service %q any more; {n} to come, the first on {first}", v.ID)}, true
		}
	}
	switch {
	case before.outside:
	case after.outside:
		return Conflict{Kind: Outside, Text: "{n} would lie outside every opening for what they are for, the first on {first}"}, true
	case before.crowded != "":
	case after.crowded != "":
		c := Conflict{Kind: TooMany, Text: after.crowded + "; {n} would be too many, the first on {first}"}
		if after.opening >= 0 {
			c.Openings = []int{after.opening}
		}
		return c, true
	}
	return Conflict{}, false
}

// seat is where an appointment finds itself in a catalogue.
type seat struct {
	outside bool   // of every opening for its services
	crowded string // what has no lane for it, and how many lanes that has; "" if there is one
	opening int    // the crowded one's place in the list, -1 if it is a group
}

// seatAll seats the appointments, which are in the order of their starts, each in the first opening with a lane that is free
// from its start to its end. Buffers and lanes kept for staff do not matter: the question is how many people come at a time.
func seatAll(cat catalogue.Catalogue, loc *time.Location, coming []Appointment) []seat {
	visits := map[string]visit{} // by services
	ends := map[string][]time.Time{}
	take := func(pool string, capacity int, start, end time.Time) bool {
		lane := slices.IndexFunc(ends[pool], func(t time.Time) bool { return !t.After(start) })
		switch {
		case lane >= 0:
			ends[pool][lane] = end
		case len(ends[pool]) >= capacity:
			return false
		default:
			ends[pool] = append(ends[pool], end)
		}
		return true
	}
	var seats []seat
	for _, a := range coming {
		key := fmt.Sprint(a.Services)
		v, known := visits[key]
		if !known {
			v = newVisit(cat, loc, a.Services)
			visits[key] = v
		}
		seats = append(seats, v.seat(a, take))
	}
	return seats
}

// seat puts one appointment in an opening and its groups; take takes a lane of a pool, if there is one.
func (v visit) seat(a Appointment, take func(pool string, capacity int, start, end time.Time) bool) seat {
	end := a.End
	if end.IsZero() {
		end = a.Start.Add(minutes(v.length))
	}
	s := seat{outside: true}
	for _, o := range v.offers {
		inside, _ := v.within(o, a.Start, end)
		if !inside {
			continue
		}
		if take(o.pool, o.Capacity, a.Start, end) {
			s = seat{}
			break
		}
		if s.outside {
			s = seat{opening: o.index, crowded: fmt.Sprintf("%s takes %d at a time", openingName(o.Opening, o.index), o.Capacity)}
		}
	}
	for _, g := range v.groups {
		if !s.outside && !take(groupPool(g), g.Capacity, a.Start, end) && s.crowded == "" {
			s = seat{opening: -1, crowded: fmt.Sprintf("group %q takes %d at a time", g.ID, g.Capacity)}
		}
	}
	return s
}

// openingName is an opening for the operator; n is its place in the list, from 0.
func openingName(o catalogue.Opening, n int) string {
	return fmt.Sprintf("opening[%d] (%s %s–%s)", n+1, strings.Join(slices.Concat(o.Departments, o.Services, o.Days, o.Dates), " "), o.From, o.To)
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
