package hall_test

import (
	"errors"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/queue"
)

func TestTwoClerksCallTheSameNumber(t *testing.T) {
	h := newTown(t)
	k := h.take("pass")
	h.openCounter(anna, "1")
	h.openCounter(bert, "2")
	errs := make(chan error, 2)
	for counter, who := range map[string]hall.Command{"1": anna, "2": bert} {
		go func() {
			_, err := h.Call(h.ctx, who, counter, k.Number())
			errs <- err
		}()
	}
	first, second := <-errs, <-errs
	if first != nil {
		first, second = second, first
	}
	if first != nil {
		t.Fatalf("nobody got it: %v, %v", first, second)
	}
	r := refusal(t, second, queue.AlreadyCalled)
	if got := h.ticket(k.ID); r.Counter != got.Counter || got.State != queue.Called {
		t.Errorf("the other one is told %q, it is at %q", r.Counter, got.Counter)
	}
}

// 20 clerks press "next" at once while 12 people wait.
func TestManyClerksAtOnce(t *testing.T) {
	h := newTown(t)
	cat := sample()
	for i := range 20 {
		id := strconv.Itoa(10 + i)
		c := cat.Counters[0]
		c.ID = id
		cat.Counters = append(cat.Counters, c)
	}
	if _, err := h.ApplyCatalogue(h.ctx, operator, cat, false); err != nil {
		t.Fatal(err)
	}
	for range 12 {
		h.take("pass")
	}
	for i := range 20 {
		h.openCounter(clerk("clerk"+strconv.Itoa(i), hall.Clerk), strconv.Itoa(10+i))
	}
	var mu sync.Mutex
	var got []string
	var nobody int
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			c, err := h.Next(h.ctx, clerk("clerk"+strconv.Itoa(i), hall.Clerk), strconv.Itoa(10+i), false)
			mu.Lock()
			defer mu.Unlock()
			var r *queue.Refusal
			switch {
			case err == nil:
				got = append(got, c.View.Ticket.Number())
			case errors.As(err, &r) && r.Code == queue.NobodyWaiting:
				nobody++
			default:
				t.Error(err)
			}
		})
	}
	wg.Wait()
	slices.Sort(got)
	if len(slices.Compact(got)) != 12 || nobody != 8 {
		t.Errorf("called %v, %d got nobody", got, nobody)
	}
}

func TestNextFinishesFirst(t *testing.T) {
	h := newTown(t)
	a, b := h.take("pass"), h.take("pass")
	h.openCounter(anna, "1")
	h.act(anna, h.next(anna, "1"), queue.Arrive)

	_, err := h.Next(h.ctx, anna, "1", false)
	if r := refusal(t, err, queue.CounterBusy); r.Number != a.Number() {
		t.Errorf("busy with %q", r.Number)
	}
	c, err := h.Next(h.ctx, anna, "1", true)
	if err != nil || c.Finished != a.Number() || c.View.Ticket.ID != b.ID {
		t.Fatalf("%+v, %v", c, err)
	}
	if h.ticket(a.ID).State != queue.Finished {
		t.Error("not finished")
	}
	c, err = h.Next(h.ctx, anna, "1", true)
	if err != nil || c.Nobody == nil || c.Nobody.Code != queue.NobodyWaiting || c.Finished != b.Number() || c.View.Ticket.ID != "" {
		t.Fatalf("the last one: %+v, %v", c, err)
	}
	if h.ticket(b.ID).State != queue.Finished {
		t.Error("the last one is not finished")
	}
	_, err = h.Next(h.ctx, anna, "1", true)
	refusal(t, err, queue.NobodyWaiting)
}

