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

// bookForm is what the page sends for a caller.
func bookForm(change ...string) url.Values {
	form := url.Values{"key": {"k"}, "service": {"personalausweis", "ummeldung", "", ""}, "quantity": {"2", "1", "1", "1"},
		"start": {"2026-11-24T07:15:00Z"}, "name": {" Erika Mustermann "}, "mail": {"erika@example.org"}, "phone": {"05404 887-0"}}
	for i := 0; i+1 < len(change); i += 2 {
		form.Set(change[i], change[i+1])
	}
	return form
}

// TestBook books for a caller and shows the code to read out.
func TestBook(t *testing.T) {
	r := newRig(t)
	freeTimes(r)
	rec := post(r.staff, "/appointments/new", bookForm())
	to := rec.Header().Get("Location")
	if rec.Code != http.StatusSeeOther || !strings.HasPrefix(to, "/appointments/n1?r=") {
		t.Fatalf("%d %s\n%s", rec.Code, to, rec.Body)
	}
	if r.hall.keys[0] != "k" || !r.hall.starts[0].Equal(at(8, 15).AddDate(0, 0, 1)) {
		t.Errorf("key %q, start %v", r.hall.keys, r.hall.starts)
	}
	want := r.hall.wants[0]
	if !want.Staff || len(want.Services) != 2 || want.Services[0] != (queue.Visit{ID: "personalausweis", Quantity: 2}) {
		t.Errorf("want %+v", want)
	}
	if p := r.hall.people[0]; p != (hall.Person{Name: "Erika Mustermann", Mail: "erika@example.org", Phone: "05404 887-0", Lang: "de"}) {
		t.Errorf("person %+v", p)
	}
	body := get(r.staff, to).Body.String()
	for _, want := range []string{"Der Termin ist gebucht.", `id="code">K7M4X 2QX93<`, "data:image/png;base64,", "Passfoto", "Dienstag, 24. November, 8:15 Uhr"} {
		if !strings.Contains(body, want) {
			t.Errorf("no %q in\n%s", want, body)
		}
	}
}

// TestBookRefused: what is wrong is named beside its field, and what was typed stays.
func TestBookRefused(t *testing.T) {
	taken := &queue.Refusal{Code: queue.SlotTaken, Start: at(8, 15)}
	for name, c := range map[string]struct {
		form   url.Values
		refuse error
		want   string
		link   string
	}{
		"no time":     {form: bookForm("start", ""), want: "Bitte wählen Sie eine Zeit.", link: "#times"},
		"no name":     {form: bookForm("name", "  "), want: "Bitte geben Sie einen Namen ein.", link: "#name"},
		"no number":   {form: bookForm("quantity", "0"), want: "Zahl von 1 bis 99", link: "#quantity-1"},
		"no service":  {form: bookForm("service", ""), want: "Bitte wählen Sie eine Dienstleistung.", link: "#service-1"},
		"bad mail":    {form: bookForm("mail", "erika@"), refuse: &queue.Refusal{Code: queue.Invalid, Field: "mail"}, want: "keine E-Mail-Adresse", link: "#mail"},
		"bad phone":   {form: bookForm("phone", "x"), refuse: &queue.Refusal{Code: queue.Invalid, Field: "phone"}, want: "nur Ziffern", link: "#phone"},
		"taken":       {form: bookForm(), refuse: taken, want: "Die Zeit um 8:15 Uhr ist inzwischen vergeben.", link: "#times"},
		"not offered": {form: bookForm(), refuse: &queue.Refusal{Code: queue.NotBookable, Start: at(8, 15)}, want: "Um 8:15 Uhr kann dieser Besuch nicht beginnen.", link: "#times"},
		"too much":    {form: bookForm(), refuse: &queue.Refusal{Code: queue.TooMuch, Field: "services"}, want: "zu viel für einen Besuch", link: "#service-1"},
	} {
		r := newRig(t)
		freeTimes(r)
		r.hall.refuse = c.refuse
		rec := post(r.staff, "/appointments/new", c.form)
		body := rec.Body.String()
		if rec.Code != http.StatusUnprocessableEntity || !strings.Contains(body, c.want) || !strings.Contains(body, `href="`+c.link+`"`) || !strings.Contains(body, "<title>Fehler: ") {
			t.Errorf("%s: %d\n%s", name, rec.Code, body)
		}
		if c.link != "#service-1" && c.link != "#quantity-1" && c.form.Get("name") == " Erika Mustermann " && !strings.Contains(body, `value="Erika Mustermann"`) {
			t.Errorf("%s: the name is gone", name)
		}
		if regexp.MustCompile(`(?i)(href|action|hx-get)="[^"]*(muster|erika)`).MatchString(body) {
			t.Errorf("%s: a person in an address", name)
		}
	}
}

// TestTimes: the next three free days at once, then any day of a month by links that keep the visit.
func TestTimes(t *testing.T) {
	r := newRig(t)
	freeTimes(r)
	const visit = "/appointments/new?service=ummeldung&quantity=1"
	body := get(r.staff, visit).Body.String()
	if n := strings.Count(body, `type="radio"`); n != 12+3+20 {
		t.Errorf("%d times", n)
	}
	// At first eight a day: the 24th has 12 from 8:00 on, the 26th 20.
	if before, _, _ := strings.Cut(body, "4 Zeiten mehr"); strings.Count(before, `type="radio"`) != 8 || !strings.Contains(body, "12 Zeiten mehr") || strings.Contains(body, `slots-more" open`) {
		t.Error("too many times at once")
	}
	if !strings.Contains(get(r.staff, visit+"&start=2026-11-24T09:15:00Z").Body.String(), `slots-more" open`) {
		t.Error("the chosen time is folded up")
	}
	for _, day := range []string{"Dienstag, 24. November 2026", "Mittwoch, 25. November 2026", "Donnerstag, 26. November 2026"} {
		if !strings.Contains(body, day) {
			t.Errorf("no %s", day)
		}
	}
	if !strings.Contains(body, `href="/appointments/new?month=2026-12&amp;quantity=1&amp;service=ummeldung#times"`) || strings.Contains(body, "month=2026-10") {
		t.Error("links to months")
	}
	body = get(r.staff, visit+"&day=2026-12-02").Body.String()
	if n := strings.Count(body, `type="radio"`); n != 7 || !strings.Contains(body, `aria-current="date"`) || !strings.Contains(body, "Dezember 2026") {
		t.Errorf("a day: %d times", n)
	}
	body = get(r.staff, visit+"&day=2026-12-05").Body.String()
	if !strings.Contains(body, "Am Samstag, 5. Dezember 2026 ist dafür nichts mehr frei.") {
		t.Error("a full day is not told")
	}
	for _, w := range r.hall.wants {
		if !w.Staff || w.Moving != "" {
			t.Errorf("asked for %+v", w)
		}
	}
	r.hall.refuseWant = &queue.Refusal{Code: queue.Invalid, Field: "service"}
	if rec := get(r.staff, visit); rec.Code != http.StatusUnprocessableEntity || !strings.Contains(rec.Body.String(), "nicht zusammen buchen") {
		t.Errorf("refused: %d", rec.Code)
	}
}
