package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-ical"

	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/wire"
)

var (
	ausweis = []wire.WantedService{{ID: "ausweis"}}
	erika   = wire.Person{Name: "Erika Mustermann", Mail: "erika@example.org", Phone: "05404 887-0", Lang: "de"}
)

// at is a time on the Wednesday after the town's Tuesday.
func at(hour, minute int) time.Time { return time.Date(2026, 11, 25, hour, minute, 0, 0, berlin) }

func ask(start time.Time) wire.Hold { return wire.Hold{Services: ausweis, Start: start} }

// secret is that of the newest letter, as the person would find it in the mail.
func (w *town) secret() string {
	w.t.Helper()
	letters, err := w.hall.Letters(w.t.Context(), 100)
	w.must(err)
	if len(letters) == 0 {
		w.t.Fatal("no letter")
	}
	return letters[len(letters)-1].Contact.Secret
}

// A whole booking where the town sends mail: hold, contact, the mail's link, an earlier wish, a move, a cancellation.
func TestBookingWithMail(t *testing.T) {
	w, ctx := newTown(t, mailing), t.Context()
	held, err := w.citizen.Hold(ctx, "", ask(at(9, 0)))
	w.must(err)
	if !held.Start.Equal(at(9, 0)) || !held.End.Equal(at(9, 15)) || !held.Until.Equal(w.clock().Add(10*time.Minute)) || len(held.Secret) != 22 {
		t.Errorf("held: %+v", held)
	}
	if b, err := w.citizen.Mine(ctx, held.Secret); err != nil || b.State != "held" || b.Code != "" || b.Movable {
		t.Errorf("by the hold's secret: %+v, %v", b, err)
	}
	b, err := w.citizen.Register(ctx, "", held.Secret, erika)
	w.must(err)
	if b.State != "unconfirmed" || b.Until == nil || !b.Until.Equal(w.clock().Add(time.Hour)) || b.Code != "" || b.QR != "" || b.Secret != "" {
		t.Errorf("registered: %+v", b)
	}
	if _, err := w.citizen.Confirm(ctx, "", held.Secret); code(err) != "not_found" {
		t.Errorf("the hold's secret confirms: %v", err)
	}
	secret := w.secret()
	b, err = w.citizen.Confirm(ctx, "", secret)
	w.must(err)
	if b.State != "booked" || len(b.Code) < 10 || !strings.Contains(strings.ReplaceAll(b.QR, "-", ""), strings.NewReplacer("-", "", " ", "").Replace(b.Code)) || !b.Movable || b.Until != nil {
		t.Errorf("confirmed: %+v", b)
	}
	if got, err := w.citizen.WishEarlier(ctx, "", secret, wire.Wish{On: true}); err != nil || !got.Earlier {
		t.Errorf("wish: %+v, %v", got, err)
	}
	moved, err := w.citizen.MoveMine(ctx, "", secret, wire.MoveTo{Start: at(10, 30)})
	if err != nil || !moved.Start.Equal(at(10, 30)) || moved.Code != b.Code || moved.ID != b.ID {
		t.Errorf("moved: %+v, %v", moved, err)
	}
	// What the API promises counts at the terminal.
	if got, err := w.kiosk.CheckIn(ctx, "", wire.CheckIn{Code: b.Code}); code(err) != "wrong_day" {
		t.Errorf("at the terminal: %+v, %v", got, err)
	}
	if got, err := w.citizen.CancelMine(ctx, "", secret); err != nil || got.State != "cancelled" || got.Code != "" || got.Movable {
		t.Errorf("cancelled: %+v, %v", got, err)
	}
	if _, err := w.citizen.MoveMine(ctx, "", secret, wire.MoveTo{Start: at(11, 0)}); code(err) != "wrong_state" {
		t.Errorf("move after the end: %v", err)
	}
}

