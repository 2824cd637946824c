package queue

import "time"

// Rules are the settings of the queue, all durations in minutes in the file. See DefaultRules for the defaults.
type Rules struct {
	LateDueMinutes      int `toml:"late_due_minutes"`      // late appointment: due = arrival + this
	WalkInDueMinutes    int `toml:"walk_in_due_minutes"`   // walk-in: due = arrival + this, unless the service says otherwise
	LockMinutes         int `toml:"lock_minutes"`          // after a no-show with attempts left
	MaxCalls            int `toml:"max_calls"`             // calls before a ticket is missed
	PriorityStepMinutes int `toml:"priority_step_minutes"` // each of two steps makes it due this much earlier
	ClockJumpMinutes    int `toml:"clock_jump_minutes"`    // a jump ahead of more than this is trouble
}

// DefaultRules are DOMAIN's figures.
func DefaultRules() Rules {
	return Rules{LateDueMinutes: 15, WalkInDueMinutes: 45, LockMinutes: 5, MaxCalls: 2, PriorityStepMinutes: 30, ClockJumpMinutes: 60}
}

func minutes(n int) time.Duration { return time.Duration(n) * time.Minute }

// Limits of what is asked of the rules.
const (
	// MaxPriority is how often staff may raise a ticket.
	MaxPriority = 2
	// LastNumber of a series; numbers are 1..LastNumber.
	LastNumber = 999
)

// LateDue is the due time of somebody who arrives late to an appointment, though not too late.
func (r Rules) LateDue(arrived time.Time) time.Time { return arrived.Add(minutes(r.LateDueMinutes)) }

// WalkInDue is the due time of a walk-in: after the service's own minutes, or the rule's when that is 0.
func (r Rules) WalkInDue(arrived time.Time, service int) time.Time {
	if service <= 0 {
		service = r.WalkInDueMinutes
	}
	return arrived.Add(minutes(service))
}

// WalkInLimit refuses a walk-in (LimitReached) when taken walk-ins of the day have used up the series' limit; limit 0
// is no limit. DOMAIN: it never counts or refuses a booked or late person, so ask it for walk-ins only.
func (r Rules) WalkInLimit(limit, taken int) error {
	if limit > 0 && taken >= limit {
		return &Refusal{Code: LimitReached}
	}
	return nil
}

// WalkInTime refuses a walk-in (ClosingSoon, Until = closes) when the expected wait, the middle of w, exceeds the time
// left until closing.
func (r Rules) WalkInTime(w Wait, now, closes time.Time) error {
	if now.Add(minutes(w.Low+w.High) / 2).After(closes) {
		return &Refusal{Code: ClosingSoon, Until: closes}
	}
	return nil
}
