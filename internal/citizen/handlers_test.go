package citizen_test

import (
	"bytes"
	"image/png"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/citizen"
	"westerkappeln.de/wartemarke/internal/visitor"
)

// TestTheWholeWayByMail goes every step as plain requests.
func TestTheWholeWayByMail(t *testing.T) {
	w := newTown(t, true)
	w.get("/").expect(t, 200, "Was möchten Sie erledigen?", "Personalausweis beantragen", "Einwohnermeldeamt", "Standesamt")
	a := w.get("/choose?service=personalausweis&n.personalausweis=2&n.reisepass=1&lang=en")
	if a.to != "/day?lang=en&s=personalausweis.2" {
		t.Fatalf("%d %s", a.status, a.to)
	}
	w.get(a.to).expect(t, 200, "Tuesday, 24 November 2026, 8:00", "Große Straße 13", "2 × Apply for an identity card")
	day := w.get("/day?s=personalausweis.2")
	day.expect(t, 200, "Dienstag, 24. November 2026, 8:00 Uhr", `<span class="day-date">Donnerstag, 26. November</span> <span class="day-count">32 frei</span>`)
	times := w.get("/time?s=personalausweis.2&day=2026-11-24")
	times.expect(t, 200, "Vormittag", "8:15 Uhr", `value="2026-11-24T07:15:00Z"`)
	hold := w.post("/hold?s=personalausweis.2", url.Values{"key": {times.key(t)}, "start": {"2026-11-24T07:15:00Z"}})
	if hold.status != 303 || !strings.HasPrefix(hold.to, "/hold/") {
		t.Fatalf("%d %s", hold.status, hold.body)
	}
	again := w.post("/hold?s=personalausweis.2", url.Values{"key": {times.key(t)}, "start": {"2026-11-24T07:15:00Z"}})
	if again.to != hold.to {
		t.Errorf("pressed twice: %s and %s", hold.to, again.to)
	}
	form := w.get(hold.to)
	form.expect(t, 200, "Bis 9:40 Uhr für Sie reserviert.", "Dienstag, 24. November 2026, 8:15 Uhr", "Altes Ausweisdokument")
	form = w.post(hold.to, url.Values{"key": {form.key(t)}, "name": {""}, "mail": {"erika"}, "phone": {"1"}})
	form.expect(t, 422, "Bitte geben Sie Ihren Namen ein.", `value="erika"`, `value="1"`, `<title>Fehler`)
	form = w.post(hold.to, url.Values{"key": {form.key(t)}, "name": {"Erika Mustermann"}, "mail": {"erika"}})
	form.expect(t, 422, "Diese E-Mail-Adresse stimmt nicht", `value="Erika Mustermann"`, `href="#mail"`)
	sent := w.post(hold.to, url.Values{"key": {form.key(t)}, "name": {"Erika Mustermann"}, "mail": {"erika@example.org"}})
	if sent.status != 303 || !strings.Contains(sent.to, "/sent") {
		t.Fatalf("%d %s", sent.status, sent.body)
	}
	w.get(sent.to).expect(t, 200, "Bitte sehen Sie in Ihr Postfach", "Bis 10:30 Uhr")
	letters, err := w.Letters(w.ctx, 10)
	if err != nil || len(letters) != 1 {
		t.Fatal(letters, err)
	}
	mine := "/appointment/" + letters[0].Contact.Secret
	page := w.get(mine)
	page.expect(t, 200, "Ja, Termin fest buchen")
	if m := w.mine(letters[0].Contact.Secret); m.Appointment.State != booking.Unconfirmed {
		t.Fatalf("reading the page made it %s", m.Appointment.State)
	}
	done := w.post(mine+"/confirm", url.Values{"key": {page.key(t)}})
	if done.to != mine+"?done=confirmed" {
		t.Fatalf("%d %s", done.status, done.to)
	}
	m := w.mine(letters[0].Contact.Secret)
	w.get(done.to).expect(t, 200, "fest gebucht", m.Appointment.Code.Display(), "Termin verschieben", "Unterlagen vorab", "Lieber früher?")
	if strings.Contains(w.log.String(), "Erika") || strings.Contains(w.log.String(), letters[0].Contact.Secret) {
		t.Error("a name or a secret in the log")
	}
}