// Without mail everything is in the answer.
func TestBookingWithoutMail(t *testing.T) {
	w, ctx := newTown(t), t.Context()
	b, err := w.citizen.Book(ctx, "", wire.Book{Hold: ask(at(9, 0)), Person: wire.Person{Name: "Max Muster"}})
	w.must(err)
	if b.State != "booked" || b.Code == "" || b.QR == "" || b.URL != "https://warten.example/appointment/"+b.Secret || !b.Movable {
		t.Errorf("booked: %+v", b)
	}
	got, err := w.citizen.Mine(ctx, b.Secret)
	w.must(err)
	if got.ID != b.ID || got.Code != b.Code || got.Secret != "" || len(got.Services) != 1 || got.End == nil || !got.End.Equal(at(9, 15)) {
		t.Errorf("mine: %+v", got)
	}
	w.forward(at(8, 50).Sub(w.clock()))
	in, err := w.kiosk.CheckIn(ctx, "", wire.CheckIn{Code: b.Code})
	w.must(err)
	if got, err := w.citizen.Mine(ctx, b.Secret); err != nil || got.Ticket != in.Ticket.Number || got.Movable {
		t.Errorf("after the check-in: %+v, %v", got, err)
	}
}

func TestRefusalsOfBooking(t *testing.T) {
	w, ctx := newTown(t, mailing), t.Context()
	book := func(start time.Time, services []wire.WantedService, p wire.Person) error {
		_, err := w.citizen.Book(ctx, "", wire.Book{Hold: wire.Hold{Services: services, Start: start}, Person: p})
		return err
	}
	for name, c := range map[string]struct {
		err  error
		want string
	}{
		"in the night":   {book(at(3, 0), ausweis, erika), "not_bookable"},
		"off the grid":   {book(at(9, 7), ausweis, erika), "not_bookable"},
		"long ago":       {book(time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC), ausweis, erika), "not_bookable"},
		"too far":        {book(at(9, 0).AddDate(1, 0, 0), ausweis, erika), "not_bookable"},
		"nothing known":  {book(at(9, 0), []wire.WantedService{{ID: "nichts"}}, erika), "invalid"},
		"seven":          {book(at(9, 0), []wire.WantedService{{ID: "ausweis", Quantity: 7}}, erika), "too_much"},
		"twice the same": {book(at(9, 0), []wire.WantedService{{ID: "ausweis"}, {ID: "ausweis"}}, erika), "invalid"},
		"no mail":        {book(at(9, 0), ausweis, wire.Person{Name: "Max"}), "invalid"},
		"two mails":      {book(at(9, 0), ausweis, wire.Person{Name: "Max", Mail: "a@example.org\nBcc: b@example.org"}), "invalid"},
	} {
		if code(c.err) != c.want {
			t.Errorf("%s: %v, want %s", name, c.err, c.want)
		}
		w.forward(time.Hour / 2) // not the limits are looked at here
	}
	if s, err := w.citizen.PublicSlots(ctx, ausweis, "2026-11-25", "2026-11-25"); err != nil || s.Days[0].Free != 40 {
		t.Errorf("something stays held: %+v, %v", s.Days, err)
	}
	for i, start := range []time.Time{at(9, 0), at(9, 0), at(10, 0), at(11, 0), at(12, 0)} {
		w.forward(3 * time.Minute)
		err := book(start, ausweis, erika)
		if last := i == 4; last && (code(err) != "too_much" || !strings.Contains(err.Error(), "E-Mail-Adresse")) || !last && err != nil {
			t.Errorf("appointment %d of one address: %v", i+1, err)
		}
	}
	_, header, text := w.request(w.public, "", "POST", "/api/v1/public/holds",
		`{"services":[{"id":"ausweis"}],"start":"2026-11-25T08:00:00Z"}`, "Accept-Language", "en")
	if !strings.Contains(text, `"code":"slot_taken"`) || !strings.Contains(text, "25 November 2026, 09:00") || header.Get("Content-Type") != wire.ProblemType {
		t.Errorf("taken: %s", text)
	}
}

