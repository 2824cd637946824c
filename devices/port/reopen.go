package port

import (
	"context"
	"time"
)

// Backoff is the pause between attempts to open a line: 0.25 s, doubling to
// 5 s. The zero value is ready; it belongs to one goroutine.
type Backoff struct {
	Min, Max time.Duration // 0.25 s and 5 s when zero
	next     time.Duration
}

// Wait pauses and makes the next pause longer. It returns the context's error
// when that ends first.
func (b *Backoff) Wait(ctx context.Context) error {
	low, high := b.Min, b.Max
	if low <= 0 {
		low = 250 * time.Millisecond
	}
	if high <= 0 {
		high = 5 * time.Second
	}
	b.next = min(max(b.next, low), high)
	t := time.NewTimer(b.next)
	defer t.Stop()
	b.next *= 2
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// Reset makes the next pause short again; call it once a device has answered,
// not when it merely opened.
func (b *Backoff) Reset() { b.next = 0 }

// Reopen opens a line, trying again with pauses until it succeeds or ctx ends;
// failed hears of every attempt that did not. Close the old line first: a
// device that comes back gets its name back only when nobody holds it.
func Reopen[T any](ctx context.Context, pause *Backoff, open func(context.Context) (T, error), failed func(error)) (T, error) {
	for {
		if err := ctx.Err(); err != nil {
			var none T
			return none, err
		}
		line, err := open(ctx)
		if err == nil {
			return line, nil
		}
		if failed != nil {
			failed(err)
		}
		if err := pause.Wait(ctx); err != nil {
			var none T
			return none, err
		}
	}
}
