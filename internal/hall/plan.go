package hall

import (
	"context"
	"reflect"
	"slices"
	"time"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/catalogue"
)

// farthest is after every appointment.
var farthest = time.Date(2200, time.January, 2, 0, 0, 0, 0, time.UTC)

// PlanCatalogue says what applying a catalogue would change, and which appointments would have no place any more. It changes
// nothing.
func (h *Hall) PlanCatalogue(ctx context.Context, cat catalogue.Catalogue) (changes []string, conflicts []booking.Conflict, err error) {
	err = h.view(ctx, func(s *scene) error {
		changes = cat.Diff(*s.cat)
		var err error
		conflicts, err = s.conflicts(cat)
		return err
	})
	return changes, conflicts, err
}

// conflicts of a catalogue with the one in force and what is booked. Held ones count too: they will be booked in minutes.
func (s *scene) conflicts(cat catalogue.Catalogue) ([]booking.Conflict, error) {
	coming, err := s.coming(s.now)
	if err != nil {
		return nil, err
	}
	return s.h.cfg.Booking.Conflicts(*s.cat, cat, s.h.cfg.Location, s.now, coming), nil
}

// coming are the appointments that start at from or later and have places.
func (s *scene) coming(from time.Time) ([]booking.Appointment, error) {
	all, err := s.tx.Appointments(from, farthest)
	return slices.DeleteFunc(all, func(a booking.Appointment) bool {
		return a.State == booking.Cancelled || pending(a) && !a.Until.After(s.now)
	}), err
}

// contradicts gives a *ConflictError when a catalogue leaves appointments without a place. Openings that overlap are told by
// PlanCatalogue only: they may be meant.
func (c *change) contradicts(cat catalogue.Catalogue) error {
	conflicts, err := c.conflicts(cat)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(conflicts, func(k booking.Conflict) bool { return k.Kind != booking.Overlap }) {
		return &ConflictError{Conflicts: conflicts}
	}
	return nil
}

// movesPlaces tells whether an appointment may have other places in new than in old. Most changes are of texts.
func movesPlaces(old, new catalogue.Catalogue) bool {
	type lanes struct {
		Openings   []catalogue.Opening
		Groups     []catalogue.Group
		Closed     []catalogue.Closed
		Holidays   catalogue.Holidays
		Department map[string]string
		Minutes    map[string]int
	}
	of := func(c catalogue.Catalogue) lanes {
		l := lanes{c.Openings, c.Groups, c.Closed, c.Holidays, map[string]string{}, map[string]int{}}
		for _, s := range c.Services {
			l.Department[s.ID], l.Minutes[s.ID] = s.Department, s.Minutes
		}
		return l
	}
	return !reflect.DeepEqual(of(old), of(new))
}

// reseat gives everything that goes on or is to come its places in the catalogue now in force, whose pools and capacities may be
// others. Who was told an end keeps it: only the places follow the new minutes.
func (c *change) reseat() error {
	all, err := c.coming(c.now.Add(-24 * time.Hour))
	if err != nil {
		return err
	}
	for _, a := range all {
		if err := c.tx.DropPlaces(a.ID); err != nil {
			return err
		}
	}
	return c.seatAll(all)
}

// seatAll gives appointments without places theirs, and an end to those that have none.
func (c *change) seatAll(all []booking.Appointment) error {
	for _, a := range all {
		places, end, err := c.lanesAnyway(a)
		if err != nil {
			return err
		}
		if a.End.IsZero() {
			a.End = end.UTC()
			if err := c.tx.UpdateAppointment(a); err != nil {
				return err
			}
		}
		if err := c.takePlaces(a, places); err != nil {
			return err
		}
	}
	return nil
}

// seatOld gives places to appointments to come from before there were any: they have no end. Run does it first, so that online
// booking does not sell their time once more after an update of the program.
func (h *Hall) seatOld(ctx context.Context) error {
	old := func(s *scene) ([]booking.Appointment, error) {
		all, err := s.coming(s.now)
		return slices.DeleteFunc(all, func(a booking.Appointment) bool { return !a.End.IsZero() }), err
	}
	var due bool
	err := h.view(ctx, func(s *scene) error {
		all, err := old(s)
		due = len(all) > 0
		return err
	})
	if err != nil || !due {
		return err
	}
	return h.update(ctx, Actor{Kind: System}, func(c *change) error {
		all, err := old(&c.scene)
		if err != nil {
			return err
		}
		return c.seatAll(all)
	})
}
