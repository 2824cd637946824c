package hall

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/queue"
)

const sourceImport = "import"

// few appointments may all go at once with a whole list; of more, it may cancel at most half.
const few = 10

// Import is one appointment to be imported.
type Import struct {
	Key        string // known again by this
	Code       string // foreign code, "" to make one of ours
	Service    string
	Quantity   int // 0 is 1
	Start      time.Time
	Name, Mail string
	Cancelled  bool // in the other system
}

// ImportList is what another booking system gives.
type ImportList struct {
	Source string // a name for lists that are fetched again and again, else ""
	Rows   []Import
	// Whole: the list is the whole truth of its source. What it gave before, and no longer does, was cancelled there.
	Whole bool
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
// The error is a *RowError around the refusal (Invalid with Field: service, start or code; Conflict); or TooMuch with Field
// rows and Number such as "9 of 12", when a whole list would cancel more than half of more than 10 appointments to come: that smells like a broken export.
func (h *Hall) ImportAppointments(ctx context.Context, cmd Command, list ImportList) (Imported, error) {
	return once(ctx, h, cmd, "import appointments", list, func(c *change) (Imported, error) {
		var n Imported
		if err := c.mayAs(Lead); err != nil {
			return n, err
		}
		source := sourceOf(list.Source)
		for i, row := range list.Rows {
			count, err := c.importRow(row, source, &n)
			var place *placeTaken
			switch {
			case errors.As(err, &place):
				return Imported{}, err // says nothing about the row
			case err != nil:
				return Imported{}, &RowError{Row: i, Err: refused(err)}
			}
			*count++
		}
		if !list.Whole || list.Source == "" {
			return n, nil
		}
		gone, err := c.cancelGone(source, list.Rows)
		n.Cancelled += gone
		return n, err
	})
}

// sourceOf is what an appointment keeps of where it was imported from.
func sourceOf(name string) string {
	if name == "" {
		return sourceImport
	}
	return sourceImport + ":" + name
}

// isImport tells whether an appointment came from another booking system.
func isImport(source string) bool {
	return source == sourceImport || strings.HasPrefix(source, sourceImport+":")
}

// cancelGone cancels what the source gave before and no longer does. What has begun, or whose holder is here, stays.
func (c *change) cancelGone(source string, rows []Import) (int, error) {
	known, err := c.tx.ImportedFrom(source, c.now)
	if err != nil {
		return 0, err
	}
	all := len(known)
	for _, row := range rows {
		delete(known, importKey(row.Key))
	}
	if all > few && 2*len(known) > all {
		return 0, &queue.Refusal{Code: queue.TooMuch, Field: "rows", Number: fmt.Sprintf("%d of %d", len(known), all)}
	}
	for _, a := range known {
		if _, err := c.cancel(a); err != nil && !isRefusal(err, queue.WrongState) {
			return 0, err
		}
	}
	return len(known), nil
}

// importKey is what is kept of a key: it may be made of a name.
func importKey(key string) string {
	if key == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(key))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// importRow does one row and gives the count that it belongs to.
func (c *change) importRow(row Import, source string, n *Imported) (count *int, err error) {
	code := booking.Code(booking.Normalize(row.Code))
	if row.Code != "" && code == "" {
		return nil, invalid("code")
	}
	key := importKey(row.Key)
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
		Services: row.services(), Source: source,
	}
	_, err = c.book(a, key, Contact{Name: row.Name, Mail: row.Mail})
	return &n.Added, err
}

func (row Import) services() []queue.Visit {
	return []queue.Visit{{ID: row.Service, Quantity: max(row.Quantity, 1)}}
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
	if !isImport(a.Source) || a.State != booking.Booked {
		return &n.Known, nil
	}
	if row.Cancelled {
		_, err := c.cancel(a)
		return &n.Cancelled, err
	}
	services := row.services()
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
