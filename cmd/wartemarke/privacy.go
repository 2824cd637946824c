package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"westerkappeln.de/wartemarke/internal/clock"
	"westerkappeln.de/wartemarke/internal/hall"
)

// privacySlack is how late a deletion may be before it is called overdue.
const privacySlack = 10 * time.Minute

type privacyCmd struct {
	Search bool     `help:"Look for a text, read from standard input, in every file of the data folder and in the files given; fails when it is found."`
	Files  []string `arg:"" optional:"" help:"With --search: further files or folders, such as backups."`
}

// Run says what is held about persons, since when, and whether anything should have been deleted; with --search it proves
// that a name is nowhere any more.
func (c *privacyCmd) Run(e *env) error {
	if c.Search {
		return c.search(e, os.Stdin)
	}
	if len(c.Files) > 0 {
		return fmt.Errorf("%w: files go with --search", errUsage)
	}
	return e.withHallToRead(func(h *hall.Hall) error {
		held, err := h.Held(e.ctx)
		if err != nil {
			return err
		}
		fmt.Printf("contacts %d\nmails %d\ndocuments %d\n", held.Contacts, held.Mails, held.Documents)
		if held.Contacts == 0 {
			return nil
		}
		when := func(t time.Time) string { return minute(t.In(e.cfg.Site.Location())) }
		fmt.Printf("oldest entry %s\nfirst appointment %s\nlast appointment %s\n", when(held.Since), when(held.FirstAppointment), when(held.LastAppointment))
		due := held.FirstAppointment.Add(e.keepContacts())
		fmt.Printf("next deletion %s\n", when(due))
		if clock.Now().After(due.Add(privacySlack)) {
			return errors.New("contacts are overdue: the server deletes them every minute; is it running? (systemctl status wartemarke)")
		}
		return nil
	})
}

// search looks for the text as it is and in small letters, as limits keep mail addresses.
func (c *privacyCmd) search(e *env, in io.Reader) error {
	line, err := bufio.NewReader(io.LimitReader(in, 4096)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("standard input: %w", err)
	}
	text := strings.TrimSpace(line)
	if text == "" {
		return fmt.Errorf("%w: give the text on standard input, such as a name", errUsage)
	}
	wanted := [][]byte{[]byte(text), []byte(strings.ToLower(text))}
	looked, found := 0, 0
	for _, root := range append([]string{e.cfg.Site.Data}, c.Files...) {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || !d.Type().IsRegular() {
				return err
			}
			looked++
			has, err := contains(path, wanted)
			if has {
				found++
				fmt.Println(path)
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	if found > 0 {
		return fmt.Errorf("found in %d of %d files", found, looked)
	}
	fmt.Printf("in none of %d files\n", looked)
	return nil
}

// contains tells whether the file holds one of the texts. It is read in pieces that overlap by the longest text.
func contains(path string, texts [][]byte) (bool, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) { // SQLite's files come and go
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer f.Close()
	overlap := 0
	for _, t := range texts {
		overlap = max(overlap, len(t)-1)
	}
	buf := make([]byte, 1<<20)
	kept := 0
	for {
		n, err := io.ReadFull(f, buf[kept:])
		piece := buf[:kept+n]
		for _, t := range texts {
			if bytes.Contains(piece, t) {
				return true, nil
			}
		}
		switch {
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			return false, nil
		case err != nil:
			return false, err
		}
		kept = copy(buf, piece[len(piece)-overlap:])
	}
}
