package storetest

import (
	"context"
	"errors"
	"time"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/catalogue"
	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/queue"
)

func (s *suite) appointments() {
	a := booking.Appointment{ID: "a", Code: "K7M4X2QX9P", Start: at, Services: []queue.Visit{{ID: "pass", Quantity: 2}}, State: booking.Booked, Source: "staff"}
	b := booking.Appointment{ID: "b", Code: "ZMS1", Foreign: true, Start: at.Add(time.Hour), Services: []queue.Visit{{ID: "pass", Quantity: 1}},
		State: booking.Booked, Source: "import"}
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
		b.State, again.State = booking.Cancelled, booking.Cancelled
		return errors.Join(err, err2, err3, tx.UpdateAppointment(b), tx.UpdateAppointment(again))
	})
	s.view(func(tx hall.Tx) error {
		got, _, err := tx.Appointment("b")
		foreign, err2 := tx.ForeignCodes(at)
		if got.State != booking.Cancelled || foreign {
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
		err7 := errors.Join(tx.DropSession(secret("s")), tx.DropTokens("user", "anna"), tx.PutUser(hall.User{Name: "ben", Role: hall.Clerk}),
			tx.DropUser("anna"), tx.DropUser("nobody"))
		_, there, err10 := tx.User("anna")
		_, other, err11 := tx.User("ben")
		if there || !other {
			s.Error("users", there, other)
		}
		_, _, found, err8 := tx.Session(secret("s"))
		_, still, err9 := tx.Token(secret("2"))
		if n != 1 || found || still {
			s.Error(n, found, still)
		}
		return errors.Join(err, err2, err3, err4, err5, err6, err7, err8, err9, err10, err11)
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
