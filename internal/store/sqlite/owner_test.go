package sqlite

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"

	"westerkappeln.de/wartemarke/internal/hall"
)

// What root makes in the service's folder belongs to the service; what others make stays theirs.
func TestFilesBelongToTheFoldersOwner(t *testing.T) {
	ctx := context.Background()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	data, backups := t.TempDir(), t.TempDir()
	uid, gid := os.Geteuid(), os.Getegid()
	if uid == 0 {
		uid, gid = 54321, 54322
		must(os.Chown(data, uid, gid))
		must(os.Chown(backups, uid, gid))
	}
	all := func(folder string, least int) {
		t.Helper()
		files, err := filepath.Glob(filepath.Join(folder, "*"))
		must(err)
		if len(files) < least {
			t.Errorf("only %v", files)
		}
		for _, f := range files {
			var info unix.Stat_t
			must(unix.Stat(f, &info))
			if int(info.Uid) != uid || int(info.Gid) != gid {
				t.Errorf("%s belongs to %d:%d", f, info.Uid, info.Gid)
			}
		}
	}
	path, backup := filepath.Join(data, "hall.db"), filepath.Join(backups, "backup.db")
	s, err := Open(ctx, path)
	must(err)
	must(s.Update(ctx, func(tx hall.Tx) error { return tx.SetNumbers("2026-11-24", "A", 1, 0) }))
	must(s.Backup(ctx, backup))
	all(data, 4) // with -wal, -shm, .lock
	all(backups, 1)
	must(s.Close())
	must(Restore(ctx, backup, path))
	all(data, 2)
}
