package sqlite

import (
	"encoding/json"
	"time"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/hall"
)

const (
	appointmentColumns = `id, code, is_foreign, start, stop, services, state, until, sequence, source`
	selectAppointment  = `SELECT ` + appointmentColumns + ` FROM appointments `
	appointmentByID    = selectAppointment + `WHERE id = ?`
	appointmentByCode  = selectAppointment + `WHERE code = ?`
	appointmentByKey   = selectAppointment + `WHERE import_key = ?`
	appointmentsIn     = selectAppointment + `WHERE start >= ? AND start < ? ORDER BY start, id`
	importedFrom       = `SELECT import_key, ` + appointmentColumns + ` FROM appointments WHERE start > ? AND source = ? AND state = 'booked' AND import_key IS NOT NULL`
	bookingFigures     = `SELECT (SELECT count(*) FROM appointments WHERE until > ? AND until <> 0 AND state = 'held'),
		(SELECT count(*) FROM appointments WHERE until > ? AND until <> 0 AND state = 'unconfirmed'),
		(SELECT count(*) FROM appointments WHERE start > ? AND state = 'booked'),
		(SELECT count(*) FROM mails WHERE state = 'waiting'), (SELECT count(*) FROM mails WHERE state = 'dead')`
	lapsed       = selectAppointment + `WHERE until <> 0 AND until <= ? ORDER BY until, id LIMIT ?`
	foreignCodes = `SELECT 1 FROM appointments WHERE is_foreign = 1 AND state = 'booked' AND start >= ? LIMIT 1`
	// Not by start: of one address there are few, of all that is to come many.
	ofMail = selectAppointment + `JOIN contacts ON appointment = id
		WHERE mail_key = ? AND mail_key <> '' AND +start > ? AND state <> 'cancelled' ORDER BY start, id`
	wantEarlier = selectAppointment + `JOIN contacts ON appointment = id
		WHERE earlier > 0 AND +start > ? AND state = 'booked' ORDER BY earlier`
)

func scanAppointment(row scanner) (booking.Appointment, error) {
	var a booking.Appointment
	var start, stop, until int64
	var services string
	if err := row.Scan(&a.ID, &a.Code, &a.Foreign, &start, &stop, &services, &a.State, &until, &a.Sequence, &a.Source); err != nil {
		return a, err
	}
	a.Start, a.End, a.Until = instant(start), instant(stop), instant(until)
	return a, json.Unmarshal([]byte(services), &a.Services)
}

func (t *tx) BookingFigures(after time.Time) (hall.BookingFigures, error) {
	at := nanos(after)
	f, _, err := one(t, func(row scanner) (f hall.BookingFigures, err error) {
		err = row.Scan(&f.Held, &f.Unconfirmed, &f.Booked, &f.MailsWaiting, &f.MailsDead)
		return f, err
	}, bookingFigures, at, at, at)
	return f, err
}

func (t *tx) ImportedFrom(source string, after time.Time) (map[string]booking.Appointment, error) {
	type keyed struct {
		key string
		a   booking.Appointment
	}
	rows, err := list(t, func(row scanner) (k keyed, err error) {
		k.a, err = scanAppointment(behind{row, &k.key})
		return k, err
	}, importedFrom, nanos(after), source)
	all := make(map[string]booking.Appointment, len(rows))
	for _, k := range rows {
		all[k.key] = k.a
	}
	return all, err
}

// behind scans a row that has one column before those that are asked for.
type behind struct {
	row   scanner
	first any
}

func (b behind) Scan(to ...any) error { return b.row.Scan(append([]any{b.first}, to...)...) }

func (t *tx) InsertAppointment(a booking.Appointment, key string) error {
	services, err := text(a.Services)
	if err != nil {
		return err
	}
	var known any // NULL is not unique
	if key != "" {
		known = key
	}
	_, err = t.exec(`INSERT INTO appointments (`+appointmentColumns+`, import_key) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		a.ID, string(a.Code), a.Foreign, nanos(a.Start), nanos(a.End), services, string(a.State), nanos(a.Until), a.Sequence, a.Source, known)
	return err
}

func (t *tx) UpdateAppointment(a booking.Appointment) error {
	services, err := text(a.Services)
	if err != nil {
		return err
	}
	_, err = t.exec(`UPDATE appointments SET start = ?, stop = ?, services = ?, state = ?, until = ?, sequence = ? WHERE id = ?`,
		nanos(a.Start), nanos(a.End), services, string(a.State), nanos(a.Until), a.Sequence, a.ID)
	return err
}

// DropAppointment deletes the contact by itself, to know whether there was anything about a person.
func (t *tx) DropAppointment(id string) error {
	contacts, err := t.exec(`DELETE FROM contacts WHERE appointment = ?`, id)
	if err != nil {
		return err
	}
	imported, _, err := one(t, scanInt, `DELETE FROM appointments WHERE id = ? RETURNING import_key IS NOT NULL`, id)
	t.scrub = t.scrub || contacts+int(imported) > 0
	return err
}

func (t *tx) Appointment(id string) (booking.Appointment, bool, error) {
	return one(t, scanAppointment, appointmentByID, id)
}

func (t *tx) AppointmentByCode(code booking.Code) (booking.Appointment, bool, error) {
	return one(t, scanAppointment, appointmentByCode, string(code))
}

func (t *tx) AppointmentByKey(key string) (booking.Appointment, bool, error) {
	return one(t, scanAppointment, appointmentByKey, key)
}

func (t *tx) Appointments(from, to time.Time) ([]booking.Appointment, error) {
	return list(t, scanAppointment, appointmentsIn, nanos(from), nanos(to))
}

func (t *tx) Lapsed(now time.Time, limit int) ([]booking.Appointment, error) {
	return list(t, scanAppointment, lapsed, nanos(now), limit)
}

func (t *tx) ForeignCodes(from time.Time) (bool, error) {
	_, found, err := one(t, scanInt, foreignCodes, nanos(from))
	return found, err
}

func (t *tx) OfMail(key string, after time.Time) ([]booking.Appointment, error) {
	return list(t, scanAppointment, ofMail, key, nanos(after))
}

func (t *tx) WantEarlier(after time.Time) ([]booking.Appointment, error) {
	return list(t, scanAppointment, wantEarlier, nanos(after))
}
