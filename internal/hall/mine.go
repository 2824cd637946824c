package hall

import (
	"context"
	"crypto/sha256"
	"slices"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/queue"
)

// Mine is the appointment of a link. The link of a hold shows no code, and the contact only until the confirmation. Refusal:
// NotFound, also for one that has lapsed.
func (h *Hall) Mine(ctx context.Context, secret string) (Mine, error) {
	var m Mine
	err := h.view(ctx, func(s *scene) error {
		a, kind, err := s.linked(secret)
		if err != nil {
			return err
		}
		m = Mine{Appointment: a, Kind: kind, Confirmable: kind == OwnLink && a.State == booking.Unconfirmed}
		if kind != OwnLink || pending(a) {
			m.Appointment = uncoded(a)
		}
		switch {
		case kind == OwnLink:
			return s.showOwn(&m)
		case a.State == booking.Unconfirmed:
			return s.showUnconfirmed(&m)
		}
		return nil
	})
	return m, err
}

// showUnconfirmed adds what the browser that sent it shows again, to be corrected.
func (s *scene) showUnconfirmed(m *Mine) error {
	contact, found, err := s.tx.Contact(m.Appointment.ID)
	if err != nil {
		return err
	}
	if found {
		m.Contact = contact.shown()
	}
	m.Undeliverable, err = s.undeliverable(m.Appointment)
	return err
}

// undeliverable tells whether the mail that asks to confirm an appointment cannot be delivered.
func (s *scene) undeliverable(a booking.Appointment) (bool, error) {
	mails, err := s.tx.MailsOf(a.ID)
	return slices.ContainsFunc(mails, func(m Mail) bool { return m.Kind == MailConfirm && m.State == MailDead }), err
}

// showOwn adds what only the own link shows.
func (s *scene) showOwn(m *Mine) error {
	contact, found, err := s.tx.Contact(m.Appointment.ID)
	if err != nil {
		return err
	}
	if found {
		m.Contact = contact.shown()
	}
	if m.Documents, err = s.tx.DocumentsOf(m.Appointment.ID); err != nil {
		return err
	}
	if m.Ticket, err = s.ticketToday(m.Appointment); err != nil {
		return err
	}
	m.CanChange = found && !m.begun(s) && (m.Ticket == nil || !m.Ticket.Ticket.State.Open())
	return nil
}

// begun tells whether it is too late for the citizen to change anything, or never was time to.
func (m *Mine) begun(s *scene) bool {
	return m.Appointment.State != booking.Booked || !s.now.Before(m.Appointment.Start) ||
		m.Ticket != nil && m.Ticket.Ticket.State == queue.Finished
}

// linked gives the appointment of a secret. Refusal: NotFound, also for one that has lapsed but is not deleted yet.
func (s *scene) linked(secret string) (booking.Appointment, LinkKind, error) {
	l, found, err := s.tx.Link(sha256.Sum256([]byte(secret)))
	if err != nil {
		return booking.Appointment{}, "", err
	}
	var a booking.Appointment
	if found {
		if a, found, err = s.tx.Appointment(l.Appointment); err != nil {
			return a, "", err
		}
	}
	if !found || pending(a) && !a.Until.After(s.now) {
		return booking.Appointment{}, "", notFound()
	}
	return a, l.Kind, nil
}

// ticketToday of an appointment, nil if there is none.
func (s *scene) ticketToday(a booking.Appointment) (*View, error) {
	t, found, err := s.tx.TicketOfAppointment(s.day, a.ID)
	if err != nil || !found {
		return nil, err
	}
	v, err := s.view(t)
	return &v, err
}
