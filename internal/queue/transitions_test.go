package queue_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"westerkappeln.de/wartemarke/internal/queue"
)

var (
	rules = queue.DefaultRules()
	noon  = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
)

func at(minutes float64) time.Time { return noon.Add(time.Duration(minutes * float64(time.Minute))) }

// inState gives a ticket A017 that came into the state the way that people do, at counter "c1" if it is at one.
func inState(s queue.State) queue.Ticket {
	t := queue.Ticket{
		ID: "t17", Day: "2026-11-23", Series: "A", Num: 17, Service: "pass", Area: "eg",
		Services: []queue.Visit{{ID: "pass", Quantity: 1}, {ID: "ausweis", Quantity: 2}},
		State:    queue.Waiting, Due: at(45), Why: queue.WhyWalkIn, Arrived: noon,
	}
	do := func(changes ...queue.Change) queue.Ticket {
		for _, c := range changes {
			c.Counter, c.CounterFree = "c1", true
			var err error
			if t, err = rules.Apply(t, c); err != nil {
				panic(err)
			}
		}
		return t
	}
	call := queue.Change{Action: queue.Call, At: at(10)}
	switch s {
	case queue.Waiting:
		return t
	case queue.Called:
		return do(call)
	case queue.Serving:
		return do(call, queue.Change{Action: queue.Arrive, At: at(11)})
	case queue.Missed:
		noShow := queue.Change{Action: queue.NoShow, At: at(12)}
		return do(call, noShow, call, noShow)
	case queue.Parked:
		return do(call, queue.Change{Action: queue.Park, At: at(12), Remark: "Foto"})
	case queue.Finished:
		return do(call, queue.Change{Action: queue.Arrive, At: at(11)}, queue.Change{Action: queue.Finish, At: at(20), People: 1})
	case queue.Cancelled:
		return do(queue.Change{Action: queue.Cancel, At: at(20)})
	case queue.Expired:
		return do(queue.Change{Action: queue.Expire, At: at(20)})
	}
	panic(s)
}

// cells states all of DOMAIN's table: what becomes of a ticket in the row's state, - where it is refused.
const cells = `
           call    ring    arrive   no_show  undo     park    take_back  forward  finish    cancel     expire   prioritize
waiting    called  -       -        -        -        -       -          -        -         cancelled  expired  waiting
called     -       called  serving  waiting  waiting  parked  -          waiting  finished  cancelled  expired  -
serving    -       -       -        -        -        parked  -          waiting  finished  -          expired  -
missed     called  -       -        -        -        -       waiting    -        -         cancelled  expired  missed
parked     called  -       -        -        -        -       waiting    -        -         cancelled  expired  parked
finished   -       -       -        -        serving  -       -          -        -         -          -        -
cancelled  -       -       -        -        -        -       -          -        -         -          -        -
expired    -       -       -        -        -        -       -          -        -         -          -        -
`

func TestEveryCellOfTheTable(t *testing.T) {
	lines := strings.Split(strings.TrimSpace(cells), "\n")
	actions := strings.Fields(lines[0])
	if len(lines) != 1+8 || len(actions) != 12 {
		t.Fatalf("%d states and %d actions are stated", len(lines)-1, len(actions))
	}
	for _, line := range lines[1:] {
		row := strings.Fields(line)
		state := queue.State(row[0])
		for i, want := range row[1:] {
			t.Run(row[0]+" "+actions[i], func(t *testing.T) { checkCell(t, state, queue.Action(actions[i]), want) })
		}
	}
}

func checkCell(t *testing.T, state queue.State, action queue.Action, want string) {
	before := inState(state)
	if before.State != state {
		t.Fatalf("the ticket is %s", before.State)
	}
	change := queue.Change{Action: action, At: at(30), Counter: "c1", CounterFree: true, Service: "meldung", Priority: 1}
	after, err := rules.Apply(before, change)
	if diff := cmp.Diff(inState(state), before); diff != "" {
		t.Errorf("the ticket passed in was changed: %s", diff)
	}
	if want != "-" {
		if err != nil || after.State != queue.State(want) {
			t.Fatalf("became %s, %v; want %s", after.State, err, want)
		}
		if has := after.Counter != ""; has != (after.State.AtCounter() || after.State == queue.Finished) {
			t.Errorf("%s with counter %q", after.State, after.Counter)
		}
		if ended := !after.Ended.IsZero(); ended == after.State.Open() {
			t.Errorf("%s ended at %v", after.State, after.Ended)
		}
		return
	}
	wantRefusal(t, err, queue.Refusal{Code: queue.WrongState, Number: "A017", State: state, Counter: before.Counter})
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("refused, and yet changed: %s", diff)
	}
}

