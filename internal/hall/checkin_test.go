package hall_test

import (
	"testing"
	"time"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/queue"
)

// Every row of DOMAIN's "Check-in: what a code can answer".
func TestCheckInAnswers(t *testing.T) {
	ten := nine.Add(time.Hour)
	for name, c := range map[string]struct {
		at     time.Time
		start  time.Time // ten, if not given
		before func(h *town, a booking.Appointment)
		walkIn bool
		refuse queue.Code
		offer  bool // of a walk-in ticket
		notice string
		state  queue.State
		why    queue.Why
		back   bool
		again  bool // the same ticket as before
	}{
		"on time":                 {at: ten.Add(-45 * time.Minute), notice: "on_time", state: queue.Waiting, why: queue.WhyBooked},
		"on time, to the minute":  {at: ten.Add(15 * time.Minute), notice: "on_time", state: queue.Waiting, why: queue.WhyBooked},
		"late":                    {at: ten.Add(16 * time.Minute), notice: "late", state: queue.Waiting, why: queue.WhyLate},
		"far too late":            {at: ten.Add(61 * time.Minute), notice: "late", state: queue.Waiting, why: queue.WhyTooLate},
		"too early":               {at: ten.Add(-46 * time.Minute), refuse: queue.TooEarly, offer: true},
		"too early, walks in":     {at: ten.Add(-46 * time.Minute), walkIn: true, notice: "on_time", state: queue.Waiting, why: queue.WhyWalkIn},
		"the day before":          {at: ten, start: ten.AddDate(0, 0, 1), refuse: queue.WrongDay},
		"the day after":           {at: ten.AddDate(0, 0, 1), refuse: queue.WrongDay},
		"again, waiting":          {at: ten, before: checkedIn, notice: "again", state: queue.Waiting, why: queue.WhyBooked, again: true},
		"again, called":           {at: ten, before: called, notice: "again", state: queue.Called, why: queue.WhyBooked, again: true},
		"again, serving":          {at: ten, before: serving, notice: "again", state: queue.Serving, why: queue.WhyBooked, again: true},
		"again, locked":           {at: ten, before: locked, notice: "again", state: queue.Waiting, why: queue.WhyBooked, back: true, again: true},
		"again, missed":           {at: ten, before: missed, notice: "again", state: queue.Waiting, why: queue.WhyTakeBack, back: true, again: true},
		"again, missed twice":     {at: ten, before: missedAgain, refuse: queue.WrongState},
		"again, parked":           {at: ten, before: parked, notice: "again", state: queue.Parked, why: queue.WhyBooked, again: true},
		"again, finished":         {at: ten, before: finished, refuse: queue.WasFinished, offer: true},
		"finished, walks in":      {at: ten, before: finished, walkIn: true, notice: "on_time", state: queue.Waiting, why: queue.WhyWalkIn},
		"cancelled":               {at: ten, before: cancelled, refuse: queue.WasCancelled, offer: true},
		"cancelled, walks in":     {at: ten, before: cancelled, walkIn: true, notice: "on_time", state: queue.Waiting, why: queue.WhyWalkIn},
		"left, then came again":   {at: ten, before: left, refuse: queue.WasCancelled, offer: true},
		"cancelled while waiting": {at: ten, before: cancelledWaiting, refuse: queue.WasCancelled, offer: true},
	} {
		t.Run(name, func(t *testing.T) {
			h := newTown(t)
			if c.start.IsZero() {
				c.start = ten
			}
			a := h.book("pass", c.start)
			h.clock.until(c.at)
			h.openCounter(anna, "1")
			var known []hall.View
			if c.before != nil {
				c.before(h, a)
				known = h.today()
			}
			before := h.seq()
			in, err := h.CheckIn(h.ctx, kiosk, a.Code.QR(), c.walkIn)
			if c.refuse != "" {
				r := refusal(t, err, c.refuse)
				if r.WalkIn != c.offer {
					t.Errorf("walk-in offered: %v", r.WalkIn)
				}
				if h.seq() != before {
					t.Errorf("refused, but something changed: %v", types(h.events(before)))
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			k := in.View.Ticket
			if in.Notice != c.notice || k.State != c.state || k.Why != c.why || in.Back != c.back {
				t.Errorf("notice %s, state %s, why %s, back %v", in.Notice, k.State, k.Why, in.Back)
			}
			if in.Appointment.ID != a.ID || k.Appointment != a.ID {
				t.Error("not of the appointment")
			}
			if c.again {
				if k.ID != known[0].Ticket.ID || k.Number() != known[0].Ticket.Number() {
					t.Errorf("another ticket: %s, was %s", k.Number(), known[0].Ticket.Number())
				}
				if in.Secret != "" {
					t.Error("the secret goes to who created the ticket only")
				}
				if len(h.today()) != len(known) {
					t.Error("a second ticket")
				}
			} else if len(in.Secret) < 22 {
				t.Errorf("secret %q", in.Secret)
			}
			if k.State == queue.Called && in.View.Place["de"] != "Schalter 1" {
				t.Errorf("place %v", in.View.Place)
			}
		})
	}
}

func (h *town) today() []hall.View {
	h.t.Helper()
	all, err := h.Tickets(h.ctx, "", "")
	if err != nil {
		h.t.Fatal(err)
	}
	return all
}

func (h *town) checkIn(a booking.Appointment) queue.Ticket {
	h.t.Helper()
	in, err := h.CheckIn(h.ctx, kiosk, string(a.Code), false)
	if err != nil {
		h.t.Fatal(err)
	}
	return in.View.Ticket
}

func checkedIn(h *town, a booking.Appointment) { h.checkIn(a) }

func called(h *town, a booking.Appointment) {
	h.checkIn(a)
	h.next(anna, "1")
}

func serving(h *town, a booking.Appointment) { h.act(anna, h.nextOf(a), queue.Arrive) }

func (h *town) nextOf(a booking.Appointment) queue.Ticket {
	h.t.Helper()
	h.checkIn(a)
	return h.next(anna, "1")
}

func locked(h *town, a booking.Appointment) { h.act(anna, h.nextOf(a), queue.NoShow) }

func missed(h *town, a booking.Appointment) {
	h.t.Helper()
	locked(h, a)
	h.miss(h.today()[0].Ticket)
}

func (h *town) miss(k queue.Ticket) {
	h.t.Helper()
	if _, err := h.Call(h.ctx, anna, "1", k.Number()); err != nil {
		h.t.Fatal(err)
	}
	if k = h.act(anna, k, queue.NoShow); k.State != queue.Missed {
		h.t.Fatalf("state %s", k.State)
	}
}

func missedAgain(h *town, a booking.Appointment) {
	missed(h, a)
	if back := h.checkIn(a); !back.Back {
		h.t.Fatal("did not come back")
	}
	h.miss(h.today()[0].Ticket)
}

func parked(h *town, a booking.Appointment) { h.act(anna, h.nextOf(a), queue.Park) }

func finished(h *town, a booking.Appointment) {
	k := h.nextOf(a)
	h.act(anna, k, queue.Arrive)
	h.act(anna, k, queue.Finish)
}

func left(h *town, a booking.Appointment) { h.act(anna, h.checkIn(a), queue.Cancel) }

func cancelled(h *town, a booking.Appointment) {
	h.t.Helper()
	if _, err := h.CancelAppointment(h.ctx, operator, string(a.Code)); err != nil {
		h.t.Fatal(err)
	}
}

func cancelledWaiting(h *town, a booking.Appointment) {
	h.checkIn(a)
	cancelled(h, a)
}

func TestCodesThatAreNone(t *testing.T) {
	h := newTown(t)
	a := h.book("pass", nine)
	code := []byte(a.Code)
	code[0] = booking.Alphabet[(indexOf(code[0])+1)%32]
	_, err := h.CheckIn(h.ctx, kiosk, string(code), false)
	refusal(t, err, queue.BadCode)
	_, err = h.CheckIn(h.ctx, kiosk, "", false)
	refusal(t, err, queue.BadCode)
	_, err = h.CheckIn(h.ctx, kiosk, "0000000000", false) // right check symbol, nobody's
	refusal(t, err, queue.NotFound)
}

func indexOf(symbol byte) int {
	for i := range booking.Alphabet {
		if booking.Alphabet[i] == symbol {
			return i
		}
	}
	return 0
}

func TestForeignCodesAreTriedFirst(t *testing.T) {
	h := newTown(t)
	rows := []hall.Import{{Key: "1", Code: "zms-10 4711", Service: "pass", Start: nine}, {Key: "2", Code: "0000000000", Service: "umzug", Start: nine}}
	if n, err := h.ImportAppointments(h.ctx, operator, hall.ImportList{Rows: rows}); n.Added != 2 || n.Known != 0 || err != nil {
		t.Fatal(n, err)
	}
	k, err := h.Kiosk(h.ctx, "")
	if err != nil || !k.Foreign {
		t.Errorf("the keypad does not know of foreign codes: %v", err)
	}
	for code, service := range map[string]string{"ZMS-104711": "pass", "00000 00000": "umzug"} {
		in, err := h.CheckIn(h.ctx, kiosk, code, false)
		if err != nil || in.View.Ticket.Service != service {
			t.Errorf("%s gives %+v, %v", code, in.View.Ticket, err)
		}
	}
	_, err = h.CheckIn(h.ctx, kiosk, "ZMS-1047", false) // a part is not the whole
	refusal(t, err, queue.BadCode)
}

func TestStaffChecksIn(t *testing.T) {
	h := newTown(t)
	a := h.book("trauung", nine)
	in, err := h.CheckIn(h.ctx, anna, a.Code.Display(), false)
	if err != nil || in.View.Ticket.Area != "og" {
		t.Errorf("%+v, %v", in.View.Ticket, err)
	}
	_, err = h.CheckIn(h.ctx, hall.Command{Actor: hall.Actor{Kind: hall.Citizen}}, string(a.Code), false)
	refusal(t, err, queue.NotAllowed)
}
