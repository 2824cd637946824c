package queue

import "time"

// Code is a stable name for why something is refused. The API, the pages and the terminal show a sentence for it.
type Code string

// The codes of queue, booking and hall. They are part of the API and never change their meaning.
const (
	WrongState    Code = "wrong_state"    // the ticket's state does not allow the action; State says which it has
	AlreadyCalled Code = "already_called" // another counter called it; Counter says which
	CounterBusy   Code = "counter_busy"   // this counter already has a ticket; Number says which
	NotThisOne    Code = "other_counter"  // the ticket is at, or meant for, another counter; Counter says which
	NobodyWaiting Code = "nobody_waiting" // nobody waits for a service of this counter
	AllLocked     Code = "all_locked"     // all who wait are locked; Until says until when
	CounterClosed Code = "counter_closed" // the counter is not open
	LimitReached  Code = "limit_reached"  // the series' daily limit of walk-ins is used up
	Closed        Code = "closed"         // not open for walk-ins now; Until says when it opens
	ClosingSoon   Code = "closing_soon"   // the expected wait exceeds the time left until closing
	NumbersOut    Code = "numbers_out"    // all 999 numbers of the series are open
	ClockJumped   Code = "clock_jumped"   // the clock jumped ahead; the day does not roll over until it is confirmed
	TooEarly      Code = "too_early"      // Start, Earliest
	WrongDay      Code = "wrong_day"      // Start
	WasCancelled  Code = "cancelled"      // the appointment was cancelled
	WasFinished   Code = "finished"       // the visit is over
	BadCode       Code = "bad_code"       // check symbol wrong or not a code at all
	NotFound      Code = "not_found"
	NotAllowed    Code = "not_allowed"
	Invalid       Code = "invalid" // a field is out of its range; Field says which
	KeyReused     Code = "key_reused"
	DiskFull      Code = "disk_full"
	Conflict      Code = "conflict"

	SlotTaken    Code = "slot_taken"     // somebody else has the time by now; Start
	NotBookable  Code = "not_bookable"   // the time is not offered: closed, too soon, too far, or too short for the visit; Start
	Lapsed       Code = "lapsed"         // the time to fill in the form or to confirm is over; the slot is offered again
	TooMuch      Code = "too_much"       // more appointments or mails for an address, services, pieces, documents or time than allowed; Field
	BadDocument  Code = "bad_document"   // neither PDF, JPEG nor PNG by content, or broken, or empty
	LargeFile    Code = "file_too_large" // of a document
	Infected     Code = "infected"       // the town's virus scanner refuses the document
	NotScannable Code = "not_scannable"  // the virus scanner gave no answer; nothing was kept
)

// Refusal says why something cannot be done. Nothing was changed. Only the fields that help for the code are set.
type Refusal struct {
	Code     Code      `json:"code"`
	Number   string    `json:"number,omitempty"`
	Counter  string    `json:"counter,omitempty"`
	State    State     `json:"state,omitempty"`
	Service  string    `json:"service,omitempty"`
	Field    string    `json:"field,omitempty"`
	Until    time.Time `json:"until,omitzero"`
	Start    time.Time `json:"start,omitzero"`
	Earliest time.Time `json:"earliest,omitzero"`
	// WalkIn tells that a walk-in ticket, which takes the appointment over, can be had now (check-in).
	WalkIn bool `json:"walk_in,omitempty"`
}

func (r *Refusal) Error() string { return string(r.Code) }
