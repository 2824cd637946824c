package web

import (
	"net/http"
	"net/url"
	"time"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/hall"
)

// mailRow is a mail that was sent, waits or could not be delivered.
type mailRow struct {
	ID, What, State string
	Why             reason
	Dead            bool
	Again           bool // it may arrive when it is sent once more
}

// mail says in words how far a mail of an appointment is.
func (w *Web) mail(p Page, m hall.Mail, a booking.Appointment) mailRow {
	now := w.cfg.Now()
	row := mailRow{ID: m.ID, What: p.T("web_mail_" + string(m.Kind)), Why: p.reason(m.Error, mailSayings)}
	switch m.State {
	case hall.MailDead:
		row.Dead, row.State, row.Again = true, p.T("web_mail_state_dead"), worthwhile(m, a, now)
	case hall.MailWaiting:
		row.State = p.T("web_mail_state_waiting")
		switch {
		case m.Attempts > 0:
			row.State = p.T("web_mail_state_again", "Time", p.when(m.Due, now))
		case m.Due.After(now):
			row.State = p.T("web_mail_state_later", "Time", p.when(m.Due, now))
		}
	default:
		row.State = p.T("web_mail_state_sent")
	}
	return row
}

// worthwhile tells whether a mail that could not be delivered is of use when it is sent once more: it can arrive, and what it
// says still holds.
func worthwhile(m hall.Mail, a booking.Appointment, now time.Time) bool {
	of := booking.Booked
	switch m.Kind {
	case hall.MailConfirm:
		of = booking.Unconfirmed
	case hall.MailCancelled:
		of = booking.Cancelled
	}
	return a.State == of && a.Start.After(now) && !badAddress(m.Error)
}

// postPage is the list of mails that could not be delivered.
type postPage struct {
	Page
	Down    string // since when no mail gets out
	DownWhy reason
	Rows    []deadRow
}

type deadRow struct {
	mailRow
	Name, Phone, Mail, Appointment, Href, Since, Do string
	Pending                                         string // until when it is kept, where it is not confirmed yet
	Correct                                         string // address of the form that mends the address, "" when it is too late
}

func (w *Web) post(rw http.ResponseWriter, r *http.Request) {
	p := postPage{Page: w.page(r, "web_post_title")}
	if s := w.cfg.MailState; s != nil {
		if since, why := s.Down(); !since.IsZero() {
			p.Down, p.DownWhy = p.when(since, w.cfg.Now()), p.reason(why, mailSayings)
		}
	}
	dead, err := w.cfg.Hall.DeadMails(r.Context())
	if err != nil {
		w.broken(rw, r, err)
		return
	}
	for _, l := range dead {
		p.Rows = append(p.Rows, w.deadRow(p.Page, l))
	}
	w.engine.Render(rw, r, http.StatusOK, "post", p)
}

func (w *Web) deadRow(p Page, l hall.Letter) deadRow {
	row := deadRow{mailRow: w.mail(p, l.Mail, l.Appointment), Name: l.Contact.Name, Phone: l.Contact.Phone, Mail: l.Contact.Mail,
		Appointment: p.When(l.Appointment.Start), Href: "/appointments/" + url.PathEscape(l.Mail.Appointment),
		Since: p.when(deadSince(l.Mail, w.cfg.Now()), w.cfg.Now())}
	if row.Name == "" {
		row.Name = p.T("web_no_name")
	}
	if l.Appointment.State != booking.Cancelled && l.Appointment.Start.After(w.cfg.Now()) {
		row.Correct = row.Href + "?correct=1#name"
	}
	if l.Appointment.State == booking.Unconfirmed {
		row.Pending = p.T("web_unconfirmed_until", "Time", p.when(l.Appointment.Until, w.cfg.Now()))
	}
	switch {
	case l.Appointment.Start.Before(w.cfg.Now()):
		row.Do = p.T("web_dead_do_past")
	case row.Pending != "" && row.Phone != "":
		row.Do = p.T("web_dead_do_confirm")
	case row.Pending != "":
		row.Do = p.T("web_dead_do_lapse")
	case row.Phone != "":
		row.Do = p.T("web_dead_do_call")
	default:
		row.Do = p.T("web_dead_do_wait")
	}
	return row
}

// postAction tries a mail again, or takes it from the list because somebody called.
func (w *Web) postAction(rw http.ResponseWriter, r *http.Request) {
	p := w.page(r, "web_post_title")
	c := hall.Command{Actor: p.Actor, Key: r.PostFormValue("key")}
	do, done := w.cfg.Hall.RetryMail, "web_did_send_again"
	if r.PostFormValue("do") == "drop" {
		do, done = w.cfg.Hall.DropMail, "web_did_drop_mail"
	}
	result := Result{Good: true, Text: p.T(done)}
	if err := do(r.Context(), c, r.PostFormValue("mail")); err != nil {
		result = Result{Text: w.refusedBooking(r.Context(), p, err)}
	}
	w.dead.forget()
	http.Redirect(rw, r, "/mail?r="+w.results.put(p.Actor.ID, result), http.StatusSeeOther)
}
