package sqlite

import (
	"bytes"
	"context"
	"errors"
	"path/filepath"
	"strconv"
	"testing"

	"westerkappeln.de/wartemarke/internal/hall"
)

// The PRAGMAs are read back from the live connections, since a misspelt DSN option is silently ignored.
func TestConnectionsAreSetUp(t *testing.T) {
	ctx := context.Background()
	s, err := Open(ctx, filepath.Join(t.TempDir(), "hall.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	for name, pool := range map[string]struct {
		of   *statements
		want map[string]string
	}{
		"writer": {s.writer, map[string]string{"journal_mode": "wal", "synchronous": "2", "busy_timeout": "10000", "foreign_keys": "1", "secure_delete": "1", "query_only": "0"}},
		"reader": {s.reader, map[string]string{"journal_mode": "wal", "busy_timeout": "10000", "query_only": "1"}},
	} {
		for pragma, want := range pool.want {
			var got string
			if err := pool.of.db.QueryRowContext(ctx, "PRAGMA "+pragma).Scan(&got); err != nil || got != want {
				t.Errorf("%s: %s is %q, want %q (%v)", name, pragma, got, want, err)
			}
		}
	}
	if n := s.writer.db.Stats().MaxOpenConnections; n != 1 {
		t.Errorf("%d writers", n)
	}
	if _, err := s.reader.db.ExecContext(ctx, "DELETE FROM tickets"); err == nil {
		t.Error("a reader writes")
	}
}

// A full disk refuses the change clearly, loses nothing, and the next change goes through once there is room.
func TestDiskFull(t *testing.T) {
	ctx := context.Background()
	s, err := Open(ctx, filepath.Join(t.TempDir(), "hall.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	pages := func(n int) {
		t.Helper()
		var got int
		if err := s.writer.db.QueryRowContext(ctx, "PRAGMA page_count").Scan(&got); err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			n = got
		}
		if _, err := s.writer.db.ExecContext(ctx, "PRAGMA max_page_count = "+strconv.Itoa(n)); err != nil {
			t.Fatal(err)
		}
	}
	pages(0)
	event := hall.Event{Type: string(bytes.Repeat([]byte("x"), 3000))}
	var written int64
	for range 100 {
		err = s.Update(ctx, func(tx hall.Tx) error {
			seq, err := tx.AppendEvent(event)
			if err == nil {
				written = seq
			}
			return err
		})
		if err != nil {
			break
		}
	}
	if !errors.Is(err, hall.ErrFull) {
		t.Fatalf("got %v, want ErrFull", err)
	}
	last := func() (last int64) {
		t.Helper()
		if err := s.View(ctx, func(tx hall.Tx) error { var err error; _, last, err = tx.EventRange(); return err }); err != nil {
			t.Fatal(err)
		}
		return last
	}
	if last() != written {
		t.Errorf("%d written, %d there", written, last())
	}
	pages(1 << 20)
	if err := s.Update(ctx, func(tx hall.Tx) error { _, err := tx.AppendEvent(event); return err }); err != nil || last() != written+1 {
		t.Errorf("with room again: %v, %d", err, last())
	}
}
