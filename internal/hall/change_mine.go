package hall

import (
	"context"
	"crypto/sha256"
	"time"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/queue"
)

// MoveMine moves the appointment of an own link; code, link and documents stay. The old slot rests for Rules.RestMinutes.
//
// Refusals: NotFound, NotBookable and SlotTaken (Start), WrongState when Mine.CanChange is false; Invalid (Field service) and
// TooMuch when the catalogue no longer lets these services be booked.
func (h *Hall) MoveMine(ctx context.Context, cmd Command, ownSecret string, start time.Time) (Mine, error) {
	args := struct {
		Secret [32]byte
		Start  time.Time
	}{sha256.Sum256([]byte(ownSecret)), start}
	return h.changeMine(ctx, cmd, "move mine", ownSecret, args, func(c *change, m Mine) error {
		_, err := c.move(m.Appointment, start)
		return err
	})
}

// CancelMine cancels the appointment of an own link; again changes nothing. A ticket of today that waits is cancelled too. The
// slot rests for Rules.RestMinutes. Refusals: NotFound, WrongState when the visit has begun or the contact is gone.
func (h *Hall) CancelMine(ctx context.Context, cmd Command, ownSecret string) (Mine, error) {
	return h.changeMine(ctx, cmd, "cancel mine", ownSecret, sha256.Sum256([]byte(ownSecret)), func(c *change, m Mine) error {
		if m.Ticket != nil && m.Ticket.Ticket.State.AtCounter() {
			return &queue.Refusal{Code: queue.WrongState, State: m.Ticket.Ticket.State}
		}
		_, err := c.cancel(m.Appointment)
		return err
	})
}

// WishEarlier puts the appointment of an own link on the waiting list for earlier slots, or takes it off. It is of use only
// where mails are sent. Refusals: NotFound, WrongState when the visit has begun or the contact is gone.
func (h *Hall) WishEarlier(ctx context.Context, cmd Command, ownSecret string, on bool) (Mine, error) {
	args := struct {
		Secret [32]byte
		On     bool
	}{sha256.Sum256([]byte(ownSecret)), on}
	return h.changeMine(ctx, cmd, "wish earlier", ownSecret, args, func(c *change, m Mine) error {
		contact, found, err := c.tx.Contact(m.Appointment.ID)
		if err != nil || !found {
			return err
		}
		contact.Earlier = on
		return c.tx.PutContact(contact)
	})
}

// changeMine runs fn with the appointment of an own link, unless it is too late for any change. The answer is read after the
// change and never stored, for it names the person.
func (h *Hall) changeMine(ctx context.Context, cmd Command, op, ownSecret string, args any, fn func(*change, Mine) error) (Mine, error) {
	err := h.do(ctx, cmd, op, args, func(c *change) error {
		a, kind, err := c.linked(ownSecret)
		if err != nil {
			return err
		}
		if kind != OwnLink {
			return notFound()
		}
		m := Mine{Appointment: a, Kind: kind}
		if err := c.showOwn(&m); err != nil {
			return err
		}
		switch {
		case a.State == booking.Cancelled && op == "cancel mine":
			return nil
		case m.begun(&c.scene) || m.Contact == nil:
			return &queue.Refusal{Code: queue.WrongState}
		}
		return fn(c, m)
	})
	if err != nil {
		return Mine{}, err
	}
	return h.Mine(ctx, ownSecret)
}
