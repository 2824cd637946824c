package hall_test

import (
	"slices"
	"testing"
	"time"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/catalogue"
	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/queue"
)

var citizen = hall.Command{Actor: hall.Actor{Kind: hall.Citizen}}

// morning is a free slot on the day after nine.
var morning = time.Date(2026, 11, 25, 10, 0, 0, 0, berlin)

var (
	pass  = booking.Want{Services: []queue.Visit{{ID: "pass", Quantity: 1}}}
	erika = hall.Person{Name: "Erika Mustermann", Mail: "erika@example.org", Lang: "de"}
)

// bookable is the sample town with so many lanes, the last ones for staff, and a horizon of 60 days.
func bookable(capacity, staffOnly int) catalogue.Catalogue {
	cat := sample()
	o := &cat.Openings[0]
	o.Capacity, o.StaffOnly, o.BookToDays = capacity, staffOnly, 60
	return cat
}

// newBookable opens a town that can send mail and has one lane for citizens and one for staff.
func newBookable(t testing.TB, capacity, staffOnly int) *town {
	t.Helper()
	h := newTown(t)
	h.mail = true
	h.Hall = h.over(h.store)
	h.apply(bookable(capacity, staffOnly))
	return h
}

func (h *town) apply(cat catalogue.Catalogue) {
	h.t.Helper()
	if _, err := h.ApplyCatalogue(h.ctx, operator, cat, false); err != nil {
		h.t.Fatal(err)
	}
}

func (h *town) hold(start time.Time) hall.HeldSlot {
	h.t.Helper()
	held, err := h.Hold(h.ctx, citizen, pass, start)
	if err != nil {
		h.t.Fatal(err)
	}
	return held
}

func (h *town) register(secret string, p hall.Person) hall.Registered {
	h.t.Helper()
	r, err := h.Register(h.ctx, citizen, secret, p)
	if err != nil {
		h.t.Fatal(err)
	}
	return r
}

// online books a slot as a citizen does, and gives the appointment as the holder of the own link sees it, and its secret.
func (h *town) online(start time.Time, p hall.Person) (hall.Mine, string) {
	h.t.Helper()
	return h.confirmed(h.hold(start).Secret, p)
}

// confirmed registers somebody for a hold and follows the mail's link.
func (h *town) confirmed(holdSecret string, p hall.Person) (hall.Mine, string) {
	h.t.Helper()
	secret := h.secret(h.register(holdSecret, p).Appointment.ID)
	m, err := h.Confirm(h.ctx, citizen, secret)
	if err != nil {
		h.t.Fatal(err)
	}
	return m, secret
}

// secret is that of an appointment's own link, as its mails have it.
func (h *town) secret(id string) string {
	h.t.Helper()
	var secret string
	h.stores(func(tx hall.Tx) error {
		c, _, err := tx.Contact(id)
		secret = c.Secret
		return err
	})
	return secret
}

func (h *town) stores(fn func(hall.Tx) error) {
	h.t.Helper()
	if err := h.store.View(h.ctx, fn); err != nil {
		h.t.Fatal(err)
	}
}

// mails are an appointment's, as "kind state", oldest first.
func (h *town) mails(id string) []string {
	h.t.Helper()
	var all []string
	h.stores(func(tx hall.Tx) error {
		mails, err := tx.MailsOf(id)
		for _, m := range mails {
			all = append(all, string(m.Kind)+" "+string(m.State))
		}
		return err
	})
	slices.Sort(all)
	return all
}

func (h *town) letters() []hall.Letter {
	h.t.Helper()
	all, err := h.Letters(h.ctx, 100)
	if err != nil {
		h.t.Fatal(err)
	}
	return all
}

// free tells whether a citizen can have the slot.
func (h *town) free(start time.Time) bool {
	h.t.Helper()
	slots, err := h.FreeSlots(h.ctx, pass, queue.DayOf(start, berlin))
	if err != nil {
		h.t.Fatal(err)
	}
	return slices.ContainsFunc(slots, func(s booking.Slot) bool { return s.Start.Equal(start) })
}

func (h *town) wantFree(start time.Time, want bool) {
	h.t.Helper()
	if got := h.free(start); got != want {
		h.t.Errorf("at %v %v is free: %v", h.clock.Now(), start, got)
	}
}

func (h *town) sweep() {
	h.t.Helper()
	if err := h.Lapse(h.ctx); err != nil {
		h.t.Fatal(err)
	}
}
