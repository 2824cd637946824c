package web

import (
	"cmp"
	"time"

	"westerkappeln.de/wartemarke/internal/catalogue"
	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/queue"
)

// ticketRow is a ticket as the staff pages show it.
type ticketRow struct {
	ID, Number, Service, State, StateWord string
	Due                                   string // "Termin 9:15", "ohne Termin, spätestens 9:50"
	Why                                   []string
	Booked                                string
	Waited                                int // minutes, until it was served
	WaitedText                            string
	Called, Served                        string
	Attempts                              int
	Remark                                string
	Place                                 string
	Locked                                string // until when, "" if not
	Priority                              int
	Wanted                                bool // only this counter may call it
	NotPrinted                            bool
	Visits                                []visitRow
	Left                                  string // services that this counter cannot do, "" if none
}

// visitRow is one service within a ticket.
type visitRow struct {
	ID, Name string
	Quantity int
	Done     bool
	Mine     bool // this counter can do it
}

// lister turns views into rows for one page.
type lister struct {
	p        Page
	rules    queue.Rules
	now      time.Time
	services map[string]catalogue.Service
	cat      catalogue.Catalogue
	counter  catalogue.Counter
}

func (w *Web) lister(p Page, cat catalogue.Catalogue, counter catalogue.Counter, at time.Time) lister {
	l := lister{p: p, rules: w.cfg.Rules, now: at, cat: cat, counter: counter, services: map[string]catalogue.Service{}}
	if at.IsZero() {
		l.now = w.cfg.Now()
	}
	for _, s := range cat.Services {
		l.services[s.ID] = s
	}
	return l
}

func (l lister) service(id string) string {
	if s, ok := l.services[id]; ok {
		return l.p.In(s.Name)
	}
	return id
}

func (l lister) row(v hall.View) ticketRow {
	t := v.Ticket
	r := ticketRow{
		ID: t.ID, Number: t.Number(), Service: l.service(t.Service), State: string(t.State),
		StateWord: l.p.T("web_state_" + string(t.State)), Due: l.due(t), Booked: l.p.Clock(t.Booked),
		Called: l.p.Clock(t.Called), Served: l.p.Clock(t.Served), Attempts: t.Attempts, Remark: t.Remark,
		Place: l.p.In(v.Place), Priority: t.Priority, Wanted: t.Wanted != "" && t.Wanted == l.counter.ID,
		NotPrinted: t.Print == "not_printed",
	}
	if v.Locked {
		r.Locked = l.p.Clock(t.LockedUntil)
	}
	until := l.now
	if !t.Served.IsZero() {
		until = t.Served
	} else if t.State == queue.Called {
		until = t.Called
	}
	r.Waited = max(0, int(until.Sub(t.Arrived).Minutes()))
	r.WaitedText = l.p.T("web_minutes", "Count", r.Waited)
	for _, visit := range t.Services {
		row := visitRow{ID: visit.ID, Name: l.service(visit.ID), Quantity: visit.Quantity, Done: visit.Done, Mine: l.serves(visit.ID)}
		if !row.Done && !row.Mine && row.ID != t.Service {
			r.Left = row.Name
		}
		r.Visits = append(r.Visits, row)
	}
	return r
}

func (l lister) serves(service string) bool {
	for _, s := range l.counter.Services {
		if s == service {
			return true
		}
	}
	return false
}

func (l lister) rows(views []hall.View) []ticketRow {
	out := make([]ticketRow, 0, len(views))
	for _, v := range views {
		out = append(out, l.row(v))
	}
	return out
}

// due says in a few words when a ticket is due and by which rule; for one that does not wait, since when it is here.
func (l lister) due(t queue.Ticket) string {
	if t.State != queue.Waiting && t.State != queue.Called {
		id := "web_due_past_booked"
		if t.Booked.IsZero() {
			id = "web_due_past_unbooked"
		}
		return l.p.T(id, "Booked", l.p.Clock(t.Booked), "Arrived", l.p.Clock(t.Arrived))
	}
	id := "web_due_" + string(t.Why)
	if t.Why == "" {
		id = "web_due_walk_in"
	}
	s := l.p.T(id, "Booked", l.p.Clock(t.Booked), "Due", l.p.Clock(l.rules.EffectiveDue(t)))
	if t.Priority > 0 {
		s += ", " + l.p.T("web_due_priority")
	}
	return s
}

// waiting adds to each row why it comes before the next one.
func (l lister) waiting(views []hall.View) []ticketRow {
	rows := l.rows(views)
	for i := range rows {
		rows[i].Why = l.why(views, i)
	}
	return rows
}

// why explains the place of one ticket in the order in the words of queue.Rules.Explain: where its due time comes
// from, and why it comes before the next one that can be called.
func (l lister) why(views []hall.View, i int) []string {
	v, p := views[i], l.p
	own := l.rules.Explain(v.Ticket, queue.Ticket{})
	out := []string{p.T("web_why_"+cmp.Or(own.Code, string(queue.WhyWalkIn)), "Booked", p.Clock(v.Ticket.Booked),
		"Arrived", p.Clock(v.Ticket.Arrived), "Due", p.Clock(v.Ticket.Due))}
	if v.Ticket.Priority > 0 {
		out = append(out, p.T("web_why_raised", "Minutes", v.Ticket.Priority*l.rules.PriorityStepMinutes, "Due", p.Clock(own.FirstDue)))
	}
	if v.Locked {
		return append(out, p.T("web_why_locked", "Called", p.Clock(v.Ticket.Called), "Until", p.Clock(v.Ticket.LockedUntil)))
	}
	for _, o := range views[i+1:] {
		if o.Locked {
			continue
		}
		if x := l.rules.Explain(v.Ticket, o.Ticket); x.First == v.Ticket.Number() {
			out = append(out, p.T(beforeID(x.Code), "Other", x.Second, "Due", p.Clock(x.FirstDue), "OtherDue", p.Clock(x.SecondDue),
				"Arrived", p.Clock(x.Arrived), "OtherArrived", p.Clock(o.Ticket.Arrived)))
		}
		break
	}
	return out
}

// beforeID is the sentence for the reason that decides between two tickets.
func beforeID(code string) string {
	switch code {
	case queue.ReasonPriority:
		return "web_why_before_priority"
	case queue.ReasonArrival:
		return "web_why_before_arrival"
	case queue.ReasonNumber:
		return "web_why_before_number"
	}
	return "web_why_before"
}
