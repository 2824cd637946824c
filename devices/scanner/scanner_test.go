package scanner

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"westerkappeln.de/wartemarke/devices/port"
	"westerkappeln.de/wartemarke/devices/virtual"
)

func TestFrames(t *testing.T) {
	long := strings.Repeat("x", maxCode)
	for name, c := range map[string]struct {
		in   string
		want []Code
	}{
		"CR":              {"WM1K7M4X2QX9P\r", []Code{"WM1K7M4X2QX9P"}},
		"LF":              {"a\n", []Code{"a"}},
		"CR LF":           {"a\r\nb\r\n", []Code{"a", "b"}},
		"pause":           {"a", []Code{"a"}},
		"prefix":          {"]Q1WM1\r", []Code{"WM1"}},
		"prefix alone":    {"]Q1\r", nil},
		"not a prefix":    {"]QQ\r]1\r", []Code{"]QQ", "]1"}},
		"empty lines":     {"\r\n\n\r", nil},
		"spaces are kept": {" K7M4X 2QX9P \r", []Code{" K7M4X 2QX9P "}},
		"longest":         {long + "\r", []Code{Code(long)}},
		"longest, prefix": {"]C1" + long + "\r", []Code{Code(long)}},
		"too long":        {long + "x\rb\r", []Code{Code(long), "b"}},
		"far too long":    {long + long + "\rb\r", []Code{Code(long), "b"}},
		"bytes":           {"\xff\x00\r", []Code{"\xff\x00"}},
	} {
		t.Run(name, func(t *testing.T) {
			var f framer
			got := append(f.feed([]byte(c.in)), f.flush()...)
			if !slices.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func FuzzFrames(f *testing.F) {
	f.Add([]byte("]Q1WM1K7M4X2QX9P\r\n"), 3)
	f.Add([]byte(strings.Repeat("x", 600)+"\r]Q1"), 100)
	f.Fuzz(func(t *testing.T, in []byte, cut int) {
		var whole, parts framer
		want := append(whole.feed(in), whole.flush()...)
		cut = min(max(cut, 0), len(in))
		got := parts.feed(in[:cut])
		got = append(got, parts.feed(in[cut:])...)
		got = append(got, parts.flush()...)
		if !slices.Equal(got, want) {
			t.Errorf("cut at %d: %q, whole %q", cut, got, want)
		}
		for _, c := range want {
			if len(c) == 0 || len(c) > maxCode || strings.ContainsAny(string(c), "\r\n") {
				t.Errorf("code %q", c)
			}
		}
		if whole.pending() {
			t.Error("something is left after flush")
		}
	})
}

func TestEveryCodeComesThrough(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		codes := rapid.SliceOf(rapid.StringMatching(`[0-9A-X ]{1,40}`)).Draw(t, "codes")
		end := rapid.SampledFrom([]string{"\r", "\n", "\r\n"}).Draw(t, "end")
		prefix := rapid.SampledFrom([]string{"", "]Q1", "]d2"}).Draw(t, "prefix")
		var f framer
		var got []Code
		for _, c := range codes {
			got = append(got, f.feed([]byte(prefix+c+end))...)
		}
		if len(got) != len(codes) {
			t.Fatalf("%d codes of %d", len(got), len(codes))
		}
		for i := range got {
			if string(got[i]) != codes[i] {
				t.Errorf("%q, want %q", got[i], codes[i])
			}
		}
	})
}

// harness runs Run in a bubble of synthetic time on pipes.
type harness struct {
	lines  chan io.ReadCloser
	mu     sync.Mutex
	codes  []Code
	health []bool
	cancel context.CancelFunc
	ended  chan error
}

func run() *harness {
	ctx, cancel := context.WithCancel(context.Background())
	h := &harness{lines: make(chan io.ReadCloser, 9), cancel: cancel, ended: make(chan error, 1)}
	open := func(context.Context) (io.ReadCloser, error) {
		select {
		case l := <-h.lines:
			return l, nil
		default:
			return nil, errors.New("unplugged")
		}
	}
	go func() {
		h.ended <- Run(ctx, open, func(c Code) {
			h.mu.Lock()
			defer h.mu.Unlock()
			h.codes = append(h.codes, c)
		}, func(ok bool) {
			h.mu.Lock()
			defer h.mu.Unlock()
			h.health = append(h.health, ok)
		})
	}()
	return h
}

func (h *harness) plug() *io.PipeWriter {
	r, w := io.Pipe()
	h.lines <- r
	return w
}

func send(t *testing.T, w io.Writer, s string) {
	t.Helper()
	if _, err := io.WriteString(w, s); err != nil {
		t.Fatal(err)
	}
	synctest.Wait()
}

func (h *harness) expect(t *testing.T, want ...Code) {
	t.Helper()
	synctest.Wait()
	h.mu.Lock()
	defer h.mu.Unlock()
	if !slices.Equal(h.codes, want) {
		t.Fatalf("codes %q, want %q", h.codes, want)
	}
}

func TestSameCodeIsOneScan(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := run()
		w := h.plug()
		send(t, w, "A\r")
		send(t, w, "A\r")
		h.expect(t, "A")
		pass(2900 * time.Millisecond)
		send(t, w, "A\r")
		h.expect(t, "A")
		send(t, w, "B\r")
		h.expect(t, "A", "B")
		send(t, w, "A\r")
		h.expect(t, "A", "B", "A")
		pass(3 * time.Second)
		send(t, w, "A\r")
		h.expect(t, "A", "B", "A", "A")
		h.cancel()
		if err := <-h.ended; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
}

// pass lets synthetic time go by.
func pass(d time.Duration) { <-time.After(d) }

func TestPauseEndsACode(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := run()
		w := h.plug()
		send(t, w, "AB")
		pass(49 * time.Millisecond)
		send(t, w, "CD")
		pass(49 * time.Millisecond)
		h.expect(t)
		pass(time.Millisecond)
		h.expect(t, "ABCD")
		h.cancel()
		<-h.ended
	})
}

