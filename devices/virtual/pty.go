// Package virtual is a receipt printer and a code scanner that live on
// pseudo-terminals: our own programs talk to them as to the real ones. The
// printer leaves every ticket as a picture and can be given every fault.
package virtual

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// tty is a pseudo-terminal of which we hold both ends, so that it stays when a
// client closes it.
type tty struct {
	master *os.File
	slave  int
	path   string
}

func openTTY() (*tty, error) {
	fd, err := unix.Open("/dev/ptmx", unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, fmt.Errorf("virtual: /dev/ptmx: %w", err)
	}
	t := &tty{master: os.NewFile(uintptr(fd), "/dev/ptmx"), slave: -1}
	if err := t.prepare(fd); err != nil {
		t.close()
		return nil, fmt.Errorf("virtual: %w", err)
	}
	return t, nil
}

func (t *tty) prepare(master int) error {
	if err := unix.IoctlSetPointerInt(master, unix.TIOCSPTLCK, 0); err != nil {
		return err
	}
	n, err := unix.IoctlGetInt(master, unix.TIOCGPTN)
	if err != nil {
		return err
	}
	t.path = fmt.Sprintf("/dev/pts/%d", n)
	t.slave, err = unix.Open(t.path, unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	if err != nil {
		return err
	}
	// Raw, or everything we say before a client sets the line would be echoed
	// back to us.
	return unix.IoctlSetTermios(t.slave, unix.TCSETS, &unix.Termios{
		Cflag: unix.CREAD | unix.CLOCAL | unix.CS8 | unix.B38400,
		Cc:    [19]uint8{unix.VMIN: 1},
	})
}

// close hangs the line up; errors would mean it is gone already.
func (t *tty) close() {
	_ = t.master.Close()
	if t.slave >= 0 {
		_ = unix.Close(t.slave)
	}
}

// place makes link point at the line, in one step if it pointed elsewhere.
func (t *tty) place(link string) error {
	if link == "" {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(link), 0o755); err != nil {
		return err
	}
	tmp := fmt.Sprintf("%s.%d", link, os.Getpid())
	if err := os.Remove(tmp); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if err := os.Symlink(t.path, tmp); err != nil {
		return err
	}
	return os.Rename(tmp, link)
}
