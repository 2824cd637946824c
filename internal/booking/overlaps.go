package booking

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"westerkappeln.de/wartemarke/internal/catalogue"
)

const (
	overlapDays = 730 // days that are looked at for overlaps: the longest horizon that a catalogue allows
	maxOverlaps = 100 // nobody reads more
)

// overlaps names each two openings of new that can be booked for the same service at the same time on a day from today on,
// unless both stood so in old: the operator has seen it then. From two pools their capacities add up; within one they share
// their lanes. Either may be meant, and may be a slip of the pen. It stops after maxOverlaps.
func overlaps(old, new catalogue.Catalogue, today day) []Conflict {
	days := bookableDays(new, today)
	stood := make([]bool, len(new.Openings))
	for i, o := range new.Openings {
		stood[i] = slices.ContainsFunc(old.Openings, func(was catalogue.Opening) bool { return reflect.DeepEqual(o, was) })
	}
	var conflicts []Conflict
	for j, b := range new.Openings {
		for i, a := range new.Openings[:j] {
			if len(conflicts) == maxOverlaps {
				return conflicts
			}
			if a.From >= b.To || b.From >= a.To || !days[i].meets(days[j]) {
				continue
			}
			services := both(new, a, b)
			d, ok := firstShared(new, services, days[i], days[j], today)
			if !ok || stood[i] && stood[j] && slices.Equal(both(old, a, b), services) {
				continue
			}
			conflicts = append(conflicts, Conflict{Kind: Overlap, Openings: []int{i, j}, Text: overlapText(a, b, i, j, services, d)})
		}
	}
	return conflicts
}

// daySet is a bit for each day from today on.
type daySet [overlapDays/64 + 1]uint64

func (s *daySet) has(n int) bool { return s[n/64]>>(n%64)&1 == 1 }

func (s *daySet) meets(other *daySet) bool {
	for i := range s {
		if s[i]&other[i] != 0 {
			return true
		}
	}
	return false
}

// bookableDays are those of each opening, closed ranges aside, as they depend on the department.
func bookableDays(cat catalogue.Catalogue, today day) []*daySet {
	sets := make([]*daySet, len(cat.Openings))
	for i := range sets {
		sets[i] = &daySet{}
	}
	for n := range overlapDays + 1 {
		d := today.plus(n)
		_, holiday := publicHoliday(cat.Holidays.Calendar, d)
		for i, o := range cat.Openings {
			if o.Capacity > 0 && onDay(o, d) && (!holiday || slices.Contains(o.Dates, d.String())) {
				sets[i][n/64] |= 1 << (n % 64)
			}
		}
	}
	return sets
}

// both are the services for which a and b can be booked.
func both(cat catalogue.Catalogue, a, b catalogue.Opening) []string {
	var ids []string
	for _, s := range cat.Services {
		if s.Appointment && offers(a, s) && offers(b, s) {
			ids = append(ids, s.ID)
		}
	}
	return ids
}

// firstShared is the first day that both sets hold on which one of the services is not closed.
func firstShared(cat catalogue.Catalogue, services []string, a, b *daySet, today day) (day, bool) {
	for n := range overlapDays + 1 {
		if !a.has(n) || !b.has(n) {
			continue
		}
		d := today.plus(n)
		for _, id := range services {
			s, _ := cat.Service(id)
			if _, closed := closedRange(cat, s.Department, d); !closed {
				return d, true
			}
		}
	}
	return day{}, false
}

func overlapText(a, b catalogue.Opening, i, j int, services []string, d day) string {
	names := strings.Join(services[:min(len(services), 3)], ", ")
	if more := len(services) - 3; more > 0 {
		names += fmt.Sprintf(" and %d more", more)
	}
	how := fmt.Sprintf("together they take %d at a time", a.Capacity+b.Capacity)
	if openingPool(a) == openingPool(b) {
		how = fmt.Sprintf("they share their lanes, so together they take %d at a time", max(a.Capacity, b.Capacity))
	}
	return fmt.Sprintf("%s and %s both offer %s at the same time, the first time on %s; %s", openingName(a, i), openingName(b, j), names, d, how)
}
