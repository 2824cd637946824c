// Package board decides what a call board shows and what it says next. It is pure: snapshots, events and the time come
// in as arguments; rows and announcements come out.
//
// The rules, from DOMAIN "Announcements" and SCREENS "Call board":
//
//   - A called ticket has one row and keeps it as long as it is called; the newest announcement is on top.
//   - A ticket that is being served moves below the called ones and stays, dimmed, for ServingStays: whoever looks up
//     late still sees that the number came up and where. It is the first to be pushed out when rows are short.
//   - Every other state takes the row away at once: nobody should walk to a counter that no longer expects them.
//   - Announcements go one after the other, each whole. One is made only if its ticket is still called to that counter
//     when its turn comes. Ring again is an announcement of its own.
//   - What happened while the line was down is announced only if it is younger than Fresh. Ages are differences of the
//     hall's own times, so a display whose clock is wrong still announces.
package board

import (
	"cmp"
	"slices"
	"time"

	"westerkappeln.de/wartemarke/internal/wire"
)

const (
	// Fresh is how old an announcement may be after a reconnect or restart (DOMAIN, "Announcements").
	Fresh = 60 * time.Second
	// ServingStays is how long a ticket keeps its row, dimmed, after the person has arrived at the counter.
	ServingStays = 60 * time.Second
	// maxReplay is the number of missed events that are replayed one by one; beyond it the snapshot alone is taken.
	maxReplay = 500
)

// Row is one number and the place it is called to.
type Row struct {
	Ticket  string
	Number  string
	Counter string
	Place   wire.Text
	Area    string    // area of the ticket
	Seq     int64     // event of the latest announcement
	At      time.Time // of the latest announcement, by the hall's clock
	Serving bool      // the person is there; shown dimmed
	since   time.Time // when serving began, by this display's clock
}

// Announcement is one call to be made, with gong and voice.
type Announcement struct {
	Seq     int64
	Ticket  string
	Number  string
	Counter string
	Place   wire.Text
}

// Board is the state of one display. The zero value has seen nothing; it is not safe for concurrent use.
type Board struct {
	ready   bool
	reset   bool // the next snapshot replaces everything
	seq     int64
	site    wire.Site
	areas   []wire.Area
	unknown []string
	waiting map[string]wire.Waiting
	rows    map[string]Row // by ticket
	queue   []Announcement // by seq
	now     *Announcement  // being made
	lost    time.Time
	missed  missed
}

// missed describes the gap that a resumed stream fills: events up to seq happened while the line was down.
type missed struct {
	seq    int64
	at     time.Time         // the hall's time when the gap ended
	called map[string]string // ticket → counter of all that were called then
}

// Seq is the number of the last event or snapshot seen.
func (b *Board) Seq() int64 { return b.seq }

// Lost notes that the hall cannot be reached since at. The rows stay; the first time given holds until Connected.
func (b *Board) Lost(at time.Time) {
	if b.lost.IsZero() {
		b.lost = at
	}
}

// Refetch makes the next snapshot replace everything, as a reset event does: when the event stream cannot be trusted.
func (b *Board) Refetch() { b.reset = true }

// Connected takes the snapshot fetched when the line came up and returns the number after which to follow the event
// stream. The first snapshot, one after a reset, and one of a hall that went back in time replace all that is shown.
// Otherwise the stream resumes at the last event seen, and the snapshot only tells what of it is old news.
func (b *Board) Connected(s wire.Board, now time.Time) (after int64) {
	b.lost = time.Time{}
	if gap := s.Seq - b.seq; !b.ready || b.reset || gap < 0 || gap > maxReplay {
		b.take(s, now)
		return b.seq
	}
	b.site, b.areas, b.unknown = s.Site, s.Areas, s.Unknown
	b.setWaiting(s.Waiting)
	b.missed = missed{seq: s.Seq, at: s.At, called: map[string]string{}}
	for _, c := range s.Calls {
		if c.State == wire.StateCalled {
			b.missed.called[c.Ticket] = c.Counter
		}
	}
	return b.seq
}

