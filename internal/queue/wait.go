package queue

import (
	"slices"
	"time"
)

// Wait is the expected waiting time as a range in minutes, rounded to 5, and the number of people ahead.
type Wait struct {
	Low   int `json:"low"`
	High  int `json:"high"`
	Ahead int `json:"ahead"`
	// Unserved: no open counter serves it. Low and High then hold for one that would open now, which nobody should be promised.
	Unserved bool `json:"unserved,omitempty"`
}

// Promise is the range to tell people, both 0 for "not known" while no open counter serves them.
func (w Wait) Promise() (low, high int) {
	if w.Unserved {
		return 0, 0
	}
	return w.Low, w.High
}

// Load is what the estimate of waiting time is made from.
type Load struct {
	Tickets   []Ticket                 // all open tickets of the day
	Seats     []Seat                   // all counters; only open ones serve
	Durations map[string]time.Duration // learned or planned mean per service
}

const (
	// The band around the replayed wait: from 30 % less to 40 % more.
	lowPercent, highPercent = 70, 140
	// unknownDuration stands in for a service without a learned or planned one.
	unknownDuration = 10 * time.Minute
	// shortest is what a visit at a counter still takes when it has used up its mean.
	shortest = time.Minute
)

// Estimate gives the wait of the ticket with this id (or of a newcomer for service with due time due, when id is "").
// It is zero when no ticket with this id is waiting. For many tickets EstimateAll is far quicker.
func (r Rules) Estimate(l Load, id, service string, due, now time.Time) Wait {
	if id != "" {
		return r.EstimateAll(l, now)[id]
	}
	newcomer := Ticket{Num: LastNumber + 1, Service: service, State: Waiting, Due: due, Arrived: now}
	l.Tickets = append(slices.Clone(l.Tickets), newcomer)
	return r.EstimateAll(l, now)[""]
}

// EstimateAll gives the wait of every waiting ticket by its id, from one replay of the queue: the open counters, as
// they become free, each take the next ticket they serve, for its services' mean durations. Where no open counter
// serves a ticket, one that does is taken as if it were open, for such tickets only; where none does at all, one is
// made up. The same load always gives the same answer.
//
// Low and High are multiples of 5 with 0 ≤ Low ≤ High and High ≥ 5. Ahead counts the waiting tickets, locked ones too,
// that come before it by the calling order at the counters that serve it.
func (r Rules) EstimateAll(l Load, now time.Time) map[string]Wait {
	line := make([]*Ticket, 0, len(l.Tickets))
	for i := range l.Tickets {
		if l.Tickets[i].State == Waiting {
			line = append(line, &l.Tickets[i])
		}
	}
	slices.SortFunc(line, r.compare)
	p := newReplay(l, line, now)
	starts, ahead := p.run(), p.ahead()
	waits := make(map[string]Wait, len(line))
	for i, t := range line {
		w := band(starts[i].Sub(now))
		w.Ahead = ahead[i]
		w.Unserved = !slices.ContainsFunc(l.Seats, func(s Seat) bool { return s.Open && s.Serves(*t) })
		waits[t.ID] = w
	}
	return waits
}

// band makes a range of a wait.
func band(wait time.Duration) Wait {
	low := wait * lowPercent / 100
	high := wait * highPercent / 100
	return Wait{Low: roundTo5(low), High: max(5, roundTo5(high))}
}

func roundTo5(d time.Duration) int { return int(d.Round(5*time.Minute) / time.Minute) }
