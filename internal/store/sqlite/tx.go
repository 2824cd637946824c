package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"westerkappeln.de/wartemarke/internal/hall"
)

// tx is a hall.Tx.
type tx struct {
	ctx        context.Context
	tx         *sql.Tx
	statements *statements
	fresh      []string // statements that were not prepared yet
	scrub      bool     // something about a person was deleted
}

var _ hall.Tx = (*tx)(nil)

// exec changes rows and tells how many.
func (t *tx) exec(query string, args ...any) (int, error) {
	result, err := t.run(query, args...)
	if err != nil {
		return 0, err
	}
	n, err := result.RowsAffected()
	return int(n), err
}

func (t *tx) run(query string, args ...any) (result sql.Result, err error) {
	if stmt := t.statements.get(query); stmt != nil {
		result, err = t.tx.StmtContext(t.ctx, stmt).ExecContext(t.ctx, args...)
	} else {
		t.fresh = append(t.fresh, query)
		result, err = t.tx.ExecContext(t.ctx, query, args...)
	}
	if err != nil {
		return nil, fmt.Errorf("%.40s…: %w", query, translate(err))
	}
	return result, nil
}

func (t *tx) query(query string, args ...any) (*sql.Rows, error) {
	if stmt := t.statements.get(query); stmt != nil {
		return t.tx.StmtContext(t.ctx, stmt).QueryContext(t.ctx, args...)
	}
	t.fresh = append(t.fresh, query)
	return t.tx.QueryContext(t.ctx, query, args...)
}

// scanner is a row.
type scanner interface{ Scan(...any) error }

// scanInt reads a row of one number, scanText one of one text.
func scanInt(row scanner) (n int64, err error) { return n, row.Scan(&n) }

func scanText(row scanner) (s string, err error) { return s, row.Scan(&s) }

// list reads all rows.
func list[T any](t *tx, scan func(scanner) (T, error), query string, args ...any) ([]T, error) {
	rows, err := t.query(query, args...)
	if err != nil {
		return nil, fmt.Errorf("%.40s…: %w", query, err)
	}
	var all []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("%.40s…: %w", query, err), rows.Close())
		}
		all = append(all, v)
	}
	return all, errors.Join(rows.Err(), rows.Close())
}

// one reads the first row, if there is one.
func one[T any](t *tx, scan func(scanner) (T, error), query string, args ...any) (T, bool, error) {
	all, err := list(t, scan, query, args...)
	if err != nil || len(all) == 0 {
		var none T
		return none, false, err
	}
	return all[0], true, nil
}

// nanos writes an instant, 0 for none.
func nanos(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixNano()
}

// instant reads one.
func instant(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.Unix(0, n).UTC()
}

// text writes a list or structure as JSON; of these types none can fail.
func text(v any) (string, error) {
	b, err := json.Marshal(v)
	return string(b), err
}
