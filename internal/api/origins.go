package api

import (
	"net/http"
	"slices"
	"strings"

	"westerkappeln.de/wartemarke/internal/queue"
)

// crossOrigin lets the pages of the configured origins, and no others, read what the public API answers (Fetch Standard, CORS
// protocol). Nothing there needs a cookie, so credentials are never allowed.
func (a *API) crossOrigin(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Add("Vary", "Origin")
		origin := r.Header.Get("Origin")
		if !slices.Contains(a.cfg.Origins, origin) {
			next.ServeHTTP(w, r)
			return
		}
		h.Set("Access-Control-Allow-Origin", origin)
		h.Set("Access-Control-Expose-Headers", "Retry-After")
		if r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != "" {
			h.Set("Access-Control-Allow-Methods", "GET, POST, DELETE")
			h.Set("Access-Control-Allow-Headers", "Content-Type, Idempotency-Key, Accept-Language")
			h.Set("Access-Control-Max-Age", "600")
			w.WriteHeader(http.StatusNoContent)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// notForeign refuses changes that a page of an origin which is not configured makes a browser send. They could not read the
// answer, but their visitors' browsers could hold times for them, each from an address of its own.
func (a *API) notForeign(next http.Handler) http.Handler {
	guard := http.NewCrossOriginProtection()
	for _, origin := range append(slices.Clone(a.cfg.Origins), ownOrigin(a.cfg.PublicURL)) {
		if origin == "" {
			continue
		}
		if err := guard.AddTrustedOrigin(origin); err != nil { // the configuration has checked them
			a.cfg.Log.Error("not an origin; its pages cannot book", "origin", origin, "error", err)
		}
	}
	guard.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a.write(w, r, a.plain(r.Context(), string(queue.NotAllowed)))
	}))
	return guard.Handler(next)
}

// ownOrigin is the origin of our own pages as browsers write it: in small letters, without path and the scheme's own port
// (HTML Living Standard 7.1.1). Behind a proxy that passes another host on they would look foreign without it.
func ownOrigin(address string) string {
	scheme, rest, found := strings.Cut(strings.ToLower(address), "://")
	if !found {
		return ""
	}
	host, _, _ := strings.Cut(rest, "/")
	return scheme + "://" + strings.TrimSuffix(host, map[string]string{"http": ":80", "https": ":443"}[scheme])
}
