package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
)

// beside are what SQLite keeps beside a database. What was committed may stand in the first and the last only.
var beside = []string{"-wal", "-shm", "-journal"}

// ErrChanging: a file that was to be copied is being written.
var ErrChanging = errors.New("the file is being written by another program; make a backup of it instead")

// copyWhole copies the database at from with all that was committed to it, also in a WAL or journal beside it, into folder, as
// one durable file. It fails when the result is damaged, no database of ours, or of a later version (ErrNewer); from is only
// read.
func copyWhole(ctx context.Context, from, folder string) (file string, err error) {
	file = filepath.Join(folder, "whole.db")
	before, err := state(from)
	if err != nil {
		return "", err
	}
	for _, suffix := range []string{"", "-wal", "-journal"} {
		err := copyFile(from+suffix, file+suffix)
		if err != nil && !(suffix != "" && errors.Is(err, fs.ErrNotExist)) {
			return "", err
		}
	}
	if after, err := state(from); err != nil || after != before {
		return "", errors.Join(ErrChanging, err)
	}
	if err := gather(ctx, file); err != nil {
		return "", err
	}
	f, err := os.Open(file)
	if err != nil {
		return "", err
	}
	return file, errors.Join(f.Sync(), f.Close())
}

// state differs when one of the files that hold data was written.
func state(path string) (string, error) {
	all := ""
	for _, suffix := range []string{"", "-wal", "-journal"} {
		info, err := os.Stat(path + suffix)
		switch {
		case suffix != "" && errors.Is(err, fs.ErrNotExist):
			all += "none;"
		case err != nil:
			return "", err
		default:
			all += fmt.Sprintf("%d %d;", info.Size(), info.ModTime().UnixNano())
		}
	}
	return all, nil
}

func copyFile(from, to string) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}

// gather plays the WAL or journal beside the copy into it, and checks the result.
func gather(ctx context.Context, file string) (err error) {
	db, err := sql.Open("sqlite3", dsn(file, url.Values{"mode": {"rw"}, "_synchronous": {"FULL"}}))
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(1)
	defer func() { err = errors.Join(err, db.Close()) }()
	var mode string
	if err := db.QueryRowContext(ctx, `PRAGMA journal_mode = DELETE`).Scan(&mode); err != nil {
		return err
	}
	if mode != "delete" {
		return fmt.Errorf("its WAL cannot be played in: journal mode %s", mode)
	}
	return genuine(ctx, db)
}

// genuine tells what keeps a file from being a database of ours that these programs can open.
func genuine(ctx context.Context, db *sql.DB) error {
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
