package sqlite_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"westerkappeln.de/wartemarke/internal/store/sqlite"
)

// crashed copies the database with its WAL as they lie on the disk while it is open: what a machine that loses power leaves.
func crashed(t testing.TB, path string) (copied string) {
	t.Helper()
	copied = filepath.Join(t.TempDir(), "hall.db")
	for _, suffix := range []string{"", "-wal"} {
		data, err := os.ReadFile(path + suffix)
		must(t, err, os.WriteFile(copied+suffix, data, 0o600))
		if len(data) == 0 {
			t.Fatalf("%s%s is empty", path, suffix)
		}
	}
	return copied
}

// What was acknowledged stands in the WAL only until it is played into the database; a restore brings it.
func TestRestoreOfFilesAfterACrash(t *testing.T) {
	path := filepath.Join(t.TempDir(), "hall.db")
	s := open(t, path)
	setNumber(t, s, 17)
	copied := crashed(t, path)
	wal, err := os.ReadFile(copied + "-wal")
	must(t, err)
	closed(t, s)

	target := filepath.Join(t.TempDir(), "target.db")
	must(t, sqlite.Restore(ctx, copied, target))
	if n := number(t, opened(t, target)); n != 17 {
		t.Errorf("restored %d", n)
	}
	if after, err := os.ReadFile(copied + "-wal"); err != nil || string(after) != string(wal) {
		t.Errorf("the source was changed: %v", err)
	}
	if left, err := filepath.Glob(filepath.Join(filepath.Dir(target), ".*")); err != nil || len(left) > 0 {
		t.Errorf("left over: %v, %v", left, err)
	}
	if info, err := os.Stat(target); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
}

// A database that crashed and is restored onto itself, or from its own WAL, would lose what the WAL holds.
func TestRestoreOfTheDatabaseOntoItself(t *testing.T) {
	path := filepath.Join(t.TempDir(), "hall.db")
	s := open(t, path)
	setNumber(t, s, 17)
	copied := crashed(t, path)
	closed(t, s)
	link := filepath.Join(t.TempDir(), "link")
	must(t, os.Symlink(copied, link))
	for _, from := range []string{copied, copied + "-wal", link} {
		if err := sqlite.Restore(ctx, from, copied); !errors.Is(err, sqlite.ErrOwnFile) {
			t.Errorf("%s: %v", from, err)
		}
	}
	s = open(t, copied)
	if n := number(t, s); n != 17 {
		t.Errorf("it has %d", n)
	}
	closed(t, s)

	aside := copied + ".before"
	data, err := os.ReadFile(copied)
	must(t, err, os.WriteFile(aside, data, 0o600), sqlite.Restore(ctx, aside, copied))
	if n := number(t, opened(t, copied)); n != 17 {
		t.Errorf("from the copy beside it: %d", n)
	}
}

// A deleted lock file does not let a restore take the database from under a running server.
func TestRestoreUnderAServerWhoseLockFileIsGone(t *testing.T) {
	dir := t.TempDir()
	path, backup := filepath.Join(dir, "hall.db"), filepath.Join(dir, "backup.db")
	s := opened(t, path)
	setNumber(t, s, 17)
	must(t, s.Backup(ctx, backup))
	setNumber(t, s, 18)
	must(t, os.Remove(path+".lock"))
	if err := sqlite.Restore(ctx, backup, path); !errors.Is(err, sqlite.ErrInUse) {
		t.Errorf("restored: %v", err)
	}
	setNumber(t, s, 19)
	if n := number(t, opened(t, path)); n != 19 {
		t.Errorf("it has %d", n)
	}
}

// A damaged database, or one whose WAL is damaged, can be replaced.
func TestRestoreOverADamagedDatabase(t *testing.T) {
	dir := t.TempDir()
	path, backup := filepath.Join(dir, "hall.db"), filepath.Join(dir, "backup.db")
	s := open(t, path)
	setNumber(t, s, 17)
	must(t, s.Backup(ctx, backup))
	closed(t, s)
	must(t, os.WriteFile(path, []byte("no database any more, not even a bit"), 0o600), os.WriteFile(path+"-wal", []byte("nor this"), 0o600))
	must(t, sqlite.Restore(ctx, backup, path))
	if n := number(t, opened(t, path)); n != 17 {
		t.Errorf("restored %d", n)
	}
}
