package board_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"westerkappeln.de/wartemarke/display/board"
	"westerkappeln.de/wartemarke/internal/wire"
)

// world is a hall, a line that may be cut, and a board at its end. It keeps its own books of what must be announced,
// from the hall's log alone.
type world struct {
	hallNow, boardNow time.Time
	log               []wire.Event // everything that happened; Seq = index+1
	tickets           map[string]wire.Announced

	board     *board.Board
	connected bool
	delivered int // events of the log that the board has seen
	boundary  int // events of the log that happened before the last connect
	connectAt time.Time
	atConnect map[string]wire.Announced

	pending  map[int64]bool // must be announced, in this order; false: may be
	said     map[int64]bool
	speaking bool
}

func newWorld() *world {
	start := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	return &world{
		hallNow: start, boardNow: start.Add(7 * time.Hour), // a display whose clock is wrong must work all the same
		tickets: map[string]wire.Announced{}, board: &board.Board{}, pending: map[int64]bool{}, said: map[int64]bool{},
	}
}

func (w *world) happen(kind string, a wire.Announced) {
	e := wire.Event{
		Seq: int64(len(w.log) + 1), Type: kind, At: w.hallNow,
		Ticket: a.Ticket, Number: a.Number, Counter: a.Counter, Place: a.Place, Area: a.Area,
	}
	w.log = append(w.log, e)
	switch kind {
	case wire.TicketCalled, wire.TicketRung:
		a.State, a.At, a.Seq = wire.StateCalled, e.At, e.Seq
		w.tickets[a.Ticket] = a
	case wire.TicketServing:
		a = w.tickets[a.Ticket]
		a.State = wire.StateServing
		w.tickets[a.Ticket] = a
	default:
		delete(w.tickets, a.Ticket)
	}
}

func (w *world) act(t *rapid.T) {
	id := fmt.Sprintf("t%d", rapid.IntRange(0, 4).Draw(t, "ticket"))
	a, open := w.tickets[id]
	switch {
	case !open:
		c := rapid.IntRange(1, 2).Draw(t, "counter")
		w.happen(wire.TicketCalled, wire.Announced{
			Ticket: id, Number: "A00" + id[1:], Counter: fmt.Sprint(c), Place: wire.Text{"de": fmt.Sprintf("Platz %d", c)}, Area: "a",
		})
	case a.State == wire.StateCalled:
		w.happen(rapid.SampledFrom([]string{
			wire.TicketRung, wire.TicketRung, wire.TicketServing, wire.TicketWaiting, wire.TicketMissed, wire.TicketParked,
		}).Draw(t, "then"), a)
	default:
		w.happen(rapid.SampledFrom([]string{wire.TicketFinished, wire.TicketWaiting}).Draw(t, "then"), a)
	}
}

func (w *world) pass(d time.Duration) {
	w.hallNow, w.boardNow = w.hallNow.Add(d), w.boardNow.Add(d)
}

func (w *world) snapshot() wire.Board {
	s := wire.Board{Seq: int64(len(w.log)), At: w.hallNow, Areas: []wire.Area{{ID: "a"}}}
	for _, a := range w.tickets {
		s.Calls = append(s.Calls, a)
	}
	slices.SortFunc(s.Calls, func(x, y wire.Announced) int { return int(y.Seq - x.Seq) })
	return s
}

// connect brings the line up. whole says that the board can only take the snapshot, not resume.
func (w *world) connect(whole bool) {
	s := w.snapshot()
	w.atConnect = map[string]wire.Announced{}
	for _, c := range s.Calls {
		w.atConnect[c.Ticket] = c
	}
	after := w.board.Connected(s, w.boardNow)
	if whole {
		for seq := range w.pending {
			e := w.log[seq-1]
			c, ok := w.atConnect[e.Ticket]
			switch {
			case !ok || c.State != wire.StateCalled || c.Counter != e.Counter:
				delete(w.pending, seq)
			case !w.sameCall(e, c):
				w.pending[seq] = false // called anew to the same place: the snapshot cannot tell
			}
		}
		for _, c := range s.Calls {
			if c.State == wire.StateCalled && int(c.Seq) > w.delivered && s.At.Sub(c.At) < board.Fresh {
				w.pending[c.Seq] = true
			}
		}
		w.delivered = len(w.log)
	}
	w.connected, w.boundary, w.connectAt = true, len(w.log), w.hallNow
	if after != int64(w.delivered) {
		panic(fmt.Sprintf("follow after %d, last seen is %d", after, w.delivered))
	}
}

// sameCall tells whether nothing ended the call between e and the announcement c.
func (w *world) sameCall(e wire.Event, c wire.Announced) bool {
	for _, l := range w.log[e.Seq:c.Seq] {
		if l.Ticket == e.Ticket && l.Type != wire.TicketRung {
			return false
		}
	}
	return true
}

