package hall_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/queue"
)

// unconfirmed gives the appointment and the secrets of hold and mail of somebody who has registered and not confirmed.
func (h *town) unconfirmed(start time.Time, p hall.Person) (id, hold, own string) {
	h.t.Helper()
	held := h.hold(start)
	h.register(held.Secret, p)
	return held.Appointment.ID, held.Secret, h.secret(held.Appointment.ID)
}

// bounce makes all mails that are due undeliverable.
func (h *town) bounce() {
	h.t.Helper()
	for _, l := range h.letters() {
		if err := h.MailFailed(h.ctx, l.Mail.ID, "550 no such user", true); err != nil {
			h.t.Fatal(err)
		}
	}
}

func (h *town) dead() int {
	h.t.Helper()
	all, err := h.DeadMails(h.ctx)
	if err != nil {
		h.t.Fatal(err)
	}
	return len(all)
}

func TestStaffSeeWhoHasNotConfirmed(t *testing.T) {
	h := newBookable(t, 1, 0)
	id, hold, _ := h.unconfirmed(morning, erika)
	h.hold(morning.Add(time.Hour)) // of nobody yet
	list, err := h.DayList(h.ctx, "2026-11-25")
	if err != nil || len(list) != 1 {
		t.Fatalf("%+v, %v", list, err)
	}
	l, err := h.Listed(h.ctx, id)
	if err != nil || l.Appointment.ID != list[0].Appointment.ID || l.Appointment.State != booking.Unconfirmed || l.Appointment.Code != "" ||
		l.Contact.Name != erika.Name || l.Contact.Secret+l.Contact.MailKey != "" || l.MailDead {
		t.Errorf("%+v, %v", l, err)
	}
	_, err = h.Move(h.ctx, anna, id, morning.Add(2*time.Hour))
	refusal(t, err, queue.WrongState)
	h.bounce()
	if l, err = h.Listed(h.ctx, id); err != nil || !l.MailDead {
		t.Errorf("%+v, %v", l, err)
	}
	if m, err := h.Mine(h.ctx, hold); err != nil || !m.Undeliverable || m.Contact.Mail != erika.Mail || m.Contact.Secret+m.Contact.MailKey != "" || m.Appointment.Code != "" {
		t.Errorf("the browser that waits: %+v, %v", m, err)
	}
	h.clock.pass(time.Hour) // lapsed, not deleted yet
	if list, err := h.DayList(h.ctx, "2026-11-25"); err != nil || len(list) != 0 {
		t.Errorf("%+v, %v", list, err)
	}
	_, err = h.Listed(h.ctx, id)
	refusal(t, err, queue.NotFound)
}

func TestConfirmFor(t *testing.T) {
	h := newBookable(t, 1, 0)
	for i := range 4 { // as many as an address may have
		if _, err := h.Book(h.ctx, anna, pass, nextWeek.Add(time.Duration(i)*time.Hour), erika); err != nil {
			t.Fatal(err)
		}
	}
	h.sendAll()
	id, _, own := h.unconfirmed(morning, erika)
	h.bounce()
	_, err := h.ConfirmFor(h.ctx, citizen, id)
	refusal(t, err, queue.NotAllowed)
	seq := h.seq()
	var code booking.Code
	for range 2 {
		a, err := h.ConfirmFor(h.ctx, anna, id)
		if err != nil || a.State != booking.Booked || a.Code == "" || !a.Until.IsZero() {
			t.Fatalf("%+v, %v", a, err)
		}
		code = a.Code
	}
	if got := types(h.events(seq)); !slices.Equal(got, []string{hall.EventAppointment}) {
		t.Errorf("events %v", got)
	}
	if got := h.mails(id); !slices.Equal(got, []string{"booked waiting", "reminder waiting"}) || h.dead() != 0 {
		t.Errorf("mails %v, %d dead", got, h.dead())
	}
	if m, err := h.Confirm(h.ctx, citizen, own); err != nil || m.Appointment.Code != code { // the mail came after all
		t.Errorf("%+v, %v", m, err)
	}
	h.clock.pass(2 * time.Hour)
	h.sweep()
	h.wantFree(morning, false)
	if _, err := h.CancelAppointment(h.ctx, anna, id); err != nil {
		t.Fatal(err)
	}
	_, err = h.ConfirmFor(h.ctx, anna, id)
	refusal(t, err, queue.WrongState)
	_, err = h.ConfirmFor(h.ctx, anna, h.hold(morning).Appointment.ID)
	refusal(t, err, queue.NotFound)
	late, _, _ := h.unconfirmed(morning.Add(time.Hour), hall.Person{Name: "N", Mail: "n@example.org"})
	h.clock.pass(time.Hour)
	_, err = h.ConfirmFor(h.ctx, anna, late)
	refusal(t, err, queue.NotFound)
}

