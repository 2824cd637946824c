//go:build ci

package kiosk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"westerkappeln.de/wartemarke/devices/escpos"
	"westerkappeln.de/wartemarke/devices/printer"
	"westerkappeln.de/wartemarke/internal/i18n"
	"westerkappeln.de/wartemarke/internal/wire"
	"westerkappeln.de/wartemarke/kiosk/flow"
)

// patience is how long a test waits for what must happen.
const patience = 10 * time.Second

// fakeHall answers as it is told, and tells what it was asked.
type fakeHall struct {
	mu       sync.Mutex
	down     bool
	checkIn  func(key string, in wire.CheckIn) (wire.CheckedIn, error)
	asked    []string // keys of check-ins, every attempt
	prints   chan string
	statuses chan wire.DeviceStatus
	events   chan wire.Event
}

func newFakeHall() *fakeHall {
	return &fakeHall{
		checkIn: func(string, wire.CheckIn) (wire.CheckedIn, error) {
			return wire.CheckedIn{Ticket: ticket(), Appointment: wire.Appointment{Start: *at(9, 20)}, Notice: wire.NoticeOnTime}, nil
		},
		prints: make(chan string, 16), statuses: make(chan wire.DeviceStatus, 64), events: make(chan wire.Event),
	}
}

var errGone = errors.New("connection refused")

func (h *fakeHall) set(change func(*fakeHall)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	change(h)
}

func (h *fakeHall) Kiosk(context.Context) (wire.Kiosk, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.down {
		return wire.Kiosk{}, errGone
	}
	return town(), nil
}

func (h *fakeHall) CheckIn(_ context.Context, key string, in wire.CheckIn) (wire.CheckedIn, error) {
	h.mu.Lock()
	h.asked = append(h.asked, key)
	answer := h.checkIn
	h.mu.Unlock()
	return answer(key, in)
}

func (h *fakeHall) TakeTicket(_ context.Context, key string, in wire.TakeTicket) (wire.Ticket, error) {
	tk := ticket()
	tk.Service = in.Service
	return tk, nil
}

func (h *fakeHall) ReportPrint(_ context.Context, key, id string, in wire.PrintOutcome) error {
	h.prints <- fmt.Sprintf("%s %s %s %s", id, in.Outcome, in.Evidence, in.Reason)
	return nil
}

func (h *fakeHall) ReportStatus(_ context.Context, in wire.DeviceStatus) error {
	h.statuses <- in
	return nil
}

func (h *fakeHall) Watch(ctx context.Context, _ string, _ int64, on func(wire.Event)) error {
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case e := <-h.events:
			on(e)
		}
	}
}

// fakePrinter prints as it is told.
type fakePrinter struct {
	result    printer.Result
	printed   chan printer.Job
	recovered []printer.Recovered
	told      chan string
	status    printer.Status
}

func (p *fakePrinter) Run(ctx context.Context) error { <-ctx.Done(); return nil }
func (p *fakePrinter) Print(_ context.Context, j printer.Job) printer.Result {
	p.printed <- j
	return p.result
}
func (p *fakePrinter) Recovered() []printer.Recovered { return p.recovered }
func (p *fakePrinter) Told(key string) error          { p.told <- key; return nil }
func (p *fakePrinter) Status() printer.Status         { return p.status }
func (p *fakePrinter) Watch(fn func(printer.Status)) func() {
	fn(p.status)
	return func() {}
}

// rig is a terminal with everything around it. Whatever is posted to the screen is run by the test itself.
type rig struct {
	*Terminal
	t     *testing.T
	hall  *fakeHall
	paper *fakePrinter
	later atomic.Int64 // how far the clock is ahead of the machine's
	scans chan string
	posts chan func()
	ids   int
}

func newRig(t *testing.T, change func(*Config, *rig)) *rig {
	t.Helper()
	bundle, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	a := test.NewTempApp(t)
	r := &rig{
		t: t, hall: newFakeHall(), scans: make(chan string), posts: make(chan func(), 256),
		paper: &fakePrinter{
			result: printer.Result{Outcome: printer.Printed, Evidence: printer.ByFence}, printed: make(chan printer.Job, 8),
			told: make(chan string, 8), status: printer.Status{State: printer.StateReady},
		},
	}
	var mu sync.Mutex
	cfg := Config{
		Hall: r.hall, Printer: r.paper, Texts: bundle, Now: r.now, SetTheme: a.Settings().SetTheme, Lang: "de",
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Version: "test",
		Post: func(f func()) { r.posts <- f },
		NewID: func() string {
			mu.Lock()
			defer mu.Unlock()
			r.ids++
			return fmt.Sprint("id", r.ids)
		},
		Scanner: func(ctx context.Context, on func(string), health func(bool)) error {
			health(true)
			for {
				select {
				case <-ctx.Done():
					return ctx.Err()
				case code := <-r.scans:
					on(code)
				}
			}
		},
	}
	if change != nil {
		change(&cfg, r)
	}
	r.Terminal = New(cfg)
	w := test.NewTempWindow(t, r.Content())
	w.SetPadded(false)
	w.Resize(fyne.NewSize(1080, 1920))
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		r.Run(ctx)
	}()
	t.Cleanup(func() {
		cancel()
		for {
			select {
			case <-r.posts: // nobody looks at the screen any more
			case <-ended:
				return
			case <-time.After(patience):
				t.Error("the terminal does not stop")
				return
			}
		}
	})
	r.until("the start screen", func() bool { return r.model.Screen == flow.Start })
	return r
}

