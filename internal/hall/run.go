package hall

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"westerkappeln.de/wartemarke/internal/queue"
)

const (
	lookForOthers = 200 * time.Millisecond // how soon a command's change beside the server shows
	lookAround    = time.Second            // new day, silent devices, clock, lapsed holds
	lookBack      = time.Minute            // what to forget; also how often an idle hall stores the time
)

// Run rolls the day over, marks silent devices, lets holds lapse, forgets what is kept no longer, and publishes events that other processes
// wrote, until ctx is done. Then it closes all subscriptions. An error of the store is logged and tried again: the hall
// must come back by itself when the disk does.
func (h *Hall) Run(ctx context.Context) error {
	defer h.hub.end()
	others, around, back := time.NewTicker(lookForOthers), time.NewTicker(lookAround), time.NewTicker(lookBack)
	defer others.Stop()
	defer around.Stop()
	defer back.Stop()
	told := map[string]string{}
	tell := func(what string, err error) { h.tell(ctx, told, what, err) }
	tell("places of old appointments", h.seatOld(ctx))
	tell("forget", h.Forget(ctx))
	var changes int64
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-others.C:
			now, err := h.cfg.Store.Changes(ctx)
			tell("look for changes", err)
			if now != changes {
				changes = now
				h.hub.publish(ctx, h.cfg.Store, h.cfg.Log)
			}
		case <-around.C:
			tell("day", h.RollOver(ctx))
			tell("devices", h.markSilent(ctx))
			tell("holds", h.Lapse(ctx))
		case <-back.C:
			tell("forget", h.Forget(ctx))
		}
	}
}

// tell logs an error when it begins, and when it is another one: what is tried every second must not fill a disk that
// is nearly full. told has what was logged last of each. A disk that cannot be written logs itself.
func (h *Hall) tell(ctx context.Context, told map[string]string, what string, err error) {
	now := ""
	if err != nil && !isFull(err) {
		now = err.Error()
	}
	if now != "" && now != told[what] && ctx.Err() == nil {
		h.cfg.Log.Error("hall", "doing", what, "error", err)
	}
	told[what] = now
}

// disk is a store that remembers whether it can be written.
type disk struct {
	Store
	now func() time.Time
	log *slog.Logger

	mu   sync.Mutex
	full time.Time // since then nothing could be written; zero when the last change could
}

// Update is the store's. A refusal wrote nothing and says nothing of the disk.
func (d *disk) Update(ctx context.Context, fn func(Tx) error) error {
	err := d.Store.Update(ctx, fn)
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case errors.Is(err, ErrFull) && d.full.IsZero():
		d.full = d.now()
		d.log.Error("nothing can be written: the disk is full or broken", "error", err)
	case err == nil && !d.full.IsZero():
		d.log.Warn("the disk can be written again", "since", d.full)
		d.full = time.Time{}
	}
	return err
}

// FullSince is when the disk turned out to be full or broken; zero when all is well. The trouble TroubleDiskFull says the
// same to clerks. It is not stored and has no event, for that would have to be written.
func (h *Hall) FullSince() time.Time {
	h.disk.mu.Lock()
	defer h.disk.mu.Unlock()
	return h.disk.full
}

// isFull tells the refusal of a disk that cannot be written.
func isFull(err error) bool { return isRefusal(err, queue.DiskFull) }

// RollOver ends the day when a new one has come, and notes trouble with the clock; otherwise it writes nothing. Run does it
// every second, and every change does it first.
func (h *Hall) RollOver(ctx context.Context) error {
	var due bool
	err := h.view(ctx, func(s *scene) error {
		due = s.day != s.clock.Day || s.trouble != s.clock.Trouble
		return nil
	})
	if err != nil || !due {
		return err
	}
	return h.update(ctx, Actor{Kind: System}, func(*change) error { return nil })
}

// Forget deletes what is kept no longer: contacts, answers, events, sessions, holds that lapsed, rests that are over. Run does it
// every minute.
func (h *Hall) Forget(ctx context.Context) error {
	return h.update(ctx, Actor{Kind: System}, func(c *change) error {
		for _, f := range []struct {
			what string
			drop func(time.Time) (int, error)
			ago  time.Duration
		}{
			{"contacts", c.tx.DropContacts, h.cfg.KeepContacts},
			{"answers", c.tx.DropAnswers, keepAnswers},
			{"events", c.tx.DropEvents, keepEvents},
			{"sessions", c.tx.DropSessions, 0},
		} {
			n, err := f.drop(c.now.Add(-f.ago))
			if err != nil {
				return err
			}
			if n > 0 {
				h.cfg.Log.Info("forgotten", "what", f.what, "count", n)
			}
		}
		if _, err := c.tx.DropRemarks(c.day); err != nil {
			return err
		}
		return c.sweep()
	})
}

// ConfirmClock accepts the present time after a jump (lead): the day may roll over, and nothing waits for an old time to
// come again.
func (h *Hall) ConfirmClock(ctx context.Context, cmd Command) error {
	return h.do(ctx, cmd, "confirm clock", nil, func(c *change) error {
		if err := c.mayAs(Lead); err != nil {
			return err
		}
		c.now, c.trouble = h.believe(), ""
		c.clock.Seen = c.now
		c.day = queue.DayOf(c.now, h.cfg.Location)
		c.loaded = false // of another day
		return c.keepTime()
	})
}

// Held says what is held about persons, and since when; never who they are.
func (h *Hall) Held(ctx context.Context) (Held, error) {
	var held Held
	err := h.view(ctx, func(s *scene) error {
		var err error
		held, err = s.tx.Contacts()
		return err
	})
	return held, err
}
