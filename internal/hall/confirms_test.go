package hall_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/queue"
)

// ask registers somebody for a slot and gives it back, as somebody does who wants nothing but the mail.
func (h *town) ask(start time.Time, mail string) error {
	h.t.Helper()
	held := h.hold(start)
	_, err := h.Register(h.ctx, citizen, held.Secret, hall.Person{Name: "N", Mail: mail})
	if err := h.Release(h.ctx, citizen, held.Secret); err != nil {
		h.t.Fatal(err)
	}
	return err
}

// Whoever holds, registers and releases again and again sends a stranger 4 mails an hour and 10 a day.
func TestNobodyIsFloodedWithMails(t *testing.T) {
	h := newBookable(t, 1, 0)
	begin := h.clock.Now()
	sent := func(until time.Duration) (n int) {
		for i := 0; h.clock.Now().Sub(begin) < until; i++ {
			err := h.ask(nextWeek, []string{"erika@example.org", "Erika@EXAMPLE.org", fmt.Sprintf("erika+%d@example.org", i)}[i%3])
			if err == nil {
				n++
			} else if r := refusal(t, err, queue.TooMuch); r.Field != "mails" {
				t.Fatalf("%+v", r)
			}
			h.clock.pass(90 * time.Second)
		}
		return n
	}
	if n := sent(time.Hour); n != 4 {
		t.Errorf("%d mails in an hour", n)
	}
	if n := sent(24 * time.Hour); n != 6 {
		t.Errorf("%d more mails in a day", n)
	}
	if n := sent(48 * time.Hour); n != 10 {
		t.Errorf("%d mails in the second day", n)
	}
	if err := h.ask(nextWeek, "max@example.org"); err != nil {
		t.Errorf("another address: %v", err)
	}
}

// What is refused changes nothing: the slot is held still, and another address is taken.
func TestARefusedMailChangesNothing(t *testing.T) {
	h := newBookable(t, 1, 0)
	for range 4 {
		if err := h.ask(morning, erika.Mail); err != nil {
			t.Fatal(err)
		}
	}
	held := h.hold(morning)
	_, err := h.Register(h.ctx, citizen, held.Secret, erika)
	refusal(t, err, queue.TooMuch)
	if m, err := h.Mine(h.ctx, held.Secret); err != nil || m.Contact != nil || m.Appointment.State != "held" {
		t.Errorf("%+v, %v", m, err)
	}
	h.register(held.Secret, hall.Person{Name: "E", Mail: "max@example.org"})
	_, err = h.Register(h.ctx, citizen, held.Secret, erika) // as a correction
	refusal(t, err, queue.TooMuch)
	if m, err := h.Mine(h.ctx, held.Secret); err != nil || m.Contact.Mail != "max@example.org" || m.Appointment.Sequence != 0 {
		t.Errorf("%+v, %v", m, err)
	}
	if _, err := h.Confirm(h.ctx, citizen, h.secret(held.Appointment.ID)); err != nil {
		t.Errorf("the link of the mail that was sent: %v", err)
	}
	if _, err := h.Book(h.ctx, anna, pass, morning.Add(time.Hour), erika); err != nil {
		t.Errorf("staff: %v", err)
	}
}

// A mail that could not even be written to the disk counts for nobody.
func TestMailsOfAFullDiskDoNotCount(t *testing.T) {
	h := newBookable(t, 1, 0)
	store := &brimming{Store: h.store}
	h.Hall = h.over(store)
	held := h.hold(morning)
	store.full.Store(true)
	for range 20 {
		_, err := h.Register(h.ctx, citizen, held.Secret, erika)
		refusal(t, err, queue.DiskFull)
	}
	store.full.Store(false)
	h.register(held.Secret, erika)
	for i := range 4 {
		if err := h.ask(nextWeek, erika.Mail); (err == nil) != (i < 3) {
			t.Errorf("%d: %v", i, err)
		}
	}
}

// However many ask at once, the address gets four.
func TestMailsRace(t *testing.T) {
	h := newBookable(t, 1, 0)
	var secrets []string
	for i := range 20 {
		secrets = append(secrets, h.hold(morning.Add(time.Duration(i)*15*time.Minute)).Secret)
	}
	var sent atomic.Int32
	var wg sync.WaitGroup
	for _, secret := range secrets {
		wg.Go(func() {
			switch _, err := h.Register(h.ctx, citizen, secret, erika); {
			case err == nil:
				sent.Add(1)
			case !isCode(err, queue.TooMuch):
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if sent.Load() != 4 || len(h.letters()) != 4 {
		t.Errorf("%d sent, %d letters", sent.Load(), len(h.letters()))
	}
}
