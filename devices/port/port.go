// Package port makes tarm/serial dependable on Linux: reads and writes that
// Close really cancels, flow control, writes paced to the line's speed, and a
// hang-up that cannot be mistaken for a time-out.
package port

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"syscall"

	"github.com/tarm/serial"
	"golang.org/x/sys/unix"
)

// Flow is how the device at the other end stops us while its buffer is full.
type Flow string

const (
	FlowNone    Flow = "none"    // nothing; the device must keep up
	FlowRTSCTS  Flow = "rtscts"  // hardware; wire a printer's DTR to CTS, Linux knows no DSR flow control
	FlowXONXOFF Flow = "xonxoff" // 0x11 and 0x13 in band
)

// Config names a serial line. The zero Flow is FlowNone; Baud is one of the
// standard rates from 50 to 4,000,000.
type Config struct {
	Path string
	Baud int
	Flow Flow
}

var (
	// ErrHangup is returned by Read and Write after the device was unplugged
	// or the other end of a pty was closed.
	ErrHangup = errors.New("port: the line hung up")
	// ErrBusy is returned by Open when another process holds the line.
	ErrBusy = errors.New("port: the line is in use by another process")
)

// Port is an open line. One goroutine may read while another writes; Close may
// come from anywhere and makes both return with os.ErrClosed.
type Port struct {
	line    *serial.Port
	ctl     *control
	pace    pacer
	writing sync.Mutex
	closing sync.Once
	closed  chan struct{}
	err     error // of Close
}

var _ io.ReadWriteCloser = (*Port)(nil)

// opening keeps two Opens (and a Close) from seeing each other's descriptors
// while one looks for the descriptor that tarm/serial hides.
var opening sync.Mutex

// Open opens the line at 8N1 and takes it for this process alone.
func Open(cfg Config) (*Port, error) {
	if cfg.Flow == "" {
		cfg.Flow = FlowNone
	}
	switch cfg.Flow {
	case FlowNone, FlowRTSCTS, FlowXONXOFF:
	default:
		return nil, fmt.Errorf("port: flow %q: want none, rtscts or xonxoff", cfg.Flow)
	}
	opening.Lock()
	defer opening.Unlock()
	ctl, err := openControl(cfg.Path)
	if err != nil {
		return nil, err
	}
	line, err := openLine(cfg, ctl)
	if err != nil {
		return nil, errors.Join(err, ctl.close())
	}
	if err := ctl.claim(cfg.Flow); err != nil {
		return nil, errors.Join(fmt.Errorf("port: %s: %w", cfg.Path, err), line.Close(), ctl.close())
	}
	return &Port{line: line, ctl: ctl, pace: pacer{baud: cfg.Baud}, closed: make(chan struct{})}, nil
}

// openLine opens the line with tarm/serial and hands its descriptor back to
// Go's poller. The library makes the descriptor blocking, so a Read sits in the
// kernel where Close cannot reach it; non-blocking, the runtime waits instead.
func openLine(cfg Config, ctl *control) (*serial.Port, error) {
	before, err := ctl.descriptors()
	if err != nil {
		return nil, err
	}
	line, err := serial.OpenPort(&serial.Config{Name: cfg.Path, Baud: cfg.Baud})
	if err != nil {
		return nil, fmt.Errorf("port: %s at %d baud: %w", cfg.Path, cfg.Baud, err)
	}
	after, err := ctl.descriptors()
	if err != nil {
		return nil, errors.Join(err, line.Close())
	}
	found := -1
	for fd := range after {
		if !before[fd] {
			if found >= 0 {
				return nil, errors.Join(fmt.Errorf("port: %s: opened twice at once", cfg.Path), line.Close())
			}
			found = fd
		}
	}
	if found < 0 {
		return nil, errors.Join(fmt.Errorf("port: %s: descriptor not found in /proc/self/fd", cfg.Path), line.Close())
	}
	if err := unix.SetNonblock(found, true); err != nil {
		return nil, errors.Join(fmt.Errorf("port: %s: %w", cfg.Path, err), line.Close())
	}
	return line, nil
}

// Read waits for at least one byte. It returns ErrHangup when the device is
// gone and os.ErrClosed after Close; it never returns 0, nil for a non-empty b.
func (p *Port) Read(b []byte) (int, error) {
	n, err := p.line.Read(b)
	return n, p.explain(err)
}

// Write sends b in chunks no faster than the line's speed, so that little lies
// in the kernel when the device says stop. n says how much went out even when
// Close cut it short.
func (p *Port) Write(b []byte) (n int, err error) {
	p.writing.Lock()
	defer p.writing.Unlock()
	for n < len(b) {
		if !p.pace.wait(p.closed) {
			return n, os.ErrClosed
		}
		end := min(n+chunk, len(b))
		m, err := p.line.Write(b[n:end])
		n += m
		p.pace.sent(m)
		if err != nil {
			return n, p.explain(err)
		}
	}
	return n, nil
}

// Stalled says whether the device holds the line with flow control, so that a
// Write would wait.
func (p *Port) Stalled() (bool, error) { return p.ctl.stalled() }

// Close ends a Read or Write that waits, drops what was not sent and gives the
// line back. Closing again is harmless.
func (p *Port) Close() error {
	p.closing.Do(func() {
		close(p.closed)
		opening.Lock()
		defer opening.Unlock()
		err := p.line.Close()
		// Only once the Write has ended: taking flow control off starts a line
		// that was stopped, and the next bytes would still go out.
		p.writing.Lock()
		defer p.writing.Unlock()
		p.ctl.release()
		p.err = errors.Join(err, p.ctl.close())
	})
	return p.err
}

func (p *Port) explain(err error) error {
	if err == nil {
		return nil
	}
	select {
	case <-p.closed:
		return os.ErrClosed
	default:
	}
	// With a non-blocking descriptor and VMIN 1 a silent line is EAGAIN, which
	// the poller absorbs: end of file is left to mean hang-up only.
	if errors.Is(err, io.EOF) || errors.Is(err, syscall.EIO) || errors.Is(err, syscall.ENODEV) || errors.Is(err, syscall.ENXIO) {
		return fmt.Errorf("%w (%w)", ErrHangup, err)
	}
	return err
}
