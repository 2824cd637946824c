package mail_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"math/big"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"

	"westerkappeln.de/wartemarke/internal/mail"
	"westerkappeln.de/wartemarke/internal/mail/mailtest"
)

// selfSigned makes a server's certificate for 127.0.0.1, and what trusts it.
func selfSigned(t *testing.T) (server, client *tls.Config) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	if c, err = x509.ParseCertificate(der); err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(c)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}, &tls.Config{RootCAs: roots}
}

func TestTLSAndSignIn(t *testing.T) {
	server, trusted := selfSigned(t)
	for mode, o := range map[string]mailtest.Options{
		"starttls": {TLS: server, User: "termine@example.org", Password: "p ä$s"},
		"tls":      {TLS: server, Implicit: true, User: "termine@example.org", Password: "p ä$s"},
		"none":     {User: "termine@example.org", Password: "p ä$s"}, // to this machine
	} {
		t.Run(mode, func(t *testing.T) {
			p := begin(t, newOutbox(numbered(2)...), o, with(mode, trusted))
			for range 2 {
				if n := <-p.outbox.notes; !n.sent {
					t.Errorf("note %+v", n)
				}
			}
			if n := p.server.Connections(); n != 1 {
				t.Errorf("%d connections", n)
			}
		})
	}
}

// What must not happen silently: a mail or a password over a connection that is not the town's server's.
func TestNoMailWithoutTrust(t *testing.T) {
	server, trusted := selfSigned(t)
	for name, c := range map[string]struct {
		options mailtest.Options
		mode    string
		trust   *tls.Config
		why     string
	}{
		"unknown authority":  {mailtest.Options{TLS: server}, "starttls", &tls.Config{RootCAs: x509.NewCertPool()}, "unknown authority"},
		"implicit":           {mailtest.Options{TLS: server, Implicit: true}, "tls", &tls.Config{RootCAs: x509.NewCertPool()}, "unknown authority"},
		"no STARTTLS":        {mailtest.Options{}, "starttls", trusted, "STARTTLS"},
		"wrong password":     {mailtest.Options{TLS: server, User: "termine@example.org", Password: "right"}, "starttls", trusted, "the server answers 535"},
		"no sign-in offered": {mailtest.Options{TLS: server}, "starttls", trusted, "AUTH"},
	} {
		t.Run(name, func(t *testing.T) {
			p := begin(t, newOutbox(numbered(1)...), c.options, with(c.mode, c.trust), func(s *mail.SenderConfig) {
				if name == "wrong password" || name == "no sign-in offered" {
					s.Server.User, s.Server.Password = "termine@example.org", "wrong"
				}
			})
			p.log.waitFor(t, c.why)
			p.end()
			if since, why := p.Down(); since.IsZero() || !strings.Contains(why, c.why) {
				t.Errorf("down since %v: %s", since, why)
			}
			if len(p.outbox.notes) != 0 || len(p.server.Received()) != 0 {
				t.Errorf("%d notes, %d mails", len(p.outbox.notes), len(p.server.Received()))
			}
			if s := p.log.String(); strings.Contains(s, "@") || strings.Contains(s, "wrong") {
				t.Errorf("log %s", s)
			}
		})
	}
}

func TestSignInThatTheServerWantsAndNobodyGaveIsItsTrouble(t *testing.T) {
	o := mailtest.Options{User: "termine@example.org", Password: "right"}
	p := begin(t, newOutbox(numbered(1)...), o, func(s *mail.SenderConfig) { s.Server.User = "" })
	p.log.waitFor(t, "sender refused: 530")
	p.end()
	if len(p.outbox.notes) != 0 {
		t.Errorf("note %+v", <-p.outbox.notes)
	}
}

// A password in the clear goes to this machine only, whatever the configuration says.
func TestNoPasswordInTheClear(t *testing.T) {
	o := mailtest.Options{User: "termine@example.org", Password: "right"}
	p := begin(t, newOutbox(numbered(1)...), o, func(s *mail.SenderConfig) {
		local := net.JoinHostPort(s.Server.Host, strconv.Itoa(s.Server.Port))
		s.Server.Host = "smtp.example.org"
		s.Dial = func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, local)
		}
	})
	p.log.waitFor(t, "no sign-in that is safe here")
	p.end()
	if len(p.outbox.notes) != 0 || len(p.server.Received()) != 0 {
		t.Errorf("%d notes, %d mails", len(p.outbox.notes), len(p.server.Received()))
	}
}
