package documents

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"filippo.io/age"

	"westerkappeln.de/wartemarke/internal/queue"
)

// Get opens a document. Refusal: NotFound, also for what is no id.
//
// It is read as a stream of 64 KiB pieces, each proven genuine before its bytes are given. A file that was changed or cut off
// gives an error, here or instead of io.EOF, and what was read before is then nothing to rely on: whoever hands it on breaks
// off (HTTP: send Content-Length and panic with http.ErrAbortHandler).
func (s *Store) Get(ctx context.Context, id string) (io.ReadCloser, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if !proper(id) {
		return nil, &queue.Refusal{Code: queue.NotFound}
	}
	f, err := os.Open(s.path(id))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &queue.Refusal{Code: queue.NotFound}
	}
	if err != nil {
		return nil, fmt.Errorf("document: %w", err)
	}
	plain, err := age.Decrypt(f, s.identity)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("document %s: %w", id, err), f.Close())
	}
	return &opened{ctx, id, plain, f}, nil
}

// opened is a document that is being read.
type opened struct {
	ctx   context.Context
	id    string
	plain io.Reader
	file  *os.File
}

func (o *opened) Read(p []byte) (int, error) {
	if err := o.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := o.plain.Read(p)
	if err != nil && err != io.EOF {
		err = fmt.Errorf("document %s: %w", o.id, err)
	}
	return n, err
}

func (o *opened) Close() error { return o.file.Close() }

// Drop deletes a document. It is no error when it is gone already. Refusal: NotFound for what is no id.
func (s *Store) Drop(id string) error {
	if !proper(id) {
		return &queue.Refusal{Code: queue.NotFound}
	}
	if err := os.Remove(s.path(id)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("document: %w", err)
	}
	return nil
}
