// Package kiosk is the citizen terminal: Fyne screens over kiosk/flow, and the terminal's scanner and receipt printer.
//
// One goroutine, Fyne's, owns all widgets. Everything else (hall, printer, scanner, clock) runs on goroutines of its own and
// moves the model under a lock; what is to be seen of that comes to the screen through Config.Post.
package kiosk

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"fyne.io/fyne/v2"

	"westerkappeln.de/wartemarke/internal/i18n"
	"westerkappeln.de/wartemarke/internal/look"
	"westerkappeln.de/wartemarke/internal/wire"
	"westerkappeln.de/wartemarke/kiosk/flow"
)

// Hall is what the terminal asks of the hall server. An answer that refuses is a *wire.Problem; any other error means
// that the hall was not reached.
type Hall interface {
	Kiosk(ctx context.Context) (wire.Kiosk, error)
	CheckIn(ctx context.Context, key string, in wire.CheckIn) (wire.CheckedIn, error)
	TakeTicket(ctx context.Context, key string, in wire.TakeTicket) (wire.Ticket, error)
	ReportPrint(ctx context.Context, key, ticketID string, in wire.PrintOutcome) error
	ReportStatus(ctx context.Context, in wire.DeviceStatus) error
	Watch(ctx context.Context, area string, after int64, on func(wire.Event)) error
}

// Config is what a terminal is made of. All fields without "may be nil" or a default are needed.
type Config struct {
	Hall    Hall
	Printer Printer // may be nil: numbers are shown only
	Scanner Scanner // may be nil: keypad only
	Texts   *i18n.Bundle
	// Post runs a function on the goroutine that owns the screen: fyne.Do.
	Post func(func())
	Now  func() time.Time
	// NewID makes a fresh random id: a UUID v7.
	NewID func() string
	// SetTheme puts another theme on.
	SetTheme func(fyne.Theme)
	// Chime makes a short sound; may be nil.
	Chime    func()
	Log      *slog.Logger
	Area     string // waiting area of the terminal; empty: what the hall says
	Lang     string // at the start; empty: German
	Desk     string // where to go when nothing works
	ScreenMM [2]int
	Version  string
}

// Terminal is one kiosk.
type Terminal struct {
	cfg   Config
	model flow.Model // as shown; the screen's
	view  *view
	first *start

	mu     sync.Mutex
	newest flow.Model

	jobs   chan func(context.Context) // effects for Run to start
	work   sync.WaitGroup
	ended  atomic.Bool
	hurry  chan struct{} // the next tick should come soon
	reload chan struct{} // the hall's data may have changed
	health *health

	unreached atomic.Bool // the hall did not answer the last question for data
}

// New builds the terminal and paints its first picture as soon as its content has a size.
func New(cfg Config) *Terminal {
	if cfg.Lang == "" {
		cfg.Lang = i18n.Fallback
	}
	t := &Terminal{
		cfg:    cfg,
		jobs:   make(chan func(context.Context), 64),
		hurry:  make(chan struct{}, 1),
		reload: make(chan struct{}, 1),
	}
	t.health = newHealth(cfg)
	t.model = flow.New(flow.Settings{Lang: cfg.Lang}, cfg.Now())
	k := &kit{send: t.send, newID: cfg.NewID, texts: t.texts(), langs: []string{cfg.Lang}}
	t.view = newView(k, cfg.ScreenMM, cfg.Desk, func(th *look.Theme) { cfg.SetTheme(th) })
	t.first = t.view.parts[flow.Start].(*start)
	cfg.SetTheme(look.New(look.Options{}))
	t.newest = t.model
	t.view.paint(t.model)
	return t
}

// texts looks catalogues up once per language.
func (t *Terminal) texts() func(string) i18n.Texts {
	known := map[string]i18n.Texts{}
	return func(lang string) i18n.Texts {
		tx, ok := known[lang]
		if !ok {
			tx = t.cfg.Texts.For(lang)
			known[lang] = tx
		}
		return tx
	}
}

// Content is what belongs into the window.
func (t *Terminal) Content() fyne.CanvasObject { return t.view.root }

// Run drives the terminal until ctx ends, then waits for what it started.
func (t *Terminal) Run(ctx context.Context) {
	for _, f := range []func(context.Context){t.ticks, t.hints, t.follow, t.reloads, t.scan, t.paper, t.heartbeat} {
		t.work.Go(func() { f(ctx) })
	}
	for {
		select {
		case job := <-t.jobs:
			t.work.Go(func() { job(ctx) })
		case <-ctx.Done():
			t.ended.Store(true)
			t.work.Wait()
			return
		}
	}
}

// post takes a message from any goroutine. The model moves at once, and what follows from it begins; only showing it waits for
// the goroutine of the screen, which a frame may hold for longer than the hall needs for its answer.
func (t *Terminal) post(msg flow.Msg) {
	t.move(msg)
	t.cfg.Post(t.show)
}

// send takes a message from the screen. It runs on the goroutine of the screen only.
func (t *Terminal) send(msg flow.Msg) {
	t.move(msg)
	t.show()
}

// move moves the newest model.
func (t *Terminal) move(msg flow.Msg) {
	t.mu.Lock()
	defer t.mu.Unlock()
	var effects, more []flow.Effect
	t.newest, effects = flow.Update(t.newest, flow.Tick{At: t.cfg.Now()})
	if msg != nil {
		t.newest, more = flow.Update(t.newest, msg)
	}
	if !t.ended.Load() { // else nobody carries anything out any more
		for _, e := range slices.Concat(effects, more) {
			t.start(e)
		}
	}
	if t.newest.Flight != nil {
		signal(t.hurry)
	}
}

// show brings the newest model to the screen. It runs on the goroutine of the screen only.
func (t *Terminal) show() {
	offered := t.model.Kiosk.Site.Languages
	t.mu.Lock()
	t.model = t.newest
	t.mu.Unlock()
	if !slices.Equal(offered, t.model.Kiosk.Site.Languages) {
		t.view.kit.langs = t.languages()
	}
	t.view.paint(t.model)
}

// languages are those of the site for which there is a catalogue.
func (t *Terminal) languages() []string {
	out := []string{t.cfg.Lang}
	for _, l := range t.model.Kiosk.Site.Languages {
		if t.view.kit.texts(l).Lang == l && !slices.Contains(out, l) {
			out = append(out, l)
		}
	}
	return out
}

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default: // one is waiting already
	}
}

// Pauses of the clock: a terminal at rest hardly does anything.
const (
	restTick  = time.Second
	hurryTick = 200 * time.Millisecond
)

// ticks tells the time.
func (t *Terminal) ticks(ctx context.Context) {
	timer := time.NewTimer(restTick)
	defer timer.Stop()
	for {
		wait := restTick
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
			t.post(nil)
		case <-t.hurry:
			wait = hurryTick
		}
		timer.Reset(wait)
	}
}

// The hint moves for two seconds of every minute; more would only cost redraws.
const (
	hintEvery = time.Minute
	hintStep  = 500 * time.Millisecond
)

func (t *Terminal) hints(ctx context.Context) {
	for {
		if !pause(ctx, hintEvery-hintSteps*hintStep) {
			return
		}
		for i := 1; i <= hintSteps; i++ {
			t.cfg.Post(func() {
				if t.model.Screen == flow.Start {
					t.first.move(i % hintSteps)
				}
			})
			if !pause(ctx, hintStep) {
				return
			}
		}
	}
}

// pause waits; false when ctx ended.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
