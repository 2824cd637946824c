package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"runtime/debug"
	"strings"
	"time"

	"github.com/coreos/go-systemd/v22/daemon"

	"westerkappeln.de/wartemarke/internal/api"
	"westerkappeln.de/wartemarke/internal/auth"
	"westerkappeln.de/wartemarke/internal/clock"
	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/i18n"
	"westerkappeln.de/wartemarke/internal/page"
	"westerkappeln.de/wartemarke/internal/stream"
	"westerkappeln.de/wartemarke/internal/web"
	"westerkappeln.de/wartemarke/internal/wire"
)

// stopWithin is how long requests may take to end after SIGTERM: systemd and the operator expect two seconds in all.
const stopWithin = 1500 * time.Millisecond

// softMemory is where the garbage collector begins to work harder, in bytes: well below MemoryMax of the unit.
const softMemory = 200 << 20

type serveCmd struct{}

func (c *serveCmd) Run(e *env) error {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(softMemory)
	}
	for _, key := range e.cfg.Unused() {
		e.log.Warn("this key has no effect in this version", "key", key)
	}
	return serve(e, func() {
		if _, err := daemon.SdNotify(false, daemon.SdNotifyReady); err != nil {
			e.log.Warn("systemd was not told that we are ready", "err", err)
		}
	})
}

// serve runs both listeners until e.ctx is done; ready is called once they listen.
func serve(e *env, ready func()) (err error) {
	h, store, err := e.openHall()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	if err := store.Serve(); err != nil {
		return err
	}

	staff, public, hub, err := handlers(e, h)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(e.ctx)
	defer cancel()

	failed := make(chan error, 4)
	go func() { failed <- h.Run(ctx) }()
	go func() { failed <- hub.Run(ctx) }()
	var servers []*http.Server
	for _, l := range []struct {
		name, addr string
		handler    http.Handler
	}{{"staff", e.cfg.Server.Staff, staff}, {"public", e.cfg.Server.Public, public}} {
		ln, err := net.Listen("tcp", l.addr)
		if err != nil {
			return fmt.Errorf("listen for %s on %s: %w", l.name, l.addr, err)
		}
		if l.name == "public" {
			ln = api.Limit(ln, api.MaxConns)
		}
		s := api.NewServer(l.addr, l.handler)
		servers = append(servers, s)
		e.log.Info("listening", "for", l.name, "on", ln.Addr().String())
		go func() { failed <- s.Serve(ln) }()
	}
	ready()

	select {
	case <-e.ctx.Done():
	case err = <-failed:
		if err != nil {
			err = fmt.Errorf("server ended: %w", err)
		}
	}
	cancel() // ends the event streams, so that Shutdown need not wait for them
	stop, done := context.WithTimeout(context.Background(), stopWithin)
	defer done()
	for _, s := range servers {
		if serr := s.Shutdown(stop); serr != nil {
			e.log.Warn("some requests were cut off", "err", serr)
			err = errors.Join(err, s.Close())
		}
	}
	return err
}

// handlers composes what the two listeners serve: nothing of staff or devices is on the public one.
func handlers(e *env, h *hall.Hall) (staff, public http.Handler, hub *stream.Hub, err error) {
	bundle, err := i18n.Load()
	if err != nil {
		return nil, nil, nil, err
	}
	site := wire.Site{Name: e.cfg.Site.Name, Timezone: e.cfg.Site.Timezone, Languages: e.cfg.Site.Languages}
	if e.cfg.Site.Desk != "" {
		site.Desk = wire.Text{e.cfg.Site.Languages[0]: e.cfg.Site.Desk}
	}
	hub = stream.New(h, e.log)
	guard, err := auth.Guard(e.cfg.Server.StaffURL)
	if err != nil {
		return nil, nil, nil, fmt.Errorf("server.staff_url: %w", err)
	}
	a := auth.New(auth.Config{Hall: h, Now: clock.Now, Log: e.log, Guard: guard, Secure: strings.HasPrefix(e.cfg.Server.StaffURL, "https://")})
	rest := api.New(api.Config{Hall: h, Auth: a, Stream: hub, Bundle: bundle, Site: site, Location: e.cfg.Site.Location(),
		PublicURL: strings.TrimSuffix(e.cfg.Server.PublicURL, "/"), Version: version, Now: clock.Now, Log: e.log})
	pages, err := web.New(web.Config{Hall: h, Auth: a, Actor: auth.ActorFrom, Stream: hub, Bundle: bundle,
		Site:  page.Site{Name: e.cfg.Site.Name, Languages: e.cfg.Site.Languages, Location: e.cfg.Site.Location()},
		Rules: e.cfg.Rules.QueueRules, PublicURL: e.cfg.Server.PublicURL, Now: clock.Now, Log: e.log})
	if err != nil {
		return nil, nil, nil, err
	}
	return compose(rest.Staff(), pages.Staff(), "/metrics", "/readyz"), compose(rest.Public(), pages.Public()), hub, nil
}

// compose sends /api/, /healthz and the paths in more to api, everything else to pages.
func compose(api, pages http.Handler, more ...string) http.Handler {
	mux := http.NewServeMux()
	for _, p := range append([]string{"/api/", "/healthz"}, more...) {
		mux.Handle(p, api)
	}
	mux.Handle("/", pages)
	return mux
}