func TestUnplugged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := run()
		synctest.Wait()
		w := h.plug()
		pass(time.Second)
		send(t, w, "A\rhalf a co")
		w.CloseWithError(port.ErrHangup)
		pass(time.Second)
		w = h.plug()
		pass(6 * time.Second)
		send(t, w, "B\r")
		h.expect(t, "A", "B")
		h.cancel()
		<-h.ended
		if want := []bool{false, true, false, true}; !slices.Equal(h.health, want) {
			t.Errorf("health %v, want %v", h.health, want)
		}
	})
}

// TestVirtual reads the virtual scanner over a real line, through its socket as
// another process would.
func TestVirtual(t *testing.T) {
	link := t.TempDir() + "/scanner"
	v, err := virtual.NewScanner(link)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	codes, up, ended := make(chan Code, 8), make(chan bool, 8), make(chan error, 1)
	open := func(context.Context) (io.ReadCloser, error) {
		p, err := port.Open(port.Config{Path: v.Path(), Baud: 9600})
		if err != nil {
			return nil, err
		}
		return p, nil
	}
	go func() { ended <- Run(ctx, open, func(c Code) { codes <- c }, func(ok bool) { up <- ok }) }()
	if !<-up {
		t.Fatal("did not open")
	}
	if err := v.Scan("WM1K7M4X2QX9P"); err != nil {
		t.Fatal(err)
	}
	if c := <-codes; c != "WM1K7M4X2QX9P" {
		t.Errorf("got %q", c)
	}
	if _, err := virtual.Send(v.Control(), "WM1AAAAAAAAAA"); err != nil {
		t.Fatal(err)
	}
	if c := <-codes; c != "WM1AAAAAAAAAA" {
		t.Errorf("got %q", c)
	}
	if err := v.Close(); err != nil {
		t.Error(err)
	}
	if <-up {
		t.Error("the line is gone, health says otherwise")
	}
	cancel()
	<-ended
}
