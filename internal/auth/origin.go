package auth

import "net/http"

// Foreign tells whether another site made a browser send r. A browser adds no Authorization header by itself, so a request
// with one needs no check.
func (a *Auth) Foreign(r *http.Request) bool {
	return r.Header.Get("Authorization") == "" && a.cfg.Guard.Check(r) != nil
}
