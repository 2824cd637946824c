package hall_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/queue"
	"westerkappeln.de/wartemarke/internal/wire"
)

// fullStore is a store whose disk is full at commit, after all was done.
type fullStore struct{ hall.Store }

func (f fullStore) Update(ctx context.Context, fn func(hall.Tx) error) error {
	return f.Store.Update(ctx, func(tx hall.Tx) error {
		if err := fn(tx); err != nil {
			return err
		}
		return fmt.Errorf("commit: %w", hall.ErrFull)
	})
}

func TestFullDiskRefusesNewNumbersAndLosesNone(t *testing.T) {
	h := newTown(t)
	k := h.take("pass")
	a := h.book("pass", nine)
	full := h.over(fullStore{h.store})
	events := h.subscribe(h.seq())
	_, err := full.TakeTicket(h.ctx, kiosk, "pass", 0)
	refusal(t, err, queue.DiskFull)
	_, err = full.CheckIn(h.ctx, keyed(kiosk, "k"), string(a.Code), false)
	refusal(t, err, queue.DiskFull)
	d, err := full.Desk(h.ctx, "1")
	if err != nil || len(d.Waiting) != 1 || d.Waiting[0].Ticket.ID != k.ID {
		t.Errorf("the hall believes what was not written: %+v, %v", d.Waiting, err)
	}
	in, err := h.CheckIn(h.ctx, keyed(kiosk, "k"), string(a.Code), false) // with room again, the terminal asks again
	if err != nil || in.View.Ticket.Num != 2 {
		t.Errorf("%+v, %v", in.View.Ticket, err)
	}
	if e := read(t, events, 1)[0]; e.Number != "A002" {
		t.Errorf("published %+v", e)
	}
}

// The API repeats the hall's words; clients rely on them.
func TestEventTypesAreTheAPIs(t *testing.T) {
	for ours, theirs := range map[string]string{
		hall.EventWaiting: wire.TicketWaiting, hall.EventCalled: wire.TicketCalled, hall.EventRung: wire.TicketRung,
		hall.EventServing: wire.TicketServing, hall.EventParked: wire.TicketParked, hall.EventMissed: wire.TicketMissed,
		hall.EventFinished: wire.TicketFinished, hall.EventCancelled: wire.TicketCancelled, hall.EventExpired: wire.TicketExpired,
		hall.EventOpened: wire.CounterOpened, hall.EventClosed: wire.CounterClosed, hall.EventTrouble: wire.DeviceTrouble,
		hall.EventWell: wire.DeviceWell, hall.EventCatalogue: wire.CatalogueChange,
	} {
		if ours != theirs {
			t.Errorf("%s here, %s in the API", ours, theirs)
		}
	}
}

// brimming is a store whose disk a test fills and empties.
type brimming struct {
	hall.Store
	full atomic.Bool
}

func (b *brimming) Update(ctx context.Context, fn func(hall.Tx) error) error {
	if b.full.Load() {
		return fullStore{b.Store}.Update(ctx, fn)
	}
	return b.Store.Update(ctx, fn)
}

// A full disk is a trouble of the hall that clerks see and the log tells once, until something can be written again. A
// refusal says nothing of the disk.
func TestFullDiskIsATrouble(t *testing.T) {
	h := newTown(t)
	var log bytes.Buffer
	store := &brimming{Store: h.store}
	h.Hall = hall.New(hall.Config{Store: store, Location: berlin, Now: h.clock.Now, Running: h.clock.Running, Log: slog.New(slog.NewTextHandler(&log, nil))})
	words := func() (all []hall.Trouble) {
		t.Helper()
		all, err := h.Troubles(h.ctx)
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	if all := words(); len(all) != 0 || !h.FullSince().IsZero() {
		t.Fatalf("at first: %+v", all)
	}
	store.full.Store(true)
	began := h.clock.Now()
	for range 5 {
		if err := h.CommitCtx(h.ctx, "session", []byte("x"), began.Add(time.Hour)); err == nil { // any writing
			t.Fatal("written on a full disk")
		}
		h.clock.pass(time.Minute)
	}
	_, err := h.Ring(h.ctx, anna, "1") // nobody is called there
	if err == nil {
		t.Fatal("rang nobody")
	}
	d, err := h.Desk(h.ctx, "1")
	if err != nil {
		t.Fatal(err)
	}
	want := []hall.Trouble{{Device: "hall", Name: "hall", Word: hall.TroubleDiskFull, Since: began}}
	if diff := cmp.Diff(want, words()); diff != "" || len(d.Troubles) != 1 || !h.FullSince().Equal(began) {
		t.Error(diff)
	}
	store.full.Store(false)
	h.take("pass")
	if all := words(); len(all) != 0 || !h.FullSince().IsZero() {
		t.Errorf("with room again: %+v", all)
	}
	if n := strings.Count(log.String(), "\n"); n != 2 {
		t.Errorf("%d lines logged:\n%s", n, log.String())
	}
}

// What Run tries every second is not logged every second, whatever is wrong.
func TestLastingErrorIsLoggedOnce(t *testing.T) {
	h := newTown(t)
	var log bytes.Buffer
	store := &brimming{Store: h.store}
	full := hall.New(hall.Config{Store: store, Location: berlin, Now: h.clock.Now, Running: h.clock.Running, Log: slog.New(slog.NewTextHandler(&log, nil))})
	store.full.Store(true)
	h.clock.pass(24 * time.Hour) // a new day is due, and cannot be written
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithTimeout(t.Context(), 10*time.Minute)
		defer stop()
		if err := full.Run(ctx); ctx.Err() == nil {
			t.Error(err)
		}
	})
	if n := strings.Count(log.String(), "\n"); n != 1 || !strings.Contains(log.String(), "nothing can be written") {
		t.Errorf("logged:\n%s", log.String())
	}
}

func asRefusal(err error, r **queue.Refusal) bool { return errors.As(err, r) }
