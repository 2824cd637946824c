package hall

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/queue"
)

// AddAppointment books a visit without asking for capacity (the operator's word); with a mail address, and where mails can be
// sent, the person is written to. Refusals: NotAllowed, Invalid (Field:
// services, start).
func (h *Hall) AddAppointment(ctx context.Context, cmd Command, services []queue.Visit, start time.Time, name, mail string) (booking.Appointment, error) {
	args := struct {
		Services   []queue.Visit
		Start      time.Time
		Name, Mail string
	}{services, start, name, mail}
	return once(ctx, h, cmd, "add appointment", args, func(c *change) (booking.Appointment, error) {
		if err := c.mayAs(Clerk); err != nil {
			return booking.Appointment{}, err
		}
		a := booking.Appointment{Start: start, Services: services, Source: "staff"}
		a, err := c.book(a, "", Contact{Name: name, Mail: mail})
		if err != nil {
			return a, err
		}
		return a, c.tellBooked(a)
	})
}

// book writes an appointment that is made already, with a code of ours if it has none, and its contact if there is one. It takes
// places like any other, so that nobody is sold what it needs, but asks nobody for them.
func (c *change) book(a booking.Appointment, key string, person Contact) (booking.Appointment, error) {
	services, err := c.known(a.Services)
	if err != nil {
		return a, err
	}
	// Other years are slips of the hand, and a store may have no room for them: 2262 ends the nanoseconds of an int64.
	if !inCentury(a.Start) {
		return a, invalid("start")
	}
	id, err := uuid.NewV7()
	if err != nil {
		return a, fmt.Errorf("appointment id: %w", err)
	}
	a.ID, a.Start, a.Services, a.State = id.String(), a.Start.UTC().Round(0), services, booking.Booked
	if a.Code == "" {
		if a.Code, err = c.freshCode(); err != nil {
			return a, err
		}
	}
	places, end, err := c.lanesAnyway(a)
	if err != nil {
		return a, err
	}
	a.End = end.UTC()
	if err := c.tx.InsertAppointment(a, key); err != nil {
		return a, err
	}
	if err := c.takePlaces(a, places); err != nil {
		return a, err
	}
	c.changed()
	if person.Name == "" && person.Mail == "" && person.Phone == "" {
		return a, nil
	}
	person.Appointment, person.MailKey, person.Since = a.ID, mailKey(person.Mail), c.now
	return a, c.tx.PutContact(person)
}

// known are the services with quantities of 1 or more. Refusal: Invalid (Field service).
func (c *change) known(services []queue.Visit) ([]queue.Visit, error) {
	if len(services) == 0 {
		return nil, invalid("service")
	}
	services = slices.Clone(services)
	for i := range services {
		v := &services[i]
		if _, ok := c.cat.Service(v.ID); !ok {
			return nil, &queue.Refusal{Code: queue.Invalid, Field: "service", Service: v.ID}
		}
		v.Quantity = max(v.Quantity, 1)
	}
	return services, nil
}

// lanesAnyway finds places whether or not there is room, and the end of the visit.
func (c *change) lanesAnyway(a booking.Appointment) ([]booking.Place, time.Time, error) {
	taken, err := c.takenFor(booking.Want{Services: a.Services, Moving: a.ID}, a.Start, false)
	if err != nil {
		return nil, time.Time{}, err
	}
	places, end := c.h.cfg.Booking.SeatAnyway(*c.cat, c.h.cfg.Location, a.Services, a.Start, taken)
	return places, end, nil
}

// inCentury tells whether an appointment may begin then: 2000 to 2199.
func inCentury(t time.Time) bool {
	year := t.UTC().Year()
	return year >= 2000 && year < 2200
}

// freshCode makes a code that no appointment has. With 45 bits a second try is rarer than a broken disk.
func (c *change) freshCode() (booking.Code, error) {
	for range 8 {
		code, err := booking.NewCode(rand.Reader)
		if err != nil {
			return "", err
		}
		if _, taken, err := c.tx.AppointmentByCode(code); err != nil || !taken {
			return code, err
		}
	}
	return "", errors.New("no free appointment code in 8 tries")
}

// appointment finds one by id or code, booked or cancelled.
func (s *scene) appointment(codeOrID string) (booking.Appointment, error) {
	a, found, err := s.tx.Appointment(codeOrID)
	switch {
	case err != nil:
		return a, err
	case found && pending(a):
		return booking.Appointment{}, notFound()
	case found:
		return a, nil
	}
	return s.booked(codeOrID)
}

// Appointment by code or id, and its ticket of today if there is one. Refusals: NotFound, BadCode.
func (h *Hall) Appointment(ctx context.Context, codeOrID string) (booking.Appointment, *View, error) {
	var a booking.Appointment
	var ticket *View
	err := h.view(ctx, func(s *scene) error {
		var err error
		if a, err = s.appointment(codeOrID); err != nil {
			return err
		}
		t, found, err := s.tx.TicketOfAppointment(s.day, a.ID)
		if err != nil || !found {
			return err
		}
		v, err := s.view(t)
		ticket = &v
		return err
	})
	return a, ticket, err
}

// CancelAppointment cancels it; again changes nothing. A ticket of today that still waits is cancelled too; a visit that goes on
// at a counter is not disturbed. Its slot is free at once. One that is not confirmed yet is deleted, and then not found again.
// Refusals: NotFound, BadCode, NotAllowed.
func (h *Hall) CancelAppointment(ctx context.Context, cmd Command, codeOrID string) (booking.Appointment, error) {
	return once(ctx, h, cmd, "cancel appointment", codeOrID, func(c *change) (booking.Appointment, error) {
		if err := c.mayAs(Clerk); err != nil {
			return booking.Appointment{}, err
		}
		a, err := c.listable(codeOrID)
		switch {
		case err != nil || a.State == booking.Cancelled:
			return a, err
		case a.State == booking.Unconfirmed:
			return c.dropUnconfirmed(a)
		}
		return c.cancel(a)
	})
}

// Appointments that start on the day of t, booked or cancelled, by start.
func (h *Hall) Appointments(ctx context.Context, t time.Time) ([]booking.Appointment, error) {
	var found []booking.Appointment
	err := h.view(ctx, func(s *scene) error {
		var err error
		found, err = s.appointmentsOn(queue.DayOf(t, h.cfg.Location))
		return err
	})
	return found, err
}

func (s *scene) appointmentsOn(day queue.Day) ([]booking.Appointment, error) {
	all, err := s.tx.Appointments(beginOf(day, s.h.cfg.Location), queue.EndOfDay(day, s.h.cfg.Location))
	return slices.DeleteFunc(all, pending), err
}
