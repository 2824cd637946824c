package booking

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"westerkappeln.de/wartemarke/internal/catalogue"
)

// overlapDays is how far ahead openings are looked at for overlaps: the longest horizon that a catalogue allows.
const overlapDays = 730

// overlaps names each two openings of new that can be booked for the same service at the same time on one of the days from today on, unless both
// stood so in old. From two pools their capacities add up; within one they share their lanes. Either may be meant, and
// may be a slip of the pen.
func overlaps(old, new catalogue.Catalogue, today day) []Conflict {
	days := make([][]uint64, len(new.Openings))
	for n := range overlapDays + 1 {
		d := today.plus(n)
		_, holiday := publicHoliday(new.Holidays.Calendar, d)
		for i, o := range new.Openings {
			if o.Capacity < 1 || !onDay(o, d) || holiday && !slices.Contains(o.Dates, d.String()) {
				continue
			}
			if days[i] == nil {
				days[i] = make([]uint64, overlapDays/64+1)
			}
			days[i][n/64] |= 1 << (n % 64)
		}
	}
	stood := func(o catalogue.Opening) bool {
		return slices.ContainsFunc(old.Openings, func(was catalogue.Opening) bool { return reflect.DeepEqual(o, was) })
	}
	var conflicts []Conflict
	for j, b := range new.Openings {
		for i, a := range new.Openings[:j] {
			if days[i] == nil || days[j] == nil || a.From >= b.To || b.From >= a.To {
				continue
			}
			services := both(new, a, b)
			d, ok := firstShared(new, services, days[i], days[j], today)
			if !ok || stood(a) && stood(b) && slices.Equal(both(old, a, b), services) {
				continue
			}
			conflicts = append(conflicts, Conflict{Kind: Overlap, Openings: []int{i, j}, Text: overlapText(a, b, i, j, services, d)})
		}
	}
	return conflicts
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
func firstShared(cat catalogue.Catalogue, services []string, a, b []uint64, today day) (day, bool) {
	for n := range overlapDays + 1 {
		if a[n/64]&b[n/64]>>(n%64)&1 == 0 {
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
