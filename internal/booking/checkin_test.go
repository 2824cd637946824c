package booking

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"westerkappeln.de/wartemarke/internal/queue"
)

func berlin(t testing.TB) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

// local reads "2006-01-02 15:04" or "2006-01-02 15:04:05" in Berlin.
func local(t testing.TB, text string) time.Time {
	t.Helper()
	for _, form := range []string{"2006-01-02 15:04", time.DateTime} {
		if at, err := time.ParseInLocation(form, text, berlin(t)); err == nil {
			return at
		}
	}
	t.Fatalf("%q is no time", text)
	return time.Time{}
}

// ticket is the appointment's ticket of today in a state.
func ticket(state queue.State, change func(*queue.Ticket)) *queue.Ticket {
	t := &queue.Ticket{ID: "t", Series: "A", Num: 17, State: state}
	if change != nil {
		change(t)
	}
	return t
}

// TestCheckIn has every row of DOMAIN's check-in table, and the limits between them.
func TestCheckIn(t *testing.T) {
	const booked = "2026-11-24 10:00"
	start := local(t, booked)
	due := func(now string, later time.Duration) time.Time { return local(t, now).Add(later) }
	onTime := Arrival{Notice: NoticeOnTime, New: true, Due: start, Why: queue.WhyBooked}
	late := func(now string) Arrival {
		return Arrival{Notice: NoticeLate, New: true, Due: due(now, 15*time.Minute), Why: queue.WhyLate}
	}
	tooLate := func(now string) Arrival {
		return Arrival{Notice: NoticeLate, New: true, Due: due(now, 45*time.Minute), Why: queue.WhyTooLate}
	}
	walkIn := func(now string) Arrival {
		return Arrival{Notice: NoticeOnTime, New: true, Due: due(now, 45*time.Minute), Why: queue.WhyWalkIn}
	}
	back := func(now string) Arrival {
		return Arrival{Notice: NoticeAgain, Back: true, Due: local(t, now), Why: queue.WhyTakeBack}
	}
	again := Arrival{Notice: NoticeAgain}
	tooEarly := func(can bool) *queue.Refusal {
		return &queue.Refusal{Code: queue.TooEarly, Start: start, Earliest: start.Add(-45 * time.Minute), Service: "personalausweis", WalkIn: can}
	}
	wrongDay := &queue.Refusal{Code: queue.WrongDay, Start: start}
	cancelled := func(can bool) *queue.Refusal {
		return &queue.Refusal{Code: queue.WasCancelled, Start: start, Service: "personalausweis", WalkIn: can}
	}
	finished := func(can bool) *queue.Refusal {
		return &queue.Refusal{Code: queue.WasFinished, Number: "A017", Service: "personalausweis", WalkIn: can}
	}
	missedTwice := &queue.Refusal{Code: queue.WrongState, State: queue.Missed, Number: "A017"}
	locked := func(until string, isBack bool) *queue.Ticket {
		return ticket(queue.Waiting, func(k *queue.Ticket) { k.LockedUntil, k.Back, k.Attempts = local(t, until), isBack, 1 })
	}
	returned := func(k *queue.Ticket) { k.Back = true }

	for _, c := range []struct {
		name      string
		now       string
		ticket    *queue.Ticket
		cancelled bool
		walkIn    bool
		can       bool
		want      Arrival
		refusal   *queue.Refusal
	}{
		{name: "on time", now: booked, want: onTime},
		{name: "on time, at the earliest", now: "2026-11-24 09:15", want: onTime},
		{name: "on time, at the latest", now: "2026-11-24 10:15", want: onTime},
		{name: "on time, walk-in accepted for nothing", now: "2026-11-24 09:50", walkIn: true, can: true, want: onTime},
		{name: "late by a second", now: "2026-11-24 10:15:01", want: late("2026-11-24 10:15:01")},
		{name: "late, at the latest", now: "2026-11-24 11:00", want: late("2026-11-24 11:00")},
		{name: "later still", now: "2026-11-24 11:00:01", want: tooLate("2026-11-24 11:00:01")},
		{name: "later still, no walk-ins: a late person is never refused", now: "2026-11-24 17:00", can: false, want: tooLate("2026-11-24 17:00")},

		{name: "again, waiting", now: "2026-11-24 10:05", ticket: ticket(queue.Waiting, nil), want: again},
		{name: "again, waiting, long after", now: "2026-11-24 12:00", ticket: ticket(queue.Waiting, nil), want: again},
		{name: "again, waiting, walk-in accepted twice", now: "2026-11-24 08:00", ticket: ticket(queue.Waiting, nil), walkIn: true, can: true, want: again},
		{name: "again, waiting, lock over", now: "2026-11-24 10:05", ticket: locked("2026-11-24 10:05", false), want: again},
		{name: "again, waiting, cancelled meanwhile", now: "2026-11-24 10:05", ticket: ticket(queue.Waiting, nil), cancelled: true, want: again},
		{name: "again, called", now: "2026-11-24 10:05", ticket: ticket(queue.Called, nil), want: again},
		{name: "again, serving", now: "2026-11-24 10:05", ticket: ticket(queue.Serving, nil), want: again},
		{name: "again, parked", now: "2026-11-24 10:05", ticket: ticket(queue.Parked, nil), want: again},
		{name: "again, missed", now: "2026-11-24 10:30", ticket: ticket(queue.Missed, nil), want: back("2026-11-24 10:30")},
		{name: "again, missed a second time", now: "2026-11-24 10:30", ticket: ticket(queue.Missed, returned), refusal: missedTwice},
		{name: "again, locked", now: "2026-11-24 10:30", ticket: locked("2026-11-24 10:33", false), want: back("2026-11-24 10:30")},
		{name: "again, locked a second time", now: "2026-11-24 10:30", ticket: locked("2026-11-24 10:33", true), want: again},
		{name: "again, finished", now: "2026-11-24 10:30", ticket: ticket(queue.Finished, nil), can: true, refusal: finished(true)},
		{name: "again, finished, no walk-ins", now: "2026-11-24 10:30", ticket: ticket(queue.Finished, nil), walkIn: true, refusal: finished(false)},
		{name: "again, finished, walk-in accepted", now: "2026-11-24 10:30", ticket: ticket(queue.Finished, nil), walkIn: true, can: true, want: walkIn("2026-11-24 10:30")},
		{name: "again, citizen had left", now: "2026-11-24 10:30", ticket: ticket(queue.Cancelled, nil), can: true, refusal: cancelled(true)},
		{name: "again, day is over", now: "2026-11-24 23:30", ticket: ticket(queue.Expired, nil), can: true, refusal: wrongDay},

		{name: "too early by a second", now: "2026-11-24 09:14:59", can: true, refusal: tooEarly(true)},
		{name: "too early, no walk-ins", now: "2026-11-24 07:00", walkIn: true, refusal: tooEarly(false)},
		{name: "too early, walk-in accepted", now: "2026-11-24 07:00", walkIn: true, can: true, want: walkIn("2026-11-24 07:00")},
		{name: "too early, first minute of the day", now: "2026-11-24 00:00", refusal: tooEarly(false)},
		{name: "the day before", now: "2026-11-23 23:59", walkIn: true, can: true, refusal: wrongDay},
		{name: "the day after", now: "2026-11-25 10:00", walkIn: true, can: true, refusal: wrongDay},
		{name: "a month later", now: "2026-12-24 10:00", refusal: wrongDay},

		{name: "cancelled, open", now: booked, cancelled: true, can: true, refusal: cancelled(true)},
		{name: "cancelled, closed", now: booked, cancelled: true, walkIn: true, refusal: cancelled(false)},
		{name: "cancelled, other day", now: "2026-11-23 10:00", cancelled: true, refusal: cancelled(false)},
		{name: "cancelled, walk-in accepted", now: booked, cancelled: true, walkIn: true, can: true, want: walkIn(booked)},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := Appointment{Start: start, Services: []queue.Visit{{ID: "personalausweis", Quantity: 1}}, State: stateOf(c.cancelled)}
			got, err := DefaultRules().CheckIn(a, c.ticket, local(t, c.now), berlin(t), queue.DefaultRules(), c.walkIn, c.can, 0)
			expect(t, got, err, c.want, c.refusal)
		})
	}
}

