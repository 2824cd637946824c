package api_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"westerkappeln.de/wartemarke/internal/wire"
)

// Whatever is sent is answered with a problem that repeats none of it.
func TestHostileBodies(t *testing.T) {
	w := newTown(t)
	for name, c := range map[string]struct {
		path, body, kind string
		status           int
		code             string
	}{
		"no body":             {"/checkins", "", "", 422, "invalid"},
		"no json":             {"/checkins", "geheim", "", 422, "invalid"},
		"torn":                {"/checkins", `{"code":"geheim`, "", 422, "invalid"},
		"list":                {"/checkins", `["geheim"]`, "", 422, "invalid"},
		"null":                {"/checkins", `null`, "", 422, "invalid"},
		"number for text":     {"/checkins", `{"code":7}`, "", 422, "invalid"},
		"object for text":     {"/checkins", `{"code":{"geheim":1}}`, "", 422, "invalid"},
		"unknown field":       {"/checkins", `{"code":"x","unknown":"geheim"}`, "", 422, "invalid"},
		"missing field":       {"/checkins", `{}`, "", 422, "invalid"},
		"long code":           {"/checkins", `{"code":"` + strings.Repeat("geheim", 100) + `"}`, "", 422, "invalid"},
		"invalid UTF-8":       {"/checkins", "{\"code\":\"geheim\xff\xfe\"}", "", 422, "invalid"},
		"NUL":                 {"/checkins", `{"code":"geheim\u0000"}`, "", 422, "bad_code"},
		"lone surrogate":      {"/checkins", `{"code":"geheim\ud800"}`, "", 422, "bad_code"},
		"deep":                {"/checkins", strings.Repeat(`[`, 60_000), "", 422, "invalid"},
		"deep objects":        {"/checkins", strings.Repeat(`{"code":`, 5_000) + "1" + strings.Repeat("}", 5_000), "", 422, "invalid"},
		"two values":          {"/checkins", `{"code":"x"}{"code":"geheim"}`, "", 422, "invalid"},
		"huge number":         {"/tickets", `{"service":"ausweis","priority":1e999}`, "", 422, "invalid"},
		"priority 3":          {"/tickets", `{"service":"ausweis","priority":3}`, "", 422, "invalid"},
		"priority -1":         {"/tickets", `{"service":"ausweis","priority":-1}`, "", 422, "invalid"},
		"half a priority":     {"/tickets", `{"service":"ausweis","priority":0.5}`, "", 422, "invalid"},
		"unknown service":     {"/tickets", `{"service":"nichts"}`, "", 404, "not_found"},
		"sql":                 {"/tickets", `{"service":"' OR 1=1 --"}`, "", 404, "not_found"},
		"form":                {"/checkins", "code=geheim", "application/x-www-form-urlencoded", 415, "invalid"},
		"xml":                 {"/checkins", "<code>geheim</code>", "text/xml", 415, "invalid"},
		"cbor":                {"/checkins", "\xa1dcodeax", "application/cbor", 415, "invalid"},
		"unknown outcome":     {"/tickets/x/prints", `{"outcome":"geheim","evidence":"fence"}`, "", 422, "invalid"},
		"too many troubles":   {"/devices/self/status", `{"troubles":["` + strings.Repeat(`a","`, 20) + `"]}`, "", 422, "invalid"},
		"the hall's trouble":  {"/devices/self/status", `{"troubles":["paper_out","clock_ahead"]}`, "", 422, "invalid"},
		"trouble in words":    {"/devices/self/status", `{"troubles":["Das geheime Papier ist alle"]}`, "", 422, "invalid"},
		"id with slashes":     {"/tickets/..%2f..%2fx/prints", `{"outcome":"printed","evidence":"fence"}`, "", 404, "not_found"},
		"id with NUL":         {"/tickets/%00/prints", `{"outcome":"printed","evidence":"fence"}`, "", 404, "not_found"},
		"id not UTF-8":        {"/tickets/%ff%fe/prints", `{"outcome":"printed","evidence":"fence"}`, "", 404, "not_found"},
		"long id":             {"/tickets/" + strings.Repeat("x", 200) + "/prints", `{"outcome":"printed","evidence":"fence"}`, "", 422, "invalid"},
		"body over 64 KiB":    {"/checkins", `{"code":"` + strings.Repeat("x", 64<<10) + `"}`, "", 413, "too_large"},
		"body of 10 MB":       {"/checkins", `{"code":"` + strings.Repeat("x", 10<<20) + `"}`, "", 413, "too_large"},
		"body exactly 64 KiB": {"/checkins", `{"code":"` + strings.Repeat("x", 64<<10-11) + `"}`, "", 413, "too_large"},
	} {
		t.Run(name, func(t *testing.T) {
			kind := c.kind
			if kind == "" {
				kind = "application/json"
			}
			status, header, body := w.request(w.staff, "kiosk", "POST", "/api/v1"+c.path, c.body, "Content-Type", kind)
			var p wire.Problem
			if err := json.Unmarshal([]byte(body), &p); err != nil {
				t.Fatalf("%d %s: %v", status, body, err)
			}
			if status != c.status || p.Code != c.code || p.Status != status || p.Detail == "" || header.Get("Content-Type") != wire.ProblemType {
				t.Errorf("%d %s", status, body)
			}
			if strings.Contains(body, "geheim") {
				t.Errorf("what was sent comes back: %s", body)
			}
		})
	}
	if list, err := w.clerk.Tickets(t.Context(), "", ""); err != nil || len(list) != 0 {
		t.Errorf("tickets came of it: %+v, %v", list, err)
	}
}

