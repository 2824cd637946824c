package web_test

import (
	"errors"
	"io"
	"io/fs"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	files "westerkappeln.de/wartemarke/assets/web"
	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/queue"
	"westerkappeln.de/wartemarke/internal/web"
)

// TestFormRedirects: without scripts a form ends in a redirect, and the page then says once what was done.
func TestFormRedirects(t *testing.T) {
	r := newRig(t)
	rec := post(r.staff, "/counter/1/next", url.Values{"key": {"k1"}})
	to := rec.Header().Get("Location")
	if rec.Code != http.StatusSeeOther || !strings.HasPrefix(to, "/counter/1?r=") {
		t.Fatalf("%d %s", rec.Code, to)
	}
	if got := r.hall.keys; len(got) != 1 || got[0] != "k1" {
		t.Errorf("keys %q", got)
	}
	if body := get(r.staff, to).Body.String(); !strings.Contains(body, "A017 ist gerufen.") {
		t.Error("the page does not say what was done")
	}
	if body := get(r.staff, to).Body.String(); strings.Contains(body, "A017 ist gerufen.") {
		t.Error("said twice")
	}
}

// TestResultIsForOne: a result is shown to nobody else, even with its address.
func TestResultIsForOne(t *testing.T) {
	r := newRig(t)
	to := post(r.staff, "/counter/1/next", url.Values{}).Header().Get("Location")
	r.auth.actor = &hall.Actor{Kind: hall.Staff, ID: "schulze", Role: hall.Clerk}
	if body := get(r.staff, to).Body.String(); strings.Contains(body, "ist gerufen") {
		t.Error("another clerk sees it")
	}
}

// TestHTMXGetsParts: with htmx a form is answered with the parts of the page, a refusal with 409 and its sentence.
func TestHTMXGetsParts(t *testing.T) {
	r := newRig(t)
	rec := post(r.staff, "/counter/1/next", url.Values{}, "HX-Request", "true")
	body := rec.Body.String()
	for _, want := range []string{`id="result"`, `id="current"`, `id="lists"`, `id="entry"`, `hx-swap-oob="true"`, "A017 ist gerufen."} {
		if !strings.Contains(body, want) {
			t.Errorf("no %s", want)
		}
	}
	if strings.Contains(body, "<html") {
		t.Error("a whole page")
	}
	r.hall.refuse = &queue.Refusal{Code: queue.WrongState, State: queue.Parked}
	rec = post(r.staff, "/counter/1/arrive", url.Values{"ticket": {"x"}}, "HX-Request", "true")
	if rec.Code != http.StatusConflict || !strings.Contains(rec.Body.String(), "(geparkt)") {
		t.Errorf("%d %s", rec.Code, rec.Body)
	}
}

// TestEveryActionReachesTheHall sends each form and looks at what the hall is asked.
func TestEveryActionReachesTheHall(t *testing.T) {
	for _, c := range []struct {
		action string
		form   url.Values
		want   string
	}{
		{"next", nil, "next 1"},
		{"call", url.Values{"number": {" a-17 "}}, "call 1 A017"},
		{"call", url.Values{"ticket": {"id"}, "number": {"A017"}}, "call 1 id"},
		{"ring", url.Values{"ticket": {"tr"}}, "ring 1"},
		{"open", nil, "open 1"},
		{"close", nil, "close 1"},
		{"arrive", nil, "arrive 1 id"},
		{"no-show", nil, "no_show 1 id"},
		{"undo", nil, "undo 1 id"},
		{"park", url.Values{"remark": {"kurz"}}, "park 1 id"},
		{"take-back", nil, "take_back 1 id"},
		{"forward", url.Values{"service": {"ummeldung"}, "to": {"2"}}, "forward 1 id"},
		{"finish", url.Values{"people": {"3"}, "choose": {"1"}}, "finish 1 id"},
		{"cancel", nil, "cancel 1 id"},
		{"priority", url.Values{"priority": {"2"}}, "prioritize 1 id"},
		{"walk-in", url.Values{"service": {"abholung"}}, "take abholung"},
	} {
		r := newRig(t)
		called(r)
		form := url.Values{"key": {"k"}, "ticket": {"id"}}
		for k, v := range c.form {
			form[k] = v
		}
		if c.action == "call" && c.form.Get("ticket") == "" {
			form.Del("ticket")
		}
		rec := post(r.staff, "/counter/1/"+c.action, form)
		if got := r.hall.called(); len(got) != 1 || got[0] != c.want || rec.Code != http.StatusSeeOther {
			t.Errorf("%s: %d %q, want %q", c.action, rec.Code, got, c.want)
		}
	}
}

