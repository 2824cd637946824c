package api_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"westerkappeln.de/wartemarke/internal/api/client"
	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/wire"
)

// watch follows the stream until the test ends.
func watch(t *testing.T, c *client.Client, area string, after int64) (events <-chan wire.Event, ended <-chan error) {
	t.Helper()
	out, end := make(chan wire.Event, 1000), make(chan error, 1)
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	go func() { end <- c.Watch(ctx, area, after, func(e wire.Event) { out <- e }) }()
	return out, end
}

func event(t *testing.T, from <-chan wire.Event) wire.Event {
	t.Helper()
	select {
	case e := <-from:
		return e
	case <-time.After(10 * time.Second):
		t.Fatal("no event")
	}
	return wire.Event{}
}

// From a snapshot on nothing is missed, while numbers are drawn all the time.
func TestSnapshotThenEvents(t *testing.T) {
	w, ctx := newTown(t), t.Context()
	const drawn = 40
	var draw sync.WaitGroup
	defer draw.Wait()
	draw.Go(func() {
		for i := range drawn {
			// By a clerk: a terminal stops when the wait gets longer than the day.
			if _, err := w.clerk.TakeTicket(ctx, fmt.Sprint(i), wire.TakeTicket{Service: "ausweis"}); err != nil {
				t.Error(err)
			}
		}
	})
	for count := 0; count < drawn; {
		b, err := w.display.Board(ctx, "eg")
		w.must(err)
		count = b.Waiting[0].Count
		events, _ := watch(t, w.display, "eg", b.Seq)
		for want := b.Seq + 1; count < drawn; want++ {
			e := event(t, events)
			if e.Seq != want {
				t.Fatalf("after snapshot %d: event %d, want %d", b.Seq, e.Seq, want)
			}
			if e.Type != wire.TicketWaiting {
				continue
			}
			count++
			if len(e.Waiting) != 1 || e.Waiting[0].Count != count {
				t.Fatalf("event %d: %+v waiting, want %d", e.Seq, e.Waiting, count)
			}
			if count%10 == 0 {
				break // and come back with a snapshot
			}
		}
	}
}

func TestEventsOfAnArea(t *testing.T) {
	w, ctx := newTown(t), t.Context()
	b, err := w.display.Board(ctx, "")
	w.must(err)
	if len(b.Areas) != 1 || b.Areas[0].ID != "eg" {
		t.Errorf("a display's board: %+v", b.Areas)
	}
	own, _ := watch(t, w.display, "", b.Seq) // its own area
	upper, _ := watch(t, w.display, "og,nowhere", b.Seq)
	all, _ := watch(t, w.clerk, "", b.Seq)

	for _, service := range []string{"ausweis", "heirat"} {
		_, err := w.kiosk.TakeTicket(ctx, "", wire.TakeTicket{Service: service})
		w.must(err)
	}
	w.must(w.kiosk.ReportStatus(ctx, wire.DeviceStatus{Troubles: []string{"paper_low"}}))
	for name, c := range map[string]struct {
		from <-chan wire.Event
		want []string
	}{
		"own":   {own, []string{"A001", "paper_low"}},
		"upper": {upper, []string{"B001", "paper_low"}},
		"all":   {all, []string{"A001", "B001", "paper_low"}},
	} {
		for _, want := range c.want {
			if e := event(t, c.from); e.Number+e.Trouble != want {
				t.Errorf("%s: %+v, want %s", name, e, want)
			}
		}
	}
}

// A call concerns the ticket's area and the counter's, and says where to go; it never holds a secret or a name.
func TestCallEvent(t *testing.T) {
	w, ctx := newTown(t), t.Context()
	w.must(w.lead.OpenCounter(ctx, "", "c2"))
	_, err := w.kiosk.TakeTicket(ctx, "", wire.TakeTicket{Service: "ausweis"})
	w.must(err)
	b, err := w.display.Board(ctx, "og")
	w.must(err)
	lower, _ := watch(t, w.display, "eg", b.Seq)
	upper, _ := watch(t, w.display, "og", b.Seq)
	_, err = w.lead.Next(ctx, "", "c2", wire.Next{})
	w.must(err)
	for _, from := range []<-chan wire.Event{lower, upper} {
		e := event(t, from)
		if e.Type != wire.TicketCalled || e.Number != "A001" || e.Counter != "c2" || e.Place["de"] != "Zimmer 12" || e.Place["en"] != "Room 12" {
			t.Errorf("got %+v", e)
		}
	}
}

func TestResetOverHTTP(t *testing.T) {
	w := newTown(t)
	seq, err := w.hall.Seq(t.Context())
	w.must(err)
	events, _ := watch(t, w.display, "", seq+1000)
	if e := event(t, events); e.Type != wire.Reset || e.Seq != seq {
		t.Errorf("got %+v, newest is %d", e, seq)
	}
	if _, err := w.kiosk.TakeTicket(t.Context(), "", wire.TakeTicket{Service: "ausweis"}); err != nil {
		t.Fatal(err)
	}
	if e := event(t, events); e.Seq != seq+1 {
		t.Errorf("after the reset: %+v", e)
	}
}

// The stream of a device that is unpaired ends soon, and nobody else's.
func TestUnpairedListener(t *testing.T) {
	w := newTown(t)
	w.api.SetRecheck(10 * time.Millisecond)
	_, ended := watch(t, w.display, "", 0)
	events, others := watch(t, w.kiosk, "", 0)
	for w.hub.Readers() < 2 {
		select {
		case err := <-ended:
			t.Fatal(err)
		case <-time.After(time.Millisecond):
		}
	}
	w.must(w.hall.Unpair(t.Context(), hall.Command{Actor: hall.Actor{Kind: hall.Operator}}, "board"))
	select {
	case <-ended:
	case <-time.After(10 * time.Second):
		t.Fatal("an unpaired display still listens")
	}
	if err := w.display.Watch(t.Context(), "", 0, nil); code(err) != "unauthorized" {
		t.Errorf("it comes back: %v", err)
	}
	if e := event(t, events); e.Seq != 1 {
		t.Errorf("the other's first event: %+v", e)
	}
	select {
	case err := <-others:
		t.Errorf("the other stream ended: %v", err)
	default:
	}
}

// When the server stops, streams end at once and Shutdown does not wait for them.
func TestShutdown(t *testing.T) {
	w := newTown(t)
	_, ended := watch(t, w.display, "", 0)
	for w.hub.Readers() == 0 {
		select {
		case err := <-ended:
			t.Fatal(err)
		case <-time.After(time.Millisecond):
		}
	}
	began := time.Now()
	w.stop()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	w.must(w.staff.Config.Shutdown(ctx))
	select {
	case err := <-ended:
		var p *wire.Problem
		if err == nil || errors.As(err, &p) {
			t.Errorf("stream ended with %v", err)
		}
	case <-ctx.Done():
		t.Error("the stream goes on")
	}
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("took %v", took)
	}
}

// A stream that cannot be opened any more is refused in a way that clients take for "not reachable".
func TestEventsAfterStop(t *testing.T) {
	w := newTown(t)
	w.stop()
	status, _, _ := w.request(w.staff, "display", "GET", "/api/v1/events", "")
	if status != http.StatusServiceUnavailable {
		t.Errorf("%d", status)
	}
	var p *wire.Problem
	if err := w.display.Watch(t.Context(), "", 0, nil); err == nil || errors.As(err, &p) {
		t.Errorf("got %v", err)
	}
}
