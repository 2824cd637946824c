package hall_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/queue"
)

func TestAHeldSlotIsNobodyElses(t *testing.T) {
	h := newBookable(t, 1, 0)
	held := h.hold(morning)
	a := held.Appointment
	if a.State != booking.Held || a.Code != "" || !a.Start.Equal(morning) || a.End.Sub(a.Start) != 12*time.Minute ||
		!a.Until.Equal(nine.Add(10*time.Minute)) || a.Source != "citizen" {
		t.Errorf("%+v", a)
	}
	h.wantFree(morning, false)
	_, err := h.Hold(h.ctx, citizen, pass, morning)
	if r := refusal(t, err, queue.SlotTaken); !r.Start.Equal(morning) {
		t.Errorf("%+v", r)
	}
	m, err := h.Mine(h.ctx, held.Secret)
	if err != nil || m.Kind != hall.HoldLink || m.Contact != nil || m.Appointment.Code != "" || m.CanChange || m.Confirmable {
		t.Errorf("%+v, %v", m, err)
	}
	if err := h.Release(h.ctx, citizen, held.Secret); err != nil {
		t.Fatal(err)
	}
	h.wantFree(morning, true)
	refusal(t, h.Release(h.ctx, citizen, held.Secret), queue.NotFound)
}

// A hold ends with its time, whether or not anybody has deleted it by then.
func TestHoldsLapse(t *testing.T) {
	for name, sweep := range map[string]bool{"deleted": true, "not deleted yet": false} {
		t.Run(name, func(t *testing.T) {
			h := newBookable(t, 1, 0)
			held := h.hold(morning)
			h.clock.pass(10*time.Minute - time.Second)
			h.wantFree(morning, false)
			h.clock.pass(time.Second)
			if sweep {
				h.sweep()
			}
			h.wantFree(morning, true)
			_, err := h.Mine(h.ctx, held.Secret)
			refusal(t, err, queue.NotFound)
			_, err = h.Register(h.ctx, citizen, held.Secret, erika)
			refusal(t, err, queue.Lapsed)
			h.hold(morning)
			h.wantFree(morning, false)
		})
	}
}

func TestHoldRefuses(t *testing.T) {
	h := newBookable(t, 2, 1)
	for name, c := range map[string]struct {
		want  booking.Want
		start time.Time
		code  queue.Code
	}{
		"too soon":            {pass, nine.Add(15 * time.Minute), queue.NotBookable},
		"off the grid":        {pass, morning.Add(5 * time.Minute), queue.NotBookable},
		"closed":              {pass, morning.Add(-4 * time.Hour), queue.NotBookable},
		"beyond the horizon":  {pass, morning.AddDate(0, 0, 70), queue.NotBookable},
		"another century":     {pass, morning.AddDate(900, 0, 0), queue.NotBookable},
		"unknown service":     {booking.Want{Services: []queue.Visit{{ID: "nothing", Quantity: 1}}}, morning, queue.Invalid},
		"no service":          {booking.Want{}, morning, queue.Invalid},
		"walk-ins only":       {booking.Want{Services: []queue.Visit{{ID: "abholung", Quantity: 1}}}, morning, queue.Invalid},
		"more than a family":  {booking.Want{Services: []queue.Visit{{ID: "pass", Quantity: 7}}}, morning, queue.TooMuch},
		"the zero time":       {pass, time.Time{}, queue.NotBookable},
		"as if for a clerk's": {booking.Want{Services: pass.Services, Staff: true}, nine.Add(15 * time.Minute), queue.NotBookable},
	} {
		t.Run(name, func(t *testing.T) {
			seq := h.seq()
			_, err := h.Hold(h.ctx, citizen, c.want, c.start)
			refusal(t, err, c.code)
			if h.seq() != seq {
				t.Error("refused, but something was told")
			}
		})
	}
	h.hold(morning)
	_, err := h.Hold(h.ctx, citizen, booking.Want{Services: pass.Services, Staff: true}, morning)
	refusal(t, err, queue.SlotTaken) // the other lane is for staff, whatever the request says
	_, err = h.Hold(h.ctx, keyed(citizen, "1"), pass, morning)
	if r := refusal(t, err, queue.Invalid); r.Field != "idempotency_key" {
		t.Errorf("%+v", r)
	}
}

func TestAHoldIsRepeatedUnderItsKey(t *testing.T) {
	h := newBookable(t, 1, 0)
	once := keyed(citizen, "0123456789abcdef")
	first, err := h.Hold(h.ctx, once, pass, morning)
	if err != nil {
		t.Fatal(err)
	}
	again, err := h.Hold(h.ctx, once, pass, morning)
	if diff := cmp.Diff(first, again); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
}

