package sqlite

import "context"

// patience is how many ms a scrub waits for readers; all writers wait with it. A backup reads for seconds.
const patience = "100"

// scrubbed empties the WAL once something about a person was deleted, since secure_delete zeroes pages of the database only. A
// reader in the way is no error: the next Update tries again.
func (s *Store) scrubbed(ctx context.Context, more bool) {
	owed := s.scrub.Swap(false)
	if (owed || more) && !s.emptyWAL(ctx) {
		s.scrub.Store(true)
	}
}

// emptyWAL tells whether nothing is left in the WAL. The deletion itself is committed: an error is a reason to try again.
func (s *Store) emptyWAL(ctx context.Context) (empty bool) {
	conn, err := s.writer.db.Conn(ctx)
	if err != nil {
		return false
	}
	defer func() { empty = conn.Close() == nil && empty }()
	if _, err := conn.ExecContext(ctx, "PRAGMA busy_timeout = "+patience); err != nil {
		return false
	}
	var busy, frames, moved int
	err = conn.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &frames, &moved)
	_, err2 := conn.ExecContext(ctx, "PRAGMA busy_timeout = "+busyTimeout)
	return err == nil && err2 == nil && busy == 0
}
