package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/queue"
)

// TestUnconfirmed: staff see what is kept for somebody who has not confirmed, and until when; it counts as no booking and shows
// no code.
func TestUnconfirmed(t *testing.T) {
	r := newRig(t)
	unconfirmed(r)
	body := get(r.staff, "/appointments").Body.String()
	const until = "noch nicht bestätigt, bis 18:48 reserviert"
	if text := row(t, body, "u1"); !strings.Contains(text, until) || !strings.Contains(text, "Petra Übermühlen") {
		t.Errorf("row %q", text)
	}
	if !regexp.MustCompile(`4 gebucht</strong> · 1 gekommen · 3 offen · 1 noch nicht bestätigt · 1 abgesagt`).MatchString(body) {
		t.Error("the counts are wrong")
	}
	body = get(r.staff, "/appointments/u1").Body.String()
	for _, want := range []string{until, "Für den Anrufer bestätigen", "wirklich freigeben?", `action="/appointments/u1/person"`, "Diese Adresse gibt es nicht"} {
		if !strings.Contains(body, want) {
			t.Errorf("no %q", want)
		}
	}
	for _, not := range []string{`id="code"`, "data:image/png", "/move", "/cancel"} {
		if strings.Contains(body, not) {
			t.Errorf("%q on the page of what is not booked", not)
		}
	}
	if body := get(r.staff, "/appointments/a4").Body.String(); strings.Contains(body, "/confirm") || strings.Contains(body, "/release") || !strings.Contains(body, "/person") {
		t.Error("what is booked is to be confirmed, or cannot be corrected")
	}
	if body := get(r.staff, "/appointments/a3").Body.String(); strings.Contains(body, "/person") {
		t.Error("what is cancelled can be corrected")
	}
}

// TestConfirmFor: the caller's appointment is confirmed, and the page says to read the code out.
func TestConfirmFor(t *testing.T) {
	r := newRig(t)
	unconfirmed(r)
	to := post(r.staff, "/appointments/u1/confirm", url.Values{"key": {"k"}}).Header().Get("Location")
	if body := get(r.staff, to).Body.String(); !strings.Contains(body, "Bitte sagen Sie den Code durch.") {
		t.Errorf("%s: not told", to)
	}
	if got := strings.Join(r.hall.called(), ", "); got != "confirm u1" || r.hall.keys[0] != "k" {
		t.Errorf("commands %s, keys %q", got, r.hall.keys)
	}
	r.hall.refuse = &queue.Refusal{Code: queue.WrongState}
	to = post(r.staff, "/appointments/u1/confirm", url.Values{}).Header().Get("Location")
	if body := get(r.staff, to).Body.String(); !strings.Contains(body, "Der Stand hat sich inzwischen geändert.") {
		t.Errorf("%s: the refusal is not told", to)
	}
}

// TestRelease: the time is given free and the day's list says so, also when the form comes twice; what was confirmed in the
// meantime stays.
func TestRelease(t *testing.T) {
	r := newRig(t)
	unconfirmed(r)
	form := url.Values{"key": {"k"}, "day": {"2026-11-23"}}
	for range 2 {
		to := post(r.staff, "/appointments/u1/release", form).Header().Get("Location")
		if !strings.HasPrefix(to, "/appointments?day=2026-11-23&r=") || !strings.Contains(get(r.staff, to).Body.String(), "Die Zeit ist wieder frei.") {
			t.Errorf("%s: not told", to)
		}
		delete(r.hall.days, "2026-11-23")
	}
	unconfirmed(r)
	to := post(r.staff, "/appointments/a4/release", form).Header().Get("Location")
	if body := get(r.staff, to).Body.String(); !strings.HasPrefix(to, "/appointments/a4?") || !strings.Contains(body, "Der Stand hat sich inzwischen geändert.") {
		t.Errorf("%s: not told", to)
	}
	if got := strings.Join(r.hall.called(), ", "); got != "cancel appointment u1, cancel appointment u1" {
		t.Errorf("commands %s", got)
	}
	if to := post(r.staff, "/appointments/u1/release", url.Values{"day": {"//evil"}}).Header().Get("Location"); strings.Contains(to, "evil") {
		t.Errorf("to %s", to)
	}
}

