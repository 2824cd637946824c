package hall

import (
	"context"
	"time"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/queue"
)

// Book is a clerk who books for a caller (clerk): also in the lanes kept for staff, at any time from now on, and booked at once. A
// mail address may be left out; with one, and where mails can be sent, the person is written to.
//
// Refusals: NotAllowed, Invalid (Field: name, mail, phone, lang, service), TooMuch (Field services), NotBookable and SlotTaken
// (Start).
func (h *Hall) Book(ctx context.Context, cmd Command, w booking.Want, start time.Time, p Person) (Registered, error) {
	p, err := p.proper()
	if err != nil {
		return Registered{}, err
	}
	w.Staff, w.Moving = true, ""
	args := struct {
		Want   booking.Want
		Start  time.Time
		Person Person
	}{w, start, p}
	return once(ctx, h, cmd, "book", args, func(c *change) (Registered, error) {
		if err := c.mayAs(Clerk); err != nil {
			return Registered{}, err
		}
		a, err := c.reserve(w, booking.Appointment{Start: start, Services: w.Services, State: booking.Booked, Source: c.source()})
		if err != nil {
			return Registered{}, err
		}
		contact, err := c.putPerson(a, p)
		if err != nil {
			return Registered{}, err
		}
		c.changed()
		return Registered{Appointment: a, Secret: contact.Secret}, c.tellBooked(a)
	})
}

// Move is a clerk who moves a booked appointment for a caller (clerk): id and code stay, and the old slot is free at once.
// Refusals: NotAllowed, NotFound, BadCode, WrongState when it is not booked or its holder is or was here today, NotBookable and
// SlotTaken (Start), Invalid (Field service) when the catalogue no longer lets its services be booked.
func (h *Hall) Move(ctx context.Context, cmd Command, codeOrID string, start time.Time) (booking.Appointment, error) {
	args := struct {
		Appointment string
		Start       time.Time
	}{codeOrID, start}
	return once(ctx, h, cmd, "move", args, func(c *change) (booking.Appointment, error) {
		if err := c.mayAs(Clerk); err != nil {
			return booking.Appointment{}, err
		}
		a, err := c.listable(codeOrID)
		if err != nil {
			return a, err
		}
		return c.move(a, start)
	})
}

// DayList are the appointments of a day, unconfirmed, booked and cancelled, by start. Refusal: Invalid (Field day).
func (h *Hall) DayList(ctx context.Context, day queue.Day) ([]Listed, error) {
	if _, err := dayTime(day); err != nil {
		return nil, invalid("day")
	}
	var list []Listed
	err := h.view(ctx, func(s *scene) error {
		all, err := s.tx.Appointments(beginOf(day, h.cfg.Location), queue.EndOfDay(day, h.cfg.Location))
		if err != nil {
			return err
		}
		for _, a := range all {
			if !s.isListed(a) {
				continue
			}
			l, err := s.listed(a)
			if err != nil {
				return err
			}
			list = append(list, l)
		}
		return nil
	})
	return list, err
}

// Listed is one appointment as in the list of its day. Refusals: NotFound, BadCode.
func (h *Hall) Listed(ctx context.Context, codeOrID string) (Listed, error) {
	var l Listed
	err := h.view(ctx, func(s *scene) error {
		a, err := s.listable(codeOrID)
		if err != nil {
			return err
		}
		l, err = s.listed(a)
		return err
	})
	return l, err
}

func (s *scene) listed(a booking.Appointment) (Listed, error) {
	l := Listed{Appointment: shownToStaff(a)}
	var err error
	if l.Ticket, err = s.ticketToday(a); err != nil {
		return l, err
	}
	contact, found, err := s.tx.Contact(a.ID)
	if err != nil || !found {
		return l, err // mails and documents go with the contact
	}
	l.Contact = contact.shown()
	documents, err := s.tx.DocumentsOf(a.ID)
	if err != nil {
		return l, err
	}
	l.Documents = len(documents)
	mails, err := s.tx.MailsOf(a.ID)
	for _, m := range mails {
		l.MailDead = l.MailDead || m.State == MailDead
	}
	return l, err
}
