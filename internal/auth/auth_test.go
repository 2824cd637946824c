package auth_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"westerkappeln.de/wartemarke/internal/auth"
	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/store/sqlite"
	"westerkappeln.de/wartemarke/internal/visitor"
)

const password = "Kaffee um zehn"

// desk is a staff listener with a way to sign in, a page that tells who asks, and pages for leads.
type desk struct {
	t    *testing.T
	hall *hall.Hall
	auth *auth.Auth
	disk *disk
	url  string

	mu  sync.Mutex
	now time.Time
}

func newDesk(t *testing.T, set ...func(*auth.Config)) *desk {
	t.Helper()
	d := &desk{t: t, now: time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)}
	ctx := context.Background()
	store, err := sqlite.Open(ctx, filepath.Join(t.TempDir(), "wartemarke.db"))
	d.must(err)
	t.Cleanup(func() { d.must(store.Close()) })
	d.disk = &disk{Store: store}
	d.hall = hall.New(hall.Config{Store: d.disk})
	d.putUser("clara", password, hall.Clerk)
	cfg := auth.Config{Hall: d.hall, Now: d.clock, Log: slog.New(slog.DiscardHandler)}
	for _, s := range set {
		s(&cfg)
	}
	d.auth = auth.New(cfg)

	mux := http.NewServeMux()
	mux.HandleFunc("POST /login", func(w http.ResponseWriter, r *http.Request) {
		var wait *auth.TooManyError
		switch err := d.auth.SignIn(r.Context(), r, r.FormValue("name"), r.FormValue("password")); {
		case errors.Is(err, auth.ErrWrong):
			http.Error(w, "wrong", http.StatusUnauthorized)
		case errors.As(err, &wait):
			http.Error(w, wait.Until.Format(time.RFC3339), http.StatusTooManyRequests)
		case d.disk.full.Load():
			http.Error(w, err.Error(), http.StatusInsufficientStorage)
		case err != nil:
			t.Error(err)
		}
	})
	mux.HandleFunc("POST /logout", func(_ http.ResponseWriter, r *http.Request) {
		if err := d.auth.SignOut(r.Context()); err != nil {
			t.Error(err)
		}
	})
	who := func(w http.ResponseWriter, r *http.Request) {
		a, ok := auth.ActorFrom(r.Context())
		fmt.Fprintf(w, "%v %s %s %s %s%s", ok, a.Kind, a.ID, a.Role, a.Area, auth.DeviceKind(r.Context()))
	}
	mux.HandleFunc("/who", who)
	mux.Handle("/clerks", d.auth.Require(hall.Clerk, http.HandlerFunc(who)))
	mux.Handle("/leads", d.auth.Require(hall.Lead, http.HandlerFunc(who)))
	s := httptest.NewServer(d.auth.Middleware(mux))
	t.Cleanup(s.Close)
	d.url = s.URL
	return d
}

func (d *desk) must(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) clock() time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.now
}

func (d *desk) later(by time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.now = d.now.Add(by)
}

func (d *desk) putUser(name, pw string, role hall.Role) {
	d.t.Helper()
	hash, err := auth.HashPassword(pw)
	d.must(err)
	d.must(d.hall.PutUser(context.Background(), hall.User{Name: name, Role: role, Password: hash}))
}