// TestFinishSaysWhatWasDone: no ticked box means none was done, no boxes at all means all.
func TestFinishSaysWhatWasDone(t *testing.T) {
	r := newRig(t)
	serving(r)
	post(r.staff, "/counter/1/finish", url.Values{"ticket": {"x"}, "people": {"2"}, "choose": {"1"}, "done": {"personalausweis"}})
	post(r.staff, "/counter/1/finish", url.Values{"ticket": {"x"}, "choose": {"1"}})
	post(r.staff, "/counter/1/finish", url.Values{"ticket": {"x"}})
	ch := r.hall.changes
	if len(ch) != 3 || ch[0].People != 2 || len(ch[0].Done) != 1 || ch[1].Done == nil || len(ch[1].Done) != 0 || ch[2].Done != nil {
		t.Errorf("%+v", ch)
	}
}

// TestForwardSaysWhatWasDone: all that this counter could do, but not what is wanted elsewhere.
func TestForwardSaysWhatWasDone(t *testing.T) {
	r := newRig(t)
	serving(r)
	body := get(r.staff, "/counter/1").Body.String()
	if !strings.Contains(body, `name="done" value="personalausweis">`) || !strings.Contains(body, `<option value="beglaubigung" selected>`) {
		t.Error("the form does not offer what is left")
	}
	post(r.staff, "/counter/1/forward", url.Values{"ticket": {"x"}, "service": {"beglaubigung"}, "done": {"personalausweis", "beglaubigung"}})
	if ch := r.hall.changes; len(ch) != 1 || len(ch[0].Done) != 1 || ch[0].Done[0] != "personalausweis" {
		t.Errorf("%+v", ch)
	}
}

// TestFinishAndNext keeps the finish when nobody waits, and gives each step a key of its own.
func TestFinishAndNext(t *testing.T) {
	r := newRig(t)
	serving(r)
	to := post(r.staff, "/counter/1/finish-next", url.Values{"key": {"k"}, "ticket": {"x"}}).Header().Get("Location")
	if got := strings.Join(r.hall.called(), ", "); got != "finish 1 x, next 1" {
		t.Errorf("commands %s", got)
	}
	if got := strings.Join(r.hall.keys, " "); got != "k k-next" {
		t.Errorf("keys %s", got)
	}
	if body := get(r.staff, to).Body.String(); !strings.Contains(body, "A017 ist fertig.") {
		t.Error("it does not say that the first is finished")
	}
}

// TestCallWithoutLetter: digits are enough where one number alone can be meant; else the page names what is missing.
func TestCallWithoutLetter(t *testing.T) {
	for _, c := range []struct{ typed, want, says string }{
		{"17", "call 1 A017", ""},
		{" 017", "call 1 A017", ""},
		{"21", "", "A021, B021"},
		{"5", "", "Keine Nummer"},
		{"9", "", "Keine Nummer"}, // there is one, and it is finished
		{"99999999999999999999", "call 1 99999999999999999999", ""},
	} {
		r := newRig(t)
		r.hall.tickets = append(r.hall.tickets, r.hall.desk.Waiting...)
		r.hall.tickets = append(r.hall.tickets, ticket(21, "ummeldung", queue.WhyWalkIn, at(9, 0), at(9, 45)),
			*with(ticket(9, "ummeldung", queue.WhyWalkIn, at(9, 0), at(9, 45)), func(k *queue.Ticket) { k.State = queue.Finished }))
		body := post(r.staff, "/counter/1/call", url.Values{"number": {c.typed}}, "HX-Request", "true").Body.String()
		if got := strings.Join(r.hall.called(), ", "); got != c.want || !strings.Contains(body, c.says) {
			t.Errorf("%q: %q, want %q and %q", c.typed, got, c.want, c.says)
		}
	}
}

