package web

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"westerkappeln.de/wartemarke/internal/catalogue"
	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/queue"
)

// mostFound is how many the hall finds by a name at most.
const mostFound = 50

// findAppointment looks for a code, then for a name: on all days from today on, and on the shown day also among those that were
// cancelled or are over. Names stay out of addresses: the answer to a name is the form's.
func (w *Web) findAppointment(rw http.ResponseWriter, r *http.Request) {
	search := strings.TrimSpace(r.PostFormValue("q"))
	d, err := w.day(r, r.PostFormValue("day"))
	if err != nil {
		w.broken(rw, r, err)
		return
	}
	if search == "" {
		http.Redirect(rw, r, d.Base, http.StatusSeeOther)
		return
	}
	found, err := w.cfg.Hall.Listed(r.Context(), search)
	switch {
	case err == nil:
		http.Redirect(rw, r, "/appointments/"+url.PathEscape(found.Appointment.ID), http.StatusSeeOther)
		return
	case !isRefusal(err):
		w.broken(rw, r, err)
		return
	}
	d.Search, d.Title = search, d.T("web_find_title")
	if err := w.findNamed(r, &d); err != nil {
		w.broken(rw, r, err)
		return
	}
	w.engine.Render(rw, r, http.StatusOK, "appointments", d)
}

// findNamed puts the appointments of the name that is looked for into the rows, or says that there are none.
func (w *Web) findNamed(r *http.Request, d *dayPage) error {
	d.Rows = nil
	all, err := w.cfg.Hall.FindByName(r.Context(), d.Search)
	var no *queue.Refusal
	switch {
	case errors.As(err, &no) && no.Code == queue.Invalid:
		d.Result = &Result{Text: d.T("web_find_letters")}
		return nil
	case err != nil:
		return err
	}
	d.More = len(all) >= mostFound
	ofDay, err := w.cfg.Hall.DayList(r.Context(), d.Day)
	if err != nil {
		return err
	}
	for _, a := range ofDay {
		known := slices.ContainsFunc(all, func(f hall.Listed) bool { return f.Appointment.ID == a.Appointment.ID })
		if !known && a.Contact != nil && strings.Contains(strings.ToLower(a.Contact.Name), strings.ToLower(d.Search)) {
			all = append(all, a)
		}
	}
	slices.SortStableFunc(all, func(a, b hall.Listed) int { return a.Appointment.Start.Compare(b.Appointment.Start) })
	cat, err := w.cfg.Hall.Catalogue(r.Context())
	if err != nil {
		return err
	}
	l := w.lister(d.Page, cat, catalogue.Counter{}, w.cfg.Now())
	for _, a := range all {
		row := l.appointment(a, w.cfg.Booking)
		row.Date = d.ShortDate(queue.DayOf(a.Appointment.Start, d.Loc))
		d.Rows = append(d.Rows, row)
	}
	if len(d.Rows) == 0 {
		d.Result = &Result{Text: d.T("web_none_found")}
	}
	return nil
}
