package citizen

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/queue"
)

// holdPage asks who comes, while the slot is kept.
type holdPage struct {
	Page
	Secret            string
	Appointment       booking.Appointment
	Name, Mail, Phone string
	Again             string // another time of the same day, for when it has lapsed
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
	key := r.PostFormValue("key")
	if key != "" {
		key += ":" + start.UTC().Format(time.RFC3339)
	}
	day := queue.DayOf(start, c.cfg.Site.Location)
	held, err := c.cfg.Hall.Hold(r.Context(), c.command(r, key), a.want, start)
	if no := refusal(err); no != nil && (no.Code == queue.SlotTaken || no.Code == queue.NotBookable) {
		c.showTimes(rw, r, day, no)
		return
	}
	if err != nil {
		c.refused(rw, r, err)
		return
	}
	http.Redirect(rw, r, p.Keep("/hold/"+url.PathEscape(held.Secret), "day", string(day)), http.StatusSeeOther)
}

// theHold gives the appointment of the hold in the path, or answers otherwise: it has lapsed, or its form is filled in already.
func (c *Citizen) theHold(rw http.ResponseWriter, r *http.Request) (holdPage, bool) {
	rw.Header().Set("X-Robots-Tag", "noindex, nofollow")
	p := holdPage{Page: c.page(r, "book_hold_title"), Secret: url.PathEscape(r.PathValue("secret"))}
	p.NoIndex, p.Step = true, 4
	p.Again = p.Keep("/time", "day", r.URL.Query().Get("day"))
	q := r.URL.Query()
	q.Del("lang")
	p.at("/hold/"+p.Secret, q)
	mine, err := c.cfg.Hall.Mine(r.Context(), r.PathValue("secret"))
	no := refusal(err)
	if no == nil && err != nil {
		c.broken(rw, r, err)
		return p, false
	}
	if no != nil || mine.Appointment.State == booking.Held && !mine.Appointment.Until.After(c.cfg.Now()) {
		c.lapsed(rw, r, p)
		return p, false
	}
	cat, err := c.cfg.Hall.Catalogue(r.Context())
	if err != nil {
		c.broken(rw, r, err)
		return p, false
	}
	p.Appointment = mine.Appointment
	p.choose(cat, mine.Appointment.Services, booking.Minutes(cat, mine.Appointment.Services))
	p.Again = p.Keep("/time", "day", string(queue.DayOf(mine.Appointment.Start, c.cfg.Site.Location)))
	if mine.Kind == hall.OwnLink {
		http.Redirect(rw, r, p.To("/appointment/"+p.Secret), http.StatusSeeOther)
		return p, false
	}
	return p, true
}

// lapsed says that the time is over, and leads back with the choice kept.
func (c *Citizen) lapsed(rw http.ResponseWriter, r *http.Request, p holdPage) {
	p.Title, p.Step = p.T("book_lapsed_title"), 0
	p.Text = p.T("book_lapsed", "Count", c.cfg.Rules.HoldMinutes)
	p.Href, p.LinkText = p.To("/"), p.T("book_to_start")
	if len(p.Choice) > 0 {
		p.Href, p.LinkText = p.Again, p.T("book_lapsed_again")
		if r.URL.Query().Get("day") == "" {
			p.Href = p.Keep("/day")
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
		http.Redirect(rw, r, p.Keep("/hold/"+p.Secret+"/sent"), http.StatusSeeOther)
		return
	}
	c.engine.Render(rw, r, http.StatusOK, "hold", p)
}

// open tells whether the form can be filled in: for the first time, or again because the mail went to a wrong address.
func (p holdPage) open(again bool) bool {
	return p.Appointment.State == booking.Held || again && p.Appointment.State == booking.Unconfirmed
}

// trap is the name of a field that no person sees. Programs that fill in everything give themselves away by it.
const trap = "website"

// register takes the form.
func (c *Citizen) register(rw http.ResponseWriter, r *http.Request) {
	p, ok := c.theHold(rw, r)
	if !ok {
		return
	}
	if !p.open(true) && c.cfg.Mail { // sent by the back button; without mail the hall knows whose it is
		http.Redirect(rw, r, p.Keep("/hold/"+p.Secret+"/sent"), http.StatusSeeOther)
		return
	}
	p.Name, p.Phone = strings.TrimSpace(r.PostFormValue("name")), strings.TrimSpace(r.PostFormValue("phone"))
	if c.cfg.Mail {
		p.Mail = strings.TrimSpace(r.PostFormValue("mail"))
	}
	p.Errors = p.missing(c.cfg.Mail, r.PostFormValue(trap))
	if len(p.Errors) > 0 {
		c.engine.Render(rw, r, http.StatusUnprocessableEntity, "hold", p)
		return
	}
	person := hall.Person{Name: p.Name, Mail: p.Mail, Phone: p.Phone, Lang: p.Lang}
	done, err := c.cfg.Hall.Register(r.Context(), c.command(r, r.PostFormValue("key")), r.PathValue("secret"), person)
	switch no := refusal(err); {
	case no != nil && (no.Code == queue.NotFound || no.Code == queue.Lapsed):
		c.lapsed(rw, r, p)
	case no != nil:
		field := no.Field
		if field != "mail" && field != "phone" {
			field = "name"
		}
		p.Errors = []FieldError{{field, c.sentence(p.Page, no)}}
		c.engine.Render(rw, r, status(no), "hold", p)
	case err != nil:
		c.broken(rw, r, err)
	case done.Secret != "":
		http.Redirect(rw, r, p.To("/appointment/"+url.PathEscape(done.Secret)), http.StatusSeeOther)
	default:
		http.Redirect(rw, r, p.Keep("/hold/"+p.Secret+"/sent"), http.StatusSeeOther)
	}
}

// missing are the fields that have to be filled in and are not, and the one that nobody fills in.
func (p holdPage) missing(mail bool, trapped string) []FieldError {
	var out []FieldError
	if p.Name == "" {
		out = append(out, FieldError{"name", p.T("book_name_missing")})
	}
	if mail && p.Mail == "" {
		out = append(out, FieldError{"mail", p.T("book_mail_missing")})
	}
	if trapped != "" {
		out = append(out, FieldError{"name", p.T("book_trap")})
	}
	return out
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
		http.Redirect(rw, r, p.Keep("/hold/"+p.Secret), http.StatusSeeOther)
		return
	case booking.Unconfirmed:
		p.Title = p.T("book_sent_title")
	case booking.Booked, booking.Cancelled:
		p.Title = p.T("book_sent_booked_title")
	}
	p.Step = 0
	c.engine.Render(rw, r, http.StatusOK, "sent", p)
}
