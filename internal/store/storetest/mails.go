package storetest

import (
	"errors"
	"time"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/hall"
)

func mail(id, appointment string, created, due int) hall.Mail {
	return hall.Mail{ID: id, Appointment: appointment, Kind: hall.MailBooked, Created: minute(created), Due: minute(due), State: hall.MailWaiting}
}

func document(id, appointment string, added int) hall.Document {
	return hall.Document{ID: id, Appointment: appointment, Name: "Pass Vorderseite.pdf", Kind: "application/pdf", Size: 1 << 33, Added: minute(added)}
}

func (s *suite) mails() {
	s.book(booked("a", at), booked("b", at))
	now, soon, later, other := mail("4", "a", 1, 5), mail("3", "a", 2, 6), mail("2", "a", 3, 60), mail("1", "b", 4, 5)
	sent, dead, older := mail("5", "b", 5, 0), mail("6", "b", 6, 0), mail("7", "a", 0, 0)
	sent.State, dead.State, older.State = hall.MailSent, hall.MailDead, hall.MailDead
	dead.Kind, dead.Slot, dead.Attempts, dead.Error = hall.MailEarlier, at, 9, "550 no such user"
	all := []hall.Mail{now, soon, later, other, sent, dead, older}
	s.update(func(tx hall.Tx) error {
		var errs []error
		for _, m := range all {
			errs = append(errs, tx.PutMail(m))
		}
		return errors.Join(errs...)
	})
	s.refused("a mail to nobody", func(tx hall.Tx) error { return tx.PutMail(mail("8", "z", 0, 0)) })
	lists := func(what string, want []hall.Mail, read func(hall.Tx) ([]hall.Mail, error)) {
		s.Helper()
		s.view(func(tx hall.Tx) error {
			got, err := read(tx)
			s.same(what, got, want)
			return err
		})
	}
	due := func(now time.Time, limit int) func(hall.Tx) ([]hall.Mail, error) {
		return func(tx hall.Tx) ([]hall.Mail, error) { return tx.DueMails(now, limit) }
	}
	lists("none is due", nil, due(minute(5).Add(-1), 9))
	lists("due by now, the older first", []hall.Mail{now, other, soon}, due(minute(6), 9))
	lists("the first", []hall.Mail{now}, due(minute(99), 1))
	lists("dead, oldest first", []hall.Mail{older, dead}, func(tx hall.Tx) ([]hall.Mail, error) { return tx.MailsIn(hall.MailDead, 9) })
	lists("the oldest that waits", []hall.Mail{now}, func(tx hall.Tx) ([]hall.Mail, error) { return tx.MailsIn(hall.MailWaiting, 1) })
	lists("of an appointment", []hall.Mail{other, sent, dead}, func(tx hall.Tx) ([]hall.Mail, error) { return tx.MailsOf("b") })
	now.State, now.Attempts, now.Error = hall.MailSent, 1, ""
	soon.Due, soon.Attempts, soon.Error = minute(30), 1, "421 later"
	s.update(func(tx hall.Tx) error {
		return errors.Join(tx.PutMail(now), tx.PutMail(soon), tx.DropMail(other.ID), tx.DropMail("nothing"))
	})
	lists("neither sent, postponed, nor dropped", nil, due(minute(29), 9))
	lists("due again", []hall.Mail{soon, later}, due(minute(60), 9))
	s.view(func(tx hall.Tx) error {
		got, found, err := tx.Mail(soon.ID)
		s.same("by id", got, soon)
		_, gone, err2 := tx.Mail(other.ID)
		if !found || gone {
			s.Error(found, gone)
		}
		return errors.Join(err, err2)
	})
}

