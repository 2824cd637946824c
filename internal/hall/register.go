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
// link in the mail is used; else it is booked. Once more with the same person it gives the same answer, and a new mail when the
// first could not be delivered; another person before the confirmation is a correction: with another address a new mail goes
// out and the link of the old one is void. What else an address has booked it does not tell: only Confirm looks at that, which
// the address's owner does.
//
// Refusals: Invalid (Field: name, mail, phone, lang), TooMuch (Field mails: this address was sent as many mails to confirm lately
// as is bearable, or this hold has caused three), Lapsed, also when the secret leads nowhere, and WrongState.
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
		case found && a.State == booking.Unconfirmed:
			return c.correct(a, known, p)
		case same && a.State == booking.Booked && !h.cfg.Mail:
			return Registered{Appointment: a, Secret: known.Secret}, nil
		case same && a.State == booking.Booked:
			return Registered{Appointment: uncoded(a)}, nil
		}
		return Registered{}, &queue.Refusal{Code: queue.WrongState}
	})
}

func (c *change) register(a booking.Appointment, p Person) (Registered, error) {
	contact, err := c.putPerson(a, p)
	if err != nil {
		return Registered{}, err
	}
	if !c.h.cfg.Mail {
		a, err := c.settle(a)
		return Registered{Appointment: a, Secret: contact.Secret}, err
	}
	a.State, a.Sequence, a.Until = booking.Unconfirmed, 0, earlier(c.now.Add(minutes(c.h.cfg.Booking.ConfirmMinutes)), a.Start)
	if err := c.tx.UpdateAppointment(a); err != nil {
		return Registered{}, err
	}
	if err := c.tx.KeepPlaces(a.ID, a.Until); err != nil {
		return Registered{}, err
	}
	return Registered{Appointment: uncoded(a)}, c.ask(a, p)
}

// correct replaces a person that has not confirmed: the old mail may have gone to a stranger. To the same address goes no other
// one, unless the first could not be delivered.
func (c *change) correct(a booking.Appointment, known Contact, p Person) (Registered, error) {
	dead, err := c.undeliverable(a)
	if err != nil {
		return Registered{}, err
	}
	if known.Mail == p.Mail && !dead {
		known.Name, known.Phone, known.Lang = p.Name, p.Phone, p.Lang
		return Registered{Appointment: uncoded(a)}, c.tx.PutContact(known)
	}
	a.Sequence++
	if a.Sequence >= mostConfirms {
		return Registered{}, &queue.Refusal{Code: queue.TooMuch, Field: "mails"}
	}
	if err := c.tx.UpdateAppointment(a); err != nil {
		return Registered{}, err
	}
	if err := c.tx.DropLinks(a.ID, OwnLink); err != nil {
		return Registered{}, err
	}
	if err := c.dropUnsent(a); err != nil {
		return Registered{}, err
	}
	if _, err := c.putPerson(a, p); err != nil {
		return Registered{}, err
	}
	return Registered{Appointment: uncoded(a)}, c.ask(a, p)
}

// ask writes to the person that the appointment be confirmed. Refusal: TooMuch (Field mails).
func (c *change) ask(a booking.Appointment, p Person) error {
	to, ok := c.h.confirms.take(mailKey(p.Mail), c.now)
	if !ok {
		return &queue.Refusal{Code: queue.TooMuch, Field: "mails"}
	}
	c.asked = append(c.asked, to)
	return c.post(a, MailConfirm)
}

// giveBackConfirms is for a change that was not written: nobody is asked.
func (c *change) giveBackConfirms() {
	for _, to := range c.asked {
		c.h.confirms.giveBack(to)
	}
}

// withinLimit refuses when the contact's address has as many booked appointments to come as the rules allow. What others book in
// its name and its owner never confirms does not count.
func (c *change) withinLimit(a booking.Appointment) error {
	contact, found, err := c.tx.Contact(a.ID)
	if err != nil || !found || contact.MailKey == "" {
		return err
	}
	all, err := c.tx.OfMail(contact.MailKey, c.now)
	if err != nil {
		return err
	}
	n := 0
	for _, other := range all {
		if other.State == booking.Booked {
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
// looks at the links of mails before their reader does. Refusals: Lapsed, also when the secret leads nowhere, TooMuch (Field mail)
// when the address has as many appointments to come as the rules allow, and WrongState when it was cancelled.
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
		if err := c.withinLimit(a); err != nil {
			return err
		}
		_, err = c.confirm(a)
		return err
	})
	if err != nil {
		return Mine{}, err
	}
	m, err := h.Mine(ctx, ownSecret)
	if err != nil { // a clerk may have corrected the address since: then this link leads nowhere any more
		return m, tooLate(err)
	}
	return m, nil
}

// confirm books an unconfirmed appointment; nobody needs to be asked any more.
func (c *change) confirm(a booking.Appointment) (booking.Appointment, error) {
	if err := c.dropUnsent(a, MailConfirm); err != nil {
		return a, err
	}
	a, err := c.settle(a)
	if err != nil {
		return a, err
	}
	return a, c.tellBooked(a)
}

// settle makes a pending appointment a booked one.
func (c *change) settle(a booking.Appointment) (booking.Appointment, error) {
	a.State, a.Until, a.Sequence = booking.Booked, time.Time{}, 0
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
