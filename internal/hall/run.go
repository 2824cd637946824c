package hall

import (
	"context"
	"time"

	"westerkappeln.de/wartemarke/internal/queue"
)

const (
	lookForOthers = 200 * time.Millisecond // how soon a command's change beside the server shows
	lookAround    = time.Second            // new day, silent devices, clock
	lookBack      = time.Minute            // what to forget; also how often an idle hall stores the time
)

// Run rolls the day over, marks silent devices, forgets what is kept no longer, and publishes events that other processes
// wrote, until ctx is done. Then it closes all subscriptions. An error of the store is logged and tried again: the hall
// must come back by itself when the disk does.
func (h *Hall) Run(ctx context.Context) error {
	defer h.hub.end()
	others, around, back := time.NewTicker(lookForOthers), time.NewTicker(lookAround), time.NewTicker(lookBack)
	defer others.Stop()
	defer around.Stop()
	defer back.Stop()
	h.tell(ctx, "forget", h.forget(ctx))
	var changes int64
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-others.C:
			now, err := h.cfg.Store.Changes(ctx)
			h.tell(ctx, "look for changes", err)
			if now != changes {
				changes = now
				h.hub.publish(ctx, h.cfg.Store, h.cfg.Log)
			}
		case <-around.C:
			h.tell(ctx, "day", h.RollOver(ctx))
			h.tell(ctx, "devices", h.markSilent(ctx))
		case <-back.C:
			h.tell(ctx, "forget", h.forget(ctx))
		}
	}
}

func (h *Hall) tell(ctx context.Context, what string, err error) {
	if err != nil && ctx.Err() == nil {
		h.cfg.Log.Error("hall", "doing", what, "error", err)
	}
}

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

// forget deletes what is kept no longer: contacts, answers, events, sessions.
func (h *Hall) forget(ctx context.Context) error {
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
		_, err := c.tx.DropRemarks(c.day)
		return err
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
