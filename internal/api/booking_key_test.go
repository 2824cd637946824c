package api_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"westerkappeln.de/wartemarke/internal/wire"
)

// The same key gives the same answer; a refused person can be corrected under it; another request cannot have it.
func TestBookingUnderAKey(t *testing.T) {
	w, ctx := newTown(t, mailing), t.Context()
	const key = "0123456789abcdef"
	in := wire.Book{Hold: ask(at(9, 0)), Person: erika}
	wrong := in
	wrong.Mail = "erika"
	for range 2 {
		if _, err := w.citizen.Book(ctx, key, wrong); code(err) != "invalid" {
			t.Fatal(err)
		}
	}
	first, err := w.citizen.Book(ctx, key, in)
	w.must(err)
	again, err := w.citizen.Book(ctx, key, in)
	if err != nil || again.ID != first.ID || again.State != "unconfirmed" {
		t.Errorf("again: %+v, %v", again, err)
	}
	// A slip under the same key does not undo what stands.
	if _, err := w.citizen.Book(ctx, key, wrong); code(err) != "invalid" {
		t.Errorf("a slip: %v", err)
	}
	other := in
	other.Name = "Max Muster"
	w.forward(10 * time.Minute)
	if _, err := w.citizen.Book(ctx, key, other); code(err) != "key_reused" {
		t.Errorf("another person: %v", err)
	}
	other.Person, other.Start = erika, at(11, 0)
	if _, err := w.citizen.Book(ctx, key, other); code(err) != "key_reused" {
		t.Errorf("another time: %v", err)
	}
	w.forward(4 * time.Minute)
	if _, err := w.citizen.Book(ctx, "short", in); code(err) != "invalid" {
		t.Errorf("a key that others may have: %v", err)
	}
	if _, err := w.citizen.Confirm(ctx, "", w.secret()); err != nil {
		t.Errorf("confirm: %v", err)
	}
	list, err := w.clerk.Appointments(ctx, "2026-11-25")
	if err != nil || len(list) != 1 {
		t.Errorf("appointments: %+v, %v", list, err)
	}
	if _, err := w.citizen.Hold(ctx, "short", ask(at(14, 0))); code(err) != "invalid" {
		t.Errorf("hold with a short key: %v", err)
	}
}

// Twenty times the same booking at once, under one key: one appointment.
func TestSameBookingAtOnce(t *testing.T) {
	w, ctx := newTown(t, unlimited), t.Context()
	var mu sync.Mutex
	seen := map[string]int{}
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			b, err := w.citizen.Book(ctx, "0123456789abcdef", wire.Book{Hold: ask(at(9, 0)), Person: erika})
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			seen[b.ID+b.Code+b.Secret]++
		})
	}
	wg.Wait()
	if len(seen) != 1 {
		t.Errorf("answers: %v", seen)
	}
	if s, err := w.citizen.PublicSlots(ctx, ausweis, "2026-11-25", "2026-11-25"); err != nil || len(s.Slots) != 40 {
		t.Errorf("another lane is taken: %d, %v", len(s.Slots), err)
	}
}

// Refused again and again under one key, it says at last that the time has lapsed; a new key begins anew.
func TestManyRefusalsUnderOneKey(t *testing.T) {
	w, ctx := newTown(t, mailing), t.Context()
	for hour := range 4 {
		_, err := w.citizen.Book(ctx, "", wire.Book{Hold: ask(at(10+hour, 0)), Person: erika})
		w.must(err)
		w.forward(2 * time.Minute)
	}
	in := wire.Book{Hold: ask(at(9, 0)), Person: erika}
	var got []string
	for range 10 {
		_, err := w.citizen.Book(ctx, "0123456789abcdef", in)
		got = append(got, code(err))
		w.forward(2 * time.Minute)
	}
	if want := append(slices.Repeat([]string{"too_much"}, 8), "lapsed", "lapsed"); !slices.Equal(got, want) {
		t.Errorf("refused: %v", got)
	}
	in.Mail = "max@example.org"
	if _, err := w.citizen.Book(ctx, "fedcba9876543210", in); err != nil {
		t.Errorf("under a new key: %v", err)
	}
}
