package sqlite

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// openOwn opens a file beside the database for writing, and makes it if it is not there. It is readable for its owner only.
func openOwn(path string) (*os.File, error) {
	for {
		f, err := os.OpenFile(path, os.O_RDWR, 0)
		if !errors.Is(err, fs.ErrNotExist) {
			return f, err
		}
		f, err = os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
		if errors.Is(err, fs.ErrExist) {
			if _, err := os.Stat(path); err != nil { // a link that leads nowhere
				return nil, err
			}
			continue // another process was quicker
		}
		if err != nil {
			return nil, err
		}
		if err := adopt(f, filepath.Dir(path)); err != nil {
			return nil, errors.Join(err, f.Close(), os.Remove(path))
		}
		return f, nil
	}
}

// adopt gives a file that root has made to the owner of the folder it is for: a command that was run with sudo must not leave files that
// the service cannot open. What SQLite makes beside the database it gives to the database's owner by itself (os_unix.c,
// robustFchown).
func adopt(f *os.File, folder string) error {
	if os.Geteuid() != 0 {
		return nil
	}
	var its unix.Stat_t
	if err := unix.Stat(folder, &its); err != nil {
		return err
	}
	if its.Uid == 0 {
		return nil
	}
	if err := f.Chown(int(its.Uid), int(its.Gid)); err != nil {
		return fmt.Errorf("give it to the owner of %s: %w", folder, err)
	}
	return nil
}
