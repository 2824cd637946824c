package documents

import (
	"context"
	"io"
	"os"
	"time"
)

// What the slowest line has to bring. A telephone at the edge of its cell has some 16 KiB a second.
const (
	leastRate  = 8 << 10          // bytes a second, on the average
	leastAfter = 10 * time.Second // from which on that is asked for
)

// pieceSize is how much of a document in the making is in memory, in bytes, beside age's own 64 KiB.
const pieceSize = 32 << 10

// piece is what a Read gave.
type piece struct {
	bytes []byte
	err   error
}

// pull reads r to its end and gives each piece to take. It gives up with os.ErrDeadlineExceeded when r is slower than leastRate,
// with ctx's error, and with take's; a Read that hangs then ends by itself, and what it brings is thrown away.
func pull(ctx context.Context, r io.Reader, take func([]byte) error) error {
	begun, got := time.Now(), 0
	late := time.NewTimer(leastAfter)
	defer late.Stop()
	pieces, taken, over := make(chan piece), make(chan struct{}), make(chan struct{})
	defer close(over)
	go read(r, pieces, taken, over)
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-late.C:
			return os.ErrDeadlineExceeded
		case p := <-pieces:
			if len(p.bytes) > 0 {
				if err := take(p.bytes); err != nil {
					return err
				}
			}
			if p.err == io.EOF {
				return nil
			}
			if p.err != nil {
				return p.err
			}
			got += len(p.bytes)
			late.Reset(time.Until(begun.Add(max(leastAfter, time.Duration(got)*time.Second/leastRate))))
			taken <- struct{}{}
		}
	}
}

// read hands over what r gives, piece by piece, until its error or until pull is over. Nothing of it stays in memory.
func read(r io.Reader, pieces chan<- piece, taken, over <-chan struct{}) {
	buf := make([]byte, pieceSize)
	defer clear(buf)
	for {
		n, err := r.Read(buf)
		select {
		case pieces <- piece{buf[:n], err}:
		case <-over:
			return
		}
		select {
		case <-taken:
		case <-over:
			return
		}
	}
}
