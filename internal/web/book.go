package web

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/catalogue"
	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/i18n"
	"westerkappeln.de/wartemarke/internal/queue"
)

// visitRows is how many services the form has room for: no visit of a caller needs more.
const visitRows = 4

// bookPage books for a caller on the telephone: services, a time, the person, on one page.
type bookPage struct {
	Page
	Services []serviceField
	Groups   []serviceGroup
	Minutes  int
	Chooser  *chooser // nil until there is a visit
	Person   hall.Person
	Errors   []fieldError
	Visit    []queue.Visit
}

// serviceField is one service of the form.
type serviceField struct {
	N        int // from 1
	ID       string
	Quantity string
}

// serviceGroup is the services of a department that can be booked.
type serviceGroup struct {
	Name     string
	Services []option
}

// Wrong gives the error of a field, "" if it is fine.
func (b bookPage) Wrong(field string) string { return wrong(b.Errors, field) }

func (w *Web) newAppointment(rw http.ResponseWriter, r *http.Request) {
	p, ok := w.bookPage(rw, r, r.URL.Query())
	if ok {
		w.showBook(rw, r, p, r.URL.Query())
	}
}

// bookPage reads the visit from the form.
func (w *Web) bookPage(rw http.ResponseWriter, r *http.Request, form url.Values) (bookPage, bool) {
	p := bookPage{Page: w.page(r, "web_book_title")}
	cat, err := w.cfg.Hall.Catalogue(r.Context())
	if err != nil {
		w.broken(rw, r, err)
		return p, false
	}
	p.Groups = bookable(p.Page, cat)
	if p.Visit, err = readVisit(form); err != nil {
		p.Errors = append(p.Errors, fieldError{"quantity-1", p.T("web_book_quantity_wrong")})
	} else if form.Has("service") && len(p.Visit) == 0 {
		p.Errors = append(p.Errors, fieldError{"service-1", p.T("web_book_service_missing")})
	}
	p.Services = serviceFields(form, p.Visit, err != nil)
	p.Minutes = booking.Minutes(cat, p.Visit)
	return p, true
}

// bookable are the services that can be booked, by department.
func bookable(p Page, cat catalogue.Catalogue) []serviceGroup {
	var out []serviceGroup
	for _, d := range cat.Departments {
		g := serviceGroup{Name: p.In(d.Name)}
		for _, s := range cat.Services {
			if s.Appointment && s.Department == d.ID {
				g.Services = append(g.Services, option{ID: s.ID, Name: p.In(s.Name)})
			}
		}
		if len(g.Services) > 0 {
			out = append(out, g)
		}
	}
	return out
}

// readVisit reads the services of a form, in their order. One that was chosen twice counts with the sum of both quantities.
func readVisit(form url.Values) ([]queue.Visit, error) {
	var visit []queue.Visit
	quantities := form["quantity"]
	for i, id := range form["service"] {
		if id == "" || i >= visitRows {
			continue
		}
		n := 1
		if i < len(quantities) {
			var ok bool
			if n, ok = quantity(quantities[i]); !ok {
				return nil, errors.New("not a quantity")
			}
		}
		if at := slices.IndexFunc(visit, func(v queue.Visit) bool { return v.ID == id }); at >= 0 {
			visit[at].Quantity += n
			continue
		}
		visit = append(visit, queue.Visit{ID: id, Quantity: n})
	}
	return visit, nil
}

// quantity reads a number of pieces; nothing means one.
func quantity(s string) (int, bool) {
	n, err := strconv.Atoi(cmp.Or(strings.TrimSpace(s), "1"))
	return n, err == nil && n >= 1 && n <= 99
}

