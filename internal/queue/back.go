package queue

import "time"

var noTime time.Time

// Locked tells whether the ticket is skipped at now because nobody came to its call.
func (t Ticket) Locked(now time.Time) bool { return t.State == Waiting && t.LockedUntil.After(now) }

// ComeBack is the check-in row "again, missed or locked": whoever was not there when called holds the code under the
// scanner again and is back in the queue, due now, once. A locked ticket whose due time is past keeps it, since
// waiting for the lock to end must not be better than coming back. No state changes here but by Apply's table.
//
// Refusals: NotAllowed when it came back before, WrongState when it is neither missed nor locked.
func (r Rules) ComeBack(t Ticket, at time.Time) (Ticket, error) {
	if t.State != Missed && !t.Locked(at) {
		return t, &Refusal{Code: WrongState, Number: t.Number(), Counter: t.Counter, State: t.State}
	}
	if t.Back {
		return t, &Refusal{Code: NotAllowed, Number: t.Number(), State: t.State}
	}
	after := t
	if t.State == Missed {
		var err error
		if after, err = r.Apply(t, Change{Action: TakeBack, At: at}); err != nil {
			return t, err
		}
	} else {
		after.LockedUntil = noTime
		if after.Due.After(at) {
			after.Due, after.Why = at, WhyTakeBack
		}
	}
	after.Back = true
	return after, nil
}