// TestLatePress: what hung on the way for longer than the browser waits is not carried out; what does not say when it
// was pressed, is.
func TestLatePress(t *testing.T) {
	ago := func(d time.Duration) string { return strconv.FormatInt(time.Now().Add(-d).UnixMilli(), 10) }
	for _, c := range []struct {
		pressed string
		done    bool
	}{{"", true}, {ago(0), true}, {ago(7 * time.Second), true}, {ago(9 * time.Second), false}, {ago(40 * time.Second), false},
		{ago(-time.Hour), true}, {"soon", true}, {"9223372036854775807", true}, {"-9223372036854775808", false}} {
		r := newRig(t)
		rec := post(r.staff, "/counter/1/next", nil, "HX-Request", "true", "Wartemarke-Pressed", c.pressed)
		if done := len(r.hall.called()) == 1; done != c.done || !done && (rec.Code != http.StatusConflict || !strings.Contains(rec.Body.String(), "zu spät an")) {
			t.Errorf("%q: done %t, %d", c.pressed, done, rec.Code)
		}
		if rec.Header().Get("Wartemarke-Time") == "" {
			t.Error("the page is not told the time")
		}
	}
	if got := get(newRig(t).staff, "/counter/1").Header().Get("Wartemarke-Time"); got != "" {
		t.Errorf("a whole page tells %q", got)
	}
	layout, err := fs.ReadFile(files.Templates, "templates/layout.html")
	if err != nil || !strings.Contains(string(layout), `"timeout":8000`) {
		t.Errorf("the page waits for another time than pressLife (%v)", err)
	}
}

// TestWatchingOffersNothing: at a counter that somebody else opened, nothing can be pressed; at a closed one, no number
// can be called.
func TestWatchingOffersNothing(t *testing.T) {
	for name, set := range map[string]func(*rig){"idle": many, "called": called, "serving": serving} {
		r := newRig(t)
		set(r)
		r.hall.desk.Clerk = "schulze"
		body := get(r.staff, "/counter/1").Body.String()
		if m := regexp.MustCompile(`action="/counter[^"]*"`).FindString(body); m != "" || !strings.Contains(body, "Sie können hier nur zusehen") {
			t.Errorf("%s: %s", name, m)
		}
	}
	if body := get(newRig(t).staff, "/counter/2").Body.String(); strings.Contains(body, `action="/counter/2/call"`) {
		t.Error("a closed counter offers to call a number")
	}
}

func TestFieldsAreChecked(t *testing.T) {
	for _, c := range []struct{ action, field, value, says string }{
		{"finish", "people", "100", "Personen"},
		{"finish", "people", "viele", "Personen"},
		{"priority", "priority", "3", "Vorrang"},
		{"park", "remark", strings.Repeat("ä", 201), "Bemerkung"},
		{"forward", "service", "", "Dienstleistung"},
		{"call", "number", " ", "Nummer"},
	} {
		r := newRig(t)
		form := url.Values{c.field: {c.value}}
		if c.action != "call" {
			form.Set("ticket", "x")
		}
		rec := post(r.staff, "/counter/1/"+c.action, form, "HX-Request", "true")
		if rec.Code != http.StatusConflict || !strings.Contains(rec.Body.String(), "Bitte prüfen Sie: "+c.says) || len(r.hall.called()) != 0 {
			t.Errorf("%s %s=%q: %d, commands %q", c.action, c.field, c.value, rec.Code, r.hall.called())
		}
	}
}

// TestStaleRing: a page that still shows another number does not announce the new one.
func TestStaleRing(t *testing.T) {
	r := newRig(t)
	called(r)
	rec := post(r.staff, "/counter/1/ring", url.Values{"ticket": {"other"}, "number": {"A003"}}, "HX-Request", "true")
	if len(r.hall.called()) != 0 || !strings.Contains(rec.Body.String(), "A003 ist nicht mehr an diesem Platz") {
		t.Errorf("commands %q", r.hall.called())
	}
}