// The address was mistyped, and its mail is dead: the clerk corrects it, and the caller has the whole time for the link again.
func TestCorrectBeforeTheConfirmation(t *testing.T) {
	h := newBookable(t, 1, 0)
	id, hold, old := h.unconfirmed(morning, hall.Person{Name: "Erika", Mail: "wrong@example.org", Lang: "tr"})
	h.bounce()
	h.clock.pass(50 * time.Minute)
	_, err := h.Correct(h.ctx, citizen, id, erika)
	refusal(t, err, queue.NotAllowed)
	_, err = h.Correct(h.ctx, anna, id, hall.Person{Name: "E", Mail: "erika"})
	refusal(t, err, queue.Invalid)
	right := hall.Person{Name: "Erika Mustermann", Mail: "erika@example.org"}
	key := keyed(anna, "k")
	for range 2 {
		a, err := h.Correct(h.ctx, key, id, right)
		if err != nil || a.State != booking.Unconfirmed || a.Code != "" || !a.Until.Equal(h.clock.Now().Add(time.Hour)) {
			t.Fatalf("%+v, %v", a, err)
		}
	}
	if _, err := h.Correct(h.ctx, anna, id, right); err != nil { // once more, without the key
		t.Fatal(err)
	}
	if got := h.mails(id); !slices.Equal(got, []string{"confirm waiting"}) || h.dead() != 0 {
		t.Fatalf("mails %v, %d dead", got, h.dead())
	}
	l := h.letters()[0]
	if l.Contact.Mail != right.Mail || l.Contact.Name != right.Name || l.Contact.Lang != "tr" || l.Contact.Secret == old || l.Contact.Secret == "" {
		t.Errorf("%+v", l)
	}
	_, err = h.Confirm(h.ctx, citizen, old)
	refusal(t, err, queue.Lapsed)
	if m, err := h.Mine(h.ctx, hold); err != nil || m.Undeliverable {
		t.Errorf("%+v, %v", m, err)
	}
	h.clock.pass(55 * time.Minute)
	h.sweep()
	h.wantFree(morning, false)
	if m, err := h.Confirm(h.ctx, citizen, l.Contact.Secret); err != nil || m.Contact.Mail != right.Mail {
		t.Errorf("%+v, %v", m, err)
	}
}

