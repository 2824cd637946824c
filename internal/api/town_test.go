package api_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"westerkappeln.de/wartemarke/internal/api"
	"westerkappeln.de/wartemarke/internal/api/client"
	"westerkappeln.de/wartemarke/internal/auth"
	"westerkappeln.de/wartemarke/internal/catalogue"
	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/i18n"
	"westerkappeln.de/wartemarke/internal/queue"
	"westerkappeln.de/wartemarke/internal/store/sqlite"
	"westerkappeln.de/wartemarke/internal/stream"
	"westerkappeln.de/wartemarke/internal/visitor"
	"westerkappeln.de/wartemarke/internal/wire"
)

// town is a whole hall on SQLite behind real listeners, at nine on a Tuesday morning.
type town struct {
	t             testing.TB
	hall          *hall.Hall
	auth          *auth.Auth
	staff, public *httptest.Server
	api           *api.API
	hub           *stream.Hub
	disk          *disk
	stop          func() // ends the hub

	kiosk, display, clerk, lead *client.Client
	citizen                     *client.Client    // at the public listener
	tokens                      map[string]string // of kiosk, display, clerk, lead

	mu  sync.Mutex
	now time.Time
}

const townCatalogue = `
[[department]]
id = "amt"
name = { de = "Einwohnermeldeamt" }
[[area]]
id = "eg"
name = { de = "Erdgeschoss", en = "Ground floor" }
[[area]]
id = "og"
name = { de = "Obergeschoss" }
[[series]]
letter = "A"
daily_limit = 50
[[series]]
letter = "B"
[[service]]
id = "ausweis"
department = "amt"
series = "A"
area = "eg"
name = { de = "Personalausweis", en = "Identity card" }
minutes = 15
walk_in = true
appointment = true
[[service]]
id = "heirat"
department = "amt"
series = "B"
area = "og"
name = { de = "Eheschließung" }
minutes = 30
walk_in = true
appointment = true
[[counter]]
id = "c1"
label = { de = "Schalter 1", en = "Counter 1" }
area = "eg"
services = ["ausweis"]
[[counter]]
id = "c2"
label = { de = "Zimmer 12", en = "Room 12" }
area = "og"
services = ["ausweis", "heirat"]
[[opening]]
departments = ["amt"]
days = ["mon", "tue", "wed", "thu", "fri"]
from = "08:00"
to = "18:00"
capacity = 2
slot_minutes = 15
book_to_days = 60
walk_in = true
`

var berlin = func() *time.Location {
	loc, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		panic(err)
	}
	return loc
}()

// option changes what a town is made of.
type option func(*hall.Config, *api.Config)

// mailing is a town that can send mail.
func mailing(h *hall.Config, _ *api.Config) { h.Mail = true }

