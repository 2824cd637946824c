package display_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"westerkappeln.de/wartemarke/devices/voice"
	"westerkappeln.de/wartemarke/display"
	"westerkappeln.de/wartemarke/internal/i18n"
	"westerkappeln.de/wartemarke/internal/wire"
)

var errDown = errors.New("hall is down")

// fakeHall is a hall in memory. A line can be cut, the hall can be down, its event stream can be broken.
type fakeHall struct {
	mu       sync.Mutex
	events   []wire.Event
	calls    map[string]wire.Announced
	unknown  []string
	down     bool
	noStream bool
	change   chan struct{} // closed and renewed when anything changes
	cut      chan struct{}

	boards   []time.Time // when snapshots were asked for
	watched  []int64     // after
	statuses []wire.DeviceStatus
}

func newHall() *fakeHall {
	return &fakeHall{calls: map[string]wire.Announced{}, change: make(chan struct{}), cut: make(chan struct{})}
}

func (h *fakeHall) Board(_ context.Context, _ string) (wire.Board, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.boards = append(h.boards, time.Now())
	if h.down {
		return wire.Board{}, errDown
	}
	b := wire.Board{Seq: int64(len(h.events)), At: time.Now(), Unknown: h.unknown, Areas: []wire.Area{{ID: "hall"}}}
	for _, c := range h.calls {
		b.Calls = append(b.Calls, c)
	}
	return b, nil
}

func (h *fakeHall) Watch(ctx context.Context, _ string, after int64, on func(wire.Event)) error {
	h.mu.Lock()
	h.watched = append(h.watched, after)
	h.mu.Unlock()
	for {
		h.mu.Lock()
		if h.down || h.noStream {
			h.mu.Unlock()
			return errDown
		}
		news, change, cut := slices.Clone(h.events[after:]), h.change, h.cut
		h.mu.Unlock()
		for _, e := range news {
			on(e)
			after++
		}
		select {
		case <-change:
		case <-cut:
			return errDown
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (h *fakeHall) ReportStatus(_ context.Context, s wire.DeviceStatus) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.statuses = append(h.statuses, s)
	return nil
}

func (h *fakeHall) with(f func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	f()
	close(h.change)
	h.change = make(chan struct{})
}

func (h *fakeHall) happen(kind, number, counter string) {
	h.with(func() {
		e := wire.Event{
			Seq: int64(len(h.events) + 1), Type: kind, At: time.Now(), Ticket: "t" + number, Number: number, Counter: counter,
			Place: wire.Text{"de": "Platz " + counter, "en": "Counter " + counter}, Area: "hall",
		}
		h.events = append(h.events, e)
		switch kind {
		case wire.TicketCalled, wire.TicketRung:
			h.calls[e.Ticket] = wire.Announced{
				Ticket: e.Ticket, Number: number, Counter: counter, Place: e.Place, State: wire.StateCalled, At: e.At, Seq: e.Seq,
			}
		default:
			delete(h.calls, e.Ticket)
		}
	})
}

func (h *fakeHall) setDown(down bool) {
	h.with(func() {
		h.down = down
		close(h.cut)
		h.cut = make(chan struct{})
	})
}

// fakeVoice takes its time and writes down what it said.
type fakeVoice struct {
	mu    sync.Mutex
	takes time.Duration
	fails error
	said  []string
}

func (v *fakeVoice) Announce(ctx context.Context, ps ...voice.Phrase) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, p := range ps {
		v.said = append(v.said, p.Lang+": "+p.Text)
	}
	select {
	case <-time.After(v.takes):
	case <-ctx.Done():
	}
	return v.fails
}

// fakeScreen keeps the last state. It is used on the thread of Post only.
type fakeScreen struct {
	state  display.State
	shows  int
	blinks []bool
}

func (s *fakeScreen) Show(state display.State) { s.state, s.shows = state, s.shows+1 }
func (s *fakeScreen) Highlight(inverted bool)  { s.blinks = append(s.blinks, inverted) }

type rig struct {
	hall    *fakeHall
	voice   *fakeVoice
	screen  *fakeScreen
	journal bytes.Buffer
	post    chan func()
}

// run starts a display in a bubble of its own time, hands it to body, and ends it.
func run(t *testing.T, prepare func(*rig), body func(*rig)) {
	bundle, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		r := &rig{hall: newHall(), voice: &fakeVoice{takes: time.Second}, screen: &fakeScreen{}, post: make(chan func(), 1000)}
		if prepare != nil {
			prepare(r)
		}
		d := display.New(display.Options{
			Hall: r.hall, Area: "hall", Announcer: r.voice, Language: "de", Voice: []string{"de", "en"}, Bundle: bundle,
			Location: time.UTC, Screen: r.screen, Post: func(f func()) { r.post <- f }, Now: time.Now,
			Log: slog.New(slog.DiscardHandler), Journal: &r.journal,
		})
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() {
			d.Run(ctx)
			close(ended)
		}()
		r.after(0)
		body(r)
		stop()
		<-ended
	})
}

