package flow

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"westerkappeln.de/wartemarke/internal/wire"
)

// crowd sends any message at any time and answers requests as a good or a dead hall would.
type crowd struct {
	desk
	open   []Ask // attempts that wait for their answer
	keys   int
	prints map[string]int
	// first holds what was first asked with a key: repeating must not change it.
	first map[string]string
}

func (c *crowd) do(t *rapid.T, msg Msg) {
	before := c.m
	c.send(msg)
	if before.Flight == nil && c.m.Flight == nil && c.m.Screen == Checking {
		t.Fatalf("checking without a request after %T", msg)
	}
	c.note(t, c.got)
}

func (c *crowd) note(t *rapid.T, effects []Effect) {
	for _, e := range effects {
		switch e := e.(type) {
		case Ask:
			var what string
			if e.CheckIn != nil {
				what = fmt.Sprint(*e.CheckIn)
			} else {
				what = fmt.Sprint(*e.Take)
			}
			if was, ok := c.first[e.Key]; ok && was != what {
				t.Fatalf("key %s means %s and %s", e.Key, was, what)
			}
			c.first[e.Key] = what
			c.open = append(c.open, e)
			if len(c.open) > 1 {
				t.Fatalf("two requests at once: %+v", c.open)
			}
			if e.Within <= 0 || e.Within > GiveUpAfter {
				t.Fatalf("an attempt of %v", e.Within)
			}
		case Print:
			if c.prints[e.Job]++; c.prints[e.Job] > 1 {
				t.Fatalf("job %s printed twice", e.Job)
			}
		}
	}
	c.check(t)
}

// check holds after every message.
func (c *crowd) check(t *rapid.T) {
	m := c.m
	if (m.Screen == Checking) != (m.Flight != nil) {
		t.Fatalf("screen %v with request %v", m.Screen, m.Flight)
	}
	if m.Screen == Done && m.Result.Ticket.ID == "" {
		t.Fatal("done without a ticket")
	}
	if m.Screen == Sorry && m.Sorry.Problem.Code == "" {
		t.Fatal("sorry for nothing")
	}
	ends := m.Screen != Start && m.Screen != OutOfService && m.Screen != Checking
	if ends && m.Deadline.IsZero() {
		t.Fatalf("screen %v never goes", m.Screen)
	}
	if m.Settings != m.Default && m.Deadline.IsZero() && m.Screen != Checking {
		t.Fatalf("settings %+v stay for ever on %v", m.Settings, m.Screen)
	}
	list := m.Screen == Languages || m.Screen == Departments || m.Screen == Services
	if list && (m.Choice.Page < 0 || m.Choice.Page >= m.Pages()) {
		t.Fatalf("page %d of %d", m.Choice.Page, m.Pages())
	}
	if len(m.Queue) > queueMax {
		t.Fatalf("%d codes queued", len(m.Queue))
	}
}

func (c *crowd) key() string {
	c.keys++
	return fmt.Sprint("k", c.keys)
}

// answer ends the open attempt somehow.
func (c *crowd) answer(t *rapid.T) {
	if len(c.open) == 0 {
		return
	}
	a := c.open[0]
	c.open = nil
	out := Answered{Key: a.Key}
	tk := wire.Ticket{
		ID: "t" + a.Key, Number: "A001",
		State: rapid.SampledFrom([]string{wire.StateWaiting, wire.StateCalled, wire.StateParked}).Draw(t, "state"),
	}
	switch rapid.SampledFrom([]string{"gone", "problem", "good", "good"}).Draw(t, "answer") {
	case "problem":
		out.Problem = &wire.Problem{
			Code:   rapid.SampledFrom([]string{"too_early", "wrong_day", "not_found", "bad_code", "cancelled", "closed"}).Draw(t, "code"),
			WalkIn: rapid.Bool().Draw(t, "walkIn"),
		}
	case "good":
		if a.CheckIn != nil {
			out.CheckedIn = &wire.CheckedIn{Ticket: tk, Notice: rapid.SampledFrom([]string{wire.NoticeOnTime, wire.NoticeLate, wire.NoticeAgain}).Draw(t, "notice")}
		} else {
			out.Ticket = &tk
		}
	}
	c.do(t, out)
}

