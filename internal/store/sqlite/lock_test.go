package sqlite

import (
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
