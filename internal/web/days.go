package web

import (
	"strconv"
	"time"

	"westerkappeln.de/wartemarke/internal/queue"
)

// Date is a calendar day as people write it, such as "Dienstag, 24. November 2026".
func (p Page) Date(d queue.Day) string {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return string(d)
	}
	return p.T("web_date", "Weekday", p.weekday(t), "Day", t.Day(), "Month", p.month(t.Month()), "Year", t.Year())
}

// ShortDate is the same without the year.
func (p Page) ShortDate(d queue.Day) string {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return string(d)
	}
	return p.T("web_date_short", "Weekday", p.weekday(t), "Day", t.Day(), "Month", p.month(t.Month()))
}

// When is day and time of day.
func (p Page) When(t time.Time) string {
	return p.T("web_when", "Date", p.ShortDate(queue.DayOf(t, p.Loc)), "Time", p.Clock(t))
}

func (p Page) weekday(t time.Time) string {
	return p.T("web_weekday_" + strconv.Itoa(int(t.Weekday())))
}
func (p Page) month(m time.Month) string { return p.T("web_month_" + strconv.Itoa(int(m))) }

// parseDay reads "2026-11-24"; other centuries are slips of the hand.
func parseDay(s string) (queue.Day, bool) {
	t, err := time.Parse(time.DateOnly, s)
	return queue.Day(s), err == nil && t.Year() >= 2000 && t.Year() < 2100
}

// dayPlus is the calendar day n days after d, "" if d is not a day.
func dayPlus(d queue.Day, n int) queue.Day {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return ""
	}
	return queue.Day(t.AddDate(0, 0, n).Format(time.DateOnly))
}
