package hall_test

import (
	"crypto/sha256"
	"database/sql"
	"fmt"
	"slices"
	"testing"
	"time"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/queue"
)

// workday is the opening of the n-th day from the Wednesday after nine, Sundays left out; n may be negative.
func workday(n int) time.Time {
	const weeks = 10_000 // whole ones, so that the division has nothing negative
	n += weeks * 6
	return time.Date(2026, 11, 25-weeks*7+n+(n+2)/6, 8, 0, 0, 0, berlin)
}

// BenchmarkBooking is a citizen's way from slot to confirmation, three durable commits, and the same rows in plain SQL as the
// floor.
func BenchmarkBooking(b *testing.B) {
	b.Run("hall", benchmarkBooking)
	b.Run("sql", benchmarkBookingSQL)
}

func benchmarkBooking(b *testing.B) {
	h := newBookable(b, 8, 1)
	for i := 0; b.Loop(); i++ {
		start := workday(i%40 + 2).Add(time.Duration(i/40%40) * 15 * time.Minute)
		held, err := h.Hold(h.ctx, citizen, pass, start)
		if err != nil {
			b.Fatal(i, err)
		}
		if _, err := h.Register(h.ctx, citizen, held.Secret, hall.Person{Name: "Erika", Mail: fmt.Sprintf("e%d@example.org", i)}); err != nil {
			b.Fatal(err)
		}
		b.StopTimer() // the link goes by mail
		secret := h.secret(held.Appointment.ID)
		b.StartTimer()
		if _, err := h.Confirm(h.ctx, citizen, secret); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "bookings/s")
}

func benchmarkBookingSQL(b *testing.B) {
	h := newBookable(b, 8, 1)
	h.online(nextWeek, erika)
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
	appointment := prepare(`INSERT INTO appointments (id, code, is_foreign, start, services, source, import_key, stop, state, until, sequence)
		VALUES (?, ?, 0, ?, '[{"id":"pass","quantity":1,"done":false}]', 'citizen', NULL, ?, 'held', ?, 0)`)
	state := prepare(`UPDATE appointments SET state = ?, until = ? WHERE id = ?`)
	place := prepare(`INSERT INTO places (pool, start, lane, stop, appointment, until) VALUES ('opening:amt/', ?, ?, ?, ?, ?)`)
	keep := prepare(`UPDATE places SET until = ? WHERE appointment = ?`)
	link := prepare(`INSERT INTO links (hash, appointment, kind) VALUES (?, ?, ?)`)
	contact := prepare(`INSERT INTO contacts (appointment, name, mail, phone, since, lang, mail_key, secret, earlier) VALUES (?, 'Erika', ?, '', ?, 'de', ?, ?, 0)`)
	mail := prepare(`INSERT INTO mails (id, appointment, kind, slot, created, due, state, attempts, error) VALUES (?, ?, ?, 0, ?, ?, 'waiting', 0, '')`)
	event := prepare(`INSERT INTO events (at, type, ticket, body) VALUES (?, 'appointment.changed', '', '{"type":"appointment.changed","at":"2026-11-24T08:00:00Z"}')`)
	clock := prepare(`UPDATE clock SET seen = ?`)
	b.ResetTimer()
	for i := 0; b.Loop(); i++ {
		id := fmt.Sprintf("01a20919-e61b-7360-ab5d-%012d", i)
		start := workday(i%40 + 2).Add(time.Duration(i/40%40) * 15 * time.Minute)
		minute, until, now := start.Unix()/60, nine.Add(10*time.Minute).UnixNano(), nine.UnixNano()
		hash, own := sha256.Sum256([]byte(id)), sha256.Sum256([]byte("own"+id))
		address := fmt.Sprintf("e%d@example.org", i)
		inTx(b, db, func(exec func(*sql.Stmt, ...any)) {
			exec(appointment, id, fmt.Sprintf("%010d", i), start.UnixNano(), start.Add(12*time.Minute).UnixNano(), until)
			exec(place, minute, 100+i/1600, minute+12, id, until)
			exec(link, hash[:], id, "hold")
			exec(clock, now)
		})
		inTx(b, db, func(exec func(*sql.Stmt, ...any)) {
			exec(contact, id, address, now, address, "KoH1nJ8F092ASniFve2CPQ")
			exec(link, own[:], id, "own")
			exec(state, "unconfirmed", until, id)
			exec(keep, until, id)
			exec(mail, id+"c", id, "confirm", now, now)
			exec(clock, now)
		})
		inTx(b, db, func(exec func(*sql.Stmt, ...any)) {
			exec(state, "booked", 0, id)
			exec(keep, 0, id)
			exec(mail, id+"b", id, "booked", now, now)
			exec(mail, id+"r", id, "reminder", now, start.UnixNano())
			exec(event, now)
			exec(clock, now)
		})
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "bookings/s")
}

func inTx(b *testing.B, db *sql.DB, fn func(exec func(*sql.Stmt, ...any))) {
	b.Helper()
	tx, err := db.Begin()
	if err != nil {
		b.Fatal(err)
	}
	fn(func(stmt *sql.Stmt, args ...any) {
		if _, err := tx.Stmt(stmt).Exec(args...); err != nil {
			b.Fatal(err)
		}
	})
	if err := tx.Commit(); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkFreeDaysMillion asks for the free days of a month in a town with a million appointments: ten years of an office with
// eight lanes, and the coming weeks all but full.
func BenchmarkFreeDaysMillion(b *testing.B) {
	h := newBookable(b, 8, 0)
	h.seed(1_000_000)
	month := hall.Days{From: "2026-12-01", To: "2026-12-31"}
	if days, err := h.FreeDays(h.ctx, pass, month); err != nil || len(days) != 31 || days[1].Free == 0 {
		b.Fatal(days, err)
	}
	var took []time.Duration
	for b.Loop() {
		begin := time.Now()
		if _, err := h.FreeDays(h.ctx, pass, month); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(begin))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2])/1e6, "ms-median")
	b.ReportMetric(float64(took[len(took)*95/100])/1e6, "ms-p95")
}

// seed writes n booked appointments, backwards in time from some weeks ahead; of ten slots nine are taken.
func (h *town) seed(n int) {
	h.t.Helper()
	const lanes, slots, atOnce = 8, 40, 20_000
	pool := booking.Pools(bookable(lanes, 0), pass.Services)[0]
	day, i := 42, 0
	for written := 0; written < n; {
		err := h.store.Update(h.ctx, func(tx hall.Tx) error {
			for range atOnce {
				if written == n {
					break
				}
				start := workday(day).Add(time.Duration(i/lanes) * 15 * time.Minute)
				if i%10 != 9 {
					a := booking.Appointment{
						ID: fmt.Sprintf("a%07d", written), Code: booking.Code(fmt.Sprintf("%010d", written)), Start: start, End: start.Add(12 * time.Minute),
						Services: []queue.Visit{{ID: "pass", Quantity: 1}}, State: booking.Booked, Source: "citizen",
					}
					if err := tx.InsertAppointment(a, ""); err != nil {
						return err
					}
					if err := tx.InsertPlace(booking.Place{Pool: pool, Lane: i % lanes, From: a.Start, To: a.End}, a.ID, time.Time{}); err != nil {
						return err
					}
					written++
				}
				if i++; i == lanes*slots {
					day, i = day-1, 0
				}
			}
			return nil
		})
		if err != nil {
			h.t.Fatal(err)
		}
	}
}
