package citizen

import (
	"net/http"
	"net/url"
	"time"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/queue"
)

// holdPage asks who comes, while the slot is kept.
type holdPage struct {
	Page
	Secret            string // as it stands in addresses
	secret            string
	Mine              hall.Mine
	Appointment       booking.Appointment
	Name, Mail, Phone string
	Longest           int    // minutes for which a time is kept at once
	Doubt             string // what the address of the mail may have been meant to be
	Sure              string // the address that was doubted, and sent all the same if it comes again
	Done              string
}

// Held tells whether this is the time for filling in the form, which can be made longer.
func (p holdPage) Held() bool { return p.Appointment.State == booking.Held }

// Form is the address that the form is sent to. It holds what is needed to try for the same time again when it has lapsed.
func (p holdPage) Form(more string) string {
	return p.Keep("/hold/"+p.Secret+more, "start", p.Stamp(p.Appointment.Start))
}

// Correct is the address of the form for somebody who mistyped something.
func (p holdPage) Correct() string { return p.Form("") + "&correct=1" }

// State changes when the page would show something else than before, so that a script can wait for that.
func (p holdPage) State() string {
	if p.Mine.Undeliverable {
		return "undeliverable"
	}
	return string(p.Appointment.State)
}

// command is a citizen's: nobody signs in here.
func (c *Citizen) command(r *http.Request, key string) hall.Command {
	return hall.Command{Actor: hall.Actor{Kind: hall.Citizen, Lang: c.engine.Lang(r)}, Key: key}
}

// hold takes a slot. Its key is made of the form's and the start, so that two times of one page are two requests.
func (c *Citizen) hold(rw http.ResponseWriter, r *http.Request) {
	start, err := time.Parse(time.RFC3339, r.PostFormValue("start"))
	if err != nil {
		c.badForm(rw, r)
		return
	}
	p, a, ok := c.want(rw, r, "book_times_title")
	if !ok {
		return
	}
	if secret, ok := c.take(rw, r, a, start); ok {
		http.Redirect(rw, r, p.Keep("/hold/"+url.PathEscape(secret), "start", p.Stamp(start)), http.StatusSeeOther)
	}
}

// take holds a time and gives the hold's secret, or shows the other times of the day.
func (c *Citizen) take(rw http.ResponseWriter, r *http.Request, a ask, start time.Time) (string, bool) {
	key := r.PostFormValue("key")
	if key != "" {
		key += ":" + start.UTC().Format(time.RFC3339)
	}
	held, err := c.cfg.Hall.Hold(r.Context(), c.command(r, key), a.want, start)
	if no := refusal(err); no != nil && (no.Code == queue.SlotTaken || no.Code == queue.NotBookable) {
		c.showTimes(rw, r, queue.DayOf(start, c.cfg.Site.Location), no)
		return "", false
	}
	if err != nil {
		c.refused(rw, r, err)
		return "", false
	}
	return held.Secret, true
}

// theHold gives the hold of the path, or answers otherwise: it has lapsed, or the link is that of an appointment.
func (c *Citizen) theHold(rw http.ResponseWriter, r *http.Request) (holdPage, bool) {
	p, err := c.lookUp(rw, r, r.PathValue("secret"))
	if refusal(err) != nil {
		c.lapsed(rw, r, p)
		return p, false
	}
	return p, c.isHold(rw, r, p, err)
}

// lookUp gives the page of a hold. Refusal: NotFound or Lapsed.
func (c *Citizen) lookUp(rw http.ResponseWriter, r *http.Request, secret string) (holdPage, error) {
	rw.Header().Set("X-Robots-Tag", "noindex, nofollow")
	p := holdPage{Page: c.page(r, "book_hold_title"), Secret: url.PathEscape(secret), secret: secret, Longest: c.cfg.Rules.HoldMinutes}
	p.NoIndex, p.Step = true, 4
	q := r.URL.Query()
	q.Del("lang")
	p.at("/hold/"+p.Secret, q)
	mine, err := c.cfg.Hall.Mine(r.Context(), secret)
	if err != nil {
		return p, err
	}
	if mine.Appointment.State == booking.Held && !mine.Appointment.Until.After(c.cfg.Now()) {
		return p, &queue.Refusal{Code: queue.Lapsed}
	}
	cat, err := c.cfg.Hall.Catalogue(r.Context())
	if err != nil {
		return p, err
	}
	p.Mine, p.Appointment = mine, mine.Appointment
	p.choose(cat, mine.Appointment.Services, booking.Minutes(cat, mine.Appointment.Services))
	return p, nil
}

