// Package storetest is the suite that every hall.Store passes.
package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/catalogue"
	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/queue"
)

// Run tests the stores that open gives: each call a new, empty one, closed by the test's clean-up.
func Run(t *testing.T, open func(testing.TB) hall.Store) {
	for name, test := range map[string]func(*suite){
		"tickets come back as they were":  (*suite).roundTrip,
		"tickets are found":               (*suite).find,
		"what is unique stays unique":     (*suite).unique,
		"numbers and visits":              (*suite).numbers,
		"counters and papers":             (*suite).counters,
		"appointments and contacts":       (*suite).appointments,
		"events are numbered gaplessly":   (*suite).events,
		"answers":                         (*suite).answers,
		"catalogue, clock":                (*suite).settings,
		"users, tokens, sessions":         (*suite).people,
		"devices":                         (*suite).devices,
		"errors and panics roll back":     (*suite).rollback,
		"views are snapshots":             (*suite).snapshot,
		"updates run one after the other": (*suite).serial,
		"changes are noticed":             (*suite).changes,
	} {
		t.Run(name, func(t *testing.T) { test(&suite{T: t, store: open(t)}) })
	}
}

var at = time.Date(2026, 11, 24, 9, 0, 0, 123456789, time.UTC)

const day = queue.Day("2026-11-24")

type suite struct {
	*testing.T
	store hall.Store
}

func (s *suite) update(fn func(hall.Tx) error) {
	s.Helper()
	if err := s.store.Update(context.Background(), fn); err != nil {
		s.Fatal(err)
	}
}

func (s *suite) view(fn func(hall.Tx) error) {
	s.Helper()
	if err := s.store.View(context.Background(), fn); err != nil {
		s.Fatal(err)
	}
}

