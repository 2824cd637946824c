package storetest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/queue"
)

// roundTrip fills every field of a ticket, whatever fields queue gives it.
func (s *suite) roundTrip() {
	n := 0
	instant := rapid.Custom(func(t *rapid.T) time.Time {
		if rapid.Bool().Draw(t, "none") {
			return time.Time{}
		}
		return time.Unix(0, rapid.Int64Range(1, 1<<62).Draw(t, "nanos")).UTC()
	})
	states := rapid.SampledFrom([]queue.State{queue.Waiting, queue.Called, queue.Serving, queue.Missed, queue.Parked, queue.Finished,
		queue.Cancelled, queue.Expired})
	visits := rapid.SliceOfN(rapid.Make[queue.Visit](), 1, 3)
	before := rapid.Custom(func(t *rapid.T) *queue.Before {
		if rapid.Bool().Draw(t, "no undo") {
			return nil
		}
		return &queue.Before{State: states.Draw(t, "state"), Due: instant.Draw(t, "due"), Why: queue.WhyLate, LockedUntil: instant.Draw(t, "lock"),
			Attempts: rapid.IntRange(0, 2).Draw(t, "attempts"), Services: visits.Draw(t, "services"), Called: instant.Draw(t, "called")}
	})
	rapid.Check(s.T, func(t *rapid.T) {
		n++
		// rapid.Make also fills fields that this suite does not know of yet; what the store checks and times are drawn here.
		k := rapid.Make[queue.Ticket]().Draw(t, "ticket")
		text := rapid.StringN(0, 20, -1).Draw(t, "text")
		k.ID, k.Day, k.Series, k.Num, k.State = fmt.Sprint("t", n), queue.Day(fmt.Sprint("day", n)), "A", n%999+1, states.Draw(t, "state")
		k.Due, k.Arrived, k.Called, k.Served = instant.Draw(t, "due"), instant.Draw(t, "arrived"), instant.Draw(t, "called"), instant.Draw(t, "served")
		k.Ended, k.LockedUntil, k.Booked = instant.Draw(t, "ended"), instant.Draw(t, "locked"), instant.Draw(t, "booked")
		k.Priority, k.Attempts, k.People = rapid.IntRange(0, 2).Draw(t, "priority"), n%3, n%9
		k.Services, k.Before, k.Remark, k.Appointment = visits.Draw(t, "services"), before.Draw(t, "before"), text, fmt.Sprint("a", n)
		err := s.store.Update(context.Background(), func(tx hall.Tx) error {
			if err := tx.InsertTicket(ticket(k.ID, k.Num), secret(k.ID)); err != nil {
				return err
			}
			first := k
			first.Day = day // a ticket stays in its day
			return tx.UpdateTicket(first)
		})
		if err == nil {
			err = s.store.Update(context.Background(), func(tx hall.Tx) error {
				other := k
				other.ID, other.Appointment = k.ID+"b", k.Appointment+"b"
				return tx.InsertTicket(other, secret(other.ID))
			})
		}
		if err != nil {
			t.Fatal(err)
		}
		err = s.store.View(context.Background(), func(tx hall.Tx) error {
			for _, id := range []string{k.ID, k.ID + "b"} {
				got, found, err := tx.Ticket(id)
				if err != nil || !found {
					return fmt.Errorf("%s: %v, %w", id, found, err)
				}
				want := k
				want.ID = id
				if id == k.ID {
					want.Day = day
				} else {
					want.Appointment += "b"
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Fatalf("%s (-want +got):\n%s", id, diff)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		// Make room for the next one.
		err = s.store.Update(context.Background(), func(tx hall.Tx) error {
			k.State, k.Counter = queue.Cancelled, ""
			return tx.UpdateTicket(k)
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func (s *suite) find() {
	a, b, c, old := ticket("a", 1), ticket("b", 2), ticket("c", 3), ticket("old", 1)
	b.State, b.Counter, b.Ended, b.Service = queue.Finished, "1", at, "umzug"
	c.State, c.Counter, c.Ended, c.Appointment = queue.Finished, "1", at.Add(time.Minute), "x"
	old.Day = "2026-11-23"
	s.insert(a, b, c, old)
	s.view(func(tx hall.Tx) error {
		open, err := tx.OpenTickets(day)
		s.same("open", open, []queue.Ticket{a})
		before, err2 := tx.OpenBefore(day)
		s.same("open before", before, []queue.Ticket{old})
		all, err3 := tx.Tickets(day, "", "")
		s.same("all", all, []queue.Ticket{a, b, c})
		some, err4 := tx.Tickets(day, queue.Finished, "umzug")
		s.same("some", some, []queue.Ticket{b})
		last, found, err5 := tx.LastFinished(day, "1")
		s.same("last finished", last, c)
		mine, foundMine, err6 := tx.TicketOfAppointment(day, "x")
		s.same("of an appointment", mine, c)
		hidden, foundHidden, err7 := tx.TicketBySecret(secret("b"))
		s.same("by secret", hidden, b)
		_, foundNone, err8 := tx.TicketOfAppointment(day, "")
		if !found || !foundMine || !foundHidden || foundNone {
			s.Error("found", found, foundMine, foundHidden, foundNone)
		}
		return errors.Join(err, err2, err3, err4, err5, err6, err7, err8)
	})
	again := ticket("again", 2) // 999 numbers later, with the first one over
	s.insert(again)
	s.view(func(tx hall.Tx) error {
		got, _, err := tx.TicketByNumber(day, "A", 2)
		s.same("the open one of a number", got, again)
		_, found, err2 := tx.TicketByNumber(day, "B", 2)
		if found {
			s.Error("a number of another series")
		}
		return errors.Join(err, err2)
	})
}

func (s *suite) unique() {
	a, b := ticket("a", 1), ticket("b", 2)
	a.Appointment = "x"
	s.insert(a, b)
	s.taken("an open number", func(tx hall.Tx) error { return tx.InsertTicket(ticket("c", 1), secret("c")) })
	s.taken("an id", func(tx hall.Tx) error { return tx.InsertTicket(ticket("a", 3), secret("c")) })
	s.taken("a secret", func(tx hall.Tx) error { return tx.InsertTicket(ticket("c", 3), secret("a")) })
	s.taken("an appointment's ticket", func(tx hall.Tx) error {
		c := ticket("c", 3)
		c.Appointment = "x"
		return tx.InsertTicket(c, secret("c"))
	})
	s.taken("a counter", func(tx hall.Tx) error {
		a.State, a.Counter, b.State, b.Counter = queue.Called, "1", queue.Serving, "1"
		return errors.Join(tx.UpdateTicket(a), tx.UpdateTicket(b))
	})
	s.view(func(tx hall.Tx) error {
		open, err := tx.OpenTickets(day)
		if len(open) != 2 || open[0].State != queue.Waiting {
			s.Errorf("refused, but changed: %+v", open)
		}
		return err
	})
	s.update(func(tx hall.Tx) error { // the number is free once the visit is over
		a.State, a.Counter = queue.Cancelled, ""
		return errors.Join(tx.UpdateTicket(a), tx.InsertTicket(ticket("c", 1), secret("c")))
	})
	s.taken("an undo whose number is given again", func(tx hall.Tx) error {
		a.State = queue.Serving
		return tx.UpdateTicket(a)
	})
}

func (s *suite) numbers() {
	s.update(func(tx hall.Tx) error {
		last, walkIns, err := tx.Numbers(day, "A")
		if last != 0 || walkIns != 0 {
			s.Error(last, walkIns)
		}
		v := hall.VisitEnded{Ticket: "a", Day: day, Service: "pass", Counter: "1", Pieces: 1, Arrived: at, Served: at, Ended: at.Add(7 * time.Minute)}
		two, old, undone := v, v, v
		two.Ticket, two.Pieces = "b", 2
		old.Ticket, old.Day = "c", "2026-01-01"
		undone.Ticket = "d"
		return errors.Join(err, tx.SetNumbers(day, "A", 17, 4), tx.SetNumbers(day, "A", 18, 5), tx.AddVisit(v), tx.AddVisit(two), tx.AddVisit(old),
			tx.AddVisit(undone), tx.DropVisit("d", undone.Ended))
	})
	s.view(func(tx hall.Tx) error {
		last, walkIns, err := tx.Numbers(day, "A")
		if last != 18 || walkIns != 5 {
			s.Error(last, walkIns)
		}
		took, err2 := tx.Durations("2026-11-01")
		s.same("durations", took, map[string][]time.Duration{"pass": {7 * time.Minute}})
		return errors.Join(err, err2)
	})
}

func (s *suite) counters() {
	t := ticket("a", 1)
	t.Remark = "said something"
	s.insert(t)
	o := hall.OpenCounter{ID: "1", Day: day, Clerk: "anna", Opened: at}
	p := hall.Paper{Ticket: "a", Number: "A001", Device: "k", Word: "not_printed", Since: at}
	s.update(func(tx hall.Tx) error {
		first := o
		first.Clerk = "bert"
		return errors.Join(tx.PutCounter(first), tx.PutCounter(o), tx.PutPaper(p), tx.PutPaper(p))
	})
	s.update(func(tx hall.Tx) error {
		open, err := tx.OpenCounters(day)
		s.same("open", open, []hall.OpenCounter{o})
		before, err2 := tx.OpenedBefore("2026-11-25")
		s.same("opened before", before, []hall.OpenCounter{o})
		papers, err3 := tx.Papers()
		s.same("papers", papers, []hall.Paper{p})
		got, found, err4 := tx.DropPaper("a")
		s.same("dropped", got, p)
		_, again, err5 := tx.DropPaper("a")
		n, err6 := tx.DropRemarks("2026-11-25")
		none, err7 := tx.DropRemarks("2026-11-25")
		if !found || again || n != 1 || none != 0 {
			s.Error(found, again, n, none)
		}
		return errors.Join(err, err2, err3, err4, err5, err6, err7, tx.DropCounter("1"), tx.DropCounter("1"))
	})
	s.view(func(tx hall.Tx) error {
		open, err := tx.OpenCounters(day)
		if len(open) != 0 {
			s.Error(open)
		}
		return err
	})
}
