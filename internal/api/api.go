// Package api is the HTTP API of the hall: JSON routes described by OpenAPI, the event stream, health and metrics.
package api

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"westerkappeln.de/wartemarke/internal/auth"
	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/i18n"
	"westerkappeln.de/wartemarke/internal/stream"
	"westerkappeln.de/wartemarke/internal/visitor"
	"westerkappeln.de/wartemarke/internal/wire"
)

// prefix of all routes but health and metrics.
const prefix = "/api/v1"

// Config is what an API is made of. All fields are needed, except where a default is named.
type Config struct {
	Hall      *hall.Hall
	Auth      *auth.Auth
	Stream    *stream.Hub // the process's hub; its Run is the caller's
	Bundle    *i18n.Bundle
	Site      wire.Site
	Location  *time.Location   // of the site; default: Site.Timezone, else UTC
	PublicURL string           // of the public listener, without a slash at the end; "" gives tickets and bookings no URL
	Version   string           // of the program
	Booking   bool             // citizens can book online; else the public listener has no route for it
	Rules     booking.Rules    // those of the hall; default: booking.DefaultRules
	Origins   []string         // of the town's pages that may use the public API from a browser, such as https://www.example.org
	Limits    *visitor.Limits  // of strangers, whose address visitor.Proxies has put into the context; nil: none
	Now       func() time.Time // default time.Now
	Log       *slog.Logger
}

// API serves the routes.
type API struct {
	cfg     Config
	metrics *metrics
	board   boardCache
	free    feedCache
	encode  func(hall.Event) []byte
	recheck time.Duration // of listeners
}

// New makes an API.
func New(cfg Config) *API {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Location == nil {
		cfg.Location = time.UTC
		if loc, err := time.LoadLocation(cfg.Site.Timezone); err == nil {
			cfg.Location = loc
		}
	}
	if cfg.Rules == (booking.Rules{}) {
		cfg.Rules = booking.DefaultRules()
	}
	cfg.Bundle = cfg.Bundle.Of("errors")
	if cfg.Limits == nil {
		cfg.Limits = &visitor.Limits{}
	}
	a := &API{cfg: cfg, encode: stream.Once(encodeEvent), recheck: recheck}
	a.metrics = newMetrics(a)
	return a
}

// Staff serves clerks and devices: everything. It belongs on the listener of the house network only.
func (a *API) Staff() http.Handler {
	mux := http.NewServeMux()
	routes := a.describe(mux)
	a.deviceRoutes(routes)
	a.readRoutes(routes)
	a.counterRoutes(routes)
	a.ticketRoutes(routes)
	a.eventRoute(routes, mux)
	a.appointmentRoutes(routes)
	a.mailRoutes(routes)
	a.publicRoutes(routes)
	a.description(routes, mux)

	root := http.NewServeMux()
	root.Handle("/api/", a.sameOrigin(a.cfg.Auth.Middleware(a.measured(a.lost(mux)))))
	root.HandleFunc("GET /healthz", a.alive)
	root.HandleFunc("GET /readyz", a.ready)
	root.Handle("GET /metrics", a.metrics.handler(a.cfg.Log))
	return a.harden(a.lost(root))
}

// Public serves anybody: what the town's app and homepage may show, booking, and whether the program lives. It knows no clerk
// and no device, so none of their routes can be reached through it.
func (a *API) Public() http.Handler {
	mux := http.NewServeMux()
	routes := a.describe(mux)
	a.publicRoutes(routes)
	if a.cfg.Booking {
		a.slotRoutes(routes)
		a.bookingRoutes(routes)
	}
	a.description(routes, mux)
	mux.HandleFunc("GET /healthz", a.alive)
	return a.crossOrigin(a.harden(a.notForeign(a.measured(a.lost(mux)))))
}

// description serves the OpenAPI 3.1 description of all routes registered before.
func (a *API) description(routes huma.API, mux *http.ServeMux) {
	spec, err := json.Marshal(routes.OpenAPI())
	if err != nil { // it is made of our own types only
		panic(fmt.Sprintf("openapi: %v", err))
	}
	mux.HandleFunc("GET "+prefix+"/openapi.json", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/openapi+json")
		if _, err := w.Write(spec); err != nil {
			a.cfg.Log.DebugContext(r.Context(), "description not delivered", "error", err)
		}
	})
}

// describe starts the description of the routes. huma's page of documentation loads from a foreign host, so it is off;
// its own route for the description is off, too, because it writes a shared variable at the first request.
func (a *API) describe(mux *http.ServeMux) huma.API {
	config := huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info: &huma.Info{
				Title: "Wartemarke", Version: a.cfg.Version,
				Description: "Check-in and call system of a town hall. Errors are problems (RFC 9457) with a stable code.",
			},
			Components: &huma.Components{
				Schemas: huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer),
				SecuritySchemes: map[string]*huma.SecurityScheme{
					"bearer":  {Type: "http", Scheme: "bearer"},
					"session": {Type: "apiKey", In: "cookie", Name: auth.CookieName},
				},
			},
		},
		Formats:       map[string]huma.Format{"application/json": strictJSON, "json": strictJSON},
		DefaultFormat: "application/json",
	}
	return humago.New(mux, config)
}