func wantRefusal(t *testing.T, err error, want queue.Refusal) {
	t.Helper()
	var got *queue.Refusal
	if !errors.As(err, &got) {
		t.Fatalf("got %v, want refusal %s", err, want.Code)
	}
	if diff := cmp.Diff(want, *got); diff != "" {
		t.Errorf("refusal (-want +got):\n%s", diff)
	}
}

func TestRefusalsSayWhatHelps(t *testing.T) {
	wanted := inState(queue.Waiting)
	wanted.Wanted = "c5"
	tests := []struct {
		name   string
		ticket queue.Ticket
		change queue.Change
		want   queue.Refusal
	}{
		{"two clerks call the same number", inState(queue.Called), queue.Change{Action: queue.Call, Counter: "c2", CounterFree: true},
			queue.Refusal{Code: queue.AlreadyCalled, Number: "A017", Counter: "c1", State: queue.Called}},
		{"served elsewhere", inState(queue.Serving), queue.Change{Action: queue.Call, Counter: "c2", CounterFree: true},
			queue.Refusal{Code: queue.AlreadyCalled, Number: "A017", Counter: "c1", State: queue.Serving}},
		{"called already here", inState(queue.Called), queue.Change{Action: queue.Call, Counter: "c1"},
			queue.Refusal{Code: queue.WrongState, Number: "A017", Counter: "c1", State: queue.Called}},
		{"counter has one", inState(queue.Waiting), queue.Change{Action: queue.Call, Counter: "c2"},
			queue.Refusal{Code: queue.CounterBusy, Counter: "c2"}},
		{"missed, counter has one", inState(queue.Missed), queue.Change{Action: queue.Call, Counter: "c2"},
			queue.Refusal{Code: queue.CounterBusy, Counter: "c2"}},
		{"meant for another counter", wanted, queue.Change{Action: queue.Call, Counter: "c2", CounterFree: true},
			queue.Refusal{Code: queue.NotThisOne, Number: "A017", Counter: "c5", State: queue.Waiting}},
		{"no counter", inState(queue.Waiting), queue.Change{Action: queue.Call, CounterFree: true},
			queue.Refusal{Code: queue.Invalid, Number: "A017", Field: "counter"}},
		{"undo of finish while the counter has one", inState(queue.Finished), queue.Change{Action: queue.Undo, Counter: "c1"},
			queue.Refusal{Code: queue.CounterBusy, Counter: "c1"}},
		{"undo of finish by another counter", inState(queue.Finished), queue.Change{Action: queue.Undo, Counter: "c2", CounterFree: true},
			queue.Refusal{Code: queue.NotThisOne, Number: "A017", Counter: "c1", State: queue.Finished}},
		{"forward to nothing", inState(queue.Serving), queue.Change{Action: queue.Forward, Counter: "c1"},
			queue.Refusal{Code: queue.Invalid, Number: "A017", Field: "service"}},
		{"forward with a service done that was not wanted", inState(queue.Serving),
			queue.Change{Action: queue.Forward, Counter: "c1", Service: "meldung", Done: []string{"pass", "hund"}},
			queue.Refusal{Code: queue.Invalid, Number: "A017", Field: "done", Service: "hund"}},
		{"finish with a service that was not wanted", inState(queue.Serving),
			queue.Change{Action: queue.Finish, Counter: "c1", Done: []string{"hund"}},
			queue.Refusal{Code: queue.Invalid, Number: "A017", Field: "done", Service: "hund"}},
		{"finish with less than nobody", inState(queue.Serving), queue.Change{Action: queue.Finish, Counter: "c1", People: -1},
			queue.Refusal{Code: queue.Invalid, Number: "A017", Field: "people"}},
		{"priority too high", inState(queue.Waiting), queue.Change{Action: queue.Prioritize, Priority: 3},
			queue.Refusal{Code: queue.Invalid, Number: "A017", Field: "priority"}},
		{"priority too low", inState(queue.Waiting), queue.Change{Action: queue.Prioritize, Priority: -1},
			queue.Refusal{Code: queue.Invalid, Number: "A017", Field: "priority"}},
		{"an action that does not exist", inState(queue.Waiting), queue.Change{Action: "sing"},
			queue.Refusal{Code: queue.WrongState, Number: "A017", State: queue.Waiting}},
		{"a state that does not exist", queue.Ticket{Series: "A", Num: 17, State: "lost"}, queue.Change{Action: queue.Expire},
			queue.Refusal{Code: queue.WrongState, Number: "A017", State: "lost"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.change.At = at(30)
			_, err := rules.Apply(tt.ticket, tt.change)
			wantRefusal(t, err, tt.want)
		})
	}
}

