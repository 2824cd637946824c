package sqlite_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/store/sqlite"
	"westerkappeln.de/wartemarke/internal/store/storetest"
)

var ctx = context.Background()

func open(t testing.TB, path string) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func closed(t testing.TB, s *sqlite.Store) {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

func opened(t testing.TB, path string) *sqlite.Store {
	t.Helper()
	s := open(t, path)
	t.Cleanup(func() { closed(t, s) })
	return s
}

func TestStore(t *testing.T) {
	storetest.Run(t, func(t testing.TB) hall.Store { return opened(t, filepath.Join(t.TempDir(), "hall.db")) })
}

func setNumber(t testing.TB, s hall.Store, n int) {
	t.Helper()
	if err := s.Update(ctx, func(tx hall.Tx) error { return tx.SetNumbers("2026-11-24", "A", n, 0) }); err != nil {
		t.Fatal(err)
	}
}

func number(t testing.TB, s hall.Store) (n int) {
	t.Helper()
	if err := s.View(ctx, func(tx hall.Tx) error {
		var err error
		n, _, err = tx.Numbers("2026-11-24", "A")
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestOddPaths(t *testing.T) {
	for _, name := range []string{"a b.db", "50%.db", "what?.db", "x#y.db", "ü.db"} {
		path := filepath.Join(t.TempDir(), name)
		s := opened(t, path)
		setNumber(t, s, 3)
		if _, err := os.Stat(path); err != nil || number(t, s) != 3 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestOnlyTheOwnerReads(t *testing.T) {
	path := filepath.Join(t.TempDir(), "hall.db")
	s := opened(t, path)
	setNumber(t, s, 1)
	backup := filepath.Join(t.TempDir(), "backup.db")
	if err := os.WriteFile(backup+".part", nil, 0o644); err != nil { // left by one that was killed
		t.Fatal(err)
	}
	if err := s.Backup(ctx, backup); err != nil {
		t.Fatal(err)
	}
	for _, f := range []string{path, path + "-wal", path + ".lock", backup} {
		if info, err := os.Stat(f); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", f, info.Mode(), err)
		}
	}
	for _, f := range s.Check(ctx) {
		if f.Err != nil {
			t.Errorf("%s: %v", f.What, f.Err)
		}
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if found := s.Check(ctx); found[1].Err == nil {
		t.Errorf("%+v", found[1])
	}
}

// Many processes start on a fresh file at once: one writes the schema, all can use it.
func TestStartingAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "hall.db")
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			s, err := sqlite.Open(ctx, path)
			if err != nil {
				t.Error(err)
				return
			}
			defer closed(t, s)
			if err := s.Update(ctx, func(tx hall.Tx) error { return tx.SetNumbers("2026-11-24", "A", i+1, 0) }); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if number(t, opened(t, path)) == 0 {
		t.Error("nobody wrote")
	}
}

func TestALaterVersionIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "hall.db")
	closed(t, open(t, path))
	db, err := sql.Open("sqlite3", path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(`INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, 1)`); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := sqlite.Open(ctx, path); !errors.Is(err, sqlite.ErrNewer) {
		t.Errorf("opened: %v", err)
	}
	target := filepath.Join(t.TempDir(), "target.db")
	if err := sqlite.Restore(ctx, path, target); !errors.Is(err, sqlite.ErrNewer) {
		t.Errorf("restored: %v", err)
	}
	if _, err := os.Stat(target); err == nil {
		t.Error("and written")
	}
}

func TestBackupAndRestore(t *testing.T) {
	dir := t.TempDir()
	path, backup := filepath.Join(dir, "hall.db"), filepath.Join(dir, "backup.db")
	s := open(t, path)
	setNumber(t, s, 17)
	if err := s.Backup(ctx, backup); err != nil {
		t.Fatal(err)
	}
	setNumber(t, s, 18)
	if err := sqlite.Restore(ctx, backup, path); !errors.Is(err, sqlite.ErrInUse) {
		t.Errorf("beside a running server: %v", err)
	}
	if number(t, s) != 18 {
		t.Error("the refused restore changed something")
	}
	closed(t, s)

	if err := os.WriteFile(filepath.Join(dir, "text"), []byte("this is no database, whatever its name says, is it?"), 0o600); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(backup)
	if err != nil {
		t.Fatal(err)
	}
	for i := 4096 * 3; i < len(data)-4096*3; i++ {
		data[i] ^= 0x5a
	}
	if err := os.WriteFile(filepath.Join(dir, "damaged"), data, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, wrong := range []string{"text", "damaged", "nowhere"} {
		if err := sqlite.Restore(ctx, filepath.Join(dir, wrong), path); err == nil {
			t.Errorf("%s was restored", wrong)
		}
	}
	s = open(t, path)
	if number(t, s) != 18 {
		t.Error("a wrong restore changed something")
	}
	closed(t, s)

	if err := sqlite.Restore(ctx, backup, path); err != nil {
		t.Fatal(err)
	}
	if n := number(t, opened(t, path)); n != 17 {
		t.Errorf("restored %d", n)
	}
	if parts, err := filepath.Glob(filepath.Join(dir, "*.part")); err != nil || len(parts) > 0 {
		t.Errorf("left over: %v, %v", parts, err)
	}
}

// A backup is whole while others write.
func TestBackupBesideWriters(t *testing.T) {
	path := filepath.Join(t.TempDir(), "hall.db")
	s := opened(t, path)
	setNumber(t, s, 1)
	stop := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		for n := 2; ; n++ {
			select {
			case <-stop:
				return
			default:
			}
			if err := s.Update(ctx, func(tx hall.Tx) error {
				return errors.Join(tx.SetNumbers("2026-11-24", "A", n, 0), tx.SetNumbers("2026-11-24", "B", n, 0))
			}); err != nil {
				t.Error(err)
				return
			}
		}
	})
	for i := range 3 {
		backup := filepath.Join(t.TempDir(), "backup.db")
		if err := s.Backup(ctx, backup); err != nil {
			t.Fatal(err)
		}
		b := opened(t, backup)
		err := b.View(ctx, func(tx hall.Tx) error {
			a, _, err := tx.Numbers("2026-11-24", "A")
			other, _, err2 := tx.Numbers("2026-11-24", "B")
			if a != other && other != 0 || i > 0 && a == 0 {
				t.Errorf("half a transaction: %d, %d", a, other)
			}
			return errors.Join(err, err2)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	close(stop)
	wg.Wait()
}

// Two programs on one file, say the server and a command, cannot sell a place twice either.
func TestTwoProgramsAndOnePlace(t *testing.T) {
	path := filepath.Join(t.TempDir(), "hall.db")
	stores := []*sqlite.Store{opened(t, path), opened(t, path)}
	nine := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	var won, lost atomic.Int32
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			id := fmt.Sprint(i)
			err := stores[i%2].Update(ctx, func(tx hall.Tx) error {
				a := booking.Appointment{ID: id, Code: booking.Code(id), Start: nine, State: booking.Booked}
				from := nine.Add(time.Duration(i) * time.Minute)
				return errors.Join(tx.InsertAppointment(a, ""), tx.InsertPlace(booking.Place{Pool: "p", From: from, To: from.Add(time.Hour)}, id, time.Time{}))
			})
			switch {
			case err == nil:
				won.Add(1)
			case errors.Is(err, hall.ErrTaken):
				lost.Add(1)
			default:
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if won.Load() != 1 || lost.Load() != 15 {
		t.Errorf("%d got it, %d were told that it is taken", won.Load(), lost.Load())
	}
}
