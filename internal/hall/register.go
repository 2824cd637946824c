package hall

import (
	"context"
	"crypto/sha256"
	"time"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/queue"
)

// mostConfirms is how many mails one hold may cause: the address may be mistyped twice, but nobody can be flooded.
const mostConfirms = 3

// Register says who has the held slot. Where mail can be sent, the appointment is then kept for Rules.ConfirmMinutes until the
// link in the mail is used; else it is booked. Once more with the same person it gives the same answer; another person before
// the confirmation is a correction: a new mail goes out and the link of the old one is void.
//
// Refusals: Invalid (Field: name, mail, phone, lang), TooMuch (Field mail: appointments to come of this address, or
// corrections), Lapsed, also when the secret leads nowhere, and WrongState.
func (h *Hall) Register(ctx context.Context, cmd Command, holdSecret string, p Person) (Registered, error) {
	p, err := p.proper()
	if err == nil && p.Mail == "" && h.cfg.Mail {
		err = invalid("mail")
	}
	if err != nil {
		return Registered{}, err
	}
	args := struct {
		Secret string
		Person Person
	}{holdSecret, p}
	return once(ctx, h, cmd, "register", args, func(c *change) (Registered, error) {
		a, kind, err := c.linked(holdSecret)
		if err != nil || kind != HoldLink {
			return Registered{}, tooLate(err)
		}
		if a.State == booking.Held {
			return c.register(a, p)
		}
		known, found, err := c.tx.Contact(a.ID)
		switch same := found && known.person() == p; {
		case err != nil:
			return Registered{}, err
		case same && a.State == booking.Unconfirmed:
			return Registered{Appointment: uncoded(a)}, nil
		case same && a.State == booking.Booked && !h.cfg.Mail:
			return Registered{Appointment: a, Secret: known.Secret}, nil
		case same && a.State == booking.Booked:
			return Registered{Appointment: uncoded(a)}, nil
		case found && a.State == booking.Unconfirmed:
			return c.correct(a, p)
		}
		return Registered{}, &queue.Refusal{Code: queue.WrongState}
	})
}

func (c *change) register(a booking.Appointment, p Person) (Registered, error) {
	if err := c.withinLimit(p, a.ID); err != nil {
		return Registered{}, err
	}
	contact, err := c.putPerson(a, p)
	if err != nil {
		return Registered{}, err
	}
	if !c.h.cfg.Mail {
		a, err := c.settle(a)
		return Registered{Appointment: a, Secret: contact.Secret}, err
	}
	a.State, a.Until = booking.Unconfirmed, earlier(c.now.Add(minutes(c.h.cfg.Booking.ConfirmMinutes)), a.Start)
	if err := c.tx.UpdateAppointment(a); err != nil {
		return Registered{}, err
	}
	if err := c.tx.KeepPlaces(a.ID, a.Until); err != nil {
		return Registered{}, err
	}
	return Registered{Appointment: uncoded(a)}, c.post(a, MailConfirm)
}

// correct replaces a person that has not confirmed: the old mail may have gone to a stranger.
func (c *change) correct(a booking.Appointment, p Person) (Registered, error) {
	if err := c.withinLimit(p, a.ID); err != nil {
		return Registered{}, err
	}
	sent, err := c.tx.MailsOf(a.ID)
	if err != nil {
		return Registered{}, err
	}
	if len(sent) >= mostConfirms {
		return Registered{}, &queue.Refusal{Code: queue.TooMuch, Field: "mail"}
	}
	if err := c.tx.DropLinks(a.ID, OwnLink); err != nil {
		return Registered{}, err
	}
	if err := c.dropWaiting(sent); err != nil {
		return Registered{}, err
	}
	if _, err := c.putPerson(a, p); err != nil {
		return Registered{}, err
	}
	return Registered{Appointment: uncoded(a)}, c.post(a, MailConfirm)
}

// withinLimit refuses when the address has as many appointments to come as the rules allow, unconfirmed ones included. Staff
// have nobody to be protected from.
func (c *change) withinLimit(p Person, but string) error {
	if p.Mail == "" || c.actor.Kind != Citizen {
		return nil
	}
	all, err := c.tx.OfMail(mailKey(p.Mail), c.now)
	if err != nil {
		return err
	}
	n := 0
	for _, a := range all {
		if a.ID != but && !(pending(a) && !a.Until.After(c.now)) {
			n++
		}
	}
	if n >= c.h.cfg.Booking.PerMail {
		return &queue.Refusal{Code: queue.TooMuch, Field: "mail"}
	}
	return nil
}

// putPerson writes the contact of an appointment with a new own link.
func (c *change) putPerson(a booking.Appointment, p Person) (Contact, error) {
	contact := Contact{
		Appointment: a.ID, Name: p.Name, Mail: p.Mail, Phone: p.Phone, Lang: p.Lang, MailKey: mailKey(p.Mail), Since: c.now,
	}
	err := c.giveLink(&contact)
	return contact, err
}

// Confirm is the link of the mail: the appointment is booked. What is booked already stays so: two tabs, or a program that
// looks at the links of mails before their reader does. Refusals: Lapsed, also when the secret leads nowhere, and WrongState
// when it was cancelled.
func (h *Hall) Confirm(ctx context.Context, cmd Command, ownSecret string) (Mine, error) {
	err := h.do(ctx, cmd, "confirm", sha256.Sum256([]byte(ownSecret)), func(c *change) error {
		a, kind, err := c.linked(ownSecret)
		switch {
		case err != nil || kind != OwnLink:
			return tooLate(err)
		case a.State == booking.Booked:
			return nil
		case a.State != booking.Unconfirmed:
			return &queue.Refusal{Code: queue.WrongState}
		}
		if a, err = c.settle(a); err != nil {
			return err
		}
		return c.tellBooked(a)
	})
	if err != nil {
		return Mine{}, err
	}
	return h.Mine(ctx, ownSecret)
}

// settle makes a pending appointment a booked one.
func (c *change) settle(a booking.Appointment) (booking.Appointment, error) {
	a.State, a.Until = booking.Booked, time.Time{}
	if err := c.tx.UpdateAppointment(a); err != nil {
		return a, err
	}
	c.changed()
	return a, c.tx.KeepPlaces(a.ID, time.Time{})
}

// tooLate is the refusal to somebody with a link that leads nowhere: whoever has one had an appointment that is deleted by now,
// or will be within seconds.
func tooLate(err error) error {
	if err == nil || isRefusal(err, queue.NotFound) {
		return &queue.Refusal{Code: queue.Lapsed}
	}
	return err
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