// browser keeps cookies and follows no redirects.
func (d *desk) browser() *http.Client {
	jar, err := cookiejar.New(nil)
	d.must(err)
	return &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

func (d *desk) signIn(b *http.Client, name, pw string) (int, string, http.Header) {
	d.t.Helper()
	resp, err := b.PostForm(d.url+"/login", url.Values{"name": {name}, "password": {pw}})
	d.must(err)
	return d.read(resp)
}

func (d *desk) get(b *http.Client, path string, header ...string) (int, string, http.Header) {
	d.t.Helper()
	return d.send(b, http.MethodGet, path, header...)
}

func (d *desk) send(b *http.Client, method, path string, header ...string) (int, string, http.Header) {
	d.t.Helper()
	r, err := http.NewRequest(method, d.url+path, nil)
	d.must(err)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	resp, err := b.Do(r)
	d.must(err)
	return d.read(resp)
}

func (d *desk) read(resp *http.Response) (int, string, http.Header) {
	d.t.Helper()
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	d.must(err)
	return resp.StatusCode, strings.TrimSpace(string(body)), resp.Header
}

func TestSignInAndOut(t *testing.T) {
	d := newDesk(t)
	b := d.browser()
	if _, who, _ := d.get(b, "/who"); who != "false" {
		t.Errorf("before: %q", who)
	}
	status, _, header := d.signIn(b, " clara ", password)
	cookie := header.Get("Set-Cookie")
	if status != 200 {
		t.Fatalf("sign-in: %d", status)
	}
	for _, want := range []string{"wartemarke=", "HttpOnly", "SameSite=Lax", "Path=/"} {
		if !strings.Contains(cookie, want) {
			t.Errorf("cookie %q lacks %s", cookie, want)
		}
	}
	if strings.Contains(cookie, "Secure") || strings.Contains(cookie, "Expires") {
		t.Errorf("cookie %q", cookie)
	}
	if _, who, _ := d.get(b, "/who"); who != "true staff clara clerk" {
		t.Errorf("signed in: %q", who)
	}
	before := b.Jar.Cookies(mustParse(t, d.url))
	d.send(b, http.MethodPost, "/logout")
	if _, who, _ := d.get(b, "/who"); who != "false" {
		t.Errorf("signed out: %q", who)
	}
	// The old cookie is worth nothing, not only forgotten by the browser.
	if _, who, _ := d.get(d.browser(), "/who", "Cookie", before[0].String()); who != "false" {
		t.Errorf("old cookie: %q", who)
	}
}

func mustParse(t *testing.T, s string) *url.URL {
	t.Helper()
	u, err := url.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func TestSecureCookie(t *testing.T) {
	d := newDesk(t, func(c *auth.Config) { c.Secure = true })
	if _, _, header := d.signIn(d.browser(), "clara", password); !strings.Contains(header.Get("Set-Cookie"), "; Secure") {
		t.Errorf("cookie %q", header.Get("Set-Cookie"))
	}
}

// A session token that was planted before the sign-in is another one afterwards.
func TestSessionFixation(t *testing.T) {
	d := newDesk(t)
	b := d.browser()
	d.signIn(b, "clara", password)
	first := b.Jar.Cookies(mustParse(t, d.url))[0].Value
	d.signIn(b, "clara", password)
	if b.Jar.Cookies(mustParse(t, d.url))[0].Value == first {
		t.Error("the same token after another sign-in")
	}
	if _, who, _ := d.get(d.browser(), "/who", "Cookie", "wartemarke="+first); who != "false" {
		t.Errorf("old token: %q", who)
	}
}

func TestSessionEnds(t *testing.T) {
	for name, c := range map[string]struct {
		do   func(*desk, *http.Client)
		want string
	}{
		"idle under two hours": {func(d *desk, _ *http.Client) { d.later(auth.Idle) }, "true staff clara clerk"},
		"idle over two hours":  {func(d *desk, _ *http.Client) { d.later(auth.Idle + time.Second) }, "false"},
		"busy for hours": {func(d *desk, b *http.Client) {
			for range 5 {
				d.later(auth.Idle - time.Minute)
				d.get(b, "/who")
			}
		}, "true staff clara clerk"},
		"new password": {func(d *desk, _ *http.Client) { d.putUser("clara", "another password", hall.Clerk) }, "false"},
		"new role": {func(d *desk, _ *http.Client) {
			u, err := d.hall.User(context.Background(), "clara")
			d.must(err)
			u.Role = hall.Lead
			d.must(d.hall.PutUser(context.Background(), u))
		}, "true staff clara lead"},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			b := d.browser()
			d.signIn(b, "clara", password)
			c.do(d, b)
			if _, who, _ := d.get(b, "/who"); who != c.want {
				t.Errorf("got %q, want %q", who, c.want)
			}
		})
	}
}

