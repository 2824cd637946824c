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

// Day is the site's calendar day as "2026-11-23".
type Day string

// DayOf gives the calendar day of t in the site's time zone.
func DayOf(t time.Time, loc *time.Location) Day { return Day(t.In(loc).Format(time.DateOnly)) }

// Seat is what the calling order needs to know of a counter.
type Seat struct {
	ID       string
	Services []string
	Area     string
	Open     bool
}

// Choice is the ticket that is next at a counter, with why it comes before the one after it.
type Choice struct {
	Ticket Ticket
	// Over is the ticket that would be next without it, zero if it is the only one.
	Over Ticket
}

// Next picks the ticket with the smallest due time that the seat can serve: ties by earlier arrival, then lower number;
// locked tickets are skipped. Refusals: NobodyWaiting, AllLocked (Until), CounterClosed.
func (r Rules) Next(tickets []Ticket, s Seat, now time.Time) (Choice, error) { panic("unwritten") }

// Sort orders waiting tickets as they will be called, the next one first (all seats alike).
func (r Rules) Sort(tickets []Ticket) { panic("unwritten") }

// EffectiveDue is the due time with priority taken into account.
func (r Rules) EffectiveDue(t Ticket) time.Time { panic("unwritten") }

// Number gives the next number of a series after last (0 on a new day): 1…999, wrapping past numbers that are still
// open. Refusal: NumbersOut.
func Number(last int, open func(num int) bool) (int, error) { panic("unwritten") }

// Wait is the expected waiting time as a range in minutes, rounded to 5, and the number of people ahead.
type Wait struct {
	Low   int `json:"low"`
	High  int `json:"high"`
	Ahead int `json:"ahead"`
}

// Load is what the estimate of waiting time is made from.
type Load struct {
	Tickets   []Ticket                 // all open tickets of the day
	Seats     []Seat                   // all counters; only open ones serve
	Durations map[string]time.Duration // learned or planned mean per service
}

// Estimate gives the wait of the ticket with this id (or of a newcomer for service with due time due, when id is "").
func (r Rules) Estimate(l Load, id, service string, due, now time.Time) Wait { panic("unwritten") }

// Watch judges the clock: last is the latest time that the store has seen, now the present one. It gives the time to
// use (never before last, so nothing is reordered) and a trouble word, "" when all is well: "clock_behind" when it
// jumped back by more than a minute, "clock_ahead" when it jumped ahead by more than ClockJumpMinutes across a day change while the
// programs were running (elapsed is the monotonic time since last was seen, negative if unknown).
func (r Rules) Watch(last, now time.Time, elapsed time.Duration) (time.Time, string) {
	panic("unwritten")
}
