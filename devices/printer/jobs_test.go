package printer

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"westerkappeln.de/wartemarke/devices/virtual"
)

// A flapping sensor is one notice, and it goes off once the paper is there for
// good.
func TestPaperLowIsOneNotice(t *testing.T) {
	r := setup(t, virtual.PrinterOptions{}, func(_ *Config, tm *timing) { tm.low = 500 * time.Millisecond; tm.grace = 5 * time.Second })
	r.start()
	r.state(StateReady)
	for i := range 20 {
		r.virtual.SetPaper([]virtual.Paper{virtual.PaperLow, virtual.PaperOK}[i%2])
	}
	if got := r.Print(t.Context(), Job{"a", ticket("A001")}); got != fenced {
		t.Fatal(got)
	}
	r.until("paper renewed", func(s Status) bool { return !s.PaperLow })
	r.mu.Lock()
	defer r.mu.Unlock()
	notices := 0
	for i, s := range r.seen[1:] {
		if s.PaperLow && !r.seen[i].PaperLow {
			notices++
		}
	}
	if notices != 1 {
		t.Errorf("%d notices", notices)
	}
}

func TestOneKeyIsOnePaper(t *testing.T) {
	r := setup(t, virtual.PrinterOptions{}, patient)
	r.start()
	r.state(StateReady)
	var both sync.WaitGroup
	for range 4 {
		both.Go(func() {
			if got := r.Print(t.Context(), Job{"key", ticket("A017")}); got != fenced {
				t.Error(got)
			}
		})
	}
	both.Wait()
	if got := r.Print(t.Context(), Job{"key", ticket("A017")}); got != fenced {
		t.Error(got)
	}
	if got := r.Print(t.Context(), Job{"reprint", ticket("A017")}); got != fenced {
		t.Error(got)
	}
	if n := len(r.paper(2)); n != 2 {
		t.Errorf("%d pages for a ticket and one reprint", n)
	}
}

// copyDir is what a killed process leaves on disk.
func copyDir(t *testing.T, from string) string {
	t.Helper()
	to := t.TempDir()
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	return to
}

// TestKilled ends the program after each step of a job, as the disk is then,
// and looks at what the next run says and prints.
func TestKilled(t *testing.T) {
	r := setup(t, virtual.PrinterOptions{}, patient)
	disks := make(map[string]string)
	r.jobs.onPut = func(phase string) {
		if phase != phaseFound {
			disks[phase] = copyDir(t, r.cfg.JobDir)
		}
	}
	r.start()
	r.state(StateReady)
	if got := r.Print(t.Context(), Job{"A001", ticket("A001")}); got != fenced {
		t.Fatal(got)
	}
	r.stop()

	for phase, want := range map[string][]Recovered{
		phaseBegun:   {{"A001", Result{Unknown, ByNone, ReasonInterrupted}}},
		phasePrinted: {{"A001", Result{Unknown, ByFence, ReasonInterrupted}}},
		phaseCut:     {{"A001", fenced}},
		phaseEnded:   {{"A001", fenced}}, // its end was not passed on
	} {
		t.Run(phase, func(t *testing.T) {
			dir := disks[phase]
			next := setup(t, virtual.PrinterOptions{}, func(c *Config, tm *timing) { c.JobDir = dir; patient(c, tm) })
			if got := next.Recovered(); !slices.Equal(got, want) {
				t.Errorf("recovered %v, want %v", got, want)
			}
			if files, err := filepath.Glob(dir + "/*"); err != nil || len(files) != 1 {
				t.Errorf("on disk: %v, %v", files, err)
			}
			next.start()
			next.state(StateReady)
			again := next.Print(t.Context(), Job{"A001", ticket("A001")})
			if again != want[0].Result {
				t.Errorf("the same key again: %v", again)
			}
			if got := next.Print(t.Context(), Job{"A002", ticket("A002")}); got != fenced {
				t.Error(got)
			}
			if err := next.Told("A002"); err != nil {
				t.Error(err)
			}
			if n := on(next.virtual.Cut(), "A001"); n != 0 {
				t.Error("printed again by itself")
			}
			next.stop()

			third := New(next.cfg)
			if got := third.Recovered(); !slices.Equal(got, want) {
				t.Errorf("not told yet, a run later: %v", got)
			}
			if third.dirty {
				t.Error("cleared up, and still to be cleared up")
			}
			if err := third.Told("A001"); err != nil {
				t.Error(err)
			}
			if got := New(next.cfg).Recovered(); len(got) != 0 {
				t.Errorf("told, and still there: %v", got)
			}
		})
	}
}

// TestStopped ends the program in mid-ticket; the printer goes on alone.
func TestStopped(t *testing.T) {
	r := setup(t, virtual.PrinterOptions{}, patient)
	r.virtual.PaperOutAfter(300)
	r.start()
	r.state(StateReady)
	ended := make(chan Result, 1)
	go func() { ended <- r.Print(t.Context(), Job{"A001", ticket("A001")}) }()
	r.state(StateHeld)
	r.stop()
	want := Result{Unknown, ByNone, ReasonInterrupted}
	if got := <-ended; got != want {
		t.Errorf("got %v", got)
	}
	if got := r.Print(t.Context(), Job{"A001", ticket("A001")}); got != want {
		t.Errorf("again: %v", got)
	}
	next := &rig{Printer: New(r.cfg), virtual: r.virtual, t: t, news: make(chan struct{}, 1)}
	next.time = r.time
	next.Watch(func(Status) {
		select {
		case next.news <- struct{}{}:
		default:
		}
	})
	if got := next.Recovered(); !slices.Equal(got, []Recovered{{"A001", want}}) {
		t.Errorf("recovered %v", got)
	}
	next.start()
	next.state(StateHeld)
	r.virtual.SetPaper(virtual.PaperOK)
	next.state(StateReady)
	if got := next.Print(t.Context(), Job{"A002", ticket("A002")}); got != fenced {
		t.Error(got)
	}
	for _, p := range next.whole("A002") {
		if strings.Contains(p.Text, "A001") && strings.Contains(p.Text, "A002") {
			t.Errorf("two numbers on one page:\n%s", p.Text)
		}
	}
}