// Whoever has a wrong secret learns nothing from the answer, whatever is asked with it: not even whether it was ever a right
// one, or is a right one of another kind.
func TestWrongSecretsAllLookTheSame(t *testing.T) {
	w, ctx := newTown(t, mailing), t.Context()
	lapsed, err := w.citizen.Hold(ctx, "", ask(at(9, 0)))
	w.must(err)
	w.forward(11 * time.Minute)
	held, err := w.citizen.Hold(ctx, "", ask(at(10, 0)))
	w.must(err)
	_, err = w.citizen.Register(ctx, "", held.Secret, erika)
	w.must(err)
	own := w.secret()
	person, err := json.Marshal(erika)
	w.must(err)
	const move, wish = `{"start":"2026-11-25T10:00:00Z"}`, `{"on":true}`
	asked, seen := 0, map[string]string{}
	check := func(method, path, body string) {
		t.Helper()
		from := fmt.Sprintf("198.51.%d.7", asked) // who is too quick is told so instead
		asked++
		status, header, got := w.request(w.public, "", method, "/api/v1/public"+path, body, "X-Forwarded-For", from)
		if status != http.StatusNotFound || header.Get("Content-Type") != wire.ProblemType {
			t.Errorf("%s %s: %d %s", method, path, status, got)
		}
		seen[got] = path
	}
	for _, secret := range []string{lapsed.Secret, "AAAAAAAAAAAAAAAAAAAAAA", "x", "%00", "%ff", "..%2f..%2fhealthz", strings.Repeat("x", 64)} {
		check("GET", "/appointments/"+secret, "")
		check("POST", "/appointments/"+secret+"/confirm", "")
		check("POST", "/appointments/"+secret+"/move", move)
		check("POST", "/appointments/"+secret+"/cancel", "")
		check("POST", "/appointments/"+secret+"/earlier", wish)
		check("POST", "/holds/"+secret, string(person))
		check("DELETE", "/holds/"+secret, "")
	}
	for path, body := range map[string]string{"/confirm": "", "/move": move, "/cancel": "", "/earlier": wish} {
		check("POST", "/appointments/"+held.Secret+path, body)
	}
	check("POST", "/holds/"+own, string(person))
	check("DELETE", "/holds/"+own, "")
	if len(seen) != 1 {
		t.Errorf("answers differ: %v", seen)
	}
}

// The same key gives the same answer; a refused person can be corrected under it; another request cannot have it.
func TestBookingUnderAKey(t *testing.T) {
	w, ctx := newTown(t, mailing), t.Context()
	const key = "0123456789abcdef"
	in := wire.Book{Hold: ask(at(9, 0)), Person: erika}
	wrong := in
	wrong.Mail = "erika"
	for range 2 {
		if _, err := w.citizen.Book(ctx, key, wrong); code(err) != "invalid" {
			t.Fatal(err)
		}
	}
	first, err := w.citizen.Book(ctx, key, in)
	w.must(err)
	again, err := w.citizen.Book(ctx, key, in)
	if err != nil || again.ID != first.ID || again.State != "unconfirmed" {
		t.Errorf("again: %+v, %v", again, err)
	}
	// A slip under the same key does not undo what stands.
	if _, err := w.citizen.Book(ctx, key, wrong); code(err) != "invalid" {
		t.Errorf("a slip: %v", err)
	}
	other := in
	other.Name = "Max Muster"
	w.forward(10 * time.Minute)
	if _, err := w.citizen.Book(ctx, key, other); code(err) != "key_reused" {
		t.Errorf("another person: %v", err)
	}
	other.Person, other.Start = erika, at(11, 0)
	if _, err := w.citizen.Book(ctx, key, other); code(err) != "key_reused" {
		t.Errorf("another time: %v", err)
	}
	w.forward(4 * time.Minute)
	if _, err := w.citizen.Book(ctx, "short", in); code(err) != "invalid" {
		t.Errorf("a key that others may have: %v", err)
	}
	if _, err := w.citizen.Confirm(ctx, "", w.secret()); err != nil {
		t.Errorf("confirm: %v", err)
	}
	list, err := w.clerk.Appointments(ctx, "2026-11-25")
	if err != nil || len(list) != 1 {
		t.Errorf("appointments: %+v, %v", list, err)
	}
	if _, err := w.citizen.Hold(ctx, "short", ask(at(14, 0))); code(err) != "invalid" {
		t.Errorf("hold with a short key: %v", err)
	}
}

