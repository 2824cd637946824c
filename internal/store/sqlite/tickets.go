package sqlite

import (
	"encoding/json"
	"time"

	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/queue"
)

const ticketColumns = `id, day, series, num, service, services, area, state, counter, wanted, due, why, arrived, called, served,
	ended, attempts, locked_until, priority, came_back, appointment, booked, remark, people, print, undo`

const selectTicket = `SELECT ` + ticketColumns + ` FROM tickets `

const (
	isOpen         = `state IN ('waiting', 'called', 'serving', 'missed', 'parked')`
	ticketByNumber = selectTicket + `WHERE day = ? AND series = ? AND num = ?
		ORDER BY CASE WHEN ` + isOpen + ` THEN 0 ELSE 1 END, arrived DESC LIMIT 1`
	ticketOfAppointment = selectTicket + `WHERE appointment = ? AND appointment <> '' AND day = ? ORDER BY arrived DESC, id DESC LIMIT 1`
	openTickets         = selectTicket + `WHERE day = ? AND ` + isOpen + ` ORDER BY arrived, id`
	openBefore          = selectTicket + `WHERE day < ? AND ` + isOpen + ` ORDER BY arrived, id`
	lastFinished        = selectTicket + `WHERE day = ? AND state = 'finished' AND counter = ? ORDER BY ended DESC, id DESC LIMIT 1`
)

func scanTicket(row scanner) (queue.Ticket, error) {
	var t queue.Ticket
	var due, arrived, called, served, ended, locked, booked int64
	var services, undo string
	err := row.Scan(&t.ID, &t.Day, &t.Series, &t.Num, &t.Service, &services, &t.Area, &t.State, &t.Counter, &t.Wanted, &due, &t.Why,
		&arrived, &called, &served, &ended, &t.Attempts, &locked, &t.Priority, &t.Back, &t.Appointment, &booked, &t.Remark,
		&t.People, &t.Print, &undo)
	if err != nil {
		return t, err
	}
	t.Due, t.Arrived, t.Called, t.Served = instant(due), instant(arrived), instant(called), instant(served)
	t.Ended, t.LockedUntil, t.Booked = instant(ended), instant(locked), instant(booked)
	if err := json.Unmarshal([]byte(services), &t.Services); err != nil {
		return t, err
	}
	if undo == "" {
		return t, nil
	}
	t.Before = new(queue.Before)
	return t, json.Unmarshal([]byte(undo), t.Before)
}

// InsertTicket writes a new ticket.
func (t *tx) InsertTicket(k queue.Ticket, secret [32]byte) error {
	services, undo, err := lists(k)
	if err != nil {
		return err
	}
	_, err = t.exec(`INSERT INTO tickets (`+ticketColumns+`, secret)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		k.ID, string(k.Day), k.Series, k.Num, k.Service, services, k.Area, string(k.State), k.Counter, k.Wanted, nanos(k.Due), string(k.Why),
		nanos(k.Arrived), nanos(k.Called), nanos(k.Served), nanos(k.Ended), k.Attempts, nanos(k.LockedUntil), k.Priority, k.Back,
		k.Appointment, nanos(k.Booked), k.Remark, k.People, k.Print, undo, secret[:])
	return err
}

// UpdateTicket writes all that can change.
func (t *tx) UpdateTicket(k queue.Ticket) error {
	services, undo, err := lists(k)
	if err != nil {
		return err
	}
	_, err = t.exec(`UPDATE tickets SET service = ?, services = ?, area = ?, state = ?, counter = ?, wanted = ?, due = ?, why = ?,
		arrived = ?, called = ?, served = ?, ended = ?, attempts = ?, locked_until = ?, priority = ?, came_back = ?, appointment = ?,
		booked = ?, remark = ?, people = ?, print = ?, undo = ? WHERE id = ?`,
		k.Service, services, k.Area, string(k.State), k.Counter, k.Wanted, nanos(k.Due), string(k.Why), nanos(k.Arrived), nanos(k.Called),
		nanos(k.Served), nanos(k.Ended), k.Attempts, nanos(k.LockedUntil), k.Priority, k.Back, k.Appointment, nanos(k.Booked), k.Remark,
		k.People, k.Print, undo, k.ID)
	return err
}

func lists(k queue.Ticket) (services, undo string, err error) {
	if services, err = text(k.Services); err != nil || k.Before == nil {
		return services, "", err
	}
	undo, err = text(k.Before)
	return services, undo, err
}

func (t *tx) Ticket(id string) (queue.Ticket, bool, error) {
	return one(t, scanTicket, selectTicket+`WHERE id = ?`, id)
}

func (t *tx) TicketBySecret(secret [32]byte) (queue.Ticket, bool, error) {
	return one(t, scanTicket, selectTicket+`WHERE secret = ?`, secret[:])
}

func (t *tx) TicketByNumber(day queue.Day, series string, num int) (queue.Ticket, bool, error) {
	return one(t, scanTicket, ticketByNumber, string(day), series, num)
}

func (t *tx) TicketOfAppointment(day queue.Day, appointment string) (queue.Ticket, bool, error) {
	return one(t, scanTicket, ticketOfAppointment, appointment, string(day))
}

func (t *tx) OpenTickets(day queue.Day) ([]queue.Ticket, error) {
	return list(t, scanTicket, openTickets, string(day))
}

func (t *tx) OpenBefore(day queue.Day) ([]queue.Ticket, error) {
	return list(t, scanTicket, openBefore, string(day))
}

func (t *tx) Tickets(day queue.Day, state queue.State, service string) ([]queue.Ticket, error) {
	return list(t, scanTicket, selectTicket+`WHERE day = ? AND (? = '' OR state = ?) AND (? = '' OR service = ?) ORDER BY arrived, id`,
		string(day), string(state), string(state), service, service)
}

func (t *tx) LastFinished(day queue.Day, counter string) (queue.Ticket, bool, error) {
	return one(t, scanTicket, lastFinished, string(day), counter)
}

func (t *tx) DropRemarks(day queue.Day) (int, error) {
	return t.exec(`UPDATE tickets SET remark = '' WHERE remark <> '' AND day < ?`, string(day))
}

func (t *tx) AddVisit(v hall.VisitEnded) error {
	_, err := t.exec(`INSERT INTO visits (ticket, ended, day, service, counter, pieces, booked, arrived, called, served)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, v.Ticket, nanos(v.Ended), string(v.Day), v.Service, v.Counter, v.Pieces, v.Booked,
		nanos(v.Arrived), nanos(v.Called), nanos(v.Served))
	return err
}