func TestOnlyItsCounterActsOnATicket(t *testing.T) {
	for _, state := range []queue.State{queue.Called, queue.Serving} {
		for _, a := range []queue.Action{queue.Ring, queue.Arrive, queue.NoShow, queue.Undo, queue.Park, queue.Forward, queue.Finish} {
			before := inState(state)
			if _, err := rules.Apply(before, queue.Change{Action: a, At: at(30), Counter: "c1", CounterFree: true, Service: "pass"}); err != nil {
				continue // not in this state
			}
			for _, counter := range []string{"c2", ""} {
				_, err := rules.Apply(before, queue.Change{Action: a, At: at(30), Counter: counter, CounterFree: true, Service: "pass"})
				wantRefusal(t, err, queue.Refusal{Code: queue.NotThisOne, Number: "A017", Counter: "c1", State: state})
			}
		}
	}
}

// apply is Apply by counter "c1", which is free.
func apply(t *testing.T, before queue.Ticket, c queue.Change) queue.Ticket {
	t.Helper()
	c.Counter, c.CounterFree = "c1", true
	after, err := rules.Apply(before, c)
	if err != nil {
		t.Fatalf("%s: %v", c.Action, err)
	}
	return after
}

// same compares tickets but for what only an undo reads.
func same(t *testing.T, want, got queue.Ticket) {
	t.Helper()
	want.Before, got.Before = nil, nil
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("ticket (-want +got):\n%s", diff)
	}
}

func TestUndoOfACallRestoresTheTicket(t *testing.T) {
	locked := apply(t, inState(queue.Called), queue.Change{Action: queue.NoShow, At: at(12)})
	if !locked.Locked(at(13)) {
		t.Fatal("not locked after a no-show")
	}
	raised := apply(t, inState(queue.Waiting), queue.Change{Action: queue.Prioritize, Priority: 2})
	for _, before := range []queue.Ticket{
		inState(queue.Waiting), inState(queue.Missed), inState(queue.Parked), locked, raised,
	} {
		called := apply(t, before, queue.Change{Action: queue.Call, At: at(14)})
		rung := apply(t, called, queue.Change{Action: queue.Ring, At: at(15)})
		if !rung.Called.Equal(at(15)) || !rung.LockedUntil.IsZero() {
			t.Errorf("rung: %+v", rung)
		}
		same(t, before, apply(t, rung, queue.Change{Action: queue.Undo, At: at(16)}))
	}
}

func TestUndoOfAFinishRestoresTheTicket(t *testing.T) {
	before := inState(queue.Serving)
	done := apply(t, before, queue.Change{Action: queue.Finish, At: at(20), People: 3, Done: []string{"pass"}})
	if done.People != 3 || !done.Services[0].Done || done.Services[1].Done {
		t.Errorf("finished: %+v", done)
	}
	same(t, before, apply(t, done, queue.Change{Action: queue.Undo, At: at(21)}))

	called := inState(queue.Called)
	done = apply(t, called, queue.Change{Action: queue.Finish, At: at(20)})
	if !done.Services[0].Done || !done.Services[1].Done {
		t.Error("with nothing said, everything is done")
	}
	want := called
	want.State, want.Served = queue.Serving, called.Called
	same(t, want, apply(t, done, queue.Change{Action: queue.Undo, At: at(21)}))
}

func TestAFinishWithNothingDone(t *testing.T) {
	done := apply(t, inState(queue.Serving), queue.Change{Action: queue.Finish, At: at(20), Done: []string{}})
	if done.State != queue.Finished || done.Services[0].Done || done.Services[1].Done {
		t.Errorf("%+v", done)
	}
}

