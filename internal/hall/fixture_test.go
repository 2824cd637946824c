package hall_test

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/catalogue"
	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/queue"
	"westerkappeln.de/wartemarke/internal/store/sqlite"
)

var berlin = func() *time.Location {
	loc, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		panic(err)
	}
	return loc
}()

// nine is a Tuesday at 09:00 with the hall open.
var nine = time.Date(2026, 11, 24, 9, 0, 0, 0, berlin)

// testClock is set by hand. pass is time that passes, jump a clock that is set.
type testClock struct {
	mu      sync.Mutex
	now     time.Time
	running time.Duration
}

func (c *testClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *testClock) Running() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.running
}

func (c *testClock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now, c.running = c.now.Add(d), c.running+d
}

func (c *testClock) until(t time.Time) { c.pass(t.Sub(c.Now())) }

func (c *testClock) jump(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// town is a hall on a real SQLite file.
type town struct {
	*hall.Hall
	t     testing.TB
	ctx   context.Context
	clock *testClock
	path  string
	mail  bool // can be sent
	store *sqlite.Store
}

var (
	operator = hall.Command{Actor: hall.Actor{Kind: hall.Operator}}
	kiosk    = hall.Command{Actor: hall.Actor{Kind: hall.Device, ID: "kiosk-1", Area: "foyer"}}
	anna     = clerk("anna", hall.Clerk)
	bert     = clerk("bert", hall.Clerk)
	lead     = clerk("lea", hall.Lead)
)

func clerk(name string, role hall.Role) hall.Command {
	return hall.Command{Actor: hall.Actor{Kind: hall.Staff, ID: name, Role: role}}
}

func keyed(c hall.Command, key string) hall.Command {
	c.Key = key
	return c
}

// newTown opens a hall with the sample catalogue on Tuesday at nine.
func newTown(t testing.TB) *town {
	t.Helper()
	h := &town{t: t, ctx: context.Background(), clock: &testClock{now: nine}, path: filepath.Join(t.TempDir(), "hall.db")}
	h.open()
	t.Cleanup(func() {
		if err := h.store.Close(); err != nil {
			t.Error(err)
		}
	})
	if _, err := h.ApplyCatalogue(h.ctx, operator, sample(), false); err != nil {
		t.Fatal(err)
	}
	return h
}

func (h *town) open() {
	h.t.Helper()
	store, err := sqlite.Open(h.ctx, h.path)
	if err != nil {
		h.t.Fatal(err)
	}
	h.store, h.Hall = store, h.over(store)
}

func (h *town) over(store hall.Store) *hall.Hall {
	return hall.New(hall.Config{Store: store, Location: berlin, Now: h.clock.Now, Running: h.clock.Running, Mail: h.mail})
}

// restart is a killed process and a new one.
func (h *town) restart() {
	h.t.Helper()
	if err := h.store.Close(); err != nil {
		h.t.Fatal(err)
	}
	h.open()
}

// beside is another process on the same file.
func (h *town) beside() *hall.Hall {
	h.t.Helper()
	store, err := sqlite.Open(h.ctx, h.path)
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() {
		if err := store.Close(); err != nil {
			h.t.Error(err)
		}
	})
	return h.over(store)
}

// sample is a small town: walk-ins all day on every day but Sunday.
func sample() catalogue.Catalogue {
	all := []string{"pass", "umzug", "abholung"}
	name := func(s string) catalogue.Text { return catalogue.Text{"de": s} }
	return catalogue.Catalogue{
		Departments: []catalogue.Department{{ID: "amt", Name: name("Amt")}},
		Areas:       []catalogue.Area{{ID: "foyer", Name: name("Foyer")}, {ID: "og", Name: name("Obergeschoss")}},
		Series:      []catalogue.Series{{Letter: "A", DailyLimit: 500}, {Letter: "B", DailyLimit: 3}},
		Services: []catalogue.Service{
			{ID: "pass", Department: "amt", Series: "A", Area: "foyer", Name: name("Pass"), Minutes: 12, WalkIn: true, Appointment: true},
			{ID: "umzug", Department: "amt", Series: "A", Area: "foyer", Name: name("Umzug"), Minutes: 15, WalkIn: true, Appointment: true},
			{ID: "abholung", Department: "amt", Series: "B", Area: "og", Name: name("Abholung"), Minutes: 5, WalkIn: true, WalkInDueMinutes: 15},
			{ID: "trauung", Department: "amt", Series: "A", Area: "og", Name: name("Trauung"), Minutes: 60, Appointment: true},
		},
		Counters: []catalogue.Counter{
			{ID: "1", Label: name("Schalter 1"), Area: "foyer", Services: all},
			{ID: "2", Label: name("Schalter 2"), Area: "foyer", Services: all},
			{ID: "3", Label: name("Zimmer 3"), Area: "og", Services: []string{"trauung", "pass"}},
		},
		Openings: []catalogue.Opening{{
			Departments: []string{"amt"}, Days: []string{"mon", "tue", "wed", "thu", "fri", "sat"}, From: "08:00", To: "18:00",
			Capacity: 2, SlotMinutes: 15, WalkIn: true,
		}},
	}
}

func (h *town) book(service string, start time.Time) booking.Appointment {
	h.t.Helper()
	a, err := h.AddAppointment(h.ctx, operator, []queue.Visit{{ID: service, Quantity: 1}}, start, "", "")
	if err != nil {
		h.t.Fatal(err)
	}
	return a
}

func (h *town) take(service string) queue.Ticket {
	h.t.Helper()
	taken, err := h.TakeTicket(h.ctx, kiosk, service, 0)
	if err != nil {
		h.t.Fatal(err)
	}
	return taken.View.Ticket
}

func (h *town) openCounter(c hall.Command, counter string) {
	h.t.Helper()
	if err := h.OpenCounter(h.ctx, c, counter); err != nil {
		h.t.Fatal(err)
	}
}

func (h *town) next(c hall.Command, counter string) queue.Ticket {
	h.t.Helper()
	called, err := h.Next(h.ctx, c, counter, false)
	if err != nil {
		h.t.Fatal(err)
	}
	return called.View.Ticket
}

func (h *town) act(c hall.Command, t queue.Ticket, a queue.Action) queue.Ticket {
	h.t.Helper()
	v, err := h.Do(h.ctx, c, t.ID, queue.Change{Action: a})
	if err != nil {
		h.t.Fatalf("%s %s: %v", a, t.Number(), err)
	}
	return v.Ticket
}

func (h *town) ticket(id string) queue.Ticket {
	h.t.Helper()
	v, err := h.Ticket(h.ctx, id)
	if err != nil {
		h.t.Fatal(err)
	}
	return v.Ticket
}

// events are all events stored after seq.
func (h *town) events(after int64) []hall.Event {
	h.t.Helper()
	var all []hall.Event
	err := h.store.View(h.ctx, func(tx hall.Tx) error {
		var err error
		all, err = tx.Events(after, 1<<20)
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return all
}

func (h *town) seq() int64 {
	h.t.Helper()
	seq, err := h.Seq(h.ctx)
	if err != nil {
		h.t.Fatal(err)
	}
	return seq
}

// refusal wants a refusal with this code.
func refusal(t testing.TB, err error, code queue.Code) *queue.Refusal {
	t.Helper()
	var r *queue.Refusal
	if !errors.As(err, &r) || r.Code != code {
		t.Fatalf("got %v, want the refusal %s", err, code)
	}
	return r
}

func types(events []hall.Event) []string {
	var all []string
	for _, e := range events {
		all = append(all, e.Type)
	}
	return all
}
