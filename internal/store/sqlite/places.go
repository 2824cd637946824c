package sqlite

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"westerkappeln.de/wartemarke/internal/booking"
)

// longest is the most minutes that a place lasts, as the table's CHECK has it: what began earlier is over.
const longest = 1440

// A place is read as one number: start, minutes (12 bits), lane (20 bits). Those of a pool are read as one text of them, since
// handing over rows and columns takes longer than finding them.
const (
	packed   = `(start << 32) | ((stop - start) << 20) | lane`
	placesIn = `SELECT coalesce(group_concat(` + packed + `, ' '), '') FROM places
		WHERE pool = ?1 AND start > ?2 AND start < ?3 AND stop > ?4 AND (until = 0 OR until > ?5) AND (?6 = '' OR appointment IS NOT ?6)`
	placesOf   = `SELECT ` + packed + `, pool FROM places WHERE appointment = ? ORDER BY pool, start, lane`
	keepPlaces = `UPDATE places SET until = ? WHERE appointment = ?`
	restPlaces = `UPDATE places SET until = ?, appointment = NULL WHERE appointment = ?`
	dropPlaces = `DELETE FROM places WHERE appointment = ?`
	isRested   = `until <> 0 AND until <= ? AND appointment IS NULL`
	rested     = `SELECT ` + packed + `, pool FROM places WHERE ` + isRested + ` ORDER BY pool, start, lane`
	dropRested = `DELETE FROM places WHERE ` + isRested
)

func unpack(n int64, pool string) booking.Place {
	from := n >> 32
	return booking.Place{Pool: pool, Lane: int(n & (1<<20 - 1)), From: minute(from), To: minute(from + n>>20&(1<<12-1))}
}

func scanPlace(row scanner) (booking.Place, error) {
	var n int64
	var pool string
	err := row.Scan(&n, &pool)
	return unpack(n, pool), err
}

// minutes counts whole ones since 1970, rounded down.
func minutes(t time.Time) int64 { return t.Unix() / 60 }

// minutesUp rounds up.
func minutesUp(t time.Time) int64 { return minutes(t.Add(time.Minute - 1)) }

func minute(n int64) time.Time { return time.Unix(n*60, 0).UTC() }

// InsertPlace widens what is no whole minute, so that nothing can overlap unseen.
func (t *tx) InsertPlace(p booking.Place, appointment string, until time.Time) error {
	_, err := t.exec(`INSERT INTO places (pool, start, lane, stop, appointment, until) VALUES (?, ?, ?, ?, ?, ?)`,
		p.Pool, minutes(p.From), p.Lane, minutesUp(p.To), appointment, nanos(until))
	return err
}

func (t *tx) Places(pools []string, from, to, now time.Time, but string) ([]booking.Place, error) {
	var all []booking.Place
	first := minutes(from)
	for _, pool := range pools {
		numbers, _, err := one(t, scanText, placesIn, pool, first-longest, minutesUp(to), first, nanos(now), but)
		if err != nil {
			return nil, err
		}
		if numbers != "" {
			all = slices.Grow(all, strings.Count(numbers, " ")+1)
		}
		for number := range strings.FieldsSeq(numbers) {
			n, err := strconv.ParseInt(number, 10, 64)
			if err != nil {
				return nil, fmt.Errorf("places of %s: %w", pool, err)
			}
			all = append(all, unpack(n, pool))
		}
	}
	return all, nil
}

func (t *tx) PlacesOf(appointment string) ([]booking.Place, error) {
	return list(t, scanPlace, placesOf, appointment)
}

func (t *tx) KeepPlaces(appointment string, until time.Time) error {
	_, err := t.exec(keepPlaces, nanos(until), appointment)
	return err
}

func (t *tx) RestPlaces(appointment string, until time.Time) error {
	_, err := t.exec(restPlaces, nanos(until), appointment)
	return err
}

func (t *tx) DropPlaces(appointment string) error {
	_, err := t.exec(dropPlaces, appointment)
	return err
}

func (t *tx) DropRested(now time.Time) ([]booking.Place, error) {
	free, err := list(t, scanPlace, rested, nanos(now))
	if err != nil || len(free) == 0 {
		return nil, err
	}
	_, err = t.exec(dropRested, nanos(now))
	return free, err
}