// What waits behind a job too long is not worth printing any more.
func TestOldJobIsNotPrinted(t *testing.T) {
	var mu sync.Mutex
	now := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	r := setup(t, virtual.PrinterOptions{}, func(c *Config, tm *timing) {
		c.Now = func() time.Time { mu.Lock(); defer mu.Unlock(); return now }
		patient(c, tm)
	})
	r.start()
	r.state(StateReady)
	r.virtual.StopReading(true)
	results := make(map[string]chan Result)
	for _, key := range []string{"A001", "A002"} {
		c := make(chan Result, 1)
		results[key] = c
		go func() { c <- r.Print(t.Context(), Job{key, ticket(key)}) }()
		if key == "A001" {
			r.until("sending", func(s Status) bool { return s.State == StateSending || s.State == StateAwaitPrint })
		}
	}
	if err := r.virtual.Wait(t.Context(), func() bool { r.Printer.mu.Lock(); defer r.Printer.mu.Unlock(); return len(r.queue) == 1 }); err != nil {
		t.Fatal(err)
	}
	mu.Lock()
	now = now.Add(61 * time.Second)
	mu.Unlock()
	r.virtual.StopReading(false)
	if got := <-results["A001"]; got != fenced {
		t.Errorf("the first: %v", got)
	}
	if got := <-results["A002"]; got != (Result{NotPrinted, ByNone, ReasonTimeout}) {
		t.Errorf("the second: %v", got)
	}
	if n := on(r.virtual.Cut(), "A002"); n != 0 {
		t.Errorf("an old job is on %d pages", n)
	}
}

func TestCallerGoesAway(t *testing.T) {
	r := setup(t, virtual.PrinterOptions{}, patient)
	r.start()
	r.state(StateReady)
	r.virtual.StopReading(true)
	ctx, cancel := context.WithCancel(t.Context())
	first, second := make(chan Result, 1), make(chan Result, 1)
	go func() { first <- r.Print(ctx, Job{"A001", ticket("A001")}) }()
	r.until("sending", func(s Status) bool { return s.State == StateSending || s.State == StateAwaitPrint })
	go func() { second <- r.Print(ctx, Job{"A002", ticket("A002")}) }()
	if err := r.virtual.Wait(t.Context(), func() bool { r.Printer.mu.Lock(); defer r.Printer.mu.Unlock(); return len(r.queue) == 1 }); err != nil {
		t.Fatal(err)
	}
	cancel()
	if got := <-first; got != (Result{Unknown, ByNone, ReasonTimeout}) {
		t.Errorf("in flight: %v", got)
	}
	if got := <-second; got != (Result{NotPrinted, ByNone, ReasonTimeout}) {
		t.Errorf("waiting: %v", got)
	}
	r.virtual.StopReading(false)
	if got := r.Print(t.Context(), Job{"A001", ticket("A001")}); got != fenced {
		t.Errorf("asked later: %v", got)
	}
	if n := len(r.paper(1)); n != 1 {
		t.Errorf("%d pages", n)
	}
}

// A job that cannot be written down is not begun.
func TestDiskFull(t *testing.T) {
	r := setup(t, virtual.PrinterOptions{}, func(c *Config, tm *timing) {
		file := filepath.Join(filepath.Dir(c.JobDir), "file")
		if err := os.WriteFile(file, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		c.JobDir = filepath.Join(file, "jobs")
		patient(c, tm)
	})
	r.start()
	r.state(StateReady)
	taken := r.virtual.Taken()
	if got := r.Print(t.Context(), Job{"A001", ticket("A001")}); got != (Result{NotPrinted, ByNone, ReasonDisk}) {
		t.Errorf("got %v", got)
	}
	if len(r.virtual.Cut()) > 0 {
		t.Errorf("printed, %d bytes", r.virtual.Taken()-taken)
	}
}

// A ledger holds keys and phases, and forgets them after two days.
func TestLedgerForgets(t *testing.T) {
	now := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	p := New(Config{JobDir: t.TempDir(), Now: func() time.Time { return now }})
	if err := p.jobs.put("old", phaseEnded, fenced); err != nil {
		t.Fatal(err)
	}
	now = now.Add(keep)
	if err := p.jobs.put("new", phaseEnded, fenced); err != nil {
		t.Fatal(err)
	}
	if _, ok := p.jobs.ended("old"); ok {
		t.Error("remembers a job of two days ago")
	}
	if _, err := os.Stat(p.jobs.file("old")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("its file: %v", err)
	}
	if got, ok := p.jobs.ended("new"); !ok || got != fenced {
		t.Errorf("%v %v", got, ok)
	}
}
