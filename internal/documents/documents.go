// Package documents keeps the files that citizens send in before their visit, one file of age (age-encryption.org/v1) each,
// so that the plain bytes are never on a disk.
//
// What a file is, is told by its content. That does not make it safe to show: a file can be a picture and something else at
// the same time. It is safe because whoever hands it on does so only as an attachment, with its Kind and with
// X-Content-Type-Options: nosniff, so that no browser ever runs it.
package documents

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"filippo.io/age"
	"github.com/google/uuid"
)

// MaxSize of a document in bytes.
const MaxSize = 10 << 20

const (
	// atOnce is how many documents are in memory at a time, MaxSize each, to see what they are: the whole server has 200 MB.
	atOnce = 2
	// makingMost is how many are in the making at a time: some 100 KiB of memory each, and MaxSize on the disk.
	makingMost = 32
)

// Ends of the names in the folder.
const (
	sealed = ".age"  // a document, after its id
	part   = ".part" // one that is being written, or was when the power failed
)

// Stored is a document that Put has taken.
type Stored struct {
	ID   string // UUID version 7
	Kind string // PDF, JPEG or PNG
	Size int64  // of the content, in bytes; 1 to MaxSize
}

// Store is the folder of documents. It is safe for use by many.
type Store struct {
	folder    string
	identity  *age.X25519Identity
	scan      []string
	scanLimit time.Duration
	log       *slog.Logger
	making    chan struct{} // holds one for each document in the making
	places    chan []byte   // each place is a buffer, made when it is first used
	scanning  chan struct{} // holds one for each scanner that runs
	troubles  troubles
}

// Open opens the folder, and makes it when it is missing. The key file holds one age identity (AGE-SECRET-KEY-1…); it is made
// when it is missing and there is no document yet. It is an error when it can be read by others than its owner, is not a
// key, or is not the key of the documents that are there.
//
// What a crash left half made goes: only one program at a time takes documents into a folder.
//
// scan is the command of a virus scanner with its arguments, or empty: see Put. When it is missing, Problem says so.
func Open(folder, keyFile string, scan []string, log *slog.Logger) (*Store, error) {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	s := &Store{folder: folder, scan: scan, scanLimit: scanLimit, log: log,
		making: make(chan struct{}, makingMost), places: make(chan []byte, atOnce), scanning: make(chan struct{}, scansOnce)}
	for range atOnce {
		s.places <- nil
	}
	if err := private(folder); err != nil {
		return nil, fmt.Errorf("folder of documents: %w", err)
	}
	names, err := s.names()
	if err != nil {
		return nil, err
	}
	if s.identity, err = readKey(keyFile); errors.Is(err, fs.ErrNotExist) && len(names) == 0 {
		s.identity, err = makeKey(keyFile)
	} else if errors.Is(err, fs.ErrNotExist) {
		err = fmt.Errorf("is missing, but %s holds documents that only it opens; put it back, or delete them", folder)
	}
	if err != nil {
		return nil, fmt.Errorf("key file %s: %w", keyFile, err)
	}
	if err := s.fits(names); err != nil {
		return nil, fmt.Errorf("key file %s: %w", keyFile, err)
	}
	if err := s.dropDrafts(); err != nil {
		return nil, err
	}
	s.lookForScanner()
	return s, nil
}

// private makes a folder that only its owner may enter.
func private(folder string) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	info, err := os.Stat(folder)
	if err != nil {
		return err
	}
	if info.Mode().Perm()&0o077 == 0 {
		return nil
	}
	return os.Chmod(folder, 0o700)
}

// fits is an error when the key opens none of the documents that are there. One that is broken does not decide for all.
func (s *Store) fits(names []string) error {
	locked := false
	for _, name := range names {
		f, err := os.Open(filepath.Join(s.folder, name))
		if err != nil {
			return err
		}
		_, err = age.Decrypt(f, s.identity)
		f.Close()
		if err == nil {
			return nil
		}
		other := new(age.NoIdentityMatchError)
		locked = locked || errors.As(err, &other)
	}
	if locked {
		return fmt.Errorf("opens none of the documents in %s; another key did", s.folder)
	}
	return nil
}

func (s *Store) path(id string) string { return filepath.Join(s.folder, id+sealed) }

// proper tells whether this is an id of ours, letter by letter, and so no path.
func proper(id string) bool {
	u, err := uuid.Parse(id)
	return err == nil && u.Version() == 7 && u.String() == id
}
