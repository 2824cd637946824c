package queue

import "time"

// Action is something that happens to a ticket.
type Action string

// The actions of DOMAIN's table.
const (
	Call       Action = "call"
	Ring       Action = "ring"
	Arrive     Action = "arrive"
	NoShow     Action = "no_show"
	Undo       Action = "undo"
	Park       Action = "park"
	TakeBack   Action = "take_back"
	Forward    Action = "forward"
	Finish     Action = "finish"
	Cancel     Action = "cancel"
	Expire     Action = "expire"
	Prioritize Action = "prioritize"
)

// Change is an action with what it needs.
type Change struct {
	Action Action
	At     time.Time
	// Counter that acts: call, ring, arrive, no_show, undo, park, forward, finish.
	Counter string
	// CounterFree tells whether Counter has no other ticket in called or serving (call, undo of finish).
	CounterFree bool
	Remark      string   // park
	Service     string   // forward: to this service
	Area        string   // forward: area of that service
	To          string   // forward: only this counter, "" for any
	Done        []string // finish, forward: services done; nil at finish means all
	People      int      // finish
	Priority    int      // prioritize: 0..2
}
