package citizen_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"westerkappeln.de/wartemarke/internal/citizen"
)

// FuzzRequest sends whatever there is: no page ever fails or shows markup of a stranger.
func FuzzRequest(f *testing.F) {
	w := newTown(f, true)
	b, err := bundle()
	if err != nil {
		f.Fatal(err)
	}
	c, err := citizen.New(citizen.Config{Hall: w.Hall, Documents: w.docs, Bundle: b, Mail: true, Enabled: true, Now: w.clock,
		Origins: []string{"https://www.example.org"}})
	if err != nil {
		f.Fatal(err)
	}
	pages := c.Handler()
	own, held := w.booked(tuesday(9, 15), "reisepass"), w.held(tuesday(10, 0), "reisepass")
	const form, multipart = "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"
	for _, seed := range [][4]string{
		{"/", "", "", form}, {"/choose", "service=personalausweis&n.personalausweis=99999999999999999999", "", form},
		{"/choose", "service=urkunde&service=reisepass&lang=en&embed=1", "", form}, {"/service/<b>", "", "", form},
		{"/day", "s=personalausweis.2&month=0000-01", "", form}, {"/day", "s=personalausweis.-2&month=9999-12", "", form}, {"/day", "s=...&s=.1&s=%00", "", form},
		{"/time", "s=reisepass.1&day=2026-02-30", "", form}, {"/time", "s=reisepass.1&day=9999-12-31", "", form}, {"/time", "s=reisepass.1&day=0001-01-01", "", form},
		{"/hold", "s=reisepass.1", "start=0001-01-01T00:00:00Z&key=x", form}, {"/hold", "s=reisepass.1", "start=9999-12-31T23:59:59%2b23:59", form},
		{"/hold/" + held, "s=reisepass.1&day=<b>", "name=%00&mail=a%0d%0aBcc:b@example.org&phone=%ff&key=" + strings.Repeat("k", 129), form},
		{"/hold/" + held + "/sent", "", "", form}, {"/hold/" + held + "/longer", "", "name=a&sure=<b>", form}, {"/hold/x/longer", "s=reisepass.1&start=2026-11-24T07:00:00Z", "mail=a@gmx.d", form}, {"/hold/x/release", "", "key=%20", form},
		{"/appointment/" + own, "done=%3Cscript%3E&lang=de", "", form}, {"/appointment/" + own + "/move", "start=2026-11-24T08:00:00Z", "", form},
		{"/appointment/" + own + "/move", "day=2026-11-26", "start=x", form}, {"/appointment/" + own + "/documents", "", "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n%PDF-1.4\r\n--x--", multipart},
		{"/appointment/" + own + "/documents/../remove", "", "key=", form}, {"/appointment/%2e%2e/qr.png", "", "", form}, {"/embed.js", "", "", form},
	} {
		f.Add(true, seed[0], seed[1], seed[2], seed[3])
		f.Add(false, seed[0], seed[1], seed[2], seed[3])
	}
	f.Fuzz(func(t *testing.T, post bool, path, query, body, kind string) {
		method := http.MethodGet
		if post {
			method = http.MethodPost
		}
		r := httptest.NewRequest(method, "/", strings.NewReader(body))
		r.URL = &url.URL{Path: "/" + strings.TrimPrefix(path, "/"), RawQuery: query + "&probe=<probe>"}
		r.Header.Set("Content-Type", kind)
		rec := httptest.NewRecorder()
		pages.ServeHTTP(rec, r)
		if rec.Code >= 500 && rec.Code != http.StatusServiceUnavailable {
			t.Fatalf("%s %q %q %q: %d %s", method, path, query, body, rec.Code, w.log)
		}
		if strings.Contains(rec.Body.String(), "<probe>") {
			t.Fatalf("%s %q: a stranger's markup", path, query)
		}
	})
}
