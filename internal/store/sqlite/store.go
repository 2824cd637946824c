// Package sqlite keeps the hall in one SQLite file: WAL, synchronous=FULL, one writer connection whose transactions begin
// immediate, and a pool of read-only ones. It works beside other processes on the same file.
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"

	sqlite3 "github.com/mattn/go-sqlite3"

	"westerkappeln.de/wartemarke/internal/hall"
)

const (
	busyTimeout = "10000" // ms that one process waits for another's transaction
	readers     = 5       // one of them looks for other processes' changes
)

// Store is a hall.Store in a SQLite file.
type Store struct {
	path   string // of the database, for messages and rights
	file   string // what is open: path, or a private copy
	lock   *lock
	serves *lock // nil unless Serve claimed it
	writer *statements
	reader *statements

	mu      sync.Mutex
	watcher *sql.Conn // PRAGMA data_version belongs to a connection

	scrub atomic.Bool // what was deleted about persons may still be in the WAL

	copied error  // why file is a copy, nil when it is path itself
	folder string // of the copy
}

// Open opens or creates the database file at path and brings its schema up to date, forward only. Two processes may do so
// at once. It fails with ErrNewer when a later version of the programs has written the file.
func Open(ctx context.Context, path string) (*Store, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	held, err := prepare(ctx, path)
	if err != nil {
		return nil, roomless(err)
	}
	s := &Store{path: path, file: path, lock: held}
	if err := s.connect(ctx); err != nil {
		return nil, errors.Join(roomless(err), s.Close())
	}
	return s, nil
}

func (s *Store) connect(ctx context.Context) error {
	writer, err := sql.Open("sqlite3", dsn(s.path, writing))
	if err != nil {
		return err
	}
	writer.SetMaxOpenConns(1)
	s.writer = newStatements(writer)
	if err := writer.PingContext(ctx); err != nil {
		return fmt.Errorf("open %s: %w", s.path, err)
	}
	return s.connectReader(ctx)
}

// The PRAGMAs go into the DSN, so that every connection of a pool has them.
var (
	writing = url.Values{
		"mode": {"rwc"}, "_txlock": {"immediate"}, "_journal_mode": {"WAL"}, "_synchronous": {"FULL"},
		"_busy_timeout": {busyTimeout}, "_foreign_keys": {"on"}, "_secure_delete": {"on"},
	}
	reading = url.Values{"mode": {"ro"}, "_query_only": {"on"}, "_busy_timeout": {busyTimeout}, "_foreign_keys": {"on"}}
)

func dsn(path string, options url.Values) string {
	return (&url.URL{Scheme: "file", OmitHost: true, Path: path, RawQuery: options.Encode()}).String()
}

// Close lets go of the file. Nothing is lost: every Update was durable when it returned.
func (s *Store) Close() error {
	var errs []error
	if s.watcher != nil {
		errs = append(errs, s.watcher.Close())
	}
	for _, st := range []*statements{s.reader, s.writer} {
		if st != nil {
			errs = append(errs, st.close())
		}
	}
	for _, l := range []*lock{s.serves, s.lock} {
		if l != nil {
			errs = append(errs, l.release())
		}
	}
	if s.folder != "" {
		errs = append(errs, os.RemoveAll(s.folder))
	}
	return errors.Join(errs...)
}

// Update runs fn in one immediate transaction. A client that hangs up does not cut it short: it takes milliseconds, and
// with its answer kept under a key the client learns it when it asks again.
func (s *Store) Update(ctx context.Context, fn func(hall.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if s.copied != nil {
		return s.readOnly()
	}
	ctx = context.WithoutCancel(ctx)
	sqlTx, err := s.writer.db.BeginTx(ctx, nil)
	if err != nil {
		return translate(fmt.Errorf("begin: %w", err))
	}
	t := &tx{ctx: ctx, tx: sqlTx, statements: s.writer}
	err = rescue(sqlTx, func() error { return fn(t) })
	if err != nil {
		return translate(err)
	}
	if err := sqlTx.Commit(); err != nil {
		rollback(sqlTx)
		return translate(fmt.Errorf("commit: %w", err))
	}
	s.writer.learn(ctx, t.fresh)
	s.scrubbed(ctx, t.scrub)
	return nil
}

// View runs fn on one snapshot.
func (s *Store) View(ctx context.Context, fn func(hall.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	ctx = context.WithoutCancel(ctx)
	sqlTx, err := s.reader.db.BeginTx(ctx, nil)
	if err != nil {
		return translate(fmt.Errorf("begin to read: %w", err))
	}
	t := &tx{ctx: ctx, tx: sqlTx, statements: s.reader}
	err = rescue(sqlTx, func() error { return fn(t) })
	rollback(sqlTx)
	s.reader.learn(ctx, t.fresh)
	return translate(err)
}

// rescue rolls back when fn fails or panics.
func rescue(t *sql.Tx, fn func() error) error {
	done := false
	defer func() {
		if !done {
			rollback(t)
		}
	}()
	err := fn()
	done = err == nil
	return err
}

// rollback has nobody to tell: when it fails, SQLite has rolled back already or the file is gone, and the error that led
// here says so.
func rollback(t *sql.Tx) { _ = t.Rollback() }

// Changes is SQLite's data_version of one connection: it changes with every commit of any other.
func (s *Store) Changes(ctx context.Context) (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var version int64
	err := s.watcher.QueryRowContext(ctx, "PRAGMA data_version").Scan(&version)
	return version, translate(err)
}

// translate makes hall's errors of SQLite's where the hall can do something about them.
func translate(err error) error {
	var e sqlite3.Error
	if !errors.As(err, &e) || errors.Is(err, hall.ErrTaken) || errors.Is(err, hall.ErrFull) {
		return err
	}
	switch e.Code {
	case sqlite3.ErrFull, sqlite3.ErrIoErr, sqlite3.ErrReadonly, sqlite3.ErrCantOpen:
		return fmt.Errorf("%w: %w", hall.ErrFull, err)
	case sqlite3.ErrConstraint:
		switch e.ExtendedCode { // the only trigger that refuses is places_apart
		case sqlite3.ErrConstraintUnique, sqlite3.ErrConstraintPrimaryKey, sqlite3.ErrConstraintTrigger:
			return fmt.Errorf("%w: %w", hall.ErrTaken, err)
		}
	}
	return err
}

// statements keeps prepared statements, each made once for its text.
type statements struct {
	db    *sql.DB
	mu    sync.RWMutex
	known map[string]*sql.Stmt
}

func newStatements(db *sql.DB) *statements { return &statements{db: db, known: map[string]*sql.Stmt{}} }

func (s *statements) get(query string) *sql.Stmt {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.known[query]
}

// learn prepares what a transaction used for the first time. It runs after the transaction: a pool of one connection has no
// other to prepare on. A statement that cannot be prepared now is prepared where it is used.
func (s *statements) learn(ctx context.Context, queries []string) {
	for _, q := range queries {
		if s.get(q) != nil {
			continue
		}
		stmt, err := s.db.PrepareContext(ctx, q)
		if err != nil {
			continue
		}
		s.mu.Lock()
		if s.known[q] == nil {
			s.known[q] = stmt
			stmt = nil
		}
		s.mu.Unlock()
		if stmt != nil {
			_ = stmt.Close() // somebody was quicker; nothing hangs on it
		}
	}
}

func (s *statements) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var errs []error
	for _, stmt := range s.known {
		errs = append(errs, stmt.Close())
	}
	return errors.Join(append(errs, s.db.Close())...)
}