// TestRefusalsHaveSentences: every code of the rules becomes a sentence, in both languages, with nothing unfilled.
func TestRefusalsHaveSentences(t *testing.T) {
	codes := []queue.Code{queue.WrongState, queue.AlreadyCalled, queue.CounterBusy, queue.NotThisOne, queue.NobodyWaiting, queue.AllLocked,
		queue.CounterClosed, queue.LimitReached, queue.Closed, queue.ClosingSoon, queue.NumbersOut, queue.ClockJumped, queue.TooEarly, queue.WrongDay,
		queue.WasCancelled, queue.WasFinished, queue.BadCode, queue.NotFound, queue.NotAllowed, queue.Invalid, queue.KeyReused, queue.DiskFull, queue.Conflict}
	r := newRig(t)
	for _, lang := range []string{"de", "en"} {
		for _, code := range codes {
			r.hall.refuse = &queue.Refusal{Code: code, Number: "A003", Counter: "2", State: queue.Waiting, Until: at(9, 45), Field: "x", Start: at(10, 0), Earliest: at(9, 15)}
			body := post(r.staff, "/counter/1/next", nil, "HX-Request", "true", "Accept-Language", lang).Body.String()
			m := regexp.MustCompile(`(?s)result-bad">.*?<span>(.*?)</span>`).FindStringSubmatch(body)
			if m == nil || len(m[1]) < 15 || strings.Contains(m[1], "no value") || strings.Contains(m[1], "_") {
				t.Errorf("%s %s: %q", lang, code, m)
			}
		}
	}
	r.hall.refuse = errors.New("disk on fire")
	if body := post(r.staff, "/counter/1/next", nil, "HX-Request", "true").Body.String(); strings.Contains(body, "fire") || !strings.Contains(body, "nicht geklappt") {
		t.Error("an internal error is shown, or none")
	}
}

// TestEscapes: what a clerk typed, and what a catalogue holds, is text and never markup.
func TestEscapes(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		word := rapid.StringMatching(`[<>"'&/a-z{}.]{1,12}`).Draw(rt, "word")
		evil := `<script>alert("` + word + `")</script>` + word
		r := newRig(t)
		serving(r)
		r.hall.desk.Current.Ticket.Remark = evil
		r.hall.desk.Waiting[0].Ticket.Remark = evil
		r.hall.desk.Catalogue.Services[0].Name["de"] = evil
		r.hall.desk.Counter.Label = de(evil)
		r.hall.desk.Troubles = []hall.Trouble{{Name: evil, Word: evil, Number: evil}}
		r.hall.tickets = r.hall.desk.Waiting
		busyDay(r)
		freeTimes(r)
		r.hall.desk.Current.Ticket.Appointment = "a1"
		r.hall.days["2026-11-23"][1].Contact.Name = evil
		r.hall.dead[0].Contact.Name, r.hall.dead[0].Contact.Phone, r.hall.dead[0].Mail.Error = evil, evil, evil
		r.hall.mails[1].Error, r.hall.fakeBooking.documents[0].Name = evil, evil
		r.outage.since, r.outage.why, r.outage.sources = at(9, 0), evil, []web.ImportProblem{{Name: evil, Why: evil}}
		for _, path := range []string{"/counter/1", "/appointments", "/appointments/a1", "/appointments/a1/move", "/mail",
			"/appointments/new?service=" + url.QueryEscape(evil), "/appointments/new?service=ummeldung&quantity=" + url.QueryEscape(evil) + "&day=" + url.QueryEscape(evil), "/tickets?q=" + url.QueryEscape(evil), "/devices", "/counter", "/login?next=" + url.QueryEscape("/"+evil)} {
			if body := get(r.staff, path).Body.String(); strings.Contains(body, "<script>alert") {
				rt.Errorf("%s: markup got through", path)
			}
		}
	})
}

func TestHeaders(t *testing.T) {
	r := newRig(t)
	for name, rec := range map[string]http.Header{
		"staff": get(r.staff, "/counter/1").Header(), "public": get(r.public, "/ticket/unknown").Header(), "login": get(r.staff, "/login").Header(),
	} {
		csp := rec.Get("Content-Security-Policy")
		if !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") || rec.Get("X-Content-Type-Options") != "nosniff" ||
			rec.Get("Referrer-Policy") != "same-origin" || rec.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %v", name, rec)
		}
	}
	if h := get(r.public, "/ticket/unknown").Header(); h.Get("Set-Cookie") != "" {
		t.Error("a cookie for citizens")
	}
}

// TestNothingFromElsewhere: pages name no other host and hold no inline script, style or handler.
func TestNothingFromElsewhere(t *testing.T) {
	bad := regexp.MustCompile(`(?i)(src|href|action)="(https?:)?//|<style|style="|<script>|\son[a-z]+="|hx-on|javascript:`)
	for _, s := range screens() {
		r := newRig(t)
		if s.set != nil {
			s.set(r)
		}
		h := r.staff
		if s.public {
			h = r.public
		}
		if m := bad.FindString(get(h, s.path).Body.String()); m != "" {
			t.Errorf("%s: %q", s.name, m)
		}
	}
}

