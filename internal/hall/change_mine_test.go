package hall_test

import (
	"slices"
	"testing"
	"time"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/queue"
)

func TestMoveMine(t *testing.T) {
	h := newBookable(t, 1, 0)
	m, own := h.online(morning, erika)
	was := m.Appointment
	seq := h.seq()
	if m, err := h.MoveMine(h.ctx, citizen, own, morning); err != nil || m.Appointment.Sequence != 0 || h.seq() != seq {
		t.Errorf("to where it is: %+v, %v", m, err)
	}
	later := morning.Add(3 * time.Hour)
	m, err := h.MoveMine(h.ctx, citizen, own, later)
	if err != nil {
		t.Fatal(err)
	}
	if a := m.Appointment; a.ID != was.ID || a.Code != was.Code || !a.Start.Equal(later) || a.End.Sub(a.Start) != 12*time.Minute || a.Sequence != 1 {
		t.Errorf("%+v", a)
	}
	if got := types(h.events(seq)); !slices.Equal(got, []string{hall.EventAppointment}) {
		t.Errorf("events %v", got)
	}
	h.wantFree(later, false)
	h.wantFree(morning, false) // it rests, so that nobody can sell it
	h.clock.pass(30*time.Minute - time.Second)
	h.wantFree(morning, false)
	h.clock.pass(time.Second)
	h.wantFree(morning, true)
	h.hold(morning) // although the rest is not deleted yet
	if _, err := h.MoveMine(h.ctx, citizen, own, morning); !isCode(err, queue.SlotTaken) {
		t.Error(err)
	}
	if m, err := h.Mine(h.ctx, own); err != nil || !m.Appointment.Start.Equal(later) || m.Appointment.Sequence != 1 {
		t.Errorf("refused, but moved: %+v, %v", m, err)
	}
	_, err = h.MoveMine(h.ctx, citizen, own, later.Add(time.Minute))
	refusal(t, err, queue.NotBookable)
	_, err = h.MoveMine(h.ctx, citizen, "nothing", later)
	refusal(t, err, queue.NotFound)
}

// Half an hour later in the only lane is over the visit's own place.
func TestMoveOverItsOwnPlace(t *testing.T) {
	h := newBookable(t, 1, 0)
	long := booking.Want{Services: []queue.Visit{{ID: "pass", Quantity: 3}}} // 36 minutes
	held, err := h.Hold(h.ctx, citizen, long, morning)
	if err != nil {
		t.Fatal(err)
	}
	h.register(held.Secret, erika)
	own := h.secret(held.Appointment.ID)
	if _, err := h.Confirm(h.ctx, citizen, own); err != nil {
		t.Fatal(err)
	}
	m, err := h.MoveMine(h.ctx, citizen, own, morning.Add(15*time.Minute))
	if err != nil || !m.Appointment.Start.Equal(morning.Add(15*time.Minute)) {
		t.Fatal(m, err)
	}
	h.wantFree(morning, true)
	for i := 1; i <= 3; i++ {
		h.wantFree(morning.Add(time.Duration(i)*15*time.Minute), false)
	}
	h.wantFree(morning.Add(60*time.Minute), true)
}

func TestCancelMine(t *testing.T) {
	h := newBookable(t, 1, 0)
	m, own := h.online(morning, erika)
	for range 2 {
		got, err := h.CancelMine(h.ctx, citizen, own)
		if err != nil || got.Appointment.State != booking.Cancelled || got.CanChange || got.Appointment.Sequence != 1 {
			t.Errorf("%+v, %v", got, err)
		}
	}
	h.wantFree(morning, false)
	if got := h.mails(m.Appointment.ID); !slices.Equal(got, []string{"cancelled waiting"}) {
		t.Errorf("mails %v", got)
	}
	_, err := h.CheckIn(h.ctx, kiosk, string(m.Appointment.Code), false)
	refusal(t, err, queue.WasCancelled)
	_, err = h.MoveMine(h.ctx, citizen, own, morning.Add(time.Hour))
	refusal(t, err, queue.WrongState)
	_, err = h.WishEarlier(h.ctx, citizen, own, true)
	refusal(t, err, queue.WrongState)
	_, err = h.AddDocument(h.ctx, citizen, own, hall.Document{Name: "a.pdf", Kind: "application/pdf", Size: 1})
	refusal(t, err, queue.WrongState)
	h.clock.pass(30 * time.Minute)
	h.wantFree(morning, true)
}

