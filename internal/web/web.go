// Package web serves the HTML pages: the clerk's, on the staff listener, and the phone page of a ticket, on the public
// one. Every page works with plain forms and links; htmx and server-sent events only make it quicker.
package web

import (
	"context"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"log/slog"
	"net/http"
	"time"

	"westerkappeln.de/wartemarke/assets"
	"westerkappeln.de/wartemarke/internal/auth"
	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/i18n"
	"westerkappeln.de/wartemarke/internal/queue"
)

// Site is the town hall as the pages name it.
type Site struct {
	Name      string
	Languages []string // in the order of the language links; those without pages are left out
	Location  *time.Location
}

// Config is what the pages are made of. Hall, Auth, Stream, Bundle and Site.Name are needed.
type Config struct {
	Hall   Hall
	Auth   Auth
	Actor  func(context.Context) (hall.Actor, bool) // who asks; default auth.ActorFrom
	Stream Stream
	Bundle *i18n.Bundle
	Site   Site
	// Rules explain the calling order; zero means queue.DefaultRules.
	Rules queue.Rules
	// PublicURL is the public listener's address as browsers know it. Behind a proxy that passes another host on, forms
	// from there would look foreign without it. "" means that no proxy changes it.
	PublicURL string
	Now       Clock
	Log       *slog.Logger
}

// Web is the pages.
type Web struct {
	cfg       Config
	static    *static
	templates map[string]*template.Template
	results   *results
	foreign   *http.CrossOriginProtection // of the public listener
}

// New checks cfg and prepares templates and files.
func New(cfg Config) (*Web, error) {
	if cfg.Hall == nil || cfg.Auth == nil || cfg.Stream == nil || cfg.Bundle == nil {
		return nil, errors.New("web: Hall, Auth, Stream and Bundle are needed")
	}
	if cfg.Actor == nil {
		cfg.Actor = auth.ActorFrom
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Site.Location == nil {
		cfg.Site.Location = time.Local
	}
	cfg.Site.Languages = languages(cfg.Site.Languages)
	if cfg.Rules == (queue.Rules{}) {
		cfg.Rules = queue.DefaultRules()
	}
	st, err := newStatic()
	if err != nil {
		return nil, err
	}
	w := &Web{cfg: cfg, static: st, results: newResults(cfg.Now)}
	if w.foreign, err = auth.Guard(cfg.PublicURL); err != nil {
		return nil, fmt.Errorf("web: public URL: %w", err)
	}
	if w.templates, err = parse(st.base); err != nil {
		return nil, err
	}
	return w, nil
}

// languages are those of the site that the pages exist in, in the site's order; without any, all there are.
func languages(want []string) []string {
	var out []string
	for _, l := range want {
		if _, err := fs.Stat(assets.I18n, "i18n/web."+l+".toml"); err == nil {
			out = append(out, l)
		}
	}
	if len(out) == 0 {
		return []string{i18n.Fallback, "en"}
	}
	return out
}

// Staff serves the pages of the staff listener.
func (w *Web) Staff() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(rw http.ResponseWriter, r *http.Request) { http.Redirect(rw, r, "/counter", http.StatusSeeOther) })
	mux.HandleFunc("GET /login", w.loginPage)
	mux.HandleFunc("POST /login", w.login)
	mux.HandleFunc("POST /logout", w.logout)
	mux.HandleFunc("GET /counter", w.staff(hall.Clerk, w.counters))
	mux.HandleFunc("GET /counter/{id}", w.staff(hall.Clerk, w.counter))
	mux.HandleFunc("GET /counter/{id}/events", w.staff(hall.Clerk, w.counterEvents))
	mux.HandleFunc("POST /counter/{id}/{action}", w.staff(hall.Clerk, w.counterAction))
	mux.HandleFunc("GET /tickets", w.staff(hall.Clerk, w.tickets))
	mux.HandleFunc("POST /tickets", w.staff(hall.Clerk, w.takeTicket))
	mux.HandleFunc("GET /devices", w.staff(hall.Clerk, w.devices))
	mux.HandleFunc("GET /devices/{id}/unpair", w.staff(hall.Admin, w.unpairPage))
	mux.HandleFunc("POST /devices/{id}/unpair", w.staff(hall.Admin, w.unpair))
	mux.HandleFunc("POST /clock", w.staff(hall.Lead, w.confirmClock))
	mux.HandleFunc("/", w.staffNotFound)
	all := http.NewServeMux()
	all.Handle("GET /static/", w.static) // without asking for a session
	all.Handle("/", w.cfg.Auth.Middleware(w.checkKey(mux, w.staffBad)))
	return secure(all)
}

// Public serves the pages of the public listener. No staff page is reachable here.
func (w *Web) Public() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /static/", w.static)
	mux.HandleFunc("GET /{$}", w.home)
	mux.HandleFunc("GET /ticket/{secret}", w.phone)
	mux.HandleFunc("GET /ticket/{secret}/events", w.phoneEvents)
	mux.HandleFunc("GET /ticket/{secret}/cancel", w.phoneCancelPage)
	mux.HandleFunc("POST /ticket/{secret}/cancel", w.phoneCancel)
	mux.HandleFunc("/", w.publicNotFound)
	return secure(w.foreign.Handler(w.checkKey(mux, w.publicBad)))
}
