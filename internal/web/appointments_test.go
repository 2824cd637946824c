package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"westerkappeln.de/wartemarke/internal/queue"
)

// row is the list's text about one appointment.
func row(t *testing.T, body, id string) string {
	t.Helper()
	m := regexp.MustCompile(`(?s)<li class="item[^>]*>.{0,400}?id="a-` + id + `".*?</li>`).FindString(body)
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

// FuzzAppointmentPages: nothing in an address or a form makes a page fail, and no visit is asked for that could not be.
func FuzzAppointmentPages(f *testing.F) {
	f.Add("service=ummeldung&quantity=1&day=2026-12-02&month=2026-12")
	f.Add("service=ummeldung&service=ummeldung&quantity=99&quantity=99")
	f.Add("service=&quantity=-1&start=2026-11-24T07:15:00Z&name=x")
	f.Add("day=9999-99-99&month=0000-00&q=%00")
	r := newRig(f)
	f.Fuzz(func(t *testing.T, query string) {
		unconfirmed(r)
		freeTimes(r)
		r.hall.wants = nil
		form, err := url.ParseQuery(query)
		if err != nil {
			form = url.Values{"service": {query}, "quantity": {query}, "day": {query}, "month": {query}, "q": {query}, "name": {query}, "start": {query}}
		}
		delete(form, "key")
		for _, rec := range []int{
			get(r.staff, "/appointments?"+form.Encode()).Code, get(r.staff, "/appointments/new?"+form.Encode()).Code, get(r.staff, "/appointments/a4/move?"+form.Encode()).Code,
			post(r.staff, "/appointments", form).Code, post(r.staff, "/appointments/new", form).Code, post(r.staff, "/appointments/a4/move", form).Code,
			post(r.staff, "/appointments/u1/person", form).Code, post(r.staff, "/appointments/u1/release", form).Code, get(r.staff, "/appointments/u1?"+form.Encode()).Code,
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
