package hall_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"westerkappeln.de/wartemarke/internal/hall"
)

const patience = 20 * time.Second // for what comes from another goroutine

// read takes n events, or fails when they do not come.
func read(t testing.TB, events <-chan hall.Event, n int) []hall.Event {
	t.Helper()
	timeout := time.After(patience)
	var got []hall.Event
	for len(got) < n {
		select {
		case e, ok := <-events:
			if !ok {
				t.Fatalf("closed after %d of %d events", len(got), n)
			}
			got = append(got, e)
		case <-timeout:
			t.Fatalf("%d of %d events came", len(got), n)
		}
	}
	return got
}

func gapless(t testing.TB, events []hall.Event, after int64) {
	t.Helper()
	for _, e := range events {
		if e.Seq != after+1 {
			t.Fatalf("event %d follows %d", e.Seq, after)
		}
		after = e.Seq
	}
}

func (h *town) subscribe(after int64) <-chan hall.Event {
	h.t.Helper()
	events, ok, cancel, err := h.Subscribe(h.ctx, after)
	if err != nil || !ok {
		h.t.Fatal(ok, err)
	}
	h.t.Cleanup(cancel)
	return events
}

// Writers in this process and another, and readers who come at any time: each reader has every event once, in order.
func TestEventsHaveNoGap(t *testing.T) {
	h := newTown(t)
	ctx, stop := context.WithCancel(h.ctx)
	ran := make(chan error, 1)
	go func() { ran <- h.Run(ctx) }()
	beside := h.beside()

	const writers, each = 4, 15
	start := h.seq()
	total := writers * each
	var wg sync.WaitGroup
	for w := range writers {
		by := h.Hall
		if w%2 == 1 {
			by = beside
		}
		wg.Go(func() {
			for range each {
				if _, err := by.TakeTicket(h.ctx, anna, "pass", 0); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for range 20 {
		wg.Go(func() {
			after, err := h.Seq(h.ctx)
			if err != nil {
				t.Error(err)
				return
			}
			events, ok, cancel, err := h.Subscribe(h.ctx, after)
			if err != nil || !ok {
				t.Error(ok, err)
				return
			}
			defer cancel()
			gapless(t, read(t, events, int(start)+total-int(after)), after)
		})
	}
	wg.Wait()
	gapless(t, read(t, h.subscribe(0), int(start)+total), 0)
	gapless(t, h.events(0), 0)

	last := h.subscribe(h.seq())
	stop()
	if err := <-ran; err != context.Canceled {
		t.Error(err)
	}
	if _, open := <-last; open {
		t.Error("a subscription outlives the hall")
	}
}

func TestOwnChangesArePublishedAtOnce(t *testing.T) {
	h := newTown(t) // without Run, so nothing polls
	events := h.subscribe(h.seq())
	k := h.take("pass")
	if e := read(t, events, 1)[0]; e.Type != "ticket.waiting" || e.Number != k.Number() || e.Waiting[0].Count != 1 || e.Waiting[0].Wait.High == 0 {
		t.Errorf("%+v", e)
	}
}

func TestSubscribeSaysWhenToReset(t *testing.T) {
	h := newTown(t)
	h.take("pass")
	for after, want := range map[int64]bool{0: true, 1: true, h.seq(): true, h.seq() + 1: false, -1: false} {
		_, ok, cancel, err := h.Subscribe(h.ctx, after)
		if err != nil || ok != want {
			t.Errorf("after %d: %v, %v", after, ok, err)
		}
		cancel()
	}
	h.clock.pass(100 * time.Hour)
	ctx, stop := context.WithCancel(h.ctx)
	events := h.subscribe(h.seq())
	ran := make(chan error, 1)
	go func() { ran <- h.Run(ctx) }() // it forgets old events, then ends the day
	last := read(t, events, 1)[0]
	stop()
	<-ran
	if last.Type != "ticket.expired" {
		t.Errorf("%+v", last)
	}
	_, ok, cancel, err := h.Subscribe(h.ctx, 1)
	cancel()
	if err != nil || ok {
		t.Errorf("event 2 is gone: %v, %v", ok, err)
	}
}

func TestSlowReadersAreDropped(t *testing.T) {
	h := newTown(t)
	slow := h.subscribe(h.seq())
	first := h.take("pass")
	got := read(t, slow, 1)
	// More events than the hub keeps, whatever part of them the reader's goroutine has taken already.
	for range 5 {
		if err := h.store.Update(h.ctx, func(tx hall.Tx) error {
			for range 1700 {
				if _, err := tx.AppendEvent(hall.Event{Type: "device.well", At: nine}); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		h.take("pass")
	}
	if got[0].Number != first.Number() {
		t.Errorf("%+v", got[0])
	}
	timeout := time.After(patience)
	for open := true; open; {
		select {
		case e, more := <-slow:
			if open = more; open {
				got = append(got, e)
			}
		case <-timeout:
			t.Fatal("not dropped")
		}
	}
	gapless(t, got, got[0].Seq-1)
	rest := h.subscribe(got[len(got)-1].Seq)
	gapless(t, read(t, rest, int(h.seq()-got[len(got)-1].Seq)), got[len(got)-1].Seq)
}

func TestTwoThousandReaders(t *testing.T) {
	h := newTown(t)
	var wg sync.WaitGroup
	for range 2000 {
		events := h.subscribe(h.seq())
		wg.Go(func() { read(t, events, 10) })
	}
	start := time.Now()
	for range 10 {
		h.take("pass")
	}
	took := time.Since(start)
	wg.Wait()
	t.Logf("10 tickets took %v with 2,000 readers", took)
}

func TestEventsOfAVisit(t *testing.T) {
	h := newTown(t)
	seq := h.seq()
	k := h.take("abholung") // upstairs
	h.openCounter(anna, "1")
	h.next(anna, "1")
	if _, err := h.Ring(h.ctx, anna, "1"); err != nil {
		t.Fatal(err)
	}
	h.act(anna, k, "arrive")
	h.act(anna, k, "park")
	h.act(anna, k, "take_back")
	h.next(anna, "1")
	h.act(anna, k, "finish")
	if err := h.CloseCounter(h.ctx, anna, "1"); err != nil {
		t.Fatal(err)
	}
	want := []string{"ticket.waiting", "counter.opened", "ticket.called", "ticket.rung", "ticket.serving", "ticket.parked",
		"ticket.waiting", "ticket.called", "ticket.finished", "counter.closed"}
	events := h.events(seq)
	if got := types(events); !slices.Equal(got, want) {
		t.Fatalf("%v", got)
	}
	call := events[2]
	if !slices.Equal(call.Areas, []string{"og", "foyer"}) || call.Area != "og" || call.Place["de"] != "Schalter 1" || len(call.Waiting) != 2 {
		t.Errorf("%+v", call)
	}
	for _, e := range events {
		if e.Number != k.Number() && e.Counter != "1" {
			t.Errorf("event %d is of %q", e.Seq, e.Number)
		}
	}
}

func TestBoardShowsTheLatestAnnouncementFirst(t *testing.T) {
	h := newTown(t)
	a, b := h.take("abholung"), h.take("pass")
	h.openCounter(anna, "1")
	h.openCounter(bert, "2")
	h.next(anna, "1")
	h.clock.pass(time.Minute)
	h.next(bert, "2")
	h.clock.pass(time.Minute)
	if _, err := h.Ring(h.ctx, anna, "1"); err != nil {
		t.Fatal(err)
	}
	board, err := h.Board(h.ctx, []string{"foyer", "attic"})
	if err != nil {
		t.Fatal(err)
	}
	if len(board.Calls) != 2 || board.Calls[0].Number != a.Number() || board.Calls[1].Number != b.Number() || board.Calls[0].Seq != h.seq() {
		t.Errorf("%+v", board.Calls)
	}
	if !slices.Equal(board.Unknown, []string{"attic"}) || len(board.Areas) != 1 || board.Seq != h.seq() {
		t.Errorf("%+v", board)
	}
	if upstairs, err := h.Board(h.ctx, []string{"og"}); err != nil || len(upstairs.Calls) != 1 {
		t.Errorf("the ticket's own area: %+v, %v", upstairs.Calls, err)
	}
}

func BenchmarkPublishTo2000(b *testing.B) {
	h := newTown(b)
	for range 2000 {
		events := h.subscribe(h.seq())
		go func() {
			for range events { // a browser that keeps up
			}
		}()
	}
	for b.Loop() { // one event each
		if err := h.CloseCounter(h.ctx, anna, "1"); err != nil {
			b.Fatal(err)
		}
		h.openCounter(anna, "1")
	}
}
