package hall

import (
	"time"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/queue"
)

// move gives a booked appointment another start; the same start changes nothing. What becomes of the old slot depends on who
// gives it back, see free. Refusals: WrongState when it is not booked, or has a ticket of today; NotBookable and SlotTaken;
// those of booking.Rules.Check.
func (c *change) move(a booking.Appointment, start time.Time) (booking.Appointment, error) {
	if a.Start.Equal(start) {
		return a, nil
	}
	if err := c.movable(a, start); err != nil {
		return a, err
	}
	w := booking.Want{Services: visitsAnew(a.Services), Staff: c.mayAs(Clerk) == nil, Moving: a.ID}
	if err := c.h.cfg.Booking.Check(*c.cat, w.Services, w.Staff); err != nil {
		return a, err
	}
	places, slot, err := c.exchange(a, w, start)
	if err != nil {
		return a, err
	}
	a.Start, a.End, a.Sequence = slot.Start.UTC().Round(0), slot.End.UTC().Round(0), a.Sequence+1
	if err := c.takePlaces(a, places); err != nil {
		return a, err
	}
	if err := c.tx.UpdateAppointment(a); err != nil {
		return a, err
	}
	c.changed()
	return a, c.tellMoved(a)
}

// movable refuses when the person is here or was here today. Who has left without a visit can come on another day, but not
// today: then the code would find the cancelled ticket.
func (c *change) movable(a booking.Appointment, start time.Time) error {
	if a.State != booking.Booked {
		return &queue.Refusal{Code: queue.WrongState}
	}
	t, found, err := c.tx.TicketOfAppointment(c.day, a.ID)
	if err != nil || !found || t.State == queue.Cancelled && queue.DayOf(start, c.h.cfg.Location) != c.day {
		return err
	}
	return &queue.Refusal{Code: queue.WrongState, State: t.State, Number: t.Number()}
}

// exchange finds the new places and gives the old ones back. A citizen's old places are to rest, so the new ones are first
// looked for beside them; only when the visit fits nowhere else, such as half an hour later in the only lane, it moves over
// its own places. Then they cannot rest: what is left of them is free at once, which is less than this visit needs.
func (c *change) exchange(a booking.Appointment, w booking.Want, start time.Time) ([]booking.Place, booking.Slot, error) {
	if c.actor.Kind == Citizen {
		beside := w
		beside.Moving = ""
		places, slot, err := c.lanes(beside, start)
		if err == nil {
			return places, slot, c.free(a)
		}
		if !isRefusal(err, queue.SlotTaken) {
			return nil, slot, err
		}
	}
	places, slot, err := c.lanes(w, start)
	if err != nil {
		return nil, slot, err
	}
	return places, slot, c.freeNow(a)
}

// cancel a booked appointment, and its ticket of today unless a counter has called it: a visit that goes on is not disturbed.
func (c *change) cancel(a booking.Appointment) (booking.Appointment, error) {
	a.State, a.Sequence = booking.Cancelled, a.Sequence+1
	if err := c.tx.UpdateAppointment(a); err != nil {
		return a, err
	}
	if err := c.free(a); err != nil {
		return a, err
	}
	c.changed()
	if err := c.tellCancelled(a); err != nil {
		return a, err
	}
	t, found, err := c.tx.TicketOfAppointment(c.day, a.ID)
	if err != nil || !found || !t.State.Open() || t.State.AtCounter() {
		return a, err
	}
	_, err = c.apply(t, queue.Change{Action: queue.Cancel})
	return a, err
}

// changed tells pages and programs, once, that the appointments are not what they were.
func (c *change) changed() {
	for _, e := range c.events {
		if e.Type == EventAppointment {
			return
		}
	}
	c.events = append(c.events, Event{Type: EventAppointment})
}

// visitsAnew are the services of a visit as somebody would book them now.
func visitsAnew(services []queue.Visit) []queue.Visit {
	anew := make([]queue.Visit, len(services))
	for i, v := range services {
		anew[i] = queue.Visit{ID: v.ID, Quantity: v.Quantity}
	}
	return anew
}
