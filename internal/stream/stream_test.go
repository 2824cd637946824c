package stream

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"westerkappeln.de/wartemarke/internal/hall"
)

// frame is one event as a browser would read it.
type frame struct{ id, name, data string }

// listen opens a stream on url and gives its events; the channel closes with the stream.
func listen(t testing.TB, url string, header ...string) <-chan frame {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode != http.StatusOK || resp.Header.Get("Content-Type") != "text/event-stream" ||
		resp.Header.Get("Cache-Control") != "no-store" || resp.Header.Get("X-Accel-Buffering") != "no" {
		t.Fatalf("answer %s, header %v", resp.Status, resp.Header)
	}
	out := make(chan frame, 10_000)
	go func() {
		defer close(out)
		defer resp.Body.Close()
		var f frame
		for lines := bufio.NewScanner(resp.Body); lines.Scan(); {
			switch field, value, _ := strings.Cut(lines.Text(), ": "); field {
			case "id":
				f.id = value
			case "event":
				f.name = value
			case "data":
				f.data += value + "\n"
			case "":
				if f != (frame{}) && !strings.HasPrefix(lines.Text(), ":") {
					out <- f
					f = frame{}
				}
			}
		}
	}()
	return out
}

func next(t testing.TB, from <-chan frame) frame {
	t.Helper()
	select {
	case f, ok := <-from:
		if !ok {
			t.Fatal("stream ended")
		}
		return f
	case <-time.After(10 * time.Second):
		t.Fatal("no event")
	}
	return frame{}
}

func ends(t testing.TB, from <-chan frame) {
	t.Helper()
	for limit := time.After(10 * time.Second); ; {
		select {
		case _, ok := <-from:
			if !ok {
				return
			}
		case <-limit:
			t.Fatal("stream goes on")
		}
	}
}

func serve(t testing.TB, h *Hub) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		after, err := After(r)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		h.ServeStaff(w, r, after, all)
	}))
	t.Cleanup(s.CloseClientConnections)
	t.Cleanup(s.Close)
	t.Cleanup(s.CloseClientConnections)
	return s.URL
}

// Every listener sees every event after its own, once and in order, whenever it comes: from the store, from memory, or
// while events are written.
func TestNoGapWhileWriting(t *testing.T) {
	f := newFakeHall(3 * Keep)
	h := start(t, f)
	url := serve(t, h)
	const written = 2 * Keep
	last := int64(3*Keep + written)

	var wg sync.WaitGroup
	wg.Go(func() {
		for i := range written {
			f.write(hall.Event{Type: "ticket.called"})
			if i%7 == 0 {
				if _, err := f.Seq(context.Background()); err != nil {
					t.Error(err)
				}
			}
		}
	})
	for _, after := range []int64{0, 1, Keep - 1, Keep, 2*Keep - 1, 2 * Keep, 2*Keep + 1, 3*Keep - 1, 3 * Keep} {
		events := listen(t, fmt.Sprintf("%s?after=%d", url, after))
		wg.Go(func() {
			for want := after + 1; want <= last; want++ {
				if got := next(t, events); got.id != strconv.FormatInt(want, 10) {
					t.Errorf("after %d: got event %q, want %d", after, got.id, want)
					return
				}
			}
		})
	}
	wg.Wait()
}

func TestResume(t *testing.T) {
	f := newFakeHall(5)
	h := start(t, f)
	url := serve(t, h)
	for _, c := range []struct {
		name, query string
		header      []string
		want        string
	}{
		{"after", "?after=3", nil, "4"},
		{"header", "", []string{"Last-Event-ID", "4"}, "5"},
		{"header before after", "?after=1", []string{"Last-Event-ID", "2"}, "3"},
		{"from the start", "?after=0", nil, "1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := next(t, listen(t, url+c.query, c.header...)); got.id != c.want {
				t.Errorf("first event %q, want %s", got.id, c.want)
			}
		})
	}
	t.Run("only new ones", func(t *testing.T) {
		events := listen(t, url)
		f.write(hall.Event{Type: "ticket.rung"})
		if got := next(t, events); got != (frame{"6", "ticket.rung", "ticket.rung\n"}) {
			t.Errorf("got %+v", got)
		}
	})
}

func TestBadIDs(t *testing.T) {
	url := serve(t, start(t, newFakeHall(1)))
	for _, q := range []string{"-1", "x", "1.5", "99999999999999999999", "%00"} {
		resp, err := http.Get(url + "?after=" + q)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusBadRequest {
			t.Errorf("after=%s: %s", q, resp.Status)
		}
	}
}

