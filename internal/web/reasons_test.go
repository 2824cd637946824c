package web_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/web"
)

// TestMailReasons: the usual answers of mail servers are sentences, with the server's words small behind; and a mail is only
// offered to be sent again where that can help.
func TestMailReasons(t *testing.T) {
	for why, c := range map[string]struct {
		want  string
		again bool
	}{
		"recipient refused: 550 5.1.1":                 {"Diese Adresse gibt es nicht", false},
		"recipient refused: 550":                       {"Diese Adresse gibt es nicht", false},
		"recipient refused: 550 5.1.10":                {"Diese Adresse gibt es nicht", false},
		"not a mail address":                           {"Diese Adresse gibt es nicht", false},
		"recipient refused: 552 5.2.2":                 {"Das Postfach ist voll.", true},
		"recipient refused: 452 4.2.2":                 {"Das Postfach ist voll.", true},
		"content refused: 554 5.7.1":                   {"hat die Mail abgelehnt", true},
		"recipient refused: 550 5.7.1":                 {"hat die Mail abgelehnt", true},
		"sender refused: 550 5.1.8":                    {"hat die Mail abgelehnt", true},
		"content refused: 554 5.6.0":                   {"hat die Mail abgelehnt", true},
		"recipient refused: 450 4.3.0":                 {"immer wieder nicht an", true},
		"connection lost":                              {"nicht zu erreichen", true},
		"its name is not known":                        {"nicht zu erreichen", true},
		"its certificate is from an unknown authority": {"Das Zertifikat", true},
		"sign-in needed: 535 5.7.8":                    {"lehnt unsere Anmeldung ab", true},
		"the server answers 535":                       {"lehnt unsere Anmeldung ab", true},
		"something quite new":                          {"something quite new", true},
	} {
		r := newRig(t)
		busyDay(r)
		r.hall.dead = r.hall.dead[:1]
		r.hall.dead[0].Mail.Error = why
		body := get(r.staff, "/mail").Body.String()
		if !strings.Contains(body, c.want) || !strings.Contains(body, `<span class="raw" lang="en">`+why+`</span>`) {
			t.Errorf("%s: no %q in\n%s", why, c.want, body)
		}
		if strings.Contains(body, `id="again-m2"`) != c.again {
			t.Errorf("%s: to be sent again is %t", why, !c.again)
		}
	}
}

// TestAgainInTime: what no longer holds is not sent again.
func TestAgainInTime(t *testing.T) {
	for name, c := range map[string]struct {
		kind  hall.MailKind
		state booking.State
		start time.Time
		again bool
	}{
		"booked, to come":          {hall.MailBooked, booking.Booked, at(11, 0), true},
		"booked, over":             {hall.MailBooked, booking.Booked, at(9, 0), false},
		"booked, then cancelled":   {hall.MailBooked, booking.Cancelled, at(11, 0), false},
		"cancelled":                {hall.MailCancelled, booking.Cancelled, at(11, 0), true},
		"to confirm":               {hall.MailConfirm, booking.Unconfirmed, at(11, 0), true},
		"to confirm, is confirmed": {hall.MailConfirm, booking.Booked, at(11, 0), false},
	} {
		r := newRig(t)
		busyDay(r)
		l := &r.hall.dead[1]
		l.Mail.Kind, l.Appointment.State, l.Appointment.Start = c.kind, c.state, c.start
		if got := strings.Contains(get(r.staff, "/mail").Body.String(), `id="again-m9"`); got != c.again {
			t.Errorf("%s: %t", name, got)
		}
	}
}