// Refused again and again under one key, it says at last that the time has lapsed; a new key begins anew.
func TestManyRefusalsUnderOneKey(t *testing.T) {
	w, ctx := newTown(t, mailing), t.Context()
	for hour := range 4 {
		_, err := w.citizen.Book(ctx, "", wire.Book{Hold: ask(at(10+hour, 0)), Person: erika})
		w.must(err)
		w.forward(2 * time.Minute)
	}
	in := wire.Book{Hold: ask(at(9, 0)), Person: erika}
	var got []string
	for range 10 {
		_, err := w.citizen.Book(ctx, "0123456789abcdef", in)
		got = append(got, code(err))
		w.forward(2 * time.Minute)
	}
	if want := append(slices.Repeat([]string{"too_much"}, 8), "lapsed", "lapsed"); !slices.Equal(got, want) {
		t.Errorf("refused: %v", got)
	}
	in.Mail = "max@example.org"
	if _, err := w.citizen.Book(ctx, "fedcba9876543210", in); err != nil {
		t.Errorf("under a new key: %v", err)
	}
}

func TestPublicServices(t *testing.T) {
	w, ctx := newTown(t), t.Context()
	list, err := w.citizen.PublicServices(ctx)
	w.must(err)
	if len(list) != 2 || list[0].ID != "ausweis" || list[0].Department.Name["de"] != "Einwohnermeldeamt" || list[0].Minutes != 15 ||
		list[0].MaxQuantity != 6 || list[0].URL != "https://warten.example/service/ausweis" {
		t.Errorf("%+v", list)
	}
	_, header, _ := w.request(w.public, "", "GET", "/api/v1/public/services", "")
	if got := header.Get("Cache-Control"); got != "public, max-age=60" {
		t.Errorf("cache: %q", got)
	}
}

func TestPublicSlots(t *testing.T) {
	w, ctx := newTown(t), t.Context()
	w.book("ausweis", 24+9, 0)
	w.book("ausweis", 24+9, 0) // both lanes of Wednesday nine o'clock
	month, err := w.citizen.PublicSlots(ctx, ausweis, "", "")
	w.must(err)
	// It is nine on Tuesday; a citizen books half an hour ahead.
	if len(month.Days) != 31 || month.Days[0] != (wire.FreeDay{Day: "2026-11-24", Free: 34}) || month.Days[1].Free != 39 ||
		month.Days[4].Free != 0 || month.Slots != nil || month.Minutes != 15 ||
		month.First == nil || !month.First.Start.Equal(at(9, 30).AddDate(0, 0, -1)) {
		t.Errorf("a month: %+v", month)
	}
	day, err := w.citizen.PublicSlots(ctx, []wire.WantedService{{ID: "ausweis", Quantity: 2}, {ID: "heirat"}}, "2026-11-25", "2026-11-25")
	w.must(err)
	if day.Minutes != 60 || len(day.Days) != 1 || len(day.Slots) != day.Days[0].Free || !day.Slots[0].Start.Equal(at(8, 0)) ||
		!day.Slots[0].End.Equal(at(9, 0)) || slices.ContainsFunc(day.Slots, func(s wire.Slot) bool { return s.Start.Equal(at(8, 45)) }) {
		t.Errorf("a day: %+v", day)
	}
	for query, want := range map[string]int{
		"":                                      422,
		"?service=":                             422,
		"?service=nichts":                       422,
		"?service=ausweis:0":                    422,
		"?service=ausweis:x":                    422,
		"?service=ausweis:7":                    409,
		"?service=ausweis&from=heute":           422,
		"?service=ausweis&from=2026-11-31":      422,
		"?service=ausweis&from=0000-01-01":      422,
		"?service=ausweis&from=9999-12-31":      422,
		"?service=ausweis&to=2026-11-01":        422,
		"?service=ausweis&to=2027-02-23":        200,
		"?service=ausweis&to=2027-02-24":        422,
		"?service=ausweis%00":                   422,
		"?service=%ff":                          422,
		"?" + strings.Repeat("service=a&", 17):  422,
		"?service=ausweis&service=heirat":       200,
		"?service=ausweis&service=ausweis":      422,
		"?service=ausweis&unknown=1":            200,
		"?service=ausweis&from=2026-11-25&to=":  200,
		"?service=" + strings.Repeat("a", 5000): 422,
	} {
		if status, header, body := w.request(w.public, "", "GET", "/api/v1/public/slots"+query, ""); status != want ||
			status == 200 && header.Get("Cache-Control") != "public, max-age=5" {
			t.Errorf("%.60s: %d %v %s", query, status, header, body)
		}
	}
}

