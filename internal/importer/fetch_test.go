package importer

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// serve answers as handle says.
func serve(t *testing.T, handle http.HandlerFunc) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(handle)
	t.Cleanup(s.Close)
	return s
}

func TestAListIsFetchedAgainOnlyWhenItHasChanged(t *testing.T) {
	o := newOffice(t)
	list, etag := `[{"id": "1", "cancelled": true}]`, `"a"`
	var asked []string
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.Header.Get("If-None-Match")+" "+r.Header.Get("If-Modified-Since"))
		w.Header().Set("ETag", etag)
		w.Header().Set("Last-Modified", "Tue, 24 Nov 2026 08:00:00 GMT")
		if r.Header.Get("If-None-Match") == etag {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		fmt.Fprint(w, list)
	})
	w := o.watch(Source{URL: s.URL + "/secret/list?key=secret", CancelMissing: true})
	o.fails = fmt.Errorf("the disk is full")
	look(w)
	o.ill(w, "the disk is full")
	o.fails = nil
	for range 3 {
		look(w)
	}
	list, etag = one(uid, start, pass), `"b"`
	look(w)
	o.well(w)
	if len(o.taken) != 2 || !o.taken[0].whole || o.taken[0].rows[0].ID != "id:1" || o.taken[1].rows[0].ID != "ics:1@example.org" {
		t.Errorf("%+v", o.taken)
	}
	const at = "Tue, 24 Nov 2026 08:00:00 GMT"
	if got, want := strings.Join(asked, "|"), ` | |"a" `+at+`|"a" `+at+`|"a" `+at; got != want {
		t.Errorf("asked %s, want %s", got, want)
	}
	if log := o.log.String(); strings.Contains(log, "secret") || !strings.Contains(log, strings.TrimPrefix(s.URL, "http://")) {
		t.Error(log)
	}
	if other := o.watch(Source{URL: s.URL + "/other"}); other.Name() == w.Name() || strings.Contains(w.Name(), "secret") {
		t.Errorf("sources are named %q and %q", w.Name(), other.Name())
	}
}

func TestTheTokenIsReadAtEveryLook(t *testing.T) {
	o := newOffice(t)
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer geheim-2" {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		fmt.Fprint(w, "[]")
	})
	file := filepath.Join(t.TempDir(), "token")
	w := o.watch(Source{URL: s.URL, TokenFile: file})
	look(w)
	o.ill(w, "token: open")
	for _, c := range []struct{ token, says string }{{"geheim-1\n", "the server answers 403 Forbidden"}, {"two words", "must be one word"}, {"\n", "must be one word"}, {"\x7f", "must be one word"}} {
		if err := os.WriteFile(file, []byte(c.token), 0o600); err != nil {
			t.Fatal(err)
		}
		look(w)
		o.ill(w, c.says)
	}
	if err := os.WriteFile(file, []byte(" geheim-2 \r\nmore\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	look(w)
	o.well(w)
	if strings.Contains(o.log.String(), "geheim") {
		t.Error(o.log.String())
	}
}

func TestAnswersThatAreNoList(t *testing.T) {
	for says, handle := range map[string]http.HandlerFunc{
		"the server answers 500":         func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) },
		"the server answers 304":         func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotModified) },
		"the server answers 204":         func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) },
		"this is a web page":             func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>Please sign in") },
		`the list was refused: line 2: `: func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "[\n{}]") },
		"more than 10 MiB":               func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, strings.Repeat(" ", MaxSize+1)) },
		"the answer broke off": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			fmt.Fprint(w, head)
		},
		"Client.Timeout exceeded": func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
	} {
		o := newOffice(t)
		w, err := NewWatch(Source{URL: serve(t, handle).URL}, o.options())
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(says, "Timeout") {
			page, err := newPage(Source{URL: serve(t, handle).URL}, w)
			if err != nil {
				t.Fatal(err)
			}
			page.client.Timeout = 20 * time.Millisecond
			w.look = page.look
		}
		look(w)
		o.ill(w, says)
		if len(o.taken) != 0 {
			t.Errorf("%s: taken %+v", says, o.taken)
		}
	}
}

func TestRedirectsStayWithTheHost(t *testing.T) {
	elsewhere := serve(t, func(w http.ResponseWriter, _ *http.Request) { t.Error("followed to another host"); fmt.Fprint(w, "[]") })
	away := strings.Replace(elsewhere.URL, "127.0.0.1", "localhost", 1)
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/here":
			http.Redirect(w, r, "/list", http.StatusFound)
		case "/away":
			http.Redirect(w, r, away, http.StatusFound)
		case "/round":
			http.Redirect(w, r, "/round", http.StatusFound)
		default:
			fmt.Fprint(w, "[]")
		}
	})
	for path, says := range map[string]string{"/here": "", "/away": "redirects to another host", "/round": "redirects more than 5 times"} {
		o := newOffice(t)
		w := o.watch(Source{URL: s.URL + path})
		look(w)
		if says == "" {
			o.well(w)
		} else {
			o.ill(w, says)
		}
	}
}

func TestFromHTTPSNothingLeadsToHTTP(t *testing.T) {
	o := newOffice(t)
	plain := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("asked in the clear") })
	s := httptest.NewUnstartedServer(http.RedirectHandler(plain.URL, http.StatusFound))
	s.Config.ErrorLog = log.New(io.Discard, "", 0) // it tells of the certificate that we refuse
	s.StartTLS()
	t.Cleanup(s.Close)
	w := o.watch(Source{URL: s.URL})
	look(w)
	o.ill(w, "certificate")
	page, err := newPage(Source{URL: s.URL}, w)
	if err != nil {
		t.Fatal(err)
	}
	page.client.Transport = s.Client().Transport
	w.look = page.look
	look(w)
	o.ill(w, "redirects from https to http")
}

func TestInTheClearOnlyToPrivateAddresses(t *testing.T) {
	for address, fine := range map[string]bool{
		"127.0.0.1:80": true, "[::1]:80": true, "10.1.2.3:80": true, "192.168.1.1:8080": true, "172.16.0.1:80": true, "[fd00::1]:80": true,
		"[::ffff:10.0.0.1]:80": true,
		"8.8.8.8:80":           false, "172.32.0.1:80": false, "[2001:db8::1]:80": false, "[::ffff:8.8.8.8]:80": false, "0.0.0.0:80": false, "x": false,
	} {
		if err := onlyPrivate("tcp", address, nil); (err == nil) != fine {
			t.Errorf("%s: %v", address, err)
		}
	}
	o := newOffice(t)
	w := o.watch(Source{URL: "http://192.0.2.1/list"}) // an address for examples: nothing is sent
	look(w)
	o.ill(w, "https is required")
}
