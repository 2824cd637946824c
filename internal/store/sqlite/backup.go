package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// Backup writes a copy of the database as it is now to file, beside the running server. The file appears whole or not at all,
// and only its owner may read it, since it holds contacts. ErrOwnFile when file belongs to the database itself.
func (s *Store) Backup(ctx context.Context, file string) (err error) {
	file, err = filepath.Abs(file)
	if err != nil {
		return err
	}
	if err := apart(file, s.path); err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	if err := replaceable(file); err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	part, err := newPart(file)
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	defer func() { err = errors.Join(err, discard(part)) }()
	if err := s.vacuumInto(ctx, part.Name()); err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	if err := errors.Join(complete(ctx, part), adopt(part, filepath.Dir(file))); err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	if err := moveInto(part, file); err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	return nil
}

// vacuumInto writes a copy of one snapshot; SQLite takes an empty file.
func (s *Store) vacuumInto(ctx context.Context, file string) error {
	db, err := sql.Open("sqlite3", dsn(s.file, url.Values{"mode": {"rw"}, "_busy_timeout": {busyTimeout}}))
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, `VACUUM INTO ?`, file)
	return errors.Join(err, db.Close())
}

// replaceable refuses a target that a backup cannot take the place of: a folder, a device, or a file that has a WAL, which
// would be played into the backup when it is opened.
func replaceable(file string) error {
	info, err := os.Stat(file)
	if err == nil && !info.Mode().IsRegular() {
		return fmt.Errorf("%s is no regular file", file)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, suffix := range []string{"-wal", "-journal"} {
		if info, err := os.Stat(file + suffix); err == nil && info.Size() > 0 {
			return fmt.Errorf("%s belongs to another database; choose another file, or delete it if nobody needs it", file+suffix)
		}
	}
	return nil
}

// newPart makes a file of nobody else's beside file, which only its owner may read, and locks it. Parts of backups that were
// killed are deleted: they hold contacts.
func newPart(file string) (*os.File, error) {
	pattern := "." + filepath.Base(file) + ".*.part"
	old, err := filepath.Glob(escaped(filepath.Join(filepath.Dir(file), "."+filepath.Base(file))) + ".*.part")
	if err != nil {
		return nil, err
	}
	for _, name := range old {
		if err := clear(name); err != nil {
			return nil, err
		}
	}
	for {
		part, err := os.CreateTemp(filepath.Dir(file), pattern)
		if err != nil {
			return nil, err
		}
		// Between the two another backup may take it for one left behind.
		if err := unix.Flock(int(part.Fd()), unix.LOCK_EX); err != nil {
			return nil, errors.Join(err, discard(part))
		}
		if named(part) {
			return part, nil
		}
		if err := part.Close(); err != nil {
			return nil, err
		}
	}
}

// escaped takes the meaning of a pattern from a path.
func escaped(path string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(path)
}

// clear deletes a part that no backup is writing.
func clear(name string) error {
	f, err := os.OpenFile(name, os.O_RDWR|unix.O_NOFOLLOW|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil // it is gone, or of somebody else, who will clear it
	}
	if unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB) == nil && named(f) {
		err = os.Remove(name)
	}
	return errors.Join(err, f.Close())
}

// named tells whether the open file is the one that has its name.
func named(f *os.File) bool {
	held, err := f.Stat()
	if err != nil {
		return false
	}
	there, err := os.Lstat(f.Name())
	return err == nil && os.SameFile(held, there)
}

// complete reads the part as whoever restores it will.
func complete(ctx context.Context, part *os.File) (err error) {
	info, err := part.Stat()
	if err != nil {
		return err
	}
	if info.Size() == 0 || !named(part) {
		return errors.New("another program has put its hand on it; nothing is written")
	}
	db, err := sql.Open("sqlite3", dsn(part.Name(), url.Values{"mode": {"ro"}, "immutable": {"1"}}))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return genuine(ctx, db)
}

// integrity asks SQLite about every page, index and reference.
func integrity(ctx context.Context, db interface {
	QueryRowContext(context.Context, string, ...any) *sql.Row
}) error {
	var says string
	if err := db.QueryRowContext(ctx, `PRAGMA integrity_check(1)`).Scan(&says); err != nil {
		return fmt.Errorf("integrity: %w", err)
	}
	if says != "ok" {
		return fmt.Errorf("integrity: %s", says)
	}
	return nil
}

// moveInto makes the written part the file, so that after a power cut there is the old one or the new one, whole.
func moveInto(part *os.File, file string) error {
	if err := part.Sync(); err != nil {
		return err
	}
	if err := os.Rename(part.Name(), file); err != nil {
		return err
	}
	return syncFolder(file)
}

// syncFolder makes what happened to the names in the file's folder survive a power cut.
func syncFolder(file string) error {
	dir, err := os.Open(filepath.Dir(file))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// discard closes a part and deletes it if it did not become the file.
func discard(part *os.File) error {
	var err error
	if named(part) {
		err = os.Remove(part.Name())
	}
	return errors.Join(err, part.Close())
}
