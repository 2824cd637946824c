//go:build e2e

// Package e2e drives the real programs as people do: codes under a scanner, fingers on the terminal, a browser at the desk. It
// reads what they read: the paper, the terminal's and the board's picture, the page.
package e2e

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"westerkappeln.de/wartemarke/devices/virtual"
	"westerkappeln.de/wartemarke/internal/api/client"
	"westerkappeln.de/wartemarke/internal/demo"
	"westerkappeln.de/wartemarke/internal/mail/mailtest"
)

// patience is how long a step may take on a busy machine of two cores before it counts as failed.
const patience = 30 * time.Second

// password of every clerk in the tests.
const password = "sehr-geheim-2026"

// noon is the day and time at which each town starts: a Tuesday without a holiday.
var noon = time.Date(2026, 11, 24, 11, 0, 0, 0, berlin())

func berlin() *time.Location {
	loc, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		panic(err)
	}
	return loc
}

// town is one town hall: the programs, their devices and their screens.
type town struct {
	t             testing.TB // the step at work
	whole         testing.TB // the whole test: what is started lives as long
	dir, bin      string
	staff, public string
	clock         string // file with the offset
	offset        time.Duration

	server, kiosk, display *program
	kioskX, boardX         *demo.XServer
	printer                *virtual.Printer
	scanner                *virtual.Scanner
	pages                  chan string
	mails                  *mailtest.Server

	api  *client.Client // as clerk anna
	keys int
}

// program is a running process of ours.
type program struct {
	name string
	cmd  *exec.Cmd
	done chan struct{}
	mu   sync.Mutex
	out  bytes.Buffer
}

func (p *program) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.out.Write(b)
}

func (p *program) output() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.out.String()
}

// end sends the signal and waits until the process is gone.
func (p *program) end(t testing.TB, sig syscall.Signal) {
	t.Helper()
	if err := p.cmd.Process.Signal(sig); err != nil {
		t.Fatalf("signal %s: %v\n%s", p.name, err, p.output())
	}
	select {
	case <-p.done:
	case <-time.After(patience):
		t.Fatalf("%s did not end\n%s", p.name, p.output())
	}
}

// newHall makes a town with the server running, without screens.
func newHall(t testing.TB) *town {
	t.Helper()
	bin, err := filepath.Abs("../../../bin/test")
	if err != nil {
		t.Fatal(err)
	}
	h := &town{t: t, whole: t, dir: t.TempDir(), bin: bin, pages: make(chan string, 100)}
	h.staff, h.public = freeAddr(t), freeAddr(t)
	h.clock = filepath.Join(h.dir, "clock")
	h.at(noon)
	// Short paths: a unix socket's has only some 100 bytes.
	lines, err := os.MkdirTemp("", "wm")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(lines) })
	if h.printer, err = virtual.NewPrinter(virtual.PrinterOptions{Dir: filepath.Join(h.dir, "tickets"), Link: lines + "/printer",
		Baud: 38400, Speed: 150, Flow: "rtscts", OnPage: func(f string) { h.pages <- f }}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.printer.Close() })
	if h.scanner, err = virtual.NewScanner(lines + "/scanner"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.scanner.Close() })

	if h.mails, err = mailtest.Start(mailtest.Options{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.mails.Close)

	h.write("wartemarke.toml", fmt.Sprintf(`
[mail]
host = "127.0.0.1"
port = %d
tls = "none"
from = "termine@westerkappeln.example"
[site]
name = "Gemeinde Westerkappeln"
data = %q
desk = "Bitte gehen Sie zum Empfang."
[server]
staff = %q
public = %q
public_url = "http://%s"
trusted_proxies = ["127.0.0.1"]
[kiosk]
server = "http://%s"
token_file = %q
area = "foyer"
screen_mm = [296, 527]
[kiosk.printer]
port = %q
[kiosk.scanner]
port = %q
[display]
server = "http://%s"
token_file = %q
area = "foyer"
voice = ["de"]
gong_command = ["true"]
speak_command = ["true"]
`, h.mails.Addr().(*net.TCPAddr).Port, h.dir, h.staff, h.public, h.public, h.staff, h.path("kiosk.token"), lines+"/printer", lines+"/scanner", h.staff, h.path("display.token")))
	h.write("catalogue.toml", string(demo.Catalogue))
	h.run("", "catalogue", "apply", h.path("catalogue.toml"))
	h.run(password+"\n", "user", "add", "anna", "--role", "lead")
	h.run(password+"\n", "user", "add", "ben", "--role", "clerk")
	for _, kind := range []string{"kiosk", "display"} {
		h.write(kind+".token", h.run("", "device", "pair", "test-"+kind, "--kind", kind))
	}
	h.startServer()
	h.api = client.New("http://"+h.staff, strings.TrimSpace(h.run("", "user", "token", "anna")))
	return h
}

// newTown makes a town with server, terminal and board.
func newTown(t testing.TB) *town {
	t.Helper()
	h := newHall(t)
	h.kioskX, h.boardX = startX(t, 1080, 1920), startX(t, 1920, 1080)
	h.startKiosk()
	h.startDisplay()
	return h
}

