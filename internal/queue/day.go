package queue

import "time"

// Day is the site's calendar day as "2026-11-23".
type Day string

// DayOf gives the calendar day of t in the site's time zone.
func DayOf(t time.Time, loc *time.Location) Day { return Day(t.In(loc).Format(time.DateOnly)) }

// Next is the calendar day after d, "" if d is not a day.
func (d Day) Next() Day {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return ""
	}
	return Day(t.AddDate(0, 0, 1).Format(time.DateOnly))
}

// EndOfDay is the first instant of the calendar day after d in the site's time zone, the zero time if d is not a day.
//
// time.Date cannot tell it: where the clocks change at midnight, 00:00 does not exist or exists twice, and Go does not
// say which side it picks. So it goes through the stretches of constant offset, in order.
func EndOfDay(d Day, loc *time.Location) time.Time {
	day, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return time.Time{}
	}
	midnight := day.AddDate(0, 0, 1) // as if in UTC
	t := time.Date(day.Year(), day.Month(), day.Day(), 12, 0, 0, 0, loc)
	for {
		_, offset := t.Zone()
		first := midnight.Add(-time.Duration(offset) * time.Second).In(loc)
		if first.Before(t) {
			first = t // the change of offset itself skipped midnight
		}
		_, change := t.ZoneBounds()
		if change.IsZero() || first.Before(change) {
			return first
		}
		t = change
	}
}
