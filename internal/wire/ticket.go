// Package wire holds the JSON types of the HTTP API. It is a leaf that the server and its clients share.
package wire

import "time"

// Ticket states as in DOMAIN; the queue package owns the rules between them.
const (
	StateWaiting   = "waiting"
	StateCalled    = "called"
	StateServing   = "serving"
	StateMissed    = "missed"
	StateParked    = "parked"
	StateFinished  = "finished"
	StateCancelled = "cancelled"
	StateExpired   = "expired"
)

// Ticket is one visit in a day's queue.
type Ticket struct {
	ID          string     `json:"id"`
	Number      string     `json:"number" doc:"as printed and shown" example:"A017"`
	Series      string     `json:"series"`
	Service     string     `json:"service" doc:"id of the current service"`
	Services    []Visit    `json:"services"`
	Area        string     `json:"area"`
	State       string     `json:"state" enum:"waiting,called,serving,missed,parked,finished,cancelled,expired"`
	Counter     string     `json:"counter,omitempty" doc:"id of the counter that called it, serves it or finished it"`
	Place       string     `json:"place,omitempty" doc:"label of that counter in the site's first language"`
	Due         time.Time  `json:"due"`
	Why         string     `json:"why,omitempty" doc:"stable code of the rule that set the due time"`
	Arrived     time.Time  `json:"arrived"`
	Called      *time.Time `json:"called,omitempty"`
	LockedUntil *time.Time `json:"locked_until,omitempty"`
	Attempts    int        `json:"attempts"`
	Priority    int        `json:"priority,omitempty"`
	Appointment string     `json:"appointment,omitempty" doc:"id of the appointment, when booked"`
	Booked      *time.Time `json:"booked,omitempty" doc:"booked start, when booked"`
	Remark      string     `json:"remark,omitempty" doc:"staff only"`
	Print       string     `json:"print,omitempty" enum:"printed,not_printed,unknown," doc:"what became of the paper"`
	Wait        *Wait      `json:"wait,omitempty"`
	URL         string     `json:"url,omitempty" doc:"phone page; only in the answer to the device that created the ticket"`
}

// Visit is one service within a ticket.
type Visit struct {
	ID       string `json:"id"`
	Quantity int    `json:"quantity" minimum:"1"`
	Done     bool   `json:"done"`
}

// Wait is the expected waiting time as a range in minutes, rounded to 5, and the number of people who come before. High is
// 0 when nothing can be said: no open counter serves it.
type Wait struct {
	Low   int `json:"low"`
	High  int `json:"high"`
	Ahead int `json:"ahead"`
}

// Notices of a check-in that gave, or found, a ticket.
const (
	NoticeOnTime = "on_time"
	NoticeLate   = "late"
	NoticeAgain  = "again"
)

// CheckIn asks for the ticket of a booked visit.
type CheckIn struct {
	Code   string `json:"code" maxLength:"512" doc:"as read by a scanner or typed; case, blanks and hyphens do not matter"`
	WalkIn bool   `json:"walk_in,omitempty" doc:"after too_early, finished or cancelled: take a walk-in ticket that takes the appointment over"`
}

// CheckedIn is the answer to a CheckIn. With notice again the ticket's state says what to do: waiting (same number,
// reprint offered), called (go to place), parked (you will be called again).
type CheckedIn struct {
	Ticket      Ticket      `json:"ticket"`
	Appointment Appointment `json:"appointment"`
	Notice      string      `json:"notice" enum:"on_time,late,again"`
	Back        bool        `json:"back,omitempty" doc:"with notice again: the ticket was missed or locked and is back in the queue, due now"`
}

// Appointment without anything about the person.
type Appointment struct {
	ID       string    `json:"id"`
	Start    time.Time `json:"start"`
	Services []Visit   `json:"services"`
}

// TakeTicket asks for a walk-in ticket.
type TakeTicket struct {
	Service  string `json:"service" maxLength:"64"`
	Priority int    `json:"priority,omitempty" minimum:"0" maximum:"2"`
}

// PrintOutcome says what became of a ticket's paper (devices/printer).
type PrintOutcome struct {
	Outcome  string `json:"outcome" enum:"printed,not_printed,unknown"`
	Evidence string `json:"evidence" enum:"fence,status,sent,none"`
	Reason   string `json:"reason,omitempty" maxLength:"64" doc:"stable word: paper_out, cover_open, cutter, offline, no_printer, timeout …"`
}

// Next calls the next ticket for a counter.
type Next struct {
	Finish bool `json:"finish,omitempty" doc:"finish the counter's ticket first, as a call button does"`
}

// Call calls one ticket by id or number.
type Call struct {
	Ticket string `json:"ticket" maxLength:"64" doc:"id, or number such as A017"`
}

// TicketAction is the body of the actions on one ticket; each reads only the fields it needs.
type TicketAction struct {
	Counter   string   `json:"counter,omitempty" maxLength:"64" doc:"the counter that acts; arrive, no-show, undo, finish …"`
	Remark    string   `json:"remark,omitempty" maxLength:"200" doc:"park"`
	Service   string   `json:"service,omitempty" maxLength:"64" doc:"forward: to which service"`
	ToCounter string   `json:"to_counter,omitempty" maxLength:"64" doc:"forward: only this counter"`
	Done      []string `json:"done,omitempty" maxItems:"32" doc:"finish: services that were done; none given means all"`
	People    int      `json:"people,omitempty" minimum:"0" maximum:"99" doc:"finish: how many people were served"`
	Priority  int      `json:"priority,omitempty" minimum:"0" maximum:"2"`
}
