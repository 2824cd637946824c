package storetest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/hall"
)

// nine is a whole minute.
var nine = time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)

// place of the pool "p" from the minute to the minute after nine.
func place(lane, from, to int) booking.Place {
	return booking.Place{Pool: "p", Lane: lane, From: minute(from), To: minute(to)}
}

func minute(n int) time.Time { return nine.Add(time.Duration(n) * time.Minute) }

func (s *suite) take(appointment string, until time.Time, places ...booking.Place) {
	s.Helper()
	s.update(func(tx hall.Tx) error {
		for _, p := range places {
			if err := tx.InsertPlace(p, appointment, until); err != nil {
				return err
			}
		}
		return nil
	})
}

// free wants just these places to be taken.
func (s *suite) free(what string, from, to int, now time.Time, but string, want ...booking.Place) {
	s.Helper()
	s.view(func(tx hall.Tx) error {
		got, err := tx.Places([]string{"p", "q"}, minute(from), minute(to), now, but)
		s.same(what, sorted(got), sorted(want))
		return err
	})
}

func sorted(places []booking.Place) []booking.Place {
	return slices.SortedFunc(slices.Values(places), func(a, b booking.Place) int {
		return cmp.Or(cmp.Compare(a.Pool, b.Pool), a.From.Compare(b.From), cmp.Compare(a.Lane, b.Lane))
	})
}

// reference inserts many places at random: those that overlap none before are taken, all others are refused.
func (s *suite) reference() {
	s.book(booked("a", at))
	random := rand.New(rand.NewPCG(3, 1))
	overlaps := func(p, q booking.Place) bool { return p.From.Before(q.To) && q.From.Before(p.To) }
	var taken []booking.Place
	const refusals = 200
	for refused := 0; refused < refusals; {
		from, length := random.IntN(3*24*60), 1+random.IntN(90)
		if random.IntN(20) == 0 {
			length = 24 * 60
		}
		p := place(random.IntN(4), from, from+length)
		p.Pool = []string{"p", "q"}[random.IntN(2)]
		insert := func(tx hall.Tx) error { return tx.InsertPlace(p, "a", time.Time{}) }
		if slices.ContainsFunc(taken, func(q booking.Place) bool { return p.Pool == q.Pool && p.Lane == q.Lane && overlaps(p, q) }) {
			refused++
			s.taken(fmt.Sprint(p), insert)
			continue
		}
		s.update(insert)
		taken = append(taken, p)
	}
	for range 200 {
		from := random.IntN(4*24*60) - 60
		to := from + 1 + random.IntN(24*60)
		window := booking.Place{From: minute(from), To: minute(to)}
		s.free(fmt.Sprint(window), from, to, nine, "",
			slices.DeleteFunc(slices.Clone(taken), func(p booking.Place) bool { return !overlaps(p, window) })...)
	}
}

func (s *suite) apart() {
	s.book(booked("a", at), held("b", at, minute(10)))
	s.take("a", time.Time{}, place(1, 100, 120))
	s.take("b", minute(10), place(1, 200, 220))
	for what, p := range map[string]booking.Place{
		"the same":             place(1, 100, 120),
		"the same start":       place(1, 100, 105),
		"the same end":         place(1, 115, 120),
		"overlaps its start":   place(1, 90, 101),
		"overlaps its end":     place(1, 119, 130),
		"lies within":          place(1, 105, 110),
		"contains it":          place(1, 90, 130),
		"overlaps one held":    place(1, 219, 221),
		"a day long, before":   place(1, 101-24*60, 101),
		"a day long, after":    place(1, 119, 119+24*60),
		"overlaps by a second": {Pool: "p", Lane: 1, From: minute(120).Add(-time.Second), To: minute(130)},
	} {
		s.taken(what, func(tx hall.Tx) error { return tx.InsertPlace(p, "b", time.Time{}) })
	}
	for what, p := range map[string]booking.Place{
		"no time":         place(1, 300, 300),
		"back in time":    place(1, 310, 300),
		"above a day":     place(1, 300, 301+24*60),
		"a negative lane": place(-1, 300, 310),
	} {
		s.refused(what, func(tx hall.Tx) error { return tx.InsertPlace(p, "b", time.Time{}) })
	}
	s.refused("a place of nobody", func(tx hall.Tx) error { return tx.InsertPlace(place(1, 300, 310), "z", time.Time{}) })
	elsewhere := place(1, 100, 120)
	elsewhere.Pool = "q"
	s.take("b", time.Time{}, place(1, 90, 100), place(1, 120, 130), place(0, 100, 120), place(2, 90, 130), elsewhere,
		place(1, 120-24*60, 90), place(1, 220, 220+24*60))
}

