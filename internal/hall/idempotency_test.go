package hall_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/queue"
)

func TestARetryGetsTheSameAnswer(t *testing.T) {
	h := newTown(t)
	a := h.book("pass", nine)
	once := keyed(kiosk, "key-1")
	first, err := h.CheckIn(h.ctx, once, a.Code.QR(), false)
	if err != nil {
		t.Fatal(err)
	}
	seq := h.seq()
	h.openCounter(anna, "1")
	h.next(anna, "1") // the answer stays what it was
	for _, again := range []func(){func() {}, h.restart, func() { h.clock.pass(47 * time.Hour) }} {
		again()
		answer, err := h.CheckIn(h.ctx, once, a.Code.Display(), false) // the same code, read otherwise
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(first, answer); diff != "" {
			t.Errorf("another answer:\n%s", diff)
		}
	}
	if n := len(h.events(seq)); n != 4 { // opened, called; then the day's end: expired, closed
		t.Errorf("%d events: %v", n, types(h.events(seq)))
	}
}

func TestAKeyIsForOneRequest(t *testing.T) {
	h := newTown(t)
	once := keyed(kiosk, "key-1")
	first, err := h.TakeTicket(h.ctx, once, "pass", 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = h.TakeTicket(h.ctx, once, "umzug", 0)
	refusal(t, err, queue.KeyReused)
	_, err = h.CheckIn(h.ctx, once, "pass", false)
	refusal(t, err, queue.KeyReused)
	other := once
	other.Actor.ID = "kiosk-2"
	second, err := h.TakeTicket(h.ctx, other, "pass", 0)
	if err != nil || second.View.Ticket.ID == first.View.Ticket.ID {
		t.Errorf("another device's key: %v", err)
	}
}

func TestRefusalsAreNotKept(t *testing.T) {
	h := newTown(t)
	h.openCounter(anna, "1")
	once := keyed(anna, "key-1")
	_, err := h.Next(h.ctx, once, "1", false)
	refusal(t, err, queue.NobodyWaiting)
	h.take("pass")
	if _, err := h.Next(h.ctx, once, "1", false); err != nil {
		t.Errorf("the same key after a refusal: %v", err)
	}
}

func TestAnswersAreForgotten(t *testing.T) {
	h := newTown(t)
	once := keyed(kiosk, "key-1")
	first, err := h.TakeTicket(h.ctx, once, "pass", 0)
	if err != nil {
		t.Fatal(err)
	}
	h.clock.pass(48 * time.Hour)
	second, err := h.TakeTicket(h.ctx, once, "pass", 0)
	if err != nil || second.View.Ticket.ID == first.View.Ticket.ID {
		t.Errorf("after 48 h the key is free: %v", err)
	}
	var kept bool
	err = h.store.View(h.ctx, func(tx hall.Tx) error { _, kept, err = tx.Answer("device:kiosk-1", "key-1"); return err })
	if err != nil || !kept {
		t.Errorf("the new answer is kept: %v %v", kept, err)
	}
}
