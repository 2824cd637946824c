package booking

import (
	"time"

	"westerkappeln.de/wartemarke/internal/queue"
)

var weekdays = [...]string{time.Sunday: "sun", time.Monday: "mon", time.Tuesday: "tue", time.Wednesday: "wed",
	time.Thursday: "thu", time.Friday: "fri", time.Saturday: "sat"}

// day is a calendar day without a time zone, kept as its midnight in UTC: so all days have 24 hours.
type day struct{ time.Time }

// dayOf is the calendar day of t in loc.
func dayOf(t time.Time, loc *time.Location) day {
	year, month, dom := t.In(loc).Date()
	return day{time.Date(year, month, dom, 0, 0, 0, 0, time.UTC)}
}

// parseDay reads a calendar day.
func parseDay(text queue.Day) (day, bool) {
	t, err := time.Parse(time.DateOnly, string(text))
	return day{t}, err == nil
}

func (d day) plus(days int) day { return day{d.AddDate(0, 0, days)} }

func (d day) weekday() time.Weekday { return d.Time.Weekday() }

func (d day) String() string { return d.Format(time.DateOnly) }

// at is the first instant at which the clocks of loc show so many minutes since midnight on d (0..1440). If they skip that
// time, it is the instant at which they skip.
func (d day) at(minutes int, loc *time.Location) time.Time {
	shown := d.Add(time.Duration(minutes) * time.Minute)
	t := time.Date(shown.Year(), shown.Month(), shown.Day(), shown.Hour(), shown.Minute(), 0, 0, loc)
	// time.Date takes the offset before or after a skipped hour; then the clock shows a time after or before the wanted one.
	_, offset := t.Zone()
	got := t.Add(time.Duration(offset) * time.Second).Sub(shown)
	start, end := t.ZoneBounds()
	switch {
	case got > 0 && !start.IsZero():
		return start
	case got < 0 && !end.IsZero():
		return end
	case !start.IsZero():
		// Where an hour comes twice, Go does not say which it takes.
		_, before := start.Add(-time.Second).Zone()
		if first := t.Add(time.Duration(offset-before) * time.Second); first.Before(start) {
			return first
		}
	}
	return t
}

// midnight is the beginning of the day of t in loc.
func midnight(t time.Time, loc *time.Location) time.Time { return dayOf(t, loc).at(0, loc) }
