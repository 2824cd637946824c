package hall

import (
	"sync"
	"time"

	"westerkappeln.de/wartemarke/internal/queue"
)

const (
	keepEvents   = 72 * time.Hour // at least 48 h; with one day more a display resumes after a weekend
	keepAnswers  = 48 * time.Hour
	keepContacts = 48 * time.Hour // 2 days after the appointment
	silentAfter  = 45 * time.Second
	hallDevice   = "hall" // troubles of the hall itself
)

// watch keeps the latest time used and when that was on the monotonic clock, within this process.
type watch struct {
	mu      sync.Mutex
	last    time.Time
	running time.Duration
}

// judge gives the time to use now, and the clock's trouble. stored is what the store knows of time.
func (h *Hall) judge(stored Clock) (time.Time, string) {
	w := &h.seen
	w.mu.Lock()
	defer w.mu.Unlock()
	now, running := h.cfg.Now(), h.cfg.Running()
	last, elapsed := w.last, running-w.running
	switch {
	case last.IsZero() && stored.Trouble == queue.ClockAhead:
		// Another process, or this one before its restart, has seen the clock jump: believing it now would end the day.
		last, elapsed = stored.Seen, 0
	case last.IsZero():
		last, elapsed = stored.Seen, -1 // after a start
	case stored.Seen.After(last): // another process has been there since
		elapsed = max(0, elapsed-stored.Seen.Sub(last))
		last = stored.Seen
	}
	use, trouble := h.cfg.Queue.Watch(last, now, elapsed)
	if use.Before(last) {
		use = last
	}
	w.last, w.running = use.UTC().Round(0), running
	return w.last, trouble
}

// believe takes the clock's word from now on.
func (h *Hall) believe() time.Time {
	w := &h.seen
	w.mu.Lock()
	defer w.mu.Unlock()
	w.last, w.running = h.cfg.Now().UTC().Round(0), h.cfg.Running()
	return w.last
}

// keepTime stores the time used, tells of trouble with the clock, and ends the day when a new one has come.
func (c *change) keepTime() error {
	next, trouble := c.clock, c.trouble
	next.Seen = c.now
	next.Revision = c.base + 1
	if trouble != next.Trouble {
		if next.Trouble != "" {
			c.events = append(c.events, Event{Type: EventWell, Device: hallDevice, Trouble: next.Trouble})
		}
		if trouble != "" {
			c.events = append(c.events, Event{Type: EventTrouble, Device: hallDevice, Trouble: trouble})
		}
		next.Trouble, next.Since = trouble, c.now
	}
	if c.day != next.Day {
		if err := c.endOfDay(); err != nil {
			return err
		}
		next.Day = c.day
	}
	if err := c.tx.PutClock(next); err != nil {
		return err
	}
	c.clock = next
	return nil
}

// endOfDay expires what is still open of the days before and closes their counters.
func (c *change) endOfDay() error {
	old, err := c.tx.OpenBefore(c.day)
	if err != nil {
		return err
	}
	for _, t := range old {
		if _, err := c.apply(t, queue.Change{Action: queue.Expire}); err != nil {
			return err
		}
	}
	counters, err := c.tx.OpenedBefore(c.day)
	if err != nil {
		return err
	}
	for _, o := range counters {
		if err := c.closeCounter(o.ID); err != nil {
			return err
		}
	}
	return nil
}