// Whoever is here, was here, or should have been by now changes nothing by link.
func TestTooLateToChange(t *testing.T) {
	start := nine.Add(45 * time.Minute)
	later := morning.Add(time.Hour)
	move := func(h *town, own string) error { _, err := h.MoveMine(h.ctx, citizen, own, later); return err }
	cancel := func(h *town, own string) error { _, err := h.CancelMine(h.ctx, citizen, own); return err }
	t.Run("waiting", func(t *testing.T) {
		h := newBookable(t, 1, 0)
		m, own := h.online(start, erika)
		k := h.checkIn(m.Appointment)
		if m, err := h.Mine(h.ctx, own); err != nil || m.CanChange || m.Ticket == nil || m.Ticket.Ticket.ID != k.ID {
			t.Errorf("%+v, %v", m, err)
		}
		refusal(t, move(h, own), queue.WrongState)
		if err := cancel(h, own); err != nil || h.ticket(k.ID).State != queue.Cancelled {
			t.Errorf("%v, %s", err, h.ticket(k.ID).State)
		}
	})
	t.Run("left, and comes another day", func(t *testing.T) {
		h := newBookable(t, 1, 0)
		m, own := h.online(start, erika)
		h.act(anna, h.checkIn(m.Appointment), queue.Cancel)
		_, err := h.MoveMine(h.ctx, citizen, own, start.Add(time.Hour))
		refusal(t, err, queue.WrongState)
		if err := move(h, own); err != nil {
			t.Error(err)
		}
		h.clock.until(later.Add(-10 * time.Minute))
		if in, err := h.CheckIn(h.ctx, kiosk, string(m.Appointment.Code), false); err != nil || in.Notice != booking.NoticeOnTime {
			t.Errorf("%+v, %v", in, err)
		}
	})
	t.Run("called", func(t *testing.T) {
		h := newBookable(t, 1, 0)
		m, own := h.online(start, erika)
		h.checkIn(m.Appointment)
		h.openCounter(anna, "1")
		h.next(anna, "1")
		refusal(t, move(h, own), queue.WrongState)
		refusal(t, cancel(h, own), queue.WrongState)
	})
	t.Run("served before its time", func(t *testing.T) {
		h := newBookable(t, 1, 0)
		m, own := h.online(start, erika)
		h.checkIn(m.Appointment)
		h.openCounter(anna, "1")
		h.act(anna, h.act(anna, h.next(anna, "1"), queue.Arrive), queue.Finish)
		refusal(t, move(h, own), queue.WrongState)
		refusal(t, cancel(h, own), queue.WrongState)
		_, err := h.Move(h.ctx, anna, m.Appointment.ID, later)
		refusal(t, err, queue.WrongState)
	})
	t.Run("begun", func(t *testing.T) {
		h := newBookable(t, 1, 0)
		m, own := h.online(start, erika)
		h.clock.until(start)
		refusal(t, move(h, own), queue.WrongState)
		refusal(t, cancel(h, own), queue.WrongState)
		if _, err := h.Move(h.ctx, anna, m.Appointment.ID, later); err != nil { // who did not come calls the next day
			t.Error(err)
		}
	})
	t.Run("the contact is gone", func(t *testing.T) {
		h := newBookable(t, 1, 0)
		_, own := h.online(start, erika)
		h.clock.until(start.Add(49 * time.Hour))
		h.swept()
		m, err := h.Mine(h.ctx, own)
		if err != nil || m.Contact != nil || m.CanChange {
			t.Errorf("%+v, %v", m, err)
		}
		refusal(t, move(h, own), queue.WrongState)
		refusal(t, cancel(h, own), queue.WrongState)
	})
}

