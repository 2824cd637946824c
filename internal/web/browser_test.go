package web_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"westerkappeln.de/wartemarke/internal/page/browsertest"
)

func TestMain(m *testing.M) { browsertest.Main(m) }

// tab is a clerk's or a phone's browser.
type tab struct {
	browsertest.Tab
	t testing.TB
}

func newTab(t testing.TB, width, height int64) tab {
	t.Helper()
	return tab{browsertest.New(t, "web", width, height), t}
}

// start serves a handler until the test ends. Streams are open for as long as their page is: they are cut then.
func start(t testing.TB, h http.Handler) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(func() { s.CloseClientConnections(); s.Close() })
	return s
}

// named is the same address by a name that no browser trusts as it does localhost.
func named(url string) string { return strings.Replace(url, "127.0.0.1", "hall.test", 1) }

// sizes are a narrow window beside another program, and a whole screen.
var sizes = []struct{ width, height int64 }{{1280, 900}, {360, 800}}
