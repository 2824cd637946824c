package stream

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"westerkappeln.de/wartemarke/internal/hall"
)

// ResetEvent is the name of the event that tells a listener to fetch a fresh snapshot. Its id is the newest event's, and
// the stream goes on after it, so a snapshot fetched then leaves no gap.
const ResetEvent = "reset"

// Choose says what a listener gets of an event: its data, the event's name, and ok false to leave it out. It is
// called on the listener's own goroutine; what is costly belongs into Once.
type Choose = func(hall.Event) (data []byte, name string, ok bool)

// After reads where a listener wants to continue: the header Last-Event-ID, else the query's after, else -1 for the
// newest. A browser that reconnects repeats the URL with its old after, so the header counts first.
func After(r *http.Request) (int64, error) {
	for _, s := range []string{r.Header.Get("Last-Event-ID"), r.URL.Query().Get("after")} {
		if s == "" {
			continue
		}
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil || n < 0 {
			return 0, errors.New("event id is not a number of 0 or more")
		}
		return n, nil
	}
	return -1, nil
}

// Retry is how long one who finds no place is told to wait, in seconds.
const Retry = 5

// ServeStaff streams events with a seq above after (below 0: only new ones) to staff and devices, until the listener goes,
// is too slow, or Run ends. It answers 503 when there are too many listeners or the hub does not run.
func (h *Hub) ServeStaff(w http.ResponseWriter, r *http.Request, after int64, choose Choose) {
	h.serve(w, r, after, choose, guest{})
}

// ServePublic is ServeStaff for strangers, who have fewer places. Those who listen for the same, such as one ticket, have
// MaxSame of them, and more get 429.
func (h *Hub) ServePublic(w http.ResponseWriter, r *http.Request, of string, after int64, choose Choose) {
	h.serve(w, r, after, choose, guest{public: true, of: of})
}

func (h *Hub) serve(w http.ResponseWriter, r *http.Request, after int64, choose Choose, g guest) {
	ctx := r.Context()
	select {
	case <-h.ready:
	case <-h.done:
	case <-ctx.Done():
		return
	case <-time.After(WriteLimit):
	}
	no := http.StatusServiceUnavailable
	if h.up() {
		no = h.enter(g)
	}
	if no != 0 {
		w.Header().Set("Retry-After", strconv.Itoa(Retry))
		http.Error(w, http.StatusText(no), no)
		return
	}
	defer h.leave(g)

	head := w.Header()
	head.Set("Content-Type", "text/event-stream")
	head.Set("Cache-Control", "no-store")
	head.Set("X-Accel-Buffering", "no") // nginx would hold events back
	head.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(http.StatusOK)
	l := listener{hub: h, w: w, out: http.NewResponseController(w), choose: choose, pos: after}
	// A server's limit for reading the request would end the stream: net/http keeps reading to see the listener go.
	if err := l.out.SetReadDeadline(time.Time{}); err != nil && !errors.Is(err, http.ErrNotSupported) {
		h.log.Debug("read deadline not cleared", "error", err)
	}
	err := l.run(ctx)
	if err != nil && ctx.Err() == nil {
		h.log.Debug("listener dropped", "error", err)
	}
	// The connection may carry another request after a stream that ended orderly.
	if err := l.out.SetWriteDeadline(time.Time{}); err != nil && !errors.Is(err, http.ErrNotSupported) {
		h.log.Debug("write deadline not cleared", "error", err)
	}
}

func (h *Hub) up() bool {
	select {
	case <-h.done:
		return false
	default:
	}
	select {
	case <-h.ready:
		return true
	default:
		return false
	}
}

var (
	errBehind = errors.New("too far behind")
	errStop   = errors.New("stream ends")
)

// listener is one open stream. pos is the seq up to which it has been told everything.
type listener struct {
	hub    *Hub
	w      http.ResponseWriter
	out    *http.ResponseController
	choose Choose
	pos    int64
	buf    bytes.Buffer
}

