package web

import (
	"net/http"
	"net/url"
	"strings"

	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/page"
)

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
		case page.IsHTMX(r):
			rw.Header().Set("HX-Redirect", to)
			rw.WriteHeader(http.StatusUnauthorized)
		case strings.HasSuffix(r.URL.Path, "/events"):
			rw.WriteHeader(http.StatusUnauthorized)
		default:
			http.Redirect(rw, r, to, http.StatusSeeOther)
		}
	}
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
	case parts[0] == "mail":
		return "/mail"
	case len(parts) >= 2 && parts[0] == "appointments":
		return "/appointments/" + parts[1]
	case parts[0] == "appointments":
		return "/appointments"
	}
	return "/counter"
}

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
