package importer

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"westerkappeln.de/wartemarke/internal/queue"
)

// office takes what watches hand in and keeps it.
type office struct {
	t      *testing.T
	log    bytes.Buffer
	site   Site
	closed error // why there is no catalogue

	mu    sync.Mutex
	now   time.Time
	taken []delivery
	fails error // what taking gives
}

type delivery struct {
	source string
	rows   []Row
	whole  bool
}

func newOffice(t *testing.T) *office {
	t.Helper()
	return &office{t: t, site: site(t), now: time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC)}
}

func (o *office) options() Options {
	return Options{
		Site: func(context.Context) (Site, error) { return o.site, o.closed },
		Take: func(_ context.Context, source string, rows []Row, whole bool) (string, error) {
			o.mu.Lock()
			defer o.mu.Unlock()
			if o.fails != nil {
				return "", o.fails
			}
			o.taken = append(o.taken, delivery{source, rows, whole})
			return "all added", nil
		},
		Log: slog.New(slog.NewTextHandler(&o.log, nil)),
		Now: func() time.Time { o.mu.Lock(); defer o.mu.Unlock(); return o.now },
	}
}

func (o *office) watch(src Source) *Watch {
	o.t.Helper()
	w, err := NewWatch(src, o.options())
	if err != nil {
		o.t.Fatal(err)
	}
	return w
}

// look does what Run does at a tick.
func look(w *Watch) { w.say(context.Background(), w.look(context.Background())) }

// well fails when the watch says that it has a problem.
func (o *office) well(w *Watch) {
	o.t.Helper()
	if since, why := w.Problem(); why != "" || !since.IsZero() {
		o.t.Errorf("since %v: %s", since, why)
	}
}

// ill fails when the watch does not say this.
func (o *office) ill(w *Watch, says string) {
	o.t.Helper()
	if since, why := w.Problem(); !strings.Contains(why, says) || since.IsZero() {
		o.t.Errorf("since %v: %q, want %q", since, why, says)
	}
}

func TestSourcesThatCannotBeWatched(t *testing.T) {
	for says, src := range map[string]Source{
		"either a folder or a URL":      {},
		"a folder or a URL":             {Folder: "/x", URL: "https://example.org/"},
		"for URLs only":                 {Folder: "/x", TokenFile: "/y"},
		"cancelling of what is missing": {Folder: "/x", CancelMissing: true},
		"must be http":                  {URL: "ftp://example.org/a"},
		"with a host":                   {URL: "https:///a"},
		"or https://":                   {URL: "file:///etc/passwd"},
		"a user or password":            {URL: "https://user:secret@example.org/"},
		"once a second":                 {URL: "https://example.org/", Every: time.Millisecond},
		"second at most":                {URL: "https://example.org/", Every: -time.Minute},
	} {
		_, err := NewWatch(src, Options{})
		if err == nil || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%+v: %v, want %q", src, err, says)
		}
	}
}

func TestRunLooksAtOnceAndAtEveryTick(t *testing.T) {
	o := newOffice(t)
	w := o.watch(Source{URL: "https://example.org/list"})
	looks := make(chan int)
	n := 0
	w.look = func(context.Context) error { n++; looks <- n; return nil }
	ctx, cancel := context.WithCancel(t.Context())
	ticks, ended := make(chan time.Time), make(chan struct{})
	go func() { w.run(ctx, ticks); close(ended) }()
	for want := 1; want <= 3; want++ {
		if got := <-looks; got != want {
			t.Fatalf("look %d, want %d", got, want)
		}
		if want < 3 {
			ticks <- time.Time{}
		}
	}
	cancel()
	<-ended
}

func TestWhatFailsAsWeEndIsNoTrouble(t *testing.T) {
	o := newOffice(t)
	w := o.watch(Source{URL: "https://example.org/list"})
	ctx, cancel := context.WithCancel(t.Context())
	w.look = func(ctx context.Context) error { cancel(); return ctx.Err() }
	w.Run(ctx)
	o.well(w)
	if o.log.Len() > 0 {
		t.Error(o.log.String())
	}
}

func TestTroubleIsSaidOnceWhenItBeginsAndOnceWhenItEnds(t *testing.T) {
	o := newOffice(t)
	w := o.watch(Source{URL: "https://example.org/list"})
	began := o.now
	for i, err := range []error{errors.New("away"), errors.New("away"), errors.New("busy"), nil, nil} {
		w.say(t.Context(), err)
		o.now = o.now.Add(time.Minute)
		if since, why := w.Problem(); err != nil && (why != err.Error() || !since.Equal(began)) || err == nil && (why != "" || !since.IsZero()) {
			t.Errorf("look %d: since %v: %q", i, since, why)
		}
	}
	log := o.log.String()
	if strings.Count(log, "\n") != 2 || strings.Count(log, `msg="import fails"`) != 1 || strings.Count(log, `msg="import works again"`) != 1 {
		t.Error(log)
	}
}

func TestWhatStaffAreShown(t *testing.T) {
	for want, err := range map[string]error{
		"the list was refused: line 7: x":                                                        Issues{{7, "x"}, {7, "y"}},
		"the list was refused: the file is UTF-16":                                               Issues{{0, "the file is UTF-16"}},
		"the list was refused (wrong lines: 2): line 7: x":                                       Issues{{7, "x"}, {8, "x"}},
		"would cancel 11 of 20 appointments; that smells like a broken export":                   &queue.Refusal{Code: queue.TooMuch, Field: "rows", Number: "11 of 20"},
		"a.csv was refused: the file has more than 10 MiB; refused/a.csv.txt says why":           &refused{"a.csv", "a.csv.txt", Issues{{0, "the file has more than 10 MiB"}}},
		"a.csv was refused: the server refuses it (too_much); refused/a.csv.txt says why":        &refused{"a.csv", "a.csv.txt", &queue.Refusal{Code: queue.TooMuch}},
		"the database cannot be written: no space left on its disk, or a faulty one (disk_full)": fmt.Errorf("row 1: %w", &queue.Refusal{Code: queue.DiskFull}),
		"EOF": io.EOF,
	} {
		if got := shown(err); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

func TestTheLogTellsNoCodesFilesAndAddresses(t *testing.T) {
	for want, err := range map[string]error{
		"2 lines are wrong, the first is line 7":          Issues{{7, `code "GEHEIM" is there`}, {8, "x"}},
		"that smells like a broken export":                Issues{{0, "that smells like a broken export"}},
		"line 7 is wrong":                                 Issues{{7, `code "GEHEIM" is there`}, {7, "x"}},
		"would cancel 20 of 20 appointments":              fmt.Errorf("take: %w", &queue.Refusal{Code: queue.TooMuch, Field: "rows", Number: "20 of 20"}),
		"would cancel more than half of the appointments": &queue.Refusal{Code: queue.TooMuch, Field: "rows", Number: "GEHEIM"},
		"waits until the server's clock is confirmed":     &queue.Refusal{Code: queue.ClockJumped},
		"the server refuses it (conflict)":                &refused{"GEHEIM.csv", "GEHEIM.csv.txt", &queue.Refusal{Code: queue.Conflict, Number: "GEHEIM"}},
		"open: permission denied":                         &fs.PathError{Op: "open", Path: "GEHEIM.csv", Err: errors.New("permission denied")},
	} {
		if got := logged(err); !strings.Contains(got, want) || strings.Contains(got, "GEHEIM") {
			t.Errorf("%v is logged as %q, want %q", err, got, want)
		}
	}
}
