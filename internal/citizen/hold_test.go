package citizen_test

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/catalogue"
	"westerkappeln.de/wartemarke/internal/queue"
)

// undeliverable registers somebody whose mail bounces, and gives the hold's secret.
func (w *town) undeliverable(start time.Time) string {
	w.t.Helper()
	secret := w.held(start, "personalausweis")
	if _, err := w.Register(w.ctx, anybody, secret, person); err != nil {
		w.t.Fatal(err)
	}
	w.refuseMails()
	return secret
}

// refuseMails lets every waiting mail fail for good.
func (w *town) refuseMails() {
	w.t.Helper()
	letters, err := w.Letters(w.ctx, 10)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, l := range letters {
		if err := w.MailFailed(w.ctx, l.Mail.ID, "550 user unknown", true); err != nil {
			w.t.Fatal(err)
		}
	}
}

// TestLonger: the time can be made longer ten times, and what was typed stays (WCAG 2.2, 2.2.1).
func TestLonger(t *testing.T) {
	w := newTown(t, true)
	path := "/hold/" + w.held(tuesday(8, 0), "reisepass")
	form := w.get(path)
	form.expect(t, 200, "Länger reservieren (10 Minuten)", `formaction="`+path+`/longer?start=`)
	typed := func(a answer) url.Values {
		return url.Values{"key": {a.key(t)}, "name": {"Erika Mustermann"}, "mail": {"erika@"}, "phone": {"0160"}}
	}
	for range 10 {
		w.pass(9 * time.Minute)
		form = w.post(path+"/longer?s=reisepass.1", typed(form))
		form.expect(t, 200, `value="Erika Mustermann"`, `value="erika@"`, `value="0160"`,
			fmt.Sprintf("Der Termin ist jetzt bis %s Uhr für Sie reserviert.", strings.TrimPrefix(w.clock().Add(10*time.Minute).Format("15:04"), "0")))
	}
	w.post(path+"/longer", typed(form)).expect(t, 422, "Länger können wir diesen Termin nicht reservieren", `href="#b-longer"`, `value="Erika Mustermann"`)
}

// TestLateForm: a form that comes after the time is over still gets it, if nobody else has.
func TestLateForm(t *testing.T) {
	w := newTown(t, true)
	const query = "?s=reisepass.1&start=2026-11-24T07:00:00Z"
	person := func(a answer) url.Values {
		return url.Values{"key": {a.key(t)}, "name": {"Erika"}, "mail": {"e@example.org"}}
	}
	path := "/hold/" + w.held(tuesday(8, 0), "reisepass") + query
	form := w.get(path)
	w.pass(11 * time.Minute)
	wrong := w.post(path, url.Values{"key": {form.key(t)}, "mail": {"e@example.org"}})
	wrong.expect(t, 422, "Bitte geben Sie Ihren Namen ein.", "Bis 9:51 Uhr", `value="e@example.org"`)
	fields := person(form)
	sent := w.post(path, fields)
	if sent.status != 303 || !strings.Contains(sent.to, "/sent") || strings.HasPrefix(sent.to, strings.TrimSuffix(path, query)) {
		t.Fatalf("%d %s", sent.status, sent.to)
	}
	if again := w.post(path, fields); again.to != sent.to {
		t.Errorf("sent twice: %s and %s", sent.to, again.to)
	}
	w.get(sent.to).expect(t, 200, "Dienstag, 24. November 2026, 8:00 Uhr", "Bitte sehen Sie in Ihr Postfach")

	path = "/hold/" + w.held(tuesday(9, 0), "reisepass") + "/longer?s=reisepass.1&start=2026-11-24T08:00:00Z"
	w.pass(11 * time.Minute)
	w.post(path, person(form)).expect(t, 200, "Der Termin ist jetzt bis 10:02 Uhr für Sie reserviert.", `value="Erika"`)
	w.pass(11 * time.Minute)
	w.held(tuesday(9, 0), "reisepass")
	w.post(path, person(form)).expect(t, 410, "Neue Zeit wählen") // the same form as before
	w.post(path, person(w.get("/time?s=reisepass.1&day=2026-11-24"))).expect(t, 409, "ist gerade vergeben worden", "in einem anderen Fenster", "9:15 Uhr")
	w.post("/hold/none?s=reisepass.1&start=heute", person(form)).expect(t, 410)
	w.post("/hold/none?start=2026-11-24T10:00:00Z", person(form)).expect(t, 410)
}

// TestCountdown: what is said stands in the page as it is. An attribute whose name begins with data-on would be taken for
// script, and its text put into quotation marks.
func TestCountdown(t *testing.T) {
	w := newTown(t, true)
	a := w.get("/hold/" + w.held(tuesday(8, 0), "reisepass"))
	a.expect(t, 200, `data-five="Noch 5 Minuten reserviert. Mehr Zeit gibt Ihnen der Knopf darunter."`, `data-minute="Noch 1 Minute reserviert. Mehr`,
		`data-over="Die reservierte Zeit ist um.`, "„Zurück“ im Browser gibt diese Zeit nicht frei")
	if strings.Contains(a.body, "data-on") || strings.Contains(a.body, "&#34;") {
		t.Errorf("%s", a.body)
	}
}