// The feed is read by another library than it is written with, and kept for a minute.
func TestFreeDaysAsCalendar(t *testing.T) {
	w := newTown(t)
	read := func(lang string) (string, *ical.Calendar) {
		t.Helper()
		status, header, text := w.request(w.public, "", "GET", "/api/v1/public/free.ics?service=ausweis:2&service=heirat", "", "Accept-Language", lang)
		if status != 200 || header.Get("Content-Type") != "text/calendar; charset=utf-8" || header.Get("Cache-Control") != "public, max-age=60" {
			t.Fatalf("%d %v", status, header)
		}
		cal, err := ical.NewDecoder(strings.NewReader(text)).Decode()
		w.must(err)
		return text, cal
	}
	text, cal := read("de")
	events := cal.Events()
	// 60 days from Tuesday, 24 November: Saturdays and Sundays are closed.
	if len(events) != 44 {
		t.Fatalf("%d entries", len(events))
	}
	prop := func(e ical.Event, name string) string {
		p := e.Props.Get(name)
		if p == nil {
			return ""
		}
		return p.Value
	}
	first := events[1]
	if got := prop(first, "DTSTART") + " " + prop(first, "SUMMARY") + " " + prop(first, "URL"); got !=
		`20261125 Personalausweis\, Eheschließung: 37 frei https://warten.example/time?day=2026-11-25&s=ausweis.2&s=heirat.1` {
		t.Errorf("%s", got)
	}
	w.book("ausweis", 24+9, 0)
	w.book("ausweis", 24+9, 0)
	w.forward(59 * time.Second)
	if again, _ := read("de"); again != text {
		t.Error("not kept for a minute")
	}
	if english, _ := read("en"); english == text || !strings.Contains(english, "free") {
		t.Error("no English")
	}
	w.forward(time.Second)
	if later, _ := read("de"); later == text {
		t.Error("kept for more than a minute")
	}
	if status, _, body := w.request(w.public, "", "GET", "/api/v1/public/free.ics?service=nichts", ""); status != 422 {
		t.Errorf("unknown: %d %s", status, body)
	}
}

// Switched off, booking is not there at all; the figures of the queue are.
func TestBookingOff(t *testing.T) {
	w := newTown(t, func(_ *hall.Config, a *apiConfig) { a.Booking = false })
	for _, r := range publicRoutes {
		if r.path == "/queue" {
			continue
		}
		status, header, body := w.request(w.public, "", r.method, "/api/v1/public"+r.path, r.body)
		if status != 404 || header.Get("Content-Type") != wire.ProblemType {
			t.Errorf("%s %s: %d %s", r.method, r.path, status, body)
		}
	}
	_, _, spec := w.request(w.public, "", "GET", "/api/v1/openapi.json", "")
	if strings.Contains(spec, "/public/holds") || strings.Contains(spec, "free.ics") || !strings.Contains(spec, "/public/queue") {
		t.Error("the description tells of booking")
	}
	if status, _, _ := w.request(w.public, "", "GET", "/api/v1/public/queue", ""); status != 200 {
		t.Errorf("queue: %d", status)
	}
}
