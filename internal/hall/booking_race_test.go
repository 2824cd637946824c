package hall_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/queue"
)

// 500 citizens at once for the 20 slots of a morning, each taking whichever they can: twenty get one, and everybody a clear
// answer. Half of them come through another process.
func TestARaceForTwentySlots(t *testing.T) {
	h := newBookable(t, 2, 0)
	halls := []*hall.Hall{h.Hall, h.beside()}
	day := morning.AddDate(0, 0, 1)
	cat := bookable(2, 0)
	cat.Openings[0].From, cat.Openings[0].To = "08:00", "10:30"
	h.apply(cat)
	var slots []time.Time
	for i := range 10 {
		slots = append(slots, time.Date(day.Year(), day.Month(), day.Day(), 8, 15*i, 0, 0, berlin))
	}
	var mu sync.Mutex
	got := map[string]bool{}
	var refused atomic.Int32
	var wg sync.WaitGroup
	for n := range 500 {
		wg.Go(func() {
			at := halls[n%2]
			for i := range slots {
				held, err := at.Hold(h.ctx, citizen, pass, slots[(n+i)%len(slots)])
				if isCode(err, queue.SlotTaken) {
					continue
				}
				if err != nil {
					t.Error(err)
					return
				}
				if _, err := at.Register(h.ctx, citizen, held.Secret, hall.Person{Name: "N", Mail: fmt.Sprintf("n%d@example.org", n)}); err != nil {
					t.Error(err)
				}
				mu.Lock()
				got[held.Appointment.ID] = true
				mu.Unlock()
				return
			}
			refused.Add(1)
		})
	}
	wg.Wait()
	if len(got) != 20 || refused.Load() != 480 {
		t.Fatalf("%d got a slot, %d got none", len(got), refused.Load())
	}
	for id := range got {
		if _, err := h.Confirm(h.ctx, citizen, h.secret(id)); err != nil {
			t.Error(err)
		}
	}
	if all, err := h.Appointments(h.ctx, day); err != nil || len(all) != 20 {
		t.Errorf("%d booked, %v", len(all), err)
	}
}
