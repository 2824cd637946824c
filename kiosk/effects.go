package kiosk

import (
	"context"
	"errors"
	"time"

	"westerkappeln.de/wartemarke/internal/wire"
	"westerkappeln.de/wartemarke/kiosk/flow"
)

// start has an effect carried out beside the screen.
func (t *Terminal) start(e flow.Effect) {
	switch e := e.(type) {
	case flow.Ask:
		t.jobs <- func(ctx context.Context) { t.post(t.ask(ctx, e)) }
	case flow.Print:
		r := compose(t.cfg.Texts, t.newest.Kiosk, e, t.cfg.Now())
		t.jobs <- func(ctx context.Context) { t.print(ctx, e, r) }
	case flow.Load:
		t.jobs <- func(ctx context.Context) { t.load(ctx) }
	case flow.Warn:
		if t.cfg.Chime != nil {
			t.jobs <- func(context.Context) { t.cfg.Chime() }
		}
	}
}

// ask makes one attempt of a request.
func (t *Terminal) ask(ctx context.Context, a flow.Ask) flow.Answered {
	ctx, cancel := context.WithTimeout(ctx, a.Within)
	defer cancel()
	out := flow.Answered{Key: a.Key}
	var err error
	if a.CheckIn != nil {
		var in wire.CheckedIn
		if in, err = t.cfg.Hall.CheckIn(ctx, a.Key, *a.CheckIn); err == nil {
			out.CheckedIn = &in
			return out
		}
	} else {
		var tk wire.Ticket
		if tk, err = t.cfg.Hall.TakeTicket(ctx, a.Key, *a.Take); err == nil {
			out.Ticket = &tk
			return out
		}
	}
	if !errors.As(err, &out.Problem) {
		t.cfg.Log.Warn("hall not reached", "err", err)
	}
	return out
}

// load asks the hall for the terminal's data. It tells whether the hall was reached, and from which event on to watch.
func (t *Terminal) load(ctx context.Context) (seq int64, ok bool) {
	ctx, cancel := context.WithTimeout(ctx, flow.GiveUpAfter)
	defer cancel()
	k, err := t.cfg.Hall.Kiosk(ctx)
	if err != nil {
		if ctx.Err() == nil && !t.unreached.Swap(true) { // once an outage, not once a second
			t.cfg.Log.Warn("no data from the hall", "err", err)
		}
		t.post(flow.Unreached{})
		return 0, false
	}
	if t.unreached.Swap(false) {
		t.cfg.Log.Info("the hall is back")
	}
	t.post(flow.Loaded{Kiosk: k})
	return k.Seq, true
}

// follow keeps the terminal's data fresh: a snapshot, then the stream of events, and from the beginning when it breaks.
func (t *Terminal) follow(ctx context.Context) {
	for {
		if seq, ok := t.load(ctx); ok {
			err := t.cfg.Hall.Watch(ctx, t.cfg.Area, seq, t.happened)
			if ctx.Err() != nil {
				return
			}
			t.cfg.Log.Warn("event stream ended", "err", err)
		}
		if !pause(ctx, time.Second) {
			return
		}
	}
}

func (t *Terminal) happened(e wire.Event) {
	switch e.Type {
	case wire.DeviceTrouble, wire.DeviceWell:
		return // nothing a citizen sees
	}
	t.post(flow.Happened{Event: e})
	signal(t.reload)
}

// How often the data is asked for again: when something happened, and in any case, as openings pass without an event.
const (
	reloadSoon = 3 * time.Second
	reloadIdle = time.Minute
)

func (t *Terminal) reloads(ctx context.Context) {
	timer := time.NewTimer(reloadIdle)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.reload:
			// Many things happen at once; one question answers them all.
			if !pause(ctx, reloadSoon) {
				return
			}
		case <-timer.C:
		}
		t.load(ctx)
		timer.Reset(reloadIdle)
	}
}

// Scanner reads codes until ctx ends. on gets every scan once; health tells whether the device is there. A Scanner
// keeps trying while its device is gone.
type Scanner func(ctx context.Context, on func(code string), health func(ok bool)) error

func (t *Terminal) scan(ctx context.Context) {
	if t.cfg.Scanner == nil {
		return
	}
	for {
		err := t.cfg.Scanner(ctx, func(code string) {
			t.post(flow.Scanned{Code: code, Key: t.cfg.NewID()})
		}, t.health.scanner)
		if ctx.Err() != nil {
			return
		}
		t.health.scanner(false)
		t.cfg.Log.Error("scanner stopped", "err", err)
		if !pause(ctx, 5*time.Second) {
			return
		}
	}
}
