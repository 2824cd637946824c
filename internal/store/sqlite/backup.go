package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
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
	err := os.Remove(part.Name())
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return errors.Join(part.Close(), err)
}
