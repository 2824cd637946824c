package stream

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"time"

	"westerkappeln.de/wartemarke/internal/hall"
)

// fakeHall is a hall whose events are 1, 2, 3 …; those up to gone are no longer stored.
type fakeHall struct {
	mu     sync.Mutex
	gone   int64
	events []hall.Event
	live   map[chan hall.Event]bool
	subs   int
}

func newFakeHall(stored int) *fakeHall {
	f := &fakeHall{live: map[chan hall.Event]bool{}}
	for range stored {
		f.write(hall.Event{Type: "ticket.waiting"})
	}
	return f
}

func (f *fakeHall) write(e hall.Event) {
	f.mu.Lock()
	defer f.mu.Unlock()
	e.Seq = int64(len(f.events)) + 1
	f.events = append(f.events, e)
	for ch := range f.live {
		select {
		case ch <- e:
		default: // too slow, as the hall does it
			close(ch)
			delete(f.live, ch)
		}
	}
}

// prune forgets all events that are stored.
func (f *fakeHall) prune() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.gone = int64(len(f.events))
}

// cut ends every subscription, as the hall does with a slow reader.
func (f *fakeHall) cut() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for ch := range f.live {
		close(ch)
		delete(f.live, ch)
	}
}

func (f *fakeHall) subscriptions() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.subs
}

func (f *fakeHall) Seq(context.Context) (int64, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return int64(len(f.events)), nil
}

func (f *fakeHall) Subscribe(_ context.Context, after int64) (<-chan hall.Event, bool, func(), error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.subs++
	if after < f.gone || after > int64(len(f.events)) {
		return nil, false, func() {}, nil
	}
	missed := f.events[after:]
	ch := make(chan hall.Event, len(missed)+4096)
	for _, e := range missed {
		ch <- e
	}
	f.live[ch] = true
	return ch, true, func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		delete(f.live, ch)
	}, nil
}

// start runs a hub over f until the test ends, and waits until it is up.
func start(t testing.TB, f *fakeHall, set ...func(*Hub)) *Hub {
	t.Helper()
	h := New(f, slog.New(slog.DiscardHandler))
	for _, s := range set {
		s(h)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- h.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	select {
	case <-h.ready:
	case <-time.After(10 * time.Second):
		t.Fatal("hub does not start")
	}
	return h
}

// all chooses every event with its type as data.
func all(e hall.Event) ([]byte, string, bool) { return []byte(e.Type), e.Type, true }
