package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"westerkappeln.de/wartemarke/internal/wire"
)

// Twenty terminals' worth of the same request at once, under one key: one ticket.
func TestSameKeyAtOnce(t *testing.T) {
	w, ctx := newTown(t), t.Context()
	var mu sync.Mutex
	seen := map[string]int{}
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			got, err := w.kiosk.TakeTicket(ctx, "one", wire.TakeTicket{Service: "ausweis"})
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			seen[got.ID+" "+got.Number+" "+got.URL]++
		})
	}
	wg.Wait()
	if len(seen) != 1 {
		t.Errorf("answers: %v", seen)
	}
	list, err := w.clerk.Tickets(ctx, "", "")
	if err != nil || len(list) != 1 {
		t.Errorf("tickets: %+v, %v", list, err)
	}
}

func TestKeys(t *testing.T) {
	w, ctx := newTown(t), t.Context()
	first, err := w.kiosk.TakeTicket(ctx, "k", wire.TakeTicket{Service: "ausweis"})
	w.must(err)
	if _, err := w.kiosk.TakeTicket(ctx, "k", wire.TakeTicket{Service: "heirat"}); code(err) != "key_reused" {
		t.Errorf("another request under the key: %v", err)
	}
	if _, err := w.kiosk.CheckIn(ctx, "k", wire.CheckIn{Code: "x"}); code(err) != "key_reused" {
		t.Errorf("another route under the key: %v", err)
	}
	other, err := w.clerk.TakeTicket(ctx, "k", wire.TakeTicket{Service: "ausweis"})
	if err != nil || other.ID == first.ID {
		t.Errorf("another asker's key: %+v, %v", other, err)
	}
	for key, want := range map[string]int{
		strings.Repeat("k", 128): http.StatusCreated,
		strings.Repeat("k", 129): http.StatusUnprocessableEntity,
		"with blank":             http.StatusUnprocessableEntity,
		"schlüssel":              http.StatusUnprocessableEntity,
	} {
		status, _, body := w.request(w.staff, "kiosk", "POST", "/api/v1/tickets", `{"service":"ausweis"}`, "Idempotency-Key", key)
		if status != want {
			t.Errorf("key %.20s: %d %s", key, status, body)
		}
	}
}

// Two clerks who call at the same moment get different numbers, and one number goes to exactly one of them.
func TestTwoClerksAtOnce(t *testing.T) {
	w, ctx := newTown(t), t.Context()
	w.must(w.clerk.OpenCounter(ctx, "", "c1"))
	w.must(w.lead.OpenCounter(ctx, "", "c2"))
	ticket, err := w.kiosk.TakeTicket(ctx, "", wire.TakeTicket{Service: "ausweis"})
	w.must(err)
	errs := make([]error, 2)
	var wg sync.WaitGroup
	wg.Go(func() { _, errs[0] = w.clerk.Call(ctx, "", "c1", wire.Call{Ticket: ticket.Number}) })
	wg.Go(func() { _, errs[1] = w.lead.Call(ctx, "", "c2", wire.Call{Ticket: ticket.ID}) })
	wg.Wait()
	got := fmt.Sprint(code(errs[0]), " ", code(errs[1]))
	if got != "no error already_called" && got != "already_called no error" {
		t.Errorf("got %s", got)
	}
}
