package citizen_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	_ "time/tzdata" // the same zones on every machine

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/catalogue"
	"westerkappeln.de/wartemarke/internal/citizen"
	"westerkappeln.de/wartemarke/internal/documents"
	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/i18n"
	"westerkappeln.de/wartemarke/internal/page"
	"westerkappeln.de/wartemarke/internal/queue"
	"westerkappeln.de/wartemarke/internal/store/sqlite"
)

var berlin = func() *time.Location {
	loc, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		panic(err)
	}
	return loc
}()

// morning is a Monday.
var morning = time.Date(2026, 11, 23, 9, 30, 0, 0, berlin)

var bundle = sync.OnceValues(i18n.Load)

func text(de, en string) catalogue.Text { return catalogue.Text{"de": de, "en": en} }

// catalog is a small town's: three services of one office, one of another, on Tuesday and Thursday.
func catalog() catalogue.Catalogue {
	service := func(id, department, de, en string, minutes, most int) catalogue.Service {
		return catalogue.Service{ID: id, Department: department, Series: "A", Area: "foyer", Name: text(de, en), Minutes: minutes,
			MaxQuantity: most, Appointment: true, WalkIn: true}
	}
	id := service("personalausweis", "buerger", "Personalausweis beantragen", "Apply for an identity card", 15, 4)
	id.Bring = catalogue.List{"de": {"Altes Ausweisdokument", "Biometrisches Passbild, nicht älter als ein Jahr", "Geburts- oder Eheurkunde, wenn Sie erstmals hier sind"},
		"en": {"Old identity document", "Biometric photo"}}
	id.Fee = text("37,00 €, unter 24 Jahren 22,80 €", "€37.00")
	pass := service("reisepass", "buerger", "Reisepass beantragen", "Apply for a passport", 15, 4)
	pass.Bring = catalogue.List{"de": {"Altes Ausweisdokument", "Biometrisches Passbild, nicht älter als ein Jahr"}}
	pass.Fee = text("70,00 €", "€70.00")
	move := service("ummeldung", "buerger", "Wohnsitz anmelden oder ummelden", "Register a new address", 20, 1)
	move.Bring = catalogue.List{"de": {"Ausweis aller Personen", "Wohnungsgeberbestätigung"}}
	pick := service("abholung", "buerger", "Ausweis oder Pass abholen", "Collect a document", 5, 1)
	pick.Appointment = false
	return catalogue.Catalogue{
		Departments: []catalogue.Department{{ID: "buerger", Name: text("Einwohnermeldeamt", "Residents' registration")}, {ID: "standesamt", Name: text("Standesamt", "Registry office")}},
		Areas:       []catalogue.Area{{ID: "foyer", Name: text("Foyer", "Lobby")}},
		Series:      []catalogue.Series{{Letter: "A"}},
		Services:    []catalogue.Service{id, pass, move, pick, service("urkunde", "standesamt", "Geburtsurkunde", "Birth certificate", 10, 1)},
		Counters:    []catalogue.Counter{{ID: "1", Label: text("Schalter 1", "Counter 1"), Area: "foyer", Services: []string{"personalausweis", "reisepass", "ummeldung", "abholung", "urkunde"}}},
		Openings: []catalogue.Opening{
			{Departments: []string{"buerger"}, Days: []string{"tue", "thu"}, From: "08:00", To: "12:30", Capacity: 1, SlotMinutes: 15, BookToDays: 60, WalkIn: true},
			{Departments: []string{"buerger"}, Days: []string{"thu"}, From: "14:00", To: "18:00", Capacity: 1, SlotMinutes: 15, BookToDays: 60, WalkIn: true},
			{Departments: []string{"standesamt"}, Days: []string{"fri"}, From: "08:30", To: "12:00", Capacity: 1, SlotMinutes: 15, BookToDays: 90},
		},
		Holidays: catalogue.Holidays{Calendar: "DE-NW"},
	}
}

// town is the pages over a real hall.
type town struct {
	*hall.Hall
	t    testing.TB
	ctx  context.Context
	url  string
	mu   sync.Mutex
	now  time.Time
	docs *documents.Store
	log  *strings.Builder
	file string      // of the database
	down atomic.Bool // the network is gone
}

func (w *town) clock() time.Time { w.mu.Lock(); defer w.mu.Unlock(); return w.now }

func (w *town) pass(d time.Duration) { w.mu.Lock(); defer w.mu.Unlock(); w.now = w.now.Add(d) }

// safe is a builder that may be written at once.
type safe struct {
	mu sync.Mutex
	b  *strings.Builder
}

func (s *safe) Write(p []byte) (int, error) { s.mu.Lock(); defer s.mu.Unlock(); return s.b.Write(p) }