func (w *world) deliver() {
	e := w.log[w.delivered]
	w.delivered++
	w.board.Event(e, w.boardNow)
	if e.Type != wire.TicketCalled && e.Type != wire.TicketRung {
		for seq := range w.pending {
			if w.log[seq-1].Ticket == e.Ticket {
				delete(w.pending, seq)
			}
		}
		return
	}
	if w.delivered <= w.boundary {
		c, ok := w.atConnect[e.Ticket]
		old := w.connectAt.Sub(e.At) >= board.Fresh
		if old || !ok || c.State != wire.StateCalled || c.Counter != e.Counter {
			return
		}
	}
	w.pending[e.Seq] = true
}

func (w *world) next(t *rapid.T) {
	a, ok := w.board.Next()
	if w.speaking {
		if ok {
			t.Fatalf("announcement %d begins over another", a.Seq)
		}
		return
	}
	for _, seq := range w.due() {
		if !ok || seq < a.Seq {
			if w.pending[seq] {
				t.Fatalf("announcement %d is lost: Next gave %v (%v)", seq, a.Seq, ok)
			}
			continue
		}
	}
	if !ok {
		return
	}
	if _, due := w.pending[a.Seq]; !due || w.said[a.Seq] {
		t.Fatalf("announcement %d is not due (said before: %v)", a.Seq, w.said[a.Seq])
	}
	if e := w.log[a.Seq-1]; a.Number != e.Number || a.Counter != e.Counter {
		t.Fatalf("announced %v, called was %v", a, e)
	}
	delete(w.pending, a.Seq)
	w.said[a.Seq], w.speaking = true, true
}

func (w *world) due() []int64 {
	var seqs []int64
	for s := range w.pending {
		seqs = append(seqs, s)
	}
	slices.Sort(seqs)
	return seqs
}

// TestEveryFreshCallIsAnnouncedOnce: whatever happens on the line, each call or ring that is fresh and whose ticket is
// still called when its turn comes is announced exactly once, in order, and never over another.
func TestEveryFreshCallIsAnnouncedOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld()
		reset, started := false, false
		t.Repeat(map[string]func(*rapid.T){
			"act":  w.act,
			"act2": w.act,
			"pass": func(t *rapid.T) {
				w.pass(time.Duration(rapid.IntRange(1, 50).Draw(t, "seconds")) * time.Second)
			},
			"cut": func(*rapid.T) { w.connected = false },
			"connect": func(*rapid.T) {
				w.connect(!started || reset)
				started, reset = true, false
			},
			"reset": func(t *rapid.T) {
				if !w.connected {
					return
				}
				if _, snapshot := w.board.Event(wire.Event{Type: wire.Reset}, w.boardNow); !snapshot {
					t.Fatal("a reset asks for no snapshot")
				}
				reset, w.connected = true, false
			},
			"deliver": func(t *rapid.T) {
				if !w.connected || w.delivered == len(w.log) {
					return
				}
				w.deliver()
			},
			"again": func(t *rapid.T) {
				if w.delivered == 0 || !started {
					return
				}
				i := rapid.IntRange(0, w.delivered-1).Draw(t, "old event")
				if changed, _ := w.board.Event(w.log[i], w.boardNow); changed {
					t.Fatalf("event %d changed something the second time", i+1)
				}
			},
			"next": w.next,
			"done": func(t *rapid.T) {
				if !w.speaking {
					return
				}
				w.board.Done()
				w.speaking = false
			},
			"": func(t *rapid.T) { checkView(t, w) },
		})
		if w.speaking {
			w.board.Done()
			w.speaking = false
		}
		for range len(w.pending) + 1 { // all that is due comes, one by one
			w.next(t)
			w.board.Done()
			w.speaking = false
		}
		for seq, must := range w.pending {
			if must {
				t.Fatalf("announcement %d never came", seq)
			}
		}
	})
}

// checkView: no ticket twice, called above served, newest first; and when all was delivered, exactly the hall's calls.
func checkView(t *rapid.T, w *world) {
	v := w.board.View(w.boardNow)
	seen := map[string]bool{}
	for i, r := range v.Rows {
		if seen[r.Ticket] {
			t.Fatalf("ticket %s has two rows", r.Ticket)
		}
		seen[r.Ticket] = true
		if i == 0 {
			continue
		}
		if p := v.Rows[i-1]; (p.Serving && !r.Serving) || (p.Serving == r.Serving && p.Seq < r.Seq) {
			t.Fatalf("row %d (%v) stands under row %v", i, r, p)
		}
	}
	if !w.connected || w.delivered < len(w.log) {
		return
	}
	for id, a := range w.tickets {
		if a.State == wire.StateCalled && !seen[id] {
			t.Fatalf("called ticket %s is not shown", id)
		}
	}
	for _, r := range v.Rows {
		a, ok := w.tickets[r.Ticket]
		if !ok || r.Serving != (a.State == wire.StateServing) || r.Counter != a.Counter || r.Seq != a.Seq {
			t.Fatalf("shown %v, hall has %v (%v)", r, a, ok)
		}
	}
}
