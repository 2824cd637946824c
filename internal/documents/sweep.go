package documents

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// grace is how old a file must be to go: its row is written after it.
const grace = time.Hour

// Sweep deletes the documents whose ids are not in keep, and what broken writes left behind, and gives how many files went.
// Files of the last hour stay. One whose time is more than an hour ahead goes, too: the clock was wrong then, and it would never
// grow old. Files with other names are not ours and stay. It goes on after an error.
//
// A folder that is gone is made anew. Sweep also looks whether what Problem tells of is still so.
func (s *Store) Sweep(keep []string, now time.Time) (int, error) {
	rows := make(map[string]bool, len(keep))
	for _, id := range keep {
		rows[id] = true
	}
	s.lookForScanner()
	entries, err := s.lookAtFolder()
	if err != nil {
		return 0, fmt.Errorf("folder of documents: %w", err)
	}
	gone := 0
	var failed []error
	for _, e := range entries {
		id, document := strings.CutSuffix(e.Name(), sealed)
		if !document {
			id, document = strings.CutSuffix(e.Name(), part)
			document = document && proper(id)
		} else {
			document = proper(id) && !rows[id]
		}
		if !document || !e.Type().IsRegular() {
			continue
		}
		switch went, err := s.sweep(e, now); {
		case err != nil:
			failed = append(failed, fmt.Errorf("document: %w", err))
		case went:
			gone++
		}
	}
	return gone, errors.Join(failed...)
}

// sweep deletes a file if it is old.
func (s *Store) sweep(e fs.DirEntry, now time.Time) (bool, error) {
	info, err := e.Info()
	if err == nil {
		if now.Sub(info.ModTime()).Abs() <= grace {
			return false, nil
		}
		err = os.Remove(filepath.Join(s.folder, e.Name()))
	}
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil // dropped meanwhile
	}
	return err == nil, err
}

// lookAtFolder reads the folder, and notes whether it can be written. One that is gone is made anew.
func (s *Store) lookAtFolder() ([]fs.DirEntry, error) {
	entries, err := os.ReadDir(s.folder)
	if errors.Is(err, fs.ErrNotExist) {
		err = s.restore()
	}
	var disk syscall.Statfs_t
	if err == nil {
		err = syscall.Access(s.folder, mayWrite)
	}
	if err == nil {
		err = syscall.Statfs(s.folder, &disk)
	}
	switch {
	case err != nil:
		s.troubles.note(folderTrouble, "the folder of documents cannot be written")
	case disk.Bavail*uint64(disk.Bsize) < MaxSize:
		s.troubles.note(folderTrouble, "the disk of the documents is full or broken")
	default:
		s.troubles.clear(folderTrouble)
	}
	return entries, err
}

// mayWrite asks access(2) whether names can be made in a folder: W_OK and X_OK.
const mayWrite = 0x2 | 0x1

// dropDrafts deletes what was in the making when a program ended.
func (s *Store) dropDrafts() error {
	entries, err := os.ReadDir(s.folder)
	if err != nil {
		return fmt.Errorf("folder of documents: %w", err)
	}
	for _, e := range entries {
		if id, ok := strings.CutSuffix(e.Name(), part); !ok || !proper(id) || !e.Type().IsRegular() {
			continue
		}
		if err := os.Remove(filepath.Join(s.folder, e.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("document that was never finished: %w", err)
		}
	}
	return nil
}

// names of the files that are documents.
func (s *Store) names() ([]string, error) {
	entries, err := os.ReadDir(s.folder)
	if err != nil {
		return nil, fmt.Errorf("folder of documents: %w", err)
	}
	var names []string
	for _, e := range entries {
		if id, ok := strings.CutSuffix(e.Name(), sealed); ok && proper(id) {
			names = append(names, e.Name())
		}
	}
	return names, nil
}
