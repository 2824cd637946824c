package printer

import (
	"context"
	"slices"
	"time"
)

// request is a job that somebody waits for.
type request struct {
	job    Job
	since  time.Time
	done   chan struct{}
	result Result // once done is closed
}

// Print prints a job and waits for its end. It returns at once with NotPrinted
// while the printer is down or held, and with the first result when the key has
// been printed, or may have been, before. When ctx ends while the job's bytes
// are on their way the answer is Unknown; the job goes on, and Print with its
// key gives the end of it.
func (p *Printer) Print(ctx context.Context, j Job) Result {
	r, result := p.submit(j)
	if r == nil {
		return result
	}
	select {
	case <-r.done:
		return r.result
	case <-ctx.Done():
	}
	p.mu.Lock()
	i := slices.Index(p.queue, r)
	if i >= 0 {
		p.queue = slices.Delete(p.queue, i, i+1)
	}
	p.mu.Unlock()
	if i < 0 {
		select {
		case <-r.done:
			return r.result
		default:
			return Result{Unknown, ByNone, ReasonTimeout}
		}
	}
	p.finish(r, Result{NotPrinted, ByNone, ReasonTimeout})
	return r.result
}

// submit queues a job, joins one with the same key, or answers at once.
func (p *Printer) submit(j Job) (*request, Result) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if r, ok := p.active[j.Key]; ok {
		return r, Result{}
	}
	if result, ok := p.jobs.ended(j.Key); ok && result.Outcome != NotPrinted {
		return nil, result
	}
	switch p.status.State {
	case StateDown:
		return nil, Result{NotPrinted, ByNone, ReasonNoPrinter}
	case StateHeld:
		return nil, Result{NotPrinted, ByNone, p.status.reason()}
	}
	r := &request{job: j, since: p.cfg.Now(), done: make(chan struct{})}
	p.active[j.Key] = r
	p.queue = append(p.queue, r)
	select {
	case p.wake <- struct{}{}:
	default:
	}
	return r, Result{}
}

// next takes the oldest job that is still worth printing.
func (p *Printer) next() *request {
	for {
		p.mu.Lock()
		if len(p.queue) == 0 {
			p.mu.Unlock()
			return nil
		}
		r := p.queue[0]
		p.queue = p.queue[1:]
		p.mu.Unlock()
		if p.cfg.Now().Sub(r.since) < p.time.held {
			return r
		}
		p.finish(r, Result{NotPrinted, ByNone, ReasonTimeout})
	}
}

// refuse ends every job that waits: while the printer is down or held nothing
// queues.
func (p *Printer) refuse(reason string) {
	p.mu.Lock()
	waiting := p.queue
	p.queue = nil
	p.mu.Unlock()
	for _, r := range waiting {
		p.finish(r, Result{NotPrinted, ByNone, reason})
	}
}

func (p *Printer) finish(r *request, result Result) {
	p.mu.Lock()
	r.result = result
	delete(p.active, r.job.Key)
	p.mu.Unlock()
	close(r.done)
	p.cfg.Log.Info("job ended", "outcome", result.Outcome, "evidence", result.Evidence, "reason", result.Reason)
}

// reason names the fault that holds the printer, the gravest first.
func (s Status) reason() string {
	switch {
	case s.Fatal:
		return ReasonFatal
	case s.Cutter:
		return ReasonCutter
	case s.CoverOpen:
		return ReasonCoverOpen
	case s.PaperOut:
		return ReasonPaperOut
	case s.Offline:
		return ReasonOffline
	}
	return ""
}
