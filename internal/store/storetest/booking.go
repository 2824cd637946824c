package storetest

import (
	"context"
	"errors"
	"time"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/queue"
)

func booked(id string, start time.Time) booking.Appointment {
	return booking.Appointment{ID: id, Code: booking.Code("C" + id), Start: start, End: start.Add(20 * time.Minute),
		Services: []queue.Visit{{ID: "pass", Quantity: 1}}, State: booking.Booked, Source: "citizen"}
}

func held(id string, start, until time.Time) booking.Appointment {
	a := booked(id, start)
	a.State, a.Until = booking.Held, until
	return a
}

// book inserts appointments, each with the contact that person gives.
func (s *suite) book(all ...booking.Appointment) {
	s.Helper()
	s.update(func(tx hall.Tx) error {
		for _, a := range all {
			if err := errors.Join(tx.InsertAppointment(a, ""), tx.PutContact(person(a.ID))); err != nil {
				return err
			}
		}
		return nil
	})
}

func person(appointment string) hall.Contact {
	return hall.Contact{Appointment: appointment, Name: "Erika Muster", Mail: "E.Muster@example.org", Phone: "05404 1", Lang: "de",
		MailKey: "e.muster@example.org", Secret: "secret of " + appointment, Since: at}
}

// refused wants an error that is no ErrTaken: a rule of the database's, not somebody who was quicker.
func (s *suite) refused(what string, fn func(hall.Tx) error) {
	s.Helper()
	if err := s.store.Update(context.Background(), fn); err == nil || errors.Is(err, hall.ErrTaken) || errors.Is(err, hall.ErrFull) {
		s.Errorf("%s: %v, want a plain error", what, err)
	}
}

func (s *suite) bookings() {
	a := held("a", at, at.Add(10*time.Minute))
	c := person("a")
	s.book(a)
	s.view(func(tx hall.Tx) error {
		got, _, err := tx.Appointment("a")
		s.same("held", got, a)
		contact, _, err2 := tx.Contact("a")
		s.same("contact", contact, c)
		_, none, err3 := tx.Contact("b")
		if none {
			s.Error("a contact of nobody")
		}
		return errors.Join(err, err2, err3)
	})
	a.State, a.Until, a.Sequence, a.Start, a.End = booking.Booked, time.Time{}, 3, at.Add(time.Hour), at.Add(2*time.Hour)
	a.Services = []queue.Visit{{ID: "pass", Quantity: 2}, {ID: "umzug", Quantity: 1}}
	other := c
	other.Name, other.Mail, other.Phone, other.Lang = "Erika Anders", "a@example.org", "2", "en"
	other.MailKey, other.Secret, other.Earlier = "a@example.org", "other", true
	later := other
	later.Since = at.Add(time.Hour)
	s.update(func(tx hall.Tx) error { return errors.Join(tx.UpdateAppointment(a), tx.PutContact(later)) })
	s.view(func(tx hall.Tx) error {
		got, _, err := tx.AppointmentByCode(a.Code)
		s.same("booked", got, a)
		contact, _, err2 := tx.Contact("a")
		s.same("contact since the first entry", contact, other)
		return errors.Join(err, err2)
	})
	s.refused("a contact of no appointment", func(tx hall.Tx) error { return tx.PutContact(person("z")) })
	s.refused("a hold for ever", func(tx hall.Tx) error { return tx.InsertAppointment(held("b", at, time.Time{}), "") })
	s.refused("a booked one that lapses", func(tx hall.Tx) error {
		b := held("b", at, at)
		b.State = booking.Booked
		return tx.InsertAppointment(b, "")
	})
	s.refused("a state of its own", func(tx hall.Tx) error {
		b := booked("b", at)
		b.State = "perhaps"
		return tx.InsertAppointment(b, "")
	})
}

func (s *suite) findBookings() {
	a, b, c, d := booked("a", at.Add(2*time.Hour)), booked("b", at.Add(time.Hour)), booked("c", at.Add(3*time.Hour)), booked("d", at)
	hold := held("e", at.Add(4*time.Hour), at.Add(time.Minute))
	c.State = booking.Cancelled
	s.book(a, b, c, d, hold)
	wish := func(id string, earlier bool) {
		p := person(id)
		p.Earlier = earlier
		s.update(func(tx hall.Tx) error { return tx.PutContact(p) })
	}
	wishing := func(what string, after time.Time, want ...booking.Appointment) {
		s.Helper()
		s.view(func(tx hall.Tx) error {
			got, err := tx.WantEarlier(after)
			s.same(what, got, want)
			return err
		})
	}
	wishing("no wish", at)
	for _, id := range []string{"d", "e", "c", "a", "b"} {
		wish(id, true)
	}
	wishing("the first wish first, of booked ones to come", at, a, b)
	wish("a", true)
	wishing("a wish said twice keeps its place", at, a, b)
	wishing("those that start after", at.Add(time.Hour), a)
	wish("a", false)
	wishing("a wish withdrawn", at, b)
	wish("a", true)
	wishing("and made again is the last", at, b, a)

	stranger := person("b")
	stranger.MailKey = "x@example.org"
	nobody := person("d") // by telephone, without an address
	nobody.MailKey = ""
	s.update(func(tx hall.Tx) error { return errors.Join(tx.PutContact(stranger), tx.PutContact(nobody)) })
	s.view(func(tx hall.Tx) error {
		all, err := tx.OfMail("e.muster@example.org", at)
		s.same("of a mail address, by start", all, []booking.Appointment{a, hold})
		none, err2 := tx.OfMail("e.muster@example.org", at.Add(4*time.Hour))
		empty, err3 := tx.OfMail("", at.Add(-time.Hour))
		if len(none)+len(empty) != 0 {
			s.Error(none, empty)
		}
		in, err4 := tx.Appointments(at.Add(time.Hour), at.Add(4*time.Hour))
		s.same("in all states, by start", in, []booking.Appointment{b, a, c})
		return errors.Join(err, err2, err3, err4)
	})
}

