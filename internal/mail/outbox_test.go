package mail_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"westerkappeln.de/wartemarke/internal/catalogue"
	"westerkappeln.de/wartemarke/internal/config"
	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/mail"
	"westerkappeln.de/wartemarke/internal/mail/mailtest"
)

// note is a call of the outbox.
type note struct {
	id, why string
	sent    bool
	forGood bool
}

// outbox holds letters as a hall does. A letter that failed is due again only after retry.
type outbox struct {
	mu    sync.Mutex
	due   []hall.Letter
	later []hall.Letter
	full  bool // nothing can be noted
	notes chan note
}

func newOutbox(letters ...hall.Letter) *outbox {
	return &outbox{due: letters, notes: make(chan note, 1000)}
}

var errFull = errors.New("disk full")

func (o *outbox) Letters(_ context.Context, limit int) ([]hall.Letter, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.due[:min(limit, len(o.due))]), nil
}

func (o *outbox) Catalogue(context.Context) (catalogue.Catalogue, error) { return town, nil }

func (o *outbox) MailSent(_ context.Context, id string) error {
	return o.note(note{id: id, sent: true})
}

func (o *outbox) MailFailed(_ context.Context, id, why string, forGood bool) error {
	return o.note(note{id: id, why: why, forGood: forGood})
}

func (o *outbox) note(n note) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.full {
		o.notes <- note{id: n.id, why: "full"}
		return errFull
	}
	i := slices.IndexFunc(o.due, func(l hall.Letter) bool { return l.Mail.ID == n.id })
	if i < 0 {
		return fmt.Errorf("no letter %s", n.id)
	}
	if !n.sent && !n.forGood {
		o.later = append(o.later, o.due[i])
	}
	o.due = slices.Delete(o.due, i, i+1)
	o.notes <- n
	return nil
}

// retry makes the failed letters due.
func (o *outbox) retry() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.due, o.later = append(o.due, o.later...), nil
}

func (o *outbox) add(l hall.Letter) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.due = append(o.due, l)
}

func (o *outbox) setFull(full bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.full = full
}

// numbered are n booked letters to different people: p0@example.net and so on.
func numbered(n int) []hall.Letter {
	var letters []hall.Letter
	for i := range n {
		l := letter(hall.MailBooked)
		l.Mail.ID = "m" + strconv.Itoa(i)
		l.Contact.Mail = "p" + strconv.Itoa(i) + "@example.net"
		letters = append(letters, l)
	}
	return letters
}

// logged is a log that can be read while it is written, and tells when there is more.
type logged struct {
	mu   sync.Mutex
	b    bytes.Buffer
	more chan struct{}
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	select {
	case l.more <- struct{}{}:
	default:
	}
	return l.b.Write(p)
}

// waitFor waits until the log says it.
func (l *logged) waitFor(t *testing.T, what string) {
	t.Helper()
	for late := time.After(10 * time.Second); !strings.Contains(l.String(), what); {
		select {
		case <-l.more:
		case <-late:
			t.Fatalf("%q is not in the log:\n%s", what, l)
		}
	}
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// post is a sender and the server that it sends to.
type post struct {
	*mail.Sender
	server *mailtest.Server
	outbox *outbox
	log    *logged
	wake   chan struct{}
	stop   context.CancelFunc
	ended  chan error
}

// begin starts a server and a sender, until the test ends. A pipe in o makes the sender dial it.
func begin(t *testing.T, out *outbox, o mailtest.Options, more ...func(*mail.SenderConfig)) *post {
	t.Helper()
	server, err := mailtest.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	return attach(t, server, out, o, more...)
}

// attach starts a sender to a server.
func attach(t *testing.T, server *mailtest.Server, out *outbox, o mailtest.Options, more ...func(*mail.SenderConfig)) *post {
	t.Helper()
	p := &post{server: server, outbox: out, log: &logged{more: make(chan struct{}, 1)}, wake: make(chan struct{}, 1), ended: make(chan error, 1)}
	cfg := mail.SenderConfig{
		Outbox: out, Writer: writer(t), Wake: p.wake, Log: slog.New(slog.NewTextHandler(p.log, nil)),
		Server: config.Mail{Host: "localhost", Port: 25, User: o.User, Password: o.Password, TLS: "none", From: "termine@example.org"},
	}
	if a, ok := server.Addr().(*net.TCPAddr); ok {
		cfg.Server.Host, cfg.Server.Port = a.IP.String(), a.Port
	}
	if pipe, ok := o.Listener.(*mailtest.Pipe); ok {
		cfg.Dial = pipe.Dial
	}
	for _, f := range more {
		f(&cfg)
	}
	var err error
	if p.Sender, err = mail.NewSender(cfg); err != nil {
		t.Fatal(err)
	}
	var ctx context.Context
	ctx, p.stop = context.WithCancel(context.Background())
	go func() { p.ended <- p.Run(ctx) }()
	t.Cleanup(p.end)
	return p
}

// end stops the sender.
func (p *post) end() {
	p.stop()
	if err := <-p.ended; err != nil {
		p.ended <- err // for a second end
	}
}

// with changes [mail], and the authorities that certificates are checked with.
func with(mode string, trusted *tls.Config) func(*mail.SenderConfig) {
	return func(c *mail.SenderConfig) { c.Server.TLS, c.TLS = mode, trusted }
}
