package citizen

import (
	"net/http"
	"net/url"
	"time"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/queue"
)

// movable gives the page of an appointment that may be moved, and what to ask for.
func (c *Citizen) movable(rw http.ResponseWriter, r *http.Request) (appointmentPage, ask, bool) {
	p, ok := c.find(rw, r, "book_move_title")
	if !ok {
		return p, ask{}, false
	}
	if !p.CanMove {
		http.Redirect(rw, r, p.To(p.Base), http.StatusSeeOther)
		return p, ask{}, false
	}
	cat, err := c.cfg.Hall.Catalogue(r.Context())
	if err != nil {
		c.broken(rw, r, err)
		return p, ask{}, false
	}
	services := open(p.Appointment.Services)
	a := ask{want: booking.Want{Services: services, Moving: p.Appointment.ID}}
	a.from, a.to = c.horizon(cat, services)
	a.monthHref = func(m month) string { return p.To(p.Base+"/move", "month", m.String()) }
	a.dayHref = func(d queue.Day) string { return p.To(p.Base+"/move", "day", string(d)) }
	return p, a, true
}

// open are the services that are still to be done.
func open(services []queue.Visit) choice {
	var out choice
	for _, v := range services {
		if !v.Done {
			out = append(out, v)
		}
	}
	return out
}

// movePage shows the days, the times of one, or asks whether to take a time. The appointment stays as it is meanwhile.
func (c *Citizen) movePage(rw http.ResponseWriter, r *http.Request) {
	p, a, ok := c.movable(rw, r)
	if !ok {
		return
	}
	q := r.URL.Query()
	if start, err := time.Parse(time.RFC3339, q.Get("start")); err == nil {
		c.moveTo(rw, r, p, a, start)
		return
	}
	if d, ok := parseDay(q.Get("day")); ok {
		c.moveTimes(rw, r, p, a, d, nil)
		return
	}
	cal := calendarPage{Page: p.Page, Back: p.To(p.Base), Moving: p.When(p.Appointment.Start), MoveBase: p.Base + "/move"}
	if err := c.fill(r.Context(), &cal, a, q.Get("month")); err != nil {
		c.refused(rw, r, err)
		return
	}
	c.engine.Render(rw, r, http.StatusOK, "days", cal)
}

// moveTo asks whether to take one time, as the mail about an earlier one does.
func (c *Citizen) moveTo(rw http.ResponseWriter, r *http.Request, p appointmentPage, a ask, start time.Time) {
	if start.Equal(p.Appointment.Start) { // by the back button, or the link of a mail that was followed already
		p.Title, p.Text = p.T("book_moveto_same_title"), p.T("book_moveto_same", "When", p.When(start))
		p.Href, p.LinkText = p.To(p.Base), p.T("book_to_mine")
		c.engine.Render(rw, r, http.StatusOK, "message", p.Page)
		return
	}
	day := queue.DayOf(start, c.cfg.Site.Location)
	slots, err := c.cfg.Hall.FreeSlots(r.Context(), a.want, day)
	if err != nil {
		c.refused(rw, r, err)
		return
	}
	for _, s := range slots {
		if s.Start.Equal(start) {
			p.At = &s
			c.engine.Render(rw, r, http.StatusOK, "move", p)
			return
		}
	}
	c.moveTimes(rw, r, p, a, day, &queue.Refusal{Code: queue.SlotTaken, Start: start})
}

func (c *Citizen) moveTimes(rw http.ResponseWriter, r *http.Request, p appointmentPage, a ask, day queue.Day, no *queue.Refusal) {
	p.at(p.Base+"/move", url.Values{"day": {string(day)}})
	t := timesPage{Page: p.Page, Day: day, Back: p.To(p.Base+"/move", "month", monthOf(day).String()),
		Moving: p.When(p.Appointment.Start), MoveBase: p.Base + "/move"}
	c.renderTimes(rw, r, t, a.want, no)
}

// move takes the new time, and with it gives up the old one.
func (c *Citizen) move(rw http.ResponseWriter, r *http.Request) {
	start, err := time.Parse(time.RFC3339, r.PostFormValue("start"))
	if err != nil {
		c.badForm(rw, r)
		return
	}
	key := r.PostFormValue("key")
	if key != "" {
		key += ":" + start.UTC().Format(time.RFC3339)
	}
	_, err = c.cfg.Hall.MoveMine(r.Context(), c.command(r, key), r.PathValue("secret"), start)
	if no := refusal(err); no != nil && (no.Code == queue.SlotTaken || no.Code == queue.NotBookable) {
		if p, a, ok := c.movable(rw, r); ok {
			c.moveTimes(rw, r, p, a, queue.DayOf(start, c.cfg.Site.Location), no)
		}
		return
	}
	if err != nil {
		c.denied(rw, r, err, "mine")
		return
	}
	c.back(rw, r, c.plain(r), "moved")
}