func (l *listener) run(ctx context.Context) error {
	if l.pos < 0 { // before the first bytes: whoever has seen them misses nothing that happens after
		l.pos = l.hub.newest()
	}
	// The first bytes open the stream in the browser at once and set its pause before it reconnects.
	l.buf.WriteString("retry: 2000\n: connected\n\n")
	if err := l.flush(); err != nil {
		return err
	}
	if err := l.catchUp(ctx); err != nil {
		return err
	}
	born := l.hub.since(l.pos)
	beat := time.NewTicker(l.hub.heartbeat)
	defer beat.Stop()
	for {
		now := l.hub.since(l.pos)
		if now.behind || now.age != born.age || now.ahead && now.looks != born.looks {
			return errBehind // it comes back with its last id, and then is served from the store or reset
		}
		if len(now.events) > 0 {
			for _, e := range now.events {
				l.put(e)
			}
			if err := l.flush(); err != nil {
				return err
			}
			beat.Reset(l.hub.heartbeat)
		}
		select {
		case <-now.wake:
		case <-beat.C:
			l.buf.WriteString(": beat\n\n")
			if err := l.flush(); err != nil {
				return err
			}
		case <-ctx.Done():
			return ctx.Err()
		case <-l.hub.done:
			return errStop
		}
	}
}

// catchUp brings a listener to where memory begins, from the store, or resets it.
func (l *listener) catchUp(ctx context.Context) error {
	if now := l.hub.since(l.pos); now.ahead { // the hub may be an instant behind the snapshot that the listener comes from
		seq, err := l.hub.source.Seq(ctx)
		if err != nil {
			return fmt.Errorf("latest event: %w", err)
		}
		if l.pos > seq {
			return l.reset(l.hub.newest())
		}
		return nil
	} else if !now.behind {
		return nil
	}
	events, ok, cancel, err := l.hub.source.Subscribe(ctx, l.pos)
	if err != nil {
		return fmt.Errorf("subscribe: %w", err)
	}
	defer cancel()
	if !ok {
		return l.reset(l.hub.newest())
	}
	beat := time.NewTicker(l.hub.heartbeat)
	defer beat.Stop()
	for {
		select {
		case e, open := <-events:
			if !open {
				return errBehind
			}
			l.put(e)
		case <-beat.C:
			l.buf.WriteString(": beat\n\n")
		case <-ctx.Done():
			return ctx.Err()
		case <-l.hub.done:
			return errStop
		}
		covered := !l.hub.since(l.pos).behind
		if covered || len(events) == 0 || l.buf.Len() > 32<<10 {
			if err := l.flush(); err != nil {
				return err
			}
		}
		if covered {
			return nil
		}
	}
}

// reset tells the listener to start over; the stream goes on after seq.
func (l *listener) reset(seq int64) error {
	l.pos = seq
	l.frame(seq, ResetEvent, fmt.Appendf(nil, `{"seq":%d,"type":"reset","at":%q}`, seq, time.Now().UTC().Format(time.RFC3339Nano)))
	return l.flush()
}

func (l *listener) put(e hall.Event) {
	l.pos = e.Seq
	if data, name, ok := l.choose(e); ok {
		l.frame(e.Seq, name, data)
	}
}

// frame writes one event (HTML Living Standard 9.2.6); data of several lines, such as a piece of a page, is allowed.
func (l *listener) frame(seq int64, name string, data []byte) {
	l.buf.WriteString("id: ")
	l.buf.Write(strconv.AppendInt(l.buf.AvailableBuffer(), seq, 10))
	if name != "" {
		l.buf.WriteString("\nevent: ")
		l.buf.WriteString(strings.NewReplacer("\n", "", "\r", "").Replace(name))
	}
	for line := range bytes.Lines(bytes.ReplaceAll(data, []byte("\r"), nil)) {
		l.buf.WriteString("\ndata: ")
		l.buf.Write(bytes.TrimSuffix(line, []byte("\n")))
	}
	l.buf.WriteString("\n\n")
}

// flush sends what was gathered, within WriteLimit.
func (l *listener) flush() error {
	if err := l.out.SetWriteDeadline(time.Now().Add(l.hub.limit)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return fmt.Errorf("write deadline: %w", err)
	}
	if _, err := l.w.Write(l.buf.Bytes()); err != nil {
		return fmt.Errorf("write: %w", err)
	}
	l.buf.Reset()
	if err := l.out.Flush(); err != nil {
		return fmt.Errorf("flush: %w", err)
	}
	return nil
}
