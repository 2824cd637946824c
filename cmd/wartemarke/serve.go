package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"runtime/debug"
	"sync"
	"time"

	"github.com/coreos/go-systemd/v22/daemon"

	"westerkappeln.de/wartemarke/internal/api"
	"westerkappeln.de/wartemarke/internal/stream"
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
	if err := e.cfg.CheckFiles(); err != nil {
		return err
	}
	h, store, err := e.openHall()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	if err := store.Serve(); err != nil {
		return err
	}

	hub := stream.New(h, e.log)
	around, err := newAround(e, h)
	if err != nil {
		return err
	}
	staff, public, err := handlers(e, h, hub, around)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(e.ctx)
	var running sync.WaitGroup
	defer ended(e, &running) // before the store is closed
	defer cancel()

	runs := append([]func(context.Context) error{h.Run, hub.Run}, around.runs...)
	failed := make(chan error, len(runs)+2)
	for _, run := range runs {
		running.Go(func() { failed <- run(ctx) })
	}
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
		switch {
		case e.ctx.Err() != nil: // it only ended because it was told to
			err = nil
		case err != nil:
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

// endWithin is how long what runs beside the listeners may take to end after cancel.
const endWithin = 3 * time.Second

// ended waits for what runs beside the listeners: a mail that the server has just accepted must still be marked as sent.
func ended(e *env, running *sync.WaitGroup) {
	all := make(chan struct{})
	go func() {
		running.Wait()
		close(all)
	}()
	select {
	case <-all:
	case <-time.After(endWithin):
		e.log.Warn("something did not end in time")
	}
}
