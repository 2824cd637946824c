package citizen

import (
	"strconv"
	"time"

	"westerkappeln.de/wartemarke/internal/queue"
)

// Date is a calendar day as the page's language writes it, such as "Dienstag, 24. November 2026".
func (p Page) Date(d queue.Day) string { return p.dated("book_date", d) }

// Short is Date without the year.
func (p Page) Short(d queue.Day) string { return p.dated("book_date_short", d) }

// dated writes a day. Months have two forms: within a date many languages decline them.
func (p Page) dated(id string, d queue.Day) string {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return string(d)
	}
	return p.T(id, "Weekday", p.T("book_weekday_"+itoa(weekday(t))), "Day", t.Day(),
		"Month", p.T("book_month_of_"+itoa(int(t.Month()))), "Year", t.Year())
}

// Month is the heading of a calendar, such as "November 2026".
func (p Page) Month(m month) string {
	return p.T("book_month_year", "Month", p.T("book_month_"+itoa(int(m.Month))), "Year", m.Year)
}

// Hour is a time of day in a sentence, such as "9:15 Uhr".
func (p Page) Hour(t time.Time) string { return p.T("book_clock", "Clock", p.Clock(t)) }

// When is day and time of day.
func (p Page) When(t time.Time) string {
	return p.T("book_when", "Date", p.Date(queue.DayOf(t, p.Loc)), "Clock", p.Clock(t))
}

// Weekday is a column of the calendar.
type Weekday struct{ Short, Name string }

// Weekdays are Monday to Sunday.
func (p Page) Weekdays() []Weekday {
	var out []Weekday
	for i := range 7 {
		out = append(out, Weekday{p.T("book_weekday_short_" + itoa(i+1)), p.T("book_weekday_" + itoa(i+1))})
	}
	return out
}

// Stamp is a time as forms and addresses carry it (RFC 3339).
func (Page) Stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// Millis is a time as scripts count it, in milliseconds since 1970.
func (Page) Millis(t time.Time) int64 { return t.UnixMilli() }

// weekday counts from Monday as 1 (ISO 8601).
func weekday(t time.Time) int { return (int(t.Weekday())+6)%7 + 1 }

// month is a month of a year.
type month struct {
	Year  int
	Month time.Month
}

func monthOf(d queue.Day) month {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return month{}
	}
	return month{t.Year(), t.Month()}
}

// parseMonth reads "2026-11".
func parseMonth(s string) (month, bool) {
	t, err := time.Parse("2006-01", s)
	return month{t.Year(), t.Month()}, err == nil
}

func (m month) String() string { return m.first().Format("2006-01") }

func (m month) first() time.Time { return time.Date(m.Year, m.Month, 1, 0, 0, 0, 0, time.UTC) }

// plus is the month n months later.
func (m month) plus(n int) month {
	t := m.first().AddDate(0, n, 0)
	return month{t.Year(), t.Month()}
}

func (m month) before(o month) bool { return m.first().Before(o.first()) }

// days are its first and last day.
func (m month) days() (first, last queue.Day) {
	t := m.first()
	return queue.Day(t.Format(time.DateOnly)), queue.Day(t.AddDate(0, 1, -1).Format(time.DateOnly))
}

// parseDay reads "2026-11-24".
func parseDay(s string) (queue.Day, bool) {
	_, err := time.Parse(time.DateOnly, s)
	return queue.Day(s), err == nil
}

func dayAfter(d queue.Day, n int) queue.Day {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return d
	}
	return queue.Day(t.AddDate(0, 0, n).Format(time.DateOnly))
}

func itoa(n int) string { return strconv.Itoa(n) }