func TestNoShows(t *testing.T) {
	once := apply(t, inState(queue.Called), queue.Change{Action: queue.NoShow, At: at(12)})
	if once.State != queue.Waiting || once.Attempts != 1 || !once.LockedUntil.Equal(at(17)) || !once.Due.Equal(at(45)) {
		t.Fatalf("after one: %+v", once)
	}
	if once.Locked(at(17)) || !once.Locked(at(16.9)) {
		t.Error("the lock does not end after five minutes")
	}
	called := apply(t, once, queue.Change{Action: queue.Call, At: at(13)}) // a clerk sees the person come
	twice := apply(t, called, queue.Change{Action: queue.NoShow, At: at(14)})
	if twice.State != queue.Missed || twice.Attempts != 2 || !twice.LockedUntil.IsZero() {
		t.Fatalf("after two: %+v", twice)
	}
	called = apply(t, twice, queue.Change{Action: queue.Call, At: at(15)})
	again := apply(t, called, queue.Change{Action: queue.NoShow, At: at(16)})
	if again.State != queue.Missed || again.Attempts != 2 {
		t.Fatalf("after three: %+v", again)
	}
	back := apply(t, again, queue.Change{Action: queue.TakeBack, At: at(17)})
	if back.State != queue.Waiting || !back.Due.Equal(at(17)) || back.Why != queue.WhyTakeBack || back.Locked(at(17)) {
		t.Fatalf("taken back: %+v", back)
	}
}

func TestParkedKeepsItsPlace(t *testing.T) {
	for _, s := range []queue.State{queue.Called, queue.Serving} {
		parked := apply(t, inState(s), queue.Change{Action: queue.Park, At: at(20), Remark: "holt Foto"})
		if parked.Remark != "holt Foto" || !parked.Served.IsZero() {
			t.Errorf("parked: %+v", parked)
		}
		back := apply(t, parked, queue.Change{Action: queue.TakeBack, At: at(40)})
		if !back.Due.Equal(at(45)) || back.Why != queue.WhyWalkIn {
			t.Errorf("taken back: due %v, %s", back.Due, back.Why)
		}
	}
}

func TestForward(t *testing.T) {
	before := inState(queue.Serving)
	before.Attempts = 1
	before.Priority = 1
	got := apply(t, before, queue.Change{
		Action: queue.Forward, At: at(20), Service: "hund", Area: "og", To: "c7", Done: []string{"pass"},
	})
	want := inState(queue.Waiting)
	want.Service, want.Area, want.Wanted, want.Priority, want.Called = "hund", "og", "c7", 1, before.Called
	want.Services = []queue.Visit{{ID: "pass", Quantity: 1, Done: true}, {ID: "ausweis", Quantity: 2}, {ID: "hund", Quantity: 1}}
	same(t, want, got)

	// Sent back: the service is there already, and is to be done after all.
	called, err := rules.Apply(got, queue.Change{Action: queue.Call, At: at(21), Counter: "c7", CounterFree: true})
	if err != nil {
		t.Fatal(err)
	}
	got, err = rules.Apply(called, queue.Change{Action: queue.Forward, At: at(22), Counter: "c7", Service: "pass", Done: []string{"hund"}})
	if err != nil {
		t.Fatal(err)
	}
	want.Service, want.Wanted, want.Called = "pass", "", at(21)
	want.Services = []queue.Visit{{ID: "pass", Quantity: 1}, {ID: "ausweis", Quantity: 2}, {ID: "hund", Quantity: 1, Done: true}}
	same(t, want, got)
}

func TestPriorityIsSetNotAdded(t *testing.T) {
	ticket := inState(queue.Waiting)
	for _, p := range []int{2, 1, 0} {
		ticket = apply(t, ticket, queue.Change{Action: queue.Prioritize, Priority: p})
		want := at(45).Add(-time.Duration(p) * 30 * time.Minute)
		if got := rules.EffectiveDue(ticket); !got.Equal(want) || ticket.Priority != p {
			t.Errorf("priority %d is due %v, want %v", ticket.Priority, got, want)
		}
	}
}

func TestTimesOfAVisit(t *testing.T) {
	got := inState(queue.Finished)
	if !got.Called.Equal(at(10)) || !got.Served.Equal(at(11)) || !got.Ended.Equal(at(20)) || got.Counter != "c1" {
		t.Errorf("%+v", got)
	}
}

func TestUndoOfACallWhoseOldStateIsLost(t *testing.T) {
	called := inState(queue.Called)
	called.Before = nil
	same(t, with(inState(queue.Waiting), func(t *queue.Ticket) { t.Called = at(10) }),
		apply(t, called, queue.Change{Action: queue.Undo, At: at(16)}))
}

func TestALockEndsWithTheVisit(t *testing.T) {
	locked := apply(t, inState(queue.Called), queue.Change{Action: queue.NoShow, At: at(12)})
	for _, a := range []queue.Action{queue.Cancel, queue.Expire} {
		if got := apply(t, locked, queue.Change{Action: a, At: at(13)}); !got.LockedUntil.IsZero() {
			t.Errorf("%s leaves it locked until %v", a, got.LockedUntil)
		}
	}
}