func TestStaffBookAndMove(t *testing.T) {
	h := newBookable(t, 2, 1)
	caller := hall.Person{Name: "Anruferin"}
	soon := nine.Add(15 * time.Minute) // no lead time
	first, err := h.Book(h.ctx, anna, pass, soon, caller)
	if err != nil || first.Appointment.State != booking.Booked || first.Appointment.Source != "staff" || first.Secret == "" {
		t.Fatalf("%+v, %v", first, err)
	}
	if got := h.lanesOf("pass"); !slices.Equal(got, []int{1}) {
		t.Errorf("the lane kept for staff goes first: %v", got)
	}
	if _, err := h.Book(h.ctx, anna, pass, soon, caller); err != nil {
		t.Errorf("the lane of citizens: %v", err)
	}
	_, err = h.Book(h.ctx, anna, pass, soon, caller)
	refusal(t, err, queue.SlotTaken)
	_, err = h.Book(h.ctx, citizen, pass, morning, caller)
	refusal(t, err, queue.NotAllowed)
	_, err = h.Move(h.ctx, citizen, first.Appointment.ID, morning)
	refusal(t, err, queue.NotAllowed)

	m, own := h.online(morning, erika)
	moved, err := h.Move(h.ctx, anna, m.Appointment.Code.Display(), morning.Add(time.Hour))
	if err != nil || !moved.Start.Equal(morning.Add(time.Hour)) || moved.Code != m.Appointment.Code || moved.Sequence != 1 {
		t.Errorf("%+v, %v", moved, err)
	}
	h.wantFree(morning, true) // at once
	if m, err := h.Mine(h.ctx, own); err != nil || !m.Appointment.Start.Equal(moved.Start) {
		t.Errorf("%+v, %v", m, err)
	}
	list, err := h.DayList(h.ctx, "2026-11-25")
	if err != nil || len(list) != 1 || list[0].Contact.Name != erika.Name || list[0].Contact.Secret != "" || list[0].MailDead {
		t.Errorf("%+v, %v", list, err)
	}
	if _, err := h.CancelAppointment(h.ctx, anna, moved.ID); err != nil {
		t.Fatal(err)
	}
	h.wantFree(morning.Add(time.Hour), true)
	_, err = h.Move(h.ctx, anna, moved.ID, morning)
	refusal(t, err, queue.WrongState)
	if list, err = h.DayList(h.ctx, "2026-11-25"); err != nil || len(list) != 1 || list[0].Appointment.State != booking.Cancelled {
		t.Errorf("%+v, %v", list, err)
	}
	_, err = h.DayList(h.ctx, "today")
	refusal(t, err, queue.Invalid)
	_, err = h.Listed(h.ctx, "nothing")
	refusal(t, err, queue.BadCode)
	h.clock.until(soon)
	k := h.checkIn(first.Appointment)
	if l, err := h.Listed(h.ctx, first.Appointment.ID); err != nil || l.Ticket == nil || l.Ticket.Ticket.ID != k.ID {
		t.Errorf("%+v, %v", l, err)
	}
}

// Staff may move an appointment whose slot and person are of another time than they book for: nothing is lost when it fails.
func TestARefusedMoveChangesNothing(t *testing.T) {
	h := newBookable(t, 1, 0)
	a, _ := h.online(morning, erika)
	h.online(morning.Add(time.Hour), erika)
	for _, start := range []time.Time{morning.Add(time.Hour), morning.Add(time.Minute), morning.AddDate(0, 0, 4), {}} {
		if _, err := h.Move(h.ctx, anna, a.Appointment.ID, start); !isCode(err, queue.SlotTaken) && !isCode(err, queue.NotBookable) {
			t.Errorf("%v: %v", start, err)
		}
		h.wantFree(morning, false)
	}
	if l, err := h.Listed(h.ctx, a.Appointment.ID); err != nil || l.Appointment.Sequence != 0 || !l.Appointment.Start.Equal(morning) {
		t.Errorf("%+v, %v", l, err)
	}
}

func isCode(err error, code queue.Code) bool {
	var r *queue.Refusal
	return asRefusal(err, &r) && r.Code == code
}
