package web

import (
	"errors"
	"net/http"
	"strings"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/queue"
)

// What staff do for somebody whose mail did not come: confirm for them, mend the address, or give the time to others.

// confirm books an unconfirmed appointment for its caller.
func (w *Web) confirm(rw http.ResponseWriter, r *http.Request) {
	w.change(rw, r, "web_did_confirm", func(c hall.Command) error {
		defer w.dead.forget()
		_, err := w.cfg.Hall.ConfirmFor(r.Context(), c, r.PathValue("id"))
		return err
	})
}

// release gives the time of an unconfirmed appointment free. Nothing of it stays, so the day's list tells what became of it. One
// that its holder has confirmed in the meantime stays: nobody asked to cancel that.
func (w *Web) release(rw http.ResponseWriter, r *http.Request) {
	p := w.page(r, "web_appointment_title")
	id := r.PathValue("id")
	a, err := w.cfg.Hall.Listed(r.Context(), id)
	if err == nil && a.Appointment.State != booking.Unconfirmed {
		w.showAppointment(rw, r, p, id, Result{Text: p.T("web_booking_changed")})
		return
	}
	// One that is not there may be gone by this very form, sent twice: its key tells.
	result := Result{Good: true, Text: p.T("web_did_release")}
	c := hall.Command{Actor: p.Actor, Key: r.PostFormValue("key")}
	if _, err := w.cfg.Hall.CancelAppointment(r.Context(), c, id); err != nil {
		result = Result{Text: w.refusedBooking(r.Context(), p, err)}
	}
	w.dead.forget()
	day := ""
	if d, ok := parseDay(r.PostFormValue("day")); ok {
		day = "day=" + string(d) + "&"
	}
	http.Redirect(rw, r, "/appointments?"+day+"r="+w.results.put(p.Actor.ID, result), http.StatusSeeOther)
}

// correct mends name, mail address and phone number. What is wrong is told beside its field, and what was typed stays.
func (w *Web) correct(rw http.ResponseWriter, r *http.Request) {
	a, ok := w.listed(rw, r)
	if !ok {
		return
	}
	p := appointmentPage{Page: w.page(r, "web_appointment_title"), Correcting: true}
	p.Person = readPerson(r)
	if p.Person.Name == "" {
		p.Errors = append(p.Errors, fieldError{"name", p.T("web_book_name_missing")})
	} else if _, err := w.cfg.Hall.Correct(r.Context(), hall.Command{Actor: p.Actor, Key: r.PostFormValue("key")}, a.Appointment.ID, p.Person); err != nil {
		field, ok := personError(p.Page, err)
		if !ok {
			w.showAppointment(rw, r, p.Page, a.Appointment.ID, Result{Text: w.refusedBooking(r.Context(), p.Page, err)})
			return
		}
		p.Errors = append(p.Errors, field)
	}
	if len(p.Errors) == 0 {
		w.dead.forget()
		w.showAppointment(rw, r, p.Page, a.Appointment.ID, Result{Good: true, Text: p.T("web_did_correct")})
		return
	}
	if err := w.fill(r.Context(), &p, a); err != nil {
		w.broken(rw, r, err)
		return
	}
	p.Title = p.T("web_error_prefix") + p.Title
	w.engine.Render(rw, r, http.StatusUnprocessableEntity, "appointment", p)
}

// readPerson reads the fields about a person, without a language.
func readPerson(r *http.Request) hall.Person {
	field := func(name string) string { return strings.TrimSpace(r.PostFormValue(name)) }
	return hall.Person{Name: field("name"), Mail: field("mail"), Phone: field("phone")}
}

// personError is what the hall does not take of a person, beside its field.
func personError(p Page, err error) (fieldError, bool) {
	var no *queue.Refusal
	if !errors.As(err, &no) || no.Code != queue.Invalid {
		return fieldError{}, false
	}
	switch no.Field {
	case "name":
		return fieldError{"name", p.T("web_book_name_wrong")}, true
	case "mail":
		return fieldError{"mail", p.T("web_book_mail_wrong")}, true
	case "phone":
		return fieldError{"phone", p.T("web_book_phone_wrong")}, true
	}
	return fieldError{}, false
}
