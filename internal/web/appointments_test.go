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

// row is the list's text about one appointment.
func row(t *testing.T, body, id string) string {
	t.Helper()
	m := regexp.MustCompile(`(?s)<li class="item[^>]*>.{0,200}?id="a-` + id + `".*?</li>`).FindString(body)
	i := strings.LastIndex(m, "<li ")
	if i < 0 {
		t.Fatalf("no row of %s in\n%s", id, body)
	}
	return regexp.MustCompile(`<[^>]*>`).ReplaceAllString(m[i:], " ")
}

// TestDayList: every row says in words what is known of its visit, and the counts are right.
func TestDayList(t *testing.T) {
	r := newRig(t)
	busyDay(r)
	body := get(r.staff, "/appointments").Body.String()
	for id, want := range map[string][]string{
		"a1": {"9:15", "Erika Mustermann", "2 × Personalausweis beantragen, Wohnung ummelden", "online gebucht", "2 Unterlagen", "A017", "wartet"},
		"a2": {"noch nicht da"},
		"a3": {"abgesagt"},
		"a4": {"am Telefon gebucht", "Mail kam nicht an"},
		"a5": {"Name nicht gespeichert", "aus anderem System", "nicht gekommen"},
	} {
		for _, w := range want {
			if text := row(t, body, id); !strings.Contains(text, w) {
				t.Errorf("%s: no %q in %q", id, w, text)
			}
		}
	}
	if !regexp.MustCompile(`4 gebucht</strong> · 1 gekommen · 3 offen · 1 abgesagt`).MatchString(body) {
		t.Error("the counts are wrong")
	}
	other := get(r.staff, "/appointments?day=2026-11-24").Body.String()
	if !strings.Contains(other, "kein Termin gebucht") || !strings.Contains(other, `href="/appointments?day=2026-11-25"`) || strings.Contains(other, "gekommen") {
		t.Error("another day")
	}
}

// TestFind: a code leads to its appointment; a name is looked for in the day and stands in no address.
func TestFind(t *testing.T) {
	r := newRig(t)
	busyDay(r)
	rec := post(r.staff, "/appointments", url.Values{"q": {" k7m4x-2qx93 "}})
	if to := rec.Header().Get("Location"); rec.Code != http.StatusSeeOther || !strings.HasPrefix(to, "/appointments/a") {
		t.Errorf("code: %d %s", rec.Code, to)
	}
	rec = post(r.staff, "/appointments", url.Values{"q": {"MUSTER"}, "day": {"2026-11-23"}})
	body := rec.Body.String()
	if rec.Code != http.StatusOK || rec.Header().Get("Location") != "" || !strings.Contains(body, "1 Termin gefunden") || strings.Contains(body, "Yılmaz") {
		t.Errorf("name: %d %v", rec.Code, rec.Header())
	}
	if regexp.MustCompile(`(?i)(href|action|hx-get)="[^"]*muster`).MatchString(body) {
		t.Error("a name in an address")
	}
	if body := post(r.staff, "/appointments", url.Values{"q": {"Niemand"}, "day": {"2026-11-23"}}).Body.String(); !strings.Contains(body, "Kein Termin hat diesen Code") {
		t.Error("nothing found, and not said")
	}
	if rec := post(r.staff, "/appointments", url.Values{"q": {" "}}); rec.Header().Get("Location") != "/appointments" {
		t.Errorf("nothing typed: %v", rec.Header())
	}
}

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

