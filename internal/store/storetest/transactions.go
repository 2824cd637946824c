package storetest

import (
	"context"
	"errors"
	"sync"

	"westerkappeln.de/wartemarke/internal/hall"
)

func (s *suite) rollback() {
	wrong := errors.New("wrong")
	if err := s.store.Update(context.Background(), func(tx hall.Tx) error {
		return errors.Join(tx.SetNumbers(day, "A", 1, 1), wrong)
	}); !errors.Is(err, wrong) {
		s.Error(err)
	}
	func() {
		defer func() {
			if recover() == nil {
				s.Error("the panic is gone")
			}
		}()
		err := s.store.Update(context.Background(), func(tx hall.Tx) error {
			if err := tx.SetNumbers(day, "A", 1, 1); err != nil {
				return err
			}
			panic("on purpose")
		})
		s.Error("returned", err)
	}()
	s.view(func(tx hall.Tx) error {
		last, _, err := tx.Numbers(day, "A")
		if last != 0 {
			s.Error("not rolled back")
		}
		return err
	})
	if err := s.store.View(context.Background(), func(tx hall.Tx) error { return tx.SetNumbers(day, "A", 1, 1) }); err == nil {
		s.Error("a view can write")
	}
	gone, cancel := context.WithCancel(context.Background())
	cancel()
	if err := s.store.Update(gone, func(hall.Tx) error { s.Error("ran"); return nil }); !errors.Is(err, context.Canceled) {
		s.Error(err)
	}
}

func (s *suite) snapshot() {
	s.view(func(tx hall.Tx) error {
		before, _, err := tx.Numbers(day, "A")
		s.update(func(w hall.Tx) error { return w.SetNumbers(day, "A", 5, 0) })
		after, _, err2 := tx.Numbers(day, "A")
		if before != 0 || after != 0 {
			s.Error("the snapshot moves", before, after)
		}
		return errors.Join(err, err2)
	})
}

func (s *suite) serial() {
	const writers, each = 8, 10
	var wg sync.WaitGroup
	for range writers {
		wg.Go(func() {
			for range each {
				err := s.store.Update(context.Background(), func(tx hall.Tx) error {
					last, _, err := tx.Numbers(day, "A")
					return errors.Join(err, tx.SetNumbers(day, "A", last+1, 0))
				})
				if err != nil {
					s.Error(err)
				}
			}
		})
	}
	wg.Wait()
	s.view(func(tx hall.Tx) error {
		last, _, err := tx.Numbers(day, "A")
		if last != writers*each {
			s.Errorf("%d of %d increments", last, writers*each)
		}
		return err
	})
}

func (s *suite) changes() {
	seen := map[int64]bool{}
	for i := range 3 {
		s.update(func(tx hall.Tx) error { return tx.SetNumbers(day, "A", i+1, 0) })
		n, err := s.store.Changes(context.Background())
		again, err2 := s.store.Changes(context.Background())
		if err != nil || err2 != nil || seen[n] || again != n {
			s.Error(n, again, err, err2)
		}
		seen[n] = true
	}
}
