package virtual

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"
)

// PrinterOptions describes a virtual printer. Zero values are an unpaced
// printer with a buffer of 4 KiB that keeps no pictures.
type PrinterOptions struct {
	Dir     string  // PNG pages appear here as 0001.png …; made if missing
	Link    string  // a symbolic link that always leads to the line
	Control string  // a unix socket that takes commands (Command)
	Baud    int     // how fast bytes are taken; 0 is at once
	Buffer  int     // bytes held while the paper cannot move
	Speed   float64 // mm of paper a second; 0 is at once
	Flow    string  // what a full buffer does: "" and "rtscts" hold the line, "xonxoff" says so, "none" loses bytes

	// OnPage hears of every page after its picture is in place.
	OnPage func(path string)
}

// Paper is what the paper sensors see.
type Paper int

const (
	PaperOK Paper = iota
	PaperLow
	PaperOut
)

// Printer is a receipt printer on a pty. All methods may be called at any time
// from anywhere.
type Printer struct {
	opts PrinterOptions
	work sync.WaitGroup

	speak sync.Mutex // one answer at a time
	tell  sync.Mutex // changes of state are told in their order

	mu      sync.Mutex
	change  *sync.Cond // anything below changed
	line    *tty       // nil while unplugged
	closed  bool
	buf     []byte
	age     int // grows when everything held is dropped
	asb     byte
	said    [4]byte // the automatic status last sent
	last    time.Time
	taken   int // bytes that arrived
	state   state
	faults  faults
	roll    *roll
	pages   []Page
	numbers int // of the last page file
	ctl     *control
}

// state is the mechanism.
type state struct {
	paper         Paper
	cover         bool
	jammed        bool // something is stuck at the blade
	cutter, fatal bool // the error it caused
	off           bool // no power
	xoff          bool // we stopped the sender
	dotsLeft      int  // until the paper ends; -1 is not counted
}

// NewPrinter opens the pty and switches the printer on.
func NewPrinter(opts PrinterOptions) (*Printer, error) {
	if opts.Buffer <= 0 {
		opts.Buffer = 4 << 10
	}
	p := &Printer{opts: opts, roll: &roll{}}
	p.state.dotsLeft = -1
	p.change = sync.NewCond(&p.mu)
	if opts.Dir != "" {
		if err := os.MkdirAll(opts.Dir, 0o755); err != nil {
			return nil, err
		}
		p.numbers = lastPage(opts.Dir)
	}
	if err := p.plug(); err != nil {
		return nil, err
	}
	if opts.Control != "" {
		ctl, err := listen(opts.Control, p.Command)
		if err != nil {
			p.Close()
			return nil, err
		}
		p.ctl = ctl
	}
	p.work.Go(p.print)
	return p, nil
}

// lastPage lets a printer go on counting where an earlier one stopped.
func lastPage(dir string) int {
	names, err := filepath.Glob(filepath.Join(dir, "*.png"))
	if err != nil {
		return 0 // only a malformed pattern, and ours is not
	}
	last := 0
	for _, name := range names {
		if n, err := strconv.Atoi(strings.TrimSuffix(filepath.Base(name), ".png")); err == nil {
			last = max(last, n)
		}
	}
	return last
}

func (p *Printer) plug() error {
	t, err := openTTY()
	if err != nil {
		return err
	}
	if err := t.place(p.opts.Link); err != nil {
		t.close()
		return err
	}
	p.mu.Lock()
	p.line = t
	p.mu.Unlock()
	p.work.Go(func() { p.receive(t) })
	return nil
}

// Close unplugs the printer and ends its work.
func (p *Printer) Close() error {
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		return nil
	}
	p.closed = true
	p.age++
	if p.line != nil {
		p.line.close()
	}
	ctl := p.ctl
	p.change.Broadcast()
	p.mu.Unlock()
	var err error
	if ctl != nil {
		err = ctl.close()
	}
	p.work.Wait()
	if p.opts.Link != "" {
		if e := os.Remove(p.opts.Link); e != nil && !errors.Is(e, os.ErrNotExist) {
			err = errors.Join(err, e)
		}
	}
	return err
}

// Path is the name of the line, of the stable link if there is one. After a
// Replug without a link it is another.
func (p *Printer) Path() string {
	if p.opts.Link != "" {
		return p.opts.Link
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.line == nil {
		return ""
	}
	return p.line.path
}

// Pages names the pictures of the pages cut so far.
func (p *Printer) Pages() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var paths []string
	for _, page := range p.pages {
		if page.Path != "" {
			paths = append(paths, page.Path)
		}
	}
	return paths
}

// Cut returns the pages cut so far, with what stands on them.
func (p *Printer) Cut() []Page {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]Page(nil), p.pages...)
}

// Hanging is how much paper, in dots, came out since the last cut.
func (p *Printer) Hanging() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.roll.y
}

// LastByte is when the latest byte arrived; zero before the first.
func (p *Printer) LastByte() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.last
}

// Taken is how many bytes arrived since the start.
func (p *Printer) Taken() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.taken
}

// Wait blocks until done, which is called with nothing locked whenever the
// printer's state has changed, or ctx ends.
func (p *Printer) Wait(ctx context.Context, done func() bool) error {
	stop := context.AfterFunc(ctx, func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.change.Broadcast()
	})
	defer stop()
	for {
		if done() {
			return nil
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		p.mu.Lock()
		// What changed between done and here is seen at the next turn: every
		// change broadcasts, and a tick bounds the wait.
		tick := time.AfterFunc(5*time.Millisecond, p.change.Broadcast)
		p.change.Wait()
		tick.Stop()
		p.mu.Unlock()
	}
}