// TestWithoutMail leads straight to the appointment, and asks for no address.
func TestWithoutMail(t *testing.T) {
	w := newTown(t, false)
	path := "/hold/" + w.held(tuesday(8, 0), "reisepass")
	form := w.get(path)
	form.expect(t, 200, "Termin buchen")
	if strings.Contains(form.body, `name="mail"`) {
		t.Error("asks for a mail address")
	}
	fields := url.Values{"key": {form.key(t)}, "name": {"Erika Mustermann"}}
	done := w.post(path, fields)
	if !strings.HasPrefix(done.to, "/appointment/") {
		t.Fatalf("%d %s", done.status, done.body)
	}
	w.get(done.to).expect(t, 200, "Bitte drucken oder speichern Sie diese Seite")
	if twice := w.post(path, fields); twice.to != done.to {
		t.Errorf("sent twice: %d %s", twice.status, twice.to)
	}
	w.get(path+"/sent").expect(t, 200, "Ihr Termin ist gebucht")
}

func TestChoices(t *testing.T) {
	w := newTown(t, true)
	for query, want := range map[string]string{
		"": "Bitte wählen Sie mindestens ein Anliegen.",
		"?service=personalausweis&service=urkunde":      "können nicht in einem Besuch erledigt werden",
		"?service=personalausweis&n.personalausweis=9":  "höchstens 4 Stück",
		"?service=personalausweis&n.personalausweis=-1": "höchstens 4 Stück",
		"?service=nichts": "gibt es nicht mehr",
	} {
		w.get("/choose"+query).expect(t, 422, want, `id="summary"`)
	}
	w.get("/day?s=nichts.1").expect(t, 422, "gibt es nicht mehr")
	w.get("/day").expect(t, 422, "mindestens ein Anliegen")
	w.get("/service/ummeldung").expect(t, 200, "Termin: Wohnsitz anmelden", "checked", "Weitere Anliegen")
	w.get("/service/abholung").expect(t, 404, "keine Termine")
	w.get("/?service=reisepass").expect(t, 200, `value="reisepass" checked`)
	if a := w.get("/time?s=reisepass.1&day=morgen"); a.to != "/day?s=reisepass.1" {
		t.Errorf("%d %s", a.status, a.to)
	}
	w.get("/time?s=reisepass.1&day=2026-11-25").expect(t, 200, "keine Zeit mehr frei")
	w.get("/day?s=reisepass.1&month=2027-01").expect(t, 200, "Januar 2027", `rel="prev"`)
	w.get("/day?s=reisepass.1&month=9999-12").expect(t, 200, "Januar 2027")
}

// TestSlotTaken: who comes second keeps the choice and gets the other times.
func TestSlotTaken(t *testing.T) {
	w := newTown(t, true)
	times := w.get("/time?s=reisepass.1&day=2026-11-24")
	w.held(tuesday(8, 0), "reisepass")
	a := w.post("/hold?s=reisepass.1", url.Values{"key": {times.key(t)}, "start": {"2026-11-24T07:00:00Z"}})
	a.expect(t, 409, "ist gerade vergeben worden", "8:15 Uhr")
	if strings.Contains(a.body, `value="2026-11-24T07:00:00Z"`) {
		t.Error("still offered")
	}
	w.post("/hold?s=reisepass.1", url.Values{"key": {times.key(t)}, "start": {"2026-11-22T07:00:00Z"}}).expect(t, 409, "kann nicht mehr gebucht werden")
	w.post("/hold?s=reisepass.1", url.Values{"start": {"heute"}}).expect(t, 400)
}

func TestLapsedAndReleased(t *testing.T) {
	w := newTown(t, true)
	path := "/hold/" + w.held(tuesday(8, 0), "reisepass") + "?s=reisepass.1&start=2026-11-24T07:00:00Z"
	form := w.get(path)
	form.expect(t, 200)
	w.pass(11 * time.Minute)
	w.get(path).expect(t, 410, "Die Zeit ist um", "/time?day=2026-11-24&amp;s=reisepass.1")
	old, _, _ := strings.Cut(path, "?")
	w.post(old+"?s=reisepass.1", url.Values{"key": {form.key(t)}, "name": {"Erika"}, "mail": {"e@example.org"}}).expect(t, 410, "Neue Zeit wählen")

	secret := w.held(tuesday(8, 0), "reisepass")
	a := w.post("/hold/"+secret+"/release?s=reisepass.1", url.Values{"key": {form.key(t)}})
	if a.to != "/day?s=reisepass.1" {
		t.Errorf("%d %s", a.status, a.to)
	}
	w.held(tuesday(8, 0), "reisepass") // it is free again
	w.get("/hold/unknown").expect(t, 410, "/")
}

