package printer

import (
	"errors"
	"time"

	"westerkappeln.de/wartemarke/devices/escpos"
)

// job prints one ticket and ends its request. The error it returns is of the
// line: the session cannot go on.
func (s *session) job(r *request) error {
	if err := s.p.jobs.put(r.job.Key, phaseBegun, Result{}); err != nil {
		// Without it on disk a crash could print the ticket twice.
		s.p.cfg.Log.Error("job not begun", "error", err)
		s.p.finish(r, Result{NotPrinted, ByNone, ReasonDisk})
		return nil
	}
	result, err := s.print(r)
	// A job cut off by our own end stays unfinished on disk: whoever waited for
	// it is ending too, so the next run has to tell the hall.
	if result.Reason != ReasonInterrupted {
		if e := s.p.jobs.put(r.job.Key, phaseEnded, result); e != nil {
			s.p.cfg.Log.Error("end of a job not on disk", "error", e)
		}
	}
	s.p.finish(r, result)
	return err
}

// print sends the content, waits for proof that it is on the paper, cuts, and
// waits for proof of that.
func (s *session) print(r *request) (Result, error) {
	prof := s.p.cfg.Profile
	content := prof.Init()
	if prof.Status {
		content = append(content, escpos.AutoStatus()...)
	}
	content = append(content, prof.Encode(r.job.Receipt)...)
	content = append(content, '\n')
	s.recall = false
	if s.memory != (escpos.FenceID{}) {
		content = append(content, escpos.Recall()...)
	}
	paper := time.Duration(2 * prof.Length(r.job.Receipt) / prof.Speed * float64(time.Second))
	until := r.since.Add(s.p.time.held)

	s.p.setState(StateSending)
	s.begun = false
	err := s.step(content, 'A', StateAwaitPrint, paper, until)
	if err == nil && s.memory != (escpos.FenceID{}) && !s.recall {
		// It says it has printed everything it got, but not that it got
		// everything: what was in its memory before is gone.
		err = errRestart
	}
	if err != nil {
		return s.broken(err, ByNone)
	}
	if s.grade == gradeFence {
		if err := s.p.jobs.put(r.job.Key, phasePrinted, Result{}); err != nil {
			s.p.cfg.Log.Error("job on disk", "error", err)
		}
	}
	s.p.setState(StateAwaitCut)
	if err := s.step(prof.Cut(), 'C', StateAwaitCut, 0, until); err != nil {
		return s.broken(err, s.evidence())
	}
	if s.grade == gradeFence {
		if err := s.p.jobs.put(r.job.Key, phaseCut, Result{}); err != nil {
			s.p.cfg.Log.Error("job on disk", "error", err)
		}
	}
	return s.verify(until)
}

func (s *session) evidence() Evidence {
	switch s.grade {
	case gradeFence:
		return ByFence
	case gradeOrder, gradeStatus:
		return ByStatus
	}
	return BySent
}

// step sends part of a job and waits until the printer is through with it: it
// says the fence, or answers GS r, or has had the time it needs.
func (s *session) step(b []byte, fence byte, then string, paper time.Duration, until time.Time) error {
	switch s.grade {
	case gradeFence:
		b = append(b, s.nextFence(fence)...)
	case gradeOrder:
		b = append(b, escpos.PaperSensor()...)
		s.ordered = false
	}
	need := s.wire(len(b))*3/2 + paper
	left := s.p.time.grace + need
	if err := s.idle(left, until); err != nil {
		return err
	}
	if !s.begun {
		s.begun, s.out = true, 0
	}
	begun := time.Now()
	s.start(b)
	s.expects = s.grade == gradeOrder
	err := s.wait(left, until, func() bool { s.shown(StateSending, then); return !s.writing })
	if err != nil {
		return err
	}
	left = max(left-time.Since(begun), s.p.time.grace)
	if s.grade <= gradeStatus { // nothing will be said: give it the time it needs
		left = max(need-time.Since(begun), time.Millisecond)
	}
	err = s.wait(left, until, func() bool {
		s.shown(then, then)
		return s.grade == gradeFence && s.seen || s.grade == gradeOrder && s.ordered
	})
	if s.grade <= gradeStatus && errors.Is(err, errTimeout) {
		return nil
	}
	return err
}

// shown keeps staff informed in the middle of a job.
func (s *session) shown(sending, then string) {
	switch {
	case s.held():
		s.p.setState(StateHeld)
	case s.writing && then == StateAwaitPrint:
		s.p.setState(sending)
	default:
		s.p.setState(then)
	}
}

// verify asks for the cutter's state before a ticket counts as printed. A
// printer without automatic status must answer; of the others the question is
// only a second look.
func (s *session) verify(until time.Time) (Result, error) {
	if s.grade == gradeSent {
		return Result{Unknown, BySent, ""}, nil
	}
	s.ask(3)
	err := s.wait(s.p.time.confirm, until, func() bool { return !s.writing && s.replied && !s.curable() })
	switch {
	case errors.Is(err, errTimeout) && s.auto && !s.curable():
	case errors.Is(err, errTimeout) && s.grade == gradeFence:
	case err != nil:
		return s.broken(err, s.evidence())
	}
	return Result{Printed, s.evidence(), ""}, nil
}

// broken ends a job that went wrong. What it left in the printer is cleared
// when the line is opened again; if the printer confirms now that it dropped
// the rest of a ticket it had not finished, the ticket is not printed.
func (s *session) broken(err error, evidence Evidence) (Result, error) {
	if s.writing {
		// Perhaps it is only a question that is going out just now.
		if e := s.idle(s.p.time.confirm, s.p.cfg.Now().Add(s.p.time.confirm)); errors.Is(e, errGone) {
			err = e
		}
	}
	reason := s.p.Status().reason()
	if (s.writing || errors.Is(err, errGone)) && s.nothingSent() {
		switch {
		case reason != "":
		case errors.Is(err, errTimeout):
			reason = ReasonTimeout
		default:
			reason = ReasonNoPrinter
		}
		return Result{NotPrinted, ByNone, reason}, err
	}
	s.p.dirty = true
	switch {
	case errors.Is(err, errGone), errors.Is(err, errSilent):
		return Result{Unknown, evidence, ReasonNoPrinter}, err
	case errors.Is(err, errFatal):
		return Result{Unknown, evidence, ReasonFatal}, err
	case errors.Is(err, errTimeout):
		return Result{Unknown, evidence, ReasonTimeout}, err
	case errors.Is(err, errRestart):
		return Result{Unknown, evidence, ReasonRestarted}, err
	case errors.Is(err, errHeld):
		if evidence == ByNone && s.clear() {
			return Result{NotPrinted, evidence, reason}, err
		}
		return Result{Unknown, evidence, reason}, err
	}
	return Result{Unknown, evidence, ReasonInterrupted}, err
}

// nothingSent ends the line and says whether not one byte of the job has left
// us.
func (s *session) nothingSent() bool {
	if err := s.line.Close(); err != nil {
		s.p.cfg.Log.Debug("printer line", "error", err) // it hung up
	}
	if s.writing {
		s.writing = false
		s.out += (<-s.wrote).n
	}
	return !s.begun || s.out == 0
}

// clear drops what the printer holds and says whether it confirmed that.
func (s *session) clear() bool {
	if s.writing || s.grade != gradeFence {
		return false
	}
	s.cleared = false
	s.start(escpos.ClearBuffers())
	// The printer is held, so the time-out stands still: the end does it.
	err := s.wait(s.p.time.confirm, s.p.cfg.Now().Add(s.p.time.confirm), func() bool { return s.cleared && !s.writing })
	return err == nil && !s.seen
}
