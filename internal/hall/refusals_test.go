package hall_test

import (
	"context"
	"fmt"
	"testing"

	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/queue"
	"westerkappeln.de/wartemarke/internal/wire"
)

// fullStore is a store whose disk is full at commit, after all was done.
type fullStore struct{ hall.Store }

func (f fullStore) Update(ctx context.Context, fn func(hall.Tx) error) error {
	return f.Store.Update(ctx, func(tx hall.Tx) error {
		if err := fn(tx); err != nil {
			return err
		}
		return fmt.Errorf("commit: %w", hall.ErrFull)
	})
}

func TestFullDiskRefusesNewNumbersAndLosesNone(t *testing.T) {
	h := newTown(t)
	k := h.take("pass")
	a := h.book("pass", nine)
	full := h.over(fullStore{h.store})
	events := h.subscribe(h.seq())
	_, err := full.TakeTicket(h.ctx, kiosk, "pass", 0)
	refusal(t, err, queue.DiskFull)
	_, err = full.CheckIn(h.ctx, keyed(kiosk, "k"), string(a.Code), false)
	refusal(t, err, queue.DiskFull)
	d, err := full.Desk(h.ctx, "1")
	if err != nil || len(d.Waiting) != 1 || d.Waiting[0].Ticket.ID != k.ID {
		t.Errorf("the hall believes what was not written: %+v, %v", d.Waiting, err)
	}
	in, err := h.CheckIn(h.ctx, keyed(kiosk, "k"), string(a.Code), false) // with room again, the terminal asks again
	if err != nil || in.View.Ticket.Num != 2 {
		t.Errorf("%+v, %v", in.View.Ticket, err)
	}
	if e := read(t, events, 1)[0]; e.Number != "A002" {
		t.Errorf("published %+v", e)
	}
}

// The API repeats the hall's words; clients rely on them.
func TestEventTypesAreTheAPIs(t *testing.T) {
	for ours, theirs := range map[string]string{
		hall.EventWaiting: wire.TicketWaiting, hall.EventCalled: wire.TicketCalled, hall.EventRung: wire.TicketRung,
		hall.EventServing: wire.TicketServing, hall.EventParked: wire.TicketParked, hall.EventMissed: wire.TicketMissed,
		hall.EventFinished: wire.TicketFinished, hall.EventCancelled: wire.TicketCancelled, hall.EventExpired: wire.TicketExpired,
		hall.EventOpened: wire.CounterOpened, hall.EventClosed: wire.CounterClosed, hall.EventTrouble: wire.DeviceTrouble,
		hall.EventWell: wire.DeviceWell, hall.EventCatalogue: wire.CatalogueChange,
	} {
		if ours != theirs {
			t.Errorf("%s here, %s in the API", ours, theirs)
		}
	}
}
