package page

import (
	"net/http"
	"strings"
)

// policy allows what these pages need and nothing else: no inline script or style, no other origin.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
	"connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors "

// maxForm is the largest form body in bytes; the longest field is a remark of 200 characters.
const maxForm = 64 << 10

// Headers sets the headers that every page has. framedBy are the origins whose pages may show these inside them; none means
// that nobody may.
//
// The referrer policy is same-origin and not no-referrer: with no-referrer a browser sends "Origin: null" with a plain
// form, and on plain http in the house network, where it sends no Sec-Fetch-Site either, every form would look foreign
// (Fetch standard, "append a request Origin header"). Neither policy tells another site anything.
func Headers(next http.Handler, framedBy ...string) http.Handler {
	frames := "'none'"
	if len(framedBy) > 0 {
		frames = "'self' " + strings.Join(framedBy, " ")
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		head := w.Header()
		head.Set("Content-Security-Policy", policy+frames)
		head.Set("Referrer-Policy", "same-origin")
		head.Set("X-Content-Type-Options", "nosniff")
		if len(framedBy) == 0 {
			head.Set("X-Frame-Options", "DENY")
		}
		head.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

// SmallForms limits what a form may send to 64 KiB.
func SmallForms(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxForm)
		next.ServeHTTP(w, r)
	})
}

// maxKey is the longest idempotency key, as in the API.
const maxKey = 128

// goodKey tells whether a form's idempotency key may be stored: printable ASCII without spaces, as in the API. None is fine.
func goodKey(key string) bool {
	return len(key) <= maxKey && !strings.ContainsFunc(key, func(c rune) bool { return c < '!' || c > '~' })
}

// CheckKey refuses forms whose key no page of ours has made.
func CheckKey(next http.Handler, refuse http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost && !goodKey(r.PostFormValue("key")) {
			refuse(rw, r)
			return
		}
		next.ServeHTTP(rw, r)
	})
}

// IsHTMX tells whether htmx asks and wants parts instead of a page.
func IsHTMX(r *http.Request) bool { return r.Header.Get("HX-Request") == "true" }
