package hall

import (
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"westerkappeln.de/wartemarke/internal/booking"
)

// leastReminder is how far ahead a reminder must lie to be of use: the confirmation has just come.
const leastReminder = time.Hour

// The outbox. A row is written in the transaction of the change that it tells of; what it says is made when it is sent, of what
// is true then.

// post puts a mail into the outbox, to be sent at once.
func (c *change) post(a booking.Appointment, kind MailKind) error {
	c.posted = true
	return c.postAt(Mail{Appointment: a.ID, Kind: kind, Due: c.now})
}

func (c *change) postAt(m Mail) error {
	id, err := uuid.NewV7()
	if err != nil {
		return fmt.Errorf("mail id: %w", err)
	}
	m.ID, m.Created, m.State = id.String(), c.now, MailWaiting
	return c.tx.PutMail(m)
}

// remind puts the reminder into the outbox, if there is to be one.
func (c *change) remind(a booking.Appointment) error {
	hours := c.h.cfg.Booking.ReminderHours
	due := a.Start.Add(-time.Duration(hours) * time.Hour)
	if hours <= 0 || due.Sub(c.now) < leastReminder {
		return nil
	}
	return c.postAt(Mail{Appointment: a.ID, Kind: MailReminder, Due: due})
}

func (c *change) tellBooked(a booking.Appointment) error {
	if ok, err := c.addressed(a); err != nil || !ok {
		return err
	}
	if err := c.post(a, MailBooked); err != nil {
		return err
	}
	return c.remind(a)
}

// tellMoved also takes back what was to be told of the old time. An unsent mail about the booking stays: it will tell the new one.
func (c *change) tellMoved(a booking.Appointment) error {
	if ok, err := c.addressed(a); err != nil || !ok {
		return err
	}
	all, err := c.tx.MailsOf(a.ID)
	if err != nil {
		return err
	}
	if err := c.dropWaiting(all, MailReminder, MailEarlier, MailMoved); err != nil {
		return err
	}
	if err := c.post(a, MailMoved); err != nil {
		return err
	}
	return c.remind(a)
}

// tellCancelled takes back everything that is not sent yet.
func (c *change) tellCancelled(a booking.Appointment) error {
	if ok, err := c.addressed(a); err != nil || !ok {
		return err
	}
	all, err := c.tx.MailsOf(a.ID)
	if err != nil {
		return err
	}
	if err := c.dropWaiting(all); err != nil {
		return err
	}
	return c.post(a, MailCancelled)
}

// dropWaiting takes back mails of these kinds, or of all, that were not sent.
func (c *change) dropWaiting(all []Mail, kinds ...MailKind) error {
	for _, m := range all {
		if m.State != MailWaiting || len(kinds) > 0 && !slices.Contains(kinds, m.Kind) {
			continue
		}
		if err := c.tx.DropMail(m.ID); err != nil {
			return err
		}
	}
	return nil
}

// dropUnsent takes back what was not sent of an appointment's mails, or could not be delivered.
func (c *change) dropUnsent(a booking.Appointment, kinds ...MailKind) error {
	all, err := c.tx.MailsOf(a.ID)
	if err != nil {
		return err
	}
	for _, m := range all {
		if m.State == MailSent || len(kinds) > 0 && !slices.Contains(kinds, m.Kind) {
			continue
		}
		if err := c.tx.DropMail(m.ID); err != nil {
			return err
		}
	}
	return nil
}

// addressed tells whether somebody is to be written to. To those of another booking system that system writes itself. A contact
// from before there were links gets its own one.
func (c *change) addressed(a booking.Appointment) (bool, error) {
	if !c.h.cfg.Mail || isImport(a.Source) {
		return false, nil
	}
	contact, found, err := c.tx.Contact(a.ID)
	if err != nil || !found || contact.Mail == "" {
		return false, err
	}
	if contact.Secret != "" {
		return true, nil
	}
	return true, c.giveLink(&contact)
}

// giveLink writes a contact with a new own link.
func (c *change) giveLink(contact *Contact) error {
	secret, hash, err := newSecret()
	if err != nil {
		return err
	}
	contact.Secret = secret
	if err := c.tx.PutContact(*contact); err != nil {
		return err
	}
	return c.tx.PutLink(hash, Link{Appointment: contact.Appointment, Kind: OwnLink})
}
