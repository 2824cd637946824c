package sqlite_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"westerkappeln.de/wartemarke/internal/store/sqlite"
)

func must(t testing.TB, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

// No way of naming a file of the database makes a backup destroy it.
func TestBackupOntoTheDatabase(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "hall.db")
	s := opened(t, path)
	setNumber(t, s, 17)
	elsewhere := t.TempDir()
	must(t, os.Symlink(dir, filepath.Join(elsewhere, "folder")),
		os.Symlink(path, filepath.Join(elsewhere, "link")),
		os.Symlink(path+"-new", filepath.Join(elsewhere, "leads-nowhere")),
		os.Symlink(path+"-wal", filepath.Join(elsewhere, "wal")),
		os.Link(path, filepath.Join(elsewhere, "hard")),
		os.Link(path+".lock", filepath.Join(elsewhere, "hard-lock")))
	t.Chdir(dir)
	for _, file := range []string{
		path, path + "-wal", path + "-shm", path + ".lock", path + ".part", "hall.db", "./../" + filepath.Base(dir) + "/hall.db",
		filepath.Join(elsewhere, "folder", "hall.db"), filepath.Join(elsewhere, "folder", "hall.db-wal"),
		filepath.Join(elsewhere, "link"), filepath.Join(elsewhere, "leads-nowhere"), filepath.Join(elsewhere, "wal"),
		filepath.Join(elsewhere, "hard"), filepath.Join(elsewhere, "hard-lock"),
	} {
		if err := s.Backup(ctx, file); !errors.Is(err, sqlite.ErrOwnFile) {
			t.Errorf("%s: %v", file, err)
		}
	}
	setNumber(t, s, 18)
	if n := number(t, opened(t, path)); n != 18 {
		t.Errorf("the database has %d", n)
	}
	must(t, s.Backup(ctx, filepath.Join(dir, "other.db")))
}
