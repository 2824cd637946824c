package hall

import (
	"context"
	"crypto/sha256"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/queue"
)

// MaxDocuments of one appointment.
const MaxDocuments = 5

// DocumentKinds are the media types of documents.
var DocumentKinds = []string{"application/pdf", "image/jpeg", "image/png"}

// AddDocument notes a document that the holder of an own link sent in; its content lies in internal/documents, under the ID if d
// has one already. It can be added until the end of the appointment's day.
//
// Refusals: NotFound, Invalid (Field name: 1 to 100 printable characters), BadDocument (kind, empty), TooMuch (Field documents),
// WrongState when the appointment is cancelled, over, or its contact is gone.
func (h *Hall) AddDocument(ctx context.Context, cmd Command, ownSecret string, d Document) (Document, error) {
	switch {
	case !properName(d.Name):
		return Document{}, invalid("name")
	case d.Size <= 0 || !slices.Contains(DocumentKinds, d.Kind):
		return Document{}, &queue.Refusal{Code: queue.BadDocument}
	}
	args := struct {
		Secret   string
		Document Document
	}{ownSecret, d}
	// Only the id is kept as the answer: people give files their names.
	id, err := once(ctx, h, cmd, "add document", args, func(c *change) (string, error) {
		a, err := c.mayDocument(ownSecret)
		if err != nil {
			return "", err
		}
		known, err := c.tx.DocumentsOf(a.ID)
		if err != nil {
			return "", err
		}
		if len(known) >= MaxDocuments {
			return "", &queue.Refusal{Code: queue.TooMuch, Field: "documents"}
		}
		added := d
		if added.ID == "" {
			id, err := uuid.NewV7()
			if err != nil {
				return "", fmt.Errorf("document id: %w", err)
			}
			added.ID = id.String()
		}
		added.Appointment, added.Added = a.ID, c.now
		if a.State == booking.Booked {
			c.changed()
		}
		return added.ID, c.tx.PutDocument(added)
	})
	if err != nil {
		return Document{}, err
	}
	return h.Document(ctx, id)
}

// RemoveDocument forgets one of the appointment's documents; one that is gone already is fine. Refusals: NotFound, WrongState.
func (h *Hall) RemoveDocument(ctx context.Context, cmd Command, ownSecret, id string) error {
	args := struct {
		Secret [32]byte
		ID     string
	}{sha256.Sum256([]byte(ownSecret)), id}
	return h.do(ctx, cmd, "remove document", args, func(c *change) error {
		a, err := c.mayDocument(ownSecret)
		if err != nil {
			return err
		}
		d, found, err := c.tx.Document(id)
		if err != nil || !found {
			return err
		}
		if d.Appointment != a.ID {
			return notFound()
		}
		if a.State == booking.Booked {
			c.changed()
		}
		return c.tx.DropDocument(id)
	})
}

// mayDocument gives the appointment of an own link as long as documents for it are of use.
func (c *change) mayDocument(ownSecret string) (booking.Appointment, error) {
	a, kind, err := c.linked(ownSecret)
	if err != nil {
		return a, err
	}
	if kind != OwnLink {
		return a, notFound()
	}
	_, found, err := c.tx.Contact(a.ID)
	if err != nil {
		return a, err
	}
	if !found || a.State == booking.Cancelled || queue.DayOf(a.Start, c.h.cfg.Location) < c.day {
		return a, &queue.Refusal{Code: queue.WrongState}
	}
	return a, nil
}

// Documents of an appointment, oldest first.
func (h *Hall) Documents(ctx context.Context, appointment string) ([]Document, error) {
	var all []Document
	err := h.cfg.Store.View(ctx, func(tx Tx) error {
		var err error
		all, err = tx.DocumentsOf(appointment)
		return err
	})
	return all, err
}

// Document by id. Refusal: NotFound.
func (h *Hall) Document(ctx context.Context, id string) (Document, error) {
	var d Document
	err := h.cfg.Store.View(ctx, func(tx Tx) error {
		var found bool
		var err error
		if d, found, err = tx.Document(id); err == nil && !found {
			err = notFound()
		}
		return err
	})
	return d, err
}

// DocumentIDs are those of all documents: a file under another name belongs to nobody any more.
func (h *Hall) DocumentIDs(ctx context.Context) ([]string, error) {
	var ids []string
	err := h.cfg.Store.View(ctx, func(tx Tx) error {
		var err error
		ids, err = tx.DocumentIDs()
		return err
	})
	return ids, err
}
