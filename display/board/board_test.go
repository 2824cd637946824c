package board_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"westerkappeln.de/wartemarke/display/board"
	"westerkappeln.de/wartemarke/internal/wire"
)

var nine = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

func event(seq int64, kind, number, counter string) wire.Event {
	return wire.Event{
		Seq: seq, Type: kind, At: nine, Ticket: "id-" + number, Number: number, Counter: counter,
		Place: wire.Text{"de": "Platz " + counter}, Area: "hall",
	}
}

func connected(b *board.Board, s wire.Board) *board.Board {
	if s.At.IsZero() {
		s.At = nine
	}
	b.Connected(s, nine)
	return b
}

// rows shows a view as short words: a served number stands in brackets.
func rows(v board.View) []string {
	var out []string
	for _, r := range v.Rows {
		s := r.Number + ">" + r.Counter
		if r.Serving {
			s = "(" + s + ")"
		}
		out = append(out, s)
	}
	return out
}

func TestRows(t *testing.T) {
	for _, c := range []struct {
		name   string
		events []wire.Event
		later  time.Duration
		want   []string
	}{
		{"nothing called", nil, 0, nil},
		{"newest on top", []wire.Event{
			event(1, wire.TicketCalled, "A001", "1"), event(2, wire.TicketCalled, "B001", "2"),
		}, 0, []string{"B001>2", "A001>1"}},
		{"ring moves up", []wire.Event{
			event(1, wire.TicketCalled, "A001", "1"), event(2, wire.TicketCalled, "B001", "2"), event(3, wire.TicketRung, "A001", "1"),
		}, 0, []string{"A001>1", "B001>2"}},
		{"called rows stay", []wire.Event{event(1, wire.TicketCalled, "A001", "1")}, 12 * time.Hour, []string{"A001>1"}},
		{"served goes below", []wire.Event{
			event(1, wire.TicketCalled, "A001", "1"), event(2, wire.TicketCalled, "B001", "2"), event(3, wire.TicketServing, "B001", "2"),
		}, 0, []string{"A001>1", "(B001>2)"}},
		{"served leaves", []wire.Event{
			event(1, wire.TicketCalled, "A001", "1"), event(2, wire.TicketServing, "A001", "1"),
		}, board.ServingStays, nil},
		{"served leaves though the clock jumped back", []wire.Event{
			event(1, wire.TicketCalled, "A001", "1"), event(2, wire.TicketServing, "A001", "1"),
		}, -time.Hour, nil},
		{"did not come", []wire.Event{
			event(1, wire.TicketCalled, "A001", "1"), event(2, wire.TicketWaiting, "A001", ""),
		}, 0, nil},
		{"called elsewhere", []wire.Event{
			event(1, wire.TicketCalled, "A001", "1"), event(2, wire.TicketWaiting, "A001", ""), event(3, wire.TicketCalled, "A001", "2"),
		}, 0, []string{"A001>2"}},
		{"the same event again", []wire.Event{
			event(1, wire.TicketCalled, "A001", "1"), event(2, wire.TicketMissed, "A001", ""), event(1, wire.TicketCalled, "A001", "1"),
		}, 0, nil},
		{"finish undone after the row left", []wire.Event{
			event(1, wire.TicketCalled, "A001", "1"), event(2, wire.TicketFinished, "A001", "1"), event(3, wire.TicketServing, "A001", "1"),
		}, 0, nil},
	} {
		b := connected(&board.Board{}, wire.Board{})
		for _, e := range c.events {
			b.Event(e, nine)
		}
		if d := cmp.Diff(c.want, rows(b.View(nine.Add(c.later)))); d != "" {
			t.Errorf("%s: rows differ (-want +got):\n%s", c.name, d)
		}
	}
}

func TestChangesTellsWhenAServedRowLeaves(t *testing.T) {
	b := connected(&board.Board{}, wire.Board{})
	b.Event(event(1, wire.TicketCalled, "A001", "1"), nine)
	if at, ok := b.Changes(nine); ok {
		t.Errorf("a called row leaves by itself at %v", at)
	}
	b.Event(event(2, wire.TicketServing, "A001", "1"), nine)
	at, ok := b.Changes(nine)
	if want := nine.Add(board.ServingStays); !ok || !at.Equal(want) {
		t.Errorf("Changes = %v %v, want %v", at, ok, want)
	}
	if _, ok := b.Changes(at); ok || len(b.View(at).Rows) != 0 {
		t.Error("the row is still there when it should leave")
	}
}