// TestCorrect: name, address and phone number are mended; what is wrong is told beside its field, and what was typed stays.
func TestCorrect(t *testing.T) {
	r := newRig(t)
	unconfirmed(r)
	if body := get(r.staff, "/mail").Body.String(); !strings.Contains(body, "oder den Termin gleich bestätigen:") || !strings.Contains(body, `href="/appointments/u1?correct=1#name"`) || strings.Contains(body, `id="again-m5"`) {
		t.Error("no way from the list of mails to the address, or a mail that can only fail again")
	}
	body := get(r.staff, "/appointments/u1?correct=1").Body.String()
	if !strings.Contains(body, `id="p-correct" open`) || !strings.Contains(body, `value="erika@example.org"`) || !strings.Contains(body, `value="05404 887-0"`) {
		t.Error("the form is not open, or empty")
	}
	form := url.Values{"key": {"k"}, "name": {" Petra Uebermühlen "}, "mail": {"petra@example.org"}, "phone": {"05404 1"}}
	to := post(r.staff, "/appointments/u1/person", form).Header().Get("Location")
	if body := get(r.staff, to).Body.String(); !strings.Contains(body, "Die Angaben sind berichtigt.") {
		t.Errorf("%s: not told", to)
	}
	if p := r.hall.people[0]; p != (hall.Person{Name: "Petra Uebermühlen", Mail: "petra@example.org", Phone: "05404 1"}) || r.hall.keys[0] != "k" {
		t.Errorf("person %+v, keys %q", p, r.hall.keys)
	}
	for field, want := range map[string]string{"name": "bis zu 100 Zeichen", "mail": "keine E-Mail-Adresse", "phone": "nur Ziffern"} {
		r.hall.refuse = &queue.Refusal{Code: queue.Invalid, Field: field}
		rec := post(r.staff, "/appointments/u1/person", form)
		body := rec.Body.String()
		if rec.Code != http.StatusUnprocessableEntity || !strings.Contains(body, want) || !strings.Contains(body, `href="#`+field+`"`) ||
			!strings.Contains(body, `value="Petra Uebermühlen"`) || !strings.Contains(body, `id="p-correct" open`) || !strings.Contains(body, "<title>Fehler: ") {
			t.Errorf("%s: %d\n%s", field, rec.Code, body)
		}
	}
	r.hall.refuse = nil
	if rec := post(r.staff, "/appointments/u1/person", url.Values{"name": {" "}}); rec.Code != http.StatusUnprocessableEntity || !strings.Contains(rec.Body.String(), "Bitte geben Sie einen Namen ein.") {
		t.Errorf("no name: %d", rec.Code)
	}
	r.hall.refuse = &queue.Refusal{Code: queue.WrongState}
	if rec := post(r.staff, "/appointments/u1/person", form); rec.Code != http.StatusSeeOther {
		t.Errorf("refused: %d", rec.Code)
	}
	r.hall.dead[2].Contact.Phone = ""
	if body := get(r.staff, "/mail").Body.String(); !strings.Contains(body, "wird die Zeit von selbst wieder frei.") {
		t.Error("what becomes of somebody who cannot be reached is not told")
	}
	if rec := post(r.staff, "/appointments/nobody/person", form); rec.Code != http.StatusNotFound {
		t.Errorf("unknown: %d", rec.Code)
	}
}

// TestFindOnAllDays: a name is found on all days to come, with day and time, and on the shown day also who cancelled.
func TestFindOnAllDays(t *testing.T) {
	r := newRig(t)
	unconfirmed(r)
	find := func(name, day string) string {
		return post(r.staff, "/appointments", url.Values{"q": {name}, "day": {day}}).Body.String()
	}
	body := find("übermühlen", "2026-11-23")
	for id, want := range map[string][]string{"u1": {"Montag, 23. November", "10:30", "noch nicht bestätigt"}, "u2": {"Mittwoch, 2. Dezember", "8:30"}} {
		for _, w := range want {
			if text := row(t, body, id); !strings.Contains(text, w) {
				t.Errorf("%s: no %q in %q", id, w, text)
			}
		}
	}
	if !strings.Contains(body, "2 Termine gefunden.") || strings.Contains(body, "Es gibt vielleicht noch mehr") {
		t.Error("the count")
	}
	if !strings.Contains(row(t, find("yılmaz", "2026-11-23"), "a3"), "abgesagt") {
		t.Error("who cancelled is not found")
	}
	if body := find("x", "2026-11-23"); !strings.Contains(body, "mindestens zwei Buchstaben") {
		t.Error("too short, and not said")
	}
	for range 50 {
		r.hall.days["2026-12-03"] = append(r.hall.days["2026-12-03"], listed("s", at(9, 0), "Schmidt"))
	}
	if body := find("schmidt", "2026-11-23"); !strings.Contains(body, "50 Termine gefunden.") || !strings.Contains(body, "Es gibt vielleicht noch mehr") {
		t.Error("that there may be more is not said")
	}
}
