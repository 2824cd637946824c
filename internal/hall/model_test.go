package hall_test

import (
	"errors"
	"flag"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/queue"
	"westerkappeln.de/wartemarke/internal/store/sqlite"
)

// Random days in the hall: whatever people, devices, restarts and clocks do, what DOMAIN promises holds after every step.
func TestInvariantsHold(t *testing.T) {
	few(t, "25")
	dir := t.TempDir()
	run := 0
	rapid.Check(t, func(rt *rapid.T) {
		run++
		h := &town{t: t, ctx: t.Context(), clock: &testClock{now: nine}, path: filepath.Join(dir, fmt.Sprint("hall", run, ".db"))}
		h.open()
		defer func() {
			if err := h.store.Close(); err != nil {
				rt.Error(err)
			}
		}()
		if _, err := h.ApplyCatalogue(h.ctx, operator, sample(), false); err != nil {
			rt.Fatal(err)
		}
		m := &model{town: h, numbers: map[string]string{}, states: map[string]queue.State{}, told: map[string]queue.State{}, seq: h.seq()}
		for range 4 {
			m.appointments = append(m.appointments, h.book("pass", nine.Add(time.Duration(len(m.appointments)*20)*time.Minute)))
		}
		rt.Repeat(map[string]func(*rapid.T){
			"take":     m.take,
			"check in": m.checkIn,
			"next":     m.next,
			"call":     m.call,
			"act":      m.act,
			"counter":  m.counter,
			"time":     m.time,
			"restart":  func(*rapid.T) { h.restart() },
			"":         m.check,
		})
	})
}

// few sets how many random runs a test makes that takes a while on a real disk; -rapid.checks=1000 looks further.
func few(t *testing.T, checks string) {
	t.Helper()
	f := flag.Lookup("rapid.checks")
	if f.Value.String() != f.DefValue {
		return
	}
	if err := f.Value.Set(checks); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.Value.Set(f.DefValue); err != nil {
			t.Error(err)
		}
	})
}

type model struct {
	*town
	appointments []booking.Appointment
	numbers      map[string]string      // day and number of each ticket ever given -> id
	states, told map[string]queue.State // as seen, and as the latest event said
	seq          int64
}

// fine lets refusals pass: they must change nothing, which check sees.
func (m *model) fine(t *rapid.T, err error) {
	var no *queue.Refusal
	if err != nil && !errors.As(err, &no) {
		t.Fatal(err)
	}
	if err != nil && no.Code == queue.Conflict {
		t.Fatalf("the database had to say no: %+v", no)
	}
}

func (m *model) take(t *rapid.T) {
	service := rapid.SampledFrom([]string{"pass", "umzug", "abholung", "nothing"}).Draw(t, "service")
	who := rapid.SampledFrom([]hall.Command{kiosk, anna, keyed(kiosk, "k1"), keyed(kiosk, "k2")}).Draw(t, "who")
	by := m.Hall
	if rapid.IntRange(0, 9).Draw(t, "process") == 0 { // a command beside the server
		store, err := sqlite.Open(m.ctx, m.path)
		if err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := store.Close(); err != nil {
				t.Error(err)
			}
		}()
		by = m.over(store)
	}
	_, err := by.TakeTicket(m.ctx, who, service, 0)
	m.fine(t, err)
}

func (m *model) checkIn(t *rapid.T) {
	a := rapid.SampledFrom(m.appointments).Draw(t, "appointment")
	_, err := m.CheckIn(m.ctx, kiosk, string(a.Code), rapid.Bool().Draw(t, "walk in"))
	m.fine(t, err)
}

func drawClerk(t *rapid.T) (hall.Command, string) {
	who := rapid.SampledFrom([]hall.Command{anna, bert, lead}).Draw(t, "clerk")
	return who, rapid.SampledFrom([]string{"1", "2", "3"}).Draw(t, "counter")
}

func (m *model) next(t *rapid.T) {
	who, counter := drawClerk(t)
	waiting := m.ofState(queue.Waiting)
	called, err := m.Next(m.ctx, who, counter, rapid.Bool().Draw(t, "finish"))
	m.fine(t, err)
	if err == nil && called.Nobody == nil && !slices.Contains(waiting, called.View.Ticket.ID) {
		t.Fatalf("%s did not wait", called.View.Ticket.Number())
	}
}

func (m *model) call(t *rapid.T) {
	who, counter := drawClerk(t)
	if id := m.any(t); id != "" {
		_, err := m.Call(m.ctx, who, counter, id)
		m.fine(t, err)
	}
}

