package queue

import "slices"

// step changes a ticket in place, or refuses. Apply hands it a copy, so a refusal leaves no trace.
type step func(r Rules, t *Ticket, c Change) error

// table is DOMAIN's "Ticket states": what is not in it is refused.
var table = map[State]map[Action]step{
	Waiting: {
		Call:       call,
		Cancel:     end(Cancelled),
		Expire:     end(Expired),
		Prioritize: prioritize,
	},
	Called: {
		Ring:    here(ring),
		Arrive:  here(arrive),
		NoShow:  here(noShow),
		Undo:    here(undoCall),
		Park:    here(park),
		Forward: here(forward),
		Finish:  here(finish),
		Cancel:  end(Cancelled),
		Expire:  end(Expired),
	},
	Serving: {
		Park:    here(park),
		Forward: here(forward),
		Finish:  here(finish),
		Expire:  end(Expired),
	},
	Missed: {
		Call:       call,
		TakeBack:   takeBackMissed,
		Cancel:     end(Cancelled),
		Expire:     end(Expired),
		Prioritize: prioritize,
	},
	Parked: {
		Call:       call,
		TakeBack:   takeBackParked,
		Cancel:     end(Cancelled),
		Expire:     end(Expired),
		Prioritize: prioritize,
	},
	Finished: {
		Undo: here(undoFinish),
	},
	Cancelled: {},
	Expired:   {},
}

// Apply gives the ticket after the change, or a *Refusal that says why not. The ticket passed in is not changed.
// One table holds the transitions; nothing else decides them.
//
// Refusals: WrongState (State, and Counter where it is at one), AlreadyCalled (Counter), NotThisOne (Counter),
// CounterBusy (the caller knows which number is there and fills it in), Invalid (Field).
func (r Rules) Apply(t Ticket, c Change) (Ticket, error) {
	do, ok := table[t.State][c.Action]
	if !ok {
		return t, refuse(t, c)
	}
	after := t
	after.Services = slices.Clone(t.Services)
	if err := do(r, &after, c); err != nil {
		return t, err
	}
	return after, nil
}

// refuse says why the table has no entry. A call that lost against another counter's gets an answer of its own,
// because that happens every day to two clerks who call the same number.
func refuse(t Ticket, c Change) *Refusal {
	if c.Action == Call && t.State.AtCounter() && t.Counter != c.Counter {
		return &Refusal{Code: AlreadyCalled, Number: t.Number(), Counter: t.Counter, State: t.State}
	}
	return &Refusal{Code: WrongState, Number: t.Number(), Counter: t.Counter, State: t.State}
}

// here lets only the counter act that has the ticket, or had it when it was finished.
func here(do step) step {
	return func(r Rules, t *Ticket, c Change) error {
		if c.Counter != t.Counter {
			return &Refusal{Code: NotThisOne, Number: t.Number(), Counter: t.Counter, State: t.State}
		}
		return do(r, t, c)
	}
}

// call also takes a locked ticket: a clerk who names the number sees the person come. Only Next skips locked ones.
func call(_ Rules, t *Ticket, c Change) error {
	switch {
	case c.Counter == "":
		return invalid(t, "counter")
	case t.Wanted != "" && t.Wanted != c.Counter:
		return &Refusal{Code: NotThisOne, Number: t.Number(), Counter: t.Wanted, State: t.State}
	case !c.CounterFree:
		return &Refusal{Code: CounterBusy, Counter: c.Counter}
	}
	t.Before = &Before{
		State: t.State, Due: t.Due, Why: t.Why, LockedUntil: t.LockedUntil, Attempts: t.Attempts,
		Services: slices.Clone(t.Services), Called: t.Called,
	}
	t.State, t.Counter, t.Called = Called, c.Counter, c.At
	t.LockedUntil = noTime
	return nil
}

func ring(_ Rules, t *Ticket, c Change) error {
	t.Called = c.At
	return nil
}

func arrive(_ Rules, t *Ticket, c Change) error {
	t.State, t.Served, t.Before = Serving, c.At, nil
	return nil
}