func expect(t *testing.T, got Arrival, err error, want Arrival, refusal *queue.Refusal) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if refusal == nil {
		if err != nil {
			t.Errorf("refused: %+v", err)
		}
		return
	}
	var is *queue.Refusal
	if !errors.As(err, &is) {
		t.Fatalf("not refused but %+v, want %+v", got, refusal)
	}
	if d := cmp.Diff(refusal, is); d != "" {
		t.Error(d)
	}
}

func TestWalkInMinutesOfTheService(t *testing.T) {
	start, now := local(t, "2026-11-24 08:00"), local(t, "2026-11-24 10:00")
	got, err := DefaultRules().CheckIn(Appointment{Start: start}, nil, now, berlin(t), queue.DefaultRules(), false, false, 15*time.Minute)
	expect(t, got, err, Arrival{Notice: NoticeLate, New: true, Due: now.Add(15 * time.Minute), Why: queue.WhyTooLate}, nil)
}

func TestCheckInAroundMidnightAndClockChanges(t *testing.T) {
	for _, c := range []struct {
		name, start, now string
		want             func(start, now time.Time) Arrival
		refusal          func(start time.Time) *queue.Refusal
	}{
		{"late across midnight", "2026-11-24 23:50", "2026-11-25 00:10",
			func(_, now time.Time) Arrival {
				return Arrival{Notice: NoticeLate, New: true, Due: now.Add(15 * time.Minute), Why: queue.WhyLate}
			}, nil},
		{"on time across midnight", "2026-11-24 23:50", "2026-11-25 00:05",
			func(start, _ time.Time) Arrival {
				return Arrival{Notice: NoticeOnTime, New: true, Due: start, Why: queue.WhyBooked}
			}, nil},
		{"too late across midnight", "2026-11-24 23:50", "2026-11-25 00:51", nil,
			func(start time.Time) *queue.Refusal { return &queue.Refusal{Code: queue.WrongDay, Start: start} }},
		{"before midnight: a ticket would end with the day", "2026-11-25 00:20", "2026-11-24 23:40", nil,
			func(start time.Time) *queue.Refusal {
				return &queue.Refusal{Code: queue.TooEarly, Start: start, Earliest: start.Add(-20 * time.Minute)}
			}},
		{"an hour before midnight", "2026-11-25 00:20", "2026-11-24 23:00", nil,
			func(start time.Time) *queue.Refusal { return &queue.Refusal{Code: queue.WrongDay, Start: start} }},
		{"UTC day differs, site's day is the same", "2026-11-25 08:00", "2026-11-25 00:30", nil,
			func(start time.Time) *queue.Refusal {
				return &queue.Refusal{Code: queue.TooEarly, Start: start, Earliest: start.Add(-45 * time.Minute)}
			}},
		{"summer time begins: 01:50 is 20 min before 03:10", "2026-03-29 03:10", "2026-03-29 01:50",
			func(start, _ time.Time) Arrival {
				return Arrival{Notice: NoticeOnTime, New: true, Due: start, Why: queue.WhyBooked}
			}, nil},
		{"summer time ends: 03:10 is 80 min after 02:50 summer time", "2026-10-25 01:50", "2026-10-25 03:10",
			func(_, now time.Time) Arrival {
				return Arrival{Notice: NoticeLate, New: true, Due: now.Add(45 * time.Minute), Why: queue.WhyTooLate}
			}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			start, now := local(t, c.start), local(t, c.now)
			got, err := DefaultRules().CheckIn(Appointment{Start: start.UTC()}, nil, now.UTC(), berlin(t), queue.DefaultRules(), false, false, 0)
			var want Arrival
			var refusal *queue.Refusal
			if c.want != nil {
				want = c.want(start.UTC(), now.UTC())
			} else {
				refusal = c.refusal(start)
			}
			expect(t, got, err, want, refusal)
		})
	}
}

