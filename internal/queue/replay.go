package queue

import (
	"slices"
	"time"
)

// replay runs the waiting line forward through the counters.
type replay struct {
	line      []*Ticket // in calling order
	kinds     []kind    // of each ticket in line
	lanes     []lane
	durations map[string]time.Duration
	now       time.Time
}

// kind is all that decides which counters serve a waiting ticket.
type kind struct{ service, wanted string }

// lane is a counter in the replay.
type lane struct {
	seat   Seat
	free   time.Time
	serves map[kind]bool
	idle   bool // nobody left whom it serves
}

func newReplay(l Load, line []*Ticket, now time.Time) *replay {
	p := &replay{line: line, kinds: make([]kind, len(line)), durations: l.Durations, now: now}
	distinct := map[kind]*Ticket{}
	for i, t := range line {
		p.kinds[i] = kind{t.Service, t.Wanted}
		if distinct[p.kinds[i]] == nil {
			distinct[p.kinds[i]] = t
		}
	}
	for _, s := range l.Seats {
		if !s.Open {
			continue
		}
		serves := map[kind]bool{}
		for k, t := range distinct {
			serves[k] = s.Serves(*t)
		}
		p.lanes = append(p.lanes, lane{seat: s, free: p.freeAt(l.Tickets, s), serves: serves})
	}
	opened := len(p.lanes)
	for i, k := range p.kinds {
		if distinct[k] != line[i] {
			continue // only the first of its kind
		}
		if !slices.ContainsFunc(p.lanes, func(n lane) bool { return n.serves[k] }) {
			p.assume(l.Seats, opened, *line[i], k)
		}
	}
	return p
}

// assume finds a counter for a kind that no open one serves: one that is taken as open already, else the first closed
// one that serves it, else one made up.
func (p *replay) assume(seats []Seat, opened int, t Ticket, k kind) {
	for _, n := range p.lanes[opened:] {
		if n.seat.Serves(t) {
			n.serves[k] = true
			return
		}
	}
	seat := Seat{ID: t.Wanted, Services: []string{t.Service}}
	if i := slices.IndexFunc(seats, func(s Seat) bool { return !s.Open && s.Serves(t) }); i >= 0 {
		seat = seats[i]
	}
	p.lanes = append(p.lanes, lane{seat: seat, free: p.now, serves: map[kind]bool{k: true}})
}

// freeAt is when the counter will have finished the ticket it has.
func (p *replay) freeAt(tickets []Ticket, s Seat) time.Time {
	free := p.now
	for i := range tickets {
		t := &tickets[i]
		if !t.State.AtCounter() || t.Counter != s.ID {
			continue
		}
		since := t.Called
		if t.State == Serving {
			since = t.Served
		}
		end := since.Add(p.duration(t, s))
		if soonest := p.now.Add(shortest); end.Before(soonest) {
			end = soonest
		}
		if end.After(free) {
			free = end
		}
	}
	return free
}

// duration is the mean of what the counter does in one go: the current service and what else of the visit is not done
// and served here, each as often as wanted.
func (p *replay) duration(t *Ticket, s Seat) time.Duration {
	var sum time.Duration
	current := false
	for _, v := range t.Services {
		if v.ID == t.Service {
			current = true
		} else if v.Done || !slices.Contains(s.Services, v.ID) {
			continue
		}
		sum += p.mean(v.ID) * time.Duration(max(1, v.Quantity))
	}
	if !current {
		sum += p.mean(t.Service)
	}
	return sum
}

func (p *replay) mean(service string) time.Duration {
	if d := p.durations[service]; d > 0 {
		return d
	}
	return unknownDuration
}

// run gives the time at which each ticket of the line is called.
func (p *replay) run() []time.Time {
	starts := make([]time.Time, len(p.line))
	for {
		n := p.nextLane()
		if n == nil {
			return starts
		}
		i, unlocked := p.pick(n, starts)
		switch {
		case i >= 0:
			starts[i] = n.free
			n.free = n.free.Add(p.duration(p.line[i], n.seat))
		case !unlocked.IsZero():
			n.free = unlocked
		default:
			n.idle = true
		}
	}
}

// nextLane is the one that is free first, of several the first in the catalogue's order.
func (p *replay) nextLane() *lane {
	var first *lane
	for i := range p.lanes {
		n := &p.lanes[i]
		if !n.idle && (first == nil || n.free.Before(first.free)) {
			first = n
		}
	}
	return first
}

// pick gives the first in line that the lane serves, -1 and the end of the earliest lock if all of them are locked,
// -1 and zero if there is none.
func (p *replay) pick(n *lane, starts []time.Time) (int, time.Time) {
	var unlocked time.Time
	for i, t := range p.line {
		if !starts[i].IsZero() || !n.serves[p.kinds[i]] {
			continue
		}
		if !t.LockedUntil.After(n.free) {
			return i, noTime
		}
		if unlocked.IsZero() || t.LockedUntil.Before(unlocked) {
			unlocked = t.LockedUntil
		}
	}
	return -1, unlocked
}

// ahead gives for each ticket of the line how many come before it at the counters that serve it.
func (p *replay) ahead() []int {
	before := map[kind]int{}
	counts := make([]int, len(p.line))
	for i, k := range p.kinds {
		for other, n := range before {
			if p.meet(k, other) {
				counts[i] += n
			}
		}
		before[k]++
	}
	return counts
}

// meet tells whether some counter serves both kinds.
func (p *replay) meet(a, b kind) bool {
	return slices.ContainsFunc(p.lanes, func(n lane) bool { return n.serves[a] && n.serves[b] })
}
