package hall_test

import (
	"crypto/sha256"
	"database/sql"
	"fmt"
	"testing"
	"time"

	_ "github.com/mattn/go-sqlite3"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/queue"
)

// crowd is how many people wait while the benchmarks check in: a full morning of a town hall.
const crowd = 40

// BenchmarkCheckIn is a booked citizen's check-in with an idempotency key, as a terminal does it, durable on disk.
// Compare with BenchmarkRawSQL, the floor.
func BenchmarkCheckIn(b *testing.B) {
	h := newTown(b)
	for range crowd {
		h.take("pass")
	}
	var waiting []booking.Appointment
	for i := 0; b.Loop(); i++ {
		if len(waiting) == 0 {
			b.StopTimer()
			h.leave()
			for range 100 {
				waiting = append(waiting, h.book("umzug", nine))
			}
			b.StartTimer()
		}
		a := waiting[0]
		waiting = waiting[1:]
		if _, err := h.CheckIn(h.ctx, keyed(kiosk, fmt.Sprint("key", i)), string(a.Code), false); err != nil {
			b.Fatal(err)
		}
	}
}

// leave lets the booked ones go, so that the queue stays as long as it was.
func (h *town) leave() {
	for _, v := range h.today() {
		if v.Ticket.Appointment != "" && v.Ticket.State.Open() {
			h.act(anna, v.Ticket, queue.Cancel)
		}
	}
}

// BenchmarkRawSQL writes the same rows (ticket, number, event, answer, clock) to the same tables with the same indexes, in
// the same durable mode, without asking any rule.
func BenchmarkRawSQL(b *testing.B) {
	h := newTown(b)
	in, err := h.CheckIn(h.ctx, keyed(kiosk, "first"), string(h.book("umzug", nine).Code), false)
	if err != nil {
		b.Fatal(err)
	}
	template := in.View.Ticket
	db, err := sql.Open("sqlite3", "file:"+h.path+"?_txlock=immediate&_journal_mode=WAL&_synchronous=FULL&_busy_timeout=10000&_foreign_keys=on&_secure_delete=on")
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	prepare := func(query string) *sql.Stmt {
		stmt, err := db.Prepare(query)
		if err != nil {
			b.Fatal(err)
		}
		return stmt
	}
	insert := prepare(`INSERT INTO tickets SELECT ?, day, series, ?, service, services, area, 'cancelled', counter, wanted, due, why, arrived,
		called, served, ended, attempts, locked_until, priority, came_back, ?, booked, remark, people, print, undo, ? FROM tickets WHERE id = ?`)
	numbers := prepare(`UPDATE numbers SET last = ?, walk_ins = ? WHERE day = ? AND series = ?`)
	event := prepare(`INSERT INTO events (at, type, ticket, body) SELECT at, type, ?, body FROM events WHERE seq = ?`)
	answer := prepare(`INSERT INTO answers (actor, key, request, body, at) SELECT actor, ?, request, body, at FROM answers WHERE key = 'first'`)
	clock := prepare(`UPDATE clock SET seen = ?`)
	seq := h.seq()
	for i := 0; b.Loop(); i++ {
		tx, err := db.Begin()
		if err != nil {
			b.Fatal(err)
		}
		exec := func(stmt *sql.Stmt, args ...any) {
			if _, err := tx.Stmt(stmt).Exec(args...); err != nil {
				b.Fatal(err)
			}
		}
		id := fmt.Sprintf("%032d", i)
		secret := sha256.Sum256([]byte(id))
		exec(numbers, i%999+1, 0, string(template.Day), template.Series)
		exec(insert, id, i%999+1, id, secret[:], template.ID)
		exec(event, id, seq)
		exec(answer, id)
		exec(clock, time.Now().UnixNano())
		if err := tx.Commit(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkReads(b *testing.B) {
	h := newTown(b)
	h.openCounter(anna, "1")
	for range 150 { // staff gives them: a terminal would not any more
		if _, err := h.TakeTicket(h.ctx, anna, "pass", 0); err != nil {
			b.Fatal(err)
		}
	}
	for name, read := range map[string]func() error{
		"board":   func() error { _, err := h.Board(h.ctx, nil); return err },
		"desk":    func() error { _, err := h.Desk(h.ctx, "1"); return err },
		"kiosk":   func() error { _, err := h.Kiosk(h.ctx, ""); return err },
		"tickets": func() error { _, err := h.Tickets(h.ctx, queue.Waiting, ""); return err },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if err := read(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