func (s *suite) documents() {
	s.book(booked("a", at), booked("b", at))
	first, second, other := document("2", "a", 1), document("1", "a", 2), document("3", "b", 0)
	s.update(func(tx hall.Tx) error {
		return errors.Join(tx.PutDocument(first), tx.PutDocument(second), tx.PutDocument(other), tx.PutDocument(other))
	})
	s.refused("a document of nobody", func(tx hall.Tx) error { return tx.PutDocument(document("4", "z", 0)) })
	s.update(func(tx hall.Tx) error {
		of, err := tx.DocumentsOf("a")
		s.same("of an appointment, oldest first", of, []hall.Document{first, second})
		got, _, err2 := tx.Document("3")
		s.same("by id", got, other)
		ids, err3 := tx.DocumentIDs()
		s.same("ids", ids, []string{"1", "2", "3"})
		err4 := errors.Join(tx.DropDocument("3"), tx.DropDocument("nothing"))
		_, found, err5 := tx.Document("3")
		if found {
			s.Error("still there")
		}
		return errors.Join(err, err2, err3, err4, err5)
	})
}

// cascades: with an appointment goes all that belongs to it, with its contact all that is about the person.
func (s *suite) cascades() {
	fill := func(id string, start time.Time) {
		s.book(booked(id, start))
		s.update(func(tx hall.Tx) error {
			return errors.Join(tx.PutMail(mail("m"+id, id, 0, 0)), tx.PutDocument(document("d"+id, id, 0)), tx.PutDocument(document("e"+id, id, 1)),
				tx.PutLink(secret("l"+id), hall.Link{Appointment: id, Kind: hall.OwnLink}),
				tx.InsertPlace(booking.Place{Pool: "pool " + id, From: minute(0), To: minute(20)}, id, time.Time{}))
		})
	}
	// left tells what there still is: appointment, contact, mail, documents, link, place.
	type left struct{ Appointment, Contact, Mail, Document, Link, Place bool }
	see := func(what, id string, want left) {
		s.Helper()
		s.view(func(tx hall.Tx) error {
			var got left
			var errs [6]error
			var documents []hall.Document
			var places []booking.Place
			_, got.Appointment, errs[0] = tx.Appointment(id)
			_, got.Contact, errs[1] = tx.Contact(id)
			_, got.Mail, errs[2] = tx.Mail("m" + id)
			documents, errs[3] = tx.DocumentsOf(id)
			_, got.Link, errs[4] = tx.Link(secret("l" + id))
			places, errs[5] = tx.PlacesOf(id)
			got.Document, got.Place = len(documents) > 0, len(places) > 0
			s.same(what, got, want)
			return errors.Join(errs[:]...)
		})
	}
	whole := left{true, true, true, true, true, true}
	fill("a", at)
	fill("b", at.Add(time.Hour))
	fill("c", at.Add(2*time.Hour))
	s.view(func(tx hall.Tx) error {
		got, err := tx.Contacts()
		s.same("held", got, hall.Held{Contacts: 3, Mails: 3, Documents: 6, Since: at, FirstAppointment: at, LastAppointment: at.Add(2 * time.Hour)})
		return err
	})
	s.update(func(tx hall.Tx) error { return errors.Join(tx.DropAppointment("b"), tx.DropAppointment("nobody")) })
	see("dropped", "b", left{})
	see("another", "a", whole)
	s.update(func(tx hall.Tx) error {
		n, err := tx.DropContacts(at.Add(1))
		if n != 1 {
			s.Error(n, "contacts dropped")
		}
		return err
	})
	see("its contact dropped", "a", left{Appointment: true, Link: true, Place: true})
	see("of later", "c", whole)
	s.view(func(tx hall.Tx) error {
		got, err := tx.Contacts()
		s.same("held", got, hall.Held{Contacts: 1, Mails: 1, Documents: 2, Since: at, FirstAppointment: at.Add(2 * time.Hour), LastAppointment: at.Add(2 * time.Hour)})
		return err
	})
	s.update(func(tx hall.Tx) error { return tx.DropAppointment("c") })
	s.view(func(tx hall.Tx) error {
		got, err := tx.Contacts()
		s.same("nothing held", got, hall.Held{})
		return err
	})
}
