// Package hall holds the use cases of the town hall's queue. Each change is one transaction: ask the pure rules, write
// the new state and its event, commit, and only then publish.
package hall

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/catalogue"
	"westerkappeln.de/wartemarke/internal/queue"
)

// Config is what a Hall is made of. Rules left zero are the defaults, Now is time.Now, Running the process's monotonic clock,
// Log discards. A test that sets Now forward by more than queue.Rules.ClockJumpMinutes sets Running forward with it, or the
// hall takes it for a clock that jumped.
type Config struct {
	Store    Store
	Queue    queue.Rules
	Booking  booking.Rules
	Location *time.Location
	Now      func() time.Time // internal/clock in production
	// Running is a monotonic clock: how long this program runs. With it a jump of Now is told from time that passed.
	Running func() time.Duration
	// KeepContacts is how long a contact is kept after the appointment; zero means 2 days (DOMAIN, Personal data).
	KeepContacts time.Duration
	// Mail tells that mails can be sent. Without it citizens need no mail address, and what they book is booked at once.
	Mail bool
	Log  *slog.Logger
}

// Hall is the use cases over one store. It is safe for concurrent use.
type Hall struct {
	cfg  Config
	disk *disk // cfg.Store too
	hub  hub
	seen watch

	mu        sync.Mutex // guards what follows: copies of what the store has
	version   int64
	revision  int64 // at which the catalogue was the one in force
	catalogue *catalogue.Catalogue
	learned   learned
	memory    memory
	posted    chan struct{} // a mail is to be sent
	confirms  *confirms     // guards itself
}

// New makes a Hall. Call Run for end of day and for the events of other processes.
func New(cfg Config) *Hall {
	if cfg.Queue == (queue.Rules{}) {
		cfg.Queue = queue.DefaultRules()
	}
	if cfg.Booking == (booking.Rules{}) {
		cfg.Booking = booking.DefaultRules()
	}
	if cfg.Location == nil {
		cfg.Location = time.UTC
	}
	if cfg.Now == nil {
		cfg.Now = func() time.Time { return time.Now().Round(0) }
	}
	if cfg.Running == nil {
		start := time.Now()
		cfg.Running = func() time.Duration { return time.Since(start) }
	}
	if cfg.KeepContacts <= 0 {
		cfg.KeepContacts = keepContacts
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	d := &disk{Store: cfg.Store, now: cfg.Now, log: cfg.Log}
	cfg.Store = d
	return &Hall{cfg: cfg, disk: d, posted: make(chan struct{}, 1), confirms: newConfirms()}
}

// update runs one use case in one transaction and publishes its events once they are durable. Store errors that the asker
// can understand become refusals.
func (h *Hall) update(ctx context.Context, actor Actor, fn func(*change) error) error {
	var c *change
	err := h.sweeping(ctx, func() error {
		c = nil
		err := h.cfg.Store.Update(ctx, func(tx Tx) error {
			c = &change{scene: scene{h: h, tx: tx, own: true}, actor: actor}
			if err := c.begin(); err != nil {
				return err
			}
			if err := fn(c); err != nil {
				return err
			}
			if err := c.offerFreed(); err != nil {
				return err
			}
			return c.flush()
		})
		if err != nil && c != nil {
			c.giveBackConfirms()
		}
		return err
	})
	if err != nil {
		return refused(err)
	}
	h.remember(&c.scene)
	if len(c.events) > 0 {
		h.hub.publish(context.WithoutCancel(ctx), h.cfg.Store, h.cfg.Log)
	}
	if c.posted {
		select {
		case h.posted <- struct{}{}:
		default: // it is known that there is something to send
		}
	}
	return nil
}

// Posted tells when this process has put a mail into the outbox. Those of others are found by looking now and then.
func (h *Hall) Posted() <-chan struct{} { return h.posted }

// view runs a read on one snapshot.
func (h *Hall) view(ctx context.Context, fn func(*scene) error) error {
	return h.cfg.Store.View(ctx, func(tx Tx) error {
		s := &scene{h: h, tx: tx}
		if err := s.look(); err != nil {
			return err
		}
		if err := fn(s); err != nil {
			return err
		}
		h.remember(s)
		return nil
	})
}

// refused makes a Refusal of the store's own ways to say no. Other errors stay what they are.
func refused(err error) error {
	var r *queue.Refusal
	switch {
	case errors.As(err, &r):
		return err
	case errors.Is(err, ErrTaken):
		return &queue.Refusal{Code: queue.Conflict}
	case errors.Is(err, ErrFull):
		return &queue.Refusal{Code: queue.DiskFull}
	}
	return err
}

// isRefusal tells a refusal with this code.
func isRefusal(err error, code queue.Code) bool {
	var r *queue.Refusal
	return errors.As(err, &r) && r.Code == code
}

func notFound() error   { return &queue.Refusal{Code: queue.NotFound} }
func notAllowed() error { return &queue.Refusal{Code: queue.NotAllowed} }

func invalid(field string) error { return &queue.Refusal{Code: queue.Invalid, Field: field} }

// Catalogue in force; empty before the first one.
func (h *Hall) Catalogue(ctx context.Context) (catalogue.Catalogue, error) {
	var cat catalogue.Catalogue
	err := h.view(ctx, func(s *scene) error {
		cat = *s.cat
		return nil
	})
	return cat, err
}

// loadCatalogue gives the catalogue that the transaction sees, read again only when it is another one.
func (h *Hall) loadCatalogue(s *scene) (*catalogue.Catalogue, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.catalogue != nil && h.revision == s.base {
		return h.catalogue, nil
	}
	version, err := s.tx.CatalogueVersion()
	if err != nil {
		return nil, err
	}
	if h.catalogue == nil || h.version != version {
		cat, err := s.tx.Catalogue()
		if err != nil {
			return nil, fmt.Errorf("catalogue: %w", err)
		}
		h.catalogue, h.version = &cat, version
	}
	h.revision = s.base
	return h.catalogue, nil
}
