package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/pressly/goose/v3"
	"golang.org/x/sys/unix"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/queue"
)

var began = time.Date(2026, 11, 24, 9, 0, 0, 123456789, time.UTC)

// firstVersion makes a database of schema 1, as the programs of that time left it.
func firstVersion(t *testing.T) (path string) {
	t.Helper()
	ctx := context.Background()
	path = filepath.Join(t.TempDir(), "hall.db")
	script, err := fs.ReadFile(embedded, "migrations/00001_hall.sql")
	db, err2 := sql.Open("sqlite3", dsn(path, writing))
	if err := errors.Join(err, err2, os.WriteFile(path, nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	provider, err := goose.NewProvider(goose.DialectSQLite3, db, fstest.MapFS{"00001_hall.sql": {Data: script}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := provider.Up(ctx); err != nil {
		t.Fatal(err)
	}
	for _, row := range [][]any{
		{"a", "K7M4X2QX9P", false, began.UnixNano(), `[{"id":"pass","quantity":2}]`, false, "staff", nil},
		{"b", "ZMS1", true, began.Add(time.Hour).UnixNano(), `[{"id":"pass","quantity":1}]`, true, "import", "key b"},
		{"c", "ZMS2", true, began.Add(2 * time.Hour).UnixNano(), `[{"id":"pass","quantity":1}]`, false, "import", "key c"},
	} {
		_, err = db.ExecContext(ctx, `INSERT INTO appointments (id, code, is_foreign, start, services, cancelled, source, import_key) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`, row...)
		if err != nil {
			t.Fatal(err)
		}
	}
	_, err = db.ExecContext(ctx, `INSERT INTO contacts (appointment, name, mail, phone, since) VALUES ('a', 'Erika Muster', 'e@example.org', '1', ?)`, began.UnixNano())
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	return path
}

// A database of the first version is brought up to date with all that it holds: where it lies, and as a backup that is restored.
func TestMigrateFromTheFirstVersion(t *testing.T) {
	ctx := context.Background()
	for name, way := range map[string]func(path string) (string, error){
		"opened": func(path string) (string, error) { return path, nil },
		"restored": func(path string) (string, error) {
			target := filepath.Join(t.TempDir(), "target.db")
			return target, Restore(ctx, path, target)
		},
	} {
		t.Run(name, func(t *testing.T) {
			path, err := way(firstVersion(t))
			if err != nil {
				t.Fatal(err)
			}
			s, err := Open(ctx, path)
			if err != nil {
				t.Fatal(err)
			}
			if err := s.View(ctx, func(tx hall.Tx) error { return keptOfTheFirst(t, tx) }); err != nil {
				t.Error(err)
			}
			if err := s.Update(ctx, bookedAnew); err != nil {
				t.Error(err)
			}
			backup := filepath.Join(t.TempDir(), "backup.db")
			if err := errors.Join(s.Backup(ctx, backup), s.Close(), Restore(ctx, backup, path)); err != nil {
				t.Fatal(err)
			}
			if s, err = Open(ctx, path); err != nil {
				t.Fatal(err)
			}
			if err := errors.Join(s.View(ctx, func(tx hall.Tx) error {
				places, err := tx.PlacesOf("a")
				mails, err2 := tx.MailsOf("a")
				if len(places) != 1 || len(mails) != 1 {
					t.Errorf("the backup has %v, %v", places, mails)
				}
				return errors.Join(err, err2, keptOfTheFirst(t, tx))
			}), s.Close()); err != nil {
				t.Error(err)
			}
		})
	}
}

// Where nothing can be written it cannot be brought up to date, and that is said; the file stays as it is.
func TestTheFirstVersionWhereNothingCanBeWritten(t *testing.T) {
	ctx := context.Background()
	path := firstVersion(t)
	if _, err := openCopy(ctx, path, unix.EROFS); !errors.Is(err, ErrOlder) {
		t.Errorf("got %v", err)
	}
	if have, err := version(ctx, path); err != nil || have != 1 {
		t.Errorf("it is of version %d, %v", have, err)
	}
}

func keptOfTheFirst(t *testing.T, tx hall.Tx) error {
	got, err := tx.Appointments(began, began.Add(24*time.Hour))
	want := []booking.Appointment{
		{ID: "a", Code: "K7M4X2QX9P", Start: began, Services: []queue.Visit{{ID: "pass", Quantity: 2}}, State: booking.Booked, Source: "staff"},
		{ID: "b", Code: "ZMS1", Foreign: true, Start: began.Add(time.Hour), Services: []queue.Visit{{ID: "pass", Quantity: 1}}, State: booking.Cancelled, Source: "import"},
		{ID: "c", Code: "ZMS2", Foreign: true, Start: began.Add(2 * time.Hour), Services: []queue.Visit{{ID: "pass", Quantity: 1}}, State: booking.Booked, Source: "import"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	contact, _, err2 := tx.Contact("a")
	person := hall.Contact{Appointment: "a", Name: "Erika Muster", Mail: "e@example.org", Phone: "1", Since: began}
	if contact != person {
		t.Errorf("got %+v", contact)
	}
	byKey, _, err3 := tx.AppointmentByKey("key c")
	foreign, err4 := tx.ForeignCodes(began.Add(2 * time.Hour))
	if byKey.ID != "c" || !foreign {
		t.Error(byKey, foreign)
	}
	return errors.Join(err, err2, err3, err4)
}

// bookedAnew uses the new tables for an appointment of the first version.
func bookedAnew(tx hall.Tx) error {
	start := began.Truncate(time.Minute)
	return errors.Join(
		tx.InsertPlace(booking.Place{Pool: "p", From: start, To: start.Add(time.Hour)}, "a", time.Time{}),
		tx.PutMail(hall.Mail{ID: "m", Appointment: "a", Kind: hall.MailReminder, Created: began, Due: began, State: hall.MailWaiting}))
}
