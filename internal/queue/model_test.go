package queue_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"westerkappeln.de/wartemarke/internal/queue"
)

// house is a small hall: a day's tickets at three counters, as hall keeps them, to see that the rules hold together.
type house struct {
	now     time.Time
	last    int
	tickets map[string]queue.Ticket
	seats   []queue.Seat
}

func newHouse() *house {
	return &house{now: noon, tickets: map[string]queue.Ticket{}, seats: []queue.Seat{
		{ID: "c1", Services: []string{"pass", "ausweis"}, Open: true},
		{ID: "c2", Services: []string{"pass"}, Open: true},
		{ID: "c3", Services: []string{"hund"}, Open: true},
	}}
}

func (h *house) at(counter string) []queue.Ticket {
	var here []queue.Ticket
	for _, t := range h.all() {
		if t.State.AtCounter() && t.Counter == counter {
			here = append(here, t)
		}
	}
	return here
}

func (h *house) all() []queue.Ticket {
	all := make([]queue.Ticket, 0, len(h.tickets))
	for i := 1; i <= len(h.tickets); i++ {
		all = append(all, h.tickets[fmt.Sprintf("t%d", i)])
	}
	return all
}

func (h *house) arrive(t *rapid.T) {
	open := func(n int) bool {
		return slices.ContainsFunc(h.all(), func(t queue.Ticket) bool { return t.Num == n && t.State.Open() })
	}
	n, err := queue.Number(h.last, open)
	if err != nil {
		t.Fatal(err)
	}
	service := rapid.SampledFrom(services).Draw(t, "service")
	ticket := waiting(n, 0, 0, service)
	ticket.Arrived, ticket.Due = h.now, rules.WalkInDue(h.now, 0)
	h.last, h.tickets[ticket.ID] = n, ticket
}

var actions = []queue.Action{
	queue.Call, queue.Ring, queue.Arrive, queue.NoShow, queue.Undo, queue.Park, queue.TakeBack, queue.Forward, queue.Finish,
	queue.Cancel, queue.Expire, queue.Prioritize,
}

// act lets any counter do anything to any ticket, most of which is refused.
func (h *house) act(t *rapid.T) {
	if len(h.tickets) == 0 {
		return
	}
	before := rapid.SampledFrom(h.all()).Draw(t, "ticket")
	counter := rapid.SampledFrom(h.seats).Draw(t, "counter").ID
	c := queue.Change{
		Action: rapid.SampledFrom(actions).Draw(t, "action"), At: h.now, Counter: counter,
		CounterFree: len(h.at(counter)) == 0,
		Service:     rapid.SampledFrom(services).Draw(t, "service"),
		To:          rapid.SampledFrom([]string{"", "c1", "c2", "c3"}).Draw(t, "to"),
		Priority:    rapid.IntRange(0, 2).Draw(t, "priority"),
	}
	after, err := rules.Apply(before, c)
	if err != nil {
		if codeOf(err) == "" {
			t.Fatalf("not a refusal: %v", err)
		}
		if diff := cmp.Diff(before, after); diff != "" {
			t.Fatalf("refused, and yet changed: %s", diff)
		}
		return
	}
	h.tickets[after.ID] = after
	if c.Action == queue.Call || c.Action == queue.Finish {
		h.undoRestores(t, before, after, c)
	}
}

func (h *house) undoRestores(t *rapid.T, before, after queue.Ticket, c queue.Change) {
	undone, err := rules.Apply(after, queue.Change{Action: queue.Undo, At: h.now, Counter: c.Counter, CounterFree: true})
	if err != nil {
		t.Fatal(err)
	}
	want := before
	if c.Action == queue.Finish && want.State == queue.Called {
		want.State, want.Served = queue.Serving, want.Called
	}
	want.Before, undone.Before = nil, nil
	if diff := cmp.Diff(want, undone); diff != "" {
		t.Fatalf("undo of %s (-want +got): %s", c.Action, diff)
	}
}

func (h *house) next(t *rapid.T) {
	seat := rapid.SampledFrom(h.seats).Draw(t, "counter")
	if len(h.at(seat.ID)) > 0 {
		return
	}
	choice, err := rules.Next(h.all(), seat, h.now)
	if err != nil {
		return
	}
	called, err := rules.Apply(choice.Ticket, queue.Change{Action: queue.Call, At: h.now, Counter: seat.ID, CounterFree: true})
	if err != nil {
		t.Fatalf("what Next gives cannot be called: %v", err)
	}
	h.tickets[called.ID] = called
}

func (h *house) check(t *rapid.T) {
	for _, s := range h.seats {
		if here := h.at(s.ID); len(here) > 1 {
			t.Fatalf("%s has %d tickets", s.ID, len(here))
		}
	}
	for _, x := range h.all() {
		has := x.State.AtCounter() || x.State == queue.Finished
		switch {
		case has != (x.Counter != ""):
			t.Fatalf("%s at counter %q", x.State, x.Counter)
		case x.Ended.IsZero() != x.State.Open():
			t.Fatalf("%s ended %v", x.State, x.Ended)
		case x.Attempts < 0 || x.Attempts > rules.MaxCalls:
			t.Fatalf("%d attempts", x.Attempts)
		case x.State != queue.Waiting && !x.LockedUntil.IsZero():
			t.Fatalf("%s and locked", x.State)
		case x.State == queue.Serving && x.Served.IsZero():
			t.Fatal("serving since never")
		case x.Why != queue.WhyTakeBack && !x.Due.Equal(x.Arrived.Add(45*time.Minute)):
			t.Fatalf("moved to %v", x.Due)
		}
	}
	if s := rules.EstimateAll(queue.Load{Tickets: h.all(), Seats: h.seats}, h.now); len(s) != h.count(queue.Waiting) {
		t.Fatalf("%d estimates for %d who wait", len(s), h.count(queue.Waiting))
	}
}

func (h *house) count(s queue.State) int {
	n := 0
	for _, t := range h.tickets {
		if t.State == s {
			n++
		}
	}
	return n
}

func TestAnySequenceOfActions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := newHouse()
		t.Repeat(map[string]func(*rapid.T){
			"":       h.check,
			"arrive": h.arrive,
			"act":    h.act,
			"next":   h.next,
			"wait": func(t *rapid.T) {
				h.now = h.now.Add(time.Duration(rapid.IntRange(0, 8).Draw(t, "minutes")) * time.Minute)
			},
		})
	})
}

// TestEverybodyIsServed: whatever the order of arrival, counters that only ever press "next" empty the hall.
func TestEverybodyIsServed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := newHouse()
		for range rapid.IntRange(1, 30).Draw(t, "people") {
			h.arrive(t)
			h.now = h.now.Add(time.Duration(rapid.IntRange(0, 5).Draw(t, "minutes")) * time.Minute)
		}
		for range 4*len(h.tickets) + 20 {
			h.now = h.now.Add(time.Minute)
			for _, s := range h.seats {
				choice, err := rules.Next(h.all(), s, h.now)
				if err != nil {
					continue
				}
				x := choice.Ticket
				for _, a := range []queue.Action{queue.Call, rapid.SampledFrom([]queue.Action{queue.NoShow, queue.Finish}).Draw(t, "outcome")} {
					if x, err = rules.Apply(x, queue.Change{Action: a, At: h.now, Counter: s.ID, CounterFree: true}); err != nil {
						t.Fatal(err)
					}
				}
				h.tickets[x.ID] = x
			}
		}
		if n := h.count(queue.Finished) + h.count(queue.Missed); n != len(h.tickets) {
			t.Fatalf("%d of %d were called", n, len(h.tickets))
		}
	})
}