func startX(t testing.TB, w, hgt int) *demo.XServer {
	t.Helper()
	x, err := demo.StartX(context.Background(), w, hgt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := x.Close(); err != nil {
			t.Error(err)
		}
	})
	return x
}

func (h *town) startServer() {
	h.t.Helper()
	h.server = h.start("wartemarke", "", "serve")
	eventually(h.t, "the server is ready", func() bool {
		select {
		case <-h.server.done:
			h.t.Fatalf("the server ended\n%s", h.server.output())
		default:
		}
		resp, err := http.Get("http://" + h.staff + "/readyz")
		if err != nil {
			return false
		}
		resp.Body.Close()
		return resp.StatusCode == http.StatusOK
	})
}

func (h *town) startKiosk() {
	h.t.Helper()
	h.kiosk = h.start("kiosk", h.kioskX.Display)
}

func (h *town) startDisplay() {
	h.t.Helper()
	h.display = h.start("display", h.boardX.Display)
}

// start starts one of our programs; it is ended with the test.
func (h *town) start(name, display string, args ...string) *program {
	h.t.Helper()
	p := &program{name: name, done: make(chan struct{})}
	p.cmd = exec.Command(filepath.Join(h.bin, name), append(args, "--config", h.path("wartemarke.toml"))...)
	p.cmd.Env = append(os.Environ(), "WARTEMARKE_TESTCLOCK="+h.clock, "DISPLAY="+display, "WARTEMARKE_ANNOUNCE_LOG="+h.path("announced"))
	p.cmd.Stdout, p.cmd.Stderr = p, p
	if err := p.cmd.Start(); err != nil {
		h.t.Fatal(err)
	}
	go func() {
		// How it ended is seen by who ended it; one that ends by itself fails the step that needs it.
		_ = p.cmd.Wait()
		close(p.done)
	}()
	h.whole.Cleanup(func() {
		_ = p.cmd.Process.Kill() // it may have ended
		<-p.done
		if h.whole.Failed() {
			h.whole.Logf("%s said:\n%s", name, tail(p.output(), 4000))
		}
	})
	return p
}

// run runs an operator's command and gives its standard output.
func (h *town) run(stdin string, args ...string) string {
	h.t.Helper()
	out, errText, code := h.tryRun(stdin, args...)
	if code != 0 {
		h.t.Fatalf("wartemarke %v: exit %d\n%s%s", args, code, out, errText)
	}
	return out
}

func (h *town) tryRun(stdin string, args ...string) (out, errText string, code int) {
	h.t.Helper()
	if !slices.Contains(args, "--config") {
		args = append(args, "--config", h.path("wartemarke.toml"))
	}
	cmd := exec.Command(filepath.Join(h.bin, "wartemarke"), args...)
	cmd.Env = append(os.Environ(), "WARTEMARKE_TESTCLOCK="+h.clock)
	cmd.Stdin = strings.NewReader(stdin)
	var o, e bytes.Buffer
	cmd.Stdout, cmd.Stderr = &o, &e
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		h.t.Fatal(err)
	}
	return o.String(), e.String(), cmd.ProcessState.ExitCode()
}

// at sets the time of all programs.
func (h *town) at(t time.Time) {
	h.t.Helper()
	h.offset = time.Until(t)
	h.write("clock.new", h.offset.String())
	if err := os.Rename(h.path("clock.new"), h.clock); err != nil {
		h.t.Fatal(err)
	}
}

// now is the time in the town.
func (h *town) now() time.Time { return time.Now().Add(h.offset) }

// book adds an appointment that starts in d and gives its code.
func (h *town) book(service string, d time.Duration) string {
	h.t.Helper()
	start := h.now().Add(d).In(berlin()).Format("2006-01-02T15:04")
	return strings.TrimSpace(h.run("", "appointment", "add", "--service", service, "--start", start, "--name", "Erika Mustermann"))
}

// scan holds a code under the scanner.
func (h *town) scan(code string) {
	h.t.Helper()
	if err := h.scanner.Scan(code); err != nil {
		h.t.Fatal(err)
	}
}

// paper waits for the next page out of the printer.
func (h *town) paper() string {
	h.t.Helper()
	select {
	case p := <-h.pages:
		return p
	case <-time.After(patience):
		h.t.Fatalf("no paper came\n%s", tail(h.kiosk.output(), 3000))
		return ""
	}
}

func (h *town) key() string {
	h.keys++
	return fmt.Sprintf("e2e-%s-%d", filepath.Base(h.dir), h.keys)
}

func (h *town) path(name string) string { return filepath.Join(h.dir, name) }

func (h *town) write(name, content string) {
	h.t.Helper()
	if err := os.WriteFile(h.path(name), []byte(content), 0o600); err != nil {
		h.t.Fatal(err)
	}
}

func freeAddr(t testing.TB) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	return ln.Addr().String()
}

func tail(s string, n int) string { return s[max(0, len(s)-n):] }

// eventually waits until ok says yes.
func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	tick := time.NewTicker(40 * time.Millisecond)
	defer tick.Stop()
	for limit := time.After(patience); ; {
		if ok() {
			return
		}
		select {
		case <-tick.C:
		case <-limit:
			t.Fatalf("not in %v: %s", patience, what)
		}
	}
}