func newTown(t testing.TB, options ...option) *town {
	t.Helper()
	ctx := context.Background()
	w := &town{t: t, now: time.Date(2026, 11, 24, 9, 0, 0, 0, berlin), tokens: map[string]string{}}
	log := slog.New(slog.NewTextHandler(testLog{t}, &slog.HandlerOptions{Level: slog.LevelWarn}))

	store, err := sqlite.Open(ctx, filepath.Join(t.TempDir(), "wartemarke.db"))
	w.must(err)
	t.Cleanup(func() { w.must(store.Close()) })
	w.disk = &disk{Store: store}
	proxies, err := visitor.New([]string{"127.0.0.1"})
	w.must(err)
	began := w.now
	inHall := hall.Config{Store: w.disk, Location: berlin, Now: w.clock, Running: func() time.Duration { return w.clock().Sub(began) }, Log: log}
	inAPI := api.Config{
		Location: berlin, Site: wire.Site{Name: "Westerkappeln", Timezone: "Europe/Berlin", Languages: []string{"de", "en"}},
		PublicURL: "https://warten.example", Version: "1.2.3", Now: w.clock, Log: log,
		Booking: true, Origins: []string{"https://www.town.example"}, Limits: visitor.NewLimits(proxies.Shared),
	}
	for _, o := range options {
		o(&inHall, &inAPI)
	}
	w.hall = hall.New(inHall)
	cat, err := catalogue.Parse([]byte(townCatalogue))
	w.must(err)
	operator := hall.Command{Actor: hall.Actor{Kind: hall.Operator}}
	_, err = w.hall.ApplyCatalogue(ctx, operator, cat, false)
	w.must(err)

	guard, err := visitor.Guard("https://hall.example")
	w.must(err)
	w.auth = auth.New(auth.Config{Hall: w.hall, Now: w.clock, Log: log, Guard: guard})
	w.hub = stream.New(w.hall, log)
	hubCtx, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- w.hub.Run(hubCtx) }()
	w.stop = sync.OnceFunc(func() {
		stop()
		w.must(<-ended)
	})
	t.Cleanup(w.stop)

	bundle, err := i18n.Load()
	w.must(err)
	inAPI.Hall, inAPI.Auth, inAPI.Stream, inAPI.Bundle = w.hall, w.auth, w.hub, bundle
	a := api.New(inAPI)
	w.api = a
	w.staff, w.public = w.listen(a.Staff()), w.listen(proxies.Middleware(a.Public()))

	w.must(w.hall.PutUser(ctx, hall.User{Name: "clara", Role: hall.Clerk}))
	w.must(w.hall.PutUser(ctx, hall.User{Name: "lea", Role: hall.Lead}))
	w.kiosk = w.client("kiosk", hall.KindKiosk, "terminal", "eg")
	w.display = w.client("display", hall.KindDisplay, "board", "eg")
	w.clerk = w.client("clerk", hall.KindUser, "clara", "")
	w.lead = w.client("lead", hall.KindUser, "lea", "")
	w.citizen = client.New(w.public.URL, "")
	return w
}

// disk is a store that a test can fill up.
type disk struct {
	hall.Store
	full atomic.Bool
}

func (d *disk) Update(ctx context.Context, fn func(hall.Tx) error) error {
	if d.full.Load() {
		return fmt.Errorf("commit: %w", hall.ErrFull)
	}
	return d.Store.Update(ctx, fn)
}

// testLog shows what the program logs beside the test that made it.
type testLog struct{ t testing.TB }

func (l testLog) Write(b []byte) (int, error) {
	if _, fuzzing := l.t.(*testing.F); fuzzing {
		return len(b), nil // its target may not use F
	}
	l.t.Log(strings.TrimSpace(string(b)))
	return len(b), nil
}

func (w *town) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *town) listen(h http.Handler) *httptest.Server {
	s := httptest.NewUnstartedServer(h)
	s.Config = api.NewServer("", h)
	s.Start()
	w.t.Cleanup(s.Close)
	w.t.Cleanup(s.CloseClientConnections)
	return s
}

// forward lets time pass.
func (w *town) forward(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

func (w *town) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

// client makes a token for who and a client with it.
func (w *town) client(who, kind, name, area string) *client.Client {
	token, hash := auth.NewToken()
	w.must(w.hall.PutToken(context.Background(), hash, kind, name, area))
	w.tokens[who] = token
	return client.New(w.staff.URL, token)
}

// book makes an appointment and gives its code.
func (w *town) book(service string, hour, minute int) string {
	w.t.Helper()
	start := time.Date(2026, 11, 24, hour, minute, 0, 0, berlin)
	a, err := w.hall.AddAppointment(context.Background(), hall.Command{Actor: hall.Actor{Kind: hall.Operator}},
		[]queue.Visit{{ID: service, Quantity: 1}}, start, "Erika Mustermann", "erika@example.org")
	w.must(err)
	return string(a.Code)
}

// request sends anything to a listener as who ("" for nobody).
func (w *town) request(s *httptest.Server, who, method, path, body string, header ...string) (int, http.Header, string) {
	w.t.Helper()
	r, err := http.NewRequest(method, s.URL+path, strings.NewReader(body))
	w.must(err)
	if who != "" {
		r.Header.Set("Authorization", "Bearer "+w.tokens[who])
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	resp, err := http.DefaultTransport.RoundTrip(r)
	w.must(err)
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	w.must(err)
	return resp.StatusCode, resp.Header, string(b)
}

// code is the code of a refusal, or what went wrong instead.
func code(err error) string {
	var p *wire.Problem
	switch {
	case err == nil:
		return "no error"
	case errors.As(err, &p):
		return p.Code
	}
	return err.Error()
}
