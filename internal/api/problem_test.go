package api

import (
	"bufio"
	"context"
	"go/ast"
	"go/parser"
	"go/token"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"westerkappeln.de/wartemarke/internal/i18n"
	"westerkappeln.de/wartemarke/internal/queue"
	"westerkappeln.de/wartemarke/internal/wire"
)

// constants reads the values of a file's string constants whose names have the prefix and type.
func constants(t *testing.T, file, prefix, kind string) []string {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	ast.Inspect(f, func(n ast.Node) bool {
		v, ok := n.(*ast.ValueSpec)
		if !ok || len(v.Values) != 1 || !strings.HasPrefix(v.Names[0].Name, prefix) {
			return true
		}
		if id, ok := v.Type.(*ast.Ident); kind != "" && (!ok || id.Name != kind) {
			return true
		}
		s, err := strconv.Unquote(v.Values[0].(*ast.BasicLit).Value)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, s)
		return true
	})
	if len(all) == 0 {
		t.Fatalf("no constants in %s", file)
	}
	return all
}

// Every code has a sentence of its own in German and English, with and without the fields it may have.
func TestEveryCodeHasItsSentence(t *testing.T) {
	codes := append(constants(t, "../queue/refusal.go", "", "Code"), constants(t, "../wire/codes.go", "Code", "")...)
	for _, state := range constants(t, "../queue/ticket.go", "", "State") {
		codes = append(codes, "state_"+state)
	}
	b, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range []string{"de", "en"} {
		written := messages(t, "../../assets/i18n/errors."+lang+".toml")
		seen := map[string]string{}
		for _, code := range codes {
			id := "error_" + code
			if !written[id] {
				t.Errorf("%s has no sentence in %s", code, lang)
				continue
			}
			delete(written, id)
			bare := b.For(lang).T(id)
			full := b.For(lang).T(id, "Start", "ST", "Earliest", "EA", "Until", "UN", "Counter", "CO", "Number", "NU", "State", "SA", "Mail", true)
			for _, s := range []string{bare, full} {
				if s == id || strings.Contains(s, "<no value>") || strings.Contains(s, "  ") || strings.Contains(s, " .") || strings.Contains(s, "{{") {
					t.Errorf("%s in %s: %q", code, lang, s)
				}
				if !strings.HasPrefix(code, "state_") && !strings.HasSuffix(s, ".") {
					t.Errorf("%s in %s is no sentence: %q", code, lang, s)
				}
			}
			if other, twice := seen[full]; twice {
				t.Errorf("%s and %s say the same in %s", code, other, lang)
			}
			seen[full] = code
		}
		for id := range written {
			t.Errorf("%s in %s belongs to no code", id, lang)
		}
	}
}

// messages are the ids in a catalogue file.
func messages(t *testing.T, file string) map[string]bool {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	ids := map[string]bool{}
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if id, _, ok := strings.Cut(lines.Text(), " = "); ok && !strings.HasPrefix(id, "#") {
			ids[id] = true
		}
	}
	return ids
}

func TestStatusOfCodes(t *testing.T) {
	for _, code := range constants(t, "../queue/refusal.go", "", "Code") {
		if s := status(code); s < 400 || s == 500 || s == 503 && code != string(queue.NotScannable) || http.StatusText(s) == "" {
			t.Errorf("%s: %d is no answer of the hall that says no", code, s)
		}
	}
	for code, want := range map[string]int{
		string(queue.KeyReused): 422, string(queue.NobodyWaiting): 409, string(queue.NotFound): 404, string(queue.NotAllowed): 403,
		string(queue.SlotTaken): 409, string(queue.NotBookable): 409, string(queue.Lapsed): 410, string(queue.TooMuch): 409,
		string(queue.BadDocument): 422, string(queue.LargeFile): 413, string(queue.Infected): 422, string(queue.NotScannable): 503,
		string(queue.DiskFull): 507, wire.CodeUnauthorized: 401, wire.CodeTooLarge: 413, wire.CodeInternal: 500, wire.CodeUnavailable: 503,
	} {
		if got := status(code); got != want {
			t.Errorf("%s: %d, want %d", code, got, want)
		}
	}
}

func TestMoment(t *testing.T) {
	loc, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		at         time.Time
		lang, want string
	}{
		{time.Time{}, "de", ""},
		{time.Date(2026, 11, 24, 8, 5, 0, 0, time.UTC), "de", "09:05 Uhr"},
		{time.Date(2026, 11, 24, 8, 5, 0, 0, time.UTC), "en", "09:05"},
		{time.Date(2026, 11, 23, 23, 30, 0, 0, time.UTC), "de", "00:30 Uhr"}, // today in the site's zone
		{time.Date(2026, 11, 24, 23, 30, 0, 0, time.UTC), "de", "Mittwoch, 25.11.2026, 00:30 Uhr"},
		{time.Date(2027, 7, 1, 8, 0, 0, 0, time.UTC), "en", "Thursday, 1 July 2027, 10:00"}, // summer time
	} {
		if got := moment(c.at, now, loc, c.lang); got != c.want {
			t.Errorf("%v in %s: %q, want %q", c.at, c.lang, got, c.want)
		}
	}
}

// A panic in a handler is answered and logged, and one in mid-answer breaks the connection.
func TestPanic(t *testing.T) {
	b, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	var log strings.Builder
	a := &API{cfg: Config{Bundle: b, Log: slog.New(slog.NewTextHandler(&log, nil))}}
	for _, path := range []string{"/before", "/after"} {
		h := a.harden(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/after" {
				w.WriteHeader(http.StatusOK)
			}
			panic("oops")
		}))
		rec := httptest.NewRecorder()
		func() {
			defer func() {
				if cause := recover(); (cause == http.ErrAbortHandler) != (path == "/after") {
					t.Errorf("%s: panic %v goes on", path, cause)
				}
			}()
			h.ServeHTTP(rec, httptest.NewRequest(http.MethodGet, path, nil))
		}()
		if path == "/before" && (rec.Code != 500 || !strings.Contains(rec.Body.String(), `"code":"internal"`) || strings.Contains(rec.Body.String(), "oops")) {
			t.Errorf("%d %s", rec.Code, rec.Body)
		}
	}
	if got := strings.Count(log.String(), "cause=oops"); got != 2 {
		t.Errorf("logged %d times: %s", got, &log)
	}
}

func TestCancelledRequestIsNoFaultOfOurs(t *testing.T) {
	b, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	var log strings.Builder
	a := &API{cfg: Config{Bundle: b, Log: slog.New(slog.NewTextHandler(&log, nil))}}
	if p := a.problem(t.Context(), context.Canceled); p.Code != wire.CodeUnavailable || log.Len() > 0 {
		t.Errorf("%+v, logged %q", p, &log)
	}
}
