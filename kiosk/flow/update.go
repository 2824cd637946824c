package flow

import (
	"slices"
	"time"

	"westerkappeln.de/wartemarke/internal/wire"
)

// Update is the only place where the model changes. It never touches the model it was given.
func Update(m Model, msg Msg) (Model, []Effect) {
	switch msg := msg.(type) {
	case Tick:
		return m.tick(msg.At)
	case Loaded:
		return m.loaded(msg.Kiosk)
	case Unreached:
		if m.Lost.IsZero() {
			m.Lost = m.Now
		}
		return m, nil
	case Happened:
		return m.happened(msg.Event), nil
	case Scanned:
		return m.scanned(msg)
	case Answered:
		return m.answered(msg)
	case PaperDone:
		return m.paperDone(msg), nil
	}
	return m.touched(msg)
}

// to shows a screen and gives it its time.
func (m Model) to(s Screen) Model {
	m.Screen, m.shown, m.changed, m.Warned = s, m.Now, m.Now, false
	if s == Start {
		m.Entry, m.Choice, m.Result, m.Sorry = Entry{}, Choice{}, Result{}, Trouble{}
	}
	return m.renew()
}

// renew gives the screen its whole time again.
func (m Model) renew() Model {
	m.Warned = false
	m.Deadline = time.Time{}
	switch m.Screen {
	case Start:
		if m.Settings != m.Default {
			m.Deadline = m.Now.Add(SettingsFor)
		}
	case Languages, EnterCode, Departments, Services, Sorry:
		m.Deadline = m.Now.Add(EntryFor)
	case Done:
		m.Deadline = m.Now.Add(DoneFor)
	case OutOfService:
		if m.Settings != m.Default {
			m.Deadline = m.Now.Add(SettingsFor)
		}
	}
	return m
}

// end is the end of a visit: the next person finds nothing of the one before.
func (m Model) end() Model {
	m.Settings = m.Default
	if m.Screen == OutOfService {
		return m.renew()
	}
	return m.to(Start)
}

func (m Model) tick(at time.Time) (Model, []Effect) {
	// A clock that was set is no reason to end or to freeze anything: what runs is moved along with it.
	if d := at.Sub(m.Now); d < 0 || d > time.Hour {
		m = m.shift(d)
	}
	m.Now = at
	if m.Flight != nil {
		return m.tickFlight()
	}
	if m.Screen == OutOfService && at.Sub(m.reloaded) >= ReloadEvery {
		m.reloaded = at
		return m.timeOut([]Effect{Load{}})
	}
	if m.Screen == Start && !m.Lost.IsZero() && at.Sub(m.Lost) >= GiveUpAfter {
		return m.to(OutOfService), nil
	}
	if len(m.Queue) > 0 && at.Sub(m.shown) >= m.showFor() {
		return m.next()
	}
	return m.timeOut(nil)
}

// timeOut warns of the end of the screen and ends it.
func (m Model) timeOut(effects []Effect) (Model, []Effect) {
	switch {
	case m.Deadline.IsZero():
	case !m.Now.Before(m.Deadline):
		m = m.end()
	case !m.Warned && m.Deadline.Sub(m.Now) <= WarnBefore:
		m.Warned = true
		effects = append(effects, Warn{})
	}
	return m, effects
}

// shift moves every time by d.
func (m Model) shift(d time.Duration) Model {
	for _, t := range []*time.Time{&m.Deadline, &m.shown, &m.changed, &m.reloaded, &m.Lost} {
		if !t.IsZero() {
			*t = t.Add(d)
		}
	}
	if m.Flight != nil {
		f := *m.Flight
		f.Since = f.Since.Add(d)
		if !f.Retry.IsZero() {
			f.Retry = f.Retry.Add(d)
		}
		m.Flight = &f
	}
	return m
}

func (m Model) loaded(k wire.Kiosk) (Model, []Effect) {
	m.Kiosk, m.Known, m.Lost = k, true, time.Time{}
	if m.Screen == OutOfService && m.Flight == nil {
		m = m.to(Start)
	}
	return m.onPage(), nil
}

// happened follows the ticket on the screen: it may be called before the person has left.
func (m Model) happened(e wire.Event) Model {
	if m.Screen != Done || e.Ticket == "" || e.Ticket != m.Result.Ticket.ID {
		return m
	}
	switch e.Type {
	case wire.TicketCalled, wire.TicketRung:
		m.Result.Ticket.State, m.Result.Place = wire.StateCalled, e.Place
		return m.renew()
	case wire.TicketWaiting, wire.TicketParked: // called by mistake, forwarded, put aside: not the person's turn after all
		m.Result.Ticket.State, m.Result.Place = e.State, nil
		if e.Area != "" {
			m.Result.Ticket.Area = e.Area
		}
	case wire.TicketMissed, wire.TicketFinished, wire.TicketCancelled, wire.TicketExpired:
		return m.end()
	}
	return m
}

func (m Model) paperDone(p PaperDone) Model {
	if m.Screen != Done || p.Job != m.Result.Job {
		return m
	}
	if p.Printed {
		m.Result.Paper = Printed
		return m
	}
	m.Result.Paper, m.Result.Reason = PaperFailed, p.Reason
	// The number has to be read from the screen now, so its time begins anew.
	m.shown = m.Now
	return m.renew()
}

// showFor is how long the present screen stays before a queued code is checked.
func (m Model) showFor() time.Duration {
	if m.Screen != Done && m.Screen != Sorry {
		return 0
	}
	if m.Screen == Done && m.Result.Paper == PaperFailed {
		return FailedPaperFor
	}
	return ShowAtLeast
}

// next checks the code that was scanned meanwhile.
func (m Model) next() (Model, []Effect) {
	s := m.Queue[0]
	m.Queue = slices.Clone(m.Queue[1:])
	m.Settings = m.Default
	return m.checkIn(s.Key, wire.CheckIn{Code: s.Code})
}
