package api_test

import (
	"errors"
	"net"
	"testing"

	"westerkappeln.de/wartemarke/internal/api"
)

// The third of two connections is answered only when another one is closed, and closing the listener ends the wait.
func TestLimitOfConnections(t *testing.T) {
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := api.Limit(inner, 2)
	accepted, ended := make(chan net.Conn, 3), make(chan error, 1)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				ended <- err
				return
			}
			accepted <- c
		}
	}()
	for range 3 { // the kernel takes all of them
		c, err := net.Dial("tcp", inner.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
	}
	first, second := <-accepted, <-accepted
	select {
	case <-accepted:
		t.Error("a third connection")
	default:
	}
	for range 2 { // the second time is an error of the connection's and frees nothing
		if err := first.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
			t.Error(err)
		}
	}
	third := <-accepted
	select {
	case <-accepted:
		t.Error("a fourth connection")
	default:
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	if err := <-ended; !errors.Is(err, net.ErrClosed) {
		t.Errorf("Accept ended with %v", err)
	}
	for _, c := range []net.Conn{second, third} {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	}
}
