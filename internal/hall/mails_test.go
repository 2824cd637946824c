package hall_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/queue"
)

// nextWeek is far enough ahead for a reminder.
var nextWeek = morning.AddDate(0, 0, 7)

func TestReminders(t *testing.T) {
	h := newBookable(t, 1, 0)
	m, own := h.online(nextWeek, erika)
	id := m.Appointment.ID
	h.sendAll()
	if got := h.mails(id); !slices.Equal(got, []string{"booked sent", "reminder waiting"}) {
		t.Fatalf("mails %v", got)
	}
	later := nextWeek.AddDate(0, 0, 1)
	if _, err := h.MoveMine(h.ctx, citizen, own, later); err != nil {
		t.Fatal(err)
	}
	if got := h.mails(id); !slices.Equal(got, []string{"booked sent", "moved waiting", "reminder waiting"}) {
		t.Errorf("mails %v", got)
	}
	h.sendAll()
	h.clock.until(later.Add(-24*time.Hour - time.Second))
	if got := h.letters(); len(got) != 0 {
		t.Errorf("too early: %+v", got)
	}
	h.clock.pass(time.Second)
	if got := h.letters(); len(got) != 1 || got[0].Mail.Kind != hall.MailReminder || !got[0].Appointment.Start.Equal(later) {
		t.Errorf("%+v", got)
	}
	h.clock.until(later) // the mail server was away for a day
	if got := h.letters(); len(got) != 0 {
		t.Errorf("a reminder of what has begun: %+v", got)
	}
	if got := h.mails(id); len(got) != 2 {
		t.Errorf("mails %v", got)
	}
}

func TestACancelledOneIsNotRemindedOf(t *testing.T) {
	h := newBookable(t, 1, 0)
	m, _ := h.online(nextWeek, erika)
	h.sendAll()
	if _, err := h.CancelAppointment(h.ctx, anna, m.Appointment.ID); err != nil {
		t.Fatal(err)
	}
	if got := h.mails(m.Appointment.ID); !slices.Equal(got, []string{"booked sent", "cancelled waiting"}) {
		t.Errorf("mails %v", got)
	}
	if got := h.letters(); len(got) != 1 || got[0].Mail.Kind != hall.MailCancelled {
		t.Errorf("%+v", got)
	}
}

// After 1, 5, 15, 60, 240 minutes, then every six hours, for two days.
func TestRetries(t *testing.T) {
	h := newBookable(t, 1, 0)
	r, err := h.Book(h.ctx, anna, pass, morning.AddDate(0, 0, 30), erika)
	if err != nil {
		t.Fatal(err)
	}
	first := h.clock.Now()
	var waits []int
	for {
		letters := h.letters()
		if len(letters) != 1 {
			t.Fatalf("%d letters after %v", len(letters), waits)
		}
		id := letters[0].Mail.ID
		if err := h.MailFailed(h.ctx, id, "451 try later\r\nplease", false); err != nil {
			t.Fatal(err)
		}
		var m hall.Mail
		h.stores(func(tx hall.Tx) error { m, _, err = tx.Mail(id); return err })
		if m.Error != "451 try later  please" || m.Attempts != len(waits)+1 {
			t.Errorf("%+v", m)
		}
		if m.State == hall.MailDead {
			break
		}
		waits = append(waits, int(m.Due.Sub(h.clock.Now()).Minutes()))
		h.clock.until(m.Due.Add(-time.Nanosecond))
		if n := len(h.letters()); n != 0 {
			t.Errorf("%d letters before the time", n)
		}
		h.clock.until(m.Due)
	}
	if want := []int{1, 5, 15, 60, 240, 360, 360, 360, 360, 360, 360, 360}; !slices.Equal(waits, want) {
		t.Errorf("waits %v", waits)
	}
	if gone := h.clock.Now().Sub(first); gone > 48*time.Hour || gone < 42*time.Hour {
		t.Errorf("given up after %v", gone)
	}
	if l, err := h.Listed(h.ctx, r.Appointment.ID); err != nil || !l.MailDead {
		t.Errorf("%+v, %v", l, err)
	}
	dead, err := h.DeadMails(h.ctx)
	if err != nil || len(dead) != 1 || dead[0].Contact.Name != erika.Name || dead[0].Contact.Secret != "" || dead[0].Appointment.ID != r.Appointment.ID {
		t.Fatalf("%+v, %v", dead, err)
	}
	id := dead[0].Mail.ID
	refusal(t, h.RetryMail(h.ctx, citizen, id), queue.NotAllowed)
	refusal(t, h.RetryMail(h.ctx, anna, "nothing"), queue.NotFound)
	if err := h.RetryMail(h.ctx, anna, id); err != nil {
		t.Fatal(err)
	}
	refusal(t, h.RetryMail(h.ctx, anna, id), queue.WrongState)
	refusal(t, h.DropMail(h.ctx, anna, id), queue.WrongState)
	if got := h.letters(); len(got) != 1 || got[0].Mail.Attempts != 0 {
		t.Fatalf("%+v", got)
	}
	if err := h.MailFailed(h.ctx, id, strings.Repeat("550 no such user ", 100), true); err != nil {
		t.Fatal(err)
	}
	if dead, err = h.DeadMails(h.ctx); err != nil || len(dead) != 1 || len(dead[0].Mail.Error) != 200 {
		t.Errorf("%+v, %v", dead, err)
	}
	if err := h.DropMail(h.ctx, anna, id); err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{h.MailSent(h.ctx, id), h.MailFailed(h.ctx, id, "", false)} { // dropped while it was being sent
		if err != nil {
			t.Error(err)
		}
	}
}

