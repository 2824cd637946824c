package sqlite_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
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

// Backups to one file at once: each that says it is written has written a whole one.
func TestBackupsAtOnce(t *testing.T) {
	dir := t.TempDir()
	s := opened(t, filepath.Join(dir, "hall.db"))
	setNumber(t, s, 17)
	backup := filepath.Join(dir, "backup.db")
	for range 5 {
		var wg sync.WaitGroup
		for range 6 {
			wg.Go(func() {
				if err := s.Backup(ctx, backup); err != nil {
					t.Error(err)
				}
				if info, err := os.Stat(backup); err != nil || info.Size() == 0 {
					t.Errorf("%v, %v", info, err)
				}
			})
		}
		wg.Wait()
		target := filepath.Join(t.TempDir(), "target.db")
		must(t, sqlite.Restore(ctx, backup, target))
		if n := number(t, opened(t, target)); n != 17 {
			t.Errorf("the backup has %d", n)
		}
	}
	if left, err := filepath.Glob(filepath.Join(dir, ".*")); err != nil || len(left) > 0 {
		t.Errorf("left over: %v, %v", left, err)
	}
}

// A link that somebody has planted in the folder of the backups is not followed, and what a killed backup left is deleted.
func TestBackupBesidePlantedFiles(t *testing.T) {
	s := opened(t, filepath.Join(t.TempDir(), "hall.db"))
	setNumber(t, s, 17)
	dir, victim := t.TempDir(), filepath.Join(t.TempDir(), "victim")
	backup, left := filepath.Join(dir, "back[up].db"), filepath.Join(dir, ".back[up].db.123.part")
	must(t, os.WriteFile(victim, []byte("precious"), 0o644), os.WriteFile(left, []byte("names"), 0o600),
		os.Symlink(victim, backup+".part"), os.Symlink(victim, filepath.Join(dir, ".back[up].db.124.part")), os.Symlink(victim, backup))
	must(t, s.Backup(ctx, backup))
	if data, err := os.ReadFile(victim); err != nil || string(data) != "precious" {
		t.Errorf("the link was followed: %v", err)
	}
	if info, err := os.Stat(victim); err != nil || info.Mode().Perm() != 0o644 {
		t.Errorf("the victim is %v, %v", info.Mode(), err)
	}
	if info, err := os.Lstat(backup); err != nil || info.Mode() != 0o600 {
		t.Errorf("the backup is %v, %v", info.Mode(), err)
	}
	if _, err := os.Lstat(left); err == nil {
		t.Error("what was left over stays")
	}
}

// A backup never comes under the WAL of another database, nor in the place of a folder or device.
func TestBackupOntoWhatIsNoBackup(t *testing.T) {
	s := opened(t, filepath.Join(t.TempDir(), "hall.db"))
	other := filepath.Join(t.TempDir(), "other.db")
	setNumber(t, opened(t, other), 18)
	for file, want := range map[string]string{other: "other.db-wal", t.TempDir(): "regular", os.DevNull: "regular"} {
		if err := s.Backup(ctx, file); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", file, err)
		}
	}
}
