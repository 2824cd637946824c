package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	sqlite3 "github.com/mattn/go-sqlite3"
	"golang.org/x/sys/unix"

	"westerkappeln.de/wartemarke/internal/hall"
)

// ErrNone: there is no database.
var ErrNone = errors.New("there is no database here yet; the server makes it when it first starts, or: wartemarke catalogue apply F")

// ErrOlder: the database cannot be written, and an earlier version of the programs has written it.
var ErrOlder = errors.New("the database is of an earlier version and cannot be written; start the server where it can")

// errReading is what a Store says that can only read.
var errReading = errors.New("the database is open for reading only")

// OpenToRead opens the database at path for a command that changes nothing. It never makes one: ErrNone. Where nothing can be
// written, on a read-only file system, in a folder of somebody else or on a full disk, it reads a private copy of the moment; Update fails
// then, and Check says why.
func OpenToRead(ctx context.Context, path string) (*Store, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && info.Size() == 0 {
		return nil, fmt.Errorf("open %s: %w", path, ErrNone)
	}
	if err != nil {
		return nil, fmt.Errorf("open %w", err)
	}
	if why := writable(path); why != nil {
		return openCopy(ctx, path, why)
	}
	s, err := Open(ctx, path)
	if errors.Is(err, errNoRoom) { // SQLite needs some for its shared memory
		return openCopy(ctx, path, err)
	}
	return s, err
}

// errNoRoom says in plain words what SQLite calls an I/O error.
var errNoRoom = errors.New("the disk is full; make room first, see: df -h")

// roomless adds errNoRoom to an error that comes from a full disk.
func roomless(err error) error {
	var e sqlite3.Error
	if errors.Is(err, unix.ENOSPC) || errors.As(err, &e) && (e.Code == sqlite3.ErrFull || e.SystemErrno == unix.ENOSPC) {
		return fmt.Errorf("%w: %w", errNoRoom, err)
	}
	return err
}

// writable gives the reason why SQLite could not work on the database: it needs files beside it.
func writable(path string) error {
	for _, p := range []string{filepath.Dir(path), path, path + ".lock", path + "-wal", path + "-shm"} {
		if err := unix.Faccessat(unix.AT_FDCWD, p, unix.W_OK, unix.AT_EACCESS); err != nil && !errors.Is(err, unix.ENOENT) {
			return fmt.Errorf("%s: %w", p, err)
		}
	}
	return nil
}

// openCopy reads a copy in the folder for temporary files: what the WAL holds cannot be read in place without writing.
func openCopy(ctx context.Context, path string, why error) (*Store, error) {
	folder, err := os.MkdirTemp("", "wartemarke-*")
	if err != nil {
		return nil, err
	}
	s := &Store{path: path, copied: why, folder: folder}
	s.file, err = copyWhole(ctx, path, folder)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("read %s: %w", path, err), s.Close())
	}
	have, err := version(ctx, s.file)
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	if want, err := latest(); err != nil || have < want {
		if err == nil {
			err = ErrOlder
		}
		return nil, errors.Join(fmt.Errorf("read %s: %w", path, err), s.Close())
	}
	if err := s.connectReader(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *Store) connectReader(ctx context.Context) error {
	reader, err := sql.Open("sqlite3", dsn(s.file, reading))
	if err != nil {
		return err
	}
	reader.SetMaxOpenConns(readers)
	reader.SetMaxIdleConns(readers)
	s.reader = newStatements(reader)
	if s.watcher, err = reader.Conn(ctx); err != nil {
		return fmt.Errorf("open %s for reading: %w", s.path, err)
	}
	return nil
}

// readOnly refuses a change.
func (s *Store) readOnly() error { return fmt.Errorf("%w: %w: %w", hall.ErrFull, errReading, s.copied) }
