package citizen

import (
	"context"
	"io"
	"time"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/catalogue"
	"westerkappeln.de/wartemarke/internal/documents"
	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/queue"
)

// Hall is what the pages need of the hall.
type Hall interface {
	Catalogue(context.Context) (catalogue.Catalogue, error)

	FreeDays(context.Context, booking.Want, hall.Days) ([]booking.FreeDay, error)
	FreeSlots(context.Context, booking.Want, queue.Day) ([]booking.Slot, error)
	FirstFree(context.Context, booking.Want) (booking.Slot, bool, error)

	Hold(ctx context.Context, cmd hall.Command, w booking.Want, start time.Time) (hall.HeldSlot, error)
	Extend(ctx context.Context, cmd hall.Command, holdSecret string) (booking.Appointment, error)
	Release(ctx context.Context, cmd hall.Command, holdSecret string) error
	Register(ctx context.Context, cmd hall.Command, holdSecret string, p hall.Person) (hall.Registered, error)

	Mine(ctx context.Context, secret string) (hall.Mine, error)
	Confirm(ctx context.Context, cmd hall.Command, ownSecret string) (hall.Mine, error)
	MoveMine(ctx context.Context, cmd hall.Command, ownSecret string, start time.Time) (hall.Mine, error)
	CancelMine(ctx context.Context, cmd hall.Command, ownSecret string) (hall.Mine, error)
	WishEarlier(ctx context.Context, cmd hall.Command, ownSecret string, on bool) (hall.Mine, error)

	AddDocument(ctx context.Context, cmd hall.Command, ownSecret string, d hall.Document) (hall.Document, error)
	RemoveDocument(ctx context.Context, cmd hall.Command, ownSecret, id string) error
}

// Documents keeps the content of files; *documents.Store does. The hall knows whose they are.
type Documents interface {
	Put(context.Context, io.Reader) (documents.Stored, error)
	Drop(id string) error
}
