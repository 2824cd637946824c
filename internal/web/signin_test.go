package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/queue"
)

func TestSignInIsNeeded(t *testing.T) {
	r := newRig(t)
	r.auth.actor = nil
	for _, path := range []string{"/counter", "/counter/1", "/tickets", "/devices", "/appointments", "/appointments/new", "/appointments/a1", "/appointments/a1/move", "/appointments/a1/documents/d1", "/mail"} {
		if rec := get(r.staff, path); rec.Code != http.StatusSeeOther || rec.Header().Get("Location") != "/login?next="+url.QueryEscape(path) {
			t.Errorf("%s: %d %s", path, rec.Code, rec.Header().Get("Location"))
		}
	}
	if rec := get(r.staff, "/counter/1/events"); rec.Code != http.StatusUnauthorized {
		t.Errorf("events: %d", rec.Code)
	}
	if rec := get(r.staff, "/counter/1", "HX-Request", "true"); rec.Code != http.StatusUnauthorized || rec.Header().Get("HX-Redirect") != "/login?next=%2Fcounter%2F1" {
		t.Errorf("htmx: %d %v", rec.Code, rec.Header())
	}
	// A form whose clerk was signed out meanwhile leads back to its page, not to the form's own address.
	if rec := post(r.staff, "/counter/1/next", nil); rec.Header().Get("Location") != "/login?next=%2Fcounter%2F1" || len(r.hall.called()) != 0 {
		t.Errorf("form: %v", rec.Header())
	}
	// A device's token opens no page.
	r.auth.actor = &hall.Actor{Kind: hall.Device, ID: "k1"}
	if rec := get(r.staff, "/counter/1"); rec.Code != http.StatusSeeOther {
		t.Errorf("device: %d", rec.Code)
	}
}

func TestSignIn(t *testing.T) {
	r := newRig(t)
	r.auth.actor = nil
	rec := post(r.staff, "/login", url.Values{"name": {"meyer"}, "password": {"falsch"}, "next": {"/tickets"}})
	body := rec.Body.String()
	if rec.Code != http.StatusUnprocessableEntity || !strings.Contains(body, "Name oder Passwort stimmt nicht") || !strings.Contains(body, `value="meyer"`) || strings.Contains(body, "falsch") {
		t.Errorf("wrong: %d %s", rec.Code, body)
	}
	rec = post(r.staff, "/login", url.Values{"name": {"meyer"}, "password": {"geheim"}, "next": {"/tickets"}})
	if rec.Code != http.StatusSeeOther || rec.Header().Get("Location") != "/tickets" {
		t.Errorf("right: %d %v", rec.Code, rec.Header())
	}
	if rec := post(r.staff, "/logout", nil); rec.Header().Get("Location") != "/login" || r.auth.actor != nil {
		t.Errorf("sign out: %d", rec.Code)
	}
}

// TestFullDiskAtTheDoor: nobody can sign in or out, and the page says why instead of "try again".
func TestFullDiskAtTheDoor(t *testing.T) {
	r := newRig(t)
	r.auth.refuse = fmt.Errorf("new session: %w", &queue.Refusal{Code: queue.DiskFull})
	for path, form := range map[string]url.Values{"/login": {"name": {"meyer"}, "password": {"geheim"}}, "/logout": nil} {
		rec := post(r.staff, path, form)
		body := rec.Body.String()
		if rec.Code != http.StatusInsufficientStorage || strings.Count(body, "Speicherplatz") == 0 || strings.Count(body, "<html") != 1 {
			t.Errorf("%s: %d %s", path, rec.Code, body)
		}
	}
}

func TestNextStaysHere(t *testing.T) {
	for next, want := range map[string]string{
		"/tickets?q=A1": "/tickets?q=A1", "": "/counter", "https://evil.example/": "/counter", "//evil.example": "/counter", `/\evil.example`: "/counter",
		"/\t/evil.example": "/counter", "javascript:alert(1)": "/counter", "tickets": "/counter", "/%zz": "/counter",
	} {
		r := newRig(t)
		if got := get(r.staff, "/login?next="+url.QueryEscape(next)).Header().Get("Location"); got != want {
			t.Errorf("%q leads to %q, want %q", next, got, want)
		}
	}
}

func FuzzNextStaysHere(f *testing.F) {
	for _, s := range []string{"/counter", "//x", `/\x`, "/a//b", "/\r\nSet-Cookie: a=b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, next string) {
		r := newRig(t)
		to := get(r.staff, "/login?next="+url.QueryEscape(next)).Header().Get("Location")
		base := &url.URL{Scheme: "http", Host: "hall.test", Path: "/login"}
		u, err := base.Parse(to)
		if err != nil || u.Host != "hall.test" || u.Scheme != "http" || strings.HasPrefix(to, "//") || strings.HasPrefix(to, `/\`) {
			t.Errorf("%q leads to %q", next, to)
		}
	})
}

func TestRoles(t *testing.T) {
	r := newRig(t)
	troubled(r)
	for _, c := range []struct {
		role hall.Role
		path string
		want int
	}{
		{hall.Clerk, "/devices/k1/unpair", http.StatusForbidden},
		{hall.Lead, "/devices/k1/unpair", http.StatusForbidden},
		{hall.Admin, "/devices/k1/unpair", http.StatusSeeOther},
		{hall.Clerk, "/clock", http.StatusForbidden},
		{hall.Lead, "/clock", http.StatusSeeOther},
		{hall.Clerk, "/mail", http.StatusSeeOther},
	} {
		r.auth.actor.Role = c.role
		if rec := post(r.staff, c.path, nil); rec.Code != c.want {
			t.Errorf("%s %s: %d", c.role, c.path, rec.Code)
		}
	}
	if got := strings.Join(r.hall.called(), ", "); got != "unpair k1, clock, retry " {
		t.Errorf("commands %s", got)
	}
}

// TestOnlyTheirCounter: at a counter that another clerk opened one can only watch; a lead can act and take it over.
func TestOnlyTheirCounter(t *testing.T) {
	r := newRig(t)
	r.hall.desk.Clerk = "schulze"
	if body := get(r.staff, "/counter/1").Body.String(); strings.Contains(body, "/counter/1/next") || strings.Contains(body, "/counter/1/call") || !strings.Contains(body, "Diesen Platz hat schulze geöffnet") {
		t.Error("a clerk is offered what would be refused")
	}
	r.auth.actor.Role = hall.Lead
	if body := get(r.staff, "/counter/1").Body.String(); !strings.Contains(body, "/counter/1/next") || !strings.Contains(body, "Platz übernehmen") {
		t.Error("a lead cannot take over")
	}
}
