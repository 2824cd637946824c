package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"time"

	"westerkappeln.de/wartemarke/internal/catalogue"
	"westerkappeln.de/wartemarke/internal/config"
	"westerkappeln.de/wartemarke/internal/hall"
)

const (
	lookEvery = 5 * time.Second  // for letters that became due
	retryAt   = 5 * time.Second  // after the server failed, twice as long each time
	retryMost = time.Minute      // but no longer than this
	batch     = 20               // letters over one connection
	patience  = 30 * time.Second // with the server, for connecting and for each mail
	grace     = time.Second      // for the mail under way when the program stops
)

// Outbox is the hall's outbox as the sender needs it.
type Outbox interface {
	// Letters are due, the longest due first, at most limit.
	Letters(ctx context.Context, limit int) ([]hall.Letter, error)
	// MailSent is called once the server has accepted the mail.
	MailSent(ctx context.Context, id string) error
	// MailFailed is called when this mail was refused. Why holds codes, never an address. The outbox says when it is tried
	// again, unless it is for good.
	MailFailed(ctx context.Context, id, why string, forGood bool) error
	Catalogue(ctx context.Context) (catalogue.Catalogue, error)
}

// SenderConfig is what a sender works with.
type SenderConfig struct {
	Outbox Outbox
	Writer *Writer
	Server config.Mail
	// Wake makes the sender look at once; it may be nil.
	Wake <-chan struct{}
	Log  *slog.Logger
	TLS  *tls.Config // nil: the system's authorities
	// Dial connects to the server; nil: net.Dialer.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
}

// Sender sends the letters of an outbox.
//
// Each is sent at least once: it is marked sent only after the server accepted it, so a crash in between sends it again, with
// the same Message-ID, by which mail programs and servers know it. As long as the server cannot be reached or turns us away,
// letters stay due and none of them loses an attempt.
type Sender struct {
	cfg      SenderConfig
	password string
	accepted map[string]bool   // by the server, but not marked yet
	told     map[string]string // what was logged last of each of the outbox's failures
	pause    time.Duration     // before the next attempt while the server fails

	mu    sync.Mutex
	since time.Time
	why   string
}

// NewSender makes one. The error is the password file's.
func NewSender(cfg SenderConfig) (*Sender, error) {
	password, err := config.Secret(cfg.Server.Password, cfg.Server.PasswordFile)
	if err != nil {
		return nil, fmt.Errorf("mail.password_file: password of the mail server: %w", err)
	}
	if password == "" && cfg.Server.PasswordFile != "" {
		return nil, fmt.Errorf("mail.password_file: %s has no first line; it must be the password of the mail server", cfg.Server.PasswordFile)
	}
	if cfg.Dial == nil {
		cfg.Dial = (&net.Dialer{}).DialContext
	}
	return &Sender{cfg: cfg, password: password, accepted: map[string]bool{}, told: map[string]string{}}, nil
}

// Down tells since when the server has failed, and why, in words without an address; zero while it works.
func (s *Sender) Down() (since time.Time, why string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.since, s.why
}

// Run sends what is due until ctx is done; then it returns ctx's error within about a second. A mail under way at that moment
// is finished and marked, or will be sent again: the outbox must stay open until Run has returned.
func (s *Sender) Run(ctx context.Context) error {
	next := time.NewTimer(0)
	defer next.Stop()
	for {
		wake := s.cfg.Wake
		if since, _ := s.Down(); !since.IsZero() {
			wake = nil // a server that fails is asked at its own pace, however many people book
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-next.C:
		case <-wake:
		}
		next.Reset(s.round(ctx))
	}
}

// round sends one batch and tells when to look again.
func (s *Sender) round(ctx context.Context) time.Duration {
	letters, err := s.cfg.Outbox.Letters(ctx, batch)
	s.tell(ctx, "letters", err)
	if err != nil {
		return lookEvery
	}
	full := len(letters) == batch
	letters, err = s.mark(ctx, letters)
	if err != nil {
		return lookEvery
	}
	since, _ := s.Down()
	if len(letters) == 0 && since.IsZero() {
		return s.wait(full)
	}
	cat, err := s.cfg.Outbox.Catalogue(ctx)
	s.tell(ctx, "catalogue", err)
	if err != nil {
		return lookEvery
	}
	err = s.deliver(ctx, letters, cat)
	var t *trouble
	switch {
	case ctx.Err() != nil:
		return lookEvery // Run ends
	case errors.As(err, &t):
		s.fails(t.why)
		s.pause = min(max(retryAt, 2*s.pause), retryMost)
		return s.pause
	case err != nil:
		return lookEvery
	}
	return s.wait(full)
}

// wait is how long to wait after a batch that went well.
func (s *Sender) wait(full bool) time.Duration {
	if full {
		return 0 // there may be more
	}
	return lookEvery
}

// mark marks the letters that the server accepted before and the outbox could not note then, and gives the others.
func (s *Sender) mark(ctx context.Context, letters []hall.Letter) ([]hall.Letter, error) {
	var others []hall.Letter
	for _, l := range letters {
		if !s.accepted[l.Mail.ID] {
			others = append(others, l)
			continue
		}
		if err := s.sent(ctx, l); err != nil {
			return nil, err
		}
	}
	return others, nil
}

// sent marks a letter that the server has accepted, even when the program is about to stop.
func (s *Sender) sent(ctx context.Context, l hall.Letter) error {
	s.accepted[l.Mail.ID] = true
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	err := s.cfg.Outbox.MailSent(ctx, l.Mail.ID)
	s.tell(ctx, "mark sent", err)
	if err == nil {
		delete(s.accepted, l.Mail.ID)
	}
	return err
}

func (s *Sender) failed(ctx context.Context, l hall.Letter, why string, forGood bool) error {
	err := s.cfg.Outbox.MailFailed(ctx, l.Mail.ID, why, forGood)
	s.tell(ctx, "mark failed", err)
	return err
}

// fails notes that the server fails, and logs it when that begins.
func (s *Sender) fails(why string) {
	s.mu.Lock()
	begins := s.since.IsZero()
	if begins {
		s.since = time.Now()
	}
	s.why = why
	s.mu.Unlock()
	if begins {
		s.cfg.Log.Warn("mail server fails", "why", why)
	}
}

// works notes that the server works, and logs it when it failed before.
func (s *Sender) works() {
	s.pause = 0
	s.mu.Lock()
	since := s.since
	s.since, s.why = time.Time{}, ""
	s.mu.Unlock()
	if !since.IsZero() {
		s.cfg.Log.Info("mail server works again", "failed_for", time.Since(since).Round(time.Second).String())
	}
}

// tell logs an error of the outbox when it begins, and when it is another one.
func (s *Sender) tell(ctx context.Context, doing string, err error) {
	now := ""
	if err != nil {
		now = err.Error()
	}
	if now != "" && now != s.told[doing] && ctx.Err() == nil {
		s.cfg.Log.Error("mail", "doing", doing, "error", err)
	}
	s.told[doing] = now
}
