package booking

import (
	"slices"
	"time"

	"westerkappeln.de/wartemarke/internal/catalogue"
)

// scanDays is how far WalkIns looks ahead.
const scanDays = 60

// span is an open time, from included, to not.
type span struct{ from, to time.Time }

// WalkIns tells whether service takes walk-ins at now, until when, and otherwise when it next does (zero if not within 60
// days). Openings that overlap or touch count as one, across midnight too. When it is open without end, closes is the end
// of the last day looked at.
func WalkIns(c catalogue.Catalogue, service string, now time.Time, loc *time.Location) (open bool, closes, opens time.Time) {
	s, known := c.Service(service)
	if !known || !s.WalkIn {
		return false, time.Time{}, time.Time{}
	}
	var current span
	today := dayOf(now, loc)
	for n := range scanDays + 1 {
		for _, next := range walkInSpans(c, s, today.plus(n), loc) {
			switch {
			case !next.to.After(now):
				continue // over already
			case current.to.IsZero() || !next.from.After(current.to) && current.to.Before(next.to):
				if current.to.IsZero() {
					current.from = next.from
				}
				current.to = next.to
			case next.from.After(current.to):
				return answer(current, now)
			}
			if current.from.After(now) {
				return answer(current, now) // its end does not matter
			}
		}
	}
	return answer(current, now)
}

func answer(s span, now time.Time) (open bool, closes, opens time.Time) {
	if s.from.After(now) {
		return false, time.Time{}, s.from
	}
	return s.to.After(now), s.to, time.Time{}
}

// walkInSpans are the times of d at which the service takes walk-ins, by their beginning.
func walkInSpans(c catalogue.Catalogue, s catalogue.Service, d day, loc *time.Location) []span {
	var spans []span
	_, holiday := publicHoliday(c.Holidays.Calendar, d)
	for _, o := range c.Openings {
		if !o.WalkIn || !offers(o, s) || !onDay(o, d) {
			continue
		}
		from, okFrom := clock(o.From)
		to, okTo := clock(o.To)
		if !okFrom || !okTo || closedOn(c, o, s.Department, d, holiday) {
			continue
		}
		// An opening that lies wholly in the hour that summer time skips is empty.
		if sp := (span{d.at(from, loc), d.at(to, loc)}); sp.from.Before(sp.to) {
			spans = append(spans, sp)
		}
	}
	slices.SortFunc(spans, func(a, b span) int { return a.from.Compare(b.from) })
	return spans
}

// closedOn tells whether o does not apply on d though its rule says so. A closed range closes everything; a public holiday
// closes the weekly openings, but not one that names the date.
func closedOn(c catalogue.Catalogue, o catalogue.Opening, department string, d day, holiday bool) bool {
	if _, closed := closedRange(c, department, d); closed {
		return true
	}
	return holiday && !slices.Contains(o.Dates, d.String())
}

// onDay tells whether the rule of o names d, holidays aside.
func onDay(o catalogue.Opening, d day) bool {
	// Days in the form 2006-01-02 sort like text.
	text := d.String()
	if o.ValidFrom != "" && text < o.ValidFrom || o.ValidTo != "" && text > o.ValidTo {
		return false
	}
	if slices.Contains(o.Dates, text) {
		return true
	}
	return slices.Contains(o.Days, weekdays[d.weekday()]) && inRhythm(o, d)
}

// inRhythm tells whether d lies in a week of "every n weeks". Weeks begin on Monday (ISO 8601) and count from the one
// that Starts lies in; days before Starts are out.
func inRhythm(o catalogue.Opening, d day) bool {
	if o.EveryWeeks <= 1 {
		return true
	}
	first, err := time.Parse(time.DateOnly, o.Starts)
	if err != nil || d.Before(first) {
		return false
	}
	weeks := int(monday(d.Time).Sub(monday(first)).Hours()) / (7 * 24)
	return weeks%o.EveryWeeks == 0
}

func monday(t time.Time) time.Time { return t.AddDate(0, 0, -(int(t.Weekday())+6)%7) }

// clock reads "15:04" as minutes since midnight; "24:00" is the end of the day.
func clock(text string) (int, bool) {
	if text == "24:00" {
		return 24 * 60, true
	}
	t, err := time.Parse("15:04", text)
	return t.Hour()*60 + t.Minute(), err == nil
}
