package sqlite

import (
	"time"

	"westerkappeln.de/wartemarke/internal/hall"
)

const (
	selectContact = `SELECT appointment, name, mail, phone, lang, mail_key, secret, earlier > 0, since FROM contacts WHERE appointment = ?`
	namesFrom     = `SELECT appointment, name FROM contacts JOIN appointments ON id = appointment
		WHERE start >= ? AND state IN ('booked', 'unconfirmed') ORDER BY start, id`
	nextWish = `SELECT coalesce(max(earlier), 0) + 1 FROM contacts WHERE earlier > 0`
	// Contacts are few, and looked through; the appointments of all years are not.
	dropContacts = `DELETE FROM contacts WHERE (SELECT start FROM appointments WHERE id = appointment) < ?`
	dropKeys     = `UPDATE appointments SET import_key = NULL WHERE import_key IS NOT NULL AND start < ?`
)

// PutContact numbers the wishes for an earlier slot; one that stands keeps its number.
func (t *tx) PutContact(c hall.Contact) error {
	var wish int64
	if c.Earlier {
		var err error
		if wish, _, err = one(t, scanInt, nextWish); err != nil {
			return err
		}
	}
	_, err := t.exec(`INSERT INTO contacts (appointment, name, mail, phone, lang, mail_key, secret, earlier, since)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (appointment) DO UPDATE SET name = excluded.name, mail = excluded.mail, phone = excluded.phone,
		lang = excluded.lang, mail_key = excluded.mail_key, secret = excluded.secret,
		earlier = CASE WHEN excluded.earlier > 0 AND earlier > 0 THEN earlier ELSE excluded.earlier END`,
		c.Appointment, c.Name, c.Mail, c.Phone, c.Lang, c.MailKey, c.Secret, wish, nanos(c.Since))
	return err
}

func (t *tx) Contact(appointment string) (hall.Contact, bool, error) {
	return one(t, func(row scanner) (c hall.Contact, err error) {
		var since int64
		err = row.Scan(&c.Appointment, &c.Name, &c.Mail, &c.Phone, &c.Lang, &c.MailKey, &c.Secret, &c.Earlier, &since)
		c.Since = instant(since)
		return c, err
	}, selectContact, appointment)
}

func (t *tx) Names(from time.Time) ([]hall.Named, error) {
	return list(t, func(row scanner) (n hall.Named, err error) {
		err = row.Scan(&n.Appointment, &n.Name)
		return n, err
	}, namesFrom, nanos(from))
}

func (t *tx) Contacts() (hall.Held, error) {
	held, _, err := one(t, func(row scanner) (h hall.Held, err error) {
		var since, first, last int64
		err = row.Scan(&h.Contacts, &since, &first, &last, &h.Mails, &h.Documents)
		h.Since, h.FirstAppointment, h.LastAppointment = instant(since), instant(first), instant(last)
		return h, err
	}, `SELECT count(*), coalesce(min(since), 0), coalesce(min(start), 0), coalesce(max(start), 0),
		(SELECT count(*) FROM mails), (SELECT count(*) FROM documents) FROM contacts JOIN appointments ON id = appointment`)
	return held, err
}

func (t *tx) DropContacts(before time.Time) (int, error) {
	n, err := t.exec(dropContacts, nanos(before))
	if err != nil {
		return n, err
	}
	keys, err := t.exec(dropKeys, nanos(before))
	t.scrub = t.scrub || n+keys > 0
	return n, err
}