// TestUndeliverable: the page shows the address, says when its mail could not be delivered, and helps to correct it.
func TestUndeliverable(t *testing.T) {
	w := newTown(t, true)
	path := "/hold/" + w.undeliverable(tuesday(8, 0))
	sent := w.get(path + "/sent")
	sent.expect(t, 200, "Die E-Mail kam nicht an", "konnte nicht zugestellt werden", "erika@example.org", "correct=1")
	form := w.get(path + "?correct=1")
	form.expect(t, 200, `value="Erika Mustermann"`, `value="erika@example.org"`)
	if strings.Contains(form.body, "b-longer") {
		t.Error("offers more time for what is kept for an hour")
	}
	w.post(path, url.Values{"key": {form.key(t)}, "name": {"Erika"}, "mail": {"richtig@example.org"}}).expect(t, 303)
	w.get(path+"/sent").expect(t, 200, "Bitte sehen Sie in Ihr Postfach", "richtig@example.org", "„Ja, Termin fest buchen“")
}

// TestDoubt: a domain that looks mistyped is asked about once, and never in the way.
func TestDoubt(t *testing.T) {
	w := newTown(t, true)
	path := "/hold/" + w.held(tuesday(8, 0), "reisepass")
	form := w.get(path)
	fields := url.Values{"key": {form.key(t)}, "name": {"Erika"}, "mail": {"erika@Gmial.com"}}
	asked := w.post(path, fields)
	asked.expect(t, 422, "Meinten Sie gmail.com?", `name="sure" value="erika@Gmial.com"`, `value="Erika"`)
	if l, err := w.Letters(w.ctx, 1); err != nil || len(l) > 0 {
		t.Errorf("%d letters, %v", len(l), err)
	}
	fields.Set("sure", "erika@Gmial.com")
	fields.Set("mail", "erika@web.d")
	w.post(path, fields).expect(t, 422, "Meinten Sie web.de?")
	fields.Set("mail", "erika@Gmial.com")
	w.post(path, fields).expect(t, 303)
	for _, fine := range []string{"e@gmail.com", "e@gmx.de", "e@web.de", "e@t-online.de", "e@westerkappeln.de", "ohne", "@"} {
		a := w.post("/hold/"+w.held(tuesday(9, 0), "reisepass"), url.Values{"key": {form.key(t)}, "name": {""}, "mail": {fine}})
		a.expect(t, 422)
		if strings.Contains(a.body, "Meinten Sie") {
			t.Errorf("doubts %s", fine)
		}
		w.pass(11 * time.Minute)
	}
}

// TestMoveToTheSame: after a move, the page before it says that the time is one's own already.
func TestMoveToTheSame(t *testing.T) {
	w := newTown(t, true)
	base := "/appointment/" + w.booked(tuesday(8, 0), "reisepass")
	a := w.get(base + "/move?start=2026-11-24T07:00:00Z")
	a.expect(t, 200, "Das ist schon Ihre Zeit", "Dienstag, 24. November 2026, 8:00 Uhr", "Zu Ihrem Termin", `href="`+base+`"`)
	if strings.Contains(a.body, "Ja, Termin verschieben") {
		t.Error("asks whether to move it")
	}
}

// TestSooner: who would rather come earlier hears of a time that is free now.
func TestSooner(t *testing.T) {
	w := newTown(t, true)
	first, later := w.booked(tuesday(8, 0), "reisepass"), w.booked(tuesday(10, 0), "reisepass")
	w.get("/appointment/"+later).expect(t, 200, "Es ist schon eine frühere Zeit frei: Dienstag, 24. November 2026, 8:15 Uhr.",
		"/appointment/"+later+"/move?start=2026-11-24T07%3A15%3A00Z", "Bei früherem Termin Bescheid sagen")
	if a := w.get("/appointment/" + first); strings.Contains(a.body, "b-sooner") {
		t.Error("a time before the first")
	}
	c := catalog()
	c.Services[1].Appointment = false
	if _, err := w.ApplyCatalogue(w.ctx, operator, c, true); err != nil {
		t.Fatal(err)
	}
	w.get("/appointment/"+later).expect(t, 200, "Ihr Termin")
}

// TestFees: two of a thing cost each, and a number stays with its unit.
func TestFees(t *testing.T) {
	w := newTown(t, true)
	c := catalog()
	c.Services[0].Fee = catalogue.Text{"de": "46,00 € (unter 24 Jahren 27,60 €), in bar EUR 50"}
	if _, err := w.ApplyCatalogue(w.ctx, operator, c, true); err != nil {
		t.Fatal(err)
	}
	h, err := w.Hold(w.ctx, anybody, booking.Want{Services: []queue.Visit{{ID: "personalausweis", Quantity: 2}, {ID: "reisepass", Quantity: 1}}}, tuesday(8, 0))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Register(w.ctx, anybody, h.Secret, person); err != nil {
		t.Fatal(err)
	}
	letters, err := w.Letters(w.ctx, 1)
	if err != nil || len(letters) != 1 {
		t.Fatal(letters, err)
	}
	if _, err := w.Confirm(w.ctx, anybody, letters[0].Contact.Secret); err != nil {
		t.Fatal(err)
	}
	path := "/appointment/" + letters[0].Contact.Secret
	w.get(path).expect(t, 200, "Kosten je Stück: Personalausweis beantragen", "Kosten: Reisepass beantragen", "05404 887-0")
	res, err := http.Get(w.url + path) //nolint:noctx // as it goes over the line: get makes its blanks plain
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	if want := "46,00\u00a0€ (unter 24\u00a0Jahren 27,60\u00a0€), in bar EUR\u00a050"; !strings.Contains(string(body), want) {
		t.Errorf("without %q", want)
	}
	w.get("/").expect(t, 200, "Kosten je Stück")
}
