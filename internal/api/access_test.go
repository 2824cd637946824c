package api_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"westerkappeln.de/wartemarke/internal/wire"
)

// row is one route of the staff listener and who may use it.
type row struct {
	method, path, body    string
	kiosk, display, clerk bool
}

// pattern is the path as it is described.
func (r row) pattern() string {
	path, _, _ := strings.Cut(r.path, "?")
	return "/api/v1" + strings.Replace(path, "/x", "/{id}", 1)
}

// routes are the table of the API, every one of them.
var routes = []row{
	{"GET", "/kiosk", "", true, false, true},
	{"POST", "/checkins", `{"code":"x"}`, true, false, true},
	{"POST", "/tickets", `{"service":"x"}`, true, false, true},
	{"POST", "/tickets/x/prints", `{"outcome":"printed","evidence":"fence"}`, true, false, false},
	{"POST", "/devices/self/status", `{}`, true, true, false},
	{"GET", "/board", "", true, true, true},
	{"GET", "/events", "", true, true, true},
	{"GET", "/tickets", "", false, false, true},
	{"GET", "/tickets/x", "", false, false, true},
	{"POST", "/counters/x/next", `{}`, false, false, true},
	{"POST", "/counters/x/call", `{"ticket":"x"}`, false, false, true},
	{"POST", "/counters/x/ring", "", false, false, true},
	{"POST", "/counters/x/open", "", false, false, true},
	{"POST", "/counters/x/close", "", false, false, true},
	{"POST", "/tickets/x/arrive", `{}`, false, false, true},
	{"POST", "/tickets/x/finish", `{}`, false, false, true},
	{"POST", "/tickets/x/no-show", `{}`, false, false, true},
	{"POST", "/tickets/x/park", `{}`, false, false, true},
	{"POST", "/tickets/x/take-back", `{}`, false, false, true},
	{"POST", "/tickets/x/undo", `{}`, false, false, true},
	{"POST", "/tickets/x/forward", `{}`, false, false, true},
	{"POST", "/tickets/x/cancel", `{}`, false, false, true},
	{"POST", "/tickets/x/priority", `{"priority":1}`, false, false, true},
	{"GET", "/slots?service=ausweis", "", false, false, true},
	{"GET", "/appointments", "", false, false, true},
	{"POST", "/appointments", `{"services":[{"id":"x"}],"start":"2026-11-25T09:00:00Z","name":"x"}`, false, false, true},
	{"GET", "/appointments/x", "", false, false, true},
	{"POST", "/appointments/x/move", `{"start":"2026-11-25T09:00:00Z"}`, false, false, true},
	{"POST", "/appointments/x/cancel", "", false, false, true},
	{"POST", "/appointments/x/confirm", "", false, false, true},
	{"PUT", "/appointments/x/person", `{"name":"x"}`, false, false, true},
	{"GET", "/mails/dead", "", false, false, true},
	{"POST", "/mails/x/retry", "", false, false, true},
	{"DELETE", "/mails/x", "", false, false, true},
}

func patterns() []string {
	var all []string
	for _, r := range routes {
		all = append(all, r.pattern())
	}
	return all
}

// Everybody against every route.
func TestWhoMayDoWhat(t *testing.T) {
	w := newTown(t)
	w.tokens["stranger"] = "wm_nobody-knows-this-token"
	for _, r := range routes {
		for who, may := range map[string]bool{"kiosk": r.kiosk, "display": r.display, "clerk": r.clerk, "lead": r.clerk, "": false, "stranger": false} {
			path := "/api/v1" + r.path
			if r.path == "/events" {
				path += "?after=x" // answered at once, and only to those who may listen
			}
			status, header, body := w.request(w.staff, who, r.method, path, r.body)
			var p wire.Problem
			if status >= 400 {
				w.must(json.Unmarshal([]byte(body), &p))
				if p.Detail == "" || p.Status != status || header.Get("Content-Type") != wire.ProblemType {
					t.Errorf("%s %s by %q: %d %s", r.method, r.path, who, status, body)
				}
			}
			switch known := who != "" && who != "stranger"; {
			case may && (status == http.StatusUnauthorized || status == http.StatusForbidden || status >= 500):
				t.Errorf("%s %s by %s: %d %s", r.method, r.path, who, status, body)
			case !may && known && (status != http.StatusForbidden || p.Code != "not_allowed"):
				t.Errorf("%s %s by %s: %d %s", r.method, r.path, who, status, body)
			case !known && (status != http.StatusUnauthorized || p.Code != "unauthorized" || header.Get("WWW-Authenticate") != "Bearer"):
				t.Errorf("%s %s by %q: %d %s", r.method, r.path, who, status, body)
			}
		}
	}
}

// Nothing of staff or devices is reachable on the public listener, whatever one shows.
func TestPublicListenerKnowsNoStaffRoute(t *testing.T) {
	w := newTown(t)
	var all []row
	all = append(all, routes...)
	for _, path := range []string{"/../readyz", "/../metrics", "/../../readyz", "/../../metrics", "/x", ""} {
		all = append(all, row{method: "GET", path: path})
	}
	for _, r := range all {
		for who := range w.tokens {
			status, _, body := w.request(w.public, who, r.method, "/api/v1"+r.path, r.body)
			if status != http.StatusNotFound && status != http.StatusTemporaryRedirect && status != http.StatusMovedPermanently {
				t.Errorf("%s %s by %s: %d %s", r.method, r.path, who, status, body)
			}
		}
	}
	for _, path := range []string{"/readyz", "/metrics", "/login", "/devices", "/counter/c1"} {
		if status, _, _ := w.request(w.public, "lead", "GET", path, ""); status != http.StatusNotFound {
			t.Errorf("%s: %d", path, status)
		}
	}
	if status, _, body := w.request(w.public, "", "GET", "/healthz", ""); status != 200 || body != "ok\n" {
		t.Errorf("healthz: %d %q", status, body)
	}
}

func TestUnknownRoutesAndMethods(t *testing.T) {
	w := newTown(t)
	status, header, body := w.request(w.staff, "clerk", "GET", "/api/v1/nothing", "")
	if status != 404 || header.Get("Content-Type") != wire.ProblemType || !strings.Contains(body, "not_found") {
		t.Errorf("%d %s", status, body)
	}
	status, header, body = w.request(w.staff, "clerk", "DELETE", "/api/v1/tickets", "")
	if status != 405 || header.Get("Allow") != "GET, POST" || header.Get("Content-Type") != wire.ProblemType {
		t.Errorf("%d %v %s", status, header, body)
	}
}

// Another site cannot use a clerk's browser; a program without a browser's headers can do its work.
func TestCrossSite(t *testing.T) {
	w := newTown(t)
	status, _, body := w.request(w.staff, "", "POST", "/api/v1/counters/c1/open", "", "Sec-Fetch-Site", "cross-site", "Cookie", "wartemarke=x")
	if status != http.StatusForbidden || !strings.Contains(body, "not_allowed") {
		t.Errorf("%d %s", status, body)
	}
	if status, _, body := w.request(w.staff, "clerk", "POST", "/api/v1/counters/c1/open", ""); status != http.StatusNoContent {
		t.Errorf("%d %s", status, body)
	}
	// The proxy before the staff listener is no other site; its clerk is only not signed in.
	if status, _, body := w.request(w.staff, "", "POST", "/api/v1/counters/c1/open", "", "Origin", "https://hall.example"); status != http.StatusUnauthorized {
		t.Errorf("through the proxy: %d %s", status, body)
	}
}
