package main

import (
	"fmt"
	"net/http"
	"net/netip"
	"strings"
	"sync"

	"westerkappeln.de/wartemarke/internal/api"
	"westerkappeln.de/wartemarke/internal/auth"
	"westerkappeln.de/wartemarke/internal/citizen"
	"westerkappeln.de/wartemarke/internal/clock"
	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/i18n"
	"westerkappeln.de/wartemarke/internal/page"
	"westerkappeln.de/wartemarke/internal/stream"
	"westerkappeln.de/wartemarke/internal/visitor"
	"westerkappeln.de/wartemarke/internal/web"
	"westerkappeln.de/wartemarke/internal/wire"
)

// handlers composes what the two listeners serve: nothing of staff or devices is on the public one.
func handlers(e *env, h *hall.Hall, hub *stream.Hub, around *around) (staff, public http.Handler, err error) {
	cfg := e.cfg
	guard, err := visitor.Guard(cfg.Server.StaffURL)
	if err != nil {
		return nil, nil, fmt.Errorf("server.staff_url: %w", err)
	}
	a := auth.New(auth.Config{Hall: h, Now: clock.Now, Log: e.log, Guard: guard, Secure: strings.HasPrefix(cfg.Server.StaffURL, "https://")})
	publicURL := strings.TrimSuffix(cfg.Server.PublicURL, "/")
	site := page.Site{Name: cfg.Site.Name, Languages: cfg.Site.Languages, Location: cfg.Site.Location()}

	limits := visitor.NewLimits(around.proxies.Shared)

	rest := api.New(api.Config{Hall: h, Auth: a, Stream: hub, Bundle: around.bundle, Site: deviceSite(e), Location: cfg.Site.Location(),
		PublicURL: publicURL, Version: version, Booking: cfg.Booking.Enabled == "on", Rules: cfg.Rules.BookingRules,
		Origins: cfg.Booking.Origins, Limits: limits, Now: clock.Now, Log: e.log})
	desks, err := web.New(web.Config{Hall: h, Auth: a, Stream: hub, Bundle: around.bundle, Site: site,
		Rules: cfg.Rules.QueueRules, Booking: cfg.Rules.BookingRules, PublicURL: cfg.Server.PublicURL,
		Documents: around.documents, MailState: around.mailState(), Imports: around, Now: clock.Now, Log: e.log})
	if err != nil {
		return nil, nil, err
	}
	citizens, err := citizen.New(citizen.Config{Hall: h, Documents: around.documents, Bundle: around.bundle, Site: site,
		Town: citizen.Town{Address: cfg.Site.Address, Phone: cfg.Site.Phone, Homepage: cfg.Site.Homepage,
			Imprint: cfg.Site.Imprint, Privacy: cfg.Site.Privacy},
		Rules: cfg.Rules.BookingRules, PublicURL: publicURL, Origins: cfg.Booking.Origins, Mail: cfg.Mail.Host != "",
		Enabled: cfg.Booking.Enabled == "on", Keep: e.keepContacts(), Limits: limits,
		Now: clock.Now, Log: e.log})
	if err != nil {
		return nil, nil, err
	}
	staffAPI, publicAPI := rest.Staff(), rest.Public()
	staff = route(map[string]http.Handler{"/api/": staffAPI, "/healthz": staffAPI, "/metrics": staffAPI, "/readyz": staffAPI, "/": desks.Staff()})
	public = route(map[string]http.Handler{"/api/": publicAPI, "/healthz": publicAPI, "/ticket/": desks.Public(), "/": citizens.Handler()})
	return realPeer(around.proxies, staff), noteProxy(e, around.proxies, around.proxies.Middleware(public)), nil
}

// deviceSite is the site as terminals and displays show it, in the languages that they have.
func deviceSite(e *env) wire.Site {
	s := wire.Site{Name: e.cfg.Site.Name, Timezone: e.cfg.Site.Timezone, Languages: i18n.Languages("kiosk", e.cfg.Site.Languages)}
	if e.cfg.Site.Desk != "" {
		s.Desk = wire.Text{e.cfg.Site.Languages[0]: e.cfg.Site.Desk}
	}
	return s
}

func route(by map[string]http.Handler) http.Handler {
	mux := http.NewServeMux()
	for path, h := range by {
		mux.Handle(path, h)
	}
	return mux
}

// realPeer lets what stands behind a trusted proxy see the visitor's address as the peer: sign-in limits count by it.
func realPeer(p *visitor.Proxies, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if addr := p.Address(r); addr.IsValid() {
			r.RemoteAddr = netip.AddrPortFrom(addr, 0).String()
		}
		next.ServeHTTP(w, r)
	})
}

// noteProxy says once that a reverse proxy is not in the configuration: all citizens would share the limits of one visitor.
func noteProxy(e *env, p *visitor.Proxies, next http.Handler) http.Handler {
	var once sync.Once
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if addr := p.Address(r); p.Unknown(r) && p.Shared(addr) {
			once.Do(func() {
				e.log.Warn("a reverse proxy is not in server.trusted_proxies: all visitors share one limit", "peer", addr.String())
			})
		}
		next.ServeHTTP(w, r)
	})
}
