package port

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"
)

// line is a pty with our Port on one end and the device on the other.
func line(t *testing.T, flow Flow) (*Port, *os.File, string) {
	t.Helper()
	master, slave, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	path := slave.Name()
	p, err := Open(Config{Path: path, Baud: 4000000, Flow: flow})
	if err != nil {
		t.Fatal(err)
	}
	if err := slave.Close(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
		master.Close() // some tests did so before
	})
	return p, master, path
}

type result struct {
	n   int
	err error
}

// soon fails the test when nothing comes.
func soon[T any](t *testing.T, what string, c <-chan T) T {
	t.Helper()
	select {
	case v := <-c:
		return v
	case <-time.After(5 * time.Second):
		t.Fatalf("%s: nothing within 5 s", what)
		panic("not reached")
	}
}

func read(p io.Reader, n int) <-chan []byte {
	c := make(chan []byte, 1)
	go func() {
		b := make([]byte, n)
		m, err := io.ReadFull(p, b)
		if err != nil {
			m = 0
		}
		c <- b[:m]
	}()
	return c
}

func write(p io.Writer, b []byte) <-chan result {
	c := make(chan result, 1)
	go func() {
		n, err := p.Write(b)
		c <- result{n, err}
	}()
	return c
}

// stall waits until the port's line is held.
func stall(t *testing.T, p *Port) {
	t.Helper()
	deadline := time.After(5 * time.Second)
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for {
		held, err := p.Stalled()
		if err != nil {
			t.Fatal(err)
		}
		if held {
			return
		}
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatal("the line was never held")
		}
	}
}

// tarm/serial makes its descriptor blocking; without the repair this Read sits
// in the kernel and Close waits for it for ever.
func TestCloseEndsRead(t *testing.T) {
	p, master, _ := line(t, FlowNone)
	if _, err := master.Write([]byte("x")); err != nil {
		t.Fatal(err)
	}
	got := make(chan result)
	go func() {
		b := make([]byte, 8)
		for {
			n, err := p.Read(b)
			got <- result{n, err}
			if err != nil {
				return
			}
		}
	}()
	if r := soon(t, "first Read", got); r != (result{1, nil}) {
		t.Fatalf("first Read: %v", r)
	}
	begun := time.Now()
	closed := make(chan error, 1)
	go func() { closed <- p.Close() }()
	if r := soon(t, "Read", got); !errors.Is(r.err, os.ErrClosed) {
		t.Errorf("Read: %v, want os.ErrClosed", r.err)
	}
	if err := soon(t, "Close", closed); err != nil {
		t.Errorf("Close: %v", err)
	}
	if d := time.Since(begun); d > time.Second {
		t.Errorf("Close took %v", d)
	}
}

func TestCloseEndsWrite(t *testing.T) {
	for _, flow := range []Flow{FlowNone, FlowXONXOFF} {
		t.Run(string(flow), func(t *testing.T) {
			p, master, _ := line(t, flow)
			if flow == FlowXONXOFF {
				if _, err := master.Write([]byte{0x13}); err != nil {
					t.Fatal(err)
				}
				stall(t, p)
			}
			const all = 1 << 20
			wrote := write(p, make([]byte, all))
			stall(t, p)
			closed := make(chan error, 1)
			go func() { closed <- p.Close() }()
			if err := soon(t, "Close", closed); err != nil {
				t.Errorf("Close: %v", err)
			}
			r := soon(t, "Write", wrote)
			if !errors.Is(r.err, os.ErrClosed) || r.n >= all {
				t.Errorf("Write: %d, %v; want part of it and os.ErrClosed", r.n, r.err)
			}
			if flow == FlowXONXOFF && r.n != 0 {
				t.Errorf("%d bytes went out after XOFF", r.n)
			}
		})
	}
}

func TestHangup(t *testing.T) {
	p, master, _ := line(t, FlowNone)
	got := make(chan result, 3)
	go func() {
		b := make([]byte, 8)
		for range 3 {
			n, err := p.Read(b)
			got <- result{n, err}
		}
	}()
	if err := master.Close(); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if r := soon(t, "Read", got); !errors.Is(r.err, ErrHangup) {
			t.Errorf("Read: %v, want ErrHangup", r.err)
		}
	}
	if _, err := p.Write([]byte("x")); !errors.Is(err, ErrHangup) {
		t.Errorf("Write: %v, want ErrHangup", err)
	}
	if _, err := p.Stalled(); !errors.Is(err, ErrHangup) {
		t.Errorf("Stalled: %v, want ErrHangup", err)
	}
}

func TestXOFFHoldsTheLine(t *testing.T) {
	p, master, _ := line(t, FlowXONXOFF)
	if _, err := master.Write([]byte{0x13}); err != nil {
		t.Fatal(err)
	}
	stall(t, p)
	wrote := write(p, []byte("held back"))
	arrived := read(master, len("held back"))
	select {
	case r := <-wrote:
		t.Fatalf("Write ended after XOFF: %v", r)
	case b := <-arrived:
		t.Fatalf("%q arrived after XOFF", b)
	default:
	}
	got := read(p, 1)
	if _, err := master.Write([]byte{0x11, 'a'}); err != nil {
		t.Fatal(err)
	}
	if r := soon(t, "Write", wrote); r != (result{len("held back"), nil}) {
		t.Errorf("Write: %v", r)
	}
	if b := soon(t, "the device", arrived); string(b) != "held back" {
		t.Errorf("the device got %q", b)
	}
	if b := soon(t, "Read", got); string(b) != "a" {
		t.Errorf("Read %q: XON and XOFF are not for the reader", b)
	}
}