// TestImportReasons: what is wrong with another system's list, in the words of internal/importer, is a sentence; the hash in a
// source's name is none.
func TestImportReasons(t *testing.T) {
	for why, want := range map[string]string{
		"too_much": "mehr als die Hälfte der Termine absagen",
		"the list was refused (mistakes: 2): line 3: unknown service":                                               "Die Liste enthält Fehler",
		"the list was refused (mistakes: 1): line 1: this is a web page (or XML), not a list; a login page perhaps": "Unsere Anmeldung dort wird abgelehnt.",
		"termine.csv was refused; refused/termine.csv.txt says why":                                                 "im Ordner „refused“",
		"the server answers 401 Unauthorized":                                                                       "Unsere Anmeldung dort wird abgelehnt.",
		"the server answers 500 Internal Server Error":                                                              "meldet einen Fehler",
		"dial tcp 127.0.0.1:9628: connect: connection refused":                                                      "nicht zu erreichen",
		"context deadline exceeded (Client.Timeout exceeded while awaiting headers)":                                "nicht zu erreichen",
		"tls: failed to verify certificate: x509: certificate signed by unknown authority":                          "Das Zertifikat",
		"open /srv/termine: permission denied":                                                                      "Der Ordner lässt sich nicht lesen",
		"disk_full":                                                                                                 "kein Speicherplatz",
		"something quite new":                                                                                       "Bitte der IT Bescheid sagen.",
	} {
		r := newRig(t)
		r.outage.sources = []web.ImportProblem{{Name: "127.0.0.1:9628 f670dbac", Since: at(9, 0), Why: why}}
		for _, path := range []string{"/counter/1", "/devices"} {
			body := get(r.staff, path).Body.String()
			if !strings.Contains(body, "Termine aus „127.0.0.1:9628“") || !strings.Contains(body, want) || !strings.Contains(body, `<span class="raw" lang="en">127.0.0.1:9628 f670dbac: `+why+`</span>`) {
				t.Errorf("%s, %s: no %q in\n%s", path, why, want, body)
			}
		}
	}
}

// TestDocumentsFail: that no documents can be taken in is told where staff look.
func TestDocumentsFail(t *testing.T) {
	r := newRig(t)
	const text = "Unterlagen können gerade nicht angenommen werden."
	if strings.Contains(get(r.staff, "/counter/1").Body.String(), text) {
		t.Error("a false alarm")
	}
	for why, sentence := range map[string]string{
		"the virus scanner gives no answer":           "Der Virenscanner arbeitet nicht.",
		"the disk of the documents is full or broken": "voll oder gestört",
		"the folder of documents cannot be written":   "voll oder gestört",
	} {
		r.closed.since, r.closed.why = at(9, 2), why
		for _, path := range []string{"/counter/1", "/devices"} {
			body := get(r.staff, path).Body.String()
			for _, want := range []string{text, sentence, "seit 9:02", why} {
				if !strings.Contains(body, want) {
					t.Errorf("%s, %s: no %q", path, why, want)
				}
			}
		}
	}
}

// TestHead: the head marks the page at hand, and counts what did not arrive.
func TestHead(t *testing.T) {
	r := newRig(t)
	busyDay(r)
	for path, want := range map[string]string{
		"/counter":          `href="/counter" aria-current="page">Plätze`,
		"/counter/1":        `href="/counter" aria-current="true">Plätze`,
		"/tickets":          `href="/tickets" aria-current="page">Nummern`,
		"/appointments":     `href="/appointments" aria-current="page">Termine`,
		"/appointments/new": `href="/appointments" aria-current="true">Termine`,
		"/devices":          `href="/devices" aria-current="page">Geräte`,
		"/mail":             `href="/mail" aria-current="page">Post (2)<`,
	} {
		head, _, _ := strings.Cut(get(r.staff, path).Body.String(), "</header>")
		if !strings.Contains(head, want) || strings.Count(head, "aria-current") != 1 {
			t.Errorf("%s: %s", path, head)
		}
	}
	if head, _, _ := strings.Cut(post(r.staff, "/appointments", url.Values{"q": {"muster"}}).Body.String(), "</header>"); strings.Count(head, "aria-current") != 1 {
		t.Error("what was found is marked nowhere")
	}
}
