package web_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	files "westerkappeln.de/wartemarke/assets/web"
)

// TestStaticFiles: what the page names is there, compressed where that helps, kept for ever, and unchanged.
func TestStaticFiles(t *testing.T) {
	r := newRig(t)
	r.auth.actor = nil // styles are needed to sign in
	body := get(r.staff, "/login").Body.String()
	paths := regexp.MustCompile(`"(/static/[0-9a-f]{16}/[^"]+)"`).FindAllStringSubmatch(body, -1)
	if len(paths) < 6 {
		t.Fatalf("paths %q", paths)
	}
	for _, m := range paths {
		for _, h := range []http.Handler{r.staff, r.public} {
			rec := get(h, m[1], "Accept-Encoding", "gzip, br")
			head := rec.Header()
			if rec.Code != http.StatusOK || !strings.Contains(head.Get("Cache-Control"), "immutable") || head.Get("Content-Type") == "" {
				t.Errorf("%s: %d %v", m[1], rec.Code, head)
			}
			want, err := files.Static.ReadFile("static/" + m[1][len("/static/0123456789abcdef/"):])
			if err != nil {
				t.Fatal(err)
			}
			got := io.Reader(rec.Body)
			if head.Get("Content-Encoding") == "gzip" {
				if got, err = gzip.NewReader(rec.Body); err != nil {
					t.Fatal(err)
				}
			}
			if data, err := io.ReadAll(got); err != nil || string(data) != string(want) {
				t.Errorf("%s: changed (%v)", m[1], err)
			}
		}
	}
	css := paths[1][1]
	if rec := get(r.staff, css, "Accept-Encoding", "gzip"); rec.Body.Len() > 60<<10 {
		t.Errorf("%s: %d bytes", css, rec.Body.Len())
	}
	if rec := get(r.staff, css); rec.Header().Get("Content-Encoding") != "" {
		t.Error("compressed for who cannot read it")
	}
	for _, path := range []string{"/static/", "/static/0000000000000000/kern.min.css", strings.Replace(css, "kern.min.css", "../templates/layout.html", 1), strings.Replace(css, "kern.min.css", "nothing", 1)} {
		if rec := get(r.staff, path); rec.Code == http.StatusOK {
			t.Errorf("%s: %d", path, rec.Code)
		}
	}
}
