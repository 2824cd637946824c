// Package scanner turns what code readers send into one Code per scan.
package scanner

import (
	"context"
	"io"
	"time"

	"westerkappeln.de/wartemarke/devices/port"
)

// Code is what one scan read, 1 to 512 bytes, without the line end and without
// the symbology prefix (ISO/IEC 15424, "]Q1"). It is not interpreted.
type Code string

const (
	// repeat is how long the same code is the same scan: readers left in
	// continuous mode send a code several times a second.
	repeat = 3 * time.Second
	// flush ends a code of a reader that sends no line end.
	flush = 50 * time.Millisecond
)

// Run reads codes from the line that open gives and hands them to on, one after
// the other. When the line ends it is opened again, with pauses from 0.25 to
// 5 s; health hears true when the line opened and false when it is lost or did
// not open, each once. on and health are called from one goroutine and must not
// wait for long. Run returns ctx's error when ctx is done.
func Run(ctx context.Context, open func(context.Context) (io.ReadCloser, error), on func(Code), health func(ok bool)) error {
	r := runner{on: on, health: health}
	var pause port.Backoff
	for {
		line, err := port.Reopen(ctx, &pause, open, func(error) { r.tell(false) })
		if err != nil {
			return err
		}
		r.tell(true)
		if r.serve(ctx, line) {
			pause.Reset()
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		r.tell(false)
		if err := pause.Wait(ctx); err != nil {
			return err
		}
	}
}

type runner struct {
	on     func(Code)
	health func(bool)
	well   bool
	told   bool
	last   Code
	at     time.Time
}

func (r *runner) tell(ok bool) {
	if r.told && ok == r.well {
		return
	}
	r.well, r.told = ok, true
	if r.health != nil {
		r.health(ok)
	}
}

// serve reads one line to its end and says whether anything came.
func (r *runner) serve(ctx context.Context, line io.ReadCloser) (any bool) {
	quit := make(chan struct{})
	chunks := make(chan []byte)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		read(line, chunks, quit)
	}()
	defer func() {
		close(quit)
		line.Close() // an error means it is gone already, which is what we want
		<-ended
	}()
	var f framer
	for {
		var idle <-chan time.Time
		if f.pending() {
			idle = time.After(flush)
		}
		select {
		case <-ctx.Done():
			return any
		case <-idle:
			r.codes(f.flush())
		case b, ok := <-chunks:
			if !ok {
				return any // half a code would be a wrong one
			}
			any = true
			r.codes(f.feed(b))
		}
	}
}

// read hands on what comes until the line ends, and then closes chunks.
func read(line io.Reader, chunks chan<- []byte, quit <-chan struct{}) {
	defer close(chunks)
	for {
		b := make([]byte, 256)
		n, err := line.Read(b)
		if n > 0 {
			select {
			case chunks <- b[:n]:
			case <-quit:
				return
			}
		}
		if err != nil {
			return
		}
	}
}

func (r *runner) codes(codes []Code) {
	for _, c := range codes {
		now := time.Now()
		again := c == r.last && now.Sub(r.at) < repeat
		r.last, r.at = c, now
		if !again {
			r.on(c)
		}
	}
}
