package printer

import (
	"context"
	"time"

	"westerkappeln.de/wartemarke/devices/escpos"
)

// run serves the line until it is gone, the printer falls silent, or ctx ends.
func (s *session) run(ctx context.Context) error {
	s.ctx = ctx
	s.p.setState(StateProbe)
	if err := s.probe(); err != nil {
		return err
	}
	s.p.cfg.Log.Info("printer answers", "grade", int(s.grade))
	if s.p.dirty {
		if err := s.clearUp(); err != nil {
			return err
		}
	}
	return s.serve()
}

// greeting brings a printer into a known state and asks for all it can say.
func (s *session) greeting() []byte {
	prof := s.p.cfg.Profile
	var b []byte
	if s.p.dirty {
		// A printer that was cut short may still be in the middle of a picture.
		b = append(b, escpos.ClearBuffers()...)
		b = append(b, escpos.Resync()...)
	}
	b = append(b, prof.Init()...)
	if prof.Status {
		b = append(b, escpos.AutoStatus()...)
	}
	b = append(b, escpos.Ask(1)...)
	s.asked = 1
	if prof.Fence {
		b = append(b, s.nextFence('E')...)
	}
	if prof.Status {
		b = append(b, escpos.PaperSensor()...)
		s.expects = true
	}
	return b
}

// tries is how often a printer that answers is asked for proof of print before
// it counts as one that has none.
const tries = 3

// probe finds out how well the printer answers. A printer that is held keeps
// the question until somebody has put it right.
func (s *session) probe() error {
	prof := s.p.cfg.Profile
	for range tries {
		b := s.greeting()
		left := s.p.time.probe + 2*s.wire(len(b))
		err := s.send(b, left, time.Time{})
		if err == nil {
			err = s.wait(left, time.Time{}, func() bool {
				s.show()
				return s.seen || s.ordered && !prof.Fence
			})
		}
		if err != nil && err != errTimeout {
			return err
		}
		if s.writing || !s.answered && prof.Status {
			return errSilent // it takes nothing, or says nothing
		}
		if s.seen || !prof.Fence {
			break
		}
	}
	switch {
	case s.seen:
		s.grade = gradeFence
	case s.ordered:
		s.grade = gradeOrder
	case s.answered:
		s.grade = gradeStatus
	}
	s.expects, s.asked = false, 0
	if s.grade == gradeFence {
		return s.remember()
	}
	return nil
}

// remember puts a fence into the printer's memory and tries whether it is said
// again from there. A printer without macros stays silent, and then a job can
// only be proved by its own fence.
func (s *session) remember() error {
	s.nextFence('G')
	s.memory = s.fence
	b := escpos.Remember(s.memory)
	if err := s.drain(b); err != nil {
		return err
	}
	s.recall = false // some printers also obey what they record
	if err := s.drain(escpos.Recall()); err != nil {
		return err
	}
	if !s.recall {
		s.memory = escpos.FenceID{}
	}
	return nil
}

// show puts held or probing before the staff.
func (s *session) show() {
	if s.held() {
		s.p.setState(StateHeld)
		s.p.refuse(s.p.Status().reason())
	} else {
		s.p.setState(StateProbe)
	}
}

// clearUp cuts off what a broken job may have left on the paper, so that nobody
// gets somebody else's number on top of their own.
func (s *session) clearUp() error {
	if err := s.drain(append([]byte{'\n'}, s.p.cfg.Profile.Cut()...)); err != nil {
		return err
	}
	s.p.dirty = false
	if err := s.p.jobs.clearedUp(); err != nil {
		s.p.cfg.Log.Error("job on disk", "error", err)
	}
	return nil
}

// drain sends b and waits until the printer is through with it, as far as it
// can tell.
func (s *session) drain(b []byte) error {
	if s.grade == gradeFence {
		b = append(b, s.nextFence('E')...)
	}
	left := s.p.time.grace + 2*s.wire(len(b))
	if err := s.send(b, left, time.Time{}); err != nil {
		return err
	}
	if s.grade != gradeFence {
		return nil
	}
	return s.wait(left, time.Time{}, func() bool { s.show(); return s.seen })
}

// serve prints what is handed in and, while idle, asks now and then whether the
// printer is still there.
func (s *session) serve() error {
	poll := time.NewTicker(s.p.time.poll)
	defer poll.Stop()
	for {
		if s.held() {
			s.show()
			s.cure()
		} else {
			s.p.setState(StateReady)
			if r := s.p.next(); r != nil {
				if err := s.job(r); err != nil {
					return err
				}
				continue
			}
		}
		select {
		case <-s.ctx.Done():
			return s.ctx.Err()
		case ev := <-s.events:
			s.hear(ev)
		case <-s.gone:
			return errGone
		case w := <-s.wrote:
			if err := s.written(w); err != nil {
				return err
			}
		case <-s.p.wake:
		case <-poll.C:
			if err := s.poll(); err != nil {
				return err
			}
		}
	}
}

// misses is how many questions may go unanswered before a printer counts as
// gone.
const misses = 3

// poll asks, when it is time, whether the printer is there. Automatic status is
// switched on anew each time: a power cycle ends it without a word. Not while
// the printer is held, though, when its buffer only fills.
func (s *session) poll() error {
	if time.Since(s.polled) < s.p.time.poll || s.grade == gradeSent && !s.answered {
		return nil
	}
	s.polled = time.Now()
	if s.writing && s.curable() {
		return nil // flow control holds the line, as it should
	}
	if s.missed >= misses {
		return errSilent
	}
	s.missed++
	if s.writing {
		return nil
	}
	if s.asked == 0 {
		s.asked = s.turn()
	}
	s.replied = false
	b := escpos.Ask(s.asked)
	if s.p.cfg.Profile.Status && (!s.held() || s.stale) {
		b = append(b, escpos.AutoStatus()...)
	}
	s.start(b)
	return nil
}

// turn is which question comes next: without automatic status all four take
// turns, each only once the one before was answered.
func (s *session) turn() byte {
	if s.auto {
		return 1
	}
	s.turns++
	return byte(s.turns%4) + 1
}