// isHold tells whether the page that was looked up is a hold's, and answers if not.
func (c *Citizen) isHold(rw http.ResponseWriter, r *http.Request, p holdPage, err error) bool {
	if err != nil {
		c.broken(rw, r, err)
		return false
	}
	if p.Mine.Kind == hall.OwnLink {
		http.Redirect(rw, r, p.To("/appointment/"+p.Secret), http.StatusSeeOther)
		return false
	}
	return true
}

// lapsed says that the time is over, and leads back with the choice kept.
func (c *Citizen) lapsed(rw http.ResponseWriter, r *http.Request, p holdPage) {
	p.Title, p.Step = p.T("book_lapsed_title"), 0
	p.Text = p.T("book_lapsed", "Count", c.cfg.Rules.HoldMinutes)
	p.Href, p.LinkText = p.To("/"), p.T("book_to_start")
	if len(p.Choice) > 0 {
		p.Href, p.LinkText = p.Keep("/day"), p.T("book_lapsed_again")
		if start, err := time.Parse(time.RFC3339, r.URL.Query().Get("start")); err == nil {
			p.Href = p.Keep("/time", "day", string(queue.DayOf(start, c.cfg.Site.Location)))
		}
	}
	c.engine.Render(rw, r, http.StatusGone, "message", p.Page)
}

// held is the page with the form.
func (c *Citizen) held(rw http.ResponseWriter, r *http.Request) {
	p, ok := c.theHold(rw, r)
	if !ok {
		return
	}
	if !p.open(r.URL.Query().Get("correct") == "1") {
		http.Redirect(rw, r, p.Form("/sent"), http.StatusSeeOther)
		return
	}
	if known := p.Mine.Contact; known != nil { // to be corrected
		p.Name, p.Mail, p.Phone = known.Name, known.Mail, known.Phone
	}
	c.engine.Render(rw, r, http.StatusOK, "hold", p)
}

// open tells whether the form can be filled in: for the first time, or again because the mail went to a wrong address.
func (p holdPage) open(again bool) bool {
	return p.Appointment.State == booking.Held || again && p.Appointment.State == booking.Unconfirmed
}

// release gives the time back and goes on to another.
func (c *Citizen) release(rw http.ResponseWriter, r *http.Request) {
	p := c.page(r, "book_hold_title")
	err := c.cfg.Hall.Release(r.Context(), c.command(r, r.PostFormValue("key")), r.PathValue("secret"))
	if no := refusal(err); no != nil && no.Code != queue.NotFound { // one that is gone is given back
		c.refused(rw, r, err)
		return
	} else if no == nil && err != nil {
		c.broken(rw, r, err)
		return
	}
	to := p.To("/")
	if len(p.Choice) > 0 {
		to = p.Keep("/day")
	}
	http.Redirect(rw, r, to, http.StatusSeeOther)
}

// sent says that the mailbox comes next.
func (c *Citizen) sent(rw http.ResponseWriter, r *http.Request) {
	p, ok := c.theHold(rw, r)
	if !ok {
		return
	}
	switch p.Appointment.State {
	case booking.Held:
		http.Redirect(rw, r, p.Form(""), http.StatusSeeOther)
		return
	case booking.Unconfirmed:
		p.Title = p.T("book_sent_title")
		if p.Mine.Undeliverable {
			p.Title = p.T("book_sent_dead_title")
		}
	case booking.Booked, booking.Cancelled:
		p.Title = p.T("book_sent_booked_title")
	}
	p.Step = 0
	c.engine.Render(rw, r, http.StatusOK, "sent", p)
}
