package mail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	netmail "net/mail"
	"net/textproto"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"

	gomail "github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"
)

// connection is one to the server, signed in.
type connection struct {
	client *gomail.Client
	smtp   *smtp.Client
	conn   *cutConn
	stop   func() bool
}

// Reach signs in to the server and out again, and says why that does not work, without an address.
func (s *Sender) Reach(ctx context.Context) error {
	c, err := s.connect(ctx)
	if err != nil {
		return err
	}
	c.close()
	return nil
}

// connect dials, begins TLS and signs in. The error is a *trouble.
func (s *Sender) connect(ctx context.Context) (*connection, error) {
	c := &connection{}
	client, err := gomail.NewClient(s.cfg.Server.Host, s.options(ctx, c)...)
	if err != nil {
		return nil, &trouble{err.Error()}
	}
	c.client = client
	c.smtp, err = client.DialToSMTPClientWithContext(ctx)
	if err == nil {
		return c, nil
	}
	if c.conn != nil {
		c.stop()
		_ = c.conn.Close() // go-mail leaves it open; its error is the one we have
	}
	return nil, &trouble{reason(err)}
}

// options are the settings of [mail] in go-mail's words. It dials through us, so that a connection can be cut when the program
// stops; therefore TLS from the first byte is begun here.
func (s *Sender) options(ctx context.Context, c *connection) []gomail.Option {
	server := s.cfg.Server
	conf := &tls.Config{}
	if s.cfg.TLS != nil {
		conf = s.cfg.TLS.Clone()
	}
	conf.ServerName, conf.MinVersion = server.Host, tls.VersionTLS12
	policy := gomail.NoTLS
	if server.TLS == "starttls" {
		policy = gomail.TLSMandatory
	}
	o := []gomail.Option{
		gomail.WithPort(server.Port), gomail.WithTimeout(patience), gomail.WithoutNoop(), gomail.WithTLSConfig(conf), gomail.WithTLSPolicy(policy),
		gomail.WithDialContextFunc(func(dial context.Context, network, address string) (net.Conn, error) {
			raw, err := s.cfg.Dial(dial, network, address)
			if err != nil {
				return nil, err
			}
			c.conn = &cutConn{Conn: raw}
			c.stop = context.AfterFunc(ctx, c.conn.cut)
			if server.TLS != "tls" {
				return c.conn, nil
			}
			secure := tls.Client(c.conn, conf)
			return secure, secure.HandshakeContext(dial)
		}),
	}
	if server.User != "" {
		// PLAIN and LOGIN refuse themselves without TLS, but to a server on this machine.
		o = append(o, gomail.WithUsername(server.User), gomail.WithPassword(s.password),
			gomail.WithOpportunisticSMTPAuth(gomail.SMTPAuthSCRAMSHA256, gomail.SMTPAuthSCRAMSHA1, gomail.SMTPAuthPlain, gomail.SMTPAuthLogin))
	}
	return o
}

// send sends one mail. Only an address in other letters than ASCII needs SMTPUTF8: asked for it, some relays refuse whatever
// the next server cannot do (RFC 6531 3.6).
func (c *connection) send(m *gomail.Msg) fate {
	c.smtp.SkipSMTPUTF8(!slices.ContainsFunc(m.GetTo(), func(a *netmail.Address) bool {
		return strings.ContainsFunc(a.Address, func(r rune) bool { return r > unicode.MaxASCII })
	}))
	return fateOf(m, c.client.SendWithSMTPClient(c.smtp, m))
}

// close says good-bye, but does not wait long for the answer.
func (c *connection) close() {
	c.stop()
	_ = c.conn.SetDeadline(time.Now().Add(grace))
	_ = c.client.CloseWithSMTPClient(c.smtp) // all mails have their answer
	_ = c.conn.Close()
}

// reason puts a failed connection into words. What servers say to a sign-in may hold the user, which can be a mail address, so
// only the code of it is kept.
func reason(err error) string {
	var said *textproto.Error
	var unknown x509.UnknownAuthorityError
	var host x509.HostnameError
	var invalid x509.CertificateInvalidError
	var op *net.OpError
	var dns *net.DNSError
	switch {
	case errors.As(err, &said):
		return fmt.Sprintf("the server answers %d", said.Code)
	case errors.As(err, &unknown):
		return "its certificate is from an unknown authority"
	case errors.As(err, &host):
		return "its certificate is for another name"
	case errors.As(err, &invalid):
		return "its certificate is not valid"
	case errors.As(err, &dns):
		return "its name is not known"
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &op) && op.Timeout():
		return "no answer in time"
	case errors.Is(err, io.EOF):
		return "it hangs up"
	case errors.As(err, &op) && op.Op == "dial":
		return op.Err.Error()
	case errors.Is(err, gomail.ErrNoSupportedAuthDiscovered), errors.Is(err, smtp.ErrUnencrypted):
		return "it offers no sign-in that is safe here"
	}
	return err.Error()
}

// cutConn is a connection whose deadlines cannot be put off any more once it is cut.
type cutConn struct {
	net.Conn
	mu   sync.Mutex
	last time.Time
}

// cut ends the connection after the grace.
func (c *cutConn) cut() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.last = time.Now().Add(grace)
	_ = c.Conn.SetDeadline(c.last) // a closed connection is cut, too
}

// SetDeadline implements net.Conn.
func (c *cutConn) SetDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.last.IsZero() && (t.IsZero() || t.After(c.last)) {
		t = c.last
	}
	return c.Conn.SetDeadline(t)
}
