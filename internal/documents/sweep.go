package documents

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// grace is how old a file must be to go: its row is written after it.
const grace = time.Hour

// Sweep deletes the documents whose ids are not in keep, and what broken writes left behind, and gives how many files went.
// Files of the last hour stay. One whose time is more than an hour ahead goes, too: the clock was wrong then, and it would never
// grow old. Files with other names are not ours and stay. It goes on after an error.
func (s *Store) Sweep(keep []string, now time.Time) (int, error) {
	rows := make(map[string]bool, len(keep))
	for _, id := range keep {
		rows[id] = true
	}
	entries, err := os.ReadDir(s.folder)
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
