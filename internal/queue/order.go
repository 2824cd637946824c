package queue

import (
	"cmp"
	"slices"
	"time"
)

// Seat is what the calling order needs to know of a counter.
type Seat struct {
	ID       string
	Services []string
	Area     string
	Open     bool
}

// Serves tells whether the seat may call the ticket: it serves the current service and no other counter is wanted. A
// ticket forwarded to this very counter counts whatever its service, or nobody could ever call it.
func (s Seat) Serves(t Ticket) bool {
	if t.Wanted != "" {
		return t.Wanted == s.ID
	}
	return slices.Contains(s.Services, t.Service)
}

// Choice is the ticket that is next at a counter, with why it comes before the one after it.
type Choice struct {
	Ticket Ticket
	// Over is the ticket that would be next without it, zero if it is the only one.
	Over Ticket
}

// Next picks the ticket with the smallest due time that the seat can serve: ties by earlier arrival, then lower number;
// locked tickets are skipped. Refusals: NobodyWaiting, AllLocked (Until), CounterClosed.
func (r Rules) Next(tickets []Ticket, s Seat, now time.Time) (Choice, error) {
	if !s.Open {
		return Choice{}, &Refusal{Code: CounterClosed, Counter: s.ID}
	}
	var first, second *Ticket
	var unlocked time.Time
	for i := range tickets {
		t := &tickets[i]
		if t.State != Waiting || !s.Serves(*t) {
			continue
		}
		if t.LockedUntil.After(now) {
			if unlocked.IsZero() || t.LockedUntil.Before(unlocked) {
				unlocked = t.LockedUntil
			}
			continue
		}
		switch {
		case first == nil || r.compare(t, first) < 0:
			first, second = t, first
		case second == nil || r.compare(t, second) < 0:
			second = t
		}
	}
	switch {
	case first == nil && unlocked.IsZero():
		return Choice{}, &Refusal{Code: NobodyWaiting, Counter: s.ID}
	case first == nil:
		return Choice{}, &Refusal{Code: AllLocked, Counter: s.ID, Until: unlocked}
	case second == nil:
		return Choice{Ticket: *first}, nil
	}
	return Choice{Ticket: *first, Over: *second}, nil
}

// Sort orders waiting tickets as they will be called, the next one first (all seats alike). Locks do not count, they
// pass.
func (r Rules) Sort(tickets []Ticket) {
	slices.SortFunc(tickets, func(a, b Ticket) int { return r.compare(&a, &b) })
}

// EffectiveDue is the due time with priority taken into account.
func (r Rules) EffectiveDue(t Ticket) time.Time { return r.due(&t) }

func (r Rules) due(t *Ticket) time.Time {
	if t.Priority == 0 {
		return t.Due
	}
	return t.Due.Add(-minutes(t.Priority * r.PriorityStepMinutes))
}

// compare is the calling order: a total one, so that it never depends on how tickets came out of the store.
func (r Rules) compare(a, b *Ticket) int {
	if c := r.due(a).Compare(r.due(b)); c != 0 {
		return c
	}
	if c := a.Arrived.Compare(b.Arrived); c != 0 {
		return c
	}
	return cmp.Or(cmp.Compare(a.Num, b.Num), cmp.Compare(a.Series, b.Series), cmp.Compare(a.ID, b.ID))
}
