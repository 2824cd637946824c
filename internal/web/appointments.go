package web

import (
	"net/http"
	"strings"
	"time"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/catalogue"
	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/queue"
)

// dayPage is the list of a day's appointments.
type dayPage struct {
	Page
	Base                      string // address of this list
	Day, Previous, Next       queue.Day
	Heading                   string
	Today                     bool
	Seq                       int64
	Rows                      []appointmentRow
	Booked, Come, Open, Ended int
	Pending                   int    // not confirmed yet
	Search                    string // "" unless rows are what was found by a name
	More                      bool   // so many were found that some may not be shown
}

func (d dayPage) Sequence() (int64, bool) { return d.Seq, d.Part }

// appointmentRow is an appointment as staff see it.
type appointmentRow struct {
	ID, Clock, Services, Name, Source string
	Date                              string // of what was found by a name
	Pending                           string // until when it is kept, where it is not confirmed yet
	Cancelled, MailDead               bool
	Documents                         int
	Number, State                     string // of its ticket of today, "" before it is there
	Missing                           string // why there is no ticket, where that says something
}

// appointments is the list of a day.
func (w *Web) appointments(rw http.ResponseWriter, r *http.Request) {
	d, err := w.day(r, r.URL.Query().Get("day"))
	if err != nil {
		w.broken(rw, r, err)
		return
	}
	d.Live = true
	w.engine.Render(rw, r, http.StatusOK, "appointments", d)
}

// day reads the appointments of a day; of today when it is none.
func (w *Web) day(r *http.Request, want string) (dayPage, error) {
	d := dayPage{Page: w.page(r, "web_day_title"), Base: "/appointments"}
	today := queue.DayOf(w.cfg.Now(), d.Loc)
	var ok bool
	if d.Day, ok = parseDay(want); ok {
		d.Base += "?day=" + string(d.Day)
	} else {
		d.Day = today
	}
	d.Today = d.Day == today
	d.Previous, d.Next, d.Heading = dayPlus(d.Day, -1), dayPlus(d.Day, 1), d.Date(d.Day)
	d.Title = d.T("web_day_title", "Date", d.ShortDate(d.Day))
	var err error
	if d.Seq, err = w.cfg.Hall.Seq(r.Context()); err != nil {
		return d, err
	}
	cat, err := w.cfg.Hall.Catalogue(r.Context())
	if err != nil {
		return d, err
	}
	all, err := w.cfg.Hall.DayList(r.Context(), d.Day)
	if err != nil {
		return d, err
	}
	l := w.lister(d.Page, cat, catalogue.Counter{}, w.cfg.Now())
	for _, a := range all {
		row := l.appointment(a, w.cfg.Booking)
		d.Rows = append(d.Rows, row)
		switch {
		case row.Cancelled:
			d.Ended++
			continue
		case row.Pending != "":
			d.Pending++
			continue
		case row.Number != "":
			d.Come++
		default:
			d.Open++
		}
		d.Booked++
	}
	return d, nil
}

// appointment makes the row of one.
func (l lister) appointment(a hall.Listed, rules booking.Rules) appointmentRow {
	row := appointmentRow{ID: a.Appointment.ID, Clock: l.p.Clock(a.Appointment.Start),
		Services: l.visits(a.Appointment.Services), Source: l.p.T(sourceID(a.Appointment.Source)),
		Cancelled: a.Appointment.State == booking.Cancelled, MailDead: a.MailDead, Documents: a.Documents}
	if a.Contact != nil {
		row.Name = a.Contact.Name
	}
	if a.Appointment.State == booking.Unconfirmed {
		row.Pending = l.p.T("web_unconfirmed_until", "Time", l.p.when(a.Appointment.Until, l.now))
		return row
	}
	if a.Ticket != nil {
		row.Number, row.State = a.Ticket.Ticket.Number(), l.p.T("web_state_"+string(a.Ticket.Ticket.State))
		return row
	}
	today := queue.DayOf(l.now, l.p.Loc) == queue.DayOf(a.Appointment.Start, l.p.Loc)
	switch late := l.now.Sub(a.Appointment.Start); {
	case !today || row.Cancelled || late < 0:
	case late > time.Duration(rules.LastMinutes)*time.Minute:
		row.Missing = l.p.T("web_not_come")
	default:
		row.Missing = l.p.T("web_not_yet")
	}
	return row
}

// visits names the services of a visit, such as "2 × Personalausweis beantragen, Wohnung ummelden".
func (l lister) visits(services []queue.Visit) string {
	var out []string
	for _, v := range services {
		name := l.service(v.ID)
		if v.Quantity > 1 {
			name = l.p.T("web_times", "Count", v.Quantity, "Service", name)
		}
		out = append(out, name)
	}
	return strings.Join(out, ", ")
}

// sourceID names where an appointment came from. Behind "import:" stands which list that is fetched again and again.
func sourceID(source string) string {
	kind, _, _ := strings.Cut(source, ":")
	switch kind {
	case "citizen":
		return "web_source_citizen"
	case "import":
		return "web_source_import"
	}
	return "web_source_staff"
}
