package virtual

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"sync"
)

// control is a unix socket on which another process gives commands, a line
// each, answered "ok", "ok TEXT" or "error: …".
type control struct {
	l    net.Listener
	work sync.WaitGroup
	mu   sync.Mutex
	open map[net.Conn]bool
}

func listen(path string, do func(string) (string, error)) (*control, error) {
	// What is left of a process that was killed would keep us from listening.
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	l, err := net.Listen("unix", path)
	if err != nil {
		return nil, fmt.Errorf("virtual: %w", err)
	}
	c := &control{l: l, open: make(map[net.Conn]bool)}
	c.work.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return // closed
			}
			c.work.Go(func() { c.serve(conn, do) })
		}
	})
	return c, nil
}

func (c *control) serve(conn net.Conn, do func(string) (string, error)) {
	c.mu.Lock()
	if c.open == nil {
		c.mu.Unlock()
		conn.Close()
		return
	}
	c.open[conn] = true
	c.mu.Unlock()
	defer func() {
		c.mu.Lock()
		delete(c.open, conn)
		c.mu.Unlock()
		conn.Close()
	}()
	lines := bufio.NewScanner(conn)
	for lines.Scan() {
		text, err := do(lines.Text())
		switch {
		case err != nil:
			text = "error: " + err.Error()
		case text != "":
			text = "ok " + text
		default:
			text = "ok"
		}
		if _, err := fmt.Fprintln(conn, text); err != nil {
			return // the other side has gone
		}
	}
}

func (c *control) close() error {
	err := c.l.Close()
	c.mu.Lock()
	for conn := range c.open {
		conn.Close()
	}
	c.open = nil
	c.mu.Unlock()
	c.work.Wait()
	return err
}

// Send gives one command to the control socket of a virtual device in another
// process and returns its answer.
func Send(socket, command string) (string, error) {
	conn, err := net.Dial("unix", socket)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	if _, err := fmt.Fprintln(conn, command); err != nil {
		return "", err
	}
	answer, err := bufio.NewReader(conn).ReadString('\n')
	if err != nil {
		return "", fmt.Errorf("virtual: no answer from %s: %w", socket, err)
	}
	answer = answer[:len(answer)-1]
	if answer == "ok" {
		return "", nil
	}
	if text, ok := strings.CutPrefix(answer, "ok "); ok {
		return text, nil
	}
	return "", errors.New(answer)
}
