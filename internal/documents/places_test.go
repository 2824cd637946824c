package documents

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"westerkappeln.de/wartemarke/internal/queue"
)

// The buffers are used again; what was in them is gone.
func TestNoContentStaysInMemory(t *testing.T) {
	s := open(t)
	put(t, s, pdf("Erika Mustermann"))
	_, err := s.Put(t.Context(), strings.NewReader("no document, but Erika Mustermann"))
	refused(t, err, queue.BadDocument)
	for range atOnce {
		if place := <-s.places; len(bytes.TrimLeft(place, "\x00")) > 0 {
			t.Error("a buffer holds a citizen's document")
		}
	}
}

func TestManyAtOnce(t *testing.T) {
	s := open(t)
	var all sync.WaitGroup
	for i := range 16 {
		all.Go(func() {
			content := pdf(fmt.Sprint("citizen ", i))
			d, err := s.Put(t.Context(), bytes.NewReader(content))
			if err != nil {
				t.Error(err)
				return
			}
			if back, err := get(t, s, d.ID); err != nil || !bytes.Equal(back, content) {
				t.Errorf("%d bytes back, %v", len(back), err)
			}
			if err := s.Drop(d.ID); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	empty(t, s)
}

// within runs fn in a bubble whose clock goes at once; the store's channels must be of the bubble.
func within(t *testing.T, s *Store, fn func(t *testing.T)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s.making, s.places, s.scanning = make(chan struct{}, makingMost), make(chan []byte, atOnce), make(chan struct{}, scansOnce)
		for range atOnce {
			s.places <- nil
		}
		fn(t)
	})
}

// However many lines hang, others send their documents, up to a number that is told at once.
func TestSlowLinesKeepNobodyWaiting(t *testing.T) {
	s := open(t)
	within(t, s, func(t *testing.T) {
		lines := make([]*io.PipeWriter, makingMost-1)
		ended := make(chan error, makingMost)
		start := func(r io.Reader) {
			_, err := s.Put(t.Context(), r)
			ended <- err
		}
		for i := range lines {
			r, w := io.Pipe()
			lines[i] = w
			go start(r)
			if _, err := w.Write([]byte("%PDF-1.7")); err != nil {
				t.Error(err)
			}
		}
		synctest.Wait()
		put(t, s, pdf("in time"))
		r, last := io.Pipe()
		go start(r)
		synctest.Wait()
		_, err := s.Put(t.Context(), bytes.NewReader(pdf("one too many")))
		refused(t, err, queue.TooMuch)
		begun := time.Now()
		for range makingMost {
			refused(t, <-ended, queue.TooMuch)
		}
		if took := time.Since(begun); took > leastAfter {
			t.Errorf("took %v", took)
		}
		put(t, s, pdf("free again"))
		for _, w := range append(lines, last) {
			w.Close() // the Read that was given up ends
		}
	})
}

func TestRate(t *testing.T) {
	content := pdfOf(300_000)
	for name, c := range map[string]struct {
		pause time.Duration // after each 4 KiB
		ends  time.Duration // 0: it is taken
	}{
		"just enough":   {pause: 490 * time.Millisecond},
		"too slow":      {pause: 510 * time.Millisecond, ends: leastAfter},
		"hardly at all": {pause: 6 * time.Second, ends: leastAfter},
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t)
			within(t, s, func(t *testing.T) {
				r, w := io.Pipe()
				hungUp := make(chan struct{})
				go func() {
					defer close(hungUp)
					for rest := content; len(rest) > 0; {
						n, err := w.Write(rest[:min(len(rest), 4<<10)])
						if err != nil {
							return
						}
						rest = rest[n:]
						time.Sleep(c.pause)
					}
					w.Close()
				}()
				begun := time.Now()
				_, err := s.Put(t.Context(), r)
				switch took := time.Since(begun); {
				case c.ends == 0 && err != nil:
					t.Errorf("got %v after %v", err, took)
				case c.ends != 0:
					refused(t, err, queue.TooMuch)
					if took < c.ends || took > c.ends+time.Second {
						t.Errorf("after %v", took)
					}
				}
				r.Close()
				<-hungUp
			})
			if c.ends != 0 {
				empty(t, s)
			}
		})
	}
}

// What lines bring that hang lies on the disk, not in memory.
func TestSlowLinesTakeNoMemory(t *testing.T) {
	s := open(t)
	heap := func() int64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	content := pdfOf(2 << 20)
	before := heap()
	within(t, s, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, makingMost)
		var lines []*io.PipeWriter
		for range makingMost {
			r, w := io.Pipe()
			lines = append(lines, w)
			go func() {
				_, err := s.Put(ctx, r)
				ended <- err
			}()
			if _, err := w.Write(content); err != nil {
				t.Error(err)
			}
		}
		synctest.Wait()
		if took := heap() - before; took > makingMost*256<<10 {
			t.Errorf("%d KiB for each line", took>>10/makingMost)
		}
		cancel()
		for _, w := range lines {
			if err := <-ended; !errors.Is(err, context.Canceled) {
				t.Errorf("got %v", err)
			}
			w.Close()
		}
	})
	empty(t, s)
}

// Whoever hangs up while a Read hangs does not wait for it.
func TestPutEndsWithTheContext(t *testing.T) {
	s := open(t)
	within(t, s, func(t *testing.T) {
		r, w := io.Pipe()
		defer w.Close()
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		if _, err := s.Put(ctx, r); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
	})
	empty(t, s)
}

// A line's own deadline is a slow line, too.
func TestDeadlineOfTheLine(t *testing.T) {
	s := open(t)
	_, err := s.Put(t.Context(), iotest.ErrReader(fmt.Errorf("read tcp: %w", os.ErrDeadlineExceeded)))
	refused(t, err, queue.TooMuch)
}

// What a document costs in memory is its place, not its size.
func BenchmarkPut(b *testing.B) {
	s := open(b)
	content := pdfOf(MaxSize)
	b.ReportAllocs()
	b.SetBytes(MaxSize)
	for b.Loop() {
		if err := s.Drop(put(b, s, content).ID); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkGet(b *testing.B) {
	s := open(b)
	d := put(b, s, pdfOf(MaxSize))
	b.ReportAllocs()
	b.SetBytes(MaxSize)
	for b.Loop() {
		r, err := s.Get(b.Context(), d.ID)
		if err != nil {
			b.Fatal(err)
		}
		if n, err := io.Copy(io.Discard, r); n != MaxSize || err != nil {
			b.Fatalf("%d bytes, %v", n, err)
		}
		r.Close()
	}
}
