package hall_test

import (
	"slices"
	"testing"
	"time"

	"westerkappeln.de/wartemarke/internal/queue"
)

// The nights in which the clocks change have 23 and 25 hours.
func TestEndOfDayAcrossSummerTime(t *testing.T) {
	for name, evening := range map[string]time.Time{
		"winter": time.Date(2026, 11, 24, 17, 0, 0, 0, berlin),
		"spring": time.Date(2027, 3, 27, 17, 0, 0, 0, berlin),
		"autumn": time.Date(2027, 10, 30, 17, 0, 0, 0, berlin),
	} {
		t.Run(name, func(t *testing.T) {
			h := newTown(t)
			h.clock.until(evening)
			a, b := h.take("pass"), h.take("umzug")
			h.openCounter(anna, "1")
			h.next(anna, "1")
			midnight := time.Date(evening.Year(), evening.Month(), evening.Day()+1, 0, 0, 0, 0, berlin)
			for _, at := range []time.Time{midnight.Add(-time.Second), midnight, midnight.Add(26 * time.Hour)} {
				before := h.seq()
				h.clock.until(at)
				if err := h.RollOver(h.ctx); err != nil {
					t.Fatal(err)
				}
				got := types(h.events(before))
				var want []string
				if at.Equal(midnight) {
					want = []string{"ticket.expired", "ticket.expired", "counter.closed"}
				}
				if !slices.Equal(got, want) {
					t.Errorf("at %v: %v, want %v", at, got, want)
				}
			}
			for _, k := range []queue.Ticket{a, b} {
				if got := h.ticket(k.ID); got.State != queue.Expired || !got.Ended.Equal(midnight) {
					t.Errorf("%s: %s at %v", got.Number(), got.State, got.Ended)
				}
			}
			if _, err := h.Next(h.ctx, anna, "1", false); err == nil {
				t.Error("the counter is still open")
			}
		})
	}
}

func TestANewDayBeginsWithTheFirstChange(t *testing.T) {
	h := newTown(t)
	old := h.take("pass")
	h.openCounter(anna, "1")
	h.next(anna, "1")
	h.clock.pass(24 * time.Hour)
	if d, err := h.Desk(h.ctx, "1"); err != nil || d.Open || d.Current != nil || len(d.Waiting) > 0 {
		t.Errorf("reads see an empty new day: %+v, %v", d, err)
	}
	k := h.take("pass")
	if k.Num != 1 || k.Day != "2026-11-25" {
		t.Errorf("%s of %s", k.Number(), k.Day)
	}
	if got := h.ticket(old.ID); got.State != queue.Expired || got.Counter != "" {
		t.Errorf("yesterday's: %s at %q", got.State, got.Counter)
	}
}

func TestRestartInMidVisit(t *testing.T) {
	h := newTown(t)
	a, b := h.take("pass"), h.take("umzug")
	h.openCounter(anna, "1")
	h.act(anna, h.next(anna, "1"), queue.Arrive)
	seq := h.seq()
	h.restart()
	if h.seq() != seq {
		t.Errorf("seq %d, was %d", h.seq(), seq)
	}
	d, err := h.Desk(h.ctx, "1")
	if err != nil || d.Current == nil || d.Current.Ticket.ID != a.ID || d.Clerk != "anna" || len(d.Waiting) != 1 {
		t.Fatalf("%+v, %v", d, err)
	}
	c, err := h.Next(h.ctx, anna, "1", true)
	if err != nil || c.View.Ticket.ID != b.ID || c.Finished != a.Number() {
		t.Errorf("%+v, %v", c, err)
	}
	if k := h.take("pass"); k.Num != 3 {
		t.Errorf("number %s", k.Number())
	}
}

func TestAClockThatJumpsBackRepeatsNothing(t *testing.T) {
	h := newTown(t)
	a := h.take("pass")
	h.clock.jump(-26 * time.Hour)
	b := h.take("pass")
	if b.Num != 2 || b.Day != a.Day || b.Arrived.Before(a.Arrived) {
		t.Errorf("%s of %s at %v", b.Number(), b.Day, b.Arrived)
	}
	wantTrouble(h, "clock_behind")
	h.restart()
	if c := h.take("pass"); c.Num != 3 || c.Arrived.Before(b.Arrived) {
		t.Errorf("after a restart %s at %v", c.Number(), c.Arrived)
	}
	h.clock.jump(26 * time.Hour)
	h.take("pass")
	wantTrouble(h)
}

func TestAClockThatJumpsAheadWaitsForALead(t *testing.T) {
	h := newTown(t)
	a := h.take("pass")
	h.clock.jump(24 * time.Hour)
	if err := h.RollOver(h.ctx); err != nil {
		t.Fatal(err)
	}
	wantTrouble(h, "clock_ahead")
	if b := h.take("pass"); b.Day != a.Day || b.Num != 2 {
		t.Errorf("%s of %s", b.Number(), b.Day)
	}
	h.restart() // does not make it true
	if b := h.take("pass"); b.Day != a.Day || b.Num != 3 {
		t.Errorf("%s of %s", b.Number(), b.Day)
	}
	beside := h.beside() // nor does a command beside it
	if b, err := beside.TakeTicket(h.ctx, kiosk, "pass", 0); err != nil || b.View.Ticket.Day != a.Day {
		t.Errorf("%+v, %v", b, err)
	}
	if err := h.ConfirmClock(h.ctx, lead); err != nil {
		t.Fatal(err)
	}
	wantTrouble(h)
	if b := h.take("pass"); b.Day != "2026-11-25" || b.Num != 1 {
		t.Errorf("%s of %s", b.Number(), b.Day)
	}
	if h.ticket(a.ID).State != queue.Expired {
		t.Error("the old day did not end")
	}
}

func TestTwoProcessesDoNotDoubtTheClock(t *testing.T) {
	h := newTown(t)
	beside := h.beside()
	for range 5 {
		h.clock.pass(20 * time.Minute)
		if _, err := beside.TakeTicket(h.ctx, kiosk, "pass", 0); err != nil {
			t.Fatal(err)
		}
		h.clock.pass(time.Minute)
		h.take("pass")
	}
	wantTrouble(h)
}

func wantTrouble(h *town, words ...string) {
	h.t.Helper()
	troubles, err := h.Troubles(h.ctx)
	if err != nil {
		h.t.Fatal(err)
	}
	var got []string
	for _, x := range troubles {
		got = append(got, x.Word)
	}
	if !slices.Equal(got, words) {
		h.t.Errorf("troubles %v, want %v", got, words)
	}
}
