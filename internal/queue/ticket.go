// Package queue holds the rules of a day's queue: ticket states, calling order, numbers, days and waiting time.
//
// It is pure: no I/O, no clock, no goroutine, no random source of its own. Time comes in as an argument.
package queue

import (
	"fmt"
	"time"
)

// State of a ticket.
type State string

// The states. Waiting, called, serving, missed and parked are open; the others are final for the day.
const (
	Waiting   State = "waiting"
	Called    State = "called"
	Serving   State = "serving"
	Missed    State = "missed"
	Parked    State = "parked"
	Finished  State = "finished"
	Cancelled State = "cancelled"
	Expired   State = "expired"
)

// Open tells whether the visit still goes on.
func (s State) Open() bool {
	switch s {
	case Waiting, Called, Serving, Missed, Parked:
		return true
	}
	return false
}

// AtCounter tells whether the ticket occupies a counter.
func (s State) AtCounter() bool { return s == Called || s == Serving }

// Why says which rule set a ticket's due time. The clerk page explains the order with it.
type Why string

// The reasons for a due time.
const (
	WhyBooked   Why = "booked"    // appointment, on time: due at the booked time
	WhyLate     Why = "late"      // appointment, late: due = arrival + LateDue
	WhyTooLate  Why = "too_late"  // appointment, later still: as a walk-in
	WhyWalkIn   Why = "walk_in"   // due = arrival + the service's walk-in minutes
	WhyTakeBack Why = "take_back" // was missed, taken back: due now
)

// Visit is one service within a ticket.
type Visit struct {
	ID       string `json:"id"`
	Quantity int    `json:"quantity"`
	Done     bool   `json:"done"`
}

// Ticket is one visit in a day's queue.
type Ticket struct {
	ID       string  `json:"id"`
	Day      Day     `json:"day"`
	Series   string  `json:"series"`
	Num      int     `json:"num"` // 1..999
	Service  string  `json:"service"`
	Services []Visit `json:"services"`
	Area     string  `json:"area"`
	State    State   `json:"state"`
	// Counter has called or serves the ticket, or finished it; empty while it waits.
	Counter string `json:"counter,omitempty"`
	// Wanted is the only counter that may call it (forwarded to one counter); empty for any.
	Wanted  string    `json:"wanted,omitempty"`
	Due     time.Time `json:"due"`
	Why     Why       `json:"why"`
	Arrived time.Time `json:"arrived"`
	// Called is the time of the latest announcement, zero if never called.
	Called time.Time `json:"called,omitzero"`
	// Served is when the clerk said "arrived"; Ended when the ticket reached a final state.
	Served time.Time `json:"served,omitzero"`
	Ended  time.Time `json:"ended,omitzero"`
	// Attempts counts calls that nobody came to (0..Rules.MaxCalls).
	Attempts int `json:"attempts"`
	// LockedUntil skips a ticket after a no-show; zero if not locked.
	LockedUntil time.Time `json:"locked_until,omitzero"`
	// Priority is how often staff raised it: 0..2, each PriorityStep earlier.
	Priority int `json:"priority,omitempty"`
	// Back is set once a missed or locked ticket came back by its code: DOMAIN allows that once.
	Back        bool      `json:"back,omitempty"`
	Appointment string    `json:"appointment,omitempty"`
	Booked      time.Time `json:"booked,omitzero"`
	Remark      string    `json:"remark,omitempty"`
	People      int       `json:"people,omitempty"`
	// Print is what became of the paper: "", "printed", "not_printed", "unknown".
	Print string `json:"print,omitempty"`
	// Before is the state an undo returns to (with the fields that the undone action overwrote).
	Before *Before `json:"before,omitempty"`
}

// Before keeps what an undo needs.
type Before struct {
	State       State     `json:"state"`
	Due         time.Time `json:"due"`
	Why         Why       `json:"why"`
	LockedUntil time.Time `json:"locked_until,omitzero"`
	Attempts    int       `json:"attempts"`
	Services    []Visit   `json:"services,omitempty"`
	// Called is the announcement before the undone call, zero if there was none.
	Called time.Time `json:"called,omitzero"`
}

// Number as printed and shown, such as "A017".
func (t Ticket) Number() string { return fmt.Sprintf("%s%03d", t.Series, t.Num) }
