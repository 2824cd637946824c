package hall

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/queue"
)

// Import is one appointment to be imported.
type Import struct {
	Key        string // known again by this
	Code       string // foreign code, "" to make one of ours
	Service    string
	Start      time.Time
	Name, Mail string
}

// RowError says which row of an import was refused.
type RowError struct {
	Row int // from 0
	Err error
}

func (e *RowError) Error() string { return fmt.Sprintf("row %d: %v", e.Row+1, e.Err) }
func (e *RowError) Unwrap() error { return e.Err }

// ImportAppointments writes all or none; rows known already, by key or code, are left as they are. The error is a
// *RowError around the refusal (Invalid with Field: service, start or code; Conflict).
func (h *Hall) ImportAppointments(ctx context.Context, cmd Command, rows []Import) (added, known int, err error) {
	type counts struct{ Added, Known int }
	n, err := once(ctx, h, cmd, "import appointments", rows, func(c *change) (counts, error) {
		var n counts
		if err := c.mayAs(Lead); err != nil {
			return n, err
		}
		for i, row := range rows {
			isNew, err := c.importRow(row)
			if err != nil {
				return n, &RowError{Row: i, Err: refused(err)}
			}
			if isNew {
				n.Added++
			} else {
				n.Known++
			}
		}
		return n, nil
	})
	return n.Added, n.Known, err
}

func (c *change) importRow(row Import) (isNew bool, err error) {
	code := booking.Code(booking.Normalize(row.Code))
	key := ""
	if row.Key != "" { // it may be made of a name: only its hash is kept
		sum := sha256.Sum256([]byte(row.Key))
		key = base64.RawURLEncoding.EncodeToString(sum[:])
		if _, known, err := c.tx.AppointmentByKey(key); err != nil || known {
			return false, err
		}
	}
	if code != "" {
		if _, known, err := c.tx.AppointmentByCode(code); err != nil || known {
			return false, err
		}
	}
	if row.Code != "" && code == "" {
		return false, invalid("code")
	}
	a := booking.Appointment{
		Code: code, Foreign: code != "" && !booking.LooksOurs(row.Code), Start: row.Start,
		Services: []queue.Visit{{ID: row.Service, Quantity: 1}}, Source: "import",
	}
	_, err = c.book(a, key, Contact{Name: row.Name, Mail: row.Mail})
	return err == nil, err
}

// AddAppointment books a visit without asking for capacity (the operator's word). Refusals: NotAllowed, Invalid (Field:
// services, start).
func (h *Hall) AddAppointment(ctx context.Context, cmd Command, services []queue.Visit, start time.Time, name, mail string) (booking.Appointment, error) {
	args := struct {
		Services   []queue.Visit
		Start      time.Time
		Name, Mail string
	}{services, start, name, mail}
	return once(ctx, h, cmd, "add appointment", args, func(c *change) (booking.Appointment, error) {
		if err := c.mayAs(Clerk); err != nil {
			return booking.Appointment{}, err
		}
		a := booking.Appointment{Start: start, Services: services, Source: "staff"}
		return c.book(a, "", Contact{Name: name, Mail: mail})
	})
}

// book writes an appointment, with a code of ours if it has none, and its contact if there is one.
func (c *change) book(a booking.Appointment, key string, person Contact) (booking.Appointment, error) {
	// Other years are slips of the hand, and a store may have no room for them: 2262 ends the nanoseconds of an int64.
	if year := a.Start.UTC().Year(); year < 2000 || year >= 2200 {
		return a, invalid("start")
	}
	if len(a.Services) == 0 {
		return a, invalid("service")
	}
	for i := range a.Services {
		v := &a.Services[i]
		if _, ok := c.cat.Service(v.ID); !ok {
			return a, &queue.Refusal{Code: queue.Invalid, Field: "service", Service: v.ID}
		}
		v.Quantity = max(v.Quantity, 1)
	}
	id, err := uuid.NewV7()
	if err != nil {
		return a, fmt.Errorf("appointment id: %w", err)
	}
	a.ID, a.Start = id.String(), a.Start.UTC().Round(0)
	if a.Code == "" {
		if a.Code, err = c.freshCode(); err != nil {
			return a, err
		}
	}
	if err := c.tx.InsertAppointment(a, key); err != nil {
		return a, err
	}
	if person.Name == "" && person.Mail == "" && person.Phone == "" {
		return a, nil
	}
	person.Appointment, person.Since = a.ID, c.now
	return a, c.tx.PutContact(person)
}

// freshCode makes a code that no appointment has. With 45 bits a second try is rarer than a broken disk.
func (c *change) freshCode() (booking.Code, error) {
	for range 8 {
		code, err := booking.NewCode(rand.Reader)
		if err != nil {
			return "", err
		}
		if _, taken, err := c.tx.AppointmentByCode(code); err != nil || !taken {
			return code, err
		}
	}
	return "", errors.New("no free appointment code in 8 tries")
}

// appointment finds one by id or code.
func (s *scene) appointment(codeOrID string) (booking.Appointment, error) {
	a, found, err := s.tx.Appointment(codeOrID)
	if err != nil || found {
		return a, err
	}
	return s.booked(codeOrID)
}

// Appointment by code or id, and its ticket of today if there is one. Refusals: NotFound, BadCode.
func (h *Hall) Appointment(ctx context.Context, codeOrID string) (booking.Appointment, *View, error) {
	var a booking.Appointment
	var ticket *View
	err := h.view(ctx, func(s *scene) error {
		var err error
		if a, err = s.appointment(codeOrID); err != nil {
			return err
		}
		t, found, err := s.tx.TicketOfAppointment(s.day, a.ID)
		if err != nil || !found {
			return err
		}
		v, err := s.view(t)
		ticket = &v
		return err
	})
	return a, ticket, err
}

// CancelAppointment cancels it; again changes nothing. A ticket of today that still waits is cancelled too; a visit that
// goes on at a counter is not disturbed. Refusals: NotFound, BadCode, NotAllowed.
func (h *Hall) CancelAppointment(ctx context.Context, cmd Command, codeOrID string) (booking.Appointment, error) {
	return once(ctx, h, cmd, "cancel appointment", codeOrID, func(c *change) (booking.Appointment, error) {
		if err := c.mayAs(Clerk); err != nil {
			return booking.Appointment{}, err
		}
		a, err := c.appointment(codeOrID)
		if err != nil || a.State == booking.Cancelled {
			return a, err
		}
		a.State = booking.Cancelled
		if err := c.tx.UpdateAppointment(a); err != nil {
			return a, err
		}
		t, found, err := c.tx.TicketOfAppointment(c.day, a.ID)
		if err != nil || !found || !t.State.Open() || t.State.AtCounter() {
			return a, err
		}
		_, err = c.apply(t, queue.Change{Action: queue.Cancel})
		return a, err
	})
}

// Appointments that start on the day of t.
func (h *Hall) Appointments(ctx context.Context, t time.Time) ([]booking.Appointment, error) {
	day := queue.DayOf(t, h.cfg.Location)
	to := queue.EndOfDay(day, h.cfg.Location)
	before := queue.DayOf(t.In(h.cfg.Location).AddDate(0, 0, -1), h.cfg.Location)
	var found []booking.Appointment
	err := h.view(ctx, func(s *scene) error {
		var err error
		found, err = s.tx.Appointments(queue.EndOfDay(before, h.cfg.Location), to)
		return err
	})
	return found, err
}