// noShow counts no further than MaxCalls: a missed ticket that is called again and stays away again is just missed.
func noShow(r Rules, t *Ticket, c Change) error {
	leave(t, Waiting)
	t.Attempts = min(t.Attempts+1, r.MaxCalls)
	if t.Attempts >= r.MaxCalls {
		t.State = Missed
		return nil
	}
	t.LockedUntil = c.At.Add(minutes(r.LockMinutes))
	return nil
}

// undoCall puts everything back as it was before the call, a lock and a missed or parked state included.
func undoCall(_ Rules, t *Ticket, _ Change) error {
	b := t.Before
	leave(t, Waiting)
	if b == nil {
		return nil
	}
	t.State, t.Due, t.Why, t.Attempts = b.State, b.Due, b.Why, b.Attempts
	t.LockedUntil, t.Services, t.Called = b.LockedUntil, slices.Clone(b.Services), b.Called
	return nil
}

func park(_ Rules, t *Ticket, c Change) error {
	leave(t, Parked)
	t.Remark = c.Remark
	return nil
}

func takeBackParked(_ Rules, t *Ticket, _ Change) error {
	t.State = Waiting
	return nil
}

// takeBackMissed keeps the attempts: DOMAIN gives new ones only to a forwarded ticket.
func takeBackMissed(_ Rules, t *Ticket, c Change) error {
	t.State, t.Due, t.Why = Waiting, c.At, WhyTakeBack
	return nil
}

// forward keeps number, due time and priority, so that nobody loses their place for having been sent on.
func forward(_ Rules, t *Ticket, c Change) error {
	if c.Service == "" {
		return invalid(t, "service")
	}
	if err := markDone(t, c.Done); err != nil {
		return err
	}
	i := slices.IndexFunc(t.Services, func(v Visit) bool { return v.ID == c.Service })
	if i < 0 {
		t.Services = append(t.Services, Visit{ID: c.Service, Quantity: 1})
	} else {
		t.Services[i].Done = false
	}
	leave(t, Waiting)
	t.Service, t.Wanted, t.Attempts = c.Service, c.To, 0
	if c.Area != "" {
		t.Area = c.Area
	}
	return nil
}

func finish(_ Rules, t *Ticket, c Change) error {
	if c.People < 0 {
		return invalid(t, "people")
	}
	before := &Before{
		State: Serving, Due: t.Due, Why: t.Why, Attempts: t.Attempts, Services: slices.Clone(t.Services), Called: t.Called,
	}
	if c.Done == nil {
		for i := range t.Services {
			t.Services[i].Done = true
		}
	} else if err := markDone(t, c.Done); err != nil {
		return err
	}
	t.State, t.Ended, t.People, t.Before = Finished, c.At, c.People, before
	return nil
}

// undoFinish gives serving also where the clerk had finished straight from called: the person has evidently come.
func undoFinish(_ Rules, t *Ticket, c Change) error {
	if !c.CounterFree {
		return &Refusal{Code: CounterBusy, Counter: c.Counter}
	}
	if t.Before != nil {
		t.Services = slices.Clone(t.Before.Services)
	}
	if t.Served.IsZero() {
		t.Served = t.Called
	}
	t.State, t.Ended, t.People, t.Before = Serving, noTime, 0, nil
	return nil
}

func prioritize(_ Rules, t *Ticket, c Change) error {
	if c.Priority < 0 || c.Priority > MaxPriority {
		return invalid(t, "priority")
	}
	t.Priority = c.Priority
	return nil
}

func end(s State) step {
	return func(_ Rules, t *Ticket, c Change) error {
		leave(t, s)
		t.Ended = c.At
		return nil
	}
}

// leave takes a ticket from its counter.
func leave(t *Ticket, s State) {
	t.State, t.Counter, t.Before = s, "", nil
	t.Served, t.LockedUntil = noTime, noTime
}

func markDone(t *Ticket, ids []string) error {
	for _, id := range ids {
		i := slices.IndexFunc(t.Services, func(v Visit) bool { return v.ID == id })
		if i < 0 {
			return &Refusal{Code: Invalid, Number: t.Number(), Service: id, Field: "done"}
		}
		t.Services[i].Done = true
	}
	return nil
}

func invalid(t *Ticket, field string) *Refusal {
	return &Refusal{Code: Invalid, Number: t.Number(), Field: field}
}
