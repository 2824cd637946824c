package stream

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"westerkappeln.de/wartemarke/internal/hall"
)

// tape is a response writer that keeps what is written.
type tape struct {
	header http.Header
	mu     sync.Mutex
	text   strings.Builder
}

func (p *tape) Header() http.Header { return p.header }
func (p *tape) WriteHeader(int)     {}
func (p *tape) Flush()              {}
func (p *tape) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.Write(b)
}

// visitor is one listener of the model: where it started, and whether its stream has ended.
type visitor struct {
	after int64
	tape  *tape
	ended chan struct{}
}

// check follows what the visitor was told: every event after its own, in order and once, or first a reset and then every
// event after that. It must have been told everything up to newest, unless its stream ended.
func (v visitor) check(newest int64) error {
	v.tape.mu.Lock()
	text := v.tape.text.String()
	v.tape.mu.Unlock()
	pos := v.after
	for i, block := range strings.Split(text, "\n\n") {
		var id int64 = -1
		var name string
		for line := range strings.Lines(block) {
			field, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
			switch field {
			case "id":
				n, err := strconv.ParseInt(value, 10, 64)
				if err != nil {
					return err
				}
				id = n
			case "event":
				name = value
			}
		}
		switch {
		case id < 0:
		case name == ResetEvent && i <= 1:
			pos = id
		case id != pos+1:
			return fmt.Errorf("after %d came %d %s", pos, id, name)
		default:
			pos = id
		}
	}
	select {
	case <-v.ended:
		return nil
	default:
	}
	if pos != newest {
		return fmt.Errorf("told up to %d of %d", pos, newest)
	}
	return nil
}

// step is one thing that happens to hall or listeners; n says how much.
type step struct {
	what string
	n    int
}

// Whatever happens to the hall, no listener misses an event or gets one twice.
func TestModel(t *testing.T) {
	steps := rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) step {
		return step{
			what: rapid.SampledFrom([]string{"write", "write", "listen", "listen", "prune", "cut", "flood", "restore"}).Draw(rt, "what"),
			n:    rapid.IntRange(0, 60).Draw(rt, "n"),
		}
	}), 1, 20)
	rapid.Check(t, func(rt *rapid.T) {
		todo := steps.Draw(rt, "steps")
		var failed error
		synctest.Test(t, func(t *testing.T) { failed = play(t, todo) })
		if failed != nil {
			rt.Fatal(failed)
		}
	})
}

func play(t *testing.T, todo []step) error {
	f := newFakeHall(10)
	h := New(f, slog.New(slog.DiscardHandler))
	h.keep = 20
	ctx, stop := context.WithCancel(t.Context())
	defer synctest.Wait()
	defer stop()
	go func() {
		if err := h.Run(ctx); err != nil {
			t.Error(err)
		}
	}()
	settle := func() {
		<-time.After(2 * time.Second) // of the bubble: the hub comes back after half a second
		synctest.Wait()
	}
	settle()
	var all []visitor
	for _, s := range todo {
		newest, err := f.Seq(ctx)
		if err != nil {
			return err
		}
		switch s.what {
		case "write":
			for range s.n {
				f.write(hall.Event{Type: "ticket.called"})
			}
		case "flood":
			for range 2*h.keep + s.n {
				f.write(hall.Event{Type: "ticket.called"})
			}
		case "prune":
			f.prune()
		case "cut":
			f.cut()
		case "restore": // of an older backup
			f.mu.Lock()
			f.events = f.events[:max(0, len(f.events)-s.n)]
			f.gone = min(f.gone, int64(len(f.events)))
			f.mu.Unlock()
			f.cut()
			settle()
		case "listen":
			v := visitor{after: max(0, newest+3-int64(s.n)), tape: &tape{header: http.Header{}}, ended: make(chan struct{})}
			all = append(all, v)
			go func() {
				defer close(v.ended)
				h.ServeStaff(v.tape, httptest.NewRequestWithContext(ctx, http.MethodGet, "/", nil), v.after, bare)
			}()
		}
		synctest.Wait()
	}
	settle()
	newest, err := f.Seq(ctx)
	if err != nil {
		return err
	}
	for i, v := range all {
		if err := v.check(newest); err != nil {
			return fmt.Errorf("listener %d, after %d: %w", i, v.after, err)
		}
	}
	return nil
}

// bare chooses every event, without data.
func bare(e hall.Event) ([]byte, string, bool) { return nil, e.Type, true }
