package queue

import "time"

// Reasons beyond the Why of a due time.
const (
	ReasonPriority = "priority"    // staff raised the first ticket
	ReasonArrival  = "tie_arrival" // due at the same time, arrived earlier
	ReasonNumber   = "tie_number"  // due and arrived at the same time, lower number
)

// Reason says why one ticket comes before another; the pages make a sentence of it.
type Reason struct {
	// Code is the first ticket's Why ("booked", "late", "too_late", "walk_in", "take_back") when its due time alone
	// decides, or one of the Reason constants.
	Code   string `json:"code"`
	First  string `json:"first"`            // number of the ticket that comes first
	Second string `json:"second,omitempty"` // number of the other, "" if there is none
	// FirstDue and SecondDue are the due times that were compared, with priority taken into account.
	FirstDue  time.Time `json:"first_due"`
	SecondDue time.Time `json:"second_due,omitzero"`
	Arrived   time.Time `json:"arrived"`         // of the first
	Booked    time.Time `json:"booked,omitzero"` // of the first, if it has an appointment
	Priority  int       `json:"priority,omitempty"`
}

// Explain says which of two waiting tickets comes first, and why. With a zero b (Choice.Over of the only ticket) it
// tells where a's due time comes from.
func (r Rules) Explain(a, b Ticket) Reason {
	if b.Num == 0 {
		return r.reason(&a, nil, string(a.Why))
	}
	if r.compare(&a, &b) > 0 {
		a, b = b, a
	}
	plain := a
	plain.Priority = 0
	switch {
	case a.Priority > 0 && r.compare(&plain, &b) > 0:
		return r.reason(&a, &b, ReasonPriority)
	case !r.due(&a).Equal(r.due(&b)):
		return r.reason(&a, &b, string(a.Why))
	case !a.Arrived.Equal(b.Arrived):
		return r.reason(&a, &b, ReasonArrival)
	}
	return r.reason(&a, &b, ReasonNumber)
}

func (r Rules) reason(a, b *Ticket, code string) Reason {
	x := Reason{
		Code: code, First: a.Number(), FirstDue: r.due(a), Arrived: a.Arrived, Booked: a.Booked, Priority: a.Priority,
	}
	if b != nil {
		x.Second, x.SecondDue = b.Number(), r.due(b)
	}
	return x
}
