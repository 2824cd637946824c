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

// trap is the name of a field that no person sees. Programs that fill in everything give themselves away by it.
const trap = "website"

// filled gives the hold that a form was sent for, with what was typed. The time of one that has lapsed is held anew if it is
// still free: nobody has to type everything again for being slow (WCAG 2.2, 2.2.1). anew tells whether it was.
func (c *Citizen) filled(rw http.ResponseWriter, r *http.Request) (p holdPage, anew, ok bool) {
	p, err := c.lookUp(rw, r, r.PathValue("secret"))
	if refusal(err) != nil {
		secret, taken := c.holdAnew(rw, r, p)
		if !taken {
			return p, false, false
		}
		if p, err = c.lookUp(rw, r, secret); refusal(err) != nil { // an old form sent twice: what it got anew has lapsed, too
			c.lapsed(rw, r, p)
			return p, false, false
		}
		anew = true
	}
	if !c.isHold(rw, r, p, err) {
		return p, false, false
	}
	if !p.open(true) && c.cfg.Mail { // sent by the back button; without mail the hall knows whose it is
		http.Redirect(rw, r, p.Form("/sent"), http.StatusSeeOther)
		return p, false, false
	}
	p.Name, p.Phone, p.Sure = strings.TrimSpace(r.PostFormValue("name")), strings.TrimSpace(r.PostFormValue("phone")), r.PostFormValue("sure")
	if c.cfg.Mail {
		p.Mail = strings.TrimSpace(r.PostFormValue("mail"))
	}
	return p, anew, true
}

// holdAnew takes the time in the address once more, for a form that comes after its hold has lapsed.
func (c *Citizen) holdAnew(rw http.ResponseWriter, r *http.Request, p holdPage) (secret string, ok bool) {
	start, err := time.Parse(time.RFC3339, r.URL.Query().Get("start"))
	if err != nil || len(p.Choice) == 0 || !c.cfg.Enabled {
		c.lapsed(rw, r, p)
		return "", false
	}
	if wait := c.wait(holding, r); wait > 0 {
		c.tooMany(rw, r, wait)
		return "", false
	}
	_, a, ok := c.want(rw, r, "book_hold_title")
	if !ok {
		return "", false
	}
	return c.take(rw, r, a, start)
}

// register takes the form.
func (c *Citizen) register(rw http.ResponseWriter, r *http.Request) {
	p, _, ok := c.filled(rw, r)
	if !ok {
		return
	}
	p.Errors = p.missing(c.cfg.Mail, r.PostFormValue(trap))
	if len(p.Errors) > 0 || p.doubtful() {
		c.engine.Render(rw, r, http.StatusUnprocessableEntity, "hold", p)
		return
	}
	person := hall.Person{Name: p.Name, Mail: p.Mail, Phone: p.Phone, Lang: p.Lang}
	done, err := c.cfg.Hall.Register(r.Context(), c.command(r, r.PostFormValue("key")), p.secret, person)
	switch no := refusal(err); {
	case no != nil:
		c.notYet(rw, r, p, no)
	case err != nil:
		c.broken(rw, r, err)
	case done.Secret != "":
		http.Redirect(rw, r, p.To("/appointment/"+url.PathEscape(done.Secret)), http.StatusSeeOther)
	default:
		http.Redirect(rw, r, p.Form("/sent"), http.StatusSeeOther)
	}
}

// fieldOf says at which field of the form a refusal is shown.
var fieldOf = map[string]string{"mail": "mail", "mails": "mail", "phone": "phone", "time": "b-longer"}

// notYet shows the form with what was typed, and what is the matter.
func (c *Citizen) notYet(rw http.ResponseWriter, r *http.Request, p holdPage, no *queue.Refusal) {
	if no.Code == queue.NotFound || no.Code == queue.Lapsed {
		c.lapsed(rw, r, p)
		return
	}
	field := fieldOf[no.Field]
	if field == "" {
		field = "name"
	}
	p.Errors = []FieldError{{field, c.sentence(p.Page, no)}}
	c.engine.Render(rw, r, status(no), "hold", p)
}

// longer keeps the time for somebody who needs more of it, and shows the form as it was filled in so far.
func (c *Citizen) longer(rw http.ResponseWriter, r *http.Request) {
	p, anew, ok := c.filled(rw, r)
	if !ok {
		return
	}
	if p.Appointment.State != booking.Held {
		http.Redirect(rw, r, p.Form("/sent"), http.StatusSeeOther)
		return
	}
	if !anew {
		a, err := c.cfg.Hall.Extend(r.Context(), c.command(r, r.PostFormValue("key")), p.secret)
		switch no := refusal(err); {
		case no != nil:
			c.notYet(rw, r, p, no)
			return
		case err != nil:
			c.broken(rw, r, err)
			return
		}
		p.Appointment.Until = a.Until
	}
	p.Done = p.T("book_done_longer", "Until", p.Clock(p.Appointment.Until))
	c.engine.Render(rw, r, http.StatusOK, "hold", p)
}

// doubtful tells whether the address looks mistyped. It asks once: the same address sent again is meant.
func (p *holdPage) doubtful() bool {
	if p.Sure == p.Mail {
		return false
	}
	p.Doubt, p.Sure = meant(p.Mail), p.Mail
	return p.Doubt != ""
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