func TestFreeDaysAndTheFirstSlot(t *testing.T) {
	h := newBookable(t, 1, 0)
	days, err := h.FreeDays(h.ctx, pass, hall.Days{From: "2026-11-24", To: "2026-11-29"})
	if err != nil {
		t.Fatal(err)
	}
	// 09:30 to 17:45 today, 08:00 to 17:45 on other days, none on Sunday.
	want := []booking.FreeDay{{Day: "2026-11-24", Free: 34}, {Day: "2026-11-25", Free: 40}, {Day: "2026-11-26", Free: 40},
		{Day: "2026-11-27", Free: 40}, {Day: "2026-11-28", Free: 40}, {Day: "2026-11-29", Free: 0}}
	if diff := cmp.Diff(want, days); diff != "" {
		t.Error(diff)
	}
	h.hold(nine.Add(30 * time.Minute))
	if s, ok, err := h.FirstFree(h.ctx, pass); err != nil || !ok || !s.Start.Equal(nine.Add(45*time.Minute)) {
		t.Errorf("%v, %v, %v", s, ok, err)
	}
	h.clock.until(time.Date(2026, 11, 28, 17, 50, 0, 0, berlin)) // nothing more today, nor on Sunday
	if s, ok, err := h.FirstFree(h.ctx, pass); err != nil || !ok || !s.Start.Equal(time.Date(2026, 11, 30, 8, 0, 0, 0, berlin)) {
		t.Errorf("%v, %v, %v", s, ok, err)
	}
	for _, d := range []hall.Days{{}, {From: "2026-11-24", To: "2026-11-23"}, {From: "2026-11-24", To: "2027-02-24"}, {From: "2026-11-24", To: "x"}} {
		_, err := h.FreeDays(h.ctx, pass, d)
		refusal(t, err, queue.Invalid)
	}
	if days, err := h.FreeDays(h.ctx, pass, hall.Days{From: "2026-11-24", To: "2027-02-23"}); err != nil || len(days) != 92 {
		t.Errorf("%d days, %v", len(days), err)
	}
	_, err = h.FreeSlots(h.ctx, pass, "tomorrow")
	refusal(t, err, queue.Invalid)
	_, _, err = h.FirstFree(h.ctx, booking.Want{})
	refusal(t, err, queue.Invalid)
}

// Nobody can come with a code before the appointment is theirs.
func TestTheTerminalKnowsOnlyBookedOnes(t *testing.T) {
	h := newBookable(t, 1, 0)
	start := nine.Add(45 * time.Minute)
	held := h.hold(start)
	var code booking.Code
	h.stores(func(tx hall.Tx) error {
		a, _, err := tx.Appointment(held.Appointment.ID)
		code = a.Code
		return err
	})
	h.register(held.Secret, erika)
	_, err := h.CheckIn(h.ctx, kiosk, string(code), false)
	refusal(t, err, queue.NotFound)
	for _, name := range []string{held.Appointment.ID, string(code)} {
		_, _, err = h.Appointment(h.ctx, name)
		refusal(t, err, queue.NotFound)
	}
	if all, err := h.Appointments(h.ctx, start); err != nil || len(all) != 0 {
		t.Errorf("%v, %v", all, err)
	}
	m, err := h.Confirm(h.ctx, citizen, h.secret(held.Appointment.ID))
	if err != nil || m.Appointment.Code != code {
		t.Fatal(m, err)
	}
	if in, err := h.CheckIn(h.ctx, kiosk, code.QR(), false); err != nil || in.Notice != booking.NoticeOnTime {
		t.Errorf("%+v, %v", in, err)
	}
}

func TestOperatorsAndImportsTakePlaces(t *testing.T) {
	h := newBookable(t, 1, 0)
	h.book("pass", morning)
	h.wantFree(morning, false)
	a := h.book("pass", morning) // beyond the capacity
	if a.End.Sub(a.Start) != 12*time.Minute {
		t.Errorf("%+v", a)
	}
	rows := []hall.Import{{Key: "a", Service: "umzug", Start: morning.Add(15 * time.Minute)}}
	if _, err := h.ImportAppointments(h.ctx, operator, hall.ImportList{Rows: rows}); err != nil {
		t.Fatal(err)
	}
	h.wantFree(morning.Add(15*time.Minute), false)
	h.book("pass", morning.AddDate(0, 0, 4)) // on a Sunday there are no lanes, and none are needed
	lanes := h.lanesOf("pass")
	if !slices.Equal(lanes, []int{0, 0, 1}) {
		t.Errorf("lanes %v", lanes)
	}
}
