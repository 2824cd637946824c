package display

import (
	"context"
	"time"

	"westerkappeln.de/wartemarke/internal/wire"
)

const (
	firstPause   = 500 * time.Millisecond // before the hall is tried again
	longestPause = 5 * time.Second
	boardLimit   = 10 * time.Second // for one snapshot
	// shortLine: an event stream that ends sooner and without an event is doubted; then snapshots must do.
	shortLine = 2 * time.Second
)

// follow keeps the board up to date until ctx ends. After a lost line it resumes at the last event seen; each time it
// first fetches a snapshot, which tells what of the missed is old news. The board is called stale when a snapshot
// cannot be had, not when a line breaks and is back half a second later.
func (d *Display) follow(ctx context.Context) {
	pause, lost := firstPause, d.o.Now()
	for ctx.Err() == nil {
		after, err := d.connect(ctx)
		if err != nil {
			since := lost
			d.o.Post(func() {
				d.board.Lost(since)
				d.refresh()
			})
		} else {
			began := time.Now()
			var some bool
			some, err = d.watch(ctx, after)
			lost = d.o.Now()
			if some || time.Since(began) > shortLine {
				pause = firstPause
			} else {
				d.o.Post(d.board.Refetch)
			}
		}
		if ctx.Err() != nil {
			return
		}
		d.o.Log.Warn("no line to the hall", "err", err, "retry", pause)
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
		pause = min(2*pause, longestPause)
	}
}

// connect fetches a snapshot, gives it to the board and returns the number to watch from.
func (d *Display) connect(ctx context.Context) (after int64, err error) {
	limited, cancel := context.WithTimeout(ctx, boardLimit)
	defer cancel()
	s, err := d.o.Hall.Board(limited, d.o.Area)
	if err != nil {
		return 0, err
	}
	seq := make(chan int64, 1)
	d.o.Post(func() {
		seq <- d.board.Connected(s, d.o.Now())
		d.refresh()
		d.announceNext()
	})
	select {
	case after = <-seq:
		return after, nil
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

// watch follows the event stream until it breaks or an event asks for a new snapshot. some tells whether any came.
func (d *Display) watch(ctx context.Context, after int64) (some bool, err error) {
	watching, stop := context.WithCancel(ctx)
	defer stop()
	err = d.o.Hall.Watch(watching, d.o.Area, after, func(e wire.Event) {
		some = true
		d.o.Post(func() {
			changed, snapshot := d.board.Event(e, d.o.Now())
			if changed {
				d.refresh()
				d.announceNext()
			}
			if snapshot {
				stop()
			}
		})
	})
	return some, err
}
