// Package storetest is the suite that every hall.Store passes.
package storetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/queue"
)

// Run tests the stores that open gives: each call a new, empty one, closed by the test's clean-up.
func Run(t *testing.T, open func(testing.TB) hall.Store) {
	for name, test := range map[string]func(*suite){
		"tickets come back as they were":              (*suite).roundTrip,
		"tickets are found":                           (*suite).find,
		"what is unique stays unique":                 (*suite).unique,
		"numbers and visits":                          (*suite).numbers,
		"counters and papers":                         (*suite).counters,
		"appointments and contacts":                   (*suite).appointments,
		"bookings come back as they were":             (*suite).bookings,
		"bookings are found":                          (*suite).findBookings,
		"what a source gave":                          (*suite).imports,
		"what lapses":                                 (*suite).lapses,
		"links":                                       (*suite).links,
		"places of a lane stay apart":                 (*suite).apart,
		"places as a slow reference has them":         (*suite).reference,
		"places are found":                            (*suite).places,
		"places rest":                                 (*suite).rests,
		"a place is taken once":                       (*suite).race,
		"names":                                       (*suite).names,
		"mails":                                       (*suite).mails,
		"documents":                                   (*suite).documents,
		"what belongs to an appointment goes with it": (*suite).cascades,
		"events are numbered gaplessly":               (*suite).events,
		"answers":                                     (*suite).answers,
		"catalogue, clock":                            (*suite).settings,
		"users, tokens, sessions":                     (*suite).people,
		"devices":                                     (*suite).devices,
		"errors and panics roll back":                 (*suite).rollback,
		"views are snapshots":                         (*suite).snapshot,
		"updates run one after the other":             (*suite).serial,
		"changes are noticed":                         (*suite).changes,
	} {
		t.Run(name, func(t *testing.T) { test(&suite{T: t, store: open(t)}) })
	}
}

var at = time.Date(2026, 11, 24, 9, 0, 0, 123456789, time.UTC)

const day = queue.Day("2026-11-24")

type suite struct {
	*testing.T
	store hall.Store
}

func (s *suite) update(fn func(hall.Tx) error) {
	s.Helper()
	if err := s.store.Update(context.Background(), fn); err != nil {
		s.Fatal(err)
	}
}

func (s *suite) view(fn func(hall.Tx) error) {
	s.Helper()
	if err := s.store.View(context.Background(), fn); err != nil {
		s.Fatal(err)
	}
}

func (s *suite) same(what string, got, want any) {
	s.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		s.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// taken wants the change to be refused by the store, within the transaction as well as after it.
func (s *suite) taken(what string, fn func(hall.Tx) error) {
	s.Helper()
	err := s.store.Update(context.Background(), func(tx hall.Tx) error {
		err := fn(tx)
		if !errors.Is(err, hall.ErrTaken) {
			s.Errorf("%s: %v within, want ErrTaken", what, err)
		}
		return err
	})
	if !errors.Is(err, hall.ErrTaken) {
		s.Errorf("%s: %v, want ErrTaken", what, err)
	}
}

func ticket(id string, num int) queue.Ticket {
	return queue.Ticket{
		ID: id, Day: day, Series: "A", Num: num, Service: "pass", Services: []queue.Visit{{ID: "pass", Quantity: 1}}, Area: "foyer",
		State: queue.Waiting, Due: at, Why: queue.WhyWalkIn, Arrived: at.Add(time.Duration(num) * time.Second),
	}
}

func secret(id string) (hash [32]byte) {
	copy(hash[:], id)
	return hash
}

func (s *suite) insert(tickets ...queue.Ticket) {
	s.Helper()
	s.update(func(tx hall.Tx) error {
		for _, t := range tickets {
			if err := tx.InsertTicket(t, secret(t.ID)); err != nil {
				return err
			}
		}
		return nil
	})
}