func TestLeadIsTheNumberBeingAnnounced(t *testing.T) {
	b := connected(&board.Board{}, wire.Board{})
	lead := func() string {
		if l := b.View(nine).Lead; l != nil {
			return l.Number
		}
		return ""
	}
	if got := lead(); got != "" {
		t.Errorf("lead of an empty board is %q", got)
	}
	b.Event(event(1, wire.TicketCalled, "A001", "1"), nine)
	b.Event(event(2, wire.TicketCalled, "B001", "2"), nine)
	for _, want := range []string{"A001", "B001"} {
		b.Next()
		if got := lead(); got != want {
			t.Errorf("lead while announcing %s is %q", want, got)
		}
		b.Done()
	}
	if got := lead(); got != "B001" {
		t.Errorf("lead afterwards is %q, want the newest", got)
	}
}

func TestRestartAnnouncesOnlyWhatIsFresh(t *testing.T) {
	call := func(number string, seq int64, age time.Duration, state string) wire.Announced {
		return wire.Announced{Ticket: "id-" + number, Number: number, Counter: "1", State: state, At: nine.Add(-age), Seq: seq}
	}
	b := connected(&board.Board{}, wire.Board{Seq: 9, Calls: []wire.Announced{
		call("A003", 8, 5*time.Second, wire.StateServing),
		call("A002", 7, 59*time.Second, wire.StateCalled),
		call("A001", 6, 60*time.Second, wire.StateCalled),
	}})
	a, ok := b.Next()
	if !ok || a.Number != "A002" {
		t.Fatalf("Next = %v %v, want A002", a, ok)
	}
	b.Done()
	if a, ok := b.Next(); ok {
		t.Errorf("then %v is announced too", a)
	}
	if d := cmp.Diff([]string{"A002>1", "A001>1", "(A003>1)"}, rows(b.View(nine))); d != "" {
		t.Error(d)
	}
}

// A hall restored from a backup counts from a lower number: its snapshot holds, and its events are not "old".
func TestHallThatWentBackInTime(t *testing.T) {
	b := connected(&board.Board{}, wire.Board{Seq: 500})
	if after := b.Connected(wire.Board{Seq: 20, At: nine}, nine); after != 20 {
		t.Errorf("follow after %d, want 20", after)
	}
	b.Event(event(21, wire.TicketCalled, "A001", "1"), nine)
	if _, ok := b.Next(); !ok {
		t.Error("the call is not announced")
	}
}

func TestLostKeepsRowsAndTheFirstTime(t *testing.T) {
	b := connected(&board.Board{}, wire.Board{})
	b.Event(event(1, wire.TicketCalled, "A001", "1"), nine)
	b.Lost(nine.Add(time.Minute))
	b.Lost(nine.Add(time.Hour))
	v := b.View(nine.Add(time.Hour))
	if !v.Lost.Equal(nine.Add(time.Minute)) || len(v.Rows) != 1 || !v.Ready {
		t.Errorf("view = %+v", v)
	}
	connected(b, wire.Board{Seq: 1})
	if v := b.View(nine); !v.Lost.IsZero() || len(v.Rows) != 1 {
		t.Errorf("after the line came back: %+v", v)
	}
}

func TestUnknownAreaIsNamedAndTheOthersGoOn(t *testing.T) {
	b := connected(&board.Board{}, wire.Board{
		Areas: []wire.Area{{ID: "hall"}}, Unknown: []string{"cellar"}, Waiting: []wire.Waiting{{Area: "hall", Count: 3}},
	})
	e := event(1, wire.TicketCalled, "A001", "1")
	e.Waiting = []wire.Waiting{{Area: "hall", Count: 2}, {Area: "elsewhere", Count: 9}}
	b.Event(e, nine)
	v := b.View(nine)
	if d := cmp.Diff([]string{"cellar"}, v.Unknown); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]wire.Waiting{{Area: "hall", Count: 2}}, v.Waiting); d != "" {
		t.Error(d)
	}
	if v.Lead == nil || v.Lead.Number != "A001" {
		t.Errorf("lead = %v", v.Lead)
	}
}

func TestNothingBeforeTheFirstSnapshot(t *testing.T) {
	var b board.Board
	changed, _ := b.Event(event(1, wire.TicketCalled, "A001", "1"), nine)
	if v := b.View(nine); changed || v.Ready || v.Lead != nil {
		t.Errorf("changed %v, view %+v", changed, v)
	}
}
