package flow

import (
	"strings"
	"testing"
	"time"

	"westerkappeln.de/wartemarke/internal/wire"
)

// A walk-in request that was given up may have made a ticket: the next one for the same service gets it, not a second.
func TestGivenUpWalkInIsAskedAgainUnderItsKey(t *testing.T) {
	for _, c := range []struct {
		name    string
		after   time.Duration
		service string
		want    string
	}{
		{"the same service soon after", time.Minute, "b0", "k"},
		{"another service", time.Minute, "a1", "k2"},
		{"long after", time.Hour, "b0", "k2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDesk()
			d.send(Choose{}, Department{ID: "b"}, Service{ID: "b0", Key: "k"})
			for d.m.Screen == Checking {
				d.send(Answered{Key: "k"})
				d.wait(500*time.Millisecond, 100*time.Millisecond)
			}
			d.on(t, OutOfService)
			d.send(Loaded{Kiosk: testHall()})
			d.wait(c.after, time.Second)
			d.send(Loaded{Kiosk: testHall()}, Choose{}, Department{ID: c.service[:1]}, Service{ID: c.service, Key: "k2"})
			if a := effect[Ask](t, d); a.Key != c.want {
				t.Fatalf("asked under %q, want %q", a.Key, c.want)
			}
			tk := waiting("w")
			d.send(Answered{Key: c.want, Ticket: &tk})
			d.on(t, Done)
			d.send(Home{}, Choose{}, Department{ID: "b"}, Service{ID: "b0", Key: "k3"})
			if a := effect[Ask](t, d); c.want == "k" && a.Key != "k3" {
				t.Errorf("the next person is asked for under %q", a.Key)
			}
		})
	}
}

// A finger that was meant for the screen before does nothing: older hands tap twice.
func TestDoubleTapChoosesNothing(t *testing.T) {
	for name, c := range map[string]struct {
		first, second Msg
		want          Screen
	}{
		"a department":  {Department{ID: "a"}, Service{ID: "a0", Key: "k"}, Services},
		"the end":       {Home{}, Choose{Pickup: true}, Start},
		"another page":  {Turn{By: 1}, Service{ID: "a6", Key: "k"}, Services},
		"to the keypad": {TypeCode{}, Home{}, EnterCode},
	} {
		t.Run(name, func(t *testing.T) {
			for pause := time.Duration(0); pause < Settle; pause += 50 * time.Millisecond {
				d := newDesk()
				switch c.first.(type) {
				case Department:
					d.send(Choose{})
				case Turn:
					d.send(Choose{}, Department{ID: "a"})
				case Home:
					tk := waiting("w")
					d.send(Scanned{Code: "X", Key: "s"}, Answered{Key: "s", CheckedIn: &wire.CheckedIn{Ticket: tk}})
				}
				d.send(c.first)
				d.wait(pause, pause)
				d.m, d.got = Update(d.m, c.second)
				if d.m.Screen != c.want || len(d.got) > 0 {
					t.Fatalf("after %v: screen %v, effects %v", pause, d.m.Screen, d.got)
				}
			}
		})
	}
}

// What the screen says of the ticket follows the hall as long as the person stands there.
func TestScreenFollowsItsTicket(t *testing.T) {
	for kind, want := range map[string]struct {
		screen Screen
		called bool
	}{
		wire.TicketCalled:    {Done, true},
		wire.TicketServing:   {Done, true},
		wire.TicketWaiting:   {Done, false},
		wire.TicketParked:    {Done, false},
		wire.TicketMissed:    {Start, false},
		wire.TicketCancelled: {Start, false},
		wire.TicketFinished:  {Start, false},
		wire.TicketExpired:   {Start, false},
	} {
		d := newDesk()
		tk := waiting("w")
		d.send(Scanned{Code: "X", Key: "s"}, Answered{Key: "s", CheckedIn: &wire.CheckedIn{Ticket: tk}},
			Happened{Event: wire.Event{Type: wire.TicketCalled, Ticket: "w", Place: wire.Text{"de": "Platz 1"}}},
			Happened{Event: wire.Event{Type: kind, Ticket: "w", State: strings.TrimPrefix(kind, "ticket.")}})
		if d.m.Screen != want.screen || d.m.Screen == Done && d.m.Result.Called() != want.called {
			t.Errorf("%s: screen %v, called %v", kind, d.m.Screen, d.m.Result.Called())
		}
	}
}

func TestWhatWasScannedIsTold(t *testing.T) {
	for code, want := range map[string]struct{ ticket, none, types bool }{
		"https://warten.example/ticket/3f9c2d7ae1b84c55": {true, true, false},
		"https://example.org/":                           {false, true, true},
		"K7M4X 2QX9P":                                    {false, false, true},
		"wm1k7m4x2qx9p":                                  {false, false, true},
		strings.Repeat("x", 512):                         {false, true, true},
	} {
		tr := Trouble{Problem: wire.Problem{Code: "bad_code"}, Code: code}
		if tr.IsTicket() != want.ticket || tr.IsNoCode() != want.none || tr.CanType() != want.types {
			t.Errorf("%.40s: ticket %v, no code %v, type %v", code, tr.IsTicket(), tr.IsNoCode(), tr.CanType())
		}
	}
}
