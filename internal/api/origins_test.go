package api_test

import (
	"net/http"
	"strings"
	"testing"

	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/wire"
)

// Who may read the public API from another site's page, and who may change something with it.
func TestOrigins(t *testing.T) {
	w := newTown(t)
	const town = "https://www.town.example"
	hold := `{"services":[{"id":"ausweis"}],"start":"2026-11-25T09:00:00Z"}`
	later := func(at string) string { return strings.ReplaceAll(hold, "T09:00", at) } // each a time of its own, in whatever order
	for name, c := range map[string]struct {
		method, path, body string
		header             []string
		status             int
		allowed            string
	}{
		"homepage reads":           {"GET", "/queue", "", []string{"Origin", town, "Sec-Fetch-Site", "cross-site"}, 200, town},
		"homepage reads a feed":    {"GET", "/free.ics?service=ausweis", "", []string{"Origin", town}, 200, town},
		"homepage reads a refusal": {"GET", "/appointments/x", "", []string{"Origin", town}, 404, town},
		"homepage, no such route":  {"GET", "/nothing", "", []string{"Origin", town}, 404, town},
		"homepage, too much":       {"POST", "/holds", strings.Repeat("x", 70_000), []string{"Origin", town}, 413, town},
		"homepage books":           {"POST", "/holds", hold, []string{"Origin", town, "Sec-Fetch-Site", "cross-site"}, 201, town},
		"homepage asks first":      {"OPTIONS", "/holds", "", []string{"Origin", town, "Access-Control-Request-Method", "POST"}, 204, town},
		"options alone":            {"OPTIONS", "/holds", "", []string{"Origin", town}, 405, town},
		"another reads":            {"GET", "/queue", "", []string{"Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"}, 200, ""},
		"another books":            {"POST", "/holds", hold, []string{"Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"}, 403, ""},
		"an old browser's books":   {"POST", "/holds", hold, []string{"Origin", "https://evil.example"}, 403, ""},
		"another cancels":          {"POST", "/appointments/x/cancel", "", []string{"Origin", "https://evil.example"}, 403, ""},
		"another releases":         {"DELETE", "/holds/x", "", []string{"Sec-Fetch-Site", "same-site"}, 403, ""},
		"another asks first":       {"OPTIONS", "/holds", "", []string{"Origin", "https://evil.example", "Access-Control-Request-Method", "POST"}, 405, ""},
		"same host, no TLS":        {"GET", "/queue", "", []string{"Origin", "http://www.town.example"}, 200, ""},
		"longer name":              {"GET", "/queue", "", []string{"Origin", town + ".evil.example"}, 200, ""},
		"with a port":              {"GET", "/queue", "", []string{"Origin", town + ":8443"}, 200, ""},
		"in capitals":              {"GET", "/queue", "", []string{"Origin", strings.ToUpper(town)}, 200, ""},
		"no origin":                {"GET", "/queue", "", []string{"Origin", "null"}, 200, ""},
		"a frame without origin":   {"POST", "/holds", hold, []string{"Origin", "null", "Sec-Fetch-Site", "cross-site"}, 403, ""},
		"our own page":             {"POST", "/holds", later("T09:15"), []string{"Origin", "https://warten.example"}, 201, ""},
		"our own page, new":        {"POST", "/holds", later("T09:30"), []string{"Origin", "https://warten.example", "Sec-Fetch-Site", "same-origin"}, 201, ""},
		"the app":                  {"POST", "/holds", later("T10:00"), nil, 201, ""},
	} {
		status, header, body := w.request(w.public, "", c.method, "/api/v1/public"+c.path, c.body, c.header...)
		if status != c.status || header.Get("Access-Control-Allow-Origin") != c.allowed {
			t.Errorf("%s: %d, allowed %q: %s", name, status, header.Get("Access-Control-Allow-Origin"), body)
		}
		if !strings.Contains(strings.Join(header.Values("Vary"), ","), "Origin") {
			t.Errorf("%s: caches are not told", name)
		}
		if header.Get("Access-Control-Allow-Credentials") != "" {
			t.Errorf("%s: with credentials", name)
		}
		if status >= 400 && header.Get("Content-Type") != wire.ProblemType {
			t.Errorf("%s: %s", name, header.Get("Content-Type"))
		}
		if c.status == http.StatusNoContent && (header.Get("Access-Control-Allow-Methods") != "GET, POST, DELETE" ||
			header.Get("Access-Control-Allow-Headers") != "Content-Type, Idempotency-Key, Accept-Language") {
			t.Errorf("%s: %v", name, header)
		}
		w.forward(2 * 60e9)
	}
	// Staff's listener allows nobody anything, not even the town's own pages.
	for _, path := range []string{"/public/queue", "/board"} {
		if _, header, _ := w.request(w.staff, "clerk", "GET", "/api/v1"+path, "", "Origin", town); header.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("staff listener: %v", header)
		}
	}
}

// Without origins in the configuration nobody is allowed to.
func TestNoOrigins(t *testing.T) {
	w := newTown(t, noOrigins)
	for _, origin := range []string{"https://www.town.example", "null", "*", ""} {
		_, header, _ := w.request(w.public, "", "GET", "/api/v1/public/queue", "", "Origin", origin)
		if got, found := header["Access-Control-Allow-Origin"]; found {
			t.Errorf("%q: %v", origin, got)
		}
	}
}

// Our own pages may book, however the operator has written their address.
func TestOwnOrigin(t *testing.T) {
	for address, origin := range map[string]string{
		"https://warten.example":          "https://warten.example",
		"HTTPS://Warten.Example:443":      "https://warten.example",
		"http://warten.example:80/termin": "http://warten.example",
		"https://warten.example:8443":     "https://warten.example:8443",
	} {
		w := newTown(t, func(_ *hall.Config, a *apiConfig) { a.PublicURL = address })
		for from, want := range map[string]int{origin: 404, "https://evil.example": 403, origin + ".evil.example": 403} {
			if status, _, body := w.request(w.public, "", "POST", "/api/v1/public/appointments/x/cancel", "", "Origin", from); status != want {
				t.Errorf("%s at %s: %d %s", from, address, status, body)
			}
		}
	}
}
