// Package web serves the HTML pages of staff, on the staff listener, and the phone page of a ticket, on the public one. Every page works with plain forms and links; htmx and server-sent events only make it quicker.
package web

import (
	"context"
	"errors"
	"fmt"
	"html/template"
	"log/slog"
	"net/http"
	"time"

	"westerkappeln.de/wartemarke/internal/auth"
	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/i18n"
	"westerkappeln.de/wartemarke/internal/page"
	"westerkappeln.de/wartemarke/internal/queue"
	"westerkappeln.de/wartemarke/internal/visitor"
)

// Config is what the pages are made of. Hall, Auth, Stream, Bundle and Site.Name are needed.
type Config struct {
	Hall   Hall
	Auth   Auth
	Actor  func(context.Context) (hall.Actor, bool) // who asks; default auth.ActorFrom
	Stream Stream
	Bundle *i18n.Bundle
	Site   page.Site
	// Rules explain the calling order; zero means queue.DefaultRules.
	Rules queue.Rules
	// PublicURL is the public listener's address as browsers know it. Behind a proxy that passes another host on, forms
	// from there would look foreign without it. "" means that no proxy changes it.
	PublicURL string
	// Booking tells which of today's appointments are overdue; zero means booking.DefaultRules.
	Booking booking.Rules
	// Documents, MailState and Imports may be nil: then nothing is known of them.
	Documents Documents
	MailState MailState
	Imports   Imports
	Now       Clock
	Log       *slog.Logger
}

// Web is the pages.
type Web struct {
	cfg     Config
	engine  *page.Engine // of the staff's pages
	phones  *page.Engine // of a ticket's page
	results *results
	dead    *deadCount
	foreign *http.CrossOriginProtection // of the public listener
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
	if cfg.Rules == (queue.Rules{}) {
		cfg.Rules = queue.DefaultRules()
	}
	if cfg.Booking == (booking.Rules{}) {
		cfg.Booking = booking.DefaultRules()
	}
	engine, err := page.New(page.Config{Bundle: cfg.Bundle, Site: cfg.Site, Catalogue: "web", Folder: "templates", Now: cfg.Now, Log: cfg.Log,
		Funcs: template.FuncMap{
			"aside": func(d deskPage, r ticketRow) asideRow { return asideRow{Desk: d, Row: r} },
			"sure":  sureOf,
		}})
	if err != nil {
		return nil, err
	}
	phones, err := page.New(page.Config{Bundle: cfg.Bundle, Site: cfg.Site, Catalogue: "phone", Folder: "templates/phone", Now: cfg.Now, Log: cfg.Log})
	if err != nil {
		return nil, err
	}
	w := &Web{cfg: cfg, engine: engine, phones: phones, results: newResults(cfg.Now), dead: &deadCount{}}
	if w.foreign, err = visitor.Guard(cfg.PublicURL); err != nil {
		return nil, fmt.Errorf("web: public URL: %w", err)
	}
	return w, nil
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
	mux.HandleFunc("GET /appointments", w.staff(hall.Clerk, w.appointments))
	mux.HandleFunc("POST /appointments", w.staff(hall.Clerk, w.findAppointment))
	mux.HandleFunc("GET /appointments/events", w.staff(hall.Clerk, w.counterEvents))
	mux.HandleFunc("GET /appointments/new", w.staff(hall.Clerk, w.newAppointment))
	mux.HandleFunc("POST /appointments/new", w.staff(hall.Clerk, w.book))
	mux.HandleFunc("GET /appointments/{id}", w.staff(hall.Clerk, w.appointment))
	mux.HandleFunc("GET /appointments/{id}/move", w.staff(hall.Clerk, w.movePage))
	mux.HandleFunc("POST /appointments/{id}/move", w.staff(hall.Clerk, w.move))
	mux.HandleFunc("POST /appointments/{id}/cancel", w.staff(hall.Clerk, w.cancelAppointment))
	mux.HandleFunc("POST /appointments/{id}/confirm", w.staff(hall.Clerk, w.confirm))
	mux.HandleFunc("POST /appointments/{id}/release", w.staff(hall.Clerk, w.release))
	mux.HandleFunc("POST /appointments/{id}/person", w.staff(hall.Clerk, w.correct))
	mux.HandleFunc("POST /appointments/{id}/mail", w.staff(hall.Clerk, w.sendAgain))
	mux.HandleFunc("GET /appointments/{id}/documents/{doc}", w.staff(hall.Clerk, w.document))
	mux.HandleFunc("GET /mail", w.staff(hall.Clerk, w.post))
	mux.HandleFunc("POST /mail", w.staff(hall.Clerk, w.postAction))
	mux.HandleFunc("POST /clock", w.staff(hall.Lead, w.confirmClock))
	mux.HandleFunc("/", w.staffNotFound)
	all := http.NewServeMux()
	all.Handle("GET /static/", w.engine.Static()) // without asking for a session
	all.Handle("/", w.cfg.Auth.Middleware(page.CheckKey(mux, w.staffBad)))
	return page.Headers(page.SmallForms(all))
}

// Public serves the phone pages of tickets, and the static files. No staff page is reachable here.
func (w *Web) Public() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /static/", w.phones.Static())
	mux.HandleFunc("GET /ticket/{secret}", w.phone)
	mux.HandleFunc("GET /ticket/{secret}/events", w.phoneEvents)
	mux.HandleFunc("GET /ticket/{secret}/cancel", w.phoneCancelPage)
	mux.HandleFunc("POST /ticket/{secret}/cancel", w.phoneCancel)
	mux.HandleFunc("/", w.publicNotFound)
	return page.Headers(page.SmallForms(w.foreign.Handler(page.CheckKey(mux, w.publicBad))))
}
