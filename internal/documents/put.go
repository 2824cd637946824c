package documents

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"syscall"

	"filippo.io/age"
	"github.com/google/uuid"

	"westerkappeln.de/wartemarke/internal/queue"
)

// Put keeps what it reads from r, until its end, as a new document. Refusals: LargeFile (over MaxSize), BadDocument (empty,
// broken, or not what Kind allows), Infected and NotScannable (the scan command: it gets the content on standard input; exit 0
// is fine, 1 is infected, anything else, or more than a minute, is no answer), DiskFull. Then, and with any other error, nothing is
// kept. A document that no row tells of goes with Sweep.
//
// A document in the making keeps one of two places in memory from its first byte on, so r must have a deadline: otherwise two
// citizens on a bad line keep all others waiting. Who waits for a place gives up when ctx is done.
func (s *Store) Put(ctx context.Context, r io.Reader) (Stored, error) {
	var place []byte
	select {
	case place = <-s.places:
	case <-ctx.Done():
		return Stored{}, ctx.Err()
	}
	if place == nil {
		place = make([]byte, MaxSize+1)
	}
	n := 0
	defer func() {
		clear(place[:n])
		s.places <- place
	}()
	n, err := fill(ctx, place, r)
	if err != nil {
		return Stored{}, err
	}
	content := place[:n]
	kind, err := kindOf(content)
	if err != nil {
		return Stored{}, err
	}
	if err := s.check(ctx, content); err != nil {
		return Stored{}, err
	}
	id, err := uuid.NewV7()
	if err != nil {
		return Stored{}, fmt.Errorf("new document: %w", err)
	}
	switch err := s.write(id.String(), content); {
	case full(err):
		s.log.Error("a document cannot be written", "error", err)
		return Stored{}, &queue.Refusal{Code: queue.DiskFull}
	case err != nil:
		return Stored{}, fmt.Errorf("writing a document: %w", err)
	}
	return Stored{ID: id.String(), Kind: kind, Size: int64(n)}, nil
}

// fill reads r to its end, which must come before the place is full.
func fill(ctx context.Context, place []byte, r io.Reader) (n int, err error) {
	tooLarge := new(http.MaxBytesError)
	for n < len(place) && err == nil {
		if err = ctx.Err(); err == nil {
			var more int
			more, err = r.Read(place[n:])
			n += more
		}
	}
	switch {
	case n == len(place), errors.As(err, &tooLarge):
		return n, &queue.Refusal{Code: queue.LargeFile}
	case err == io.EOF:
		return n, nil
	}
	return n, fmt.Errorf("reading a document: %w", err)
}

// write makes the document's file, so that after a power cut it is there whole or not at all.
func (s *Store) write(id string, content []byte) error {
	temporary := filepath.Join(s.folder, id+part)
	f, err := os.OpenFile(temporary, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	err = errors.Join(s.seal(f, content), f.Close())
	if err == nil {
		err = os.Rename(temporary, s.path(id))
	}
	if err != nil {
		return errors.Join(err, os.Remove(temporary))
	}
	if err := syncFolder(s.folder); err != nil {
		return errors.Join(err, os.Remove(s.path(id)))
	}
	return nil
}

// seal writes the content encrypted, down to the disk.
func (s *Store) seal(f *os.File, content []byte) error {
	w, err := age.Encrypt(f, s.identity.Recipient())
	if err != nil {
		return err
	}
	if _, err := w.Write(content); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	return f.Sync()
}

// syncFolder makes what happened to the names in a folder survive a power cut.
func syncFolder(folder string) error {
	dir, err := os.Open(folder)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// full tells whether the error says that the disk takes nothing more, or is broken.
func full(err error) bool {
	return slices.ContainsFunc([]error{syscall.ENOSPC, syscall.EDQUOT, syscall.EROFS, syscall.EIO}, func(why error) bool { return errors.Is(err, why) })
}
