// Package display is the call board: it follows the hall, shows who is called where, and announces each call.
//
// What is shown and said is decided by display/board. Here are the line to the hall, the making of announcements, and
// the Fyne screen. All state is touched on one thread only: whatever runs beside it hands its result to Options.Post.
package display

import (
	"context"
	"io"
	"log/slog"
	"sync"
	"time"

	"westerkappeln.de/wartemarke/devices/voice"
	"westerkappeln.de/wartemarke/display/board"
	"westerkappeln.de/wartemarke/internal/i18n"
	"westerkappeln.de/wartemarke/internal/wire"
)

// Hall is what the display needs of the hall server.
type Hall interface {
	// Board fetches the snapshot of the areas, a comma list.
	Board(ctx context.Context, area string) (wire.Board, error)
	// Watch hands over every event after the number, in order, and returns when the line is lost or ctx ends.
	Watch(ctx context.Context, area string, after int64, on func(wire.Event)) error
	// ReportStatus is the heartbeat.
	ReportStatus(ctx context.Context, s wire.DeviceStatus) error
}

// Announcer makes one announcement with gong and voice and returns when it was heard, or why it was not.
type Announcer interface {
	Announce(ctx context.Context, phrases ...voice.Phrase) error
}

// Screen shows a board. Its methods are called on the thread of Options.Post.
type Screen interface {
	// Show brings the screen up to date.
	Show(s State)
	// Highlight turns the highlighting of the number being announced over, for the blink.
	Highlight(inverted bool)
}

// State is all that a Screen shows.
type State struct {
	board.View
	Now time.Time // in the site's time zone
}

// Options are what a display needs. All are required, except where said.
type Options struct {
	Hall      Hall
	Area      string    // comma list of area ids; "" all
	Announcer Announcer // nil: no sound
	Language  string    // of the screen and the journal
	Voice     []string  // languages spoken after the gong, none to two
	Bundle    *i18n.Bundle
	Location  *time.Location // of the site
	Screen    Screen
	Post      func(func()) // runs the function on the screen's thread, in order, soon; does not wait for it
	Now       func() time.Time
	Log       *slog.Logger
	Journal   io.Writer // one JSON line when an announcement begins and one when it ends; may be nil
	Version   string
}

// Display is one running call board.
type Display struct {
	o     Options
	board board.Board

	trouble troubles
	changed chan troubles           // to heartbeat; holds the newest
	alarm   chan time.Time          // to keepTime: when the view changes by itself next; holds the newest
	begun   chan board.Announcement // to announcer; one at most, as the board gives no second before Done
}

// New returns a display that has not begun.
func New(o Options) *Display {
	return &Display{
		o: o, changed: make(chan troubles, 1), alarm: make(chan time.Time, 1), begun: make(chan board.Announcement, 1),
	}
}

// Run follows the hall until ctx ends, and returns when nothing of it runs any more. Post must go on working until then
// or throw functions away.
func (d *Display) Run(ctx context.Context) {
	var parts sync.WaitGroup
	d.o.Post(d.refresh)
	parts.Go(func() { d.follow(ctx) })
	parts.Go(func() { d.announcer(ctx) })
	parts.Go(func() { d.keepTime(ctx) })
	parts.Go(func() { d.heartbeat(ctx) })
	parts.Wait()
}

// refresh shows the present state and sets the alarm for its next change.
func (d *Display) refresh() {
	now := d.o.Now()
	v := d.board.View(now)
	d.note(v)
	d.o.Screen.Show(State{View: v, Now: now.In(d.o.Location)})
	next := now.Truncate(time.Minute).Add(time.Minute) // the clock
	if at, ok := d.board.Changes(now); ok && at.Before(next) {
		next = at
	}
	select { // only the newest alarm counts
	case <-d.alarm:
	default:
	}
	d.alarm <- next
}

// keepTime refreshes at each alarm. It is what moves the clock, so it must not depend on any event.
func (d *Display) keepTime(ctx context.Context) {
	timer := time.NewTimer(time.Minute)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case at := <-d.alarm:
			// A minute at most, whatever the machine's clock does meanwhile; never at once again.
			timer.Reset(min(max(at.Sub(d.o.Now()), 20*time.Millisecond), time.Minute))
		case <-timer.C:
			d.o.Post(d.refresh)
		}
	}
}
