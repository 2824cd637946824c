// Package citizen serves the pages on which citizens book, keep, move and cancel appointments. Every page works with plain links
// and forms; booking.js only makes it nicer. There are no cookies: what was chosen, and the language, are in the address.
package citizen

import (
	"errors"
	"fmt"
	"html/template"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/i18n"
	"westerkappeln.de/wartemarke/internal/page"
	"westerkappeln.de/wartemarke/internal/visitor"
)

// Town is what the pages say of the town hall; what is empty is left out.
type Town struct {
	Address  string // one line
	Phone    string
	Homepage string
	Imprint  string // address of the legal notice
	Privacy  string // whom to ask about personal data
}

// Config is what the pages are made of. Hall, Bundle and Site.Name are needed.
type Config struct {
	Hall      Hall
	Documents Documents // nil = nobody can send files in
	Bundle    *i18n.Bundle
	Site      page.Site
	Town      Town
	Rules     booking.Rules // zero = the defaults
	// PublicURL is where browsers find these pages. Links in calendar entries begin with it.
	PublicURL string
	Origins   []string        // of pages that may show these inside them, such as "https://www.example.org"
	Mail      bool            // mails can be sent
	Enabled   bool            // new appointments can be booked
	Keep      time.Duration   // contacts are kept so long after the appointment began, for the privacy page
	Limits    *visitor.Limits // nil = none
	Now       func() time.Time
	Log       *slog.Logger
}

// Citizen is the pages.
type Citizen struct {
	cfg     Config
	engine  *page.Engine
	foreign *http.CrossOriginProtection
}

// New checks cfg and prepares templates and files.
func New(cfg Config) (*Citizen, error) {
	if cfg.Hall == nil || cfg.Bundle == nil {
		return nil, errors.New("citizen: Hall and Bundle are needed")
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
	if cfg.Rules == (booking.Rules{}) {
		cfg.Rules = booking.DefaultRules()
	}
	cfg.PublicURL = strings.TrimSuffix(cfg.PublicURL, "/")
	c := &Citizen{cfg: cfg}
	var err error
	c.engine, err = page.New(page.Config{Bundle: cfg.Bundle, Site: cfg.Site, Catalogue: "book", Folder: "templates/citizen",
		Now: cfg.Now, Log: cfg.Log, Funcs: template.FuncMap{"of": of, "link": link}})
	if err != nil {
		return nil, err
	}
	if c.foreign, err = visitor.Guard(cfg.PublicURL); err != nil {
		return nil, fmt.Errorf("citizen: public URL: %w", err)
	}
	return c, nil
}

// Handler serves all these pages, and the static files that they name.
func (c *Citizen) Handler() http.Handler {
	forms := http.NewServeMux()
	c.bookingRoutes(forms)
	c.appointmentRoutes(forms)
	forms.HandleFunc("GET /privacy", c.privacy)
	forms.HandleFunc("GET /offline", c.offline)
	forms.HandleFunc("GET /manifest.webmanifest", c.manifest)
	forms.HandleFunc("GET /sw.js", script("sw.js"))
	forms.HandleFunc("GET /embed.js", script("embed.js"))
	forms.HandleFunc("/", c.notFound)

	all := http.NewServeMux()
	all.Handle("GET /static/", c.engine.Static())
	// A file is larger than any form: it comes by a way of its own.
	all.Handle("POST /appointment/{secret}/documents", http.HandlerFunc(c.upload))
	all.Handle("/", page.SmallForms(page.CheckKey(forms, c.badForm)))
	c.foreign.SetDenyHandler(http.HandlerFunc(c.foreignForm))
	return page.Headers(c.foreign.Handler(all), c.cfg.Origins...)
}

func (c *Citizen) bookingRoutes(mux *http.ServeMux) {
	on := func(next http.HandlerFunc) http.HandlerFunc {
		if c.cfg.Enabled {
			return next
		}
		return c.off
	}
	look := func(next http.HandlerFunc) http.HandlerFunc { return on(c.limited(looking, next)) }
	mux.HandleFunc("GET /{$}", on(c.services))
	mux.HandleFunc("GET /service/{id}", on(c.services))
	mux.HandleFunc("GET /choose", on(c.choose))
	mux.HandleFunc("GET /day", look(c.days))
	mux.HandleFunc("GET /time", look(c.times))
	mux.HandleFunc("POST /hold", on(c.limited(holding, c.hold)))
	mux.HandleFunc("GET /hold/{secret}", c.held)
	mux.HandleFunc("POST /hold/{secret}", c.limited(registering, c.register))
	mux.HandleFunc("POST /hold/{secret}/longer", c.limited(looking, c.longer))
	mux.HandleFunc("POST /hold/{secret}/release", c.release)
	mux.HandleFunc("GET /hold/{secret}/sent", c.sent)
}

func (c *Citizen) appointmentRoutes(mux *http.ServeMux) {
	mux.HandleFunc("GET /appointment/{secret}", c.appointment)
	mux.HandleFunc("POST /appointment/{secret}/confirm", c.confirm)
	mux.HandleFunc("GET /appointment/{secret}/qr.png", c.qr)
	mux.HandleFunc("GET /appointment/{secret}/termin.ics", c.calendar)
	mux.HandleFunc("GET /appointment/{secret}/move", c.limited(looking, c.movePage))
	mux.HandleFunc("POST /appointment/{secret}/move", c.limited(holding, c.move))
	mux.HandleFunc("GET /appointment/{secret}/cancel", c.cancelPage)
	mux.HandleFunc("POST /appointment/{secret}/cancel", c.cancel)
	mux.HandleFunc("POST /appointment/{secret}/earlier", c.earlier)
	mux.HandleFunc("POST /appointment/{secret}/documents/{id}/remove", c.removeDocument)
}

// foreignForm answers a form that another site sent.
func (c *Citizen) foreignForm(rw http.ResponseWriter, r *http.Request) {
	r.PostForm, r.Form = url.Values{}, url.Values{} // nothing of it is read
	c.message(rw, r, http.StatusForbidden, "book_foreign_title", "book_foreign")
}

// part is the data of a part of a page: the page and what the part is about.
type part struct{ Page, Item any }

func of(p, item any) part { return part{p, item} }

// Link is where to go, and how that is called.
type Link struct{ Href, Text string }

func link(href, text string) Link { return Link{href, text} }
