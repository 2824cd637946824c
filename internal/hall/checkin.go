package hall

import (
	"context"
	"errors"
	"slices"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/catalogue"
	"westerkappeln.de/wartemarke/internal/queue"
)

// CheckIn gives a booked citizen the ticket (every row of DOMAIN's table; booking.Rules.CheckIn decides). Another system's
// codes are tried first, whole, then ours. Staff may check somebody in as well.
//
// The secret of the phone page is in the answer that made the ticket and its repetition under the same key, never in an
// answer with notice again.
//
// Refusals: those of booking.Rules.CheckIn, BadCode (no such code, and no right check symbol), NotFound, NumbersOut.
func (h *Hall) CheckIn(ctx context.Context, cmd Command, code string, walkIn bool) (CheckedIn, error) {
	args := struct {
		Code   string
		WalkIn bool
	}{booking.Normalize(code), walkIn}
	return once(ctx, h, cmd, "check in", args, func(c *change) (CheckedIn, error) {
		if err := c.may(Device, Staff, Operator); err != nil {
			return CheckedIn{}, err
		}
		a, err := c.booked(code)
		if err != nil {
			return CheckedIn{}, err
		}
		return c.checkIn(a, walkIn)
	})
}

// booked finds the appointment of a code. One that is not confirmed yet has none.
func (s *scene) booked(code string) (booking.Appointment, error) {
	a, found, err := s.tx.AppointmentByCode(booking.Code(booking.Normalize(code)))
	switch {
	case err != nil:
		return a, err
	case found && pending(a):
		return booking.Appointment{}, notFound()
	case found:
		return a, nil
	}
	if _, err := booking.ParseCode(code); err != nil {
		return a, err
	}
	return a, notFound()
}

func (c *change) checkIn(a booking.Appointment, walkIn bool) (CheckedIn, error) {
	service, services, err := c.visits(a)
	if err != nil {
		return CheckedIn{}, err
	}
	var ticket *queue.Ticket
	known, found, err := c.tx.TicketOfAppointment(c.day, a.ID)
	if err != nil {
		return CheckedIn{}, err
	}
	if found {
		ticket = &known
	}
	rules, loc := c.h.cfg.Queue, c.h.cfg.Location
	ask := func(canWalkIn bool) (booking.Arrival, error) {
		return c.h.cfg.Booking.CheckIn(a, ticket, c.now, loc, rules, walkIn, canWalkIn, walkInDue(service))
	}
	arrived, err := ask(false)
	if err != nil { // only who is refused needs to know whether there is another way
		canWalkIn, problem := c.canWalkIn(service)
		if problem != nil {
			return CheckedIn{}, problem
		}
		arrived, err = ask(canWalkIn)
	}
	if err != nil {
		return CheckedIn{}, err
	}
	answer := CheckedIn{Appointment: a, Notice: arrived.Notice, Back: arrived.Back}
	switch {
	case arrived.New:
		known, answer.Secret, err = c.create(arrival{
			service: service, services: services, due: arrived.Due, why: arrived.Why, appointment: a.ID, booked: a.Start,
		})
	case arrived.Back:
		known, err = c.comeBack(known)
	}
	if err != nil {
		return CheckedIn{}, err
	}
	answer.View, err = c.view(known)
	return answer, err
}

// comeBack puts somebody who was not there when called back into the queue.
func (c *change) comeBack(t queue.Ticket) (queue.Ticket, error) {
	after, err := c.h.cfg.Queue.ComeBack(t, c.now)
	if err != nil {
		return t, err
	}
	if err := c.putTicket(after); err != nil {
		return t, err
	}
	c.ticketEvent(EventWaiting, after, t)
	return after, nil
}

// visits are the services of an appointment, the first one first. A service that the catalogue no longer has cannot be
// called by anybody, so it is left out as long as another remains.
func (s *scene) visits(a booking.Appointment) (catalogue.Service, []queue.Visit, error) {
	services := slices.DeleteFunc(slices.Clone(a.Services), func(v queue.Visit) bool {
		_, known := s.cat.Service(v.ID)
		return !known
	})
	if len(services) == 0 {
		return catalogue.Service{}, nil, &queue.Refusal{Code: queue.NotFound}
	}
	first, _ := s.cat.Service(services[0].ID)
	return first, services, nil
}

// canWalkIn tells whether a terminal would give a walk-in ticket now.
func (s *scene) canWalkIn(service catalogue.Service) (bool, error) {
	_, err := s.walkIn(service)
	var no *queue.Refusal
	if errors.As(err, &no) {
		return false, nil
	}
	return err == nil, err
}
