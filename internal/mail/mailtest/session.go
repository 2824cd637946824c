package mailtest

import (
	"crypto/subtle"
	"io"
	"net"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// session is one connection.
type session struct {
	server   *Server
	conn     net.Conn
	signedIn bool
	from     string
	to       []string
	utf8     bool
	mails    int // taken so far
}

func (s *Server) session(c *smtp.Conn) (smtp.Session, error) {
	e := &session{server: s, conn: c.Conn()}
	if s.options.User == "" {
		return e, nil
	}
	return &signing{e}, nil
}

// signing is a session that needs a sign-in.
type signing struct{ *session }

// AuthMechanisms implements smtp.AuthSession.
func (s *signing) AuthMechanisms() []string { return []string{sasl.Plain} }

// Auth implements smtp.AuthSession.
func (s *signing) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if r := s.server.now().SignIn; r.Code != 0 {
			return r.error()
		}
		o := s.server.options
		if subtle.ConstantTimeCompare([]byte(user+"\x00"+password), []byte(o.User+"\x00"+o.Password)) != 1 {
			return smtp.ErrAuthFailed
		}
		s.signedIn = true
		return nil
	}), nil
}

// Mail implements smtp.Session.
func (s *session) Mail(from string, o *smtp.MailOptions) error {
	if s.server.options.User != "" && !s.signedIn {
		return &smtp.SMTPError{Code: 530, EnhancedCode: smtp.EnhancedCode{5, 7, 0}, Message: "Authentication required"}
	}
	f := s.server.now()
	if f.Limit > 0 && s.mails >= f.Limit {
		return Reply{Code: 421, Enhanced: [3]int{4, 7, 0}, Text: "Too many mails"}.error()
	}
	s.from, s.utf8 = from, o.UTF8
	return f.Sender.error()
}

// Rcpt implements smtp.Session.
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	if err := s.server.now().Recipient[to].error(); err != nil {
		return err
	}
	s.to = append(s.to, to)
	return nil
}

// Data implements smtp.Session.
func (s *session) Data(r io.Reader) error {
	f := s.server.now()
	if f.Drop {
		_, _ = io.ReadFull(r, make([]byte, 100)) // the connection is dropped either way
		_ = s.conn.Close()
		return nil
	}
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if err := f.Content.error(); err != nil {
		return err
	}
	select {
	case s.server.received <- Message{From: s.from, To: s.to, UTF8: s.utf8, Raw: raw}:
	default:
		return Reply{Code: 452, Enhanced: [3]int{4, 3, 1}, Text: "Mailbox full"}.error()
	}
	s.mails++
	if f.Delay > 0 {
		late := time.NewTimer(f.Delay)
		defer late.Stop()
		select {
		case <-late.C:
		case <-s.server.closed:
		}
	}
	return nil
}

// Reset implements smtp.Session.
func (s *session) Reset() { s.from, s.to, s.utf8 = "", nil, false }

// Logout implements smtp.Session.
func (s *session) Logout() error { return nil }

// error gives the refusal, nil for the zero value.
func (r Reply) error() error {
	if r.Code == 0 {
		return nil
	}
	return &smtp.SMTPError{Code: r.Code, EnhancedCode: smtp.EnhancedCode(r.Enhanced), Message: r.Text}
}