func TestWrongSignIns(t *testing.T) {
	d := newDesk(t)
	for _, c := range [][2]string{
		{"clara", "wrong password"}, {"nobody", password}, {"", password}, {"clara", ""},
		{strings.Repeat("x", 1000), password}, {"clara", strings.Repeat("x", 1000)}, {"' OR 1=1", "x"}, {"Clara", password},
	} {
		if status, body, header := d.signIn(d.browser(), c[0], c[1]); status != http.StatusUnauthorized || header.Get("Set-Cookie") != "" {
			t.Errorf("%.20q: %d %s", c, status, body)
		}
	}
}

// Guessing is stopped after five times, for this name from this address only, and goes on later.
func TestTooManySignIns(t *testing.T) {
	var log logged
	d := newDesk(t, into(&log))
	d.putUser("lea", password, hall.Lead)
	for i := range 5 {
		if status, _, _ := d.signIn(d.browser(), "clara", "wrong password"); status != http.StatusUnauthorized {
			t.Fatalf("attempt %d: %d", i, status)
		}
	}
	status, until, _ := d.signIn(d.browser(), "clara", password)
	if status != http.StatusTooManyRequests || until != d.clock().Add(5*time.Minute).Format(time.RFC3339) {
		t.Errorf("the right password after five wrong ones: %d %s", status, until)
	}
	if status, _, _ := d.signIn(d.browser(), "lea", password); status != 200 {
		t.Errorf("another name: %d", status)
	}
	d.signIn(d.browser(), "clara", "wrong password")
	if l := log.String(); strings.Count(l, "\n") != 1 || !strings.Contains(l, "WARN") || !strings.Contains(l, "address=127.0.0.1\n") || strings.Contains(l, "clara") {
		t.Errorf("logged:\n%s", l)
	}
	if wrong, limited := d.auth.FailedSignIns(); wrong != 5 || limited != 2 {
		t.Errorf("counted %d wrong and %d too many", wrong, limited)
	}
	d.later(5 * time.Minute)
	if status, _, _ := d.signIn(d.browser(), "clara", password); status != 200 {
		t.Errorf("later: %d", status)
	}
}

// Attempts made at once do not slip through the limit together.
func TestManySignInsAtOnce(t *testing.T) {
	d := newDesk(t)
	var mu sync.Mutex
	seen := map[int]int{}
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			status, _, _ := d.signIn(d.browser(), "clara", "wrong password")
			mu.Lock()
			defer mu.Unlock()
			seen[status]++
		})
	}
	wg.Wait()
	if seen[401] != 5 || seen[429] != 15 {
		t.Errorf("answers: %v", seen)
	}
}

func TestBearer(t *testing.T) {
	d := newDesk(t)
	ctx := context.Background()
	token := func(kind, name, area string) string {
		s, hash := auth.NewToken()
		d.must(d.hall.PutToken(ctx, hash, kind, name, area))
		return s
	}
	for header, want := range map[string]string{
		"Bearer " + token(hall.KindUser, "clara", ""):           "true staff clara clerk",
		"bearer  " + token(hall.KindKiosk, "terminal", "foyer"): "true device terminal  foyerkiosk",
		"Bearer " + token(hall.KindDisplay, "board", ""):        "true device board  display",
		"Bearer wm_unknown":       "false",
		"Bearer":                  "false",
		"Bearer ":                 "false",
		"Basic Y2xhcmE6eA==":      "false",
		"Bearer \x80\xff":         "false",
		strings.Repeat("x", 5000): "false",
	} {
		if _, who, h := d.get(d.browser(), "/who", "Authorization", header); who != want || h.Get("Set-Cookie") != "" {
			t.Errorf("%.30q: %q, want %q", header, who, want)
		}
	}
}

