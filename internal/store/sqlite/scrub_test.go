package sqlite_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/queue"
)

// What is dropped about a person is in no file any more: neither in freed pages nor in the WAL.
func TestWhatIsDroppedLeavesNoByte(t *testing.T) {
	start := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	const name, file, answer, key, secret, number = "Zwiebelfisch", "Hurenkind.pdf", "550 Schusterjunge unknown", "Fliegenkopf", "Hochzeit", "Leiche"
	for what, c := range map[string]struct {
		drop func(hall.Tx) error
		gone []string
	}{
		"contacts":    {func(tx hall.Tx) error { _, err := tx.DropContacts(start.Add(1)); return err }, []string{name, file, answer, key, secret, number}},
		"appointment": {func(tx hall.Tx) error { return tx.DropAppointment("a") }, []string{name, file, answer, key, secret, number}},
		"document":    {func(tx hall.Tx) error { return tx.DropDocument("d") }, []string{file}},
		"mail":        {func(tx hall.Tx) error { return tx.DropMail("m") }, []string{answer}},
	} {
		t.Run(what, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "hall.db")
			s := opened(t, path)
			must(t, s.Update(ctx, func(tx hall.Tx) error {
				a := booking.Appointment{ID: "a", Code: "X", Start: start, Services: []queue.Visit{{ID: "pass"}}, State: booking.Booked}
				return errors.Join(tx.InsertAppointment(a, number),
					tx.PutContact(hall.Contact{Appointment: "a", Name: name, MailKey: key, Secret: secret, Since: start}),
					tx.PutDocument(hall.Document{ID: "d", Appointment: "a", Name: file}),
					tx.PutMail(hall.Mail{ID: "m", Appointment: "a", State: hall.MailDead, Error: answer}))
			}))
			for _, text := range c.gone {
				if !inFiles(t, path, text) {
					t.Fatalf("%s is not written", text)
				}
			}
			must(t, s.Update(ctx, c.drop))
			for _, text := range c.gone {
				if inFiles(t, path, text) {
					t.Errorf("%s is still in the files", text)
				}
			}
		})
	}
}

// A reader keeps the WAL as it is. The deletion does not wait for it, and is finished by the next change; after a crash in
// between by the next start, since its first connection, closed again, takes the WAL with it.
func TestAScrubWaitsForNobody(t *testing.T) {
	path := filepath.Join(t.TempDir(), "hall.db")
	s := opened(t, path)
	const name = "Zwiebelfisch"
	must(t, s.Update(ctx, func(tx hall.Tx) error {
		return errors.Join(tx.InsertAppointment(booking.Appointment{ID: "a", State: booking.Booked}, ""), tx.PutContact(hall.Contact{Appointment: "a", Name: name}))
	}))
	copied := ""
	must(t, s.View(ctx, func(tx hall.Tx) error {
		if _, found, err := tx.Contact("a"); err != nil || !found {
			t.Errorf("found %v, %v", found, err)
		}
		began := time.Now()
		err := s.Update(ctx, func(tx hall.Tx) error { return tx.DropAppointment("a") })
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("it waited %v for the reader", took)
		}
		if copied = crashed(t, path); !inFiles(t, path, name) {
			t.Error("nothing was in the way")
		}
		return err
	}))
	setNumber(t, s, 1)
	if inFiles(t, path, name) {
		t.Error("the next change does not finish it")
	}
	if setNumber(t, opened(t, copied), 1); inFiles(t, copied, name) {
		t.Error("the next start does not finish it")
	}
}

func inFiles(t testing.TB, path, text string) bool {
	t.Helper()
	files, err := filepath.Glob(path + "*")
	if err != nil || len(files) < 2 {
		t.Fatal(files, err)
	}
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(data, []byte(text)) {
			return true
		}
	}
	return false
}
