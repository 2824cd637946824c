package web

import (
	"net/http"
	"net/url"
	"strings"

	"westerkappeln.de/wartemarke/internal/hall"
)

// policy allows what these pages need and nothing else: no inline script or style, no other origin, no frame.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
	"connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

// maxForm is the largest form body in bytes; the longest field is a remark of 200 characters.
const maxForm = 64 << 10

// secure sets the headers that every page has and limits what a form may send.
//
// The referrer policy is same-origin and not no-referrer: with no-referrer a browser sends "Origin: null" with a plain
// form, and on plain http in the house network, where it sends no Sec-Fetch-Site either, every form would look foreign
// (Fetch standard, "append a request Origin header"). Neither policy tells another site anything.
func secure(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		head := w.Header()
		head.Set("Content-Security-Policy", policy)
		head.Set("Referrer-Policy", "same-origin")
		head.Set("X-Content-Type-Options", "nosniff")
		head.Set("X-Frame-Options", "DENY")
		head.Set("Cache-Control", "no-store")
		r.Body = http.MaxBytesReader(w, r.Body, maxForm)
		next.ServeHTTP(w, r)
	})
}

// staff lets signed-in members of staff with at least this role through; others go to the sign-in page and come back.
func (w *Web) staff(role hall.Role, next http.HandlerFunc) http.HandlerFunc {
	return func(rw http.ResponseWriter, r *http.Request) {
		a, ok := w.cfg.Actor(r.Context())
		if ok && a.Kind == hall.Staff && a.Role.Includes(role) {
			next(rw, r)
			return
		}
		if ok && a.Kind == hall.Staff {
			w.fail(rw, r, http.StatusForbidden, "web_forbidden_title", "web_forbidden")
			return
		}
		back := r.URL.Path
		if r.Method != http.MethodGet {
			back = pageOf(r.URL.Path)
		}
		to := "/login?next=" + url.QueryEscape(back)
		switch {
		case isHTMX(r):
			rw.Header().Set("HX-Redirect", to)
			rw.WriteHeader(http.StatusUnauthorized)
		case strings.HasSuffix(r.URL.Path, "/events"):
			rw.WriteHeader(http.StatusUnauthorized)
		default:
			http.Redirect(rw, r, to, http.StatusSeeOther)
		}
	}
}

// maxKey is the longest idempotency key, as in the API.
const maxKey = 128

// goodKey tells whether a form's idempotency key may be stored: printable ASCII without spaces, as in the API. None is fine.
func goodKey(key string) bool {
	return len(key) <= maxKey && !strings.ContainsFunc(key, func(c rune) bool { return c < '!' || c > '~' })
}

// checkKey refuses forms whose key no page of ours has made.
func (w *Web) checkKey(next http.Handler, refuse http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost && !goodKey(r.PostFormValue("key")) {
			refuse(rw, r)
			return
		}
		next.ServeHTTP(rw, r)
	})
}

// pageOf gives the page that a form on path belongs to.
func pageOf(path string) string {
	parts := strings.Split(strings.Trim(path, "/"), "/")
	switch {
	case len(parts) >= 2 && parts[0] == "counter":
		return "/counter/" + parts[1]
	case parts[0] == "devices" || parts[0] == "clock":
		return "/devices"
	case parts[0] == "tickets":
		return "/tickets"
	}
	return "/counter"
}

// isHTMX tells whether htmx asks and wants parts instead of a page.
func isHTMX(r *http.Request) bool { return r.Header.Get("HX-Request") == "true" }

// local returns next if it is a path on this host, else the list of counters. Anything that a browser could read as
// another host ("//x", "/\x", control characters) is not.
func local(next string) string {
	if !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || strings.ContainsAny(next, "\\\r\n\t") {
		return "/counter"
	}
	u, err := url.Parse(next)
	if err != nil || u.Host != "" || u.Scheme != "" {
		return "/counter"
	}
	return next
}

// lang chooses the language: ?lang= or the form's lang of those the site offers, then the browser's.
func (w *Web) lang(r *http.Request) string {
	want := r.URL.Query().Get("lang")
	if want == "" && r.Method == http.MethodPost {
		want = r.PostFormValue("lang")
	}
	for _, l := range w.cfg.Site.Languages {
		if want == l {
			return l
		}
	}
	return ""
}
