package hall_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/queue"
)

func TestFromHoldToBooked(t *testing.T) {
	h := newBookable(t, 1, 0)
	held := h.hold(morning)
	id := held.Appointment.ID
	h.clock.pass(9 * time.Minute)
	seq := h.seq()
	r := h.register(held.Secret, erika)
	if a := r.Appointment; a.State != booking.Unconfirmed || a.Code != "" || r.Secret != "" || !a.Until.Equal(nine.Add(69*time.Minute)) {
		t.Errorf("%+v", r)
	}
	if h.seq() != seq {
		t.Error("nothing is booked yet, but told")
	}
	letters := h.letters()
	if len(letters) != 1 || letters[0].Mail.Kind != hall.MailConfirm || letters[0].Contact.Mail != erika.Mail || letters[0].Contact.Secret == "" {
		t.Fatalf("%+v", letters)
	}
	own := letters[0].Contact.Secret
	_, err := h.Confirm(h.ctx, citizen, held.Secret)
	refusal(t, err, queue.Lapsed) // the browser that held the slot cannot confirm
	m, err := h.Mine(h.ctx, own)
	if err != nil || !m.Confirmable || m.CanChange || m.Appointment.Code != "" || m.Contact.Name != erika.Name || m.Contact.Secret != "" {
		t.Errorf("%+v, %v", m, err)
	}
	h.clock.pass(59 * time.Minute)
	h.wantFree(morning, false)
	for range 2 { // two tabs, or a scanner of mails
		if m, err = h.Confirm(h.ctx, citizen, own); err != nil {
			t.Fatal(err)
		}
	}
	if a := m.Appointment; a.State != booking.Booked || a.Code == "" || !a.Until.IsZero() || !m.CanChange || m.Confirmable {
		t.Errorf("%+v", m)
	}
	if got := types(h.events(seq)); !slices.Equal(got, []string{hall.EventAppointment}) {
		t.Errorf("events %v", got)
	}
	h.clock.pass(5 * time.Hour)
	h.sweep()
	h.wantFree(morning, false)
	stranger := pass
	stranger.Moving = id // as if its place were theirs to give up
	_, err = h.Hold(h.ctx, citizen, stranger, morning)
	refusal(t, err, queue.SlotTaken)
	if got, want := h.mails(id), []string{"booked waiting"}; !slices.Equal(got, want) {
		t.Errorf("mails %v", got) // no reminder: 23 h are left, so the 24 h before are over
	}
	if m, err := h.Mine(h.ctx, held.Secret); err != nil || m.Contact != nil || m.Appointment.Code != "" || m.CanChange {
		t.Errorf("the hold's link shows %+v, %v", m, err)
	}
}

// What the link of a hold may do, the own one may not, and the other way round.
func TestEachLinkForItsOwn(t *testing.T) {
	h := newBookable(t, 1, 0)
	held := h.hold(morning)
	h.register(held.Secret, erika)
	own := h.secret(held.Appointment.ID)
	_, err := h.Register(h.ctx, citizen, own, erika)
	refusal(t, err, queue.Lapsed)
	refusal(t, h.Release(h.ctx, citizen, own), queue.NotFound)
	_, err = h.Confirm(h.ctx, citizen, held.Secret)
	refusal(t, err, queue.Lapsed)
	if _, err := h.Confirm(h.ctx, citizen, own); err != nil {
		t.Fatal(err)
	}
	_, err = h.MoveMine(h.ctx, citizen, held.Secret, morning.Add(time.Hour))
	refusal(t, err, queue.NotFound)
	_, err = h.CancelMine(h.ctx, citizen, held.Secret)
	refusal(t, err, queue.NotFound)
	_, err = h.WishEarlier(h.ctx, citizen, held.Secret, true)
	refusal(t, err, queue.NotFound)
	_, err = h.AddDocument(h.ctx, citizen, held.Secret, hall.Document{Name: "a.pdf", Kind: "application/pdf", Size: 1})
	refusal(t, err, queue.NotFound)
	refusal(t, h.Release(h.ctx, citizen, held.Secret), queue.WrongState)
}

