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

	sqlite3 "github.com/mattn/go-sqlite3"
	"golang.org/x/sys/unix"
)

// Restore puts the backup at from in the place of the database at to, with what a WAL beside the backup holds: a copy of the
// files of a machine that crashed is a backup too. The backup is checked first, and nothing is changed when it is damaged, no
// database of ours, of a later version (ErrNewer), or the database itself (ErrOwnFile). It is refused with ErrInUse while any
// process has the database open.
func Restore(ctx context.Context, from, to string) (err error) {
	if to, err = filepath.Abs(to); err != nil {
		return err
	}
	if from, err = filepath.Abs(from); err != nil {
		return err
	}
	if err := other(from, to); err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	l, err := openLock(to)
	if err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	defer func() { err = errors.Join(err, l.release()) }()
	if err := l.take(unix.LOCK_EX); err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	if err := unused(ctx, to); err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	if err := replace(ctx, from, to); err != nil {
		return fmt.Errorf("restore %s: %w", from, err)
	}
	return nil
}

// other gives ErrOwnFile when from is the database or its WAL. What else lies beside it under a name that begins so may well be a
// copy that somebody has put aside.
func other(from, to string) error {
	info, err := os.Stat(from)
	if err != nil {
		return err
	}
	for _, suffix := range append([]string{"", ".lock", ".serve"}, beside...) {
		if own, err := os.Stat(to + suffix); err == nil && os.SameFile(info, own) {
			return fmt.Errorf("%s: %w", from, ErrOwnFile)
		}
	}
	return nil
}

// unused gives ErrInUse when any connection has the database open. The lock file says so already, unless somebody has deleted
// it; SQLite's own locks are on the database.
func unused(ctx context.Context, path string) (err error) {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	db, err := sql.Open("sqlite3", dsn(path, url.Values{"mode": {"rw"}, "_locking_mode": {"EXCLUSIVE"}, "_busy_timeout": {"1"}}))
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(1)
	_, err = db.ExecContext(ctx, `BEGIN EXCLUSIVE; ROLLBACK`)
	err = errors.Join(err, db.Close())
	var e sqlite3.Error
	if errors.As(err, &e) && (e.Code == sqlite3.ErrBusy || e.Code == sqlite3.ErrLocked) {
		return ErrInUse
	}
	return nil // it may be damaged: that is what backups are for
}

// replace does Restore's work under the exclusive lock.
func replace(ctx context.Context, from, to string) (err error) {
	prefix := "." + filepath.Base(to) + ".restore-"
	old, err := filepath.Glob(escaped(filepath.Join(filepath.Dir(to), prefix)) + "*")
	if err != nil {
		return err
	}
	for _, folder := range old { // of one that was killed: it holds contacts
		if err := os.RemoveAll(folder); err != nil {
			return err
		}
	}
	folder, err := os.MkdirTemp(filepath.Dir(to), prefix+"*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	whole, err := copyWhole(ctx, from, folder)
	if err != nil {
		return err
	}
	if err := give(whole, to); err != nil {
		return err
	}
	// The old WAL must not be played into the new file.
	for _, suffix := range beside {
		if err := os.Remove(to + suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	if err := os.Rename(whole, to); err != nil {
		return err
	}
	return syncFolder(to)
}

// give makes the owner of to's folder the owner of file.
func give(file, to string) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	return errors.Join(adopt(f, filepath.Dir(to)), f.Close())
}