// newTown opens a hall and its pages; change may alter how they are made.
func newTown(t testing.TB, mail bool, change ...func(*citizen.Config)) *town {
	t.Helper()
	ctx := t.Context()
	dir := t.TempDir()
	store, err := sqlite.Open(ctx, filepath.Join(dir, "hall.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	w := &town{t: t, ctx: ctx, now: morning, log: &strings.Builder{}, file: filepath.Join(dir, "hall.db")}
	log := slog.New(slog.NewTextHandler(&safe{b: w.log}, nil))
	w.Hall = hall.New(hall.Config{Store: store, Location: berlin, Now: w.clock, Running: func() time.Duration { return w.clock().Sub(morning) }, Mail: mail, Log: log})
	if _, err := w.ApplyCatalogue(ctx, operator, catalog(), true); err != nil {
		t.Fatal(err)
	}
	if w.docs, err = documents.Open(filepath.Join(dir, "docs"), filepath.Join(dir, "key"), nil, log); err != nil {
		t.Fatal(err)
	}
	b, err := bundle()
	if err != nil {
		t.Fatal(err)
	}
	cfg := citizen.Config{Hall: w.Hall, Documents: w.docs, Bundle: b, Mail: mail, Enabled: true, Now: w.clock, Log: log,
		Site: page.Site{Name: "Gemeinde Westerkappeln", Languages: []string{"de", "en"}, Location: berlin},
		Town: citizen.Town{Address: "Große Straße 13, 49492 Westerkappeln", Phone: "05404 887-0", Homepage: "https://www.example.org/",
			Imprint: "https://www.example.org/impressum", Privacy: "Frau Beispiel, datenschutz@example.org"}}
	for _, c := range change {
		c(&cfg)
	}
	c, err := citizen.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	pages := c.Handler()
	w.url = serve(t, http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if w.down.Load() {
			panic(http.ErrAbortHandler) // as a network that is gone: the connection breaks without an answer
		}
		pages.ServeHTTP(rw, r)
	}))
	return w
}

var (
	operator = hall.Command{Actor: hall.Actor{Kind: hall.Operator}}
	anybody  = hall.Command{Actor: hall.Actor{Kind: hall.Citizen}}
	clerk    = hall.Command{Actor: hall.Actor{Kind: hall.Staff, ID: "meyer", Role: hall.Clerk}}
)

// visit is the services' short form for tests.
func visit(ids ...string) []queue.Visit {
	var out []queue.Visit
	for _, id := range ids {
		out = append(out, queue.Visit{ID: id, Quantity: 1})
	}
	return out
}

// held keeps a slot and gives the hold's secret.
func (w *town) held(start time.Time, ids ...string) string {
	w.t.Helper()
	h, err := w.Hold(w.ctx, anybody, booking.Want{Services: visit(ids...)}, start)
	if err != nil {
		w.t.Fatal(err)
	}
	return h.Secret
}

// own books as far as it goes, and gives the own link's secret: unconfirmed where there is mail.
func (w *town) own(start time.Time, ids ...string) string {
	w.t.Helper()
	r, err := w.Register(w.ctx, anybody, w.held(start, ids...), hall.Person{Name: "Erika Mustermann", Mail: "erika@example.org", Lang: "de"})
	if err != nil {
		w.t.Fatal(err)
	}
	if r.Secret != "" {
		return r.Secret
	}
	letters, err := w.Letters(w.ctx, 100)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, l := range letters {
		if l.Appointment.ID == r.Appointment.ID {
			return l.Contact.Secret
		}
	}
	w.t.Fatal("no letter")
	return ""
}

// booked is own, confirmed.
func (w *town) booked(start time.Time, ids ...string) string {
	w.t.Helper()
	secret := w.own(start, ids...)
	if _, err := w.Confirm(w.ctx, anybody, secret); err != nil {
		w.t.Fatal(err)
	}
	return secret
}

func (w *town) mine(secret string) hall.Mine {
	w.t.Helper()
	m, err := w.Mine(w.ctx, secret)
	if err != nil {
		w.t.Fatal(err)
	}
	return m
}

// tuesday is a time on the day after morning.
func tuesday(hour, minute int) time.Time { return time.Date(2026, 11, 24, hour, minute, 0, 0, berlin) }

// client follows no redirect.
var client = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

// answer is what came back.
type answer struct {
	status int
	body   string
	to     string // Location
	head   http.Header
}

func (w *town) send(r *http.Request) answer {
	w.t.Helper()
	res, err := client.Do(r)
	if err != nil {
		w.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return answer{res.StatusCode, strings.ReplaceAll(string(b), "\u00a0", " "), res.Header.Get("Location"), res.Header}
}

func (w *town) get(path string) answer {
	w.t.Helper()
	r, err := http.NewRequestWithContext(w.ctx, http.MethodGet, w.url+path, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	r.Header.Set("Accept-Language", "de")
	return w.send(r)
}

func (w *town) post(path string, form url.Values) answer {
	w.t.Helper()
	r, err := http.NewRequestWithContext(w.ctx, http.MethodPost, w.url+path, strings.NewReader(form.Encode()))
	if err != nil {
		w.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Accept-Language", "de")
	return w.send(r)
}

var keyPattern = regexp.MustCompile(`name="key" value="([0-9a-f]{32})"`)

// key gives the idempotency key of a page.
func (a answer) key(t testing.TB) string {
	t.Helper()
	m := keyPattern.FindStringSubmatch(a.body)
	if m == nil {
		t.Fatalf("no key in %.300s", a.body)
	}
	return m[1]
}

func (a answer) expect(t testing.TB, status int, texts ...string) {
	t.Helper()
	if a.status != status {
		t.Fatalf("status %d, want %d: %s", a.status, status, a.body)
	}
	for _, s := range texts {
		if !strings.Contains(a.body, s) {
			t.Errorf("without %q: %s", s, a.body)
		}
	}
}

var person = hall.Person{Name: "Erika Mustermann", Mail: "erika@example.org", Lang: "de"}