func (m *model) act(t *rapid.T) {
	who, counter := drawClerk(t)
	id := m.any(t)
	if id == "" {
		return
	}
	if rapid.Bool().Draw(t, "own counter") {
		counter = ""
	}
	_, err := m.Do(m.ctx, who, id, queue.Change{
		Action: rapid.SampledFrom([]queue.Action{queue.Arrive, queue.NoShow, queue.Undo, queue.Park, queue.TakeBack, queue.Forward,
			queue.Finish, queue.Cancel, queue.Prioritize}).Draw(t, "action"),
		Counter: counter, Service: rapid.SampledFrom([]string{"pass", "trauung", "abholung"}).Draw(t, "service"),
		To: rapid.SampledFrom([]string{"", "3"}).Draw(t, "to"), Priority: rapid.IntRange(0, 3).Draw(t, "priority"),
	})
	m.fine(t, err)
}

func (m *model) counter(t *rapid.T) {
	who, counter := drawClerk(t)
	if rapid.IntRange(0, 3).Draw(t, "close") == 0 {
		m.fine(t, m.CloseCounter(m.ctx, who, counter))
		return
	}
	m.fine(t, m.OpenCounter(m.ctx, who, counter))
}

func (m *model) time(t *rapid.T) {
	switch rapid.IntRange(0, 9).Draw(t, "clock") {
	case 0:
		m.clock.pass(24 * time.Hour)
	case 1:
		m.clock.jump(time.Duration(rapid.IntRange(-3000, 3000).Draw(t, "minutes")) * time.Minute)
	case 2:
		m.fine(t, m.ConfirmClock(m.ctx, lead))
	default:
		m.clock.pass(time.Duration(rapid.IntRange(0, 20).Draw(t, "minutes")) * time.Minute)
	}
}

func (m *model) any(t *rapid.T) string {
	all, err := m.Tickets(m.ctx, "", "")
	if err != nil {
		t.Fatal(err)
	}
	if len(all) == 0 {
		return ""
	}
	return all[rapid.IntRange(0, len(all)-1).Draw(t, "ticket")].Ticket.ID
}

func (m *model) ofState(s queue.State) []string {
	all, err := m.Tickets(m.ctx, s, "")
	if err != nil {
		m.t.Fatal(err)
	}
	var ids []string
	for _, v := range all {
		ids = append(ids, v.Ticket.ID)
	}
	return ids
}

// check holds after every step.
func (m *model) check(t *rapid.T) {
	events := m.events(m.seq)
	for _, e := range events {
		if e.Seq != m.seq+1 {
			t.Fatalf("event %d follows %d", e.Seq, m.seq)
		}
		m.seq = e.Seq
		if e.Ticket != "" {
			m.told[e.Ticket] = e.State
		}
	}
	all, err := m.Tickets(m.ctx, "", "")
	if err != nil {
		t.Fatal(err)
	}
	at, booked := map[string]string{}, map[string]string{}
	waiting := 0
	for _, v := range all {
		k := v.Ticket
		number := string(k.Day) + k.Number()
		if id, given := m.numbers[number]; given && id != k.ID {
			t.Fatalf("%s was given twice", number)
		}
		m.numbers[number] = k.ID
		if k.State.AtCounter() {
			if at[k.Counter] != "" {
				t.Fatalf("%s and %s at counter %s", at[k.Counter], k.Number(), k.Counter)
			}
			at[k.Counter] = k.Number()
		}
		if k.Appointment != "" && k.State.Open() {
			if booked[k.Appointment] != "" {
				t.Fatalf("%s and %s for one appointment", booked[k.Appointment], k.Number())
			}
			booked[k.Appointment] = k.Number()
		}
		// A ticket of another day comes into sight again when the clock is set back: what was told of it then counts.
		if was := m.states[k.ID]; was != k.State && m.told[k.ID] != k.State {
			t.Fatalf("%s: %s → %s without an event", k.Number(), was, k.State)
		}
		m.states[k.ID] = k.State
		if k.State == queue.Waiting {
			waiting++
		}
		if k.State == queue.Waiting && v.Wait.High == 0 {
			t.Fatalf("%s waits, and nobody says how long", k.Number())
		}
	} // What the hall remembers is what the store has.
	d, err := m.Desk(m.ctx, "1")
	if err != nil || len(d.Waiting)+d.Others != waiting {
		t.Fatalf("the desk knows of %d and %d waiting, there are %d: %v", len(d.Waiting), d.Others, waiting, err)
	}
	if b, err := m.Board(m.ctx, nil); err != nil || len(b.Calls) != len(at) {
		t.Fatalf("the board shows %d calls, there are %d: %v", len(b.Calls), len(at), err)
	}
}