// TestForeignFormsAreRefused on the public listener, where no sign-in does it.
func TestForeignFormsAreRefused(t *testing.T) {
	r := newRig(t)
	phone(queue.Waiting)(r)
	rec := post(r.public, "/ticket/s3cret/cancel", url.Values{}, "Sec-Fetch-Site", "cross-site")
	if rec.Code != http.StatusForbidden || len(r.hall.called()) != 0 {
		t.Errorf("%d, commands %q", rec.Code, r.hall.called())
	}
}

// TestProxiedForm: behind a proxy that passes its own name on, the town's address is still ours.
func TestProxiedForm(t *testing.T) {
	r := newRig(t)
	phone(queue.Waiting)(r)
	for origin, want := range map[string]int{"https://termine.example": http.StatusSeeOther, "https://evil.example": http.StatusForbidden} {
		if rec := post(r.public, "/ticket/s3cret/cancel", url.Values{}, "Origin", origin); rec.Code != want {
			t.Errorf("%s: %d, want %d", origin, rec.Code, want)
		}
	}
}

// TestPublicHasNoStaffPages: nothing of the staff listener can be reached from outside.
func TestPublicHasNoStaffPages(t *testing.T) {
	r := newRig(t)
	for _, path := range []string{"/login", "/counter", "/counter/1", "/counter/1/events", "/tickets", "/devices", "/devices/k1/unpair"} {
		if rec := get(r.public, path); rec.Code != http.StatusNotFound {
			t.Errorf("%s: %d", path, rec.Code)
		}
	}
	if rec := post(r.public, "/counter/1/next", nil); rec.Code != http.StatusNotFound && rec.Code != http.StatusMethodNotAllowed {
		t.Errorf("next: %d", rec.Code)
	}
}

// TestSameKeyIsOneCall sends one form twice, as a double press without scripts does.
func TestSameKeyIsOneCall(t *testing.T) {
	r := newTown(t)
	a, _ := r.take("personalausweis")
	b, _ := r.take("personalausweis")
	r.open("1")
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	c := &http.Client{Jar: jar}
	send := func(path string, form url.Values) string {
		t.Helper()
		resp, err := c.PostForm(r.staff+path, form)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		if err := resp.Body.Close(); err != nil {
			t.Fatal(err)
		}
		return string(body)
	}
	send("/login", url.Values{"name": {"meyer"}, "password": {password}})
	for range 2 {
		if body := send("/counter/1/next", url.Values{"key": {"one-press"}}); !strings.Contains(body, a.Number()+" ist gerufen.") {
			t.Errorf("not told that %s is called", a.Number())
		}
	}
	if s := r.state(b.ID); s != queue.Waiting {
		t.Errorf("the second number is %s", s)
	}
}

// TestPhoneEventsSayNothing: a phone learns that something changed, and whether it is its own ticket, and no more.
func TestPhoneEventsSayNothing(t *testing.T) {
	r := newRig(t)
	phone(queue.Waiting)(r)
	own := r.hall.secrets["s3cret"].Ticket.ID
	go func() {
		defer close(r.stream.events)
		r.stream.events <- hall.Event{Seq: 5, Type: "ticket.called", Ticket: "other", Number: "A099", Counter: "2"}
		r.stream.events <- hall.Event{Seq: 6, Type: "device.trouble", Device: "k1", Trouble: "paper_out"}
		r.stream.events <- hall.Event{Seq: 7, Type: "ticket.called", Ticket: own, Number: "A017"}
	}()
	body := get(r.public, "/ticket/s3cret/events").Body.String()
	if want := ": hello\n\nevent: change\ndata: 5\n\nevent: mine\ndata: 7\n\n"; body != want {
		t.Errorf("stream %q, want %q", body, want)
	}
	if of := r.stream.ticket.Load(); of != own {
		t.Errorf("its listeners are counted as those of %q", of)
	}
	if rec := get(r.public, "/ticket/unknown/events"); rec.Code != http.StatusNotFound {
		t.Errorf("unknown: %d", rec.Code)
	}
}

// TestUnknownTicket: a wrong link leads to a friendly page, in the reader's language, that no search engine keeps.
func TestUnknownTicket(t *testing.T) {
	r := newRig(t)
	for path, want := range map[string]string{"/ticket/x": "Nummer nicht gefunden", "/ticket/x?lang=en": "Number not found", "/ticket/x/cancel": "Nummer nicht gefunden"} {
		rec := get(r.public, path)
		if rec.Code != http.StatusNotFound || !strings.Contains(rec.Body.String(), want) || !strings.Contains(rec.Body.String(), "noindex") {
			t.Errorf("%s: %d", path, rec.Code)
		}
	}
}

