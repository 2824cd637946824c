package virtual

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"
)

// Scanner is a code scanner on a pty.
type Scanner struct {
	line    *tty
	link    string
	ctl     *control
	scanned chan struct{}
}

// NewScanner opens a scanner. link, if not empty, becomes a symbolic link to its
// line; link with ".sock" appended is then a unix socket, and every line sent
// there is held under the scanner (Send).
func NewScanner(link string) (*Scanner, error) {
	t, err := openTTY()
	if err != nil {
		return nil, err
	}
	if err := t.place(link); err != nil {
		t.close()
		return nil, err
	}
	s := &Scanner{line: t, link: link, scanned: make(chan struct{}, 1)}
	if link != "" {
		s.ctl, err = listen(link+".sock", func(code string) (string, error) { return "", s.Scan(code) })
		if err != nil {
			return nil, errors.Join(err, s.Close())
		}
	}
	return s, nil
}

// Path is the name of the line, or of the link to it.
func (s *Scanner) Path() string {
	if s.link != "" {
		return s.link
	}
	return s.line.path
}

// Control is the path of the unix socket, empty without a link.
func (s *Scanner) Control() string {
	if s.ctl == nil {
		return ""
	}
	return s.link + ".sock"
}

// Scanned tells when something was held under the scanner; several times may be told as one.
func (s *Scanner) Scanned() <-chan struct{} { return s.scanned }

// Scan reads a code: it goes out followed by CR.
func (s *Scanner) Scan(code string) error {
	if strings.ContainsAny(code, "\r\n") {
		return fmt.Errorf("virtual: a code is one line")
	}
	return s.Send([]byte(code + "\r"))
}

// Send puts bytes on the line as they are. It fails when nobody has read for a
// second.
func (s *Scanner) Send(b []byte) error {
	if err := s.line.master.SetWriteDeadline(time.Now().Add(time.Second)); err != nil {
		return err
	}
	if _, err := s.line.master.Write(b); err != nil {
		return err
	}
	select {
	case s.scanned <- struct{}{}:
	default: // it is told already
	}
	return nil
}

// Close unplugs the scanner.
func (s *Scanner) Close() error {
	var err error
	if s.ctl != nil {
		err = s.ctl.close()
	}
	s.line.close()
	if s.link != "" {
		if e := os.Remove(s.link); e != nil && !errors.Is(e, os.ErrNotExist) {
			err = errors.Join(err, e)
		}
	}
	return err
}
