package sqlite

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

// Who opened a lock file before it was replaced and locks it after must not believe to hold the lock.
func TestALockFileThatWasReplaced(t *testing.T) {
	for name, replace := range map[string]func(path string) error{
		"deleted": os.Remove,
		"replaced": func(path string) error {
			return errors.Join(os.WriteFile(path+".new", nil, 0o600), os.Rename(path+".new", path))
		},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "hall.db")
			late, err := openLock(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := replace(path + ".lock"); err != nil {
				t.Fatal(err)
			}
			server, err := openLock(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := server.take(unix.LOCK_SH); err != nil {
				t.Fatal(err)
			}
			if err := late.take(unix.LOCK_EX); !errors.Is(err, ErrInUse) {
				t.Errorf("the late one holds it too: %v", err)
			}
			if err := server.release(); err != nil {
				t.Fatal(err)
			}
			if err := late.take(unix.LOCK_EX); err != nil {
				t.Errorf("and not after: %v", err)
			}
			if err := late.release(); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// One server on a database; the next may serve when it has gone, and commands may open it all the while.
func TestOneServer(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "hall.db")
	open := func() *Store {
		t.Helper()
		s, err := Open(ctx, path)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	first, second := open(), open()
	if err := first.Serve(); err != nil {
		t.Fatal(err)
	}
	if err := second.Serve(); !errors.Is(err, ErrServed) {
		t.Errorf("two serve: %v", err)
	}
	if err := errors.Join(second.Backup(ctx, filepath.Join(t.TempDir(), "backup.db")), open().Close(), first.Close()); err != nil {
		t.Error(err)
	}
	if err := errors.Join(second.Serve(), second.Close()); err != nil {
		t.Errorf("after the first: %v", err)
	}
}
