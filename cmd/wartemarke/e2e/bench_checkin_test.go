//go:build e2e

package e2e

import (
	"context"
	"database/sql"
	"encoding/binary"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	_ "github.com/mattn/go-sqlite3" // the floor's driver, the same as the hall's

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/catalogue"
	"westerkappeln.de/wartemarke/internal/demo"
	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/queue"
	"westerkappeln.de/wartemarke/internal/store/sqlite"
)

// BenchmarkDurableCheckIns compares how many people the hall checks in per second, durable on disk, with how often plain
// database/sql writes the same rows to the same tables with the same indexes in the same mode on the same disk. Both take turns.
// Target: 0.6 times as many.
func BenchmarkDurableCheckIns(b *testing.B) {
	const turns, each = 40, 40
	load(b)
	ours, floors := newDesk(b), newDesk(b)
	raw := floors.raw(b)
	var mine, plain, ratios []float64
	b.ResetTimer()
	for range b.N {
		for range turns {
			codes := ours.book(b, each)
			began := time.Now()
			for _, code := range codes {
				ours.checkIn(b, code)
			}
			one := float64(each) / time.Since(began).Seconds()
			began = time.Now()
			for range each {
				raw()
			}
			two := float64(each) / time.Since(began).Seconds()
			ours.leave(b)
			mine, plain, ratios = append(mine, one), append(plain, two), append(ratios, one/two)
		}
	}
	b.StopTimer()
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(median(mine), "checkins/s")
	b.ReportMetric(median(plain), "floor/s")
	ratio := median(mine) / median(plain)
	b.ReportMetric(ratio, "ratio-to-floor")
	word := "ok"
	if ratio < 0.6 {
		word = "UNDER"
	}
	b.Logf("check-ins: median %.0f a second, plain SQL %.0f: ratio of medians %.2f; of turns: median %.2f, 5%% below %.2f, 5%% above %.2f; target 0.60 or more  %s",
		median(mine), median(plain), ratio, median(ratios), quantile(ratios, 0.05), p95(ratios), word)
}

// desk is a hall in this process, with a full morning's people waiting.
type desk struct {
	*hall.Hall
	path string
	keys int
}

var (
	terminalActor = hall.Actor{Kind: hall.Device, ID: "terminal", Area: "foyer"}
	staffActor    = hall.Actor{Kind: hall.Staff, ID: "anna", Role: hall.Lead}
)

func newDesk(b *testing.B) *desk {
	b.Helper()
	const waiting = 40
	ctx := context.Background()
	d := &desk{path: filepath.Join(b.TempDir(), "hall.db")}
	store, err := sqlite.Open(ctx, d.path)
	must(b, err)
	b.Cleanup(func() { must(b, store.Close()) })
	d.Hall = hall.New(hall.Config{Store: store, Location: berlin(), Now: func() time.Time { return noon }})
	cat, err := catalogue.Parse(demo.Catalogue)
	must(b, err)
	_, err = d.ApplyCatalogue(ctx, hall.Command{Actor: hall.Actor{Kind: hall.Operator}}, cat, false)
	must(b, err)
	for range waiting {
		_, err := d.TakeTicket(ctx, hall.Command{Actor: staffActor}, "wohngeld", 0)
		must(b, err)
	}
	return d
}

func (d *desk) book(b *testing.B, n int) (codes []booking.Code) {
	b.Helper()
	for range n {
		a, err := d.AddAppointment(context.Background(), hall.Command{Actor: hall.Actor{Kind: hall.Operator}},
			[]queue.Visit{{ID: "personalausweis", Quantity: 1}}, noon.Add(10*time.Minute), "", "")
		must(b, err)
		codes = append(codes, a.Code)
	}
	return codes
}

// checkIn is what a terminal asks for: with a key, so that its answer is kept for a repetition.
func (d *desk) checkIn(b *testing.B, code booking.Code) hall.CheckedIn {
	b.Helper()
	d.keys++
	in, err := d.CheckIn(context.Background(), hall.Command{Actor: terminalActor, Key: fmt.Sprint("key-", d.keys)}, string(code), false)
	must(b, err)
	return in
}

// leave lets the booked people go, so that the queue stays as long as it was.
func (d *desk) leave(b *testing.B) {
	b.Helper()
	views, err := d.Tickets(context.Background(), queue.Waiting, "personalausweis")
	must(b, err)
	for _, v := range views {
		_, err := d.Do(context.Background(), hall.Command{Actor: staffActor}, v.Ticket.ID, queue.Change{Action: queue.Cancel})
		must(b, err)
	}
}

// raw gives a function that writes what a check-in writes: ticket, number, event, answer and clock, without any rule. The rows
// are copies of a real one's, in the hall's own file.
func (d *desk) raw(b *testing.B) func() {
	b.Helper()
	first := d.checkIn(b, d.book(b, 1)[0]).View.Ticket
	db, err := sql.Open("sqlite3", "file:"+d.path+
		"?_txlock=immediate&_journal_mode=WAL&_synchronous=FULL&_busy_timeout=10000&_foreign_keys=on&_secure_delete=on")
	must(b, err)
	b.Cleanup(func() { must(b, db.Close()) })
	db.SetMaxOpenConns(1)
	var seq int64
	must(b, db.QueryRow("SELECT max(seq) FROM events WHERE ticket = ?", first.ID).Scan(&seq))
	var statements []*sql.Stmt
	for _, q := range []string{
		`UPDATE numbers SET last = ?1 WHERE day = ?2 AND series = ?3`,
		`INSERT INTO tickets SELECT ?1, day, series, ?2, service, services, area, 'cancelled', counter, wanted, due, why, arrived, called,
			served, ended, attempts, locked_until, priority, came_back, ?1, booked, remark, people, print, undo, ?3 FROM tickets WHERE id = ?4`,
		`INSERT INTO events (at, type, ticket, body) SELECT at, type, ?1, body FROM events WHERE seq = ?2`,
		`INSERT INTO answers (actor, key, request, body, at) SELECT actor, ?1, request, body, at FROM answers WHERE key = 'key-1'`,
		`UPDATE clock SET seen = ?1`,
	} {
		st, err := db.Prepare(q)
		must(b, err)
		statements = append(statements, st)
	}
	n := 0
	return func() {
		n++
		id, number := fmt.Sprintf("%036d", n), n%999+1
		secret := binary.BigEndian.AppendUint64(make([]byte, 24), uint64(n))
		tx, err := db.Begin()
		must(b, err)
		for i, args := range [][]any{
			{number, string(first.Day), first.Series}, {id, number, secret, first.ID}, {id, seq}, {"raw-" + id}, {noon.UnixNano() + int64(n)},
		} {
			result, err := tx.Stmt(statements[i]).Exec(args...)
			must(b, err)
			if rows, err := result.RowsAffected(); err != nil || rows != 1 {
				b.Fatalf("statement %d wrote %d rows: %v", i, rows, err)
			}
		}
		must(b, tx.Commit())
	}
}
