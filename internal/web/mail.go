package web

import (
	"net/http"
	"net/url"

	"westerkappeln.de/wartemarke/internal/hall"
)

// mailRow is a mail that was sent, waits or could not be delivered.
type mailRow struct {
	ID, What, State, Why string
	Dead                 bool
}

// mail says in words how far a mail is.
func (w *Web) mail(p Page, m hall.Mail) mailRow {
	now := w.cfg.Now()
	row := mailRow{ID: m.ID, What: p.T("web_mail_" + string(m.Kind)), Why: short(m.Error)}
	switch m.State {
	case hall.MailDead:
		row.Dead, row.State = true, p.T("web_mail_state_dead")
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

// postPage is the list of mails that could not be delivered.
type postPage struct {
	Page
	Down, DownWhy string // since when no mail gets out, and why
	Rows          []deadRow
}

type deadRow struct {
	mailRow
	Name, Phone, Mail, Appointment, Href, Since, Do string
}

func (w *Web) post(rw http.ResponseWriter, r *http.Request) {
	p := postPage{Page: w.page(r, "web_post_title")}
	if s := w.cfg.MailState; s != nil {
		if since, why := s.Down(); !since.IsZero() {
			p.Down, p.DownWhy = p.when(since, w.cfg.Now()), short(why)
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
	row := deadRow{mailRow: w.mail(p, l.Mail), Name: l.Contact.Name, Phone: l.Contact.Phone, Mail: l.Contact.Mail,
		Appointment: p.When(l.Appointment.Start), Href: "/appointments/" + url.PathEscape(l.Mail.Appointment),
		Since: p.when(deadSince(l.Mail, w.cfg.Now()), w.cfg.Now())}
	if row.Name == "" {
		row.Name = p.T("web_no_name")
	}
	switch {
	case l.Appointment.Start.Before(w.cfg.Now()):
		row.Do = p.T("web_dead_do_past")
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
