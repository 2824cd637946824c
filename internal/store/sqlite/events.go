package sqlite

import (
	"encoding/json"
	"time"

	"westerkappeln.de/wartemarke/internal/hall"
)

// AppendEvent relies on AUTOINCREMENT: numbers never come again, and one writer leaves no gap, since a rolled back
// transaction takes its numbers back as well.
func (t *tx) AppendEvent(e hall.Event) (int64, error) {
	body, err := text(e)
	if err != nil {
		return 0, err
	}
	result, err := t.run(`INSERT INTO events (at, type, ticket, body) VALUES (?, ?, ?, ?)`, nanos(e.At), e.Type, e.Ticket, body)
	if err != nil {
		return 0, err
	}
	return result.LastInsertId()
}

func (t *tx) Events(after int64, limit int) ([]hall.Event, error) {
	return list(t, func(row scanner) (hall.Event, error) {
		var e hall.Event
		var seq int64
		var body string
		if err := row.Scan(&seq, &body); err != nil {
			return e, err
		}
		err := json.Unmarshal([]byte(body), &e)
		e.Seq = seq
		return e, err
	}, `SELECT seq, body FROM events WHERE seq > ? ORDER BY seq LIMIT ?`, after, limit)
}

func (t *tx) EventRange() (first, last int64, err error) {
	if last, _, err = one(t, scanInt, `SELECT seq FROM sqlite_sequence WHERE name = 'events'`); err != nil {
		return 0, 0, err
	}
	first, found, err := one(t, scanInt, `SELECT seq FROM events ORDER BY seq LIMIT 1`)
	if !found {
		first = last + 1
	}
	return first, last, err
}

const announced = `SELECT seq FROM events WHERE ticket = ? AND type IN ('ticket.called', 'ticket.rung') ORDER BY seq DESC LIMIT 1`

func (t *tx) Announced(ticket string) (int64, error) {
	seq, _, err := one(t, scanInt, announced, ticket)
	return seq, err
}

func (t *tx) DropEvents(before time.Time) (int, error) {
	return t.exec(`DELETE FROM events WHERE at < ?`, nanos(before))
}

func (t *tx) Answer(actor, key string) (hall.Answer, bool, error) {
	return one(t, func(row scanner) (a hall.Answer, err error) {
		var request []byte
		var at int64
		err = row.Scan(&request, &a.Body, &at)
		copy(a.Request[:], request)
		a.At = instant(at)
		return a, err
	}, `SELECT request, body, at FROM answers WHERE actor = ? AND key = ?`, actor, key)
}

func (t *tx) PutAnswer(actor, key string, a hall.Answer) error {
	_, err := t.exec(`INSERT INTO answers (actor, key, request, body, at) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (actor, key) DO UPDATE SET request = excluded.request, body = excluded.body, at = excluded.at`,
		actor, key, a.Request[:], a.Body, nanos(a.At))
	return err
}

func (t *tx) DropAnswers(before time.Time) (int, error) {
	return t.exec(`DELETE FROM answers WHERE at < ?`, nanos(before))
}
