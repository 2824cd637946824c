package hall

import (
	"context"
	"slices"

	"westerkappeln.de/wartemarke/internal/queue"
)

// Board of some areas; none means all. Areas that the catalogue does not have are named in Unknown, the others go on.
func (h *Hall) Board(ctx context.Context, areas []string) (Board, error) {
	var b Board
	err := h.view(ctx, func(s *scene) error {
		b = Board{At: s.now}
		var err error
		if _, b.Seq, err = s.tx.EventRange(); err != nil {
			return err
		}
		if err := s.load(); err != nil {
			return err
		}
		for _, id := range areas {
			if _, ok := s.cat.Area(id); !ok {
				b.Unknown = append(b.Unknown, id)
			}
		}
		for _, a := range s.cat.Areas {
			if len(areas) > 0 && !slices.Contains(areas, a.ID) {
				continue
			}
			b.Areas = append(b.Areas, a)
			w, err := s.waiting(a.ID)
			if err != nil {
				return err
			}
			b.Waiting = append(b.Waiting, w)
		}
		return s.announced(&b)
	})
	return b, err
}

// announced fills in the calls that show on the board, newest first. They show in the ticket's area and the counter's.
func (s *scene) announced(b *Board) error {
	shown := func(area string) bool {
		for _, a := range b.Areas {
			if a.ID == area {
				return true
			}
		}
		return false
	}
	for _, t := range s.tickets {
		if !t.State.AtCounter() {
			continue
		}
		counter, known := s.cat.Counter(t.Counter)
		if !slices.ContainsFunc(areasOf(t, counter, known), shown) {
			continue
		}
		seq, err := s.tx.Announced(t.ID)
		if err != nil {
			return err
		}
		b.Calls = append(b.Calls, Announced{
			Ticket: t.ID, Number: t.Number(), Counter: t.Counter, Place: counter.Label, Area: t.Area, State: t.State, At: t.Called, Seq: seq,
		})
	}
	slices.SortFunc(b.Calls, func(x, y Announced) int {
		if c := y.At.Compare(x.At); c != 0 {
			return c
		}
		return int(y.Seq - x.Seq)
	})
	return nil
}

// Desk of a counter. Refusal: NotFound.
func (h *Hall) Desk(ctx context.Context, counter string) (Desk, error) {
	var d Desk
	err := h.view(ctx, func(s *scene) error {
		c, ok := s.cat.Counter(counter)
		if !ok {
			return notFound()
		}
		d = Desk{At: s.now, Counter: c, Catalogue: *s.cat}
		var err error
		if _, d.Seq, err = s.tx.EventRange(); err != nil {
			return err
		}
		if err := s.load(); err != nil {
			return err
		}
		open, isOpen := s.opened[counter]
		d.Open, d.Clerk = isOpen, open.Clerk
		if err := s.deskLists(&d); err != nil {
			return err
		}
		d.Troubles, err = s.troubles()
		return err
	})
	return d, err
}

func (s *scene) deskLists(d *Desk) error {
	seat := s.seat(d.Counter)
	var mine, elsewhere []queue.Ticket
	for _, t := range s.inState(queue.Waiting) {
		if seat.Serves(t) {
			mine = append(mine, t)
		} else {
			d.Others++
		}
	}
	for _, t := range append(s.inState(queue.Called), s.inState(queue.Serving)...) {
		if t.Counter != d.Counter.ID {
			elsewhere = append(elsewhere, t)
			continue
		}
		v, err := s.view(t)
		if err != nil {
			return err
		}
		d.Current = &v
	}
	for _, list := range []struct {
		to   *[]View
		from []queue.Ticket
	}{{&d.Waiting, mine}, {&d.Parked, s.inState(queue.Parked)}, {&d.Missed, s.inState(queue.Missed)}, {&d.Elsewhere, elsewhere}} {
		var err error
		if *list.to, err = s.views(list.from); err != nil {
			return err
		}
	}
	return s.undoable(d)
}

// undoable offers the undo of the last finish, if the rules would allow it.
func (s *scene) undoable(d *Desk) error {
	t, found, err := s.tx.LastFinished(s.day, d.Counter.ID)
	if err != nil || !found || !d.Open {
		return err
	}
	undo := queue.Change{Action: queue.Undo, At: s.now, Counter: d.Counter.ID, CounterFree: d.Current == nil}
	if _, err := s.h.cfg.Queue.Apply(t, undo); err != nil {
		return nil // no undo is no error
	}
	v, err := s.view(t)
	d.Undo = &v
	return err
}
