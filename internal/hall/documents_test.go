package hall_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/queue"
)

func TestDocuments(t *testing.T) {
	h := newBookable(t, 1, 0)
	m, own := h.online(morning, erika)
	pdf := hall.Document{Name: "Meldebescheinigung.pdf", Kind: "application/pdf", Size: 1 << 20}
	for name, c := range map[string]struct {
		change func(*hall.Document)
		code   queue.Code
	}{
		"no name":    {func(d *hall.Document) { d.Name = "" }, queue.Invalid},
		"two lines":  {func(d *hall.Document) { d.Name = "a\nb" }, queue.Invalid},
		"other kind": {func(d *hall.Document) { d.Kind = "text/html" }, queue.BadDocument},
		"empty":      {func(d *hall.Document) { d.Size = 0 }, queue.BadDocument},
	} {
		d := pdf
		c.change(&d)
		if _, err := h.AddDocument(h.ctx, citizen, own, d); !isCode(err, c.code) {
			t.Errorf("%s: %v", name, err)
		}
	}
	var ids []string
	for i := range hall.MaxDocuments {
		d := pdf
		d.ID = fmt.Sprint("file", i) // as internal/documents named it
		added, err := h.AddDocument(h.ctx, citizen, own, d)
		if err != nil || added.ID != d.ID || added.Appointment != m.Appointment.ID || added.Name != pdf.Name || !added.Added.Equal(nine) {
			t.Fatalf("%+v, %v", added, err)
		}
		ids = append(ids, added.ID)
	}
	_, err := h.AddDocument(h.ctx, citizen, own, pdf)
	if r := refusal(t, err, queue.TooMuch); r.Field != "documents" {
		t.Errorf("%+v", r)
	}
	_, other := h.online(morning.Add(time.Hour), hall.Person{Name: "Max", Mail: "max@example.org"})
	refusal(t, h.RemoveDocument(h.ctx, citizen, other, ids[0]), queue.NotFound)
	refusal(t, h.RemoveDocument(h.ctx, citizen, "nothing", ids[0]), queue.NotFound)
	for range 2 {
		if err := h.RemoveDocument(h.ctx, citizen, own, ids[0]); err != nil {
			t.Fatal(err)
		}
	}
	all, err := h.Documents(h.ctx, m.Appointment.ID)
	if err != nil || len(all) != 4 || all[0].ID != ids[1] {
		t.Errorf("%+v, %v", all, err)
	}
	if got, err := h.DocumentIDs(h.ctx); err != nil || !slices.Equal(got, ids[1:]) {
		t.Errorf("%v, %v", got, err)
	}
	if l, err := h.Listed(h.ctx, m.Appointment.ID); err != nil || l.Documents != 4 {
		t.Errorf("%+v, %v", l, err)
	}
	if held, err := h.Held(h.ctx); err != nil || held.Documents != 4 || held.Contacts != 2 || held.Mails == 0 {
		t.Errorf("%+v, %v", held, err)
	}
	_, err = h.Document(h.ctx, ids[0])
	refusal(t, err, queue.NotFound)
	h.clock.until(morning.Add(4 * time.Hour)) // in the waiting room
	if err := h.RemoveDocument(h.ctx, citizen, own, ids[1]); err != nil {
		t.Error(err)
	}
	h.clock.until(morning.AddDate(0, 0, 1))
	refusal(t, h.RemoveDocument(h.ctx, citizen, own, ids[2]), queue.WrongState)
}

// Whatever a citizen has told is gone two days after the appointment, and at once when it lapses: from the database, its WAL
// and a backup.
func TestNothingOfAPersonStays(t *testing.T) {
	h := newBookable(t, 4, 1)
	p := hall.Person{Name: "Zwiebelfisch-Querulant", Mail: "zwiebelfisch+amt@example.org", Phone: "+49 5404 8870815", Lang: "de"}
	const file = "Zwiebelfischs Geburtsurkunde.pdf"
	secrets := []string{"Zwiebelfisch", "Querulant", "zwiebelfisch", "5404 8870815", file}
	key := func(n int) hall.Command { return keyed(citizen, fmt.Sprintf("0123456789abcdef-%d", n)) }

	held, err := h.Hold(h.ctx, key(1), pass, morning)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.Register(h.ctx, key(2), held.Secret, p); err != nil {
		t.Fatal(err)
	}
	own := h.secret(held.Appointment.ID)
	if _, err := h.Confirm(h.ctx, key(3), own); err != nil {
		t.Fatal(err)
	}
	if _, err := h.AddDocument(h.ctx, key(4), own, hall.Document{Name: file, Kind: "application/pdf", Size: 1}); err != nil {
		t.Fatal(err)
	}
	if _, err := h.WishEarlier(h.ctx, key(5), own, true); err != nil {
		t.Fatal(err)
	}
	if _, err := h.MoveMine(h.ctx, key(6), own, morning.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	for _, l := range h.letters() { // a mail server's answer may name the address
		if err := h.MailFailed(h.ctx, l.Mail.ID, "550 <"+p.Mail+"> unknown", true); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := h.Book(h.ctx, keyed(anna, "k1"), pass, morning, p); err != nil {
		t.Fatal(err)
	}
	unconfirmed := h.hold(nextWeek)
	h.register(unconfirmed.Secret, hall.Person{Name: "Lindwurm", Mail: "lindwurm@example.org"})
	for _, s := range append(secrets, "Lindwurm") {
		if !h.stored(s) {
			t.Errorf("%s: this test does not find what is there", s)
		}
	}
	for _, e := range h.events(0) {
		if text := fmt.Sprintf("%+v", e); bytes.Contains([]byte(text), []byte("wiebelfisch")) {
			t.Errorf("event %s", text)
		}
	}

	h.clock.pass(time.Hour)
	h.sweep()
	for _, s := range []string{"Lindwurm", "lindwurm"} {
		if h.stored(s) {
			t.Errorf("%s is still there an hour after it was not confirmed", s)
		}
	}
	h.clock.until(morning.Add(time.Hour + 48*time.Hour + time.Second))
	h.swept()
	backup := filepath.Join(filepath.Dir(h.path), "backup.db")
	if err := h.store.Backup(h.ctx, backup); err != nil {
		t.Fatal(err)
	}
	for _, s := range append(secrets, own) {
		if h.stored(s) {
			t.Errorf("%s is still in the files", s)
		}
	}
	if held, err := h.Held(h.ctx); err != nil || held.Contacts+held.Mails+held.Documents != 0 {
		t.Errorf("%+v, %v", held, err)
	}
	if ids, err := h.DocumentIDs(h.ctx); err != nil || len(ids) != 0 {
		t.Errorf("%v, %v", ids, err)
	}
	if data, err := os.ReadFile(backup); err != nil || !bytes.Contains(data, []byte(held.Appointment.ID)) {
		t.Errorf("the appointment itself stays: %v", err)
	}
}
