package sqlite

import (
	"errors"
	"fmt"

	"golang.org/x/sys/unix"
)

// ErrServed: another process serves from the database.
var ErrServed = errors.New("another server runs on this database; stop it first: systemctl stop wartemarke")

// Serve claims the database for one server, until Close: ErrServed when there is one already, such as one
// started by hand beside the service, on addresses where no screen finds it. Who only opens the database, as the operator's
// commands do, is not in the way.
func (s *Store) Serve() error {
	l := &lock{path: s.path + ".serve"}
	if err := l.open(); err != nil {
		return fmt.Errorf("serve: %w", err)
	}
	if err := l.take(unix.LOCK_EX); err != nil {
		if errors.Is(err, ErrInUse) {
			err = fmt.Errorf("%s: %w", s.path, ErrServed)
		}
		return errors.Join(err, l.release())
	}
	s.serves = l
	return nil
}
