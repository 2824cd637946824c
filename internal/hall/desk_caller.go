package hall

import (
	"context"
	"time"

	"github.com/google/uuid"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/queue"
)

// What a clerk does for somebody who calls because no mail came.

// ConfirmFor books an unconfirmed appointment for a caller (clerk); what is booked already stays so. How many appointments the
// address has does not matter: a clerk has spoken with the person. A mail tells of it as if its holder had confirmed.
//
// Refusals: NotAllowed, NotFound, also when it has lapsed, BadCode, WrongState when it is cancelled.
func (h *Hall) ConfirmFor(ctx context.Context, cmd Command, id string) (booking.Appointment, error) {
	return once(ctx, h, cmd, "confirm for", id, func(c *change) (booking.Appointment, error) {
		if err := c.mayAs(Clerk); err != nil {
			return booking.Appointment{}, err
		}
		a, err := c.listable(id)
		switch {
		case err != nil || a.State == booking.Booked:
			return a, err
		case a.State != booking.Unconfirmed:
			return a, &queue.Refusal{Code: queue.WrongState}
		}
		return c.confirm(a)
	})
}

// Correct replaces name, mail and phone of an appointment's person (clerk); without a language, that of the mails stays. With
// another address the link in the mails so far is void, for they went to a stranger; what could not be delivered there is
// settled; and a mail goes to the new one: to confirm, with the whole time for that again, or what was booked. Without any
// address an unconfirmed one can only be confirmed by staff. The same person again changes nothing.
//
// Refusals: NotAllowed, NotFound, also when it has lapsed, BadCode, Invalid (Field: name, mail, phone, lang), WrongState when it
// is cancelled or so old that its contact is forgotten.
func (h *Hall) Correct(ctx context.Context, cmd Command, id string, p Person) (booking.Appointment, error) {
	p, err := p.proper()
	if err != nil {
		return booking.Appointment{}, err
	}
	args := struct {
		Appointment string
		Person      Person
	}{id, p}
	return once(ctx, h, cmd, "correct", args, func(c *change) (booking.Appointment, error) {
		if err := c.mayAs(Clerk); err != nil {
			return booking.Appointment{}, err
		}
		a, err := c.listable(id)
		if err != nil {
			return a, err
		}
		if a.State == booking.Cancelled || a.Start.Before(c.now.Add(-h.cfg.KeepContacts)) {
			return a, &queue.Refusal{Code: queue.WrongState}
		}
		known, found, err := c.tx.Contact(a.ID)
		if err != nil {
			return a, err
		}
		if !found {
			known = Contact{Appointment: a.ID, Since: c.now}
		}
		if p.Lang == "" {
			p.Lang = known.Lang
		}
		if found && known.person() == p {
			return shownToStaff(a), nil
		}
		c.changed()
		a, err = c.correctFor(a, known, p)
		return shownToStaff(a), err
	})
}

func (c *change) correctFor(a booking.Appointment, known Contact, p Person) (booking.Appointment, error) {
	moved := known.Mail != p.Mail
	void := moved && known.Mail != "" && c.h.cfg.Mail
	known.Name, known.Mail, known.Phone, known.Lang, known.MailKey = p.Name, p.Mail, p.Phone, p.Lang, mailKey(p.Mail)
	if void {
		known.Secret = ""
		if err := c.tx.DropLinks(a.ID, OwnLink); err != nil {
			return a, err
		}
	}
	if err := c.tx.PutContact(known); err != nil || !moved {
		return a, err
	}
	if err := c.dropUnsent(a); err != nil {
		return a, err
	}
	switch {
	case a.State == booking.Unconfirmed:
		a, err := c.keepFor(a, minutes(c.h.cfg.Booking.ConfirmMinutes))
		if err != nil {
			return a, err
		}
		if ok, err := c.addressed(a); err != nil || !ok {
			return a, err
		}
		return a, c.post(a, MailConfirm)
	case a.Start.After(c.now):
		return a, c.tellBooked(a)
	}
	return a, nil
}

// dropUnconfirmed is how staff cancel what was never booked: nothing of it stays, and its places are free at once.
func (c *change) dropUnconfirmed(a booking.Appointment) (booking.Appointment, error) {
	if err := c.freeNow(a); err != nil {
		return a, err
	}
	c.changed()
	err := c.tx.DropAppointment(a.ID)
	a = shownToStaff(a)
	a.State, a.Until, a.Sequence = booking.Cancelled, time.Time{}, 0
	return a, err
}

// listable finds an appointment that staff see, by id or code: booked, cancelled, or by its id one that is not confirmed yet.
// Refusals: NotFound, BadCode.
func (s *scene) listable(codeOrID string) (booking.Appointment, error) {
	a, found, err := s.tx.Appointment(codeOrID)
	switch {
	case err != nil:
		return a, err
	case found && s.isListed(a):
		return a, nil
	case uuid.Validate(codeOrID) == nil: // not even a code: it was deleted
		return booking.Appointment{}, notFound()
	}
	return s.booked(codeOrID)
}

// isListed tells whether staff see an appointment: what is only held has nobody they could help.
func (s *scene) isListed(a booking.Appointment) bool {
	return !pending(a) || a.State == booking.Unconfirmed && a.Until.After(s.now)
}

// shownToStaff hides the code of what is not booked yet: nobody may come with it.
func shownToStaff(a booking.Appointment) booking.Appointment {
	if pending(a) {
		return uncoded(a)
	}
	return a
}