// TestMoveAndCancel: both ask the hall for this appointment, and a ticket of today rules them out.
func TestMoveAndCancel(t *testing.T) {
	r := newRig(t)
	busyDay(r)
	freeTimes(r)
	if body := get(r.staff, "/appointments/a1").Body.String(); strings.Contains(body, "/move") || strings.Contains(body, "/cancel") {
		t.Error("who has come can be moved")
	}
	if body := get(r.staff, "/appointments/a4").Body.String(); !strings.Contains(body, "/appointments/a4/move") || !strings.Contains(body, "wirklich absagen?") {
		t.Error("no way to change it")
	}
	if body := get(r.staff, "/appointments/a4/move").Body.String(); !strings.Contains(body, "Große-Wördemann") || strings.Count(body, `type="radio"`) != 35 {
		t.Error("no times to move to")
	}
	if w := r.hall.wants[len(r.hall.wants)-1]; w.Moving != "a4" || !w.Staff || w.Services[0].Quantity != 4 {
		t.Errorf("asked for %+v", w)
	}
	if rec := post(r.staff, "/appointments/a4/move", url.Values{}); rec.Code != http.StatusUnprocessableEntity || !strings.Contains(rec.Body.String(), "Bitte wählen Sie eine Zeit.") {
		t.Errorf("no time: %d", rec.Code)
	}
	to := post(r.staff, "/appointments/a4/move", url.Values{"start": {"2026-11-25T07:15:00Z"}}).Header().Get("Location")
	if body := get(r.staff, to).Body.String(); !strings.Contains(body, "Der Termin ist verschoben: Mittwoch, 25. November, 8:15 Uhr.") {
		t.Errorf("%s: not told", to)
	}
	to = post(r.staff, "/appointments/a4/cancel", url.Values{}).Header().Get("Location")
	if body := get(r.staff, to).Body.String(); !strings.Contains(body, "Der Termin ist abgesagt.") {
		t.Errorf("%s: not told", to)
	}
	r.hall.refuse = &queue.Refusal{Code: queue.WrongState}
	to = post(r.staff, "/appointments/a4/cancel", url.Values{}).Header().Get("Location")
	if body := get(r.staff, to).Body.String(); !strings.Contains(body, "Der Stand hat sich inzwischen geändert.") {
		t.Errorf("%s: the refusal is not told", to)
	}
	if got := strings.Join(r.hall.called(), ", "); got != "move a4, cancel appointment a4, cancel appointment a4" {
		t.Errorf("commands %s", got)
	}
	if rec := get(r.staff, "/appointments/nobody"); rec.Code != http.StatusNotFound || !strings.Contains(rec.Body.String(), "Diesen Termin gibt es nicht") {
		t.Errorf("unknown: %d", rec.Code)
	}
}

// TestMails: an appointment shows how far each mail is, and sends a dead one again.
func TestMails(t *testing.T) {
	r := newRig(t)
	busyDay(r)
	body := get(r.staff, "/appointments/a1").Body.String()
	for _, want := range []string{"abgeschickt", "kam nicht an", "geht hinaus: 17:00", "User unknown"} {
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
	if strings.Contains(body, `action="/mail"`) {
		t.Error("a clerk is offered what would be refused")
	}
	r.auth.actor.Role = hall.Lead
	if !strings.Contains(get(r.staff, "/mail").Body.String(), `action="/mail"`) {
		t.Error("a lead cannot settle it")
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
		if body := get(r.staff, path).Body.String(); strings.Contains(body, "Mails") || strings.Contains(body, "anderen System") {
			t.Errorf("%s: a false alarm", path)
		}
	}
	r = newRig(t)
	screenNamed(t, "desk-mail").set(r)
	for _, path := range []string{"/counter/1", "/devices"} {
		body := get(r.staff, path).Body.String()
		for _, want := range []string{"Mails gehen nicht hinaus.", "2 Mails kamen nicht an.", "werden gerade nicht übernommen.", "Die Adresse antwortet nicht."} {
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

// FuzzAppointmentPages: nothing in an address or a form makes a page fail, and no visit is asked for that could not be.
func FuzzAppointmentPages(f *testing.F) {
	f.Add("service=ummeldung&quantity=1&day=2026-12-02&month=2026-12")
	f.Add("service=ummeldung&service=ummeldung&quantity=99&quantity=99")
	f.Add("service=&quantity=-1&start=2026-11-24T07:15:00Z&name=x")
	f.Add("day=9999-99-99&month=0000-00&q=%00")
	f.Fuzz(func(t *testing.T, query string) {
		r := newRig(t)
		busyDay(r)
		freeTimes(r)
		form, err := url.ParseQuery(query)
		if err != nil {
			form = url.Values{"service": {query}, "quantity": {query}, "day": {query}, "month": {query}, "q": {query}, "name": {query}, "start": {query}}
		}
		delete(form, "key")
		for _, rec := range []int{
			get(r.staff, "/appointments?"+form.Encode()).Code, get(r.staff, "/appointments/new?"+form.Encode()).Code, get(r.staff, "/appointments/a4/move?"+form.Encode()).Code,
			post(r.staff, "/appointments", form).Code, post(r.staff, "/appointments/new", form).Code, post(r.staff, "/appointments/a4/move", form).Code,
		} {
			if rec >= http.StatusInternalServerError {
				t.Errorf("%d", rec)
			}
		}
		for _, w := range r.hall.wants {
			seen := map[string]bool{}
			for _, v := range w.Services {
				if seen[v.ID] || v.ID == "" || v.Quantity < 1 || v.Quantity > 4*99 {
					t.Errorf("asked for %+v", w)
				}
				seen[v.ID] = true
			}
		}
	})
}