// serviceFields are the form's rows as they are shown again: what was understood, else what was typed.
func serviceFields(form url.Values, visit []queue.Visit, typed bool) []serviceField {
	out := make([]serviceField, visitRows)
	for i := range out {
		out[i] = serviceField{N: i + 1, Quantity: "1"}
		switch {
		case typed && i < len(form["service"]):
			out[i].ID = form["service"][i]
			if i < len(form["quantity"]) {
				out[i].Quantity = form["quantity"][i]
			}
		case i < len(visit):
			out[i].ID, out[i].Quantity = visit[i].ID, strconv.Itoa(visit[i].Quantity)
		}
	}
	return out
}

// visitQuery is a visit as an address.
func visitQuery(visit []queue.Visit) url.Values {
	q := url.Values{}
	for _, v := range visit {
		q.Add("service", v.ID)
		q.Add("quantity", strconv.Itoa(v.Quantity))
	}
	return q
}

// showBook adds the free times and writes the page; the status tells whether there is something to mend.
func (w *Web) showBook(rw http.ResponseWriter, r *http.Request, p bookPage, query url.Values) {
	if len(p.Visit) > 0 {
		c, err := w.choose(r.Context(), p.Page, booking.Want{Services: p.Visit, Staff: true}, "/appointments/new", visitQuery(p.Visit), query)
		switch {
		case isRefusal(err):
			p.Errors = append(p.Errors, fieldError{"service-1", w.refusedBooking(r.Context(), p.Page, err)})
		case err != nil:
			w.broken(rw, r, err)
			return
		default:
			p.Chooser = &c
		}
	}
	status := http.StatusOK
	if len(p.Errors) > 0 {
		status = http.StatusUnprocessableEntity
		p.Title = p.T("web_error_prefix") + p.Title
	}
	w.engine.Render(rw, r, status, "book", p)
}

// book makes the appointment and shows it, with the code to read out. When it cannot be made, everything typed stays.
func (w *Web) book(rw http.ResponseWriter, r *http.Request) {
	r.PostFormValue("") // parses the form
	p, ok := w.bookPage(rw, r, r.PostForm)
	if !ok {
		return
	}
	p.Person = readPerson(r)
	p.Person.Lang = w.mailLang()
	start, err := time.Parse(time.RFC3339, r.PostForm.Get("start"))
	if err != nil {
		p.Errors = append(p.Errors, fieldError{"times", p.T("web_book_time_missing")})
	}
	if p.Person.Name == "" {
		p.Errors = append(p.Errors, fieldError{"name", p.T("web_book_name_missing")})
	}
	if len(p.Errors) > 0 {
		w.showBook(rw, r, p, r.PostForm)
		return
	}
	made, err := w.cfg.Hall.Book(r.Context(), hall.Command{Actor: p.Actor, Key: r.PostForm.Get("key")},
		booking.Want{Services: p.Visit, Staff: true}, start, p.Person)
	if err != nil {
		p.Errors = append(p.Errors, w.bookError(r, p.Page, err))
		w.showBook(rw, r, p, r.PostForm)
		return
	}
	w.showAppointment(rw, r, p.Page, made.Appointment.ID, Result{Good: true, Text: p.T("web_did_book")})
}

// mailLang is the town's first language: nothing is known of the caller's, and the clerk's browser does not matter.
func (w *Web) mailLang() string {
	if len(w.cfg.Site.Languages) == 0 {
		return i18n.Fallback
	}
	return w.cfg.Site.Languages[0]
}

// bookError is what was refused, beside the field that it is about.
func (w *Web) bookError(r *http.Request, p Page, err error) fieldError {
	var no *queue.Refusal
	errors.As(err, &no)
	switch {
	case no == nil:
		return fieldError{"name", w.refusedBooking(r.Context(), p, err)}
	case no.Code == queue.SlotTaken, no.Code == queue.NotBookable:
		return fieldError{"times", w.refusedBooking(r.Context(), p, err)}
	}
	if field, ok := personError(p, err); ok {
		return field
	}
	return fieldError{"service-1", w.refusedBooking(r.Context(), p, err)}
}
