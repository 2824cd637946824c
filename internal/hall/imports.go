package hall

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"time"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/queue"
)

const sourceImport = "import"

// Import is one appointment to be imported.
type Import struct {
	Key        string // known again by this
	Code       string // foreign code, "" to make one of ours
	Service    string
	Start      time.Time
	Name, Mail string
	Cancelled  bool // in the other system
}

// Imported counts what became of the rows. Known are those that changed nothing.
type Imported struct{ Added, Known, Moved, Cancelled int }

// RowError says which row of an import was refused.
type RowError struct {
	Row int // from 0
	Err error
}

func (e *RowError) Error() string { return fmt.Sprintf("row %d: %v", e.Row+1, e.Err) }
func (e *RowError) Unwrap() error { return e.Err }

// ImportAppointments writes all rows or none. A row that is known already, by key or code, moves or cancels the appointment that
// was imported with it; one that was cancelled here stays so, and one whose holder is here today is left alone. Nobody is
// written to: that is the other system's.
//
// The error is a *RowError around the refusal (Invalid with Field: service, start or code; Conflict).
func (h *Hall) ImportAppointments(ctx context.Context, cmd Command, rows []Import) (Imported, error) {
	return once(ctx, h, cmd, "import appointments", rows, func(c *change) (Imported, error) {
		var n Imported
		if err := c.mayAs(Lead); err != nil {
			return n, err
		}
		for i, row := range rows {
			count, err := c.importRow(row, &n)
			var place *placeTaken
			switch {
			case errors.As(err, &place):
				return Imported{}, err // says nothing about the row
			case err != nil:
				return Imported{}, &RowError{Row: i, Err: refused(err)}
			}
			*count++
		}
		return n, nil
	})
}

// importRow does one row and gives the count that it belongs to.
func (c *change) importRow(row Import, n *Imported) (count *int, err error) {
	code := booking.Code(booking.Normalize(row.Code))
	if row.Code != "" && code == "" {
		return nil, invalid("code")
	}
	key := ""
	if row.Key != "" { // it may be made of a name: only its hash is kept
		sum := sha256.Sum256([]byte(row.Key))
		key = base64.RawURLEncoding.EncodeToString(sum[:])
	}
	a, known, err := c.imported(key, code)
	switch {
	case err != nil:
		return nil, err
	case known:
		return c.importAgain(a, row, n)
	case row.Cancelled:
		return &n.Known, nil
	case code == "" && row.Start.Before(c.now.Add(-c.h.cfg.KeepContacts)):
		return &n.Known, nil // it may have been here: the keys are forgotten with the contacts
	}
	a = booking.Appointment{
		Code: code, Foreign: code != "" && !booking.LooksOurs(row.Code), Start: row.Start,
		Services: []queue.Visit{{ID: row.Service, Quantity: 1}}, Source: sourceImport,
	}
	_, err = c.book(a, key, Contact{Name: row.Name, Mail: row.Mail})
	return &n.Added, err
}

// imported finds what a row has become.
func (c *change) imported(key string, code booking.Code) (booking.Appointment, bool, error) {
	if key != "" {
		if a, known, err := c.tx.AppointmentByKey(key); err != nil || known {
			return a, known, err
		}
	}
	if code == "" {
		return booking.Appointment{}, false, nil
	}
	return c.tx.AppointmentByCode(code)
}

// importAgain lets an appointment follow the system that it came from.
func (c *change) importAgain(a booking.Appointment, row Import, n *Imported) (count *int, err error) {
	if a.Source != sourceImport || a.State != booking.Booked {
		return &n.Known, nil
	}
	if row.Cancelled {
		_, err := c.cancel(a)
		return &n.Cancelled, err
	}
	services := []queue.Visit{{ID: row.Service, Quantity: 1}}
	if a.Start.Equal(row.Start) && slices.Equal(a.Services, services) {
		return &n.Known, nil
	}
	err = c.movable(a, row.Start)
	if isRefusal(err, queue.WrongState) {
		return &n.Known, nil
	}
	if err != nil {
		return nil, err
	}
	return &n.Moved, c.moveAnyway(a, services, row.Start)
}

// moveAnyway gives a booked appointment another start and services, whether or not there is room.
func (c *change) moveAnyway(a booking.Appointment, services []queue.Visit, start time.Time) error {
	services, err := c.known(services)
	if err != nil {
		return err
	}
	if !inCentury(start) {
		return invalid("start")
	}
	if err := c.free(a); err != nil {
		return err
	}
	a.Start, a.Services, a.Sequence = start.UTC().Round(0), services, a.Sequence+1
	places, end, err := c.lanesAnyway(a)
	if err != nil {
		return err
	}
	a.End = end.UTC()
	if err := c.tx.UpdateAppointment(a); err != nil {
		return err
	}
	c.changed()
	return c.takePlaces(a, places)
}
