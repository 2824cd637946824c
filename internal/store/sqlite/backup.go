package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

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
	part, err := os.OpenFile(file+".part", os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	defer func() { err = errors.Join(err, discard(part)) }()
	if err := part.Chmod(0o600); err != nil { // it may be there from before, with other rights
		return fmt.Errorf("backup: %w", err)
	}
	db, err := sql.Open("sqlite3", dsn(s.path, writing))
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	_, err = db.ExecContext(ctx, `VACUUM INTO ?`, part.Name()) // SQLite takes an empty file
	if err := errors.Join(err, db.Close()); err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	return moveInto(part, file)
}

// Restore puts the backup at from in the place of the database at to. The backup is checked first, and nothing is changed
// when it is damaged, no database of ours, or of a later version (ErrNewer). It is refused with ErrInUse while any process
// has the database open.
func Restore(ctx context.Context, from, to string) (err error) {
	if to, err = filepath.Abs(to); err != nil {
		return err
	}
	if from, err = filepath.Abs(from); err != nil {
		return err
	}
	if err := checkBackup(ctx, from); err != nil {
		return fmt.Errorf("restore %s: %w", from, err)
	}
	l, err := openLock(to)
	if err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	defer func() { err = errors.Join(err, l.release()) }()
	if err := l.take(unix.LOCK_EX); err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	part, err := os.OpenFile(to+".part", os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	defer func() { err = errors.Join(err, discard(part)) }()
	if err := fill(part, from); err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	// The old WAL must not be played into the new file.
	for _, old := range []string{to + "-wal", to + "-shm"} {
		if err := os.Remove(old); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("restore: %w", err)
		}
	}
	return moveInto(part, to)
}

func fill(to *os.File, from string) (err error) {
	f, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	_, err = io.Copy(to, f)
	return err
}

// checkBackup opens the file without changing it or anything beside it.
func checkBackup(ctx context.Context, path string) (err error) {
	if _, err := os.Stat(path); err != nil {
		return err
	}
	db, err := sql.Open("sqlite3", dsn(path, map[string][]string{"mode": {"ro"}, "immutable": {"1"}}))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := integrity(ctx, db); err != nil {
		return err
	}
	var have int64
	if err := db.QueryRowContext(ctx, `SELECT max(version_id) FROM goose_db_version WHERE is_applied = 1`).Scan(&have); err != nil {
		return fmt.Errorf("not a backup of this program: %w", err)
	}
	want, err := latest()
	if err == nil && have > want {
		err = ErrNewer
	}
	return err
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
	dir, err := os.Open(filepath.Dir(file))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// discard closes a part and deletes it if it did not become the file.
func discard(part *os.File) error {
	err := os.Remove(part.Name())
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return errors.Join(part.Close(), err)
}
