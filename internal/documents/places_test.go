package documents

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

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

// A third one waits for a place, and gives up when its citizen does.
func TestTwoAtATime(t *testing.T) {
	s := open(t)
	synctest.Test(t, func(t *testing.T) {
		s.places = make(chan []byte, atOnce) // of this bubble
		for range atOnce {
			s.places <- nil
		}
		lines := make([]*io.PipeWriter, atOnce)
		ended := make(chan error, atOnce)
		for i := range lines {
			r, w := io.Pipe()
			lines[i] = w
			go func() {
				_, err := s.Put(t.Context(), r)
				ended <- err
			}()
		}
		synctest.Wait()
		ctx, cancel := context.WithCancel(t.Context())
		third := make(chan error, 1)
		go func() {
			_, err := s.Put(ctx, bytes.NewReader(pdf("third")))
			third <- err
		}()
		synctest.Wait()
		select {
		case err := <-third:
			t.Fatalf("the third did not wait: %v", err)
		default:
		}
		cancel()
		if err := <-third; !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
		for _, w := range lines {
			if _, err := w.Write(pdf("x")); err != nil {
				t.Error(err)
			}
			w.Close()
		}
		for range lines {
			if err := <-ended; err != nil {
				t.Error(err)
			}
		}
	})
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
