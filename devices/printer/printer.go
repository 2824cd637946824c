// Package printer prints tickets on a receipt printer and says for each what
// became of the paper: printed, not printed, or unknown, and on what evidence.
//
// A ticket's number belongs to the hall; paper is at least once with the same
// number. One job is in flight at a time, and one whose bytes went out is never
// printed again by itself.
package printer

import (
	"context"
	"io"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"westerkappeln.de/wartemarke/devices/escpos"
	"westerkappeln.de/wartemarke/devices/port"
)

// Config describes one printer.
type Config struct {
	Port    port.Config
	Profile escpos.Profile
	JobDir  string // what happened to each job, across restarts; empty keeps it in memory only
	Log     *slog.Logger
	Now     func() time.Time
}

// Outcome is what became of a job's paper.
type Outcome string

const (
	Printed    Outcome = "printed"     // the cut ticket is there
	NotPrinted Outcome = "not_printed" // it is not, and will not come by itself
	Unknown    Outcome = "unknown"     // it may be there; show the number and tell the staff
)

// Evidence is what an outcome rests on.
type Evidence string

const (
	ByFence  Evidence = "fence"  // the printer named the place in the data it had printed to
	ByStatus Evidence = "status" // the printer was well afterwards
	BySent   Evidence = "sent"   // the bytes went out, no more is known
	ByNone   Evidence = "none"
)

// Reasons of an outcome that is not Printed.
const (
	ReasonPaperOut    = "paper_out"
	ReasonCoverOpen   = "cover_open"
	ReasonCutter      = "cutter"
	ReasonOffline     = "offline"
	ReasonFatal       = "fatal"
	ReasonNoPrinter   = "no_printer"  // not plugged in, off, or silent
	ReasonTimeout     = "timeout"     // no answer in time, or too old when its turn came
	ReasonRestarted   = "restarted"   // the printer was switched off and on in the middle
	ReasonInterrupted = "interrupted" // this program ended in the middle
	ReasonDisk        = "disk"        // the job could not be put on disk first
)

// Result is the end of a job.
type Result struct {
	Outcome  Outcome
	Evidence Evidence
	Reason   string // empty when all is well
}

// Job is one piece of paper. Key is the ticket's id; a reprint is another job
// with another key, and says on it that it is one.
type Job struct {
	Key     string
	Receipt escpos.Receipt
}

// States of a printer.
const (
	StateDown       = "down"        // not there, or silent
	StateProbe      = "probe"       // finding out what answers
	StateReady      = "ready"       //
	StateSending    = "sending"     // a job's bytes are going out
	StateAwaitPrint = "await_print" // they are out
	StateAwaitCut   = "await_cut"   // printed, being cut
	StateHeld       = "held"        // paper, cover, cutter: somebody must come
)

// Status is what staff are shown. PaperLow stays on until the sensor has seen
// paper for 5 s, so that a flapping sensor is one notice.
type Status struct {
	State                                                 string
	PaperLow, PaperOut, CoverOpen, Offline, Cutter, Fatal bool
}

// Recovered is a job that an earlier run of the program left unfinished.
type Recovered struct {
	Key    string
	Result Result
}

// Printer is one receipt printer. Run owns its line; everything else may be
// called from anywhere.
type Printer struct {
	cfg  Config
	time timing
	open func(context.Context) (io.ReadWriteCloser, error)
	jobs *ledger

	telling sync.Mutex // watchers hear changes in order
	mu      sync.Mutex
	status  Status
	rawLow  bool
	low     *time.Timer
	watch   map[int]func(Status)
	watchN  int
	queue   []*request // waiting for their turn, none of their bytes sent
	active  map[string]*request
	wake    chan struct{}

	// Of Run alone.
	fences int  // fence ids given out
	dirty  bool // the printer may hold, or the paper show, part of a job
}

// timing holds the durations of the job rule; tests use shorter ones.
type timing struct {
	grace   time.Duration // of the time-out, besides what bytes and paper need
	held    time.Duration // how old a job may be and still be worth printing
	probe   time.Duration // for a first answer
	poll    time.Duration // between questions while idle
	low     time.Duration // paper seen before PaperLow goes off
	cure    time.Duration // between attempts to go on after a cutter error
	confirm time.Duration // for the answer to a real-time request
	stop    time.Duration // for the job in flight when Run is to end
	backoff port.Backoff
}

var usual = timing{
	grace: 3 * time.Second, held: 60 * time.Second, probe: time.Second, poll: 2 * time.Second, low: 5 * time.Second,
	cure: 5 * time.Second, confirm: 500 * time.Millisecond, stop: 1500 * time.Millisecond,
}

// New prepares a printer; nothing is opened before Run. Jobs an earlier run
// left unfinished are in Recovered.
func New(cfg Config) *Printer {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	p := &Printer{
		cfg: cfg, time: usual,
		jobs:   openLedger(cfg.JobDir, cfg.Now, cfg.Log),
		status: Status{State: StateDown},
		watch:  make(map[int]func(Status)), active: make(map[string]*request),
		wake: make(chan struct{}, 1),
		// A printer may still say an id of an earlier run.
		fences: rand.IntN(4096),
	}
	p.open = func(context.Context) (io.ReadWriteCloser, error) {
		line, err := port.Open(cfg.Port)
		if err != nil {
			return nil, err
		}
		return line, nil
	}
	p.dirty = p.jobs.unfinished()
	return p
}

// Recovered lists the jobs that New found unfinished, or ended without having
// been passed on. They stay listed, over restarts too, until Told.
func (p *Printer) Recovered() []Recovered { return p.jobs.recovered() }

// Told notes that the hall knows what became of a job, so that a restart does
// not list it as recovered. A job that was never begun needs none.
func (p *Printer) Told(key string) error { return p.jobs.told(key) }

// Run owns the line until ctx is done: it opens it, probes the printer, prints,
// and begins again when the line hangs up. A job in flight when ctx ends gets
// 1.5 s to finish. It returns nil.
func (p *Printer) Run(ctx context.Context) error {
	pause := p.time.backoff
	var last string
	lost := func(err error) {
		if err.Error() != last { // once, not every five seconds
			last = err.Error()
			p.cfg.Log.Warn("printer not there", "error", err)
		}
	}
	for {
		line, err := port.Reopen(ctx, &pause, p.open, lost)
		if err != nil {
			break
		}
		s := newSession(p, line)
		err = s.run(ctx)
		s.close()
		p.setState(StateDown)
		p.refuse(ReasonNoPrinter)
		if ctx.Err() != nil {
			break
		}
		if s.answered {
			pause.Reset()
			last = ""
		}
		lost(err)
		if pause.Wait(ctx) != nil {
			break
		}
	}
	p.setState(StateDown)
	p.refuse(ReasonNoPrinter)
	return nil
}
