package documents

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"syscall"

	"filippo.io/age"
	"github.com/google/uuid"

	"westerkappeln.de/wartemarke/internal/queue"
)

// Put keeps what it reads from r, until its end, as a new document. Refusals: LargeFile (over MaxSize), BadDocument (empty,
// broken, or not what Kind allows), Infected and NotScannable (the scan command: it gets the content on standard input; exit 0
// is fine, 1 is infected, anything else, or more than a minute, is no answer), DiskFull, and TooMuch with Field "uploads" (32 are
// in the making already; told at once) or "slow" (less than 8 KiB a second after the first 10 seconds, or r's own deadline). Then,
// and with any other error, nothing is kept. A document that no row tells of goes with Sweep.
//
// What comes goes to the disk as it comes, encrypted, so a slow line keeps nobody waiting. A Read that hangs when Put has given up
// on it ends with r's own deadline: until then r must not be read by others.
func (s *Store) Put(ctx context.Context, r io.Reader) (Stored, error) {
	if err := ctx.Err(); err != nil {
		return Stored{}, err
	}
	select {
	case s.making <- struct{}{}:
		defer func() { <-s.making }()
	default:
		return Stored{}, &queue.Refusal{Code: queue.TooMuch, Field: "uploads"}
	}
	id, err := uuid.NewV7()
	if err != nil {
		return Stored{}, fmt.Errorf("new document: %w", err)
	}
	d, err := s.begin(id.String())
	if err != nil {
		return Stored{}, s.unwritten(err)
	}
	kind, err := s.fill(ctx, d, r)
	if cerr := d.file.Close(); err == nil && cerr != nil {
		err = s.unwritten(cerr)
	}
	if err == nil {
		err = s.keep(d)
	}
	if err != nil {
		if rerr := os.Remove(d.file.Name()); rerr != nil && !errors.Is(rerr, os.ErrNotExist) {
			s.log.Error("a document that was not taken stays until it is swept", "error", rerr)
		}
		return Stored{}, err
	}
	return Stored{ID: d.id, Kind: kind, Size: d.size}, nil
}

// fill spools a draft, and looks whether it may become a document, and of which kind.
func (s *Store) fill(ctx context.Context, d *draft, r io.Reader) (kind string, err error) {
	if err := s.spool(ctx, d, r); err != nil {
		return "", err
	}
	if kind, err = s.kind(ctx, d); err != nil {
		return "", err
	}
	if err := s.check(ctx, d); err != nil {
		return "", err
	}
	if err := d.file.Sync(); err != nil {
		return "", s.unwritten(err)
	}
	return kind, nil
}

// kind tells what a draft is by its whole content, which takes one of two places in memory for that moment. Refusal: BadDocument.
func (s *Store) kind(ctx context.Context, d *draft) (string, error) {
	var place []byte
	select {
	case place = <-s.places:
	case <-ctx.Done():
		return "", ctx.Err()
	}
	if place == nil {
		place = make([]byte, MaxSize)
	}
	n := 0
	defer func() {
		clear(place[:n])
		s.places <- place
	}()
	plain, err := s.plain(d)
	if err == nil {
		n, err = io.ReadFull(plain, place[:d.size])
	}
	if err != nil {
		return "", fmt.Errorf("reading what was written of a document: %w", err)
	}
	return kindOf(place[:n])
}

// plain reads a draft from its beginning; each reader of it goes by itself.
func (s *Store) plain(d *draft) (io.Reader, error) {
	return age.Decrypt(io.NewSectionReader(d.file, 0, d.sealed), s.identity)
}

// keep makes a draft, which is down on the disk, a document: after a power cut it is there whole or not at all.
func (s *Store) keep(d *draft) error {
	if err := os.Rename(d.file.Name(), s.path(d.id)); err != nil {
		return s.unwritten(err)
	}
	if err := syncFolder(s.folder); err != nil {
		return errors.Join(s.unwritten(err), os.Remove(s.path(d.id)))
	}
	s.troubles.clear(folderTrouble)
	return nil
}

// unwritten notes why the folder does not take a document. Refusal: DiskFull.
func (s *Store) unwritten(err error) error {
	if !full(err) {
		s.troubles.note(folderTrouble, "the folder of documents cannot be written")
		return fmt.Errorf("writing a document: %w", err)
	}
	s.troubles.note(folderTrouble, "the disk of the documents is full or broken")
	s.log.Error("a document cannot be written", "error", err)
	return &queue.Refusal{Code: queue.DiskFull}
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