// An id that is gone or from the future gets a reset with the newest id, and the stream goes on after it.
func TestReset(t *testing.T) {
	t.Run("future", func(t *testing.T) {
		f := newFakeHall(5)
		events := listen(t, serve(t, start(t, f))+"?after=6")
		if got := next(t, events); got.name != ResetEvent || got.id != "5" {
			t.Errorf("got %+v", got)
		}
		f.write(hall.Event{Type: "ticket.called"})
		if got := next(t, events); got.id != "6" {
			t.Errorf("after the reset: %+v", got)
		}
	})
	t.Run("gone", func(t *testing.T) {
		f := newFakeHall(5)
		f.prune()
		h := start(t, f)
		events := listen(t, serve(t, h)+"?after=2")
		if got := next(t, events); got.name != ResetEvent || got.id != "5" {
			t.Errorf("got %+v", got)
		}
		f.write(hall.Event{Type: "ticket.called"})
		if got := next(t, events); got.id != "6" {
			t.Errorf("after the reset: %+v", got)
		}
	})
}

// The hub comes back to where it was when the hall ends its subscription, and its listeners notice nothing.
func TestHubResumes(t *testing.T) {
	f := newFakeHall(1)
	h := start(t, f)
	events := listen(t, serve(t, h)+"?after=1")
	f.cut()
	for range 10 {
		f.write(hall.Event{Type: "ticket.called"})
	}
	for i := range 10 {
		if got := next(t, events); got.id != strconv.Itoa(i+2) {
			t.Fatalf("got %+v, want %d", got, i+2)
		}
	}
	if got := f.subscriptions(); got != 2 {
		t.Errorf("%d subscriptions, want 2", got)
	}
}

func TestOneSubscriptionForAll(t *testing.T) {
	f := newFakeHall(10)
	h := start(t, f)
	url := serve(t, h)
	for range 20 {
		listen(t, url+"?after=5")
	}
	if got := f.subscriptions(); got != 1 {
		t.Errorf("%d subscriptions for 20 listeners", got)
	}
}

// hungUp is a listener that is gone as soon as its stream is open.
type hungUp struct{ *httptest.ResponseRecorder }

func (hungUp) Write([]byte) (int, error) { return 0, net.ErrClosed }

// However many strangers listen, there is room for staff and devices; when that is full too, one is told to come back.
func TestPlaces(t *testing.T) {
	h := start(t, newFakeHall(1))
	ask := func(public bool, staff, strangers int) int {
		h.mu.Lock()
		h.readers, h.public = staff+strangers, strangers
		h.mu.Unlock()
		rec := httptest.NewRecorder()
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
		if public {
			h.ServePublic(hungUp{rec}, r, "ticket", -1, all)
		} else {
			h.ServeStaff(hungUp{rec}, r, -1, all)
		}
		if h.Readers() != staff+strangers || h.public != strangers || len(h.same) != 0 {
			t.Errorf("%d listeners left of %d and %d, %v", h.Readers(), staff, strangers, h.same)
		}
		if rec.Code != http.StatusOK && rec.Header().Get("Retry-After") == "" {
			t.Errorf("%d does not say when to come back", rec.Code)
		}
		return rec.Code
	}
	for _, c := range []struct{ staff, strangers, stranger, other int }{
		{0, 0, 200, 200}, {0, MaxPublic - 1, 200, 200}, {0, MaxPublic, 503, 200}, {MaxReaders - MaxPublic - 1, MaxPublic, 503, 200},
		{MaxReaders - 1, 0, 200, 200}, {MaxReaders, 0, 503, 503}, {MaxReaders - MaxPublic, MaxPublic, 503, 503},
	} {
		if got := ask(true, c.staff, c.strangers); got != c.stranger {
			t.Errorf("stranger beside %d and %d: %d", c.staff, c.strangers, got)
		}
		if got := ask(false, c.staff, c.strangers); got != c.other {
			t.Errorf("staff beside %d and %d: %d", c.staff, c.strangers, got)
		}
	}
	if MaxReaders-MaxPublic < 2000 {
		t.Error("strangers could take the places of 2,000 displays and desks")
	}
}

// Whoever knows one ticket's link cannot fill the memory with it: the ninth page is sent away until another one leaves.
func TestOneTicketHasFewPlaces(t *testing.T) {
	h := start(t, newFakeHall(1))
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.ServePublic(w, r, r.URL.Path, -1, all)
	}))
	defer s.Close()
	defer s.CloseClientConnections()
	first, leave := context.WithCancel(t.Context())
	defer leave()
	open := func(ctx context.Context, path string) int {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { resp.Body.Close() })
		return resp.StatusCode
	}
	if got := open(first, "/a"); got != http.StatusOK {
		t.Fatal(got)
	}
	for range MaxSame - 1 {
		if got := open(t.Context(), "/a"); got != http.StatusOK {
			t.Fatal(got)
		}
	}
	if got := open(t.Context(), "/a"); got != http.StatusTooManyRequests {
		t.Errorf("one more: %d", got)
	}
	if got := open(t.Context(), "/b"); got != http.StatusOK {
		t.Errorf("another ticket: %d", got)
	}
	leave()
	for limit := time.Now().Add(10 * time.Second); h.Readers() > MaxSame; { // it takes the server a moment to see it
		if time.Now().After(limit) {
			t.Fatal("nobody left")
		}
		runtime.Gosched()
	}
	if got := open(t.Context(), "/a"); got != http.StatusOK {
		t.Errorf("after one left: %d", got)
	}
}

