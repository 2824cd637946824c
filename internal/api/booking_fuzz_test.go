package api_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"westerkappeln.de/wartemarke/internal/wire"
)

// askAs sends a request of a stranger. The answer is never our fault, and a refusal is a problem.
func (w *town) askAs(t *testing.T, method, path, query, body string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(method, "http://hall.example/api/v1/public", strings.NewReader(body))
	r.URL.Path += path
	r.URL.RawQuery = query
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	rec := httptest.NewRecorder()
	w.public.Config.Handler.ServeHTTP(rec, r)
	if rec.Code >= 500 {
		t.Fatalf("%s %s?%q %q: %d %s", method, path, query, body, rec.Code, rec.Body)
	}
	if rec.Code >= 400 {
		var p wire.Problem
		if err := json.Unmarshal(rec.Body.Bytes(), &p); err != nil || p.Code == "" || p.Detail == "" || rec.Header().Get("Content-Type") != wire.ProblemType {
			t.Fatalf("%s %s?%q %q: %d %s", method, path, query, body, rec.Code, rec.Body)
		}
	}
	return rec
}

// FuzzBookingBody sends any body to every public route that takes one: it is refused with a problem, or done.
func FuzzBookingBody(f *testing.F) {
	for _, s := range []string{
		`{"services":[{"id":"ausweis"}],"start":"2026-11-25T09:00:00Z","name":"Erika","mail":"e@example.org"}`,
		`{"services":[{"id":"ausweis","quantity":99}],"start":"2026-11-25T09:00:00Z"}`,
		`{"services":[{"id":"ausweis","quantity":-1}],"start":"0000-01-01T00:00:00Z","name":"\u0000"}`,
		`{"services":[],"start":"9999-12-31T23:59:59.999999999+23:59"}`,
		`{"services":[{"id":"ausweis"}],"start":"9999-12-31T23:59:59-23:59","name":"x","mail":"e@example.org"}`,
		`{"services":[{"id":"ausweis"}],"start":"0000-01-01T00:00:00+23:59","name":"x","mail":"e@example.org"}`,
		`{"services":null,"start":null}`, `{"start":"2026-11-25T09:00:00Z"}`, `{"on":true}`, `{"name":"x","lang":"de-simple"}`, `[]`, `{}`, "\xff",
		`{"services":[{"id":"ausweis"},{"id":"heirat","quantity":6}],"start":"2026-11-25T16:30:00+01:00","name":"a\r\nBcc: b@c.de"}`,
	} {
		f.Add([]byte(s))
	}
	w := newTown(f, unlimited)
	f.Fuzz(func(t *testing.T, body []byte) {
		w.t = t
		for _, path := range []string{"/holds", "/holds/x", "/appointments", "/appointments/x/move", "/appointments/x/earlier"} {
			w.askAs(t, "POST", path, "", string(body))
		}
	})
}

// FuzzBookingQuery asks for free times in any way.
func FuzzBookingQuery(f *testing.F) {
	for _, s := range []string{
		"service=ausweis", "service=ausweis:2&from=2026-11-25&to=2026-12-01", "service=ausweis:99999999999999999999", "service=:",
		"service=ausweis&from=9999-12-31", "service=ausweis&from=2026-02-29", "from=&to=", "service=%00", "service=%zz", ";", "service=ausweis;to=x",
		"service=ausweis&service=heirat&from=2027-03-28&to=2027-03-28",
	} {
		f.Add(s)
	}
	w := newTown(f, unlimited)
	f.Fuzz(func(t *testing.T, query string) {
		w.t = t
		for _, path := range []string{"/slots", "/free.ics", "/services", "/queue"} {
			w.askAs(t, "GET", path, query, "")
		}
	})
}

// FuzzSecret tries any path as a secret.
func FuzzSecret(f *testing.F) {
	for _, s := range []string{"x", "AAAAAAAAAAAAAAAAAAAAAA", "..", "%2e%2e", "\x00", "\xff", "a/b", "a b", strings.Repeat("x", 100)} {
		f.Add(s)
	}
	w := newTown(f, unlimited)
	f.Fuzz(func(t *testing.T, secret string) {
		w.t = t
		for _, r := range [][2]string{{"GET", ""}, {"POST", "/confirm"}, {"POST", "/cancel"}} {
			if rec := w.askAs(t, r[0], "/appointments/"+secret+r[1], "", ""); rec.Code == http.StatusOK {
				t.Fatalf("%q opens something: %s", secret, rec.Body)
			}
		}
		w.askAs(t, "DELETE", "/holds/"+secret, "", "")
	})
}

// FuzzStaffBooking lets a clerk's program send anything to the routes for callers.
func FuzzStaffBooking(f *testing.F) {
	f.Add("2026-11-25", "x", `{"services":[{"id":"ausweis"}],"start":"2026-11-25T09:00:00Z","name":"Erika"}`)
	f.Add("0000-00-00", "WM10000000000", `{"start":"2026-11-25T09:00:00Z"}`)
	f.Add("9999-12-31", "\x00", `{"services":[{"id":"ausweis","quantity":99}],"start":"9999-12-31T09:00:00Z","name":"x"}`)
	f.Add("&day=", "../..", "\xff")
	w := newTown(f, unlimited)
	f.Fuzz(func(t *testing.T, day, id, body string) {
		w.t = t
		for _, q := range [][3]string{
			{"GET", "/appointments?day=" + day, ""}, {"GET", "/slots?service=ausweis&from=" + day, ""}, {"POST", "/appointments", body},
			{"GET", "/appointments/" + id, ""}, {"POST", "/appointments/" + id + "/move", body}, {"POST", "/appointments/" + id + "/cancel", ""},
			{"POST", "/mails/" + id + "/retry", ""}, {"DELETE", "/mails/" + id, ""},
		} {
			path, query, _ := strings.Cut(q[1], "?")
			r := httptest.NewRequest(q[0], "http://hall.example/api/v1", strings.NewReader(q[2]))
			r.URL.Path, r.URL.RawQuery = r.URL.Path+path, query
			r.Header.Set("Authorization", "Bearer "+w.tokens["clerk"])
			if q[2] != "" {
				r.Header.Set("Content-Type", "application/json")
			}
			rec := httptest.NewRecorder()
			w.staff.Config.Handler.ServeHTTP(rec, r)
			if rec.Code >= 500 || rec.Code >= 400 && rec.Header().Get("Content-Type") != wire.ProblemType {
				t.Fatalf("%s %q %q: %d %s", q[0], q[1], q[2], rec.Code, rec.Body)
			}
		}
	})
}