// after lets time pass and runs what is posted meanwhile, as the screen's thread would.
func (r *rig) after(d time.Duration) {
	end := time.After(d)
	for {
		synctest.Wait()
		select {
		case f := <-r.post:
			f()
			continue
		default:
		}
		select {
		case f := <-r.post:
			f()
		case <-end:
			synctest.Wait()
			if len(r.post) == 0 {
				return
			}
			end = time.After(0)
		}
	}
}

func (r *rig) numbers() (ns []string) {
	for _, row := range r.screen.state.Rows {
		ns = append(ns, row.Number)
	}
	return ns
}

func (r *rig) announced(t *testing.T) (out []string) {
	t.Helper()
	dec := json.NewDecoder(bytes.NewReader(r.journal.Bytes()))
	for dec.More() {
		var l struct {
			Seq                  int
			Number, Place, Event string
		}
		if err := dec.Decode(&l); err != nil {
			t.Fatal(err)
		}
		out = append(out, fmt.Sprintf("%s %d %s %s", l.Event, l.Seq, l.Number, l.Place))
	}
	return out
}

func TestAnnouncementsAreWholeAndInOrder(t *testing.T) {
	run(t, nil, func(r *rig) {
		r.voice.takes = 6 * time.Second
		r.hall.happen(wire.TicketCalled, "A017", "3")
		r.hall.happen(wire.TicketCalled, "B024", "1")
		r.after(time.Second)
		if d := cmp.Diff([]string{"B024", "A017"}, r.numbers()); d != "" {
			t.Errorf("both are shown at once: %s", d)
		}
		if got := r.screen.state.Lead.Number; got != "A017" {
			t.Errorf("large is %s, want the one being announced", got)
		}
		r.hall.happen(wire.TicketRung, "A017", "3")
		r.after(time.Minute)
		want := []string{
			"start 1 A017 Platz 3", "end 1 A017 Platz 3", "start 2 B024 Platz 1", "end 2 B024 Platz 1",
			"start 3 A017 Platz 3", "end 3 A017 Platz 3",
		}
		if d := cmp.Diff(want, r.announced(t)); d != "" {
			t.Error(d)
		}
		if d := cmp.Diff([]string{"de: A siebzehn, Platz 3", "en: A, seventeen, Counter 3"}, r.voice.said[:2]); d != "" {
			t.Error(d)
		}
	})
}

func TestNewestBlinksThreeTimesThenStandsStill(t *testing.T) {
	run(t, nil, func(r *rig) {
		r.hall.happen(wire.TicketCalled, "A017", "3")
		began := time.Now()
		var turned []time.Duration
		for seen := 0; time.Since(began) < 30*time.Second; r.after(50 * time.Millisecond) {
			if n := len(r.screen.blinks); n > seen {
				seen = n
				turned = append(turned, time.Since(began))
			}
		}
		if d := cmp.Diff([]bool{true, false, true, false, true, false}, r.screen.blinks); d != "" {
			t.Error(d)
		}
		for i := 2; i < len(turned); i += 2 {
			if turned[i]-turned[i-2] < time.Second/3 {
				t.Errorf("faster than 3 Hz: %v", turned)
			}
		}
	})
}

func TestResumesAfterTheLineWasLost(t *testing.T) {
	run(t, nil, func(r *rig) {
		r.hall.happen(wire.TicketCalled, "A001", "1")
		r.after(20 * time.Second)
		lostAt := time.Now()
		r.hall.setDown(true)
		r.hall.happen(wire.TicketCalled, "A002", "2") // old news when the line is back
		r.after(70 * time.Second)
		if !r.screen.state.Lost.Equal(lostAt) || len(r.numbers()) != 1 {
			t.Errorf("lost since %v, want %v; rows %v", r.screen.state.Lost, lostAt, r.numbers())
		}
		r.hall.happen(wire.TicketCalled, "A003", "3") // fresh
		r.after(10 * time.Second)
		r.hall.setDown(false)
		r.after(30 * time.Second)
		if !r.screen.state.Lost.IsZero() {
			t.Error("the mark stays")
		}
		if d := cmp.Diff([]string{"A003", "A002", "A001"}, r.numbers()); d != "" {
			t.Error(d)
		}
		if d := cmp.Diff([]int64{0, 1}, r.hall.watched); d != "" {
			t.Errorf("watched from: %s", d)
		}
		want := []string{"start 1 A001 Platz 1", "end 1 A001 Platz 1", "start 3 A003 Platz 3", "end 3 A003 Platz 3"}
		if d := cmp.Diff(want, r.announced(t)); d != "" {
			t.Error(d)
		}
	})
}