// imports: what a source gave and is still to come, by the import's key.
func (s *suite) imports() {
	from := func(id, source string, start time.Time, state booking.State) booking.Appointment {
		a := booked(id, start)
		a.Source, a.State = source, state
		return a
	}
	want := from("a", "import:x", at.Add(time.Hour), booking.Booked)
	s.update(func(tx hall.Tx) error {
		return errors.Join(tx.InsertAppointment(want, "ka"), tx.InsertAppointment(from("b", "import:x", at, booking.Booked), "kb"),
			tx.InsertAppointment(from("c", "import:x", at.Add(time.Hour), booking.Cancelled), "kc"),
			tx.InsertAppointment(from("d", "import:y", at.Add(time.Hour), booking.Booked), "kd"),
			tx.InsertAppointment(from("e", "import:x", at.Add(time.Hour), booking.Booked), ""))
	})
	s.view(func(tx hall.Tx) error {
		got, err := tx.ImportedFrom("import:x", at)
		figures, err2 := tx.BookingFigures(at)
		if figures != (hall.BookingFigures{Booked: 3}) {
			s.Errorf("%+v", figures)
		}
		s.same("imported", got, map[string]booking.Appointment{"ka": want})
		return errors.Join(err, err2)
	})
}

func (s *suite) names() {
	unconfirmed, cancelled, nobody := held("b", at, at.Add(time.Minute)), booked("c", at), booked("d", at.Add(time.Hour))
	unconfirmed.State, cancelled.State = booking.Unconfirmed, booking.Cancelled
	s.book(booked("e", at.Add(time.Minute)), booked("a", at), unconfirmed, cancelled, held("f", at, at.Add(time.Minute)), booked("g", at.Add(-1)))
	s.update(func(tx hall.Tx) error { return tx.InsertAppointment(nobody, "") })
	s.view(func(tx hall.Tx) error {
		got, err := tx.Names(at)
		none, err2 := tx.Names(at.Add(time.Hour))
		s.same("booked and unconfirmed, by start", got, []hall.Named{{Appointment: "a", Name: "Erika Muster"},
			{Appointment: "b", Name: "Erika Muster"}, {Appointment: "e", Name: "Erika Muster"}})
		s.same("of nobody", none, []hall.Named(nil))
		return errors.Join(err, err2)
	})
}

func (s *suite) lapses() {
	a, b, c := held("a", at, at.Add(2*time.Minute)), held("b", at, at.Add(time.Minute)), held("c", at, at.Add(3*time.Minute))
	b.State = booking.Unconfirmed
	s.book(a, b, c, booked("d", at))
	s.view(func(tx hall.Tx) error {
		none, err := tx.Lapsed(at.Add(time.Minute-1), 9)
		two, err2 := tx.Lapsed(at.Add(2*time.Minute), 9)
		one, err3 := tx.Lapsed(at.Add(time.Hour), 1)
		s.same("none", none, []booking.Appointment(nil))
		s.same("two", two, []booking.Appointment{b, a})
		s.same("the first", one, []booking.Appointment{b})
		return errors.Join(err, err2, err3)
	})
}

func (s *suite) links() {
	s.book(booked("a", at), booked("b", at))
	hold, own := hall.Link{Appointment: "a", Kind: hall.HoldLink}, hall.Link{Appointment: "a", Kind: hall.OwnLink}
	other := hall.Link{Appointment: "b", Kind: hall.HoldLink}
	s.update(func(tx hall.Tx) error {
		return errors.Join(tx.PutLink(secret("1"), hold), tx.PutLink(secret("2"), own), tx.PutLink(secret("3"), other), tx.PutLink(secret("3"), other))
	})
	s.refused("a link to nowhere", func(tx hall.Tx) error {
		return tx.PutLink(secret("4"), hall.Link{Appointment: "z", Kind: hall.OwnLink})
	})
	find := func(what, name string, want hall.Link, there bool) {
		s.Helper()
		s.view(func(tx hall.Tx) error {
			got, found, err := tx.Link(secret(name))
			s.same(what, got, want)
			if found != there {
				s.Errorf("%s: found %v", what, found)
			}
			return err
		})
	}
	find("hold", "1", hold, true)
	find("own", "2", own, true)
	find("guessed", "4", hall.Link{}, false)
	s.update(func(tx hall.Tx) error { return tx.DropLinks("a", hall.HoldLink) })
	find("dropped", "1", hall.Link{}, false)
	find("of another kind", "2", own, true)
	find("of another appointment", "3", other, true)
}
