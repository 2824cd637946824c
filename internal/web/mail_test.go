package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/queue"
)

// TestMails: an appointment shows how far each mail is, and sends a dead one again.
func TestMails(t *testing.T) {
	r := newRig(t)
	busyDay(r)
	body := get(r.staff, "/appointments/a1").Body.String()
	for _, want := range []string{"abgeschickt", "kam nicht an", "geht hinaus: 17:00", "User unknown", "Diese Adresse gibt es nicht"} {
		if !strings.Contains(body, want) {
			t.Errorf("no %q", want)
		}
	}
	post(r.staff, "/appointments/a1/mail", url.Values{"mail": {"m2"}})
	if got := r.hall.called(); len(got) != 1 || got[0] != "retry m2" {
		t.Errorf("%q", got)
	}
}

// TestPost: everybody sees what did not arrive, leads settle it, and the way there is in the head of every page as long as
// there is something.
func TestPost(t *testing.T) {
	const way = `href="/mail"`
	r := newRig(t)
	if strings.Contains(get(r.staff, "/tickets").Body.String(), way) {
		t.Error("a way to an empty list")
	}
	r = newRig(t)
	busyDay(r)
	body := get(r.staff, "/mail").Body.String()
	for _, want := range []string{way, "Erika Mustermann", "05404 887-0", "seit 8:30", "seit 22.11. 8:30", "Keine Telefonnummer.", "connection refused"} {
		if !strings.Contains(body, want) {
			t.Errorf("no %q", want)
		}
	}
	post(r.staff, "/mail", url.Values{"mail": {"m2"}, "do": {"again"}})
	r.hall.dead = r.hall.dead[:1]
	to := post(r.staff, "/mail", url.Values{"mail": {"m9"}, "do": {"drop"}}).Header().Get("Location")
	if got := strings.Join(r.hall.called(), ", "); got != "retry m2, drop m9" {
		t.Errorf("commands %s", got)
	}
	if body := get(r.staff, to).Body.String(); !strings.Contains(body, "von der Liste") {
		t.Error("not told")
	}
	if body := get(r.staff, "/counter/1").Body.String(); !strings.Contains(body, "1 Mail kam nicht an.") {
		t.Error("the count is not read anew after a change")
	}
}

// TestNotices: when mails or imports fail, the clerk page and the list of devices say so and what to do.
func TestNotices(t *testing.T) {
	r := newRig(t)
	for _, path := range []string{"/counter/1", "/devices"} {
		if body := get(r.staff, path).Body.String(); strings.Contains(body, "Mails") || strings.Contains(body, "nicht übernommen") {
			t.Errorf("%s: a false alarm", path)
		}
	}
	r = newRig(t)
	screenNamed(t, "desk-mail").set(r)
	for _, path := range []string{"/counter/1", "/devices"} {
		body := get(r.staff, path).Body.String()
		for _, want := range []string{"Mails gehen nicht hinaus.", "2 Mails kamen nicht an.", "Termine aus „Kreis“ werden gerade nicht übernommen.", "Der andere Server ist nicht zu erreichen."} {
			if !strings.Contains(body, want) {
				t.Errorf("%s: no %q", path, want)
			}
		}
	}
}

func screenNamed(t *testing.T, name string) screen {
	t.Helper()
	for _, s := range screens() {
		if s.name == name {
			return s
		}
	}
	t.Fatal(name)
	return screen{}
}

// TestVisitor: the clerk page names who booked the current ticket and what they sent in, as long as that is kept.
func TestVisitor(t *testing.T) {
	r := newRig(t)
	busyDay(r)
	called(r)
	if body := get(r.staff, "/counter/1").Body.String(); strings.Contains(body, "Erika") {
		t.Error("the name of another appointment")
	}
	r.hall.desk.Current.Ticket.Appointment = "a1"
	body := get(r.staff, "/counter/1").Body.String()
	for _, want := range []string{"Erika Mustermann", "2 Unterlagen", "Geburtsurkunde Müller.pdf", "PDF, 1,2 MB", "JPEG, 333 KB"} {
		if !strings.Contains(body, want) {
			t.Errorf("no %q", want)
		}
	}
	r.hall.days = map[queue.Day][]hall.Listed{}
	if rec := get(r.staff, "/counter/1"); rec.Code != http.StatusOK || strings.Contains(rec.Body.String(), "Unterlage") {
		t.Errorf("gone: %d", rec.Code)
	}
}

// TestCertainNumberWaits: while a ticket is at the counter no other can be called, and the page says so instead of offering it.
func TestCertainNumberWaits(t *testing.T) {
	r := newRig(t)
	if body := get(r.staff, "/counter/1").Body.String(); !strings.Contains(body, `id="number"`) {
		t.Error("no way to call a certain number")
	}
	called(r)
	if body := get(r.staff, "/counter/1").Body.String(); strings.Contains(body, `id="number"`) || !strings.Contains(body, "sobald A017 fertig oder geparkt ist.") {
		t.Error("offered although it would be refused")
	}
}