func TestBacksOff(t *testing.T) {
	run(t, func(r *rig) { r.hall.down = true }, func(r *rig) {
		r.after(5 * time.Minute)
		if r.screen.state.Ready || r.screen.state.Lost.IsZero() {
			t.Errorf("state %+v", r.screen.state)
		}
		n := len(r.hall.boards)
		if n < 50 || n > 70 {
			t.Errorf("%d attempts in 5 minutes", n)
		}
		if gap := r.hall.boards[1].Sub(r.hall.boards[0]); gap > time.Second {
			t.Errorf("first retry after %v", gap)
		}
	})
}

func TestShortBreakShowsNoMark(t *testing.T) {
	run(t, nil, func(r *rig) {
		r.after(10 * time.Second)
		r.hall.setDown(true)
		r.hall.setDown(false)
		for range 100 {
			r.after(50 * time.Millisecond)
			if !r.screen.state.Lost.IsZero() {
				t.Fatal("a line that broke for a moment shows the mark")
			}
		}
	})
}

func TestSnapshotsMustDoWhenTheStreamIsBroken(t *testing.T) {
	run(t, func(r *rig) { r.hall.noStream = true }, func(r *rig) {
		r.after(30 * time.Second)
		r.hall.happen(wire.TicketCalled, "A001", "1")
		r.after(30 * time.Second)
		if d := cmp.Diff([]string{"start 1 A001 Platz 1", "end 1 A001 Platz 1"}, r.announced(t)); d != "" {
			t.Error(d)
		}
	})
}

func TestResetTakesANewSnapshot(t *testing.T) {
	run(t, nil, func(r *rig) {
		r.after(10 * time.Second)
		r.hall.with(func() {
			r.hall.unknown = []string{"keller"}
			r.hall.events = append(r.hall.events, wire.Event{Seq: 1, Type: wire.CatalogueChange, At: time.Now()})
		})
		r.after(10 * time.Second)
		if d := cmp.Diff([]string{"keller"}, r.screen.state.Unknown); d != "" {
			t.Error(d)
		}
		last := r.hall.statuses[len(r.hall.statuses)-1]
		if d := cmp.Diff([]string{"area_unknown"}, last.Troubles); d != "" {
			t.Error(d)
		}
	})
}

func TestFailedSoundIsReportedUntilItWorksAgain(t *testing.T) {
	run(t, nil, func(r *rig) {
		troubles := func() []string { return r.hall.statuses[len(r.hall.statuses)-1].Troubles }
		r.voice.fails = errors.New("no sound card")
		r.hall.happen(wire.TicketCalled, "A001", "1")
		r.after(10 * time.Second)
		if d := cmp.Diff([]string{"sound_failed"}, troubles()); d != "" {
			t.Error(d)
		}
		r.voice.fails = nil
		r.hall.happen(wire.TicketCalled, "A002", "1")
		r.after(10 * time.Second)
		if len(troubles()) != 0 {
			t.Errorf("troubles %v", troubles())
		}
	})
}

func TestASlowVoiceDoesNotHoldTheBoardBack(t *testing.T) {
	run(t, nil, func(r *rig) {
		r.voice.takes = time.Hour
		r.hall.happen(wire.TicketCalled, "A001", "1")
		r.after(time.Second)
		r.hall.happen(wire.TicketCalled, "A002", "2")
		r.after(time.Second)
		if d := cmp.Diff([]string{"A002", "A001"}, r.numbers()); d != "" {
			t.Error(d)
		}
	}) // and ends at once, though it still speaks
}

func TestIdleBoardRedrawsOnlyItsClock(t *testing.T) {
	run(t, nil, func(r *rig) {
		r.after(10 * time.Second)
		before := r.screen.shows
		r.after(time.Hour)
		if n := r.screen.shows - before; n < 59 || n > 61 {
			t.Errorf("%d redraws in an hour, want one a minute", n)
		}
		if s := r.screen.state.Now; s.Second() > 1 {
			t.Errorf("the clock was last set at %v, want at the full minute", s)
		}
	})
}

func TestServedNumberLeavesInTime(t *testing.T) {
	run(t, nil, func(r *rig) {
		r.after(15 * time.Second) // the clock's own minute must not be what takes it away
		r.hall.happen(wire.TicketCalled, "A001", "1")
		r.hall.happen(wire.TicketServing, "A001", "1")
		r.after(59 * time.Second)
		if len(r.numbers()) != 1 {
			t.Error("left early")
		}
		r.after(2 * time.Second)
		if len(r.numbers()) != 0 {
			t.Error("still there")
		}
	})
}
