package hall_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/queue"
)

// Who needs longer for the form gets ten times more, and then the slot is free for others.
func TestExtend(t *testing.T) {
	h := newBookable(t, 1, 0)
	held := h.hold(morning)
	for i := range 10 {
		h.clock.pass(10*time.Minute - time.Second)
		a, err := h.Extend(h.ctx, citizen, held.Secret)
		if err != nil || a.State != booking.Held || a.Code != "" || !a.Until.Equal(h.clock.Now().Add(10*time.Minute)) {
			t.Fatalf("%d: %+v, %v", i, a, err)
		}
		h.wantFree(morning, false)
	}
	_, err := h.Extend(h.ctx, citizen, held.Secret)
	if r := refusal(t, err, queue.TooMuch); r.Field != "time" {
		t.Errorf("%+v", r)
	}
	m, _ := h.confirmed(held.Secret, erika)
	if m.Appointment.Sequence != 0 {
		t.Errorf("a calendar would take it for one that was moved: %+v", m.Appointment)
	}
	_, err = h.Extend(h.ctx, citizen, held.Secret)
	refusal(t, err, queue.WrongState)
}

func TestExtendRefuses(t *testing.T) {
	h := newBookable(t, 1, 0)
	_, err := h.Extend(h.ctx, citizen, "nothing")
	refusal(t, err, queue.Lapsed)
	gone := h.hold(morning)
	h.clock.pass(10 * time.Minute)
	_, err = h.Extend(h.ctx, citizen, gone.Secret) // not deleted yet
	refusal(t, err, queue.Lapsed)
	h.wantFree(morning, true)
	held := h.hold(morning)
	h.register(held.Secret, erika)
	_, err = h.Extend(h.ctx, citizen, held.Secret)
	refusal(t, err, queue.WrongState)
	_, err = h.Extend(h.ctx, citizen, h.secret(held.Appointment.ID)) // the mail's link is not the browser's
	refusal(t, err, queue.Lapsed)
}

// A slot is not kept beyond its own time.
func TestExtendUntilTheStart(t *testing.T) {
	h := newBookable(t, 1, 0)
	start := nine.Add(30 * time.Minute)
	held := h.hold(start)
	for range 3 {
		h.clock.pass(9 * time.Minute)
		if a, err := h.Extend(h.ctx, citizen, held.Secret); err != nil || a.Until.After(start) {
			t.Fatal(a, err)
		}
	}
	h.clock.until(start)
	_, err := h.Extend(h.ctx, citizen, held.Secret)
	refusal(t, err, queue.Lapsed)
}

// The same key extends once; without one, two tabs at once get ten extensions in all, whichever asks.
func TestExtendOnceAndAtOnce(t *testing.T) {
	h := newBookable(t, 1, 0)
	held := h.hold(morning)
	key := keyed(citizen, "0123456789abcdef")
	first, err := h.Extend(h.ctx, key, held.Secret)
	h.clock.pass(time.Minute)
	again, err2 := h.Extend(h.ctx, key, held.Secret)
	if err != nil || err2 != nil || !again.Until.Equal(first.Until) {
		t.Errorf("%v, %v: %v, %v", first.Until, again.Until, err, err2)
	}
	halls := []*hall.Hall{h.Hall, h.beside()}
	var given atomic.Int32
	var wg sync.WaitGroup
	for i := range 30 {
		wg.Go(func() {
			switch _, err := halls[i%2].Extend(h.ctx, citizen, held.Secret); {
			case err == nil:
				given.Add(1)
			case !isCode(err, queue.TooMuch):
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if given.Load() != 9 {
		t.Errorf("%d extensions after the first", given.Load())
	}
}
