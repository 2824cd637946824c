package api_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"westerkappeln.de/wartemarke/internal/wire"
)

// A clerk books, moves and cancels for a caller, and sees who has come.
func TestStaffBooking(t *testing.T) {
	w, ctx := newTown(t), t.Context()
	soon := time.Date(2026, 11, 24, 9, 15, 0, 0, berlin) // too soon for citizens
	b, err := w.clerk.BookFor(ctx, "k1", wire.Book{Hold: ask(soon), Person: wire.Person{Name: "Erika Mustermann", Phone: "05404 887"}})
	w.must(err)
	if b.State != "booked" || b.Source != "staff" || b.Name != "Erika Mustermann" || b.Phone != "05404 887" || b.Code == "" || b.Secret != "" || b.URL != "" || !b.Movable {
		t.Errorf("booked: %+v", b)
	}
	if again, err := w.clerk.BookFor(ctx, "k1", wire.Book{Hold: ask(soon), Person: wire.Person{Name: "Erika Mustermann", Phone: "05404 887"}}); err != nil || again.ID != b.ID {
		t.Errorf("again: %+v, %v", again, err)
	}
	if _, err := w.clerk.BookFor(ctx, "", wire.Book{Hold: ask(soon), Person: wire.Person{Name: " "}}); code(err) != "invalid" {
		t.Errorf("nobody: %v", err)
	}
	moved, err := w.clerk.MoveAppointment(ctx, "", b.Code, wire.MoveTo{Start: soon.Add(15 * time.Minute)})
	if err != nil || moved.ID != b.ID || !moved.Start.Equal(soon.Add(15*time.Minute)) {
		t.Errorf("moved: %+v, %v", moved, err)
	}
	if s, err := w.clerk.Slots(ctx, ausweis, "2026-11-24", "2026-11-24"); err != nil || !s.First.Start.Equal(time.Date(2026, 11, 24, 9, 0, 0, 0, berlin)) ||
		!slices.ContainsFunc(s.Slots, func(s wire.Slot) bool { return s.Start.Equal(soon) }) {
		t.Errorf("staff's slots: %+v, %v", s, err)
	}
	in, err := w.kiosk.CheckIn(ctx, "", wire.CheckIn{Code: b.Code})
	w.must(err)
	list, err := w.clerk.Appointments(ctx, "")
	w.must(err)
	if len(list) != 1 || list[0].Ticket != in.Ticket.Number || list[0].TicketState != wire.StateWaiting || list[0].Movable {
		t.Errorf("today: %+v", list)
	}
	if _, err := w.clerk.MoveAppointment(ctx, "", b.ID, wire.MoveTo{Start: at(9, 0)}); code(err) != "wrong_state" {
		t.Errorf("move of who is here: %v", err)
	}
	cancelled, err := w.clerk.CancelAppointment(ctx, "", b.ID)
	if err != nil || cancelled.State != "cancelled" || cancelled.TicketState != wire.StateCancelled || cancelled.Code != "" {
		t.Errorf("cancelled: %+v, %v", cancelled, err)
	}
	if got, err := w.clerk.Appointment(ctx, b.ID); err != nil || got.State != "cancelled" || got.Name != "Erika Mustermann" {
		t.Errorf("one: %+v, %v", got, err)
	}
	for id, want := range map[string]string{"x": "bad_code", "0000000000": "not_found"} {
		if _, err := w.clerk.Appointment(ctx, id); code(err) != want {
			t.Errorf("%s: %v, want %s", id, err, want)
		}
	}
}

// A held time is nobody's appointment yet: staff do not see it. Once there is somebody who may call, they do, without a code.
func TestStaffSeeWhoHasNotConfirmed(t *testing.T) {
	w, ctx := newTown(t, mailing), t.Context()
	held, err := w.citizen.Hold(ctx, "", ask(at(9, 0)))
	w.must(err)
	h, err := w.citizen.Mine(ctx, held.Secret)
	w.must(err)
	if list, err := w.clerk.Appointments(ctx, "2026-11-25"); err != nil || len(list) != 0 {
		t.Errorf("%+v, %v", list, err)
	}
	if _, err := w.clerk.Appointment(ctx, h.ID); code(err) != "not_found" {
		t.Errorf("by id: %v", err)
	}
	b, err := w.citizen.Register(ctx, "", held.Secret, erika)
	w.must(err)
	list, err := w.clerk.Appointments(ctx, "2026-11-25")
	if err != nil || len(list) != 1 || list[0].State != "unconfirmed" || list[0].Name != erika.Name || list[0].Code+list[0].QR != "" || list[0].Movable {
		t.Errorf("%+v, %v", list, err)
	}
	if got, err := w.clerk.Appointment(ctx, b.ID); err != nil || got.State != "unconfirmed" {
		t.Errorf("by id: %+v, %v", got, err)
	}
}

