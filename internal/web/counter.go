package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/queue"
	"westerkappeln.de/wartemarke/internal/stream"
)

type option struct {
	ID, Name string
	Selected bool
}

// deskPage is the clerk page.
type deskPage struct {
	Page
	ID, Label, Base                    string
	Seq                                int64
	Open                               bool
	Clerk                              string
	Mine                               bool // this clerk may act here
	Current, Undo, Next                *ticketRow
	Visitor                            booker // of the current ticket
	Waiting, Parked, Missed, Elsewhere []ticketRow
	Others                             int
	Troubles                           []troubleRow
	Services, WalkIns, Counters        []option
	Areas                              string
	// Moved is set when the browser still shows another state of the current ticket than there is now.
	Moved bool
}

// Shown names the current ticket and its state, so that the browser can say what it shows when it asks again.
func (d deskPage) Shown() string {
	if d.Current == nil {
		return "-"
	}
	return d.Current.ID + " " + d.Current.State
}

func (d deskPage) Sequence() (int64, bool) { return d.Seq, d.Part }

// asideRow is a row of the parked or missed list.
type asideRow struct {
	Desk deskPage
	Row  ticketRow
}

// sureRow asks once more before a ticket is cancelled: nothing brings it back.
type sureRow struct {
	Desk      deskPage
	Row       ticketRow
	Text, Key string // of the button that asks
}

// sureOf takes a row of a list, or the pointer that the current ticket is.
func sureOf(d deskPage, row any, text, key string) (sureRow, error) {
	switch r := row.(type) {
	case ticketRow:
		return sureRow{Desk: d, Row: r, Text: text, Key: key}, nil
	case *ticketRow:
		return sureRow{Desk: d, Row: *r, Text: text, Key: key}, nil
	}
	return sureRow{}, fmt.Errorf("web: no ticket to cancel: %T", row)
}

// CanCall tells whether a number can be called now: the counter is open, free, and this clerk's.
func (d deskPage) CanCall() bool { return d.Open && d.Mine && d.Current == nil }

type counterRow struct {
	ID, Label, Area, Services string
	Open                      bool
	Clerk, Number             string
}

type countersPage struct {
	Page
	Counters []counterRow
}

// counters is the choice of a counter.
func (w *Web) counters(rw http.ResponseWriter, r *http.Request) {
	p := countersPage{Page: w.page(r, "web_counters_title")}
	cat, err := w.cfg.Hall.Catalogue(r.Context())
	if err != nil {
		w.broken(rw, r, err)
		return
	}
	areas := map[string]string{}
	for _, a := range cat.Areas {
		areas[a.ID] = p.In(a.Name)
	}
	for _, c := range cat.Counters {
		d, err := w.cfg.Hall.Desk(r.Context(), c.ID)
		if err != nil {
			w.broken(rw, r, err)
			return
		}
		row := counterRow{ID: c.ID, Label: p.In(c.Label), Area: areas[c.Area], Open: d.Open, Clerk: d.Clerk}
		if d.Current != nil {
			row.Number = d.Current.Ticket.Number()
		}
		p.Counters = append(p.Counters, row)
	}
	w.engine.Render(rw, r, http.StatusOK, "counters", p)
}

// counter is the clerk page.
func (w *Web) counter(rw http.ResponseWriter, r *http.Request) {
	d, err := w.desk(r, r.PathValue("id"))
	if w.deskFailed(rw, r, err) {
		return
	}
	if shown := r.URL.Query().Get("shown"); shown != "" && shown != d.Shown() {
		if err := w.moved(r, &d, shown); err != nil {
			w.broken(rw, r, err)
			return
		}
	}
	w.engine.Render(rw, r, http.StatusOK, "counter", d)
}

// moved is for a page whose current ticket changed without its doing: what it said of the ticket is no longer true. When
// the ticket left the counter, it says where to.
func (w *Web) moved(r *http.Request, d *deskPage, shown string) error {
	d.Moved = true
	id, _, _ := strings.Cut(shown, " ")
	if id == "-" || d.Current != nil && d.Current.ID == id {
		return nil
	}
	all, err := w.cfg.Hall.Tickets(r.Context(), "", "")
	if err != nil {
		return err
	}
	for _, v := range all {
		t := v.Ticket
		switch {
		case t.ID != id:
		case t.State == queue.Cancelled:
			d.Result = &Result{Text: d.T("web_gone_cancelled", "Number", t.Number())}
		case t.State.AtCounter():
			d.Result = &Result{Text: d.T("web_gone_counter", "Number", t.Number(), "Counter", d.In(v.Place))}
		default:
			d.Result = &Result{Text: d.T("web_gone", "Number", t.Number(), "State", d.T("web_state_"+string(t.State)))}
		}
	}
	return nil
}

func (w *Web) deskFailed(rw http.ResponseWriter, r *http.Request, err error) bool {
	var no *queue.Refusal
	switch {
	case err == nil:
		return false
	case errors.As(err, &no):
		w.fail(rw, r, http.StatusNotFound, "web_not_found_title", "web_no_counter")
	default:
		w.broken(rw, r, err)
	}
	return true
}