// until runs what is posted to the screen until cond holds.
func (r *rig) now() time.Time { return time.Now().Add(time.Duration(r.later.Load())) }

func (r *rig) until(what string, cond func() bool) {
	r.t.Helper()
	limit := time.After(patience)
	for !cond() {
		select {
		case f := <-r.posts:
			f()
		case <-limit:
			r.t.Fatalf("never came to %s; screen is %v, result %+v", what, r.model.Screen, r.model.Result)
		}
	}
}

func (r *rig) screen(s flow.Screen) {
	r.t.Helper()
	r.until(s.String(), func() bool { return r.model.Screen == s })
}

// scan holds a code under the scanner.
func (r *rig) scan(code string) {
	r.t.Helper()
	for {
		select {
		case r.scans <- code:
			return
		case f := <-r.posts:
			f()
		case <-time.After(patience):
			r.t.Fatal("nobody reads the scanner")
		}
	}
}

// tap touches the visible button with that word.
func (r *rig) tap(word string) {
	r.t.Helper()
	r.later.Add(int64(flow.Settle)) // people look before they touch
	var found *button
	visible(r.Content(), func(o fyne.CanvasObject, _ rect) {
		if b, ok := o.(*button); ok && b.title == word {
			found = b
		}
	})
	if found == nil {
		r.t.Fatalf("no button %q on %v", word, r.model.Screen)
	}
	test.Tap(found)
}

func take[T any](t *testing.T, c <-chan T, r *rig) T {
	t.Helper()
	limit := time.After(patience)
	for {
		select {
		case v := <-c:
			return v
		case f := <-r.posts:
			f()
		case <-limit:
			t.Fatal("it never came")
		}
	}
}

func TestScanPrintsAndReports(t *testing.T) {
	r := newRig(t, nil)
	r.scan("WM1" + sampleCode)
	r.screen(flow.Done)
	job := take(t, r.paper.printed, r)
	if job.Key != ticket().ID {
		t.Errorf("job %q", job.Key)
	}
	if got := take(t, r.hall.prints, r); got != ticket().ID+" printed fence " {
		t.Errorf("reported %q", got)
	}
	r.until("the printed paper", func() bool { return r.model.Result.Paper == flow.Printed })
}

func TestNoPaperShowsTheNumber(t *testing.T) {
	for _, result := range []printer.Result{
		{Outcome: printer.NotPrinted, Evidence: printer.ByNone, Reason: printer.ReasonPaperOut},
		{Outcome: printer.Unknown, Evidence: printer.BySent, Reason: printer.ReasonTimeout},
	} {
		r := newRig(t, func(_ *Config, r *rig) { r.paper.result = result })
		r.scan(sampleCode)
		r.until("the failed paper", func() bool { return r.model.Result.Paper == flow.PaperFailed })
		if got, want := take(t, r.hall.prints, r), fmt.Sprintf("%s %s %s %s", ticket().ID, result.Outcome, result.Evidence, result.Reason); got != want {
			t.Errorf("reported %q, want %q", got, want)
		}
	}
}

func TestWithoutPrinterAndScanner(t *testing.T) {
	r := newRig(t, func(c *Config, _ *rig) { c.Printer, c.Scanner = nil, nil })
	r.tap("Ohne Termin")
	r.tap("Einwohnermeldeamt")
	r.tap("Reisepass beantragen")
	r.screen(flow.Done)
	if got := take(t, r.hall.prints, r); got != ticket().ID+" not_printed none no_printer" {
		t.Errorf("reported %q", got)
	}
	s := r.health.status()
	if s.Printer != "none" || s.Scanner != "none" || len(s.Troubles) > 0 {
		t.Errorf("status %+v", s)
	}
}

