package citizen

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/queue"
)

// appointmentPage is an appointment as its owner sees it.
type appointmentPage struct {
	Page
	Base        string // path of the appointment
	Mine        hall.Mine
	Appointment booking.Appointment
	Over        bool   // its time or its visit is over
	Number      string // of today's ticket
	Called      string // where the number is to come
	CanMove     bool
	CanWish     bool
	CanSend     bool // documents
	Left        int  // documents that may still be sent
	Early       int  // minutes before the time from which the terminal takes the code
	Done        string
	Documents   []documentRow
	At          *booking.Slot // the time to move to, before it is asked for
	Sooner      *booking.Slot // a time before this one that is free now
}

// find gives the page of the secret in the path, or shows a page that says what to do.
func (c *Citizen) find(rw http.ResponseWriter, r *http.Request, title string) (appointmentPage, bool) {
	rw.Header().Set("X-Robots-Tag", "noindex, nofollow")
	p := appointmentPage{Page: c.page(r, title), Base: "/appointment/" + url.PathEscape(r.PathValue("secret")), Early: c.cfg.Rules.EarlyMinutes}
	p.NoIndex = true
	if r.Method != http.MethodGet {
		p.at(p.Base, url.Values{})
	}
	mine, err := c.cfg.Hall.Mine(r.Context(), r.PathValue("secret"))
	switch no := refusal(err); {
	case no != nil:
		c.message(rw, r, http.StatusNotFound, "book_unknown_title", "book_unknown")
		return p, false
	case err != nil:
		c.broken(rw, r, err)
		return p, false
	case mine.Kind == hall.HoldLink:
		http.Redirect(rw, r, p.To("/hold/"+url.PathEscape(r.PathValue("secret"))+"/sent"), http.StatusSeeOther)
		return p, false
	}
	return p, c.show(rw, r, &p, mine)
}

// show fills the page with the appointment.
func (c *Citizen) show(rw http.ResponseWriter, r *http.Request, p *appointmentPage, mine hall.Mine) bool {
	cat, err := c.cfg.Hall.Catalogue(r.Context())
	if err != nil {
		c.broken(rw, r, err)
		return false
	}
	a := mine.Appointment
	p.Mine, p.Appointment = mine, a
	p.choose(cat, a.Services, booking.Minutes(cat, a.Services))
	if t := mine.Ticket; t != nil && t.Ticket.State.Open() {
		p.Number = t.Ticket.Number()
		if t.Ticket.State.AtCounter() {
			p.Called = p.In(t.Place)
		}
	}
	end := a.End
	if end.IsZero() {
		end = a.Start.Add(time.Duration(max(p.Minutes, 1)) * time.Minute)
	}
	served := mine.Ticket != nil && mine.Ticket.Ticket.State == queue.Finished
	p.Over = a.State == booking.Booked && p.Number == "" && (served || c.cfg.Now().After(end))
	p.CanMove = mine.CanChange && c.cfg.Enabled
	p.CanWish = p.CanMove && c.cfg.Mail && mine.Contact != nil && mine.Contact.Mail != ""
	p.Documents = documentRows(p.Page, mine.Documents)
	p.Left = hall.MaxDocuments - len(mine.Documents)
	p.CanSend = c.cfg.Documents != nil && mine.Contact != nil && a.State == booking.Booked && !p.Over
	return true
}

// appointment is the page that mails lead to. It changes nothing: programs that look for bad links in mails open it too.
func (c *Citizen) appointment(rw http.ResponseWriter, r *http.Request) {
	p, ok := c.find(rw, r, "book_mine_title")
	if !ok {
		return
	}
	switch done := r.URL.Query().Get("done"); done {
	case "confirmed", "moved", "cancelled", "wish", "nowish", "sent", "removed":
		p.Done = p.T("book_done_" + done)
	}
	if p.CanWish && c.wait(looking, r) == 0 { // a search as any other; without it the page lacks nothing that is needed
		if err := c.sooner(r.Context(), &p); err != nil {
			c.broken(rw, r, err)
			return
		}
	}
	c.renderMine(rw, r, http.StatusOK, p)
}

