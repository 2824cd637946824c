// Package stream carries the hall's events to many listeners as server-sent events.
//
// One subscription to the hall serves the whole process: a Hub keeps the newest events and every listener reads them at
// its own pace. A listener that is cut off or too slow loses nothing: it comes back with the id of its last event and
// continues there, or is told to reset when that id is gone or from the future.
package stream

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"time"

	"westerkappeln.de/wartemarke/internal/hall"
)

// Defaults of a Hub.
const (
	Keep       = 1024             // events kept in memory; a listener further behind reads from the store
	Heartbeat  = 15 * time.Second // silence after which a comment is sent
	WriteLimit = 10 * time.Second // a listener that takes longer for one write is dropped
	MaxReaders = 4096             // listeners at a time; more are told to come back
	MaxPublic  = 1000             // of these, for strangers: they cannot take the displays' places, nor all memory
	MaxSame    = 8                // public listeners of one ticket, such as the tabs and phones of a family
)

// Source is what a Hub needs of the hall. *hall.Hall is one.
type Source interface {
	Subscribe(ctx context.Context, after int64) (events <-chan hall.Event, ok bool, cancel func(), err error)
	Seq(ctx context.Context) (int64, error)
}

// Hub fans one subscription out to many listeners. Make it with New and start Run before listeners come.
type Hub struct {
	source    Source
	log       *slog.Logger
	heartbeat time.Duration
	limit     time.Duration // of one write
	keep      int           // events

	mu      sync.Mutex
	running bool          // between the first subscription and the end of Run
	ready   chan struct{} // closed at the first subscription
	done    chan struct{} // closed when Run ends: all listeners are sent home
	wake    chan struct{} // closed, and replaced, whenever something changed
	floor   int64         // events holds everything after this seq
	head    int64         // newest seq known
	events  []hall.Event  // append-only: listeners hold slices of it
	age     int           // counts times that the store went back in time: older listeners are dropped
	looks   int           // counts looks at the hall's newest event: listeners that are still ahead of it are dropped
	readers int
	public  int            // of the readers, strangers
	same    map[string]int // of those, by what they listen for
}

// New makes a Hub over the hall. Without a log it tells nobody.
func New(source Source, log *slog.Logger) *Hub {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Hub{
		source: source, log: log, heartbeat: Heartbeat, limit: WriteLimit, keep: Keep,
		ready: make(chan struct{}), done: make(chan struct{}), wake: make(chan struct{}), same: map[string]int{},
	}
}

// Run reads the hall's events until ctx is done; then every listener's stream ends. Call it once.
func (h *Hub) Run(ctx context.Context) error {
	defer h.stop()
	const retry = 500 * time.Millisecond
	for {
		err := h.follow(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			h.log.Warn("event stream interrupted", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(retry):
		}
	}
}

// follow keeps one subscription until it ends.
func (h *Hub) follow(ctx context.Context) error {
	seq, err := h.source.Seq(ctx)
	if err != nil {
		return fmt.Errorf("latest event: %w", err)
	}
	after, first := h.resume(seq)
	events, ok, cancel, err := h.source.Subscribe(ctx, after)
	if err != nil {
		return fmt.Errorf("subscribe: %w", err)
	}
	if !ok { // the store no longer has them: begin at the newest
		cancel()
		after, first = seq, true
		if events, ok, cancel, err = h.source.Subscribe(ctx, after); err != nil {
			return fmt.Errorf("subscribe: %w", err)
		}
		if !ok {
			cancel()
			return fmt.Errorf("the hall does not know its own event %d", after)
		}
	}
	defer cancel()
	h.begin(after, seq, first)
	for {
		select {
		case <-ctx.Done():
			return nil
		case e, open := <-events:
			if !open {
				return nil // too slow, or the hall stops: subscribe again where we are
			}
			h.add(e)
		}
	}
}

// resume says after which event to subscribe: at the first time some way back, so that listeners who were cut off by
// a restart are served from memory.
func (h *Hub) resume(seq int64) (after int64, first bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.running || h.head > seq {
		return max(0, seq-int64(h.keep)), true
	}
	if len(h.events) > 0 {
		return h.events[len(h.events)-1].Seq, false
	}
	return h.floor, false
}

// begin notes a subscription. The first one, and one that does not continue where the last one ended, starts anew.
func (h *Hub) begin(floor, head int64, anew bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case !h.running:
		h.running = true
		close(h.ready)
	case anew:
		h.age++
	}
	if anew {
		h.floor, h.head, h.events = floor, head, nil
	}
	h.head = max(h.head, head)
	h.looks++
	h.rouse()
}

func (h *Hub) add(e hall.Event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.events) >= 2*h.keep { // a new array, for listeners still hold the old one
		cut := len(h.events) - h.keep
		h.floor = h.events[cut-1].Seq
		h.events = slices.Clone(h.events[cut:])
	}
	h.events = append(h.events, e)
	h.head = max(h.head, e.Seq)
	h.rouse()
}

// rouse wakes every listener. The lock is held.
func (h *Hub) rouse() {
	close(h.wake)
	h.wake = make(chan struct{})
}

func (h *Hub) stop() {
	h.mu.Lock()
	defer h.mu.Unlock()
	close(h.done)
}

// sight is what a listener sees of the hub.
type sight struct {
	events     []hall.Event    // after its own
	wake       <-chan struct{} // closed when there is more
	age, looks int
	behind     bool // memory does not reach back to it
	ahead      bool // it is newer than anything known here
}

// since looks for what is new after pos.
func (h *Hub) since(pos int64) sight {
	h.mu.Lock()
	defer h.mu.Unlock()
	s := sight{wake: h.wake, age: h.age, looks: h.looks, behind: pos < h.floor, ahead: pos > h.head}
	if s.behind || s.ahead {
		return s
	}
	i, found := slices.BinarySearchFunc(h.events, pos, func(e hall.Event, pos int64) int { return cmp.Compare(e.Seq, pos) })
	if found {
		i++
	}
	s.events = h.events[i:len(h.events):len(h.events)]
	return s
}

func (h *Hub) newest() int64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.head
}

// Readers is how many listeners there are now.
func (h *Hub) Readers() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.readers
}

// guest is who wants to listen: a stranger for the ticket of, or staff and devices.
type guest struct {
	public bool
	of     string
}

// enter takes a place and gives 0, or the HTTP status that says why there is none.
func (h *Hub) enter(g guest) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case g.public && h.same[g.of] >= MaxSame:
		return http.StatusTooManyRequests
	case h.readers >= MaxReaders, g.public && h.public >= MaxPublic:
		return http.StatusServiceUnavailable
	}
	h.readers++
	if g.public {
		h.public++
		h.same[g.of]++
	}
	return 0
}

func (h *Hub) leave(g guest) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.readers--
	if !g.public {
		return
	}
	h.public--
	if h.same[g.of]--; h.same[g.of] == 0 {
		delete(h.same, g.of)
	}
}
