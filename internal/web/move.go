package web

import (
	"net/http"
	"net/url"
	"time"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/catalogue"
	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/queue"
)

// movePage chooses another time for an appointment.
type movePage struct {
	Page
	Base, When, Name, Services string
	Chooser                    *chooser
	Errors                     []fieldError
}

// Wrong gives the error of a field, "" if it is fine.
func (m movePage) Wrong(field string) string { return wrong(m.Errors, field) }

func (w *Web) movePage(rw http.ResponseWriter, r *http.Request) {
	if a, ok := w.listed(rw, r); ok {
		w.showMove(rw, r, a, r.URL.Query(), nil)
	}
}

func (w *Web) showMove(rw http.ResponseWriter, r *http.Request, a hall.Listed, query url.Values, wrong []fieldError) {
	base := "/appointments/" + url.PathEscape(a.Appointment.ID)
	p := movePage{Page: w.page(r, "web_move_title"), Base: base, Errors: wrong}
	p.When = p.Page.When(a.Appointment.Start)
	if a.Contact != nil {
		p.Name = a.Contact.Name
	}
	cat, err := w.cfg.Hall.Catalogue(r.Context())
	if err != nil {
		w.broken(rw, r, err)
		return
	}
	p.Services = w.lister(p.Page, cat, catalogue.Counter{}, w.cfg.Now()).visits(a.Appointment.Services)
	want := booking.Want{Staff: true, Moving: a.Appointment.ID}
	for _, v := range a.Appointment.Services {
		want.Services = append(want.Services, queue.Visit{ID: v.ID, Quantity: v.Quantity})
	}
	c, err := w.choose(r.Context(), p.Page, want, base+"/move", nil, query)
	switch {
	case isRefusal(err):
		p.Errors = append(p.Errors, fieldError{"times", w.refusedBooking(r.Context(), p.Page, err)})
	case err != nil:
		w.broken(rw, r, err)
		return
	}
	p.Chooser = &c
	status := http.StatusOK
	if len(p.Errors) > 0 {
		status, p.Title = http.StatusUnprocessableEntity, p.T("web_error_prefix")+p.Title
	}
	w.engine.Render(rw, r, status, "move", p)
}

func (w *Web) move(rw http.ResponseWriter, r *http.Request) {
	a, ok := w.listed(rw, r)
	if !ok {
		return
	}
	p := w.page(r, "web_move_title")
	start, err := time.Parse(time.RFC3339, r.PostFormValue("start"))
	if err != nil {
		w.showMove(rw, r, a, r.PostForm, []fieldError{{"times", p.T("web_book_time_missing")}})
		return
	}
	moved, err := w.cfg.Hall.Move(r.Context(), hall.Command{Actor: p.Actor, Key: r.PostFormValue("key")}, a.Appointment.ID, start)
	if err != nil {
		w.showMove(rw, r, a, r.PostForm, []fieldError{{"times", w.refusedBooking(r.Context(), p, err)}})
		return
	}
	w.showAppointment(rw, r, p, moved.ID, Result{Good: true, Text: p.T("web_did_move", "When", p.When(moved.Start))})
}
