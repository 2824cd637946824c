package citizen

import (
	"context"
	"net/http"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/catalogue"
	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/queue"
)

// calendarPage is a month with its free days, and the first free time of all.
type calendarPage struct {
	Page
	Form       string // address that takes a start
	Back       string
	First      *booking.Slot
	FirstDay   string // link to the first free day
	Weeks      [][]dayCell
	Heading    string
	Prev, Next string // links to the months beside, "" where nothing can be free
	PrevName   string
	NextName   string
	Free       int    // free days of the month
	Later      string // link to the next month that has a free day
	LaterDay   queue.Day
	Moving     string // when it is now, for an appointment that is to be moved
	MoveBase   string // path that asks whether to move it
}

// dayCell is one day of the month; without a number it fills the week.
type dayCell struct {
	Day  queue.Day
	Num  int
	Free int
	Href string // where it has free times
}

// longest is how many days the hall is asked for at once.
const longest = 92

// ask is what the pages of days and times are for: a new visit, or another time for one that is booked.
type ask struct {
	want      booking.Want
	from, to  queue.Day // that can have free times at all
	monthHref func(month) string
	dayHref   func(queue.Day) string
}

// want checks the choice in the address and gives what is asked for, and the page to show it on.
func (c *Citizen) want(rw http.ResponseWriter, r *http.Request, title string) (Page, ask, bool) {
	p := c.page(r, title)
	cat, err := c.cfg.Hall.Catalogue(r.Context())
	if err != nil {
		c.broken(rw, r, err)
		return p, ask{}, false
	}
	if !c.possible(rw, r, p, cat) {
		return p, ask{}, false
	}
	p.choose(cat, p.Choice, booking.Minutes(cat, p.Choice))
	a := ask{want: booking.Want{Services: p.Choice}}
	a.from, a.to = c.horizon(cat, p.Choice)
	a.monthHref = func(m month) string { return p.Keep("/day", "month", m.String()) }
	a.dayHref = func(d queue.Day) string { return p.Keep("/time", "day", string(d)) }
	return p, a, true
}

func (c *Citizen) horizon(cat catalogue.Catalogue, services []queue.Visit) (from, to queue.Day) {
	return booking.Horizon(cat, services, false, c.cfg.Now(), c.cfg.Site.Location)
}

// days is the page of the month.
func (c *Citizen) days(rw http.ResponseWriter, r *http.Request) {
	p, a, ok := c.want(rw, r, "book_days_title")
	if !ok {
		return
	}
	p.Step = 2
	cal := calendarPage{Page: p, Form: p.Keep("/hold"), Back: p.Start()}
	if err := c.fill(r.Context(), &cal, a, r.URL.Query().Get("month")); err != nil {
		c.refused(rw, r, err)
		return
	}
	c.engine.Render(rw, r, http.StatusOK, "days", cal)
}

// fill looks up the first free time and the month that is asked for, or else the one of the first free time.
func (c *Citizen) fill(ctx context.Context, p *calendarPage, a ask, wanted string) error {
	first, ok, err := c.cfg.Hall.FirstFree(ctx, a.want)
	if err != nil {
		return err
	}
	if !ok {
		return nil // no day of any month is free
	}
	p.First = &first
	day := queue.DayOf(first.Start, c.cfg.Site.Location)
	p.FirstDay = a.dayHref(day)
	m := monthOf(day)
	if w, ok := parseMonth(wanted); ok {
		m = w
	}
	firstMonth, lastMonth := monthOf(a.from), monthOf(a.to)
	if m.before(firstMonth) {
		m = firstMonth
	}
	if lastMonth.before(m) {
		m = lastMonth
	}
	if firstMonth.before(m) {
		p.Prev, p.PrevName = a.monthHref(m.plus(-1)), p.Month(m.plus(-1))
	}
	if m.before(lastMonth) {
		p.Next, p.NextName = a.monthHref(m.plus(1)), p.Month(m.plus(1))
	}
	p.Heading = p.Month(m)
	from, to := m.days()
	free, err := c.cfg.Hall.FreeDays(ctx, a.want, hall.Days{From: from, To: to})
	if err != nil {
		return err
	}
	p.Weeks, p.Free = weeks(m, queue.DayOf(c.cfg.Now(), c.cfg.Site.Location), free, a.dayHref)
	if p.Free > 0 {
		return nil
	}
	p.LaterDay, err = c.nextFree(ctx, a, dayAfter(to, 1))
	if err == nil && p.LaterDay != "" {
		p.Later = a.monthHref(monthOf(p.LaterDay))
	}
	return err
}

// nextFree is the first day from d on that has a free time, "" if there is none.
func (c *Citizen) nextFree(ctx context.Context, a ask, d queue.Day) (queue.Day, error) {
	for d <= a.to { // days as text sort as days
		last := min(dayAfter(d, longest-1), a.to)
		free, err := c.cfg.Hall.FreeDays(ctx, a.want, hall.Days{From: d, To: last})
		if err != nil {
			return "", err
		}
		for _, f := range free {
			if f.Free > 0 {
				return f.Day, nil
			}
		}
		d = dayAfter(last, 1)
	}
	return "", nil
}

// weeks lays a month out, Monday first, without the weeks that are over today, and counts its free days.
func weeks(m month, today queue.Day, free []booking.FreeDay, href func(queue.Day) string) ([][]dayCell, int) {
	count := map[queue.Day]int{}
	for _, f := range free {
		count[f.Day] = f.Free
	}
	first, last := m.days()
	row := make([]dayCell, weekday(m.first())-1, 7)
	var out [][]dayCell
	n, num := 0, 0
	for d := first; d <= last; d = d.Next() {
		num++
		cell := dayCell{Day: d, Num: num, Free: count[d]}
		if cell.Free > 0 {
			cell.Href = href(d)
			n++
		}
		if row = append(row, cell); len(row) == 7 {
			if d >= today {
				out = append(out, row)
			}
			row = make([]dayCell, 0, 7)
		}
	}
	if len(row) > 0 {
		out = append(out, append(row, make([]dayCell, 7-len(row))...))
	}
	return out, n
}