// desk reads what the clerk page shows.
func (w *Web) desk(r *http.Request, id string) (deskPage, error) {
	d, err := w.cfg.Hall.Desk(r.Context(), id)
	if err != nil {
		return deskPage{}, err
	}
	p := w.page(r, "web_counter_title")
	p.Live = true
	l := w.lister(p, d.Catalogue, d.Counter, d.At)
	out := deskPage{
		Page: p, ID: id, Base: "/counter/" + url.PathEscape(id), Label: p.In(d.Counter.Label), Seq: d.Seq, Open: d.Open, Clerk: d.Clerk,
		Mine:    !d.Open || d.Clerk == p.Actor.ID || p.Actor.Role.Includes(hall.Lead),
		Waiting: l.waiting(d.Waiting), Parked: l.rows(d.Parked), Missed: l.rows(d.Missed), Elsewhere: l.rows(d.Elsewhere),
		Others: d.Others, Troubles: append(w.foldedTroubles(p, d.Troubles), w.notices(r.Context(), p)...),
	}
	if d.Current != nil {
		row := l.row(*d.Current)
		out.Current = &row
		out.Visitor = w.bookedBy(r.Context(), p, d.Current.Ticket.Appointment)
	}
	if d.Undo != nil && d.Current == nil {
		row := l.row(*d.Undo)
		out.Undo = &row
	}
	for i := range out.Waiting {
		if out.Waiting[i].Locked == "" {
			out.Next = &out.Waiting[i]
			break
		}
	}
	var staffed map[string]bool
	if out.Current != nil && out.Mine {
		if staffed, err = w.staffed(r.Context(), d); err != nil {
			return deskPage{}, err
		}
	}
	out.choices(l, staffed)
	if out.Current != nil {
		out.Title = out.Current.Number + " · " + out.Label
	} else {
		out.Title = out.Label
	}
	return out, nil
}

// bookedBy is who booked the current ticket and what they sent in: for this counter's clerk only.
type booker struct {
	Name, Href string
	Documents  []documentRow
}

// bookedBy reads what is still kept of the person behind an appointment. The clerk can go on without: what cannot be read is
// left out.
func (w *Web) bookedBy(ctx context.Context, p Page, appointment string) booker {
	if appointment == "" {
		return booker{}
	}
	a, err := w.cfg.Hall.Listed(ctx, appointment)
	var out booker
	if err == nil {
		out.Href = "/appointments/" + url.PathEscape(appointment)
		if a.Contact != nil {
			out.Name = a.Contact.Name
		}
		out.Documents, err = w.documents(ctx, p, a)
	}
	if err != nil && !isRefusal(err) && ctx.Err() == nil {
		w.cfg.Log.Error("visitor", "err", err)
	}
	return out
}

// staffed are the services that an open counter has.
func (w *Web) staffed(ctx context.Context, own hall.Desk) (map[string]bool, error) {
	out := map[string]bool{}
	for _, c := range own.Catalogue.Counters {
		if !slices.ContainsFunc(c.Services, func(s string) bool { return !out[s] }) {
			continue
		}
		d := own
		if c.ID != own.Counter.ID {
			var err error
			if d, err = w.cfg.Hall.Desk(ctx, c.ID); err != nil {
				return nil, err
			}
		}
		if d.Open {
			for _, s := range c.Services {
				out[s] = true
			}
		}
	}
	return out, nil
}

// choices fills the lists to choose from: services to forward to and for walk-ins, and counters. Services that are not
// staffed say so.
func (d *deskPage) choices(l lister, staffed map[string]bool) {
	picked := false
	for _, s := range l.cat.Services {
		name := l.p.In(s.Name)
		o := option{ID: s.ID, Name: name}
		if !picked && d.Current != nil && d.Current.Left == o.Name {
			o.Selected, picked = true, true
		}
		if !staffed[s.ID] {
			o.Name = l.p.T("web_forward_nobody", "Service", name)
		}
		d.Services = append(d.Services, o)
		if s.WalkIn {
			d.WalkIns = append(d.WalkIns, option{ID: s.ID, Name: name})
		}
	}
	for _, c := range l.cat.Counters {
		if c.ID != d.ID {
			d.Counters = append(d.Counters, option{ID: c.ID, Name: l.p.In(c.Label)})
		}
	}
}

// counterEvents tells the clerk page that something changed; the page then fetches its parts.
func (w *Web) counterEvents(rw http.ResponseWriter, r *http.Request) {
	w.cfg.Stream.ServeStaff(rw, r, resumeAfter(r), func(e hall.Event) ([]byte, string, bool) {
		return []byte(strconv.FormatInt(e.Seq, 10)), "change", true
	})
}

// resumeAfter is the browser's last id, or -1 for "from now": a page fetches its parts anew whenever its line opens.
func resumeAfter(r *http.Request) int64 {
	after, err := stream.After(r)
	if err != nil {
		return -1
	}
	return after
}
