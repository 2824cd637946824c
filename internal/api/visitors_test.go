package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/wire"
)

func unlimited(_ *hall.Config, a *apiConfig) { a.Limits = nil }

func noOrigins(_ *hall.Config, a *apiConfig) { a.Origins = nil }

// Each kind of request has its limit for an address, says when to come again, and lets one through then.
func TestLimitsOfAnAddress(t *testing.T) {
	const person = `{"name":"Erika Mustermann"}`
	hold := func(i int) string {
		return fmt.Sprintf(`{"services":[{"id":"ausweis"}],"start":%q}`, at(8, 0).Add(time.Duration(i/2)*15*time.Minute).Format(time.RFC3339))
	}
	for name, c := range map[string]struct {
		method, path string
		body         func(i int) string
		most         int
		every        time.Duration
		status       int // of what is let through
		limit        string
	}{
		"reading":                   {"GET", "/slots?service=ausweis", nil, 120, time.Second, 200, "reads"},
		"services":                  {"GET", "/services", nil, 120, time.Second, 200, "reads"},
		"feed":                      {"GET", "/free.ics?service=ausweis", nil, 120, time.Second, 200, "reads"},
		"holding":                   {"POST", "/holds", hold, 5, 2 * time.Minute, 201, "holds"},
		"booking":                   {"POST", "/appointments", func(int) string { return `{}` }, 5, 2 * time.Minute, 422, "holds"},
		"registering":               {"POST", "/holds/x", func(int) string { return `{}` }, 10, time.Minute, 422, "contacts"},
		"guessing":                  {"GET", "/appointments/x", nil, 10, time.Minute, 404, "guesses"},
		"releasing":                 {"DELETE", "/holds/x", nil, 10, time.Minute, 404, "guesses"},
		"guesses in another's name": {"POST", "/holds/x", func(int) string { return person }, 10, time.Minute, 404, "contacts"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newTown(t)
			n := 0
			ask := func(from string) (int, http.Header, string) {
				t.Helper()
				body := ""
				if c.body != nil {
					body = c.body(n)
				}
				n++
				return w.request(w.public, "", c.method, "/api/v1/public"+c.path, body, "X-Forwarded-For", from)
			}
			for i := range c.most {
				if status, _, body := ask("203.0.113.7"); status != c.status {
					t.Fatalf("%d of %d: %d %s", i+1, c.most, status, body)
				}
			}
			status, header, text := ask("203.0.113.7")
			var p wire.Problem
			w.must(json.Unmarshal([]byte(text), &p))
			if status != 429 || p.Code != "too_many" || p.Until == nil || p.Until.Before(w.clock().Add(c.every)) || p.Until.After(w.clock().Add(c.every+time.Second)) ||
				header.Get("Content-Type") != wire.ProblemType || p.Detail == "" {
				t.Fatalf("one more: %d %s", status, text)
			}
			if minute := p.Until.Add(time.Minute - 1).Truncate(time.Minute).In(berlin).Format("15:04 Uhr"); !strings.Contains(p.Detail, minute) {
				t.Errorf("told to come before %s: %s", minute, p.Detail)
			}
			if got := header.Get("Retry-After"); got != fmt.Sprint(int(c.every.Seconds())) && got != fmt.Sprint(int(c.every.Seconds())+1) {
				t.Errorf("come again after %q", got)
			}
			if status, _, _ := ask("203.0.113.8"); status != c.status {
				t.Errorf("the neighbour: %d", status)
			}
			// What a stranger writes before the proxy's word does not count.
			if status, _, _ := ask("198.51.100.1, 203.0.113.7"); status != 429 {
				t.Errorf("with an invented address: %d", status)
			}
			w.forward(p.Until.Sub(w.clock()))
			if status, _, body := ask("203.0.113.7"); status != c.status {
				t.Errorf("later: %d %s", status, body)
			}
			if status, _, _ := ask("203.0.113.7"); status != 429 {
				t.Errorf("and again at once: %d", status)
			}
			_, _, metrics := w.request(w.staff, "", "GET", "/metrics", "")
			if want := fmt.Sprintf("wartemarke_visitors_limited_total{limit=%q} 3", c.limit); !strings.Contains(metrics, want) {
				t.Errorf("the metrics lack %s", want)
			}
			if strings.Contains(metrics, "203.0.113") {
				t.Error("the metrics name an address")
			}
		})
	}
}

// All of a subnet together have a limit, too.
func TestLimitOfASubnet(t *testing.T) {
	w := newTown(t)
	through := 0
	for i := range 200 {
		status, _, _ := w.request(w.public, "", "POST", "/api/v1/public/holds", `{}`, "X-Forwarded-For", fmt.Sprintf("203.0.113.%d", i))
		if status == 422 {
			through++
		}
	}
	if through != 150 {
		t.Errorf("%d of 200 neighbours", through)
	}
	if status, _, _ := w.request(w.public, "", "POST", "/api/v1/public/holds", `{}`, "X-Forwarded-For", "203.0.114.1"); status != 422 {
		t.Errorf("another subnet: %d", status)
	}
}

// A right secret opens its appointment however many wrong ones came from the same address before.
func TestGuessesDoNotLockOut(t *testing.T) {
	w, ctx := newTown(t), t.Context()
	b, err := w.citizen.Book(ctx, "", wire.Book{Hold: ask(at(9, 0)), Person: erika})
	w.must(err)
	for range 15 {
		w.request(w.public, "", "GET", "/api/v1/public/appointments/x", "", "X-Forwarded-For", "203.0.113.7")
	}
	if status, _, body := w.request(w.public, "", "GET", "/api/v1/public/appointments/"+b.Secret, "", "X-Forwarded-For", "203.0.113.7"); status != 200 {
		t.Errorf("%d %s", status, body)
	}
}

// Without Config.Limits nobody is limited.
func TestNoLimits(t *testing.T) {
	w := newTown(t, unlimited)
	for i := range 30 {
		if status, _, _ := w.request(w.public, "", "GET", "/api/v1/public/appointments/x", ""); status != 404 {
			t.Fatalf("%d: %d", i, status)
		}
	}
}
