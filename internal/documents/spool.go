package documents

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"

	"filippo.io/age"

	"westerkappeln.de/wartemarke/internal/queue"
)

// draft is a document in the making: a file that holds what has come so far, encrypted.
type draft struct {
	id           string
	file         *os.File // in the folder, under a name that ends in .part
	size, sealed int64    // bytes of the content, and of the file
}

// begin makes the file of a draft, and the folder, should somebody have taken it away.
func (s *Store) begin(id string) (*draft, error) {
	name := filepath.Join(s.folder, id+part)
	const flags = os.O_RDWR | os.O_CREATE | os.O_EXCL
	f, err := os.OpenFile(name, flags, 0o600)
	if errors.Is(err, fs.ErrNotExist) {
		if err = s.restore(); err == nil {
			f, err = os.OpenFile(name, flags, 0o600)
		}
	}
	if err != nil {
		return nil, err
	}
	return &draft{id: id, file: f}, nil
}

// restore makes the folder anew. What was in it is gone, so that is told.
func (s *Store) restore() error {
	if err := private(s.folder); err != nil {
		return err
	}
	s.log.Error("the folder of documents was gone; a new one was made")
	return nil
}

// spool writes what comes into the draft, encrypted, however long that takes. Refusals: LargeFile, BadDocument (nothing came),
// TooMuch (Field slow), DiskFull.
func (s *Store) spool(ctx context.Context, d *draft, r io.Reader) error {
	w, err := age.Encrypt(d.file, s.identity.Recipient())
	if err != nil {
		return s.unwritten(err)
	}
	err = pull(ctx, r, func(piece []byte) error {
		if d.size += int64(len(piece)); d.size > MaxSize {
			return &queue.Refusal{Code: queue.LargeFile}
		}
		if _, err := w.Write(piece); err != nil {
			return s.unwritten(err)
		}
		return nil
	})
	tooLarge := new(http.MaxBytesError)
	refusal := new(queue.Refusal)
	switch {
	case errors.As(err, &tooLarge):
		return &queue.Refusal{Code: queue.LargeFile}
	case errors.Is(err, os.ErrDeadlineExceeded):
		return &queue.Refusal{Code: queue.TooMuch, Field: "slow"}
	case errors.As(err, &refusal), err != nil && ctx.Err() != nil:
		return err
	case err != nil:
		return fmt.Errorf("reading a document: %w", err)
	case d.size == 0:
		return &queue.Refusal{Code: queue.BadDocument}
	}
	if err := w.Close(); err != nil {
		return s.unwritten(err)
	}
	if d.sealed, err = d.file.Seek(0, io.SeekCurrent); err != nil {
		return s.unwritten(err)
	}
	return nil
}
