package api_test

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"westerkappeln.de/wartemarke/internal/api"
	"westerkappeln.de/wartemarke/internal/auth"
	"westerkappeln.de/wartemarke/internal/hall"
)

// A clerk's browser uses the API with its session, until it is signed out; a bearer token beside it decides alone.
func TestSessionCookie(t *testing.T) {
	w := newTown(t)
	hash, err := auth.HashPassword("Kaffee um zehn")
	w.must(err)
	w.must(w.hall.PutUser(t.Context(), hall.User{Name: "clara", Role: hall.Clerk, Password: hash}))
	mux := http.NewServeMux()
	mux.Handle("/api/", w.staff.Config.Handler)
	mux.Handle("/login", w.auth.Middleware(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		w.must(w.auth.SignIn(r.Context(), r, "clara", "Kaffee um zehn"))
	})))
	mux.Handle("/logout", w.auth.Middleware(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		w.must(w.auth.SignOut(r.Context()))
	})))
	s := w.listen(mux)
	jar, err := cookiejar.New(nil)
	w.must(err)
	browser := &http.Client{Jar: jar}
	post := func(path string, header ...string) int {
		t.Helper()
		r, err := http.NewRequest(http.MethodPost, s.URL+path, strings.NewReader(""))
		w.must(err)
		for i := 0; i+1 < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		resp, err := browser.Do(r)
		w.must(err)
		resp.Body.Close()
		return resp.StatusCode
	}
	if got := post("/api/v1/counters/c1/open"); got != http.StatusUnauthorized {
		t.Errorf("before: %d", got)
	}
	post("/login")
	u, err := url.Parse(s.URL)
	w.must(err)
	if len(jar.Cookies(u)) != 1 {
		t.Fatalf("cookies %v", jar.Cookies(u))
	}
	if got := post("/api/v1/counters/c1/open", "Sec-Fetch-Site", "same-origin"); got != http.StatusNoContent {
		t.Errorf("signed in: %d", got)
	}
	if got := post("/api/v1/counters/c1/next", "Sec-Fetch-Site", "cross-site"); got != http.StatusForbidden {
		t.Errorf("from another site: %d", got)
	}
	if got := post("/api/v1/counters/c1/next", "Authorization", "Bearer "+w.tokens["kiosk"]); got != http.StatusForbidden {
		t.Errorf("with a terminal's token: %d", got)
	}
	if got := post("/api/v1/counters/c1/next", "Authorization", "Bearer wm_unknown"); got != http.StatusUnauthorized {
		t.Errorf("with a token nobody knows: %d", got)
	}
	post("/logout")
	if got := post("/api/v1/counters/c1/close"); got != http.StatusUnauthorized {
		t.Errorf("signed out: %d", got)
	}
}

// Streams need a server that never ends a write by itself, and one that waits for nobody for ever.
func TestServerLimits(t *testing.T) {
	if got := api.NewServer("127.0.0.1:0", http.NotFoundHandler()); got.WriteTimeout != 0 || got.ReadHeaderTimeout == 0 || got.ReadTimeout == 0 || got.IdleTimeout == 0 || got.MaxHeaderBytes == 0 {
		t.Errorf("limits of a server: %+v", got)
	}
}