// Without flow control, and for NUL always, the bytes are data.
func TestBytesPassUnchanged(t *testing.T) {
	every := make([]byte, 256)
	for i := range every {
		every[i] = byte(i)
	}
	for _, flow := range []Flow{FlowNone, FlowRTSCTS, FlowXONXOFF} {
		t.Run(string(flow), func(t *testing.T) {
			p, master, _ := line(t, flow)
			want := every
			if flow == FlowXONXOFF {
				want = bytes.ReplaceAll(bytes.ReplaceAll(every, []byte{0x11}, nil), []byte{0x13}, nil)
			}
			got, back := read(p, len(want)), read(master, len(every))
			if _, err := master.Write(want); err != nil {
				t.Fatal(err)
			}
			if _, err := p.Write(every); err != nil {
				t.Fatal(err)
			}
			if b := soon(t, "Read", got); !bytes.Equal(b, want) {
				t.Errorf("read % x", b)
			}
			if b := soon(t, "the device", back); !bytes.Equal(b, every) {
				t.Errorf("the device got % x", b)
			}
		})
	}
}

func TestSettings(t *testing.T) {
	p, _, _ := line(t, FlowRTSCTS)
	set, err := unix.IoctlGetTermios(p.ctl.fd, unix.TCGETS)
	if err != nil {
		t.Fatal(err)
	}
	if set.Cflag&unix.CRTSCTS == 0 || set.Iflag&unix.IXON != 0 {
		t.Errorf("cflag %x, iflag %x", set.Cflag, set.Iflag)
	}
	if set.Lflag != 0 || set.Oflag != 0 {
		t.Errorf("not raw: lflag %x, oflag %x", set.Lflag, set.Oflag)
	}
}

// A writer must not fill the kernel's buffer: what lies there still goes out
// after the device said stop.
func TestWriteIsPaced(t *testing.T) {
	master, slave, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer master.Close()
	defer slave.Close()
	const baud = 115200
	p, err := Open(Config{Path: slave.Name(), Baud: baud})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	begun := time.Now()
	wrote := write(p, make([]byte, 2000))
	b, n := make([]byte, 4096), 0
	for n < 2000 {
		m, err := master.Read(b)
		if err != nil {
			t.Fatal(err)
		}
		n += m
		carried := int(time.Since(begun).Seconds() * baud / 10)
		if n > carried+lead+chunk {
			t.Fatalf("%d bytes out when the wire has carried %d", n, carried)
		}
	}
	if r := soon(t, "Write", wrote); r.n != 2000 || r.err != nil {
		t.Error(r)
	}
}

const childEnv = "PORT_TEST_OPEN"

// TestMain is also the second process of TestOneProcess.
func TestMain(m *testing.M) {
	path := os.Getenv(childEnv)
	if path == "" {
		os.Exit(m.Run())
	}
	p, err := Open(Config{Path: path, Baud: 9600})
	switch {
	case errors.Is(err, ErrBusy):
		os.Exit(10)
	case err != nil:
		os.Exit(11)
	}
	if p.Close() != nil {
		os.Exit(12)
	}
	os.Exit(0)
}

func TestOneProcess(t *testing.T) {
	p, _, path := line(t, FlowNone)
	open := func() int {
		t.Helper()
		self, err := os.Executable()
		if err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(self)
		cmd.Env = append(os.Environ(), childEnv+"="+path)
		err = cmd.Run()
		var exit *exec.ExitError
		if err != nil && !errors.As(err, &exit) {
			t.Fatal(err)
		}
		return cmd.ProcessState.ExitCode()
	}
	if code := open(); code != 10 {
		t.Errorf("a second process: exit code %d, want 10 for ErrBusy", code)
	}
	if _, err := Open(Config{Path: path, Baud: 9600}); !errors.Is(err, ErrBusy) {
		t.Errorf("opened twice: %v, want ErrBusy", err)
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	if code := open(); code != 0 {
		t.Errorf("after Close: exit code %d", code)
	}
}

func TestOpenRefuses(t *testing.T) {
	master, slave, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer master.Close()
	defer slave.Close()
	file := t.TempDir() + "/file"
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, cfg := range map[string]Config{
		"missing":  {Path: file + "x", Baud: 9600},
		"a file":   {Path: file, Baud: 9600},
		"odd baud": {Path: slave.Name(), Baud: 12345},
		"flow":     {Path: slave.Name(), Baud: 9600, Flow: "dtr"},
	} {
		if p, err := Open(cfg); err == nil {
			t.Errorf("%s: opened", name)
			p.Close()
		}
	}
	// A refused line is free again.
	p, err := Open(Config{Path: slave.Name(), Baud: 9600})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Close(); err != nil {
		t.Error(err)
	}
	if err := p.Close(); err != nil {
		t.Errorf("closed again: %v", err)
	}
	if _, err := p.Read(make([]byte, 1)); !errors.Is(err, os.ErrClosed) {
		t.Errorf("Read after Close: %v", err)
	}
}
