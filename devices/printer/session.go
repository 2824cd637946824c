package printer

import (
	"context"
	"errors"
	"io"
	"time"

	"westerkappeln.de/wartemarke/devices/escpos"
)

var (
	errGone    = errors.New("the line is gone")
	errSilent  = errors.New("the printer answers nothing")
	errTimeout = errors.New("no answer in time")
	errHeld    = errors.New("held too long")
	errRestart = errors.New("the printer was switched off in the middle")
	errFatal   = errors.New("the printer is broken")
)

// grade is how well a printer answers.
type grade int

const (
	gradeSent   grade = iota // not at all
	gradeStatus              // its status
	gradeOrder               // its status, and GS r in order with the data
	gradeFence               // proof of print
)

// session is one open line. Its fields belong to the goroutine of run.
type session struct {
	p        *Printer
	line     io.ReadWriteCloser
	ctx      context.Context
	events   chan escpos.Event
	gone     chan error    // the reader ended
	quit     chan struct{} // we did
	wrote    chan written
	writing  bool
	answered bool

	st      escpos.Status
	auto    bool // automatic status was heard
	grade   grade
	asked   byte // the DLE EOT that is open; 0 is none
	replied bool // it was answered
	missed  int  // polls without an answer
	fence   escpos.FenceID
	seen    bool           // fence was said
	memory  escpos.FenceID // remembered by the printer; zero if it cannot
	recall  bool           // memory was said
	ordered bool           // GS r was answered since expected
	expects bool           // GS r is open
	cleared bool
	stale   bool      // the printer works although its last automatic status said otherwise
	begun   bool      // a write of this job was begun
	out     int       // bytes that left us since
	cured   time.Time // the last DLE ENQ
	polled  time.Time
	turns   int // questions asked while idle
}

type written struct {
	n   int
	err error
}

func newSession(p *Printer, line io.ReadWriteCloser) *session {
	s := &session{
		p: p, line: line,
		events: make(chan escpos.Event), gone: make(chan error, 1), quit: make(chan struct{}), wrote: make(chan written, 1),
	}
	go s.listen()
	return s
}

// close ends the line and what waits on it.
func (s *session) close() {
	close(s.quit)
	if err := s.line.Close(); err != nil {
		s.p.cfg.Log.Debug("printer line", "error", err) // it hung up before
	}
	if s.writing {
		<-s.wrote
	}
}

func (s *session) listen() {
	var parser escpos.Parser
	b := make([]byte, 256)
	for {
		n, err := s.line.Read(b)
		for _, ev := range parser.Feed(b[:n]) {
			select {
			case s.events <- ev:
			case <-s.quit:
				return
			}
		}
		if err != nil {
			s.gone <- err
			return
		}
	}
}

// hear takes over what the printer said.
func (s *session) hear(ev escpos.Event) {
	s.answered = true
	s.missed = 0
	switch ev.Kind {
	case escpos.AutomaticStatus:
		s.st, s.auto, s.stale = ev.Status, true, false
		s.p.heard(s.st)
	case escpos.RealTime:
		if s.asked != 0 {
			s.answer(ev.Byte)
		}
	case escpos.FenceReply:
		switch ev.ID {
		case s.fence:
			s.seen = true
		case s.memory:
			s.recall = true
		}
	case escpos.PaperByte:
		if s.expects {
			s.expects, s.ordered = false, true
		}
	case escpos.Cleared:
		s.cleared = true
	}
}

// answer reads a byte as the answer to the one question that is open. Automatic
// status says the same without doubt, so where there is any the byte only shows
// that somebody is there.
func (s *session) answer(b byte) {
	switch {
	case !s.auto:
		s.st.Apply(s.asked, b)
		s.p.heard(s.st)
	case s.asked == 1 && b&0x08 == 0 && s.held():
		s.stale = true // a power cycle, perhaps: ask for the whole status again
	}
	s.asked, s.replied = 0, true
}

// ask sends DLE EOT n unless another question is open: the answers look alike.
func (s *session) ask(n byte) {
	if s.writing || s.asked != 0 && s.asked != n {
		return
	}
	s.asked, s.replied = n, false
	s.start(escpos.Ask(n))
}

// start writes b; wait sees its end.
func (s *session) start(b []byte) {
	s.writing = true
	go func() {
		n, err := s.line.Write(b)
		s.wrote <- written{n, err}
	}()
}

// curable says whether the printer has stopped for something people can put
// right.
func (s *session) curable() bool {
	return s.st.PaperOut || s.st.CoverOpen || s.st.Cutter || s.st.Recoverable || s.st.AutoRecover || s.st.Offline
}

// held says whether nothing will be printed for now.
func (s *session) held() bool { return s.curable() || s.st.Fatal }

// wait hears the printer until done. left is the time-out; it stands still
// while a curable fault is reported, and then until is the end. Without until
// even a broken printer is waited for.
func (s *session) wait(left time.Duration, until time.Time, done func() bool) error {
	ended := s.ctx.Done()
	var stop <-chan time.Time
	for !done() {
		if s.st.Fatal && !until.IsZero() {
			return errFatal
		}
		if left <= 0 {
			return errTimeout
		}
		span, held := left, s.held()
		if held {
			var err error
			if span, err = s.hold(until); err != nil {
				return err
			}
		}
		begun := time.Now()
		t := time.NewTimer(span)
		var err error
		select {
		case ev := <-s.events:
			s.hear(ev)
		case <-s.gone:
			err = errGone
		case w := <-s.wrote:
			err = s.written(w)
		case <-t.C:
		case <-ended:
			ended, stop = nil, time.After(s.p.time.stop)
		case <-stop:
			err = context.Canceled
		}
		t.Stop()
		if err != nil {
			return err
		}
		if !held {
			left -= time.Since(begun)
		}
	}
	return nil
}

// hold is one turn of waiting for people: it keeps in touch with the printer
// and says when to look again.
func (s *session) hold(until time.Time) (time.Duration, error) {
	s.cure()
	if err := s.poll(); err != nil {
		return 0, err
	}
	span := s.p.time.poll - time.Since(s.polled)
	if until.IsZero() {
		return span, nil
	}
	rest := until.Sub(s.p.cfg.Now())
	if rest <= 0 {
		return 0, errHeld
	}
	return min(span, rest), nil
}

func (s *session) written(w written) error {
	s.writing = false
	s.out += w.n
	if w.err != nil {
		return errGone
	}
	return nil
}

// cure asks a printer with a cutter or another recoverable error to go on, now
// and then: whatever was stuck may have been taken out.
func (s *session) cure() {
	if (s.st.Cutter || s.st.Recoverable) && !s.writing && time.Since(s.cured) >= s.p.time.cure {
		s.cured = time.Now()
		s.start(escpos.Continue())
	}
}

// send writes b and waits until it is out.
func (s *session) send(b []byte, left time.Duration, until time.Time) error {
	if err := s.idle(left, until); err != nil {
		return err
	}
	s.start(b)
	return s.idle(left, until)
}

func (s *session) idle(left time.Duration, until time.Time) error {
	return s.wait(left, until, func() bool { return !s.writing })
}

// nextFence begins to listen for a new place in the data.
func (s *session) nextFence(kind byte) []byte {
	s.fence, s.seen = escpos.NewFenceID(kind, s.p.fences&4095), false
	s.p.fences++
	return escpos.Fence(s.fence)
}

func (s *session) wire(bytes int) time.Duration {
	return time.Duration(bytes) * 10 * time.Second / time.Duration(max(s.p.cfg.Port.Baud, 1))
}
