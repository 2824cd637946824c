package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	sqlite3 "github.com/mattn/go-sqlite3"
	"golang.org/x/sys/unix"

	"westerkappeln.de/wartemarke/internal/hall"
)

func TestReadingMakesNoDatabase(t *testing.T) {
	path := filepath.Join(t.TempDir(), "hall.db")
	for _, prepare := range []func() error{
		func() error { return nil },
		func() error { return os.WriteFile(path, nil, 0o600) },
	} {
		if err := prepare(); err != nil {
			t.Fatal(err)
		}
		if _, err := OpenToRead(context.Background(), path); !errors.Is(err, ErrNone) {
			t.Errorf("got %v", err)
		}
		if info, err := os.Stat(path); err == nil && info.Size() > 0 {
			t.Error("it is made")
		}
	}
}

// Where nothing can be written, what a crash left in the WAL is read too, and neither files nor folder are touched.
func TestReadingWhereNothingCanBeWritten(t *testing.T) {
	ctx := context.Background()
	t.Setenv("TMPDIR", t.TempDir())
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	live, dead := filepath.Join(t.TempDir(), "hall.db"), filepath.Join(t.TempDir(), "hall.db")
	s, err := Open(ctx, live)
	must(err)
	must(s.Update(ctx, func(tx hall.Tx) error { return tx.SetNumbers("2026-11-24", "A", 17, 0) }))
	must(copyFile(live, dead))
	must(copyFile(live+"-wal", dead+"-wal"))
	must(s.Close())

	r, err := openCopy(ctx, dead, unix.EROFS)
	must(err)
	number := func(r *Store) (n int) {
		must(r.View(ctx, func(tx hall.Tx) error { var err error; n, _, err = tx.Numbers("2026-11-24", "A"); return err }))
		return n
	}
	if n := number(r); n != 17 {
		t.Errorf("read %d", n)
	}
	if err := r.Update(ctx, func(hall.Tx) error { return nil }); !errors.Is(err, hall.ErrFull) || !errors.Is(err, unix.EROFS) {
		t.Errorf("written: %v", err)
	}
	wrong := ""
	for _, f := range r.Check(ctx) {
		if f.Err != nil {
			wrong += f.What
		}
	}
	if wrong != "writing" {
		t.Errorf("wrong is %q", wrong)
	}
	backup := filepath.Join(t.TempDir(), "backup.db")
	must(r.Backup(ctx, backup))
	if err := r.Backup(ctx, dead); !errors.Is(err, ErrOwnFile) {
		t.Errorf("backup onto the source: %v", err)
	}
	must(r.Close())
	b, err := Open(ctx, backup)
	must(err)
	if n := number(b); n != 17 {
		t.Errorf("the backup has %d", n)
	}
	must(b.Close())

	beside, err := filepath.Glob(dead + "*")
	must(err)
	left, err := filepath.Glob(filepath.Join(os.TempDir(), "*"))
	must(err)
	if len(beside) != 2 || len(left) != 0 {
		t.Errorf("there are %v, %v", beside, left)
	}
}

func TestAFullDiskIsCalledSo(t *testing.T) {
	for _, err := range []error{
		sqlite3.Error{Code: sqlite3.ErrFull}, sqlite3.Error{Code: sqlite3.ErrIoErr, SystemErrno: unix.ENOSPC}, &os.PathError{Op: "open", Path: "x.lock", Err: unix.ENOSPC},
	} {
		if got := roomless(fmt.Errorf("open: %w", err)); !errors.Is(got, errNoRoom) || !errors.Is(got, err) {
			t.Errorf("got %v", got)
		}
	}
	for _, err := range []error{nil, ErrNewer, sqlite3.Error{Code: sqlite3.ErrIoErr}} {
		if got := roomless(err); got != err {
			t.Errorf("got %v", got)
		}
	}
}