// take replaces everything by the snapshot. Calls that were not seen before and are fresh are announced.
func (b *Board) take(s wire.Board, now time.Time) {
	old := b.rows
	b.ready, b.reset, b.seq, b.missed = true, false, s.Seq, missed{}
	b.site, b.areas, b.unknown = s.Site, s.Areas, s.Unknown
	b.waiting = map[string]wire.Waiting{}
	b.setWaiting(s.Waiting)
	b.rows = make(map[string]Row, len(s.Calls))
	for _, c := range s.Calls {
		r := Row{
			Ticket: c.Ticket, Number: c.Number, Counter: c.Counter, Place: c.Place, Area: c.Area,
			Seq: c.Seq, At: c.At, Serving: c.State == wire.StateServing,
		}
		was, known := old[c.Ticket]
		if r.Serving {
			r.since = now.Add(-s.At.Sub(c.At))
			if known && was.Serving {
				r.since = was.since
			}
		}
		b.rows[c.Ticket] = r
		seen := known && was.Seq >= c.Seq
		if !r.Serving && !seen && s.At.Sub(c.At) < Fresh {
			b.enqueue(r)
		}
	}
	b.queue = slices.DeleteFunc(b.queue, func(a Announcement) bool { return !b.stillCalled(a) })
}

// Event takes one event of the stream. It reports whether anything shown or said may have changed, and whether the
// caller must fetch a new snapshot and pass it to Connected. Events seen before, or older than the last, do nothing.
func (b *Board) Event(e wire.Event, now time.Time) (changed, snapshot bool) {
	if e.Type == wire.Reset || e.Type == wire.CatalogueChange {
		b.Refetch()
		return false, true
	}
	if !b.ready || e.Seq <= b.seq {
		return false, false
	}
	b.seq = e.Seq
	changed = b.setWaiting(e.Waiting)
	switch e.Type {
	case wire.TicketCalled, wire.TicketRung:
		b.call(e)
	case wire.TicketServing:
		b.serve(e, now)
	case wire.TicketWaiting, wire.TicketParked, wire.TicketMissed, wire.TicketFinished, wire.TicketCancelled,
		wire.TicketExpired:
		if _, shown := b.rows[e.Ticket]; !shown {
			return changed, false
		}
		b.silence(e.Ticket)
		delete(b.rows, e.Ticket)
	default:
		return changed, false
	}
	return true, false
}

func (b *Board) call(e wire.Event) {
	if was, ok := b.rows[e.Ticket]; ok && was.Counter != e.Counter {
		b.silence(e.Ticket)
	}
	r := Row{
		Ticket: e.Ticket, Number: e.Number, Counter: e.Counter, Place: e.Place, Area: e.Area, Seq: e.Seq, At: e.At,
	}
	b.rows[e.Ticket] = r
	if e.Seq <= b.missed.seq {
		counter, called := b.missed.called[e.Ticket]
		if !called || counter != e.Counter || b.missed.at.Sub(e.At) >= Fresh {
			return
		}
	}
	b.enqueue(r)
}

func (b *Board) serve(e wire.Event, now time.Time) {
	b.silence(e.Ticket)
	r, ok := b.rows[e.Ticket]
	if !ok || r.Serving {
		return
	}
	r.Serving, r.since = true, now
	if e.Seq <= b.missed.seq {
		r.since = now.Add(-b.missed.at.Sub(e.At))
	}
	b.rows[e.Ticket] = r
}

// setWaiting takes the figures of areas this board shows and reports whether any differs.
func (b *Board) setWaiting(ws []wire.Waiting) (changed bool) {
	for _, w := range ws {
		mine := slices.ContainsFunc(b.areas, func(a wire.Area) bool { return a.ID == w.Area })
		if mine && b.waiting[w.Area] != w {
			b.waiting[w.Area] = w
			changed = true
		}
	}
	return changed
}

// enqueue keeps the queue in the order of the calls; snapshots list them newest first.
func (b *Board) enqueue(r Row) {
	a := Announcement{Seq: r.Seq, Ticket: r.Ticket, Number: r.Number, Counter: r.Counter, Place: r.Place}
	i, _ := slices.BinarySearchFunc(b.queue, a, func(x, y Announcement) int { return cmp.Compare(x.Seq, y.Seq) })
	b.queue = slices.Insert(b.queue, i, a)
}

// silence drops the announcements of a ticket that have not begun.
func (b *Board) silence(ticket string) {
	b.queue = slices.DeleteFunc(b.queue, func(a Announcement) bool { return a.Ticket == ticket })
}

func (b *Board) stillCalled(a Announcement) bool {
	r, ok := b.rows[a.Ticket]
	return ok && !r.Serving && r.Counter == a.Counter
}

// Next begins the next announcement. There is none while one is being made, so that none is ever made over another.
func (b *Board) Next() (Announcement, bool) {
	if b.now != nil || len(b.queue) == 0 {
		return Announcement{}, false
	}
	a := b.queue[0]
	b.queue = slices.Delete(b.queue, 0, 1)
	b.now = &a
	return a, true
}

// Done ends the announcement that Next began.
func (b *Board) Done() { b.now = nil }
