package api

import (
	"encoding/json"
	"fmt"

	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/queue"
	"westerkappeln.de/wartemarke/internal/wire"
)

// ticket as staff see it.
func (a *API) ticket(v hall.View) wire.Ticket {
	t := v.Ticket
	out := wire.Ticket{
		ID: t.ID, Number: t.Number(), Series: t.Series, Service: t.Service, Services: visits(t.Services),
		Area: t.Area, State: string(t.State), Counter: t.Counter, Place: a.local(wire.Text(v.Place)),
		Due: t.Due, Why: string(t.Why), Arrived: t.Arrived, Called: optional(t.Called), Attempts: t.Attempts,
		Priority: t.Priority, Appointment: t.Appointment, Booked: optional(t.Booked), Remark: t.Remark, Print: t.Print,
	}
	if v.Locked {
		out.LockedUntil = optional(t.LockedUntil)
	}
	if t.State == queue.Waiting {
		out.Wait = wireWait(v.Wait)
	}
	return out
}

func wireWait(w queue.Wait) *wire.Wait {
	low, high := w.Promise()
	return &wire.Wait{Low: low, High: high, Ahead: w.Ahead}
}

// paper is a ticket for the device that prints it: without the staff's remark, and with the phone page's link when the
// hall gave its secret, which it does only to the device that created the ticket.
func (a *API) paper(v hall.View, secret string, asker hall.Actor) wire.Ticket {
	out := a.ticket(v)
	if asker.Kind != hall.Device {
		return out
	}
	out.Remark = ""
	if secret != "" && a.cfg.PublicURL != "" {
		out.URL = a.cfg.PublicURL + "/ticket/" + secret
	}
	return out
}

// local is the text in the site's first language.
func (a *API) local(t wire.Text) string {
	if len(a.cfg.Site.Languages) > 0 {
		return t.In(a.cfg.Site.Languages[0])
	}
	return t.In("de")
}

func visits(from []queue.Visit) []wire.Visit {
	to := make([]wire.Visit, len(from))
	for i, v := range from {
		to[i] = wire.Visit(v)
	}
	return to
}

func waiting(from []hall.AreaWaiting) []wire.Waiting {
	to := make([]wire.Waiting, len(from))
	for i, w := range from {
		to[i] = wire.Waiting{Area: w.Area, Count: w.Count}
		to[i].Low, to[i].High = w.Wait.Promise()
	}
	return to
}

func (a *API) wireBoard(b hall.Board) wire.Board {
	out := wire.Board{
		Seq: b.Seq, At: b.At, Site: a.cfg.Site, Unknown: b.Unknown, Waiting: waiting(b.Waiting),
		Areas: make([]wire.Area, len(b.Areas)), Calls: make([]wire.Announced, len(b.Calls)),
	}
	for i, x := range b.Areas {
		out.Areas[i] = wire.Area{ID: x.ID, Name: wire.Text(x.Name)}
	}
	for i, c := range b.Calls {
		out.Calls[i] = wire.Announced{
			Ticket: c.Ticket, Number: c.Number, Counter: c.Counter, Place: wire.Text(c.Place), Area: c.Area,
			State: string(c.State), At: c.At, Seq: c.Seq,
		}
	}
	return out
}

func (a *API) wireKiosk(k hall.Kiosk) wire.Kiosk {
	out := wire.Kiosk{
		Seq: k.Seq, Site: a.cfg.Site, Area: wire.Area{ID: k.Area.ID, Name: wire.Text(k.Area.Name)}, Foreign: k.Foreign,
		Departments: make([]wire.Department, len(k.Departments)), Services: make([]wire.Service, len(k.Offers)),
		Areas: make([]wire.Area, len(k.Areas)), Names: make(map[string]wire.Text, len(k.Services)),
	}
	for i, x := range k.Areas {
		out.Areas[i] = wire.Area{ID: x.ID, Name: wire.Text(x.Name)}
	}
	for _, s := range k.Services {
		out.Names[s.ID] = wire.Text(s.Name)
	}
	for i, d := range k.Departments {
		out.Departments[i] = wire.Department{ID: d.ID, Name: wire.Text(d.Name)}
	}
	for i, o := range k.Offers {
		s := wire.Service{
			ID: o.Service.ID, Department: o.Service.Department, Name: wire.Text(o.Service.Name), Area: o.Service.Area,
			Minutes: o.Service.Minutes, Pickup: o.Service.Pickup,
			Open: o.Open, Reason: string(o.Reason), Opens: optional(o.Opens),
		}
		if o.Open {
			s.Wait = wireWait(o.Wait)
		}
		out.Services[i] = s
	}
	return out
}

// encodeEvent is an event's JSON on the stream. It is made once for all listeners.
func encodeEvent(e hall.Event) []byte {
	out, err := json.Marshal(wire.Event{
		Seq: e.Seq, Type: e.Type, At: e.At, Areas: e.Areas, Ticket: e.Ticket, Number: e.Number, Service: e.Service,
		State: string(e.State), Counter: e.Counter, Place: wire.Text(e.Place), Area: e.Area,
		Device: e.Device, Trouble: e.Trouble, Waiting: waiting(e.Waiting),
	})
	if err != nil { // strings, numbers and a time of this century always encode
		panic(fmt.Sprintf("event %d: %v", e.Seq, err))
	}
	return out
}
