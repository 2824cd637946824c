package sqlite

import (
	"time"

	"westerkappeln.de/wartemarke/internal/hall"
)

const (
	mailColumns = `id, appointment, kind, slot, created, due, state, attempts, error`
	selectMail  = `SELECT ` + mailColumns + ` FROM mails `
	mailByID    = selectMail + `WHERE id = ?`
	dueMails    = selectMail + `WHERE state = 'waiting' AND due <= ? ORDER BY due, created, id LIMIT ?`
	mailsIn     = selectMail + `WHERE state = ? ORDER BY created, id LIMIT ?`
	mailsOf     = selectMail + `WHERE appointment = ? ORDER BY created, id`
)

func scanMail(row scanner) (m hall.Mail, err error) {
	var slot, created, due int64
	err = row.Scan(&m.ID, &m.Appointment, &m.Kind, &slot, &created, &due, &m.State, &m.Attempts, &m.Error)
	m.Slot, m.Created, m.Due = instant(slot), instant(created), instant(due)
	return m, err
}

func (t *tx) PutMail(m hall.Mail) error {
	_, err := t.exec(`INSERT INTO mails (`+mailColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET appointment = excluded.appointment, kind = excluded.kind, slot = excluded.slot,
		created = excluded.created, due = excluded.due, state = excluded.state, attempts = excluded.attempts, error = excluded.error`,
		m.ID, m.Appointment, string(m.Kind), nanos(m.Slot), nanos(m.Created), nanos(m.Due), string(m.State), m.Attempts, m.Error)
	return err
}

func (t *tx) Mail(id string) (hall.Mail, bool, error) { return one(t, scanMail, mailByID, id) }

func (t *tx) DueMails(now time.Time, limit int) ([]hall.Mail, error) {
	return list(t, scanMail, dueMails, nanos(now), limit)
}

func (t *tx) MailsIn(state hall.MailState, limit int) ([]hall.Mail, error) {
	return list(t, scanMail, mailsIn, string(state), limit)
}

func (t *tx) MailsOf(appointment string) ([]hall.Mail, error) {
	return list(t, scanMail, mailsOf, appointment)
}

// DropMail scrubs when there was an error: a mail server's answer may name the person. The rest of a mail names nobody.
func (t *tx) DropMail(id string) error {
	m, found, err := t.Mail(id)
	if err != nil || !found {
		return err
	}
	_, err = t.exec(`DELETE FROM mails WHERE id = ?`, id)
	t.scrub = t.scrub || m.Error != ""
	return err
}
