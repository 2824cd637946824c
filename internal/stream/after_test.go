package stream

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

// FuzzAfter reads any id that a listener may send: a number of 0 or more, -1 for none, or an error.
func FuzzAfter(f *testing.F) {
	for _, s := range []string{"", "0", "17", "-1", "+1", "0x1", "9223372036854775808", " 1", "1\x00"} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, header, query string) {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header.Set("Last-Event-ID", header)
		r.URL.RawQuery = "after=" + query
		n, err := After(r)
		if err != nil && n != 0 || err == nil && n < -1 {
			t.Errorf("%d, %v", n, err)
		}
		if err == nil && n == -1 && (header != "" || r.URL.Query().Get("after") != "") {
			t.Errorf("%q and %q taken for none", header, query)
		}
	})
}