// A stream outlives what its listener was allowed to; Still tells, and does not take a session's age from the stream.
func TestStill(t *testing.T) {
	d := newDesk(t)
	ctx := context.Background()
	token, hash := auth.NewToken()
	d.must(d.hall.PutToken(ctx, hash, hall.KindDisplay, "board", "foyer"))
	b := d.browser()
	d.signIn(b, "clara", password)
	held := func(header ...string) context.Context {
		var got context.Context
		h := d.auth.Middleware(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = r.Context() }))
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header.Set(header[0], header[1])
		h.ServeHTTP(httptest.NewRecorder(), r)
		return got
	}
	clerk, device := held("Cookie", b.Jar.Cookies(mustParse(t, d.url))[0].String()), held("Authorization", "Bearer "+token)
	still := func(ctx context.Context, want bool) {
		t.Helper()
		if got, err := d.auth.Still(ctx); got != want || err != nil {
			t.Errorf("still %v, %v; want %v", got, err, want)
		}
	}
	still(held("X", "nobody"), false)
	still(clerk, true)
	still(device, true)
	for range 3 {
		d.later(auth.Idle - time.Minute)
		d.get(b, "/who")
	}
	still(clerk, true)
	if _, who, _ := d.get(b, "/who"); who != "true staff clara clerk" {
		t.Errorf("asking whether ended the session: %q", who)
	}
	d.send(b, http.MethodPost, "/logout")
	still(clerk, false)
	d.must(d.hall.Unpair(ctx, hall.Command{Actor: hall.Actor{Kind: hall.Operator}}, "board"))
	still(device, false)
}

func TestTokenForm(t *testing.T) {
	seen := map[string]bool{}
	for range 100 {
		token, hash := auth.NewToken()
		if !strings.HasPrefix(token, "wm_") || len(token) != 3+43 || seen[token] || auth.HashToken(token) != hash {
			t.Fatalf("token %q", token)
		}
		seen[token] = true
	}
}

func TestRequire(t *testing.T) {
	d := newDesk(t)
	d.putUser("lea", password, hall.Lead)
	clerk, lead, nobody := d.browser(), d.browser(), d.browser()
	d.signIn(clerk, "clara", password)
	d.signIn(lead, "lea", password)
	device, hash := auth.NewToken()
	d.must(d.hall.PutToken(context.Background(), hash, hall.KindKiosk, "terminal", ""))
	for _, c := range []struct {
		name         string
		browser      *http.Client
		method, path string
		header       []string
		want         int
	}{
		{"clerk", clerk, "GET", "/clerks", nil, 200},
		{"lead as clerk", lead, "GET", "/clerks", nil, 200},
		{"lead", lead, "GET", "/leads", nil, 200},
		{"clerk as lead", clerk, "GET", "/leads", nil, 403},
		{"device", nobody, "GET", "/clerks", []string{"Authorization", "Bearer " + device}, 403},
		{"nobody", nobody, "GET", "/clerks?a=b&c=d", nil, 303},
		{"nobody's post", nobody, "POST", "/clerks", nil, 401},
	} {
		status, _, header := d.send(c.browser, c.method, c.path, c.header...)
		if status != c.want {
			t.Errorf("%s: %d, want %d", c.name, status, c.want)
		}
		if status == 303 && header.Get("Location") != "/login?next=%2Fclerks%3Fa%3Db%26c%3Dd" {
			t.Errorf("%s: sent to %s", c.name, header.Get("Location"))
		}
	}
}

func TestOtherSites(t *testing.T) {
	d := newDesk(t)
	b := d.browser()
	d.signIn(b, "clara", password)
	for _, c := range []struct {
		method string
		header []string
		want   int
	}{
		{"POST", []string{"Sec-Fetch-Site", "cross-site"}, 403},
		{"POST", []string{"Sec-Fetch-Site", "same-site"}, 403},
		{"POST", []string{"Origin", "https://evil.example"}, 403},
		{"POST", []string{"Sec-Fetch-Site", "same-origin"}, 200},
		{"POST", []string{"Origin", d.url}, 200},
		{"GET", []string{"Sec-Fetch-Site", "cross-site"}, 200}, // a link from the town's intranet
	} {
		if status, _, _ := d.send(b, c.method, "/clerks", c.header...); status != c.want {
			t.Errorf("%s %v: %d, want %d", c.method, c.header, status, c.want)
		}
	}
}

