package flow

import (
	"time"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/wire"
)

// scanned takes a code from any screen; what is shown gives way at once.
func (m Model) scanned(s Scanned) (Model, []Effect) {
	if m.Flight != nil {
		return m.enqueue(s), nil
	}
	if m.Screen == Done && sameCode(s.Code, m.Result.Code) {
		if m.Now.Sub(m.shown) < sameCodeIgnored {
			return m, nil // the phone still lies under the scanner
		}
	} else if m.Screen == Done {
		m.Settings = m.Default // somebody else
	}
	return m.checkIn(s.Key, wire.CheckIn{Code: s.Code})
}

// enqueue keeps a code that came while another is being checked, once each.
func (m Model) enqueue(s Scanned) Model {
	if c := m.Flight.CheckIn; c != nil && sameCode(c.Code, s.Code) {
		return m
	}
	for _, q := range m.Queue {
		if sameCode(q.Code, s.Code) {
			return m
		}
	}
	if len(m.Queue) < queueMax {
		m.Queue = append(m.Queue[:len(m.Queue):len(m.Queue)], s)
	}
	return m
}

func sameCode(a, b string) bool { return booking.Normalize(a) == booking.Normalize(b) }

func (m Model) checkIn(key string, in wire.CheckIn) (Model, []Effect) {
	return m.ask(Request{Key: key, CheckIn: &in})
}

// unsureFor is how long a walk-in request that was given up is asked again under its key by the next person for the same
// service: the hall may have made its ticket before the line broke, and a number that nobody has would be called in vain.
const unsureFor = 5 * time.Minute

func (m Model) take(key, service string) (Model, []Effect) {
	if u := m.unsure; u != nil && u.Take.Service == service && m.Now.Sub(u.Since) < unsureFor {
		key = u.Key
	}
	return m.ask(Request{Key: key, Take: &wire.TakeTicket{Service: service}})
}

// ask begins a request. There is only one at a time: touches cannot come here while one is under way, scans wait.
func (m Model) ask(r Request) (Model, []Effect) {
	r.Since = m.Now
	m.Flight = &r
	return m.to(Checking), []Effect{m.attempt()}
}

func (m Model) attempt() Ask {
	r := m.Flight
	within := max(time.Second, GiveUpAfter-m.Now.Sub(r.Since))
	return Ask{Key: r.Key, CheckIn: r.CheckIn, Take: r.Take, Within: within}
}

func (m Model) tickFlight() (Model, []Effect) {
	f := *m.Flight
	switch {
	case f.Retry.IsZero():
		if m.Now.Sub(f.Since) >= lostAnswer {
			return m.giveUp(), nil
		}
	case m.Now.Sub(f.Since) >= GiveUpAfter:
		return m.giveUp(), nil
	case !m.Now.Before(f.Retry):
		f.Retry = time.Time{}
		m.Flight = &f
		return m, []Effect{m.attempt()}
	}
	return m, nil
}

// giveUp ends a request the hall never answered, and says so. Queued codes are dropped with it: their people read the
// same screen, and repeating them later would give numbers to people who left.
func (m Model) giveUp() Model {
	if m.Flight.Take != nil {
		m.unsure = m.Flight
	}
	m.Flight, m.Queue = nil, nil
	if m.Lost.IsZero() {
		m.Lost = m.Now
	}
	m.reloaded = m.Now
	return m.to(OutOfService)
}

func (m Model) answered(a Answered) (Model, []Effect) {
	if m.Flight == nil || m.Flight.Key != a.Key || !m.Flight.Retry.IsZero() {
		return m, nil
	}
	f := *m.Flight
	if m.unsure != nil && m.unsure.Key == f.Key && (a.Ticket != nil || a.Problem != nil) {
		m.unsure = nil
	}
	switch {
	case a.CheckedIn != nil && f.CheckIn != nil:
		return m.checkedIn(*a.CheckedIn)
	case a.Ticket != nil && f.Take != nil:
		m.Flight, m.Lost = nil, time.Time{}
		m.Result = Result{Ticket: *a.Ticket}
		return m.print(a.Ticket.ID, false)
	case a.Problem != nil:
		m.Flight, m.Lost = nil, time.Time{}
		m.Sorry = Trouble{Problem: *a.Problem}
		if f.CheckIn != nil {
			m.Sorry.Code = f.CheckIn.Code
		}
		return m.to(Sorry), nil
	case m.Now.Sub(f.Since) >= GiveUpAfter:
		return m.giveUp(), nil
	}
	f.Retry, f.Failed = m.Now.Add(RetryEvery), true
	m.Flight = &f
	return m, nil
}

// whyWalkIn is wire.Ticket.Why of a ticket that is due by its arrival (queue.WhyWalkIn).
const whyWalkIn = "walk_in"

// checkedIn shows the ticket of an appointment. Only a new one is printed by itself: who comes again has a paper.
func (m Model) checkedIn(c wire.CheckedIn) (Model, []Effect) {
	m.Result = Result{Ticket: c.Ticket, Code: m.Flight.CheckIn.Code, Notice: c.Notice, Back: c.Back}
	// Who took a walk-in number instead no longer waits for the booked time.
	if !c.Appointment.Start.IsZero() && !m.Flight.CheckIn.WalkIn && c.Ticket.Why != whyWalkIn {
		start := c.Appointment.Start
		m.Result.Booked = &start
	}
	if c.Ticket.Place != "" {
		m.Result.Place = wire.Text{m.Default.Lang: c.Ticket.Place}
	}
	m.Flight, m.Lost = nil, time.Time{}
	if c.Notice == wire.NoticeAgain {
		return m.to(Done), nil
	}
	return m.print(c.Ticket.ID, false)
}

// ReprintMark separates the ticket's id from a fresh id in the job key of a second paper.
const ReprintMark = "_"

// print shows the result and sends its paper off.
func (m Model) print(job string, reprint bool) (Model, []Effect) {
	m.Result.Job, m.Result.Paper, m.Result.Reprint = job, Printing, reprint
	r := m.Result
	return m.to(Done), []Effect{Print{Job: job, Ticket: r.Ticket, Booked: r.Booked, Reprint: reprint, Lang: m.Settings.Lang}}
}