func TestCorrectWhatIsBooked(t *testing.T) {
	h := newBookable(t, 1, 0)
	m, old := h.online(nextWeek, hall.Person{Name: "Erika", Mail: "wrong@example.org", Lang: "de"})
	id := m.Appointment.ID
	if _, err := h.WishEarlier(h.ctx, citizen, old, true); err != nil {
		t.Fatal(err)
	}
	if _, err := h.AddDocument(h.ctx, citizen, old, hall.Document{Name: "a.pdf", Kind: "application/pdf", Size: 1}); err != nil {
		t.Fatal(err)
	}
	h.sendAll()
	seq := h.seq()
	named := hall.Person{Name: "Erika Mustermann", Mail: "wrong@example.org", Phone: "05404 887"}
	if _, err := h.Correct(h.ctx, anna, id, named); err != nil {
		t.Fatal(err)
	}
	if got := h.mails(id); !slices.Equal(got, []string{"booked sent", "reminder waiting"}) {
		t.Errorf("the address is the same, but mails %v", got)
	}
	if m, err := h.Mine(h.ctx, old); err != nil || m.Contact.Name != named.Name || m.Contact.Phone != named.Phone || !m.Contact.Earlier {
		t.Errorf("%+v, %v", m, err)
	}
	under := h.seq()
	if _, err := h.Correct(h.ctx, anna, m.Appointment.Code.Display(), named); err != nil || h.seq() != under {
		t.Errorf("the same changes something: %v", err)
	}
	a, err := h.Correct(h.ctx, anna, id, erika)
	if err != nil || a.Code != m.Appointment.Code || a.Sequence != 0 || a.State != booking.Booked {
		t.Fatalf("%+v, %v", a, err)
	}
	if got := h.mails(id); !slices.Equal(got, []string{"booked sent", "booked waiting", "reminder waiting"}) {
		t.Errorf("mails %v", got)
	}
	if got := h.letters(); len(got) != 1 || got[0].Contact.Mail != erika.Mail || got[0].Contact.Secret != h.secret(id) {
		t.Errorf("%+v", got)
	}
	_, err = h.Mine(h.ctx, old) // a stranger has it
	refusal(t, err, queue.NotFound)
	if m, err := h.Mine(h.ctx, h.secret(id)); err != nil || !m.Contact.Earlier || len(m.Documents) != 1 || !m.CanChange {
		t.Errorf("%+v, %v", m, err)
	}
	if got := types(h.events(seq)); !slices.Equal(got, []string{hall.EventAppointment, hall.EventAppointment}) {
		t.Errorf("events %v", got)
	}
}

func TestCorrectIsLate(t *testing.T) {
	h := newBookable(t, 1, 0)
	m, _ := h.online(nine.Add(time.Hour), erika)
	gone, _ := h.online(morning, erika)
	if _, err := h.CancelAppointment(h.ctx, anna, gone.Appointment.ID); err != nil {
		t.Fatal(err)
	}
	_, err := h.Correct(h.ctx, anna, gone.Appointment.ID, hall.Person{Name: "N"})
	refusal(t, err, queue.WrongState)
	h.sendAll()
	h.clock.pass(2 * time.Hour)
	if _, err := h.Correct(h.ctx, anna, m.Appointment.ID, hall.Person{Name: "N", Mail: "n@example.org"}); err != nil {
		t.Fatal(err)
	}
	if got := h.letters(); len(got) != 0 {
		t.Errorf("written to after the visit: %+v", got)
	}
	h.clock.pass(49 * time.Hour)
	for range 2 { // before and after it is forgotten
		_, err = h.Correct(h.ctx, anna, m.Appointment.ID, erika)
		refusal(t, err, queue.WrongState)
		h.swept()
	}
}