func (t *tx) DropVisit(ticket string, ended time.Time) error {
	_, err := t.exec(`DELETE FROM visits WHERE ticket = ? AND ended = ?`, ticket, nanos(ended))
	return err
}

func (t *tx) Durations(since queue.Day) (map[string][]time.Duration, error) {
	type sample struct {
		service string
		took    time.Duration
	}
	all, err := list(t, func(row scanner) (s sample, err error) {
		return s, row.Scan(&s.service, (*int64)(&s.took))
	}, `SELECT service, ended - served FROM visits WHERE day >= ? AND pieces = 1 ORDER BY ended`, string(since))
	durations := map[string][]time.Duration{}
	for _, s := range all {
		durations[s.service] = append(durations[s.service], s.took)
	}
	return durations, err
}

func (t *tx) Numbers(day queue.Day, series string) (last, walkIns int, err error) {
	n, _, err := one(t, func(row scanner) (n [2]int, err error) { err = row.Scan(&n[0], &n[1]); return n, err },
		`SELECT last, walk_ins FROM numbers WHERE day = ? AND series = ?`, string(day), series)
	return n[0], n[1], err
}

func (t *tx) SetNumbers(day queue.Day, series string, last, walkIns int) error {
	_, err := t.exec(`INSERT INTO numbers (day, series, last, walk_ins) VALUES (?, ?, ?, ?)
		ON CONFLICT (day, series) DO UPDATE SET last = excluded.last, walk_ins = excluded.walk_ins`, string(day), series, last, walkIns)
	return err
}

func scanPaper(row scanner) (p hall.Paper, err error) {
	var since int64
	err = row.Scan(&p.Ticket, &p.Number, &p.Device, &p.Word, &since)
	p.Since = instant(since)
	return p, err
}

func (t *tx) Papers() ([]hall.Paper, error) {
	return list(t, scanPaper, `SELECT ticket, number, device, word, since FROM papers ORDER BY since`)
}

func (t *tx) PutPaper(p hall.Paper) error {
	_, err := t.exec(`INSERT INTO papers (ticket, number, device, word, since) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (ticket) DO UPDATE SET device = excluded.device, word = excluded.word, since = excluded.since`,
		p.Ticket, p.Number, p.Device, p.Word, nanos(p.Since))
	return err
}

func (t *tx) DropPaper(ticket string) (hall.Paper, bool, error) {
	p, found, err := one(t, scanPaper, `SELECT ticket, number, device, word, since FROM papers WHERE ticket = ?`, ticket)
	if err != nil || !found {
		return p, false, err
	}
	_, err = t.exec(`DELETE FROM papers WHERE ticket = ?`, ticket)
	return p, true, err
}

func scanCounter(row scanner) (o hall.OpenCounter, err error) {
	var opened int64
	err = row.Scan(&o.ID, &o.Day, &o.Clerk, &opened)
	o.Opened = instant(opened)
	return o, err
}

func (t *tx) OpenCounters(day queue.Day) ([]hall.OpenCounter, error) {
	return list(t, scanCounter, `SELECT id, day, clerk, opened FROM counters WHERE day = ? ORDER BY id`, string(day))
}

func (t *tx) OpenedBefore(day queue.Day) ([]hall.OpenCounter, error) {
	return list(t, scanCounter, `SELECT id, day, clerk, opened FROM counters WHERE day < ? ORDER BY id`, string(day))
}

func (t *tx) PutCounter(o hall.OpenCounter) error {
	_, err := t.exec(`INSERT INTO counters (id, day, clerk, opened) VALUES (?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET day = excluded.day, clerk = excluded.clerk, opened = excluded.opened`,
		o.ID, string(o.Day), o.Clerk, nanos(o.Opened))
	return err
}

func (t *tx) DropCounter(id string) error {
	_, err := t.exec(`DELETE FROM counters WHERE id = ?`, id)
	return err
}
