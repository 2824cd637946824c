package hall_test

import (
	"context"
	"testing"
	"time"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/queue"
)

// watched tells of what the hall does by itself.
type watched struct {
	hall.Store
	did chan string
}

func (w watched) Update(ctx context.Context, fn func(hall.Tx) error) error {
	return w.Store.Update(ctx, func(tx hall.Tx) error { return fn(watchedTx{tx, w.did}) })
}

type watchedTx struct {
	hall.Tx
	did chan string
}

func (w watchedTx) DropAppointment(id string) error {
	w.did <- "dropped " + id
	return w.Tx.DropAppointment(id)
}

func (w watchedTx) InsertPlace(p booking.Place, appointment string, until time.Time) error {
	w.did <- "seated " + appointment
	return w.Tx.InsertPlace(p, appointment, until)
}

func TestRunSeatsOldAppointmentsAndLetsHoldsLapse(t *testing.T) {
	h := newBookable(t, 1, 0)
	a := booking.Appointment{ID: "old", Code: "OLD", Start: morning.Add(time.Hour), Services: []queue.Visit{{ID: "pass", Quantity: 1}},
		State: booking.Booked, Source: "import"} // as an earlier version wrote it
	if err := h.store.Update(h.ctx, func(tx hall.Tx) error { return tx.InsertAppointment(a, "") }); err != nil {
		t.Fatal(err)
	}
	h.wantFree(a.Start, true)
	held := h.hold(morning)
	h.clock.pass(11 * time.Minute)
	did := make(chan string, 16)
	by := h.over(watched{h.store, did})
	ctx, stop := context.WithCancel(h.ctx)
	ran := make(chan error, 1)
	go func() { ran <- by.Run(ctx) }()
	for _, want := range []string{"seated old", "dropped " + held.Appointment.ID} {
		select {
		case got := <-did:
			if got != want {
				t.Errorf("%s, want %s", got, want)
			}
		case <-time.After(patience):
			t.Fatalf("never %s", want)
		}
	}
	stop()
	<-ran
	h.wantFree(a.Start, false)
	if l, err := h.Listed(h.ctx, "old"); err != nil || l.Appointment.End.Sub(a.Start) != 12*time.Minute {
		t.Errorf("%+v, %v", l, err)
	}
}