func TestUnconfirmedLapse(t *testing.T) {
	h := newBookable(t, 1, 0)
	held := h.hold(morning)
	h.register(held.Secret, erika)
	own := h.secret(held.Appointment.ID)
	h.clock.pass(time.Hour)
	h.wantFree(morning, true)
	if got := h.letters(); len(got) != 0 {
		t.Errorf("a mail to nobody: %+v", got)
	}
	for range 2 {
		_, err := h.Confirm(h.ctx, citizen, own)
		refusal(t, err, queue.Lapsed)
		_, err = h.Mine(h.ctx, own)
		refusal(t, err, queue.NotFound)
		h.sweep()
	}
	if held, err := h.Held(h.ctx); err != nil || held.Contacts+held.Mails != 0 {
		t.Errorf("%+v, %v", held, err)
	}
}

// The time to confirm ends when the visit would begin.
func TestUnconfirmedUntilTheStart(t *testing.T) {
	h := newBookable(t, 1, 0)
	start := nine.Add(30 * time.Minute)
	r := h.register(h.hold(start).Secret, erika)
	if !r.Appointment.Until.Equal(start) {
		t.Errorf("%+v", r)
	}
}

func TestWithoutMailEverythingIsShown(t *testing.T) {
	h := newTown(t)
	h.apply(bookable(1, 0))
	held := h.hold(morning)
	nobody := hall.Person{Name: "Erika Mustermann", Phone: "+49 (5404) 887-0"}
	r := h.register(held.Secret, nobody)
	if r.Appointment.State != booking.Booked || r.Appointment.Code == "" || r.Secret == "" {
		t.Fatalf("%+v", r)
	}
	if again := h.register(held.Secret, nobody); again.Secret != r.Secret || again.Appointment.Code != r.Appointment.Code {
		t.Errorf("%+v", again)
	}
	_, err := h.Register(h.ctx, citizen, held.Secret, erika)
	refusal(t, err, queue.WrongState)
	if m, err := h.Mine(h.ctx, r.Secret); err != nil || !m.CanChange || m.Contact.Phone != nobody.Phone {
		t.Errorf("%+v, %v", m, err)
	}
	if got := h.mails(r.Appointment.ID); len(got) != 0 {
		t.Errorf("mails %v", got)
	}
}

func TestPersons(t *testing.T) {
	long := strings.Repeat("x", 250)
	for name, c := range map[string]struct {
		change func(*hall.Person)
		field  string
	}{
		"no name":            {func(p *hall.Person) { p.Name = " " }, "name"},
		"two lines":          {func(p *hall.Person) { p.Name = "Erika\nMustermann" }, "name"},
		"long name":          {func(p *hall.Person) { p.Name = long }, "name"},
		"no text":            {func(p *hall.Person) { p.Name = "\xff" }, "name"},
		"no mail":            {func(p *hall.Person) { p.Mail = "" }, "mail"},
		"no address":         {func(p *hall.Person) { p.Mail = "erika" }, "mail"},
		"with a name":        {func(p *hall.Person) { p.Mail = "Erika <erika@example.org>" }, "mail"},
		"two addresses":      {func(p *hall.Person) { p.Mail = "a@example.org,b@example.org" }, "mail"},
		"another header":     {func(p *hall.Person) { p.Mail = "a@example.org\r\nBcc: b@example.org" }, "mail"},
		"SMTPUTF8":           {func(p *hall.Person) { p.Mail = "müller@example.org" }, "mail"},
		"a domain beyond":    {func(p *hall.Person) { p.Mail = "a@müller.example" }, "mail"},
		"no dot":             {func(p *hall.Person) { p.Mail = "erika@example" }, "mail"},
		"an address literal": {func(p *hall.Person) { p.Mail = "a@[127.0.0.1]" }, "mail"},
		"long mail":          {func(p *hall.Person) { p.Mail = "a@" + long + ".org" }, "mail"},
		"a word as phone":    {func(p *hall.Person) { p.Phone = "call me" }, "phone"},
		"long phone":         {func(p *hall.Person) { p.Phone = strings.Repeat("1", 31) }, "phone"},
		"no language":        {func(p *hall.Person) { p.Lang = "../de" }, "lang"},
	} {
		t.Run(name, func(t *testing.T) {
			h := newBookable(t, 1, 0)
			held := h.hold(morning)
			p := erika
			c.change(&p)
			_, err := h.Register(h.ctx, citizen, held.Secret, p)
			if r := refusal(t, err, queue.Invalid); r.Field != c.field {
				t.Errorf("field %q", r.Field)
			}
			h.register(held.Secret, erika) // nothing was changed
		})
	}
}

