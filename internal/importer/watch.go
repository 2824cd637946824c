package importer

import (
	"context"
	"errors"
	"log/slog"
	"net/url"
	"slices"
	"sync"
	"time"

	"westerkappeln.de/wartemarke/internal/queue"
)

// Source is another booking system whose appointments are fetched again and again: a folder or a URL.
type Source struct {
	Folder        string        // files that appear there are imported and moved to done/ or refused/ inside it
	URL           string        // http or https; http only to loopback and private addresses
	TokenFile     string        // bearer token for the URL, read at every look; empty: none
	Every         time.Duration // between two looks at the URL, at least a second; 0: 5 minutes. Folders are looked at every 5 s.
	CancelMissing bool          // what is no longer in the URL's list was cancelled
}

// Take imports the rows of a source, all or none. whole says that the list is the whole truth of this source: what it no
// longer has was cancelled. The summary is for the log: no names, no codes. An error that is Issues (a
// refused row with its Line; messages without a line are logged) or holds a *queue.Refusal refuses the list for good; any
// other is tried again. To take the same list again must be harmless.
type Take func(ctx context.Context, source string, rows []Row, whole bool) (summary string, err error)

// Options are what a Watch needs of the program around it.
type Options struct {
	Site func(context.Context) (Site, error) // asked before each list, as the catalogue may have changed; an error is tried again
	Take Take
	Log  *slog.Logger     // gets neither names nor codes nor a URL's secrets; nil: none
	Now  func() time.Time // wall clock
}

const (
	folderEvery  = 5 * time.Second
	defaultEvery = 5 * time.Minute
)

// Watch looks at one source until it is stopped.
type Watch struct {
	Options
	name  string
	every time.Duration
	look  func(context.Context) error // nil: all is well, whether or not there was something new

	mu    sync.Mutex
	since time.Time
	why   string
}

// NewWatch checks a source. The error says what is not allowed.
func NewWatch(src Source, opt Options) (*Watch, error) {
	w := &Watch{Options: opt}
	if w.Log == nil {
		w.Log = slog.New(slog.DiscardHandler)
	}
	switch {
	case (src.Folder == "") == (src.URL == ""):
		return nil, errors.New("a source is either a folder or a URL")
	case src.Folder != "" && (src.TokenFile != "" || src.CancelMissing):
		return nil, errors.New("a token and the cancelling of what is missing are for URLs only")
	case src.Folder != "":
		w.name, w.every = src.Folder, folderEvery
		w.look = newFolder(src.Folder, w).look
		return w, nil
	case src.Every != 0 && src.Every < time.Second:
		return nil, errors.New("a URL is looked at once a second at most")
	}
	page, err := newPage(src, w)
	if err != nil {
		return nil, err
	}
	w.name, w.every, w.look = page.name(), src.Every, page.look
	if w.every == 0 {
		w.every = defaultEvery
	}
	return w, nil
}

// Name is what rows of this source are known by, in Take and in the log: the folder, or the URL's host with a hash of host
// and path, which may be a secret.
func (w *Watch) Name() string { return w.name }

// Run looks at once and then again and again until ctx ends.
func (w *Watch) Run(ctx context.Context) {
	ticker := time.NewTicker(w.every)
	defer ticker.Stop()
	w.run(ctx, ticker.C)
}

func (w *Watch) run(ctx context.Context, ticks <-chan time.Time) {
	for {
		err := w.look(ctx)
		if ctx.Err() != nil {
			return // what failed because we end is no trouble
		}
		w.say(ctx, err)
		select {
		case <-ctx.Done():
			return
		case <-ticks:
		}
	}
}

// Problem tells since when the source gives nothing and why; zero and "" while it is well. The text is for staff: it may
// name a file, never a citizen.
func (w *Watch) Problem() (since time.Time, why string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.since, w.why
}

// say keeps what a look has come to, and logs when trouble begins and when it ends.
func (w *Watch) say(ctx context.Context, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case err == nil && w.why != "":
		w.Log.InfoContext(ctx, "import works again", "source", w.name, "since", w.since)
		w.since, w.why = time.Time{}, ""
	case err != nil && w.why == "":
		w.Log.WarnContext(ctx, "import fails", "source", w.name, "why", logged(err))
		w.since = w.Now()
	}
	if err != nil {
		w.why = shown(err)
	}
}

// take reads a list and hands it in.
func (w *Watch) take(ctx context.Context, rows []Row, whole bool) error {
	summary, err := w.Take(ctx, w.name, rows, whole)
	if err != nil {
		return err
	}
	w.Log.InfoContext(ctx, "imported", "source", w.name, "rows", len(rows), "summary", summary)
	return nil
}

// passing are refusals that say nothing about the list.
var passing = []queue.Code{queue.DiskFull, queue.ClockJumped, queue.NotAllowed}

// forGood tells whether the same list will be refused again.
func forGood(err error) bool {
	var issues Issues
	var refusal *queue.Refusal
	return errors.As(err, &issues) && len(issues) > 0 || errors.As(err, &refusal) && !slices.Contains(passing, refusal.Code)
}

// bare takes the address out of an error of net/http: it may hold a secret.
func bare(err error) error {
	var address *url.Error
	if errors.As(err, &address) {
		return address.Err
	}
	return err
}