func TestShutdownEndsStreams(t *testing.T) {
	f := newFakeHall(1)
	h := New(f, nil)
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- h.Run(ctx) }()
	url := serve(t, h)
	events := listen(t, url+"?after=0")
	next(t, events)
	stop()
	ends(t, events)
	if err := <-ended; err != nil {
		t.Error(err)
	}
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusServiceUnavailable || resp.Header.Get("Retry-After") == "" {
		t.Errorf("after the end: %s", resp.Status)
	}
}

// A listener that does not read is dropped, and nobody else waits for it.
func TestSlowListenerIsDropped(t *testing.T) {
	f := newFakeHall(0)
	h := start(t, f, func(h *Hub) { h.limit = 300 * time.Millisecond })
	big := strings.Repeat("x", 1<<20)
	gone := make(chan struct{})
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		slow := r.URL.Path == "/slow"
		h.ServeStaff(w, r, 0, func(e hall.Event) ([]byte, string, bool) {
			if slow {
				return []byte(big), "big", true
			}
			return all(e)
		})
		if slow {
			close(gone)
		}
	}))
	defer s.Close()
	defer s.CloseClientConnections()

	conn, err := net.Dial("tcp", s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := fmt.Fprint(conn, "GET /slow HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	quick := listen(t, s.URL+"/quick")
	for i := range 40 { // 40 MiB, far more than sockets hold
		f.write(hall.Event{Type: "ticket.called"})
		if got := next(t, quick); got.id != strconv.Itoa(i+1) {
			t.Fatalf("got %+v", got)
		}
	}
	select {
	case <-gone:
	case <-time.After(10 * time.Second):
		t.Fatal("the slow listener is still served")
	}
}

// A server's limit for reading requests does not end streams.
func TestReadTimeoutSparesStreams(t *testing.T) {
	f := newFakeHall(0)
	h := start(t, f)
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { h.ServeStaff(w, r, 0, all) }))
	s.Config.ReadTimeout = 50 * time.Millisecond
	s.Start()
	defer s.Close()
	defer s.CloseClientConnections()
	events := listen(t, s.URL)
	time.AfterFunc(200*time.Millisecond, func() { f.write(hall.Event{Type: "ticket.called"}) })
	if got := next(t, events); got.id != "1" {
		t.Errorf("got %+v", got)
	}
}

// pipe is a response writer whose bytes a test can wait for.
type pipe struct {
	header http.Header
	out    chan string
}

func (p *pipe) Header() http.Header         { return p.header }
func (p *pipe) WriteHeader(int)             {}
func (p *pipe) Flush()                      {}
func (p *pipe) Write(b []byte) (int, error) { p.out <- string(b); return len(b), nil }

func TestHeartbeat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFakeHall(0)
		h := New(f, nil)
		ctx, stop := context.WithCancel(t.Context())
		go func() {
			if err := h.Run(ctx); err != nil {
				t.Error(err)
			}
		}()
		p := &pipe{header: http.Header{}, out: make(chan string, 10)}
		go h.ServeStaff(p, httptest.NewRequestWithContext(ctx, http.MethodGet, "/", nil), -1, all)
		if got := <-p.out; !strings.Contains(got, "retry:") {
			t.Errorf("first bytes %q", got)
		}
		began := time.Now()
		for i := range 3 {
			if got := <-p.out; !strings.HasPrefix(got, ":") {
				t.Errorf("beat %q", got)
			}
			if got := time.Since(began); got != time.Duration(i+1)*Heartbeat {
				t.Errorf("beat %d after %v", i, got)
			}
		}
		stop()
		synctest.Wait()
	})
}

func TestDataOfSeveralLines(t *testing.T) {
	var l listener
	l.frame(7, "a\nb", []byte("one\r\ntwo\n\nthree"))
	if got, want := l.buf.String(), "id: 7\nevent: ab\ndata: one\ndata: two\ndata: \ndata: three\n\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestOnce(t *testing.T) {
	var mu sync.Mutex
	made := map[int64]int{}
	once := Once(func(e hall.Event) []byte {
		mu.Lock()
		defer mu.Unlock()
		made[e.Seq]++
		return strconv.AppendInt(nil, e.Seq, 10)
	})
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for seq := range int64(200) {
				if got := string(once(hall.Event{Seq: seq})); got != strconv.FormatInt(seq, 10) {
					t.Errorf("event %d encoded as %s", seq, got)
				}
			}
		})
	}
	wg.Wait()
	for seq, n := range made {
		if n != 1 {
			t.Errorf("event %d was encoded %d times", seq, n)
		}
	}
}
