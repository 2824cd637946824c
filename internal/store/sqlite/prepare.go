package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/pressly/goose/v3"
	"golang.org/x/sys/unix"
)

//go:embed migrations/*.sql
var embedded embed.FS

// ErrNewer: a later version of the programs has written the database.
var ErrNewer = errors.New("the database is of a later version; install that version or restore a backup")

// ErrInUse: another process holds the database.
var ErrInUse = errors.New("the database is in use; stop the server first")

const prepareTimeout = 15 * time.Second

// lock is a flock on a file beside the database: shared by all who have it open, exclusive while its schema changes or the
// whole file is replaced.
type lock struct {
	path string
	file *os.File
}

func openLock(path string) (*lock, error) {
	l := &lock{path: path + ".lock"}
	return l, l.open()
}

func (l *lock) open() (err error) {
	l.file, err = openOwn(l.path)
	return err
}

// take gets the lock or gives ErrInUse. A lock on a file that was deleted or replaced meanwhile keeps nobody out, so it is
// taken anew on the one that has the name.
func (l *lock) take(how int) error {
	for {
		err := unix.Flock(int(l.file.Fd()), how|unix.LOCK_NB)
		switch {
		case errors.Is(err, unix.EINTR):
			continue
		case errors.Is(err, unix.EWOULDBLOCK):
			return ErrInUse
		case err != nil:
			return err
		}
		held, err := l.file.Stat()
		if err != nil {
			return err
		}
		named, err := os.Stat(l.path)
		if err == nil && os.SameFile(held, named) {
			return nil
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		if err := errors.Join(l.file.Close(), l.open()); err != nil {
			return err
		}
	}
}

func (l *lock) release() error { return l.file.Close() }

// prepare creates the file or brings its schema up to date, and gives the shared lock on it.
func prepare(ctx context.Context, path string) (*lock, error) {
	l, err := openLock(path)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	ctx, cancel := context.WithTimeout(ctx, prepareTimeout)
	defer cancel()
	retry := time.NewTicker(20 * time.Millisecond)
	defer retry.Stop()
	for {
		err := l.prepare(ctx, path)
		if err == nil {
			return l, nil
		}
		if !errors.Is(err, ErrInUse) {
			return nil, errors.Join(err, l.release())
		}
		select { // another process is just changing the schema, or one of an older version runs
		case <-ctx.Done():
			return nil, errors.Join(err, l.release())
		case <-retry.C:
		}
	}
}

// prepare ends with the shared lock and the right schema, or ErrInUse.
func (l *lock) prepare(ctx context.Context, path string) error {
	if err := l.take(unix.LOCK_SH); err != nil {
		return err
	}
	have, err := version(ctx, path)
	if err != nil {
		return err
	}
	want, err := latest()
	if err != nil {
		return err
	}
	switch {
	case have > want:
		return fmt.Errorf("%s: %w", path, ErrNewer)
	case have == want:
		return nil
	}
	// Linux changes a flock by letting go first: who comes between finds the schema old as well, and one of them gets it.
	if err := l.take(unix.LOCK_EX); err != nil {
		return errors.Join(err, unix.Flock(int(l.file.Fd()), unix.LOCK_UN))
	}
	if err := migrate(ctx, path); err != nil {
		return err
	}
	return l.take(unix.LOCK_SH)
}

// version of the schema in a file, 0 if there is none.
func version(ctx context.Context, path string) (version int64, err error) {
	if info, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) || err == nil && info.Size() == 0 {
		return 0, nil
	}
	db, err := sql.Open("sqlite3", dsn(path, writing))
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	var tables int
	if err := db.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_master WHERE name = 'goose_db_version'`).Scan(&tables); err != nil {
		return 0, fmt.Errorf("read %s: %w", path, err)
	}
	if tables == 0 {
		return 0, nil
	}
	err = db.QueryRowContext(ctx, `SELECT coalesce(max(version_id), 0) FROM goose_db_version WHERE is_applied = 1`).Scan(&version)
	return version, err
}

// latest is the newest migration that these programs bring.
func latest() (int64, error) {
	files, err := fs.Glob(embedded, "migrations/*.sql")
	var newest int64
	for _, f := range files {
		number, _, _ := strings.Cut(strings.TrimPrefix(f, "migrations/"), "_")
		n, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return 0, fmt.Errorf("migration %s: %w", f, err)
		}
		newest = max(newest, n)
	}
	return newest, err
}

// migrate brings the schema up to date; each migration is one transaction.
func migrate(ctx context.Context, path string) (err error) {
	f, err := openOwn(path) // SQLite would make it readable for all
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	migrations, err := fs.Sub(embedded, "migrations")
	if err != nil {
		return err
	}
	db, err := sql.Open("sqlite3", dsn(path, writing))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	provider, err := goose.NewProvider(goose.DialectSQLite3, db, migrations)
	if err != nil {
		return fmt.Errorf("migrations: %w", err)
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("migrate %s: %w", path, err)
	}
	return nil
}