// Behind a proxy for TLS, browsers send the proxy's origin and, from an old one, no Sec-Fetch-Site.
func TestProxiedOrigin(t *testing.T) {
	for _, address := range []string{"https://warten.example", "https://Warten.Example:443/", "https://warten.example/hall"} {
		guard, err := visitor.Guard(address)
		if err != nil {
			t.Fatal(err)
		}
		d := newDesk(t, func(c *auth.Config) { c.Guard = guard })
		b := d.browser()
		d.signIn(b, "clara", password)
		for origin, want := range map[string]int{
			"https://warten.example": 200, d.url: 200, "http://warten.example": 403, "https://warten.example:444": 403, "https://evil.example": 403, "null": 403,
		} {
			if status, _, _ := d.send(b, http.MethodPost, "/clerks", "Origin", origin); status != want {
				t.Errorf("%s: from %s: %d, want %d", address, origin, status, want)
			}
		}
	}
	for _, wrong := range []string{"warten.example", "https://", "://"} {
		if _, err := visitor.Guard(wrong); err == nil {
			t.Errorf("%q is no address", wrong)
		}
	}
}

func TestPasswords(t *testing.T) {
	for pw, want := range map[string]error{
		"":                                      auth.ErrShort,
		"neunzeich":                             auth.ErrShort,
		"äöüäöüäöü":                             auth.ErrShort, // nine characters, eighteen bytes
		"zehnzeiche":                            nil,
		strings.Repeat("x", auth.MaxPassword):   nil,
		strings.Repeat("x", auth.MaxPassword+1): auth.ErrLong,
	} {
		hash, err := auth.HashPassword(pw)
		if !errors.Is(err, want) {
			t.Errorf("%.20q: %v, want %v", pw, err, want)
		}
		if err == nil && !strings.HasPrefix(hash, "$argon2id$v=19$m=19456,t=2,p=1$") {
			t.Errorf("hash %s", hash)
		}
	}
	if _, err := auth.HashPassword("zehnzeichen\xff"); err == nil {
		t.Error("invalid UTF-8 accepted")
	}
}

// An unknown name costs the same work as a known one, or the time of an answer would tell which names exist. The work is
// argon2id's memory, 19 MiB; the time itself depends on the machine.
func TestUnknownNamesTakeAsMuchWork(t *testing.T) {
	d := newDesk(t)
	d.signIn(d.browser(), "warm", "up the first time")
	for _, name := range []string{"clara", "nobody"} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		d.signIn(d.browser(), name, "wrong password")
		runtime.ReadMemStats(&after)
		if got := after.TotalAlloc - before.TotalAlloc; got < 19<<20 || got > 2*19<<20 {
			t.Errorf("%s: %d MiB of work", name, got>>20)
		}
	}
}

// When the store cannot be asked nobody is let in, and programs get a problem.
func TestStoreGone(t *testing.T) {
	ctx := context.Background()
	store, err := sqlite.Open(ctx, filepath.Join(t.TempDir(), "wartemarke.db"))
	if err != nil {
		t.Fatal(err)
	}
	a := auth.New(auth.Config{Hall: hall.New(hall.Config{Store: store}), Now: time.Now, Log: slog.New(slog.DiscardHandler)})
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	h := a.Middleware(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("let in") }))
	for _, header := range [][2]string{{"Authorization", "Bearer wm_x"}, {"Cookie", "wartemarke=x"}} {
		for path, kind := range map[string]string{"/api/v1/board": "application/problem+json", "/counter/1": "text/plain; charset=utf-8"} {
			r := httptest.NewRequest(http.MethodGet, path, nil)
			r.Header.Set(header[0], header[1])
			rec := httptest.NewRecorder()
			h.ServeHTTP(rec, r)
			if rec.Code != http.StatusServiceUnavailable || rec.Header().Get("Content-Type") != kind {
				t.Errorf("%s with %s: %d %s", path, header[0], rec.Code, rec.Header())
			}
		}
	}
}
