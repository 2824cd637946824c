package booking

import (
	"time"

	"westerkappeln.de/wartemarke/internal/queue"
)

// The notices of an arrival, as the API names them.
const (
	NoticeOnTime = "on_time"
	NoticeLate   = "late"
	NoticeAgain  = "again"
)

// Arrival is what the rules say when somebody holds a code under the scanner.
type Arrival struct {
	// Notice is on_time, late or again. An accepted walk-in ticket is on_time: nobody is late for it.
	Notice string
	// New is set when a ticket has to be made, with Due and Why for it.
	New bool
	Due time.Time
	Why queue.Why
	// Back: the existing ticket was missed or locked and comes back, due now (once). Due and Why are set for it.
	Back bool
}

// CheckIn decides every row of the check-in table. ticket is the appointment's ticket of today (the latest one, if it has
// several), nil if none. walkIn says that the citizen accepted a walk-in ticket that takes the appointment over;
// walkInDue is the service's minutes, 0 for q's. canWalkIn tells whether a walk-in ticket could be had now.
//
// Refusals: TooEarly (Start, Earliest), WasCancelled (Start) and WasFinished (Number), each with Service and WalkIn, and
// none of them when walkIn and canWalkIn; WrongDay (Start); WrongState (Number, State) for a ticket that was missed again
// after it had come back, which only staff can take back. A locked ticket that had come back keeps its place and its lock.
//
// All limits are instants, so a change to or from summer time moves none. Both ends of a limit count as within. Being
// late counts from the booked time even across midnight. A ticket belongs to a day, so check-in never opens before the
// appointment's own day begins.
func (r Rules) CheckIn(a Appointment, ticket *queue.Ticket, now time.Time, loc *time.Location, q queue.Rules, walkIn, canWalkIn bool, walkInDue time.Duration) (Arrival, error) {
	if walkInDue <= 0 {
		walkInDue = minutes(q.WalkInDueMinutes)
	}
	takeOver := func(refusal *queue.Refusal) (Arrival, error) {
		refusal.Service, refusal.WalkIn = a.service(), canWalkIn
		if walkIn && canWalkIn {
			return Arrival{Notice: NoticeOnTime, New: true, Due: now.Add(walkInDue), Why: queue.WhyWalkIn}, nil
		}
		return Arrival{}, refusal
	}
	cancelled := func() (Arrival, error) {
		return takeOver(&queue.Refusal{Code: queue.WasCancelled, Start: a.Start})
	}
	switch {
	case ticket != nil && ticket.State.Open():
		return again(*ticket, now)
	case ticket != nil && ticket.State == queue.Finished:
		return takeOver(&queue.Refusal{Code: queue.WasFinished, Number: ticket.Number()})
	case ticket != nil && ticket.State == queue.Cancelled, a.State == Cancelled:
		return cancelled()
	case ticket != nil && ticket.State == queue.Expired:
		return Arrival{}, &queue.Refusal{Code: queue.WrongDay, Start: a.Start}
	}

	late := now.Sub(a.Start)
	today, booked := queue.DayOf(now, loc), queue.DayOf(a.Start, loc)
	earliest := a.Start.Add(-minutes(r.EarlyMinutes))
	switch {
	case late > minutes(r.LastMinutes) && today == booked:
		return Arrival{Notice: NoticeLate, New: true, Due: now.Add(walkInDue), Why: queue.WhyTooLate}, nil
	case late > minutes(r.LastMinutes):
		return Arrival{}, &queue.Refusal{Code: queue.WrongDay, Start: a.Start}
	case late > minutes(r.LateMinutes):
		return Arrival{Notice: NoticeLate, New: true, Due: now.Add(minutes(q.LateDueMinutes)), Why: queue.WhyLate}, nil
	case late >= 0, today == booked && !now.Before(earliest):
		return Arrival{Notice: NoticeOnTime, New: true, Due: a.Start, Why: queue.WhyBooked}, nil
	case today == booked:
		return takeOver(&queue.Refusal{Code: queue.TooEarly, Start: a.Start, Earliest: latest(earliest, midnight(a.Start, loc))})
	case !now.Before(earliest): // shortly before midnight for an appointment shortly after
		return takeOver(&queue.Refusal{Code: queue.TooEarly, Start: a.Start, Earliest: midnight(a.Start, loc)})
	}
	return Arrival{}, &queue.Refusal{Code: queue.WrongDay, Start: a.Start}
}

// again answers for an open ticket: the same number, and back in the queue once if it was missed or is locked.
func again(t queue.Ticket, now time.Time) (Arrival, error) {
	locked := t.State == queue.Waiting && t.LockedUntil.After(now)
	switch {
	case t.State == queue.Missed && t.Back:
		return Arrival{}, &queue.Refusal{Code: queue.WrongState, State: t.State, Number: t.Number()}
	case (t.State == queue.Missed || locked) && !t.Back:
		return Arrival{Notice: NoticeAgain, Back: true, Due: now, Why: queue.WhyTakeBack}, nil
	}
	return Arrival{Notice: NoticeAgain}, nil
}

// service is the first service that is not done yet, "" if there is none.
func (a Appointment) service() string {
	for _, v := range a.Services {
		if !v.Done {
			return v.ID
		}
	}
	return ""
}

func minutes(n int) time.Duration { return time.Duration(n) * time.Minute }

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