func (s *suite) same(what string, got, want any) {
	s.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		s.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// taken wants the change to be refused by the store, and to have changed nothing.
func (s *suite) taken(what string, fn func(hall.Tx) error) {
	s.Helper()
	if err := s.store.Update(context.Background(), fn); !errors.Is(err, hall.ErrTaken) {
		s.Errorf("%s: %v, want ErrTaken", what, err)
	}
}

func ticket(id string, num int) queue.Ticket {
	return queue.Ticket{
		ID: id, Day: day, Series: "A", Num: num, Service: "pass", Services: []queue.Visit{{ID: "pass", Quantity: 1}}, Area: "foyer",
		State: queue.Waiting, Due: at, Why: queue.WhyWalkIn, Arrived: at.Add(time.Duration(num) * time.Second),
	}
}

func secret(id string) (hash [32]byte) {
	copy(hash[:], id)
	return hash
}

func (s *suite) insert(tickets ...queue.Ticket) {
	s.Helper()
	s.update(func(tx hall.Tx) error {
		for _, t := range tickets {
			if err := tx.InsertTicket(t, secret(t.ID)); err != nil {
				return err
			}
		}
		return nil
	})
}

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

func (s *suite) appointments() {
	a := booking.Appointment{ID: "a", Code: "K7M4X2QX9P", Start: at, Services: []queue.Visit{{ID: "pass", Quantity: 2}}, Source: "staff"}
	b := booking.Appointment{ID: "b", Code: "ZMS1", Foreign: true, Start: at.Add(time.Hour), Services: []queue.Visit{{ID: "pass", Quantity: 1}}, Source: "import"}
	person := hall.Contact{Appointment: "a", Name: "Erika", Mail: "e@example.org", Phone: "1", Since: at}
	s.update(func(tx hall.Tx) error {
		return errors.Join(tx.InsertAppointment(a, ""), tx.InsertAppointment(b, "key"), tx.PutContact(hall.Contact{Appointment: "a", Since: at}), tx.PutContact(person))
	})
	again := b
	again.ID = "c"
	s.taken("a code", func(tx hall.Tx) error { return tx.InsertAppointment(again, "") })
	again.Code = "ZMS2"
	s.taken("a key", func(tx hall.Tx) error { return tx.InsertAppointment(again, "key") })
	s.update(func(tx hall.Tx) error { return tx.InsertAppointment(again, "") })
	s.view(func(tx hall.Tx) error {
		byID, _, err := tx.Appointment("a")
		s.same("by id", byID, a)
		byCode, _, err2 := tx.AppointmentByCode("ZMS1")
		s.same("by code", byCode, b)
		byKey, _, err3 := tx.AppointmentByKey("key")
		s.same("by key", byKey, b)
		some, err4 := tx.Appointments(at, at.Add(time.Hour))
		s.same("range", some, []booking.Appointment{a})
		foreign, err5 := tx.ForeignCodes(at)
		none, err6 := tx.ForeignCodes(at.Add(2 * time.Hour))
		c, found, err7 := tx.Contact("a")
		s.same("contact", c, person)
		held, err8 := tx.Contacts()
		s.same("held", held, hall.Held{Contacts: 1, Since: at, FirstAppointment: at, LastAppointment: at})
		if !foreign || none || !found {
			s.Error(foreign, none, found)
		}
		return errors.Join(err, err2, err3, err4, err5, err6, err7, err8)
	})
	s.update(func(tx hall.Tx) error {
		n, err := tx.DropContacts(at)
		m, err2 := tx.DropContacts(at.Add(2 * time.Hour))
		if n != 0 || m != 1 {
			s.Error(n, m)
		}
		_, byKey, err3 := tx.AppointmentByKey("key")
		if byKey {
			s.Error("the import's key is made of the person and stays")
		}
		return errors.Join(err, err2, err3, tx.CancelAppointment("b"), tx.CancelAppointment("c"))
	})
	s.view(func(tx hall.Tx) error {
		got, _, err := tx.Appointment("b")
		foreign, err2 := tx.ForeignCodes(at)
		if !got.Cancelled || foreign {
			s.Error(got, foreign)
		}
		return errors.Join(err, err2)
	})
}

func (s *suite) events() {
	e := hall.Event{Type: "ticket.called", At: at, Areas: []string{"foyer"}, Ticket: "a", Number: "A001", Service: "pass", State: queue.Called,
		Counter: "1", Place: catalogue.Text{"de": "Schalter 1"}, Area: "foyer", Device: "d", Trouble: "w",
		Waiting: []hall.AreaWaiting{{Area: "foyer", Count: 3, Wait: queue.Wait{Low: 5, High: 10, Ahead: 2}}}}
	appended := func(e hall.Event, fail error) (seq int64) {
		err := s.store.Update(context.Background(), func(tx hall.Tx) error {
			var err error
			seq, err = tx.AppendEvent(e)
			return errors.Join(err, fail)
		})
		if !errors.Is(err, fail) {
			s.Fatal(err)
		}
		return seq
	}
	if first := appended(e, nil); first != 1 {
		s.Error("first", first)
	}
	appended(e, errors.New("rolled back"))
	e.At = at.Add(time.Hour)
	if second := appended(e, nil); second != 2 {
		s.Error("a gap after a rollback", second)
	}
	s.view(func(tx hall.Tx) error {
		got, err := tx.Events(1, 10)
		want := e
		want.Seq = 2
		s.same("events", got, []hall.Event{want})
		seq, err2 := tx.Announced("a")
		limited, err3 := tx.Events(0, 1)
		if seq != 2 || len(limited) != 1 {
			s.Error(seq, limited)
		}
		return errors.Join(err, err2, err3)
	})
	s.update(func(tx hall.Tx) error {
		n, err := tx.DropEvents(at.Add(time.Minute))
		first, last, err2 := tx.EventRange()
		if n != 1 || first != 2 || last != 2 {
			s.Error(n, first, last)
		}
		_, err3 := tx.DropEvents(at.Add(2 * time.Hour))
		first, last, err4 := tx.EventRange()
		if first != 3 || last != 2 {
			s.Error("nothing kept", first, last)
		}
		return errors.Join(err, err2, err3, err4)
	})
	if third := appended(e, nil); third != 3 {
		s.Error("a number comes again", third)
	}
}

func (s *suite) answers() {
	a := hall.Answer{Request: secret("r"), Body: []byte(`{}`), At: at}
	s.update(func(tx hall.Tx) error {
		return errors.Join(tx.PutAnswer("x", "k", hall.Answer{Body: []byte(`[]`), At: at.Add(-time.Hour)}), tx.PutAnswer("x", "k", a), tx.PutAnswer("y", "k", a))
	})
	s.update(func(tx hall.Tx) error {
		got, _, err := tx.Answer("x", "k")
		s.same("answer", got, a)
		_, found, err2 := tx.Answer("z", "k")
		none, err3 := tx.DropAnswers(at)
		all, err4 := tx.DropAnswers(at.Add(1))
		if found || none != 0 || all != 2 {
			s.Error(found, none, all)
		}
		return errors.Join(err, err2, err3, err4)
	})
}

func (s *suite) settings() {
	c := catalogue.Catalogue{Areas: []catalogue.Area{{ID: "foyer", Name: catalogue.Text{"de": "Foyer"}}}}
	clock := hall.Clock{Seen: at, Day: day, Trouble: "clock_ahead", Since: at, Revision: 7}
	var first int64
	s.update(func(tx hall.Tx) error {
		version, err := tx.CatalogueVersion()
		empty, err2 := tx.Catalogue()
		none, err3 := tx.Clock()
		if version != 0 || len(empty.Areas) != 0 || none != (hall.Clock{}) {
			s.Error(version, empty, none)
		}
		err4 := errors.Join(tx.PutCatalogue(c), tx.PutClock(hall.Clock{Day: "x"}), tx.PutClock(clock))
		var err5 error
		first, err5 = tx.CatalogueVersion()
		return errors.Join(err, err2, err3, err4, err5)
	})
	s.update(func(tx hall.Tx) error { return tx.PutCatalogue(c) })
	s.view(func(tx hall.Tx) error {
		second, err := tx.CatalogueVersion()
		got, err2 := tx.Catalogue()
		s.same("catalogue", got, c)
		known, err3 := tx.Clock()
		s.same("clock", known, clock)
		if first == 0 || second == first {
			s.Error("versions", first, second)
		}
		return errors.Join(err, err2, err3)
	})
}

func (s *suite) people() {
	u := hall.User{Name: "anna", Role: hall.Lead, Password: "hash"}
	k := hall.Token{Hash: secret("2"), Kind: "user", Name: "anna", Area: "foyer"}
	s.update(func(tx hall.Tx) error {
		old := k
		old.Hash = secret("1")
		return errors.Join(tx.PutUser(hall.User{Name: "anna", Role: hall.Clerk}), tx.PutUser(u), tx.PutToken(old), tx.PutToken(k),
			tx.PutSession(secret("s"), []byte("old"), at), tx.PutSession(secret("s"), []byte("new"), at.Add(time.Hour)), tx.PutSession(secret("e"), nil, at))
	})
	s.update(func(tx hall.Tx) error {
		got, _, err := tx.User("anna")
		s.same("user", got, u)
		all, err2 := tx.Users()
		s.same("users", all, []hall.User{u})
		token, _, err3 := tx.Token(secret("2"))
		s.same("token", token, k)
		_, old, err4 := tx.Token(secret("1"))
		data, expiry, found, err5 := tx.Session(secret("s"))
		if old || !found || string(data) != "new" || !expiry.Equal(at.Add(time.Hour)) {
			s.Error(old, found, string(data), expiry)
		}
		n, err6 := tx.DropSessions(at.Add(time.Minute))
		err7 := errors.Join(tx.DropSession(secret("s")), tx.DropTokens("user", "anna"))
		_, _, found, err8 := tx.Session(secret("s"))
		_, still, err9 := tx.Token(secret("2"))
		if n != 1 || found || still {
			s.Error(n, found, still)
		}
		return errors.Join(err, err2, err3, err4, err5, err6, err7, err8, err9)
	})
}

func (s *suite) devices() {
	d := hall.DeviceInfo{ID: "k", Name: "k", Kind: "kiosk", Area: "foyer", Paired: at, Seen: at, Version: "1", Printer: "ready", Scanner: "down",
		Troubles: []string{"paper_low"}, Silent: true, Since: map[string]time.Time{"paper_low": at}}
	s.update(func(tx hall.Tx) error {
		return errors.Join(tx.PutDevice(hall.DeviceInfo{ID: "k", Name: "k"}), tx.PutDevice(d))
	})
	s.update(func(tx hall.Tx) error {
		got, _, err := tx.Device("k")
		s.same("device", got, d)
		all, err2 := tx.Devices()
		s.same("devices", all, []hall.DeviceInfo{d})
		err3 := tx.DropDevice("k")
		_, found, err4 := tx.Device("k")
		if found {
			s.Error("still there")
		}
		return errors.Join(err, err2, err3, err4)
	})
}

func (s *suite) rollback() {
	wrong := errors.New("wrong")
	if err := s.store.Update(context.Background(), func(tx hall.Tx) error {
		return errors.Join(tx.SetNumbers(day, "A", 1, 1), wrong)
	}); !errors.Is(err, wrong) {
		s.Error(err)
	}
	func() {
		defer func() {
			if recover() == nil {
				s.Error("the panic is gone")
			}
		}()
		err := s.store.Update(context.Background(), func(tx hall.Tx) error {
			if err := tx.SetNumbers(day, "A", 1, 1); err != nil {
				return err
			}
			panic("on purpose")
		})
		s.Error("returned", err)
	}()
	s.view(func(tx hall.Tx) error {
		last, _, err := tx.Numbers(day, "A")
		if last != 0 {
			s.Error("not rolled back")
		}
		return err
	})
	if err := s.store.View(context.Background(), func(tx hall.Tx) error { return tx.SetNumbers(day, "A", 1, 1) }); err == nil {
		s.Error("a view can write")
	}
	gone, cancel := context.WithCancel(context.Background())
	cancel()
	if err := s.store.Update(gone, func(hall.Tx) error { s.Error("ran"); return nil }); !errors.Is(err, context.Canceled) {
		s.Error(err)
	}
}

func (s *suite) snapshot() {
	s.view(func(tx hall.Tx) error {
		before, _, err := tx.Numbers(day, "A")
		s.update(func(w hall.Tx) error { return w.SetNumbers(day, "A", 5, 0) })
		after, _, err2 := tx.Numbers(day, "A")
		if before != 0 || after != 0 {
			s.Error("the snapshot moves", before, after)
		}
		return errors.Join(err, err2)
	})
}

func (s *suite) serial() {
	const writers, each = 8, 10
	var wg sync.WaitGroup
	for range writers {
		wg.Go(func() {
			for range each {
				err := s.store.Update(context.Background(), func(tx hall.Tx) error {
					last, _, err := tx.Numbers(day, "A")
					return errors.Join(err, tx.SetNumbers(day, "A", last+1, 0))
				})
				if err != nil {
					s.Error(err)
				}
			}
		})
	}
	wg.Wait()
	s.view(func(tx hall.Tx) error {
		last, _, err := tx.Numbers(day, "A")
		if last != writers*each {
			s.Errorf("%d of %d increments", last, writers*each)
		}
		return err
	})
}

func (s *suite) changes() {
	seen := map[int64]bool{}
	for i := range 3 {
		s.update(func(tx hall.Tx) error { return tx.SetNumbers(day, "A", i+1, 0) })
		n, err := s.store.Changes(context.Background())
		again, err2 := s.store.Changes(context.Background())
		if err != nil || err2 != nil || seen[n] || again != n {
			s.Error(n, again, err, err2)
		}
		seen[n] = true
	}
}