func TestTypingByTouch(t *testing.T) {
	r := newRig(t, func(_ *Config, r *rig) {
		r.hall.checkIn = func(_ string, in wire.CheckIn) (wire.CheckedIn, error) {
			return wire.CheckedIn{}, &wire.Problem{Code: "too_early", Status: 409, Start: at(11, 0), Earliest: at(10, 15), WalkIn: !in.WalkIn}
		}
	})
	r.tap("Ich habe einen Termin")
	for _, s := range "0000000000" { // all zeros have check symbol zero
		r.tap(string(s))
	}
	r.screen(flow.Sorry)
	r.tap("Nicht so lange warten: Nummer ohne Termin")
	r.screen(flow.Sorry)
	r.until("both questions", func() bool { return len(r.hall.asked) == 2 })
	if r.hall.asked[0] == r.hall.asked[1] {
		t.Error("two wishes with one key")
	}
	r.tap("Zum Anfang")
	r.screen(flow.Start)
}

func TestTheSameKeyUntilTheHallAnswers(t *testing.T) {
	tries := 0
	r := newRig(t, func(_ *Config, r *rig) {
		good := r.hall.checkIn
		r.hall.checkIn = func(key string, in wire.CheckIn) (wire.CheckedIn, error) {
			r.hall.mu.Lock()
			defer r.hall.mu.Unlock()
			if tries++; tries < 3 {
				return wire.CheckedIn{}, errGone
			}
			return good(key, in)
		}
	})
	r.scan(sampleCode)
	r.screen(flow.Done)
	r.hall.set(func(h *fakeHall) {
		if len(h.asked) != 3 || len(slices.Compact(slices.Clone(h.asked))) != 1 {
			t.Errorf("asked with %v", h.asked)
		}
	})
}

func TestOutOfServiceAndBack(t *testing.T) {
	r := newRig(t, func(_ *Config, r *rig) {
		good := r.hall.checkIn
		r.hall.checkIn = func(key string, in wire.CheckIn) (wire.CheckedIn, error) {
			r.hall.mu.Lock()
			defer r.hall.mu.Unlock()
			if r.hall.down {
				return wire.CheckedIn{}, errGone
			}
			return good(key, in)
		}
	})
	r.hall.set(func(h *fakeHall) { h.down = true })
	r.scan(sampleCode)
	r.screen(flow.OutOfService)
	r.hall.set(func(h *fakeHall) { h.down = false })
	r.screen(flow.Start)
}

func TestCalledAtOnce(t *testing.T) {
	r := newRig(t, nil)
	r.scan(sampleCode)
	r.screen(flow.Done)
	event := wire.Event{Type: wire.TicketCalled, Ticket: ticket().ID, Place: wire.Text{"de": "Zimmer 3"}}
	select {
	case r.hall.events <- event:
	case <-time.After(patience):
		t.Fatal("nobody watches")
	}
	r.until("the call", func() bool { return r.model.Result.Called() })
}

// What a former process left open is unknown to everybody, and the hall hears of it.
func TestInterruptedJobsAreReported(t *testing.T) {
	job := "old" + flow.ReprintMark + "id"
	r := newRig(t, func(_ *Config, r *rig) {
		r.paper.recovered = []printer.Recovered{{Key: job, Result: printer.Result{
			Outcome: printer.Unknown, Evidence: printer.ByNone, Reason: printer.ReasonInterrupted,
		}}}
	})
	if got := take(t, r.hall.prints, r); got != "old unknown none interrupted" {
		t.Errorf("reported %q", got)
	}
	if got := take(t, r.paper.told, r); got != job {
		t.Errorf("forgot %q", got)
	}
}

func TestHeartbeat(t *testing.T) {
	r := newRig(t, func(_ *Config, r *rig) {
		r.paper.status = printer.Status{State: printer.StateHeld, PaperOut: true, Offline: true}
	})
	s := take(t, r.hall.statuses, r)
	if s.Printer != "held" || s.Scanner != "ready" || !slices.Equal(s.Troubles, []string{"paper_out"}) || s.Version != "test" {
		t.Errorf("status %+v", s)
	}
	r.health.scanner(false)
	for {
		if s := take(t, r.hall.statuses, r); slices.Contains(s.Troubles, "scanner_gone") && s.Scanner == "down" {
			return
		}
	}
}

func TestLanguageAndContrast(t *testing.T) {
	r := newRig(t, nil)
	r.tap("English")
	r.tap("High contrast")
	r.tap("I have an appointment")
	r.screen(flow.EnterCode)
	r.tap("Deutsch")
	r.tap("Zurück")
	if s := r.model.Settings; s.Lang != "de" || !s.Contrast {
		t.Errorf("settings %+v", s)
	}
}

func words(r escpos.Receipt) string {
	var out []string
	for _, it := range r.Items {
		switch it := it.(type) {
		case escpos.Text:
			out = append(out, it.Text)
		case escpos.Pair:
			out = append(out, it.Left+": "+it.Right)
		case escpos.QR:
			out = append(out, "QR "+it.Data)
		}
	}
	return strings.Join(out, "\n")
}