// TestPhoneReloadsOnlyWhenAsked: WCAG 2.2.1 (technique F41) allows no reload that nobody asked for.
func TestPhoneReloadsOnlyWhenAsked(t *testing.T) {
	r := newRig(t)
	phone(queue.Waiting)(r)
	if strings.Contains(get(r.public, "/ticket/s3cret").Body.String(), `http-equiv="refresh"`) {
		t.Error("reloads by itself")
	}
	if !strings.Contains(get(r.public, "/ticket/s3cret?auto=1").Body.String(), `http-equiv="refresh" content="30"`) {
		t.Error("does not reload although asked")
	}
}

// TestClockIsTheHalls: only the hall's own trouble offers to confirm the time; both are shown.
func TestClockIsTheHalls(t *testing.T) {
	r := newRig(t)
	r.auth.actor.Role = hall.Lead
	for device, want := range map[string]bool{"hall": true, "a terminal that is gone": false} {
		r.hall.desk.Troubles = []hall.Trouble{{Device: device, Name: device, Word: "clock_ahead", Since: morning}}
		body := get(r.staff, "/devices").Body.String()
		if strings.Contains(body, `action="/clock"`) != want || !strings.Contains(body, "Die Uhr des Servers") {
			t.Errorf("%s: %s", device, body)
		}
	}
}

// TestKeysOfForms: what is stored for 48 hours is as short as in the API, and nothing happens for another one.
func TestKeysOfForms(t *testing.T) {
	for key, good := range map[string]bool{
		"": true, "a-1": true, strings.Repeat("k", 128): true, strings.Repeat("k", 129): false, strings.Repeat("k", 60_000): false,
		"with space": false, "ü": false, "a\x00": false, "a\nb": false, "\xff": false, "\x7f": false,
	} {
		r := newRig(t)
		phone(queue.Waiting)(r)
		r.auth.actor.Role = hall.Admin
		for _, f := range []struct {
			on   http.Handler
			path string
		}{{r.staff, "/counter/1/next"}, {r.staff, "/tickets"}, {r.staff, "/clock"}, {r.staff, "/devices/k1/unpair"}, {r.public, "/ticket/s3cret/cancel"}} {
			before := len(r.hall.called())
			rec := post(f.on, f.path, url.Values{"key": {key}, "service": {"ummeldung"}})
			if did := len(r.hall.called()) > before; did != good || (rec.Code == http.StatusBadRequest) == good {
				t.Errorf("%s with %.20q: %d, done %v", f.path, key, rec.Code, did)
			}
		}
	}
}

// TestEmptyPaperIsOneTrouble: a printer without paper says that its paper runs low, too; clerks need one line of the two, but
// those of another terminal as well.
func TestEmptyPaperIsOneTrouble(t *testing.T) {
	r := newRig(t)
	r.hall.desk.Troubles = []hall.Trouble{
		{Device: "k1", Name: "Terminal Foyer", Word: "paper_low", Since: at(8, 10)},
		{Device: "k1", Name: "Terminal Foyer", Word: "paper_out", Since: at(9, 4)},
		{Device: "k2", Name: "Terminal Keller", Word: "paper_low", Since: at(8, 11)},
	}
	r.hall.devices = []hall.DeviceInfo{
		{ID: "k1", Name: "Terminal Foyer", Kind: "kiosk", Seen: morning, Troubles: []string{"paper_low", "paper_out"}},
		{ID: "k2", Name: "Terminal Keller", Kind: "kiosk", Seen: morning, Troubles: []string{"paper_low"}},
	}
	for _, path := range []string{"/counter/1", "/devices"} {
		body := get(r.staff, path).Body.String()
		if out, low := strings.Count(body, "Das Papier ist alle."), strings.Count(body, "Das Papier geht zu Ende."); out != 1 || low != 1 {
			t.Errorf("%s: %d times out, %d times low", path, out, low)
		}
	}
	if body := get(r.staff, "/counter/1").Body.String(); !strings.Contains(body, "2 Störungen") {
		t.Error("the count is another one than the list's")
	}
}
