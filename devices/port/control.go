package port

import (
	"errors"
	"fmt"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// control is a second descriptor on the line. Terminal settings belong to the
// tty and not to the descriptor, so everything tarm/serial cannot do is done
// here.
type control struct {
	fd   int
	rdev uint64
}

func openControl(path string) (*control, error) {
	fd, err := unix.Open(path, unix.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if errors.Is(err, unix.EBUSY) {
		return nil, fmt.Errorf("port: %s: %w", path, ErrBusy)
	}
	if err != nil {
		return nil, fmt.Errorf("port: %s: %w", path, err)
	}
	c := &control{fd: fd}
	var st unix.Stat_t
	err = unix.Fstat(fd, &st)
	if err == nil && st.Mode&unix.S_IFMT != unix.S_IFCHR {
		err = errors.New("not a serial line")
	}
	if err == nil {
		// root is let through TIOCEXCL, so the lock is what keeps a second
		// process of ours out.
		err = unix.Flock(fd, unix.LOCK_EX|unix.LOCK_NB)
		if errors.Is(err, unix.EWOULDBLOCK) {
			err = ErrBusy
		}
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("port: %s: %w", path, err), c.close())
	}
	c.rdev = st.Rdev
	return c, nil
}

// descriptors lists this process's descriptors of the line.
func (c *control) descriptors() (map[int]bool, error) {
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return nil, fmt.Errorf("port: %w", err)
	}
	fds := make(map[int]bool)
	for _, e := range entries {
		fd, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		var st unix.Stat_t
		if unix.Fstat(fd, &st) != nil {
			continue // closed since it was listed
		}
		if st.Mode&unix.S_IFMT == unix.S_IFCHR && st.Rdev == c.rdev {
			fds[fd] = true
		}
	}
	return fds, nil
}

// claim sets flow control and forbids further opens.
func (c *control) claim(flow Flow) error {
	if err := c.setFlow(flow); err != nil {
		return err
	}
	return unix.IoctlSetInt(c.fd, unix.TIOCEXCL, 0)
}

func (c *control) setFlow(flow Flow) error {
	t, err := unix.IoctlGetTermios(c.fd, unix.TCGETS)
	if err != nil {
		return err
	}
	t.Cflag &^= unix.CRTSCTS
	t.Iflag &^= unix.IXON | unix.IXOFF | unix.IXANY
	switch flow {
	case FlowRTSCTS:
		t.Cflag |= unix.CRTSCTS
	case FlowXONXOFF:
		t.Iflag |= unix.IXON
		// tarm/serial leaves every control character 0, and then the tty
		// would take NUL for both.
		t.Cc[unix.VSTART] = 0x11
		t.Cc[unix.VSTOP] = 0x13
	}
	return unix.IoctlSetTermios(c.fd, unix.TCSETS, t)
}

// stalled asks the tty whether it would take a byte now.
func (c *control) stalled() (bool, error) {
	fds := []unix.PollFd{{Fd: int32(c.fd), Events: unix.POLLOUT}}
	for {
		_, err := unix.Poll(fds, 0)
		if errors.Is(err, unix.EINTR) {
			continue
		}
		if err != nil {
			return false, fmt.Errorf("port: poll: %w", err)
		}
		break
	}
	if fds[0].Revents&(unix.POLLHUP|unix.POLLERR|unix.POLLNVAL) != 0 {
		return false, ErrHangup
	}
	return fds[0].Revents&unix.POLLOUT == 0, nil
}

// release makes the line closable: without flow control and with nothing to
// send, its last close has no drain to wait for. Errors mean the line is already gone,
// and then there is nothing to release.
func (c *control) release() {
	_ = c.setFlow(FlowNone)
	_ = unix.IoctlSetInt(c.fd, unix.TCFLSH, unix.TCOFLUSH)
	_ = unix.IoctlSetInt(c.fd, unix.TIOCNXCL, 0)
}

func (c *control) close() error { return unix.Close(c.fd) }
