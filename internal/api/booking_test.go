package api_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

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
	if got := held.Start.Format(time.RFC3339); got != "2026-11-25T09:00:00+01:00" {
		t.Errorf("not by the town's clock: %s", got)
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
		if last := i == 4; last && field(err) != "too_much mails" || !last && err != nil {
			t.Errorf("mail %d to one address: %v", i+1, err)
		}
	}
	_, header, text := w.request(w.public, "", "POST", "/api/v1/public/holds",
		`{"services":[{"id":"ausweis"}],"start":"2026-11-25T08:00:00Z"}`, "Accept-Language", "en")
	if !strings.Contains(text, `"code":"slot_taken"`) || !strings.Contains(text, "25 November 2026, 09:00") || header.Get("Content-Type") != wire.ProblemType {
		t.Errorf("taken: %s", text)
	}
}

// How many appointments an address has is told to its owner only, who has the mail's secret.
func TestTooManyForOneAddress(t *testing.T) {
	w, ctx := newTown(t, mailing), t.Context()
	var err error
	for i := range 5 {
		w.forward(20 * time.Minute)
		_, err = w.citizen.Book(ctx, "", wire.Book{Hold: ask(at(9+i, 0)), Person: erika})
		w.must(err)
		_, err = w.citizen.Confirm(ctx, "", w.secret())
	}
	if field(err) != "too_much mail" || !strings.Contains(err.Error(), "E-Mail-Adresse") {
		t.Errorf("the fifth: %v", err)
	}
}

// field is a problem's code and field.
func field(err error) string {
	var p *wire.Problem
	if !errors.As(err, &p) {
		return ""
	}
	return p.Code + " " + p.Field
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
	for _, secret := range []string{lapsed.Secret, "AAAAAAAAAAAAAAAAAAAAAA", "x", "%00", "%ff", "..%2f..%2fhealthz", strings.Repeat("x", 5000)} {
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

// What the program logs of a booking, at any level, names neither person nor secret nor code.
func TestLogOfABookingNamesNobody(t *testing.T) {
	var log lines
	w := newTown(t, mailing, func(h *hall.Config, a *apiConfig) {
		h.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
		a.Log = h.Log
	})
	ctx := t.Context()
	_, err := w.citizen.Book(ctx, "", wire.Book{Hold: ask(at(9, 0)), Person: erika})
	w.must(err)
	secret := w.secret()
	b, err := w.citizen.Confirm(ctx, "", secret)
	w.must(err)
	w.disk.full.Store(true)
	if _, err := w.citizen.CancelMine(ctx, "", secret); code(err) != "disk_full" {
		t.Errorf("full: %v", err)
	}
	w.disk.full.Store(false)
	_, err = w.citizen.CancelMine(ctx, "", secret)
	w.must(err)
	for _, never := range []string{"Mustermann", "erika", "example.org", "05404", secret, b.Code, strings.NewReplacer("-", "", " ", "").Replace(b.Code)} {
		if strings.Contains(log.String(), never) {
			t.Errorf("the log tells %s: %s", never, log.String())
		}
	}
	if log.String() == "" {
		t.Error("nothing was logged, not even the full disk")
	}
}

// lines are what was logged, by many at once.
type lines struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
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
