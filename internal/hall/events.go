package hall

import (
	"context"
	"log/slog"
	"sync"
)

const (
	hubKeeps   = 4096   // events in memory; a reader that is further behind is dropped and resumes by its last id
	readAtOnce = 512    // events per read from the store
	mostStored = 10_000 // more than this behind, a fresh snapshot is cheaper than the events
)

// hub gives events to subscribers. Publishing costs one read of the new events and one wake-up for all: each subscriber has
// a goroutine that goes through the shared log at its own pace.
type hub struct {
	mu   sync.Mutex
	subs int
	last int64         // of the log, and of all that was ever published
	log  []Event       // the latest; elements are never changed, so that readers keep slices of it
	wake chan struct{} // closed when there is more
	stop bool
}

// publish reads what was committed since the last time, by whomever, and wakes the subscribers.
func (b *hub) publish(ctx context.Context, store Store, log *slog.Logger) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.subs == 0 {
		return // the next one begins with what is stored
	}
	var fresh []Event
	err := store.View(ctx, func(tx Tx) error {
		var err error
		fresh, err = stored(tx, b.last)
		return err
	})
	if err != nil {
		log.Error("events not published", "error", err) // they will be with the next change or look
		return
	}
	if len(fresh) == 0 {
		return
	}
	b.log = append(b.log, fresh...)
	if over := len(b.log) - hubKeeps; over > 0 {
		b.log = append([]Event(nil), b.log[over:]...)
	}
	b.last = fresh[len(fresh)-1].Seq
	b.awake()
}

func (b *hub) awake() {
	if b.wake != nil {
		close(b.wake)
	}
	b.wake = make(chan struct{})
}

// stored reads all events after seq.
func stored(tx Tx, after int64) ([]Event, error) {
	var all []Event
	for {
		some, err := tx.Events(after, readAtOnce)
		if err != nil || len(some) == 0 {
			return all, err
		}
		all = append(all, some...)
		after = some[len(some)-1].Seq
	}
}

// Subscribe gives the events after seq (0 or more), first those stored, then live ones, in order and without a gap. ok is false when seq
// is gone or from the future: send a reset. The channel is closed when the reader is too slow (it resumes by its last
// id) or when the hall stops; cancel ends it.
func (h *Hall) Subscribe(ctx context.Context, after int64) (events <-chan Event, ok bool, cancel func(), err error) {
	b := &h.hub
	b.mu.Lock()
	defer b.mu.Unlock()
	var backlog []Event
	var first, last int64
	err = h.cfg.Store.View(ctx, func(tx Tx) error {
		var err error
		if first, last, err = tx.EventRange(); err != nil {
			return err
		}
		if ok = after >= first-1 && after <= last && last-after <= mostStored; ok {
			backlog, err = stored(tx, after)
		}
		return err
	})
	if err != nil || !ok || b.stop {
		closed := make(chan Event)
		close(closed)
		return closed, ok && err == nil, func() {}, err
	}
	if b.subs == 0 {
		b.last, b.log = last, nil
		b.awake()
	}
	b.subs++
	ctx, cancel = context.WithCancel(ctx)
	out := make(chan Event, 16)
	go b.deliver(ctx, cancel, out, backlog, last)
	return out, true, cancel, nil
}

// deliver sends the backlog, which ends at seq pos, and then what the log has after it.
func (b *hub) deliver(ctx context.Context, cancel func(), out chan<- Event, batch []Event, pos int64) {
	defer close(out)
	defer cancel()
	defer func() {
		b.mu.Lock()
		b.subs--
		b.mu.Unlock()
	}()
	for {
		for _, e := range batch {
			select {
			case out <- e:
			case <-ctx.Done():
				return
			}
		}
		var wake chan struct{}
		var ok bool
		if batch, wake, ok = b.after(pos); !ok {
			return
		}
		if len(batch) > 0 {
			pos = batch[len(batch)-1].Seq
			continue
		}
		select {
		case <-wake:
		case <-ctx.Done():
			return
		}
	}
}

// after gives what the log has after pos, and what to wait for when that is nothing. ok is false for a reader that is too
// slow, and when the hall stops.
func (b *hub) after(pos int64) (batch []Event, wake chan struct{}, ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.stop {
		return nil, nil, false
	}
	if pos >= b.last {
		return nil, b.wake, true
	}
	// Sequence numbers have no gaps, so they tell places in the log.
	behind := int(b.last - pos)
	if behind > len(b.log) {
		return nil, nil, false
	}
	return b.log[len(b.log)-behind:], nil, true
}

// end closes all channels.
func (b *hub) end() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.stop = true
	b.awake()
}

// Seq is the latest event's sequence number.
func (h *Hall) Seq(ctx context.Context) (int64, error) {
	var seq int64
	err := h.cfg.Store.View(ctx, func(tx Tx) error {
		var err error
		_, seq, err = tx.EventRange()
		return err
	})
	return seq, err
}