// Somebody calls because no mail came: found by name, corrected, confirmed; or not wanted any more.
func TestHelpForACaller(t *testing.T) {
	w, ctx := newTown(t, mailing), t.Context()
	var ids []string
	for i, name := range []string{"Zoë Müller", "Max Muster"} {
		_, err := w.citizen.Book(ctx, "", wire.Book{Hold: ask(at(9+i, 0)), Person: wire.Person{Name: name, Mail: "wrong@example.org"}})
		w.must(err)
		letters, err := w.hall.Letters(ctx, 10)
		w.must(err)
		w.must(w.hall.MailFailed(ctx, letters[0].Mail.ID, "550 no such user", true))
		ids = append(ids, letters[0].Mail.Appointment)
	}
	for _, name := range []string{"zoe", "mueller zo", "MULLER"} {
		if list, err := w.clerk.FindAppointments(ctx, name); err != nil || len(list) != 1 || list[0].ID != ids[0] || !list[0].MailDead {
			t.Errorf("%s: %+v, %v", name, list, err)
		}
	}
	if _, err := w.clerk.FindAppointments(ctx, "z"); field(err) != "invalid name" {
		t.Errorf("one letter: %v", err)
	}
	if status, _, body := w.request(w.staff, "clerk", "GET", "/api/v1/appointments?day=2026-11-25&name=zoe", ""); status != 422 {
		t.Errorf("both: %d %s", status, body)
	}
	right := wire.Person{Name: "Zoe Müller", Mail: "zoe@example.org", Phone: "05404 887"}
	for range 2 {
		b, err := w.clerk.CorrectPerson(ctx, "key", ids[0], right)
		if err != nil || b.Mail != right.Mail || b.Name != right.Name || b.MailDead || b.State != "unconfirmed" || b.Code != "" {
			t.Errorf("corrected: %+v, %v", b, err)
		}
	}
	for range 2 {
		b, err := w.clerk.ConfirmAppointment(ctx, "", ids[0])
		if err != nil || b.State != "booked" || b.Code == "" || !b.Movable {
			t.Errorf("confirmed: %+v, %v", b, err)
		}
	}
	for range 2 {
		b, err := w.clerk.CancelAppointment(ctx, "other", ids[1])
		if err != nil || b.State != "cancelled" || b.ID != ids[1] || b.Name+b.Code != "" {
			t.Errorf("cancelled: %+v, %v", b, err)
		}
	}
	for what, err := range map[string]error{
		"cancelled again":     second(w.clerk.CancelAppointment(ctx, "", ids[1])),
		"cancelled and fixed": second(w.clerk.CorrectPerson(ctx, "", ids[1], right)),
		"confirmed":           second(w.clerk.ConfirmAppointment(ctx, "", ids[1])),
	} {
		if code(err) != "not_found" {
			t.Errorf("%s: %v", what, err)
		}
	}
	if letters, err := w.hall.Letters(ctx, 10); err != nil || len(letters) != 1 || letters[0].Contact.Mail != right.Mail || letters[0].Mail.Kind != "booked" {
		t.Errorf("to be sent: %+v, %v", letters, err)
	}
}

func second(_ wire.StaffBooking, err error) error { return err }

