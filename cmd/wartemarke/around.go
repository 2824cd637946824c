package main

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"westerkappeln.de/wartemarke/internal/clock"
	"westerkappeln.de/wartemarke/internal/documents"
	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/i18n"
	"westerkappeln.de/wartemarke/internal/importer"
	"westerkappeln.de/wartemarke/internal/mail"
	"westerkappeln.de/wartemarke/internal/visitor"
	"westerkappeln.de/wartemarke/internal/web"
)

// sweepEvery is how often documents without a contact are deleted. Those that somebody removes go at once.
const sweepEvery = time.Minute

// around is what stands around the hall in a server: texts, documents, mail, other booking systems.
type around struct {
	bundle    *i18n.Bundle
	documents *documents.Store
	sender    *mail.Sender // nil when no mail can be sent
	proxies   *visitor.Proxies
	watches   []*importer.Watch
	runs      []func(context.Context) error // until the server ends
}

func newAround(e *env, h *hall.Hall) (*around, error) {
	a := &around{}
	var err error
	if a.bundle, err = i18n.Load(); err != nil {
		return nil, err
	}
	if a.proxies, err = visitor.New(e.cfg.Server.TrustedProxies); err != nil {
		return nil, fmt.Errorf("server.trusted_proxies: %w", err)
	}
	keyFile := e.cfg.Site.KeyFile
	if keyFile == "" {
		keyFile = filepath.Join(e.cfg.Site.Data, "document.key")
	}
	if a.documents, err = documents.Open(filepath.Join(e.cfg.Site.Data, "documents"), keyFile, e.cfg.Booking.ScanCommand, e.log); err != nil {
		return nil, err
	}
	a.runs = append(a.runs, func(ctx context.Context) error { return a.sweep(ctx, e, h) })
	if err := a.startMail(e, h); err != nil {
		return nil, err
	}
	return a, a.startImports(e, h)
}

// startMail makes the sender, if the town has a mail server.
func (a *around) startMail(e *env, h *hall.Hall) error {
	if e.cfg.Mail.Host == "" {
		return nil
	}
	writer, err := mail.NewWriter(mail.WriterConfig{Site: e.cfg.Site, PublicURL: e.cfg.Server.PublicURL, From: e.cfg.Mail.From, Bundle: a.bundle, Now: clock.Now})
	if err != nil {
		return fmt.Errorf("mail.from: %w", err)
	}
	if a.sender, err = mail.NewSender(mail.SenderConfig{Outbox: h, Writer: writer, Server: e.cfg.Mail, Wake: h.Posted(), Log: e.log}); err != nil {
		return err
	}
	a.runs = append(a.runs, a.sender.Run)
	return nil
}

// mailState is nil when no mail can be sent: then there is nothing to say of it.
func (a *around) mailState() web.MailState {
	if a.sender == nil {
		return nil
	}
	return a.sender
}

// sweep deletes documents that no row tells of any more, right after the hall has forgotten whose they were.
func (a *around) sweep(ctx context.Context, e *env, h *hall.Hall) error {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		err := a.sweepOnce(ctx, h)
		if err != nil && ctx.Err() == nil {
			e.log.Error("documents are not swept", "error", err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}

func (a *around) sweepOnce(ctx context.Context, h *hall.Hall) error {
	if err := h.Forget(ctx); err != nil {
		return err
	}
	keep, err := h.DocumentIDs(ctx)
	if err != nil { // without the list, every file would seem to be nobody's
		return err
	}
	_, err = a.documents.Sweep(keep, clock.Now())
	return err
}