func TestTrap(t *testing.T) {
	w := newTown(t, true)
	path := "/hold/" + w.held(tuesday(8, 0), "reisepass")
	form := w.get(path)
	w.post(path, url.Values{"key": {form.key(t)}, "name": {"Erika"}, "mail": {"e@example.org"}, "website": {"http://spam.example"}}).
		expect(t, 422, "leer bleiben muss", `value="Erika"`)
	if l, err := w.Letters(w.ctx, 1); err != nil || len(l) > 0 {
		t.Errorf("%d letters, %v", len(l), err)
	}
}

// TestCorrection: a mistyped address can be put right, and the first link is void then.
func TestCorrection(t *testing.T) {
	w := newTown(t, true)
	path := "/hold/" + w.held(tuesday(8, 0), "reisepass")
	form := w.get(path)
	w.post(path, url.Values{"key": {form.key(t)}, "name": {"Erika"}, "mail": {"falsch@example.org"}}).expect(t, 303)
	w.get(path+"/sent").expect(t, 200, "correct=1")
	form = w.get(path + "?correct=1")
	w.post(path, url.Values{"key": {form.key(t)}, "name": {"Erika"}, "mail": {"richtig@example.org"}}).expect(t, 303)
	letters, err := w.Letters(w.ctx, 10)
	if err != nil || len(letters) != 1 || letters[0].Contact.Mail != "richtig@example.org" {
		t.Errorf("%d letters, %v", len(letters), err)
	}
}

func TestMoveAndCancel(t *testing.T) {
	w := newTown(t, true)
	secret := w.booked(tuesday(8, 0), "reisepass")
	base := "/appointment/" + secret
	w.get(base+"/move").expect(t, 200, "Ihr jetziger Termin bleibt Ihnen", "Dienstag, 24. November 2026, 8:00 Uhr")
	w.get(base+"/move?day=2026-11-24").expect(t, 200, "9:00 Uhr", base+"/move?start=2026-11-24T08%3A00%3A00Z")
	ask := w.get(base + "/move?start=2026-11-24T08:00:00Z")
	ask.expect(t, 200, "Termin verschieben?", "9:00 Uhr")
	if !w.mine(secret).Appointment.Start.Equal(tuesday(8, 0)) {
		t.Fatal("reading a page moved it")
	}
	done := w.post(base+"/move", url.Values{"key": {ask.key(t)}, "start": {"2026-11-24T08:00:00Z"}})
	if done.to != base+"?done=moved" || !w.mine(secret).Appointment.Start.Equal(tuesday(9, 0)) {
		t.Fatalf("%d %s", done.status, done.to)
	}
	w.held(tuesday(10, 0), "reisepass")
	w.get(base+"/move?start=2026-11-24T09:00:00Z").expect(t, 409, "ist gerade vergeben worden")
	w.post(base+"/move", url.Values{"key": {ask.key(t)}, "start": {"2026-11-24T09:00:00Z"}}).expect(t, 409, "ist gerade vergeben worden", "11:00 Uhr")

	page := w.get(base + "/cancel")
	page.expect(t, 200, "Termin wirklich absagen?")
	w.post(base+"/cancel", url.Values{"key": {page.key(t)}}).expect(t, 303)
	w.get(base+"?done=cancelled").expect(t, 200, "Ihr Termin ist abgesagt", "Neuen Termin buchen")
	if a := w.get(base + "/move"); a.to != base {
		t.Errorf("%d %s", a.status, a.to)
	}
	w.post(base+"/move", url.Values{"start": {"2026-11-24T11:00:00Z"}}).expect(t, 409, "nicht mehr möglich")
	w.get(base+"/qr.png").expect(t, 404)
	w.get(base+"/termin.ics").expect(t, 200, "METHOD:CANCEL")
}