func TestOrderIsExplained(t *testing.T) {
	h := newTown(t)
	walkIn := h.take("pass")
	booked := h.checkIn(h.book("pass", nine.Add(10*time.Minute)))
	h.openCounter(anna, "1")
	c, err := h.Next(h.ctx, anna, "1", false)
	if err != nil || c.View.Ticket.ID != booked.ID || c.Over != walkIn.Number() || c.Reason.Code != "booked" {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestLockedUntil(t *testing.T) {
	h := newTown(t)
	h.take("pass")
	h.openCounter(anna, "1")
	h.act(anna, h.next(anna, "1"), queue.NoShow)
	_, err := h.Next(h.ctx, anna, "1", false)
	if r := refusal(t, err, queue.AllLocked); !r.Until.Equal(nine.Add(5 * time.Minute)) {
		t.Errorf("until %v", r.Until)
	}
	d, err := h.Desk(h.ctx, "1")
	if err != nil || len(d.Waiting) != 1 || !d.Waiting[0].Locked {
		t.Errorf("desk: %+v, %v", d.Waiting, err)
	}
	h.clock.pass(5 * time.Minute)
	h.next(anna, "1")
}

func TestWhoMayActWhere(t *testing.T) {
	h := newTown(t)
	k := h.take("pass")
	_, err := h.Next(h.ctx, anna, "1", false)
	refusal(t, err, queue.CounterClosed)
	h.openCounter(anna, "1")
	h.openCounter(anna, "1") // again: fine
	_, err = h.Next(h.ctx, bert, "1", false)
	refusal(t, err, queue.NotAllowed)
	refusal(t, h.OpenCounter(h.ctx, bert, "1"), queue.NotAllowed)
	refusal(t, h.CloseCounter(h.ctx, bert, "1"), queue.NotAllowed)
	refusal(t, h.OpenCounter(h.ctx, kiosk, "2"), queue.NotAllowed)
	refusal(t, h.OpenCounter(h.ctx, anna, "99"), queue.NotFound)
	_, err = h.Next(h.ctx, kiosk, "1", false)
	refusal(t, err, queue.NotAllowed)
	h.next(anna, "1")
	if r := refusal(t, h.CloseCounter(h.ctx, anna, "1"), queue.CounterBusy); r.Number != k.Number() {
		t.Errorf("busy with %q", r.Number)
	}
	_, err = h.Do(h.ctx, bert, k.ID, queue.Change{Action: queue.Arrive})
	refusal(t, err, queue.NotAllowed)
	if v, err := h.Do(h.ctx, lead, k.ID, queue.Change{Action: queue.Arrive}); err != nil || v.Ticket.State != queue.Serving {
		t.Errorf("a lead acts anywhere: %v", err)
	}
	h.act(anna, k, queue.Finish)
	h.openCounter(lead, "1") // taken over
	_, err = h.Next(h.ctx, anna, "1", false)
	refusal(t, err, queue.NotAllowed)
	if err := h.CloseCounter(h.ctx, lead, "1"); err != nil {
		t.Error(err)
	}
	refusal(t, h.ConfirmClock(h.ctx, anna), queue.NotAllowed)
	_, err = h.Do(h.ctx, anna, k.ID, queue.Change{Action: queue.Expire})
	refusal(t, err, queue.Invalid)
}

func TestForwardAndBack(t *testing.T) {
	h := newTown(t)
	k := h.take("pass")
	h.openCounter(anna, "1")
	h.openCounter(bert, "3")
	h.act(anna, h.next(anna, "1"), queue.Arrive)
	h.clock.pass(7 * time.Minute)
	before := h.seq()
	v, err := h.Do(h.ctx, anna, k.ID, queue.Change{Action: queue.Forward, Service: "trauung", To: "3", Done: []string{"pass"}})
	if err != nil {
		t.Fatal(err)
	}
	if f := v.Ticket; f.State != queue.Waiting || f.Area != "og" || f.Wanted != "3" || f.Number() != k.Number() || !f.Due.Equal(k.Due) {
		t.Errorf("%+v", f)
	}
	events := h.events(before)
	if len(events) != 1 || events[0].Type != "ticket.waiting" || !slices.Equal(events[0].Areas, []string{"og", "foyer"}) {
		t.Errorf("both areas should know: %+v", events)
	}
	_, err = h.Call(h.ctx, anna, "1", k.Number())
	refusal(t, err, queue.NotThisOne)
	_, err = h.Do(h.ctx, anna, k.ID, queue.Change{Action: queue.TakeBack})
	refusal(t, err, queue.WrongState)
	if got := h.next(bert, "3"); got.ID != k.ID {
		t.Errorf("counter 3 gets %s", got.Number())
	}
	took := map[string][]time.Duration{}
	if err := h.store.View(h.ctx, func(tx hall.Tx) error { took, err = tx.Durations("2026-11-24"); return err }); err != nil {
		t.Fatal(err)
	}
	if len(took["pass"]) != 1 || took["pass"][0] != 7*time.Minute {
		t.Errorf("the visit at the first counter is not in the statistics: %v", took)
	}
}

func TestUndoOfFinish(t *testing.T) {
	h := newTown(t)
	a, b := h.take("pass"), h.take("pass")
	h.openCounter(anna, "1")
	h.act(anna, h.next(anna, "1"), queue.Arrive)
	h.act(anna, a, queue.Finish)
	d, err := h.Desk(h.ctx, "1")
	if err != nil || d.Undo == nil || d.Undo.Ticket.ID != a.ID {
		t.Fatalf("undo is not offered: %+v, %v", d.Undo, err)
	}
	if k := h.act(anna, a, queue.Undo); k.State != queue.Serving {
		t.Errorf("state %s", k.State)
	}
	h.act(anna, a, queue.Finish)
	h.next(anna, "1")
	if d, err = h.Desk(h.ctx, "1"); err != nil || d.Undo != nil {
		t.Errorf("undo is offered while %s is there: %v", b.Number(), err)
	}
	_, err = h.Do(h.ctx, anna, a.ID, queue.Change{Action: queue.Undo})
	if r := refusal(t, err, queue.CounterBusy); r.Number != b.Number() {
		t.Errorf("busy with %q", r.Number)
	}
}

func TestWalkInLimits(t *testing.T) {
	h := newTown(t)
	for range 3 {
		h.take("abholung")
	}
	_, err := h.TakeTicket(h.ctx, kiosk, "abholung", 0)
	refusal(t, err, queue.LimitReached)
	if taken, err := h.TakeTicket(h.ctx, anna, "abholung", 2); err != nil || taken.View.Ticket.Priority != 2 {
		t.Errorf("staff may: %v", err)
	}
	_, err = h.TakeTicket(h.ctx, kiosk, "pass", 1)
	refusal(t, err, queue.NotAllowed)
	_, err = h.TakeTicket(h.ctx, anna, "pass", 3)
	refusal(t, err, queue.Invalid)
	_, err = h.TakeTicket(h.ctx, kiosk, "nothing", 0)
	refusal(t, err, queue.NotFound)
	h.clock.until(nine.Add(8*time.Hour + 50*time.Minute))
	for range 3 { // the hall empties slowly and closes at six
		if _, err := h.TakeTicket(h.ctx, anna, "pass", 0); err != nil {
			t.Fatal(err)
		}
	}
	_, err = h.TakeTicket(h.ctx, kiosk, "pass", 0)
	refusal(t, err, queue.ClosingSoon)
	h.clock.until(nine.Add(9*time.Hour + 30*time.Minute))
	_, err = h.TakeTicket(h.ctx, kiosk, "pass", 0)
	if r := refusal(t, err, queue.Closed); !r.Until.Equal(nine.Add(23 * time.Hour)) {
		t.Errorf("opens %v", r.Until)
	}
	k, err := h.Kiosk(h.ctx, "og")
	if err != nil || len(k.Offers) != 3 || k.Offers[0].Reason != queue.Closed || k.Area.ID != "og" {
		t.Errorf("%+v, %v", k, err)
	}
	h.clock.until(nine.Add(24 * time.Hour)) // a new day, a new limit
	if k := h.take("abholung"); k.Num != 1 {
		t.Errorf("number %s", k.Number())
	}
}

func TestPhonePage(t *testing.T) {
	h := newTown(t)
	taken, err := h.TakeTicket(h.ctx, kiosk, "pass", 0)
	if err != nil {
		t.Fatal(err)
	}
	if v, err := h.BySecret(h.ctx, taken.Secret); err != nil || v.Ticket.ID != taken.View.Ticket.ID || v.Wait.High == 0 {
		t.Errorf("%+v, %v", v, err)
	}
	_, err = h.BySecret(h.ctx, taken.Secret+"x")
	refusal(t, err, queue.NotFound)
	citizen := hall.Command{Actor: hall.Actor{Kind: hall.Citizen}}
	if v, err := h.CancelBySecret(h.ctx, citizen, taken.Secret); err != nil || v.Ticket.State != queue.Cancelled {
		t.Errorf("%+v, %v", v, err)
	}
	_, err = h.CancelBySecret(h.ctx, citizen, taken.Secret)
	refusal(t, err, queue.WrongState)
}

// Who is forwarded to one counter is not forgotten when that one closes, and nobody is sent to a closed one.
func TestForwardedToACounterThatCloses(t *testing.T) {
	h := newTown(t)
	k := h.take("pass")
	h.openCounter(anna, "1")
	h.next(anna, "1")
	forward := queue.Change{Action: queue.Forward, Counter: "1", Service: "pass", To: "2"}
	_, err := h.Do(h.ctx, anna, k.ID, forward)
	if r := refusal(t, err, queue.CounterClosed); r.Counter != "2" {
		t.Errorf("the refusal names counter %q", r.Counter)
	}
	h.openCounter(bert, "2")
	if _, err := h.Do(h.ctx, anna, k.ID, forward); err != nil {
		t.Fatal(err)
	}
	_, err = h.Next(h.ctx, anna, "1", false)
	refusal(t, err, queue.NobodyWaiting)
	if err := h.CloseCounter(h.ctx, bert, "2"); err != nil {
		t.Fatal(err)
	}
	if got := h.next(anna, "1"); got.ID != k.ID {
		t.Errorf("counter 1 called %s", got.Number())
	}
}