func TestHostileQueries(t *testing.T) {
	w := newTown(t)
	for path, want := range map[string]int{
		"/tickets?state=geheim":                    422,
		"/tickets?state=waiting&service=%00":       200,
		"/board?area=" + strings.Repeat("a,", 100): 200,
		"/board?area=" + strings.Repeat("a", 600):  422,
		"/board?area=%ff":                          200,
		"/events?after=-1":                         422,
		"/events?after=9223372036854775808":        422,
		"/tickets?%zz":                             200,
	} {
		if status, _, body := w.request(w.staff, "clerk", "GET", "/api/v1"+path, ""); status != want {
			t.Errorf("%s: %d %s", path, status, body)
		}
	}
}

// A body of unknown length is cut off at the limit, and the connection ends instead of hanging.
func TestEndlessBody(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	conn := dial(t, w.staff)
	fmt.Fprintf(conn, "POST /api/v1/checkins HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n", w.tokens["kiosk"])
	go func() {
		chunk := "1000\r\n" + strings.Repeat("x", 0x1000) + "\r\n"
		for {
			if _, err := io.WriteString(conn, chunk); err != nil {
				return // the server has had enough
			}
		}
	}()
	resp := answer(t, conn)
	if resp.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("%s", resp.Status)
	}
}

// Nobody without a token makes the server read a body.
func TestStrangersBodyIsNotRead(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	for path, want := range map[string]int{"/api/v1/checkins": 401, "/api/v1/nothing": 404, "/healthz": 405} {
		began := time.Now()
		conn := dial(t, w.staff)
		fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n{", path)
		if resp := answer(t, conn); resp.StatusCode != want {
			t.Errorf("%s: %s", path, resp.Status)
		}
		if took := time.Since(began); took > 3*time.Second {
			t.Errorf("%s: after %v", path, took)
		}
	}
}

// A client that sends its body drop by drop is told so after five seconds; others are served meanwhile.
func TestSlowBody(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	conn := dial(t, w.staff)
	began := time.Now()
	fmt.Fprintf(conn, "POST /api/v1/checkins HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n{", w.tokens["kiosk"])
	if _, err := w.kiosk.Board(t.Context(), ""); err != nil {
		t.Error(err)
	}
	if resp := answer(t, conn); resp.StatusCode != http.StatusRequestTimeout {
		t.Errorf("%s", resp.Status)
	}
	if took := time.Since(began); took < 4*time.Second || took > 9*time.Second {
		t.Errorf("after %v", took)
	}
}

func TestHeaderFlood(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	conn := dial(t, w.staff)
	go func() {
		if _, err := io.WriteString(conn, "GET /api/v1/board HTTP/1.1\r\nHost: x\r\n"); err != nil {
			return
		}
		for i := range 100_000 {
			if _, err := fmt.Fprintf(conn, "X-Flood-%d: %s\r\n", i, strings.Repeat("x", 100)); err != nil {
				return
			}
		}
	}()
	if resp := answer(t, conn); resp.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("%s", resp.Status)
	}
}

func dial(t *testing.T, s *httptest.Server) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

func answer(t *testing.T, conn net.Conn) *http.Response {
	t.Helper()
	if err := conn.SetReadDeadline(time.Now().Add(15 * time.Second)); err != nil {
		t.Fatal(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	return resp
}

// FuzzCheckIn sends any body: the answer is always 200 or a problem with a sentence, and never our fault.
func FuzzCheckIn(f *testing.F) {
	for _, s := range []string{`{"code":"K7M4X2QX9P"}`, `{"code":"WM1K7M4X2QX9P","walk_in":true}`, `{"code":"]Q1x"}`, `{}`, `[]`, "{\"code\":\"\xff\"}", `{"code":null}`} {
		f.Add([]byte(s))
	}
	w := newTown(f)
	f.Fuzz(func(t *testing.T, body []byte) {
		w.t = t
		status, header, got := w.request(w.staff, "kiosk", "POST", "/api/v1/checkins", string(body))
		if status == http.StatusOK {
			return
		}
		var p wire.Problem
		if err := json.Unmarshal([]byte(got), &p); err != nil || p.Code == "" || p.Detail == "" || header.Get("Content-Type") != wire.ProblemType {
			t.Errorf("%d %q: %v", status, got, err)
		}
		if status >= 500 {
			t.Errorf("%d %s", status, got)
		}
	})
}

// FuzzHeaders sends any headers that net/http lets through: nobody gets in, and nothing breaks.
func FuzzHeaders(f *testing.F) {
	f.Add("Bearer wm_x", "wartemarke=x", "key", "de-DE,de;q=0.9", "7", "eg,og")
	f.Add("Basic eDp5", "wartemarke=;;", "\x7f", "de-simple", "-1", "%")
	f.Add("", "", "", strings.Repeat("a-", 500), "99999999999999999999", "\x00")
	w := newTown(f)
	handler := w.staff.Config.Handler
	f.Fuzz(func(t *testing.T, authorization, cookie, key, language, last, area string) {
		for _, path := range []string{"/api/v1/events", "/api/v1/board", "/api/v1/tickets"} {
			r := httptest.NewRequest(http.MethodGet, path, nil)
			r.URL.RawQuery = "area=" + area
			if authorization == "Bearer "+w.tokens["clerk"] {
				t.Fatal("guessed a token")
			}
			for name, value := range map[string]string{
				"Authorization": authorization, "Cookie": cookie, "Idempotency-Key": key, "Accept-Language": language, "Last-Event-ID": last,
			} {
				r.Header.Set(name, value)
			}
			rec := httptest.NewRecorder()
			handler.ServeHTTP(rec, r)
			if rec.Code != http.StatusUnauthorized || rec.Header().Get("Content-Type") != wire.ProblemType {
				t.Errorf("%s: %d %s", path, rec.Code, rec.Body)
			}
		}
	})
}
