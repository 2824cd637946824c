package queue_test

import (
	"testing"

	"westerkappeln.de/wartemarke/internal/queue"
)

func TestComeBackOnce(t *testing.T) {
	missed := inState(queue.Missed)
	locked := apply(t, inState(queue.Called), queue.Change{Action: queue.NoShow, At: at(12)})
	overdue := locked
	overdue.Due, overdue.Why = at(5), queue.WhyBooked
	for _, tt := range []struct {
		name    string
		ticket  queue.Ticket
		dueAt   float64
		wantWhy queue.Why
	}{
		{"missed", missed, 14, queue.WhyTakeBack},
		{"locked", locked, 14, queue.WhyTakeBack},
		{"locked, due before", overdue, 5, queue.WhyBooked},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := rules.ComeBack(tt.ticket, at(14))
			if err != nil {
				t.Fatal(err)
			}
			if got.State != queue.Waiting || got.Locked(at(14)) || !got.Back || !got.Due.Equal(at(tt.dueAt)) || got.Why != tt.wantWhy {
				t.Errorf("%+v", got)
			}
			got.State = queue.Missed
			_, err = rules.ComeBack(got, at(15))
			wantRefusal(t, err, queue.Refusal{Code: queue.NotAllowed, Number: "A017", State: queue.Missed})
		})
	}
}

func TestComeBackIsForThoseWhoWereCalled(t *testing.T) {
	for _, s := range []queue.State{
		queue.Waiting, queue.Called, queue.Serving, queue.Parked, queue.Finished, queue.Cancelled, queue.Expired,
	} {
		ticket := inState(s)
		_, err := rules.ComeBack(ticket, at(14))
		wantRefusal(t, err, queue.Refusal{Code: queue.WrongState, Number: "A017", State: s, Counter: ticket.Counter})
	}
}