func TestEarlier(t *testing.T) {
	w := newTown(t, true)
	secret := w.booked(tuesday(8, 0), "reisepass")
	base := "/appointment/" + secret
	w.post(base+"/earlier", url.Values{"on": {"1"}}).expect(t, 303)
	if !w.mine(secret).Contact.Earlier {
		t.Fatal("no wish")
	}
	w.get(base+"?done=wish").expect(t, 200, "Nicht mehr Bescheid sagen")
	w.post(base+"/earlier", url.Values{"on": {"0"}}).expect(t, 303)
	if w.mine(secret).Contact.Earlier {
		t.Fatal("still a wish")
	}
}

func TestCodeAndCalendar(t *testing.T) {
	w := newTown(t, true)
	secret := w.booked(tuesday(8, 0), "reisepass")
	a := w.get("/appointment/" + secret + "/qr.png")
	picture, err := png.Decode(strings.NewReader(a.body))
	if err != nil || a.head.Get("Content-Type") != "image/png" {
		t.Fatal(a.head, err)
	}
	if r, _, _, _ := picture.At(31, 31).RGBA(); r != 0xffff {
		t.Error("no quiet zone of four modules")
	}
	ics := w.get("/appointment/" + secret + "/termin.ics")
	ics.expect(t, 200, "DTSTART:20261124T070000Z", "DTEND:20261124T071500Z", "@wartemarke", "METHOD:PUBLISH")
	if a.head.Get("Cache-Control") != "no-store" {
		t.Error("may be kept by caches")
	}
}

// TestOver: after the visit, and when the contact is gone, the page says so.
func TestOver(t *testing.T) {
	w := newTown(t, true)
	secret := w.booked(tuesday(8, 0), "reisepass")
	w.pass(24 * time.Hour)
	a := w.get("/appointment/" + secret)
	a.expect(t, 200, "Dieser Termin ist vorbei")
	if strings.Contains(a.body, "qr.png") {
		t.Error("still shows its code")
	}
	w.get("/appointment/unknown").expect(t, 404, "gibt es nicht oder nicht mehr")
}

