package web

import (
	"context"
	"io"
	"time"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/queue"
)

// Appointments is the part of the hall about booked visits, their mails and documents.
type Appointments interface {
	DayList(ctx context.Context, day queue.Day) ([]hall.Listed, error)
	Listed(ctx context.Context, codeOrID string) (hall.Listed, error)
	FindByName(ctx context.Context, name string) ([]hall.Listed, error)

	FreeDays(ctx context.Context, w booking.Want, d hall.Days) ([]booking.FreeDay, error)
	FreeSlots(ctx context.Context, w booking.Want, day queue.Day) ([]booking.Slot, error)
	FirstFree(ctx context.Context, w booking.Want) (booking.Slot, bool, error)

	Book(ctx context.Context, c hall.Command, w booking.Want, start time.Time, p hall.Person) (hall.Registered, error)
	Move(ctx context.Context, c hall.Command, codeOrID string, start time.Time) (booking.Appointment, error)
	CancelAppointment(ctx context.Context, c hall.Command, codeOrID string) (booking.Appointment, error)
	ConfirmFor(ctx context.Context, c hall.Command, id string) (booking.Appointment, error)
	Correct(ctx context.Context, c hall.Command, id string, p hall.Person) (booking.Appointment, error)

	// Mails of an appointment, oldest first.
	Mails(ctx context.Context, appointment string) ([]hall.Mail, error)
	DeadMails(ctx context.Context) ([]hall.Letter, error)
	RetryMail(ctx context.Context, c hall.Command, id string) error
	DropMail(ctx context.Context, c hall.Command, id string) error

	Documents(ctx context.Context, appointment string) ([]hall.Document, error)
	Document(ctx context.Context, id string) (hall.Document, error)
}

// Documents gives the content of what citizens sent in; *documents.Store satisfies it.
type Documents interface {
	// Get opens a document. What it reads is whole and genuine only when the reader ends with io.EOF.
	Get(ctx context.Context, id string) (io.ReadCloser, error)
}

// MailState tells since when no mail gets out and why, in the mail server's words; a zero time when all is well.
type MailState interface {
	Down() (since time.Time, why string)
}

// Imports tells which sources of appointments cannot be read.
type Imports interface{ Problems() []ImportProblem }

// ImportProblem is a source of appointments that cannot be read.
type ImportProblem struct {
	Name  string // of the source, as the configuration names it
	Since time.Time
	Why   string
}