// Staff may take an address away, give a first one, and do both where no mail is sent at all.
func TestCorrectWithoutAnAddress(t *testing.T) {
	h := newBookable(t, 1, 0)
	id, _, own := h.unconfirmed(morning, erika)
	if _, err := h.Correct(h.ctx, anna, id, hall.Person{Name: "Erika", Phone: "05404 887"}); err != nil {
		t.Fatal(err)
	}
	if got := h.mails(id); len(got) != 0 {
		t.Errorf("mails %v", got)
	}
	_, err := h.Confirm(h.ctx, citizen, own)
	refusal(t, err, queue.Lapsed)
	if a, err := h.ConfirmFor(h.ctx, anna, id); err != nil || a.Code == "" || len(h.mails(id)) != 0 {
		t.Errorf("%+v, %v", a, err)
	}
	r, err := h.Book(h.ctx, anna, pass, nextWeek, hall.Person{Name: "Anruferin"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.Correct(h.ctx, anna, r.Appointment.ID, erika); err != nil {
		t.Fatal(err)
	}
	if got := h.mails(r.Appointment.ID); !slices.Equal(got, []string{"booked waiting", "reminder waiting"}) {
		t.Errorf("mails %v", got)
	}
	if _, err := h.Mine(h.ctx, r.Secret); err != nil {
		t.Errorf("the link that the clerk gave the caller: %v", err)
	}

	silent := newTown(t)
	silent.apply(bookable(1, 0))
	booked := silent.register(silent.hold(morning).Secret, erika)
	if _, err := silent.Correct(silent.ctx, anna, booked.Appointment.ID, hall.Person{Name: "Erika", Mail: "n@example.org"}); err != nil {
		t.Fatal(err)
	}
	if _, err := silent.Mine(silent.ctx, booked.Secret); err != nil || len(silent.mails(booked.Appointment.ID)) != 0 {
		t.Errorf("the link was never sent to anybody: %v", err)
	}
}

// A mail that is being sent when its person is corrected is neither marked nor sent again.
func TestCorrectWhileAMailIsSent(t *testing.T) {
	for _, fails := range []bool{false, true} {
		h := newBookable(t, 1, 0)
		id, _, _ := h.unconfirmed(morning, hall.Person{Name: "Erika", Mail: "wrong@example.org"})
		under := h.letters()[0]
		if _, err := h.Correct(h.ctx, anna, id, erika); err != nil {
			t.Fatal(err)
		}
		if fails {
			if err := h.MailFailed(h.ctx, under.Mail.ID, "550", true); err != nil {
				t.Fatal(err)
			}
		} else if err := h.MailSent(h.ctx, under.Mail.ID); err != nil {
			t.Fatal(err)
		}
		refusal(t, h.RetryMail(h.ctx, anna, under.Mail.ID), queue.NotFound)
		if got := h.letters(); len(got) != 1 || got[0].Contact.Mail != erika.Mail || h.dead() != 0 {
			t.Errorf("%+v, %d dead", got, h.dead())
		}
		h.sendAll()
		if got := h.letters(); len(got) != 0 || !slices.Equal(h.mails(id), []string{"confirm sent"}) {
			t.Errorf("%+v", got)
		}
	}
}

func TestCancelWhatIsNotConfirmed(t *testing.T) {
	h := newBookable(t, 1, 0)
	m, own := h.online(nextWeek, hall.Person{Name: "Ada", Mail: "ada@example.org"})
	if _, err := h.WishEarlier(h.ctx, citizen, own, true); err != nil {
		t.Fatal(err)
	}
	id, hold, secret := h.unconfirmed(morning, erika)
	if _, err := h.AddDocument(h.ctx, citizen, secret, hall.Document{Name: "a.pdf", Kind: "application/pdf", Size: 1}); err != nil {
		t.Fatal(err)
	}
	h.sendAll()
	seq := h.seq()
	for range 2 {
		a, err := h.CancelAppointment(h.ctx, keyed(anna, "k"), id)
		if err != nil || a.ID != id || a.State != booking.Cancelled || a.Code != "" || !a.Until.IsZero() {
			t.Errorf("%+v, %v", a, err)
		}
	}
	_, err := h.CancelAppointment(h.ctx, anna, id)
	refusal(t, err, queue.NotFound)
	h.wantFree(morning, true)
	for _, s := range []string{hold, secret} {
		_, err := h.Mine(h.ctx, s)
		refusal(t, err, queue.NotFound)
	}
	if got := types(h.events(seq)); !slices.Equal(got, []string{hall.EventAppointment}) {
		t.Errorf("events %v", got)
	}
	if held, err := h.Held(h.ctx); err != nil || held.Contacts != 1 || held.Documents != 0 {
		t.Errorf("%+v, %v", held, err)
	}
	if got := h.letters(); len(got) != 1 || got[0].Mail.Kind != hall.MailEarlier || got[0].Appointment.ID != m.Appointment.ID {
		t.Errorf("who waits for an earlier slot: %+v", got)
	}
}

// The person corrects the address alone, or has it tried again; the one that bounced is settled either way.
func TestTheBrowserThatWaits(t *testing.T) {
	h := newBookable(t, 1, 0)
	id, hold, _ := h.unconfirmed(morning, erika)
	undeliverable := func(want bool) {
		t.Helper()
		if m, err := h.Mine(h.ctx, hold); err != nil || m.Undeliverable != want {
			t.Errorf("undeliverable: %v, %v", m.Undeliverable, err)
		}
	}
	h.register(hold, hall.Person{Name: "Erika", Mail: erika.Mail, Phone: "05404 887"})
	if got := h.mails(id); !slices.Equal(got, []string{"confirm waiting"}) || h.letters()[0].Contact.Phone == "" {
		t.Errorf("to the same address once: %v", got)
	}
	h.bounce()
	undeliverable(true)
	p := hall.Person{Name: "Erika", Mail: erika.Mail, Phone: "05404 887"}
	for range 2 { // it is right after all; two clicks
		h.register(hold, p)
	}
	undeliverable(false)
	if got := h.mails(id); !slices.Equal(got, []string{"confirm waiting"}) || h.dead() != 0 {
		t.Errorf("mails %v", got)
	}
	h.bounce()
	h.register(hold, hall.Person{Name: "Erika", Mail: "e@example.org"})
	undeliverable(false)
	h.bounce()
	_, err := h.Register(h.ctx, citizen, hold, hall.Person{Name: "Erika", Mail: "f@example.org"}) // dead ones count
	if r := refusal(t, err, queue.TooMuch); r.Field != "mails" {
		t.Errorf("%+v", r)
	}
	undeliverable(true)
}

// Clerk and caller are at it at the same moment. Whoever is first, one mail goes out, to the right address, and its link works.
func TestClerkAndCallerRace(t *testing.T) {
	for range 8 {
		h := newBookable(t, 1, 0)
		id, _, own := h.unconfirmed(morning, hall.Person{Name: "Erika", Mail: "wrong@example.org"})
		h.sendAll()
		beside := h.beside()
		var wg sync.WaitGroup
		for _, do := range []func() error{
			func() error { _, err := h.Confirm(h.ctx, citizen, own); return err },
			func() error { _, err := beside.Correct(h.ctx, anna, id, erika); return err },
			func() error { _, err := beside.Correct(h.ctx, anna, id, erika); return err },
		} {
			wg.Go(func() {
				if err := do(); err != nil && !isCode(err, queue.Lapsed) {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		letters := h.letters()
		if len(letters) != 1 || letters[0].Contact.Mail != erika.Mail {
			t.Fatalf("%+v", letters)
		}
		if m, err := h.Confirm(h.ctx, citizen, letters[0].Contact.Secret); err != nil || m.Appointment.State != booking.Booked {
			t.Errorf("%+v, %v", m, err)
		}
	}
}

func TestConfirmedByBothAtOnce(t *testing.T) {
	for range 8 {
		h := newBookable(t, 1, 0)
		id, _, own := h.unconfirmed(morning, erika)
		beside := h.beside()
		var wg sync.WaitGroup
		wg.Go(func() {
			if _, err := h.Confirm(h.ctx, citizen, own); err != nil {
				t.Error(err)
			}
		})
		wg.Go(func() {
			if _, err := beside.ConfirmFor(h.ctx, anna, id); err != nil {
				t.Error(err)
			}
		})
		wg.Wait()
		if got := h.mails(id); !slices.Equal(got, []string{"booked waiting", "reminder waiting"}) {
			t.Fatalf("mails %v", got)
		}
	}
}
