package board

import (
	"cmp"
	"slices"
	"time"

	"westerkappeln.de/wartemarke/internal/wire"
)

// View is what the board shows at one moment.
type View struct {
	Ready   bool        // a snapshot has been seen
	Lost    time.Time   // since when the hall cannot be reached; zero while it can
	Site    wire.Site   //
	Areas   []wire.Area // shown here
	Unknown []string    // asked for in the settings, but not in the catalogue
	// Lead is the number shown large: the one being announced, else the newest called, else the newest served. What
	// people hear is thus what they see, also when several are called at once. Nil when nothing is called.
	Lead *Row
	// Announcing is the ticket that is being announced; "" none. It may have left the rows meanwhile.
	Announcing string
	// Rows are all numbers, Lead among them: called ones by newest announcement, then served ones likewise.
	Rows []Row
	// Waiting has one entry per area that has figures, in the order of Areas.
	Waiting []wire.Waiting
}

// View tells what to show now.
func (b *Board) View(now time.Time) View {
	v := View{Ready: b.ready, Lost: b.lost, Site: b.site, Areas: b.areas, Unknown: b.unknown}
	for _, r := range b.rows {
		if r.stays(now) {
			v.Rows = append(v.Rows, r)
		}
	}
	slices.SortFunc(v.Rows, newestFirst)
	for _, a := range b.areas {
		if w, ok := b.waiting[a.ID]; ok {
			v.Waiting = append(v.Waiting, w)
		}
	}
	v.Lead = b.lead(v.Rows)
	if b.now != nil {
		v.Announcing = b.now.Ticket
	}
	return v
}

func (b *Board) lead(rows []Row) *Row {
	if b.now != nil {
		for i := range rows {
			if rows[i].Ticket == b.now.Ticket && rows[i].Counter == b.now.Counter {
				return &rows[i]
			}
		}
	}
	if len(rows) > 0 {
		return &rows[0]
	}
	return nil
}

func newestFirst(a, c Row) int {
	if a.Serving != c.Serving {
		if a.Serving {
			return 1
		}
		return -1
	}
	return cmp.Or(cmp.Compare(c.Seq, a.Seq), cmp.Compare(a.Ticket, c.Ticket))
}

// stays tells whether the row is shown now. A clock that jumped back must not keep a served number for hours.
func (r Row) stays(now time.Time) bool {
	return !r.Serving || (now.Before(r.since.Add(ServingStays)) && !now.Before(r.since.Add(-ServingStays)))
}

// Changes tells when View changes by itself next, because a served number leaves; ok is false when it does not.
func (b *Board) Changes(now time.Time) (at time.Time, ok bool) {
	for _, r := range b.rows {
		if leaves := r.since.Add(ServingStays); r.Serving && r.stays(now) && (!ok || leaves.Before(at)) {
			at, ok = leaves, true
		}
	}
	return at, ok
}