func (s *suite) places() {
	s.book(booked("a", at), held("b", at, minute(10)))
	other := place(0, 0, 20)
	other.Pool = "q"
	third := other
	third.Pool = "r"
	first, second, far, day := place(0, 0, 20), place(3, 20, 45), place(0, 300, 320), place(7, -24*60+1, 1)
	s.take("a", time.Time{}, first, far, other, third, day)
	s.take("b", minute(10), second)
	s.view(func(tx hall.Tx) error {
		of, err := tx.PlacesOf("a")
		s.same("of an appointment", of, []booking.Place{day, first, far, other, third})
		none, err2 := tx.Places(nil, minute(0), minute(1000), nine, "")
		empty, err3 := tx.Places([]string{"z"}, minute(0), minute(1000), nine, "")
		if len(none)+len(empty) != 0 {
			s.Error(none, empty)
		}
		return errors.Join(err, err2, err3)
	})
	s.free("all of two pools", 0, 1000, nine, "", day, first, second, far, other)
	s.free("without one's own", 0, 1000, nine, "a", second)
	s.free("those that touch are free", 20, 300, nine, "", second)
	s.free("those that begin before", 1, 2, nine, "", first, other)
	s.free("those that begin a day before", 0, 1, nine, "", day, first, other)
	s.free("those that end after", 310, 311, nine, "", far)
	s.free("lapsed", 0, 50, minute(10), "", day, first, other)
	s.update(func(tx hall.Tx) error { return tx.KeepPlaces("b", minute(60)) })
	s.free("kept longer", 20, 50, minute(59), "", second)
	s.free("lapsed in the end", 20, 50, minute(60), "")
	s.update(func(tx hall.Tx) error { return tx.KeepPlaces("b", time.Time{}) })
	s.free("kept for good", 20, 50, minute(9999), "", second)
	s.update(func(tx hall.Tx) error { return tx.DropPlaces("a") })
	s.free("dropped", -2000, 1000, nine, "", second)
	s.take("b", time.Time{}, first)
}

func (s *suite) rests() {
	s.book(booked("a", at), booked("b", at), booked("c", at), held("d", at, minute(1)))
	first, second, third, lapsing := place(0, 0, 20), place(0, 20, 40), place(0, 40, 60), place(0, 60, 80)
	s.take("a", time.Time{}, first, third)
	s.take("b", time.Time{}, second)
	s.take("d", minute(1), lapsing)
	s.update(func(tx hall.Tx) error {
		return errors.Join(tx.RestPlaces("a", minute(30)), tx.RestPlaces("b", minute(31)))
	})
	s.free("they rest, whoever asks", 0, 60, minute(29), "a", first, second, third)
	s.free("they are free", 0, 60, minute(30), "", second)
	s.taken("a place that rests", func(tx hall.Tx) error { return tx.InsertPlace(first, "c", time.Time{}) })
	s.refused("a rest for ever", func(tx hall.Tx) error {
		return errors.Join(tx.InsertPlace(place(1, 0, 20), "c", time.Time{}), tx.RestPlaces("c", time.Time{}))
	})
	s.update(func(tx hall.Tx) error {
		mine, err := tx.PlacesOf("a")
		early, err2 := tx.DropRested(minute(30).Add(-1))
		if len(mine)+len(early) != 0 {
			s.Error(mine, early)
		}
		some, err3 := tx.DropRested(minute(30))
		s.same("rested, but not what lapsed with an appointment", some, []booking.Place{first, third})
		rest, err4 := tx.DropRested(minute(99))
		s.same("rested later", rest, []booking.Place{second})
		return errors.Join(err, err2, err3, err4)
	})
	s.take("c", time.Time{}, first, second, third)
}

// race is what no check before the insert can promise: of many that want overlapping places at once, one gets it, and the
// others leave nothing.
func (s *suite) race() {
	for what, shift := range map[string]int{"the same place": 0, "overlapping places": 1} {
		const crowd = 64
		var wg sync.WaitGroup
		var won atomic.Int32
		start := make(chan struct{})
		day := 1000 * (shift + 1)
		for i := range crowd {
			wg.Go(func() {
				<-start
				id := fmt.Sprint(what, i)
				err := s.store.Update(context.Background(), func(tx hall.Tx) error {
					return errors.Join(tx.InsertAppointment(booked(id, minute(day)), ""), tx.InsertPlace(place(0, day+shift*i, day+shift*i+crowd), id, time.Time{}))
				})
				switch {
				case err == nil:
					won.Add(1)
				case !errors.Is(err, hall.ErrTaken):
					s.Errorf("%s: %v", what, err)
				}
			})
		}
		close(start)
		wg.Wait()
		s.view(func(tx hall.Tx) error {
			left, err := tx.Appointments(minute(day), minute(day+1))
			sold, err2 := tx.Places([]string{"p"}, minute(day), minute(day+3*crowd), nine, "")
			if won.Load() != 1 || len(left) != 1 || len(sold) != 1 {
				s.Errorf("%s: %d won, %d appointments, %d places", what, won.Load(), len(left), len(sold))
			}
			return errors.Join(err, err2)
		})
	}
}
