package web

import (
	"context"
	"encoding/base64"
	"fmt"
	"html/template"
	"net/http"
	"net/url"

	qrcode "github.com/skip2/go-qrcode"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/catalogue"
	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/queue"
)

// appointmentPage is one appointment.
type appointmentPage struct {
	Page
	Row        appointmentRow
	Base       string
	Date, When string
	Code       string
	QR         template.URL
	State      string // unless it is simply booked
	Contact    *hall.Contact
	Foreign    bool
	Visits     []bringRow
	Mails      []mailRow
	Documents  []documentRow
	CanChange  bool
	Pending    bool // not confirmed yet
	CanCorrect bool
	Correcting bool        // the form to correct is open
	Person     hall.Person // of that form
	Errors     []fieldError
}

// Wrong gives the error of a field, "" if it is fine.
func (a appointmentPage) Wrong(field string) string { return wrong(a.Errors, field) }

// bringRow is a service with what its visitor must bring.
type bringRow struct {
	Name  string
	Bring []string
}

// appointment shows one: also what to read out to a caller right after it was booked.
func (w *Web) appointment(rw http.ResponseWriter, r *http.Request) {
	a, ok := w.listed(rw, r)
	if !ok {
		return
	}
	p := appointmentPage{Page: w.page(r, "web_appointment_title"), Correcting: r.URL.Query().Has("correct")}
	if a.Contact != nil {
		p.Person = hall.Person{Name: a.Contact.Name, Mail: a.Contact.Mail, Phone: a.Contact.Phone}
	}
	if err := w.fill(r.Context(), &p, a); err != nil {
		w.broken(rw, r, err)
		return
	}
	w.engine.Render(rw, r, http.StatusOK, "appointment", p)
}

// fill reads what belongs to the appointment.
func (w *Web) fill(ctx context.Context, p *appointmentPage, a hall.Listed) error {
	cat, err := w.cfg.Hall.Catalogue(ctx)
	if err != nil {
		return err
	}
	now := w.cfg.Now()
	l := w.lister(p.Page, cat, catalogue.Counter{}, now)
	p.Contact, p.Base = a.Contact, "/appointments/"+url.PathEscape(a.Appointment.ID)
	p.Row = l.appointment(a, w.cfg.Booking)
	p.When, p.Date = p.Page.When(a.Appointment.Start), string(queue.DayOf(a.Appointment.Start, p.Loc))
	p.Title = p.T("web_appointment_title", "When", p.When)
	p.Foreign = sourceID(a.Appointment.Source) == "web_source_import"
	switch a.Appointment.State {
	case booking.Cancelled:
		p.State = p.T("web_cancelled")
	case booking.Unconfirmed:
		p.Pending, p.State = true, p.Row.Pending
	}
	p.CanChange = a.Appointment.State == booking.Booked && a.Ticket == nil
	p.CanCorrect = a.Appointment.State != booking.Cancelled && a.Appointment.Start.After(now)
	p.Code = a.Appointment.Code.Display()
	if p.Code != "" {
		if p.QR, err = picture(a.Appointment.Code); err != nil {
			return err
		}
	}
	for _, v := range a.Appointment.Services {
		p.Visits = append(p.Visits, bringRow{Name: l.visits([]queue.Visit{v}), Bring: list(p.Page, l.services[v.ID].Bring)})
	}
	if p.Documents, err = w.documents(ctx, p.Page, a); err != nil {
		return err
	}
	mails, err := w.cfg.Hall.Mails(ctx, a.Appointment.ID)
	for _, m := range mails {
		p.Mails = append(p.Mails, w.mail(p.Page, m, a.Appointment))
	}
	return err
}

// list chooses the list of the page's language.
func list(p Page, l catalogue.List) []string {
	if own := l[p.Lang]; len(own) > 0 {
		return own
	}
	return l["de"]
}

// listed gives the appointment of the path, or shows that there is none.
func (w *Web) listed(rw http.ResponseWriter, r *http.Request) (hall.Listed, bool) {
	a, err := w.cfg.Hall.Listed(r.Context(), r.PathValue("id"))
	switch {
	case isRefusal(err):
		w.failTo(rw, r, http.StatusNotFound, "web_not_found_title", "web_no_appointment", "/appointments", "web_to_day")
	case err != nil:
		w.broken(rw, r, err)
	}
	return a, err == nil
}

func (w *Web) cancelAppointment(rw http.ResponseWriter, r *http.Request) {
	w.change(rw, r, "web_did_cancel_appointment", func(c hall.Command) error {
		_, err := w.cfg.Hall.CancelAppointment(r.Context(), c, r.PathValue("id"))
		return err
	})
}

// sendAgain tries a mail of the appointment once more.
func (w *Web) sendAgain(rw http.ResponseWriter, r *http.Request) {
	w.change(rw, r, "web_did_send_again", func(c hall.Command) error {
		defer w.dead.forget()
		return w.cfg.Hall.RetryMail(r.Context(), c, r.PostFormValue("mail"))
	})
}

// change carries a form of an appointment out and shows the appointment as it is then, with what became of the form.
func (w *Web) change(rw http.ResponseWriter, r *http.Request, done string, do func(hall.Command) error) {
	p := w.page(r, "web_appointment_title")
	result := Result{Good: true, Text: p.T(done)}
	if err := do(hall.Command{Actor: p.Actor, Key: r.PostFormValue("key")}); err != nil {
		result = Result{Text: w.refusedBooking(r.Context(), p, err)}
	}
	w.showAppointment(rw, r, p, r.PathValue("id"), result)
}

func (w *Web) showAppointment(rw http.ResponseWriter, r *http.Request, p Page, id string, result Result) {
	http.Redirect(rw, r, "/appointments/"+url.PathEscape(id)+"?r="+w.results.put(p.Actor.ID, result), http.StatusSeeOther)
}

// picture is the code's QR as a PNG within the page. The scanner reads it from paper and from a screen.
func picture(code booking.Code) (template.URL, error) {
	png, err := qrcode.Encode(code.QR(), qrcode.High, -6)
	if err != nil {
		return "", fmt.Errorf("qr: %w", err)
	}
	return template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(png)), nil
}