// pass lets time go by. The terminal ends every attempt within its time.
func (c *crowd) pass(t *rapid.T, d time.Duration) {
	for end := c.now.Add(d); c.now.Before(end); {
		c.note(t, c.wait(250*time.Millisecond, 250*time.Millisecond))
		if len(c.open) > 0 && c.now.Sub(c.m.Flight.Since) >= GiveUpAfter {
			a := c.open[0]
			c.open = nil
			c.do(t, Answered{Key: a.Key})
		}
	}
}

func anyMsg(t *rapid.T, c *crowd) Msg {
	codes := []string{"A", "B", "C", "K7M4X2QX9P"}
	touches := []Msg{
		Home{}, Back{}, More{}, TypeCode{}, Choose{}, Choose{Pickup: true}, Department{ID: "a"}, Department{ID: "b"}, Department{ID: "?"},
		Turn{By: 1}, Turn{By: -1}, Backspace{}, TurnKeys{}, ChooseLanguage{}, SetLanguage{Lang: "en"}, ToggleLarge{}, ToggleContrast{},
		Unreached{}, Loaded{Kiosk: testHall()}, Loaded{}, PaperDone{Job: c.m.Result.Job, Printed: true}, PaperDone{Job: c.m.Result.Job},
		Happened{Event: wire.Event{Type: wire.TicketCalled, Ticket: c.m.Result.Ticket.ID}}, Answered{Key: "nobody's"},
	}
	i := rapid.IntRange(0, len(touches)+5).Draw(t, "msg")
	if i < len(touches) {
		return touches[i]
	}
	key := c.key()
	return []Msg{
		Scanned{Code: rapid.SampledFrom(codes).Draw(t, "code"), Key: key},
		Symbol{R: rune(rapid.SampledFrom([]byte(foreignSymbols+"ß")).Draw(t, "symbol")), Key: key},
		Submit{Key: key}, WalkIn{Key: key}, Reprint{Key: key},
		Service{ID: rapid.SampledFrom([]string{"a0", "a7", "b0", "p0", "?"}).Draw(t, "service"), Key: key},
	}[i-len(touches)]
}

// Whatever happens: nothing panics, one request at a time, no job twice, and in the end the start screen with nothing of
// anybody on it.
func TestAnything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := &crowd{desk: *newDesk(), prints: map[string]int{}, first: map[string]string{}}
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			switch rapid.IntRange(0, 9).Draw(t, "what") {
			case 0, 1:
				c.answer(t)
			case 2:
				c.pass(t, time.Duration(rapid.IntRange(1, 90_000).Draw(t, "ms"))*time.Millisecond)
			default:
				c.do(t, anyMsg(t, c))
			}
		}
		// Everybody leaves, the hall is well.
		for range 400 {
			if len(c.open) > 0 {
				a := c.open[0]
				c.open = nil
				c.do(t, Answered{Key: a.Key, Problem: &wire.Problem{Code: "not_found"}})
			}
			c.do(t, Loaded{Kiosk: testHall()})
			c.pass(t, 2*time.Second)
		}
		if m := c.m; m.Screen != Start || m.Settings != m.Default || m.Entry != (Entry{}) || m.Result.Ticket.ID != "" ||
			m.Sorry.Code != "" || len(m.Queue) > 0 || m.Warned {
			t.Fatalf("left behind: %v %+v", m.Screen, m)
		}
	})
}

// Update must not touch the model it was given: the screen may still be painting it.
func TestUpdateLeavesTheOldModelAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := &crowd{desk: *newDesk()}
		c.send(Scanned{Code: "A", Key: "a"}, Scanned{Code: "B", Key: "b"}, Scanned{Code: "C", Key: "c"})
		old, queue := c.m, slices.Clone(c.m.Queue)
		flight := *c.m.Flight
		for range rapid.IntRange(1, 10).Draw(t, "steps") {
			c.send(anyMsg(t, c))
			c.now = c.now.Add(time.Duration(rapid.IntRange(0, 7000).Draw(t, "ms")) * time.Millisecond)
		}
		if !slices.Equal(old.Queue, queue) || *old.Flight != flight {
			t.Fatal("an old model changed")
		}
	})
}