func upload(t *testing.T, w *town, secret, name string, content []byte) answer {
	t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	key := w.get("/appointment/" + secret).key(t)
	if err := m.WriteField("key", key); err != nil {
		t.Fatal(err)
	}
	f, err := m.CreateFormFile("file", name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(w.ctx, http.MethodPost, w.url+"/appointment/"+secret+"/documents", &b)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", m.FormDataContentType())
	r.Header.Set("Accept-Language", "de")
	return w.send(r)
}

// smallPDF is enough of one to be known as such.
var smallPDF = []byte("%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\nxref\n0 1\n0000000000 65535 f \ntrailer<</Root 1 0 R>>\nstartxref\n45\n%%EOF\n")

func TestDocuments(t *testing.T) {
	w := newTown(t, true)
	secret := w.booked(tuesday(8, 0), "reisepass")
	upload(t, w, secret, "", nil).expect(t, 422, "Bitte wählen Sie zuerst eine Datei aus.")
	upload(t, w, secret, "bild.exe", []byte("MZ no document")).expect(t, 422, "PDF-Datei oder ein Bild")
	upload(t, w, secret, "gross.pdf", append(bytes.Clone(smallPDF), make([]byte, 11<<20)...)).expect(t, 413, "zu groß")
	for range 5 {
		upload(t, w, secret, `..\<b>geheim.pdf`, smallPDF).expect(t, 303)
	}
	page := w.get("/appointment/" + secret)
	page.expect(t, 200, "geheim.pdf", "Mehr Dateien können Sie nicht schicken")
	if strings.Contains(page.body, "<b>geheim") {
		t.Error("a file's name is markup")
	}
	docs := w.mine(secret).Documents
	if len(docs) != 5 {
		t.Fatalf("%d documents", len(docs))
	}
	w.post("/appointment/"+secret+"/documents/"+docs[0].ID+"/remove", nil).expect(t, 303)
	if _, err := w.docs.Get(w.ctx, docs[0].ID); err == nil {
		t.Error("its content is still there")
	}
	w.get("/appointment/"+secret+"?done=removed").expect(t, 200, "Sie können noch 1 Datei schicken")
}

// TestUploadOfAStranger: without a right link nothing is read.
func TestUploadOfAStranger(t *testing.T) {
	w := newTown(t, true)
	w.post("/appointment/unknown/documents", url.Values{"file": {"x"}}).expect(t, 404)
	secret := w.booked(tuesday(8, 0), "reisepass")
	w.post("/appointment/"+secret+"/documents", url.Values{"file": {"x"}}).expect(t, 400)
}

func TestLimits(t *testing.T) {
	w := newTown(t, true, func(c *citizen.Config) { c.Limits = visitor.NewLimits(alone) })
	key := w.get("/time?s=reisepass.1&day=2026-11-24").key(t)
	for i := range 5 {
		start := tuesday(8, 15*i).UTC().Format(time.RFC3339)
		w.post("/hold?s=reisepass.1", url.Values{"key": {key}, "start": {start}}).expect(t, 303)
	}
	a := w.post("/hold?s=reisepass.1", url.Values{"key": {key}, "start": {"2026-11-24T10:00:00Z"}})
	a.expect(t, 429, "sehr viele Anfragen", "2 Minuten")
	if a.head.Get("Retry-After") != "120" {
		t.Errorf("Retry-After %q", a.head.Get("Retry-After"))
	}
}

func TestOff(t *testing.T) {
	on := newTown(t, true)
	secret := on.booked(tuesday(8, 0), "reisepass")
	b, _ := bundle()
	c, err := citizen.New(citizen.Config{Hall: on.Hall, Bundle: b, Mail: true, Now: on.clock})
	if err != nil {
		t.Fatal(err)
	}
	on.url = serve(t, c.Handler())
	on.get("/").expect(t, 200, "zurzeit keinen Termin buchen")
	on.get("/day?s=reisepass.1").expect(t, 200, "zurzeit keinen Termin buchen")
	page := on.get("/appointment/" + secret)
	page.expect(t, 200, "Termin absagen")
	if strings.Contains(page.body, "Termin verschieben") {
		t.Error("can be moved where nothing is offered")
	}
}

func TestHeaders(t *testing.T) {
	w := newTown(t, true, func(c *citizen.Config) { c.Origins = []string{"https://www.example.org"} })
	a := w.get("/?embed=1")
	csp := a.head.Get("Content-Security-Policy")
	if !strings.Contains(csp, "frame-ancestors 'self' https://www.example.org") || !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") {
		t.Errorf("policy %q", csp)
	}
	a.expect(t, 200, `class="public citizen embedded"`, `content="https://www.example.org"`)
	for _, s := range []string{"http://", "https://"} {
		for _, part := range strings.Split(a.body, s)[1:] {
			if !strings.HasPrefix(part, "www.example.org") {
				t.Errorf("something from elsewhere: %.60s", part)
			}
		}
	}
	if a.head.Get("Set-Cookie") != "" || a.head.Get("Referrer-Policy") != "same-origin" || a.head.Get("Cache-Control") != "no-store" {
		t.Errorf("headers %v", a.head)
	}
	closed := newTown(t, true)
	if h := closed.get("/?embed=1"); strings.Contains(h.body, "embedded") || h.head.Get("X-Frame-Options") != "DENY" {
		t.Error("may be framed by anybody")
	}
	secret := closed.booked(tuesday(8, 0), "reisepass")
	if h := closed.get("/appointment/" + secret).head; h.Get("X-Robots-Tag") != "noindex, nofollow" {
		t.Errorf("headers %v", h)
	}
}

// TestForeignForm: another site cannot make a browser book or cancel.
func TestForeignForm(t *testing.T) {
	w := newTown(t, true)
	secret := w.booked(tuesday(8, 0), "reisepass")
	r, err := http.NewRequestWithContext(w.ctx, http.MethodPost, w.url+"/appointment/"+secret+"/cancel", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	r.Header.Set("Accept-Language", "de")
	w.send(r).expect(t, 403, "von einer anderen Internetseite")
	if s := w.mine(secret).Appointment.State; s != booking.Booked {
		t.Errorf("state %s", s)
	}
}

func TestApp(t *testing.T) {
	w := newTown(t, true)
	w.get("/manifest.webmanifest?lang=en").expect(t, 200, `"display":"standalone"`, `"start_url":"/?lang=en"`, "icon-512.png")
	w.get("/sw.js").expect(t, 200, "/offline")
	w.get("/embed.js").expect(t, 200, "iframe")
	w.get("/offline").expect(t, 200, "keine Verbindung")
	w.get("/nirgends").expect(t, 404, "Diese Seite gibt es nicht")
	if a := w.get("/appointment/x/y"); a.status != 404 {
		t.Errorf("%d", a.status)
	}
}