// Whatever happens: there is a ticket or a reason, never both; a walk-in that is offered is given; nobody gets two tickets.
func TestCheckInAlwaysAnswers(t *testing.T) {
	loc := berlin(t)
	states := []queue.State{"", queue.Waiting, queue.Called, queue.Serving, queue.Missed, queue.Parked, queue.Finished, queue.Cancelled, queue.Expired}
	rapid.Check(t, func(t *rapid.T) {
		start := time.Date(2026, 1, 1, 0, 0, 0, 0, loc).Add(time.Duration(rapid.IntRange(0, 365*24*60).Draw(t, "start")) * time.Minute)
		now := start.Add(time.Duration(rapid.IntRange(-2*24*3600, 2*24*3600).Draw(t, "now")) * time.Second)
		a := Appointment{Start: start, Services: []queue.Visit{{ID: "s"}}, State: stateOf(rapid.Bool().Draw(t, "cancelled"))}
		var old *queue.Ticket
		if s := rapid.SampledFrom(states).Draw(t, "state"); s != "" {
			old = ticket(s, func(k *queue.Ticket) {
				k.Back = rapid.Bool().Draw(t, "back")
				k.LockedUntil = now.Add(time.Duration(rapid.IntRange(-1, 1).Draw(t, "locked")) * time.Minute)
			})
		}
		can := rapid.Bool().Draw(t, "can")
		got, err := DefaultRules().CheckIn(a, old, now, loc, queue.DefaultRules(), false, can, 0)
		if (err == nil) == (got.Notice == "") {
			t.Fatalf("%+v and %v", got, err)
		}
		if old != nil && old.State.Open() && got.New {
			t.Fatalf("a second ticket beside one that is %s", old.State)
		}
		if got.Back && (old.Back || !got.Due.Equal(now)) {
			t.Fatalf("back twice or not now: %+v", got)
		}
		var refusal *queue.Refusal
		if errors.As(err, &refusal) {
			taken, errTaken := DefaultRules().CheckIn(a, old, now, loc, queue.DefaultRules(), true, can, 0)
			if (errTaken == nil) != refusal.WalkIn {
				t.Fatalf("offered %v, then %+v, %v", refusal.WalkIn, taken, errTaken)
			}
			if refusal.Code == queue.TooEarly {
				if _, err := DefaultRules().CheckIn(a, nil, refusal.Earliest, loc, queue.DefaultRules(), false, can, 0); err != nil {
					t.Fatalf("told to come at %v, then %v", refusal.Earliest, err)
				}
			}
		}
	})
}

func stateOf(cancelled bool) State {
	if cancelled {
		return Cancelled
	}
	return Booked
}