// sooner looks for a time before the appointment's: whoever wants to come earlier need not wait for a mail. That the catalogue
// no longer lets the services be booked is no failure.
func (c *Citizen) sooner(ctx context.Context, p *appointmentPage) error {
	first, found, err := c.cfg.Hall.FirstFree(ctx, booking.Want{Services: open(p.Appointment.Services), Moving: p.Appointment.ID})
	if found && first.Start.Before(p.Appointment.Start) {
		p.Sooner = &first
	}
	if refusal(err) != nil {
		return nil
	}
	return err
}

func (c *Citizen) renderMine(rw http.ResponseWriter, r *http.Request, status int, p appointmentPage) {
	switch {
	case p.Mine.Confirmable:
		p.Title = p.T("book_confirm_title")
		c.engine.Render(rw, r, status, "confirm", p)
		return
	case p.Appointment.State == booking.Cancelled:
		p.Title = p.T("book_cancelled_title")
	}
	c.engine.Render(rw, r, status, "appointment", p)
}

// back goes to the appointment after a form, with a word on what was done.
func (c *Citizen) back(rw http.ResponseWriter, r *http.Request, p appointmentPage, done string) {
	http.Redirect(rw, r, p.To(p.Base, "done", done), http.StatusSeeOther)
}

// denied shows the appointment as it is now, and why something was not done.
func (c *Citizen) denied(rw http.ResponseWriter, r *http.Request, err error, field string) {
	no := refusal(err)
	if no == nil {
		c.broken(rw, r, err)
		return
	}
	p, ok := c.find(rw, r, "book_mine_title")
	if !ok {
		return
	}
	p.Errors = []FieldError{{field, c.sentence(p.Page, no)}}
	c.renderMine(rw, r, status(no), p)
}

func (c *Citizen) confirm(rw http.ResponseWriter, r *http.Request) {
	_, err := c.cfg.Hall.Confirm(r.Context(), c.command(r, r.PostFormValue("key")), r.PathValue("secret"))
	if err != nil {
		c.denied(rw, r, err, "mine")
		return
	}
	c.back(rw, r, c.plain(r), "confirmed")
}

// plain is the page of the path for its addresses only.
func (c *Citizen) plain(r *http.Request) appointmentPage {
	return appointmentPage{Page: c.page(r, "book_mine_title"), Base: "/appointment/" + url.PathEscape(r.PathValue("secret"))}
}

// cancelPage asks once more, on a page of its own.
func (c *Citizen) cancelPage(rw http.ResponseWriter, r *http.Request) {
	p, ok := c.find(rw, r, "book_cancel_title")
	if !ok {
		return
	}
	if !p.Mine.CanChange {
		http.Redirect(rw, r, p.To(p.Base), http.StatusSeeOther)
		return
	}
	c.engine.Render(rw, r, http.StatusOK, "cancel", p)
}

func (c *Citizen) cancel(rw http.ResponseWriter, r *http.Request) {
	_, err := c.cfg.Hall.CancelMine(r.Context(), c.command(r, r.PostFormValue("key")), r.PathValue("secret"))
	if err != nil {
		c.denied(rw, r, err, "mine")
		return
	}
	c.back(rw, r, c.plain(r), "cancelled")
}

// earlier takes or drops the wish for an earlier time.
func (c *Citizen) earlier(rw http.ResponseWriter, r *http.Request) {
	on := r.PostFormValue("on") == "1"
	_, err := c.cfg.Hall.WishEarlier(r.Context(), c.command(r, r.PostFormValue("key")), r.PathValue("secret"), on)
	if err != nil {
		c.denied(rw, r, err, "mine")
		return
	}
	done := "nowish"
	if on {
		done = "wish"
	}
	c.back(rw, r, c.plain(r), done)
}