// The limit holds for what the address's owner confirms. Register tells nobody how much that is, and what strangers book in
// somebody's name takes nothing from them.
func TestAppointmentsPerAddress(t *testing.T) {
	h := newBookable(t, 1, 0)
	tagged := hall.Person{Name: "E", Mail: "Erika+pass@EXAMPLE.org"}
	for i := range 4 { // a stranger's, never confirmed
		h.register(h.hold(morning.Add(time.Duration(i)*time.Hour)).Secret, erika)
	}
	h.clock.pass(time.Hour)
	for i := range 3 {
		h.online(morning.Add(time.Duration(i)*time.Hour), erika)
	}
	if _, err := h.Book(h.ctx, anna, pass, morning.Add(5*time.Hour), tagged); err != nil {
		t.Errorf("staff: %v", err)
	}
	held := h.hold(morning.Add(3 * time.Hour))
	id := held.Appointment.ID
	h.register(held.Secret, tagged)
	for range 2 {
		_, err := h.Confirm(h.ctx, citizen, h.secret(id))
		if r := refusal(t, err, queue.TooMuch); r.Field != "mail" {
			t.Errorf("%+v", r)
		}
	}
	if m, err := h.Mine(h.ctx, h.secret(id)); err != nil || !m.Confirmable {
		t.Errorf("refused, but changed: %+v, %v", m, err)
	}
	first, err := h.DayList(h.ctx, "2026-11-25")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.CancelAppointment(h.ctx, anna, first[0].Appointment.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Confirm(h.ctx, citizen, h.secret(id)); err != nil {
		t.Error(err)
	}
}

// However many links of one address are followed at once, in two processes, the limit holds.
func TestConfirmationsRace(t *testing.T) {
	h := newBookable(t, 1, 0)
	halls := []*hall.Hall{h.Hall, h.beside()}
	var secrets []string
	for i := range 8 {
		held := h.hold(morning.Add(time.Duration(i) * 15 * time.Minute))
		if _, err := halls[i%2].Register(h.ctx, citizen, held.Secret, erika); err != nil { // each has sent it four mails only
			t.Fatal(err)
		}
		secrets = append(secrets, h.secret(held.Appointment.ID))
	}
	var booked, refused atomic.Int32
	var wg sync.WaitGroup
	for i, secret := range secrets {
		wg.Go(func() {
			switch _, err := halls[i%2].Confirm(h.ctx, citizen, secret); {
			case err == nil:
				booked.Add(1)
			case isCode(err, queue.TooMuch):
				refused.Add(1)
			default:
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if booked.Load() != 4 || refused.Load() != 4 {
		t.Errorf("%d booked, %d refused", booked.Load(), refused.Load())
	}
}

// Somebody mistypes the address and sees it on the next page.
func TestCorrections(t *testing.T) {
	h := newBookable(t, 1, 0)
	held := h.hold(morning)
	id := held.Appointment.ID
	first := h.register(held.Secret, hall.Person{Name: "Erika", Mail: "wrong@example.org"})
	old := h.secret(id)
	h.sendAll()
	for range 2 { // the same twice is one registration
		again := h.register(held.Secret, hall.Person{Name: "Erika", Mail: "wrong@example.org"})
		if again.Appointment.Until != first.Appointment.Until {
			t.Errorf("%+v", again)
		}
	}
	h.register(held.Secret, erika)
	if got := h.mails(id); !slices.Equal(got, []string{"confirm sent", "confirm waiting"}) {
		t.Errorf("mails %v", got)
	}
	_, err := h.Confirm(h.ctx, citizen, old)
	refusal(t, err, queue.Lapsed) // whoever got the first mail
	h.sendAll()
	h.register(held.Secret, hall.Person{Name: "Erika", Mail: "third@example.org"})
	h.sendAll()
	_, err = h.Register(h.ctx, citizen, held.Secret, hall.Person{Name: "Erika", Mail: "fourth@example.org"})
	refusal(t, err, queue.TooMuch)
	if m, err := h.Confirm(h.ctx, citizen, h.secret(id)); err != nil || m.Contact.Mail != "third@example.org" {
		t.Errorf("%+v, %v", m, err)
	}
	if r := h.register(held.Secret, hall.Person{Name: "Erika", Mail: "third@example.org"}); r.Secret != "" || r.Appointment.State != booking.Booked {
		t.Errorf("the hold's link gives %+v", r)
	}
	_, err = h.Register(h.ctx, citizen, held.Secret, erika)
	refusal(t, err, queue.WrongState)
}

func (h *town) sendAll() {
	h.t.Helper()
	for _, l := range h.letters() {
		if err := h.MailSent(h.ctx, l.Mail.ID); err != nil {
			h.t.Fatal(err)
		}
	}
}

// No answer that is kept for repetition names a person.
func TestKeptAnswersNameNobody(t *testing.T) {
	h := newBookable(t, 2, 1)
	key := func(c hall.Command, n int) hall.Command { return keyed(c, fmt.Sprintf("0123456789abcdef-%d", n)) }
	held, err := h.Hold(h.ctx, key(citizen, 1), pass, morning)
	if err != nil {
		t.Fatal(err)
	}
	first, err := h.Register(h.ctx, key(citizen, 2), held.Secret, erika)
	again, err2 := h.Register(h.ctx, key(citizen, 2), held.Secret, erika)
	if err != nil || err2 != nil || first.Appointment.ID != again.Appointment.ID {
		t.Fatal(err, err2)
	}
	own := h.secret(held.Appointment.ID)
	for range 2 {
		m, err := h.Confirm(h.ctx, key(citizen, 3), own)
		if err != nil || m.Contact == nil || m.Contact.Name != erika.Name {
			t.Fatal(m, err)
		}
	}
	for range 2 {
		if d, err := h.AddDocument(h.ctx, key(citizen, 4), own, hall.Document{Name: "Mustermann.pdf", Kind: "application/pdf", Size: 1}); err != nil || d.Name != "Mustermann.pdf" {
			t.Fatal(d, err)
		}
	}
	for range 2 {
		if _, err := h.MoveMine(h.ctx, key(citizen, 5), own, morning.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	if m, err := h.Mine(h.ctx, own); err != nil || m.Appointment.Sequence != 1 || len(m.Documents) != 1 {
		t.Errorf("%+v, %v", m, err)
	}
	booked, err := h.Book(h.ctx, key(anna, 6), pass, morning, erika)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.Correct(h.ctx, key(anna, 7), booked.Appointment.ID, hall.Person{Name: "Max Mustermann"}); err != nil {
		t.Fatal(err)
	}
	h.stores(func(tx hall.Tx) error {
		for _, scope := range []string{"citizen:", "staff:anna"} {
			for n := range 8 {
				answer, _, err := tx.Answer(scope, fmt.Sprintf("0123456789abcdef-%d", n))
				if err != nil {
					return err
				}
				if body := strings.ToLower(string(answer.Body)); strings.Contains(body, "erika") || strings.Contains(body, "mustermann") {
					t.Errorf("%s %d: %s", scope, n, body)
				}
			}
		}
		return nil
	})
}
