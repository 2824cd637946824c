package web

import (
	"context"
	"net/url"
	"strconv"
	"time"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/queue"
)

const (
	firstDays  = 3  // days whose times are shown at once
	lookAhead  = 28 // days in which they are looked for, from the first free one
	firstTimes = 8  // times of a day that are shown at once: on a telephone's screen, more would hide what comes next
)

// chooser offers the free times of a visit: at first those of the next free days, else those of a chosen day, and beside them a
// month of days.
type chooser struct {
	Page
	Days     []slotDay
	Chosen   string // time, as a form sent it
	Day      queue.Day
	All      string // address of the first times, "" when they are shown
	Unfolded bool   // the month is shown without being asked for
	Month    string // heading
	Weekdays []string
	Blank    []int // days of other months before the first
	Cells    []dayCell
	Back, On string // addresses of the months before and after
}

// slotDay is a day with its free times, of which those after the first are folded up.
type slotDay struct {
	Date        string
	Slots, More []slotRow
	Unfolded    bool // the chosen time is among More
}

type slotRow struct {
	Value, Clock string
	Chosen       bool
}

// dayCell is a day of the month; Link is "" when nothing is free.
type dayCell struct {
	Number, Free int
	Link, Date   string
	Chosen       bool
}

// choose reads the free times. The query tells the chosen day and month; base is the page's address and keep what of its query
// the links repeat.
func (w *Web) choose(ctx context.Context, p Page, want booking.Want, base string, keep, query url.Values) (chooser, error) {
	c := chooser{Page: p, Chosen: query.Get("start")}
	link := func(name, value string) string {
		q := url.Values{}
		for k, v := range keep {
			q[k] = v
		}
		if name != "" {
			q.Set(name, value)
		}
		return base + "?" + q.Encode()
	}
	first, found, err := w.cfg.Hall.FirstFree(ctx, want)
	if err != nil {
		return c, err
	}
	today := queue.DayOf(w.cfg.Now(), p.Loc)
	begin := today
	if found {
		begin = queue.DayOf(first.Start, p.Loc)
	}
	var days []queue.Day
	if day, ok := parseDay(query.Get("day")); ok {
		c.Day, c.All, begin, days = day, link("", ""), day, []queue.Day{day}
	} else if found {
		if days, err = w.firstDays(ctx, want, begin); err != nil {
			return c, err
		}
	}
	for _, day := range days {
		slots, err := w.cfg.Hall.FreeSlots(ctx, want, day)
		if err != nil {
			return c, err
		}
		if len(slots) > 0 {
			c.Days = append(c.Days, c.slotDay(day, slots))
		}
	}
	month := monthOf(begin)
	c.Unfolded = len(c.Days) == 0 || c.Day != ""
	if m, err := time.Parse(monthForm, query.Get("month")); err == nil && m.Year() >= 2000 && m.Year() < 2100 {
		month, c.Unfolded = m, true
	}
	return c, w.fillMonth(ctx, &c, want, month, today, link)
}

// firstDays are the first days with free times, from begin.
func (w *Web) firstDays(ctx context.Context, want booking.Want, begin queue.Day) ([]queue.Day, error) {
	free, err := w.cfg.Hall.FreeDays(ctx, want, hall.Days{From: begin, To: dayPlus(begin, lookAhead-1)})
	if err != nil {
		return nil, err
	}
	var days []queue.Day
	for _, d := range free {
		if d.Free > 0 && len(days) < firstDays {
			days = append(days, d.Day)
		}
	}
	return days, nil
}

func (c *chooser) slotDay(day queue.Day, slots []booking.Slot) slotDay {
	out := slotDay{Date: c.Date(day)}
	for i, s := range slots {
		row := slotRow{Value: s.Start.UTC().Format(time.RFC3339), Clock: c.Clock(s.Start)}
		row.Chosen = row.Value == c.Chosen
		if i < firstTimes {
			out.Slots = append(out.Slots, row)
			continue
		}
		out.More, out.Unfolded = append(out.More, row), out.Unfolded || row.Chosen
	}
	return out
}

const monthForm = "2006-01"

// monthOf is the first day of the month of d.
func monthOf(d queue.Day) time.Time {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return time.Time{}
	}
	return t.AddDate(0, 0, 1-t.Day())
}

// fillMonth makes the month's calendar, whose weeks begin on Monday.
func (w *Web) fillMonth(ctx context.Context, c *chooser, want booking.Want, month time.Time, today queue.Day, link func(name, value string) string) error {
	last := month.AddDate(0, 1, -1)
	free, err := w.cfg.Hall.FreeDays(ctx, want, hall.Days{From: queue.Day(month.Format(time.DateOnly)), To: queue.Day(last.Format(time.DateOnly))})
	if err != nil {
		return err
	}
	count := map[queue.Day]int{}
	for _, d := range free {
		count[d.Day] = d.Free
	}
	c.Month = c.T("web_month", "Month", c.month(month.Month()), "Year", strconv.Itoa(month.Year()))
	for i := range 7 {
		c.Weekdays = append(c.Weekdays, string([]rune(c.T("web_weekday_" + strconv.Itoa((i+1)%7)))[:2]))
	}
	c.Blank = make([]int, (int(month.Weekday())+6)%7)
	for t := month; !t.After(last); t = t.AddDate(0, 0, 1) {
		day := queue.Day(t.Format(time.DateOnly))
		cell := dayCell{Number: t.Day(), Free: count[day], Date: c.ShortDate(day), Chosen: day == c.Day}
		if cell.Free > 0 {
			cell.Link = link("day", string(day))
		}
		c.Cells = append(c.Cells, cell)
	}
	if month.After(monthOf(today)) {
		c.Back = link("month", month.AddDate(0, -1, 0).Format(monthForm))
	}
	c.On = link("month", month.AddDate(0, 1, 0).Format(monthForm))
	return nil
}