// A mail that asks for a confirmation is of no use after the time for that.
func TestConfirmMailsDieWithTheirTime(t *testing.T) {
	h := newBookable(t, 1, 0)
	h.register(h.hold(morning).Secret, erika)
	for _, wait := range []time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute} {
		letters := h.letters()
		if len(letters) != 1 {
			t.Fatalf("%+v", letters)
		}
		if err := h.MailFailed(h.ctx, letters[0].Mail.ID, "421", false); err != nil {
			t.Fatal(err)
		}
		h.clock.pass(wait)
	}
	letters := h.letters()
	if err := h.MailFailed(h.ctx, letters[0].Mail.ID, "421", false); err != nil { // the next attempt would be in an hour
		t.Fatal(err)
	}
	if dead, err := h.DeadMails(h.ctx); err != nil || len(dead) != 1 {
		t.Errorf("%+v, %v", dead, err)
	}
	h.clock.pass(time.Hour)
	h.sweep()
	if dead, err := h.DeadMails(h.ctx); err != nil || len(dead) != 0 {
		t.Errorf("%+v, %v", dead, err)
	}
}

func TestWhoIsWrittenTo(t *testing.T) {
	h := newBookable(t, 2, 0)
	visits := pass.Services
	a, err := h.AddAppointment(h.ctx, operator, visits, nextWeek, erika.Name, erika.Mail)
	if err != nil {
		t.Fatal(err)
	}
	if got := h.mails(a.ID); !slices.Equal(got, []string{"booked waiting", "reminder waiting"}) {
		t.Errorf("the operator's: %v", got)
	}
	if m, err := h.Mine(h.ctx, h.secret(a.ID)); err != nil || m.Appointment.ID != a.ID || !m.CanChange {
		t.Errorf("%+v, %v", m, err)
	}
	rows := []hall.Import{{Key: "a", Service: "pass", Start: nextWeek, Name: "Max", Mail: "max@example.org"}}
	if _, err := h.ImportAppointments(h.ctx, operator, hall.ImportList{Rows: rows}); err != nil {
		t.Fatal(err)
	}
	all, err := h.Appointments(h.ctx, nextWeek)
	if err != nil || len(all) != 2 {
		t.Fatal(all, err)
	}
	for _, b := range all {
		if _, err := h.CancelAppointment(h.ctx, anna, b.ID); err != nil {
			t.Fatal(err)
		}
		if got := h.mails(b.ID); b.Source == "import" && len(got) != 0 {
			t.Errorf("another system's: %v", got)
		}
	}
}

func TestTheWaitingListHearsOfEarlierSlots(t *testing.T) {
	h := newBookable(t, 1, 0)
	_, early := h.online(morning, erika)
	first, ownFirst := h.online(nextWeek, hall.Person{Name: "Ada", Mail: "ada@example.org"})
	second, ownSecond := h.online(nextWeek.Add(time.Hour), hall.Person{Name: "Bob", Mail: "bob@example.org"})
	for _, own := range []string{ownSecond, ownFirst} {
		if m, err := h.WishEarlier(h.ctx, citizen, own, true); err != nil || !m.Contact.Earlier {
			t.Fatalf("%+v, %v", m, err)
		}
	}
	h.sendAll()
	if _, err := h.CancelMine(h.ctx, citizen, early); err != nil {
		t.Fatal(err)
	}
	h.sendAll()
	h.clock.pass(30 * time.Minute) // the rest
	h.swept()
	letters := h.letters()
	if len(letters) != 2 || letters[0].Appointment.ID != second.Appointment.ID || letters[1].Appointment.ID != first.Appointment.ID {
		t.Fatalf("who wished first hears first: %+v", letters)
	}
	for _, l := range letters {
		if l.Mail.Kind != hall.MailEarlier || !l.Mail.Slot.Equal(morning) {
			t.Errorf("%+v", l.Mail)
		}
	}
	if m, err := h.MoveMine(h.ctx, citizen, ownFirst, morning); err != nil || !m.Appointment.Start.Equal(morning) {
		t.Fatal(m, err)
	}
	_, err := h.MoveMine(h.ctx, citizen, ownSecond, morning)
	refusal(t, err, queue.SlotTaken) // the first to move has it
	h.sendAll()
	// The slot of Ada is earlier than Bob's too, but Bob had a mail within six hours.
	h.clock.pass(30 * time.Minute)
	h.swept()
	if got := h.letters(); len(got) != 0 {
		t.Errorf("%+v", got)
	}
	h.clock.pass(6 * time.Hour)
	if _, err := h.Move(h.ctx, anna, first.Appointment.ID, morning.Add(2*time.Hour)); err != nil { // by staff it is free at once
		t.Fatal(err)
	}
	offered := slices.DeleteFunc(h.letters(), func(l hall.Letter) bool { return l.Mail.Kind != hall.MailEarlier })
	if len(offered) != 1 || offered[0].Appointment.ID != second.Appointment.ID || !offered[0].Mail.Slot.Equal(morning) {
		t.Errorf("%+v", offered)
	}
	if m, err := h.WishEarlier(h.ctx, citizen, ownSecond, false); err != nil || m.Contact.Earlier {
		t.Errorf("%+v, %v", m, err)
	}
}

// swept deletes the rests that are over.
func (h *town) swept() {
	h.t.Helper()
	if err := h.Forget(h.ctx); err != nil {
		h.t.Fatal(err)
	}
}
