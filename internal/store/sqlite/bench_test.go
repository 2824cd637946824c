package sqlite_test

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/hall"
)

// million appointments of 15 minutes, back to back, 8:00 to 16:00 every day, in one pool and one group.
const million = 1_000_000

// BenchmarkPlaces reads a month of an opening's pool and of a group's out of a million appointments: those of 20 years in a
// town hall, and those that a very large house has in one.
func BenchmarkPlaces(b *testing.B) {
	for name, years := range map[string]int{"of 20 years": 20, "of a year": 1} {
		b.Run(name, func(b *testing.B) {
			path := filepath.Join(b.TempDir(), "hall.db")
			closed(b, open(b, path))
			days := 365 * years
			lanes := million/(days*32) + 1
			seedPlaces(b, path, days, lanes)
			s := opened(b, path)
			from := first.AddDate(0, 0, days/2)
			to := from.AddDate(0, 0, 31)
			pools := []string{"group:pass", "opening:buergeramt/anmeldung,pass,personalausweis"}
			var found []booking.Place
			for b.Loop() {
				err := s.View(ctx, func(tx hall.Tx) (err error) {
					found, err = tx.Places(pools, from, to, from, "none")
					return err
				})
				if err != nil {
					b.Fatal(err)
				}
			}
			if want := 31 * 32 * lanes * len(pools); len(found) != want {
				b.Fatalf("%d places, want %d", len(found), want)
			}
			b.ReportMetric(float64(len(found)), "places")
		})
	}
}

var first = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

func seedPlaces(b *testing.B, path string, days, lanes int) {
	b.Helper()
	db, err := sql.Open("sqlite3", path)
	if err != nil {
		b.Fatal(err)
	}
	defer func() {
		if err := db.Close(); err != nil {
			b.Error(err)
		}
	}()
	db.SetMaxOpenConns(1)
	id := `'01890000-0000-7000-8000-' || printf('%012d', n)`
	for _, statement := range []string{
		`PRAGMA synchronous = OFF`, `DROP TRIGGER places_apart`, `BEGIN`,
		`CREATE TEMP TABLE seed AS WITH RECURSIVE count (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM count WHERE n < ` + fmt.Sprint(days*lanes*32-1) + `)
			SELECT n, ` + fmt.Sprint(first.Unix()/60) + ` + n / ` + fmt.Sprint(lanes*32) + ` * 1440 + 480 + n / ` + fmt.Sprint(lanes) + ` % 32 * 15 AS start,
			n % ` + fmt.Sprint(lanes) + ` AS lane FROM count`,
		`INSERT INTO appointments (id, code, is_foreign, start, stop, services, source)
			SELECT ` + id + `, printf('C%09d', n), 0, start * 60000000000, (start + 15) * 60000000000, '[]', 'citizen' FROM seed`,
		`INSERT INTO places (pool, start, lane, stop, appointment, until) SELECT 'group:pass', start, lane, start + 15, ` + id + `, 0 FROM seed`,
		`INSERT INTO places (pool, start, lane, stop, appointment, until)
			SELECT 'opening:buergeramt/anmeldung,pass,personalausweis', start, lane, start + 15, ` + id + `, 0 FROM seed`,
		`COMMIT`,
	} {
		if _, err := db.ExecContext(ctx, statement); err != nil {
			b.Fatal(statement, err)
		}
	}
}
