package sqlite

import (
	"encoding/json"
	"time"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/hall"
)

const selectAppointment = `SELECT id, code, is_foreign, start, services, cancelled, source FROM appointments `

func scanAppointment(row scanner) (booking.Appointment, error) {
	var a booking.Appointment
	var start int64
	var services string
	if err := row.Scan(&a.ID, &a.Code, &a.Foreign, &start, &services, &a.Cancelled, &a.Source); err != nil {
		return a, err
	}
	a.Start = instant(start)
	return a, json.Unmarshal([]byte(services), &a.Services)
}

func (t *tx) InsertAppointment(a booking.Appointment, key string) error {
	services, err := text(a.Services)
	if err != nil {
		return err
	}
	var known any // NULL is not unique
	if key != "" {
		known = key
	}
	_, err = t.exec(`INSERT INTO appointments (id, code, is_foreign, start, services, cancelled, source, import_key)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?)`, a.ID, string(a.Code), a.Foreign, nanos(a.Start), services, a.Cancelled, a.Source, known)
	return err
}

func (t *tx) CancelAppointment(id string) error {
	_, err := t.exec(`UPDATE appointments SET cancelled = 1 WHERE id = ?`, id)
	return err
}

func (t *tx) Appointment(id string) (booking.Appointment, bool, error) {
	return one(t, scanAppointment, selectAppointment+`WHERE id = ?`, id)
}

func (t *tx) AppointmentByCode(code booking.Code) (booking.Appointment, bool, error) {
	return one(t, scanAppointment, selectAppointment+`WHERE code = ?`, string(code))
}

func (t *tx) AppointmentByKey(key string) (booking.Appointment, bool, error) {
	return one(t, scanAppointment, selectAppointment+`WHERE import_key = ?`, key)
}

func (t *tx) Appointments(from, to time.Time) ([]booking.Appointment, error) {
	return list(t, scanAppointment, selectAppointment+`WHERE start >= ? AND start < ? ORDER BY start, id`, nanos(from), nanos(to))
}

func (t *tx) ForeignCodes(from time.Time) (bool, error) {
	_, found, err := one(t, func(row scanner) (n int, err error) { return n, row.Scan(&n) },
		`SELECT 1 FROM appointments WHERE is_foreign = 1 AND cancelled = 0 AND start >= ? LIMIT 1`, nanos(from))
	return found, err
}

func (t *tx) PutContact(c hall.Contact) error {
	_, err := t.exec(`INSERT INTO contacts (appointment, name, mail, phone, since) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (appointment) DO UPDATE SET name = excluded.name, mail = excluded.mail, phone = excluded.phone`,
		c.Appointment, c.Name, c.Mail, c.Phone, nanos(c.Since))
	return err
}

func (t *tx) Contact(appointment string) (hall.Contact, bool, error) {
	return one(t, func(row scanner) (c hall.Contact, err error) {
		var since int64
		err = row.Scan(&c.Appointment, &c.Name, &c.Mail, &c.Phone, &since)
		c.Since = instant(since)
		return c, err
	}, `SELECT appointment, name, mail, phone, since FROM contacts WHERE appointment = ?`, appointment)
}

func (t *tx) Contacts() (hall.Held, error) {
	held, _, err := one(t, func(row scanner) (h hall.Held, err error) {
		var since, first, last int64
		err = row.Scan(&h.Contacts, &since, &first, &last)
		h.Since, h.FirstAppointment, h.LastAppointment = instant(since), instant(first), instant(last)
		return h, err
	}, `SELECT count(*), coalesce(min(c.since), 0), coalesce(min(a.start), 0), coalesce(max(a.start), 0)
		FROM contacts c JOIN appointments a ON a.id = c.appointment`)
	return held, err
}

func (t *tx) DropContacts(before time.Time) (int, error) {
	n, err := t.exec(`DELETE FROM contacts WHERE appointment IN (SELECT id FROM appointments WHERE start < ?)`, nanos(before))
	if err != nil || n == 0 {
		return n, err
	}
	t.scrub = true
	_, err = t.exec(`UPDATE appointments SET import_key = NULL WHERE import_key IS NOT NULL AND start < ?`, nanos(before))
	return n, err
}
