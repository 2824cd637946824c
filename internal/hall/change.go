package hall

import (
	"slices"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/queue"
)

// change is one transaction that changes something: a scene that can be written to, and the events that go with it.
type change struct {
	scene
	actor  Actor
	events []Event
	// freed places are nobody's from now on: perhaps somebody waits for an earlier slot. gave has whose they were until now.
	freed  []booking.Place
	gave   []string
	posted bool      // a mail to be sent at once
	asked  []address // to whom mails are written that ask for a confirmation
}

// putTicket writes a changed ticket, and ends the trouble about its paper when it no longer matters.
func (c *change) putTicket(t queue.Ticket) error {
	if err := c.load(); err != nil {
		return err
	}
	if err := c.tx.UpdateTicket(t); err != nil {
		return err
	}
	c.remember(t)
	if t.State == queue.Waiting && t.Called.IsZero() {
		return nil
	}
	return c.paperSettled(t.ID)
}

// remember keeps the scene's open tickets as the transaction has them.
func (c *change) remember(t queue.Ticket) {
	c.waits = nil
	i := slices.IndexFunc(c.tickets, func(o queue.Ticket) bool { return o.ID == t.ID })
	switch {
	case i >= 0 && t.State.Open():
		c.tickets[i] = t
	case i >= 0:
		c.tickets = slices.Delete(c.tickets, i, i+1)
	case t.State.Open() && t.Day == c.day:
		c.tickets = append(c.tickets, t)
	}
}

// apply asks the rules, writes the ticket and its event.
func (c *change) apply(t queue.Ticket, ch queue.Change) (queue.Ticket, error) {
	ch.At = c.now
	after, err := c.h.cfg.Queue.Apply(t, ch)
	if err != nil {
		return t, c.explain(err)
	}
	if err := c.putTicket(after); err != nil {
		return t, err
	}
	c.ticketEvent(eventOf(after, ch.Action), after, t)
	return after, c.count(t, after, ch)
}

// count keeps the statistics of visits: one that is forwarded is finished here.
func (c *change) count(before, after queue.Ticket, ch queue.Change) error {
	switch {
	case ch.Action == queue.Undo && before.State == queue.Finished:
		return c.tx.DropVisit(before.ID, before.Ended)
	case ch.Action != queue.Finish && ch.Action != queue.Forward, before.Served.IsZero():
		return nil // nobody came, or nobody said so: there is no duration
	}
	return c.tx.AddVisit(VisitEnded{
		Ticket: before.ID, Day: c.day, Service: before.Service, Counter: before.Counter, Pieces: pieces(before, after),
		Booked: before.Appointment != "", Arrived: before.Arrived, Called: before.Called, Served: before.Served, Ended: c.now,
	})
}

// pieces counts what was done between the two.
func pieces(before, after queue.Ticket) int {
	n := 0
	for i, v := range after.Services {
		if v.Done && (i >= len(before.Services) || !before.Services[i].Done) {
			n += v.Quantity
		}
	}
	return max(n, 1)
}

// explain fills in what only the hall knows: which number keeps a counter busy.
func (c *change) explain(err error) error {
	r, ok := err.(*queue.Refusal)
	if ok && r.Code == queue.CounterBusy {
		if at, busy := c.at(r.Counter); busy {
			r.Number = at.Number()
		}
	}
	return err
}

// Types of events, as the API names them (wire has the same).
const (
	EventWaiting   = "ticket.waiting"
	EventCalled    = "ticket.called"
	EventRung      = "ticket.rung"
	EventServing   = "ticket.serving"
	EventParked    = "ticket.parked"
	EventMissed    = "ticket.missed"
	EventFinished  = "ticket.finished"
	EventCancelled = "ticket.cancelled"
	EventExpired   = "ticket.expired"
	EventOpened    = "counter.opened"
	EventClosed    = "counter.closed"
	EventTrouble   = "device.trouble"
	EventWell      = "device.well"
	EventCatalogue = "catalogue.changed"
	// EventAppointment says that some appointment was booked, moved or cancelled, or got a document; not which.
	EventAppointment = "appointment.changed"
)

// eventOf names what happened to a ticket: its new state, or that it was rung.
func eventOf(t queue.Ticket, a queue.Action) string {
	if a == queue.Ring {
		return EventRung
	}
	return "ticket." + string(t.State)
}

// ticketEvent notes a ticket's change. It concerns the ticket's area, the one it left, and those of the counters before
// and after where they differ.
func (c *change) ticketEvent(kind string, after, before queue.Ticket) {
	counter, known := c.cat.Counter(after.Counter)
	areas := areasOf(after, counter, known)
	left, known := c.cat.Counter(before.Counter)
	for _, a := range areasOf(before, left, known) {
		if a != "" && !slices.Contains(areas, a) {
			areas = append(areas, a)
		}
	}
	c.events = append(c.events, Event{
		Type: kind, Areas: areas, Ticket: after.ID, Number: after.Number(), Service: after.Service, State: after.State,
		Counter: after.Counter, Place: counter.Label, Area: after.Area,
	})
}

// flush writes the events, each with the waiting people of its areas as they are after the whole change.
func (c *change) flush() error {
	counts := map[string]AreaWaiting{}
	for i := range c.events {
		e := &c.events[i]
		e.At = c.now
		for _, area := range e.Areas {
			if e.Ticket == "" && e.Counter == "" {
				break // trouble moves nobody
			}
			w, done := counts[area]
			if !done {
				var err error
				if w, err = c.waiting(area); err != nil {
					return err
				}
				counts[area] = w
			}
			e.Waiting = append(e.Waiting, w)
		}
		if _, err := c.tx.AppendEvent(*e); err != nil {
			return err
		}
	}
	return nil
}

// begin sets time and catalogue, and rolls the day over when a new one has come.
func (c *change) begin() error {
	if err := c.look(); err != nil {
		return err
	}
	return c.keepTime()
}
