package printer

import (
	"context"
	"errors"
	"image/png"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"westerkappeln.de/wartemarke/devices/escpos"
	"westerkappeln.de/wartemarke/devices/port"
	"westerkappeln.de/wartemarke/devices/virtual"
)

// ticket is what a terminal prints.
func ticket(number string) escpos.Receipt {
	return escpos.Receipt{Items: []escpos.Item{
		escpos.Text{Text: "Gemeinde Westerkappeln", Bold: true, Height: 2, Width: 2, Align: escpos.Center},
		escpos.Text{Text: "Rathaus · Große Straße 13", Align: escpos.Center},
		escpos.Rule{},
		escpos.Text{Text: "Ihre Nummer", Width: 2, Height: 2, Align: escpos.Center},
		escpos.Text{Text: number, Width: 8, Height: 8, Bold: true, Align: escpos.Center},
		escpos.Feed{Lines: 1},
		escpos.Pair{Left: "Personalausweis", Right: "10:30 Uhr", Bold: true, Height: 2},
		escpos.Pair{Left: "Wartebereich", Right: "Erdgeschoss"},
		escpos.Pair{Left: "Wartezeit etwa", Right: "10–20 Min"},
		escpos.Rule{},
		escpos.Text{Text: "Nummer aufs Telefon mitnehmen:", Align: escpos.Center},
		escpos.QR{Data: "https://termine.westerkappeln.de/ticket/" + number, Level: escpos.LevelM},
		escpos.Pair{Left: "Mo 23.11.2026", Right: "10:12 Uhr"},
	}}
}

// rig is a printer of ours on a virtual one.
type rig struct {
	*Printer
	virtual *virtual.Printer
	t       *testing.T

	mu   sync.Mutex
	seen []Status
	news chan struct{}
	stop func()
}

// quick are the durations of the job rule, made short for tests.
var quick = timing{
	grace: 400 * time.Millisecond, held: 60 * time.Second, probe: 200 * time.Millisecond, poll: 200 * time.Millisecond,
	low: 60 * time.Millisecond, cure: 20 * time.Millisecond, confirm: 2 * time.Second, stop: 100 * time.Millisecond,
	backoff: port.Backoff{Min: 5 * time.Millisecond, Max: 20 * time.Millisecond},
}

func epson(t testing.TB, name string) escpos.Profile {
	prof, err := escpos.ProfileByName(name)
	if err != nil {
		t.Fatal(err)
	}
	return prof
}

// setup plugs a virtual printer in; start runs ours.
func setup(t *testing.T, opts virtual.PrinterOptions, change func(*Config, *timing)) *rig {
	t.Helper()
	dir := t.TempDir()
	if opts.Link == "" {
		opts.Link = filepath.Join(dir, "line")
	}
	v, err := virtual.NewPrinter(opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := v.Close(); err != nil {
			t.Error(err)
		}
	})
	cfg := Config{
		Port:    port.Config{Path: v.Path(), Baud: 4000000, Flow: port.FlowNone},
		Profile: epson(t, ""), JobDir: filepath.Join(dir, "jobs"),
		Log: slog.New(slog.NewTextHandler(logTo{t}, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	tm := quick
	if change != nil {
		change(&cfg, &tm)
	}
	r := &rig{Printer: New(cfg), virtual: v, t: t, news: make(chan struct{}, 1)}
	r.time = tm
	r.Watch(func(s Status) {
		r.mu.Lock()
		r.seen = append(r.seen, s)
		r.mu.Unlock()
		select {
		case r.news <- struct{}{}:
		default:
		}
	})
	return r
}

func (r *rig) start() {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- r.Run(ctx) }()
	r.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			r.t.Errorf("Run: %v", err)
		}
	})
	r.t.Cleanup(r.stop)
}

// until waits for a status.
func (r *rig) until(what string, ok func(Status) bool) {
	r.t.Helper()
	deadline := time.After(10 * time.Second)
	for !ok(r.Status()) {
		select {
		case <-r.news:
		case <-deadline:
			r.t.Fatalf("never %s: %+v", what, r.Status())
		}
	}
}

func (r *rig) state(state string) {
	r.t.Helper()
	r.until(state, func(s Status) bool { return s.State == state })
}

// paper waits for pages on the virtual printer.
func (r *rig) paper(pages int) []virtual.Page {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := r.virtual.Wait(ctx, func() bool { return len(r.virtual.Cut()) >= pages }); err != nil {
		r.t.Fatalf("%d of %d pages: %v", len(r.virtual.Cut()), pages, err)
	}
	return r.virtual.Cut()
}

// logTo writes a test's log until the test is over.
type logTo struct{ t *testing.T }

func (l logTo) Write(b []byte) (int, error) {
	l.t.Log(string(b[:len(b)-1]))
	return len(b), nil
}

var _ io.Writer = logTo{}

func readQR(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	img, err := png.Decode(f)
	if err := errors.Join(err, f.Close()); err != nil {
		return "", err
	}
	bits, err := gozxing.NewBinaryBitmapFromImage(img)
	if err != nil {
		return "", err
	}
	found, err := qrcode.NewQRCodeReader().Decode(bits, nil)
	if err != nil {
		return "", err
	}
	return found.GetText(), nil
}

func TestTicket(t *testing.T) {
	for _, profile := range []string{"epson-tm-t20", "generic"} {
		t.Run(profile, func(t *testing.T) {
			dir := t.TempDir()
			if keep := os.Getenv("TICKETS"); keep != "" {
				dir = filepath.Join(keep, profile)
			}
			r := setup(t, virtual.PrinterOptions{Dir: dir}, func(c *Config, _ *timing) {
				c.Profile = epson(t, profile)
				c.Profile.Speed = 1000 // so is the virtual one
			})
			r.start()
			r.state(StateReady)
			got := r.Print(t.Context(), Job{"1", ticket("A017")})
			want := Result{Printed, ByFence, ""}
			if profile == "generic" { // it has no proof of print, but this one answers
				want.Evidence = ByStatus
			}
			if got != want {
				t.Errorf("got %v, want %v", got, want)
			}
			page := r.paper(1)[0]
			if text, err := readQR(page.Path); err != nil || text != "https://termine.westerkappeln.de/ticket/A017" {
				t.Errorf("QR on %s says %q, %v", page.Path, text, err)
			}
		})
	}
}