// Mails that could not be delivered: staff see whom they were for, try again, or call the person and take them off.
func TestDeadMails(t *testing.T) {
	w, ctx := newTown(t, mailing), t.Context()
	for _, name := range []string{"Erika Mustermann", "Max Muster"} {
		_, err := w.clerk.BookFor(ctx, "", wire.Book{Hold: ask(at(9, 0)), Person: wire.Person{Name: name, Mail: "erika@example.org"}})
		w.must(err)
	}
	letters, err := w.hall.Letters(ctx, 10)
	w.must(err)
	for _, l := range letters {
		w.must(w.hall.MailFailed(ctx, l.Mail.ID, "550 no such user", true))
	}
	dead, err := w.clerk.DeadMails(ctx)
	w.must(err)
	if len(dead) != 2 || dead[0].Name != "Erika Mustermann" || dead[0].Mail != "erika@example.org" || dead[0].Kind != "booked" || dead[0].Error != "550 no such user" {
		t.Fatalf("%+v", dead)
	}
	if b, err := w.clerk.Appointment(ctx, dead[0].Appointment); err != nil || !b.MailDead {
		t.Errorf("the appointment: %+v, %v", b, err)
	}
	_, _, metrics := w.request(w.staff, "", "GET", "/metrics", "")
	if !strings.Contains(metrics, "wartemarke_mails{state=\"dead\"} 2\n") || strings.Contains(metrics, "example.org") || strings.Contains(metrics, "Muster") {
		t.Error("metrics of dead mails")
	}
	if status, _, body := w.request(w.staff, "", "GET", "/readyz", ""); status != 200 {
		t.Errorf("a dead mail makes the hall unready: %d %s", status, body)
	}
	w.must(w.clerk.RetryMail(ctx, "", dead[0].ID))
	w.must(w.clerk.DropMail(ctx, "", dead[1].ID))
	if code := code(w.clerk.RetryMail(ctx, "", dead[0].ID)); code != "wrong_state" {
		t.Errorf("one that is not dead: %s", code)
	}
	if code := code(w.clerk.DropMail(ctx, "", dead[1].ID)); code != "not_found" {
		t.Errorf("one that is gone: %s", code)
	}
	if left, err := w.clerk.DeadMails(ctx); err != nil || len(left) != 0 {
		t.Errorf("left: %+v, %v", left, err)
	}
	if letters, err := w.hall.Letters(ctx, 10); err != nil || len(letters) != 1 {
		t.Errorf("to be sent: %d, %v", len(letters), err)
	}
}

// Staff's pages and programs hear that appointments changed, but not whose; devices hear nothing of it.
func TestAppointmentEvents(t *testing.T) {
	w, ctx := newTown(t), t.Context()
	seq, err := w.hall.Seq(ctx)
	w.must(err)
	clerk, _ := watch(t, w.clerk, "", seq)
	display, _ := watch(t, w.display, "", seq)
	kiosk, _ := watch(t, w.kiosk, "", seq)
	b, err := w.citizen.Book(ctx, "", wire.Book{Hold: ask(at(9, 0)), Person: erika})
	w.must(err)
	_, err = w.citizen.MoveMine(ctx, "", b.Secret, wire.MoveTo{Start: at(10, 0)})
	w.must(err)
	_, err = w.kiosk.TakeTicket(ctx, "", wire.TakeTicket{Service: "ausweis"})
	w.must(err)
	for range 2 {
		e := event(t, clerk)
		if e.Type != wire.AppointmentChange {
			t.Errorf("clerk: %+v", e)
		}
		e.Seq, e.Type, e.At = 0, "", time.Time{}
		if e.Ticket+e.Number+e.Service+e.State+e.Counter+e.Area != "" || e.Areas != nil || e.Place != nil || len(e.Waiting) != 0 {
			t.Errorf("it says more than that: %+v", e)
		}
	}
	if e := event(t, clerk); e.Type != wire.TicketWaiting {
		t.Errorf("clerk: %+v", e)
	}
	for name, events := range map[string]<-chan wire.Event{"display": display, "kiosk": kiosk} {
		if e := event(t, events); e.Type != wire.TicketWaiting {
			t.Errorf("%s: %+v", name, e)
		}
	}
}

// A device's token does not open what names people, not even with a right id.
func TestDevicesLearnNoNames(t *testing.T) {
	w, ctx := newTown(t), t.Context()
	b, err := w.clerk.BookFor(ctx, "", wire.Book{Hold: ask(at(9, 0)), Person: erika})
	w.must(err)
	var p *wire.Problem
	if _, err := w.kiosk.Appointment(ctx, b.ID); !errors.As(err, &p) || p.Status != 403 {
		t.Errorf("kiosk: %v", err)
	}
	for _, path := range []string{"/appointments?day=2026-11-25", "/appointments/" + b.ID, "/mails/dead"} {
		for _, who := range []string{"kiosk", "display", ""} {
			if _, _, body := w.request(w.staff, who, "GET", "/api/v1"+path, ""); strings.Contains(body, "Mustermann") {
				t.Errorf("%s by %q: %s", path, who, body)
			}
		}
	}
}
