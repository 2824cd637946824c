package citizen_test

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
)

// serve serves a handler until the test ends.
func serve(t testing.TB, h http.Handler) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(func() { s.CloseClientConnections(); s.Close() })
	return s.URL
}

// alone says that an address is one visitor's.
func alone(netip.Addr) bool { return false }
