package sqlite

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// ErrOwnFile: a file was named that belongs to the database itself.
var ErrOwnFile = errors.New("this file belongs to the database itself; choose another")

// apart gives ErrOwnFile when file is, or leads by links to, the database or a file whose path begins with the database's: its
// WAL, its shared memory, its locks.
func apart(file, database string) error {
	for _, f := range names(file) {
		for _, d := range names(database) {
			if strings.HasPrefix(f, d) {
				return fmt.Errorf("%s: %w", file, ErrOwnFile)
			}
		}
	}
	info, err := os.Stat(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	// A hard link, or a file system that does not tell capitals from small letters.
	for _, d := range names(database) {
		entries, err := os.ReadDir(filepath.Dir(d))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		for _, e := range entries {
			if !strings.HasPrefix(e.Name(), filepath.Base(d)) {
				continue
			}
			if own, err := os.Stat(filepath.Join(filepath.Dir(d), e.Name())); err == nil && os.SameFile(info, own) {
				return fmt.Errorf("%s: %w", file, ErrOwnFile)
			}
		}
	}
	return nil
}

// names are the ways to write an absolute path: as given, with the links of its folder followed, and with its own.
func names(path string) []string {
	all := []string{filepath.Clean(path)}
	if dir, err := filepath.EvalSymlinks(filepath.Dir(path)); err == nil {
		all = append(all, filepath.Join(dir, filepath.Base(path)))
	}
	for range 40 { // as many links as Linux follows; the last may lead nowhere yet
		target, err := os.Readlink(path)
		if err != nil {
			break
		}
		if !filepath.IsAbs(target) {
			target = filepath.Join(filepath.Dir(path), target)
		}
		path = target
		all = append(all, filepath.Clean(path))
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		all = append(all, real)
	}
	return all
}
