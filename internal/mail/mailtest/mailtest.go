// Package mailtest is an SMTP server that keeps what it gets: for tests, and for the demo, which shows the mails instead of
// sending them. It can also be made to fail as real servers do.
package mailtest

import (
	"crypto/tls"
	"fmt"
	"io"
	"log"
	"net"
	"sync"
	"time"

	"github.com/emersion/go-smtp"
)

// Message is a mail that arrived.
type Message struct {
	From string   // of the envelope
	To   []string // of the envelope
	UTF8 bool     // the client asked for SMTPUTF8
	Raw  []byte   // header and body, lines end in CR LF
}

// Mailbox is where mails arrive.
type Mailbox interface {
	// Received gives them in order. Those that nobody fetches are kept, up to Room.
	Received() <-chan Message
}

// Room is how many mails are kept for whoever fetches them; further ones are refused for the moment (452).
const Room = 256

// Options of a server. The zero value is a server on a free port of 127.0.0.1 without TLS and sign-in.
type Options struct {
	Listener net.Listener // nil: a free port of 127.0.0.1
	TLS      *tls.Config  // offered by STARTTLS
	Implicit bool         // TLS from the first byte instead
	// User and Password must be given by clients; "" = nobody needs to sign in.
	User, Password string
}

// Reply refuses with an SMTP code, 400 to 599, and an enhanced one (RFC 3463); the zero value accepts.
type Reply struct {
	Code     int
	Enhanced [3]int
	Text     string
}

// Faults are what goes wrong. Those for recipients count for the named ones only.
type Faults struct {
	HangUp    bool             // every connection, before the greeting
	SignIn    Reply            // every sign-in, even a right one
	Sender    Reply            // to MAIL FROM
	Recipient map[string]Reply // to RCPT TO, by address
	Content   Reply            // after the content
	Drop      bool             // the connection, in the midst of the content
	Delay     time.Duration    // between taking a mail in and saying so
	Limit     int              // mails over one connection, then 421; 0 = any number
}

// Server is a running one. Its methods may be called from several goroutines.
type Server struct {
	options  Options
	listener net.Listener
	smtp     *smtp.Server
	received chan Message
	closed   chan struct{}
	ended    chan struct{}

	mu          sync.Mutex
	faults      Faults
	connections int
}

// Start runs a server until Close.
func Start(o Options) (*Server, error) {
	l := o.Listener
	if l == nil {
		var err error
		if l, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
			return nil, fmt.Errorf("mail server: %w", err)
		}
	}
	s := &Server{options: o, listener: l, received: make(chan Message, Room), closed: make(chan struct{}), ended: make(chan struct{})}
	s.smtp = smtp.NewServer(smtp.BackendFunc(s.session))
	s.smtp.Domain = "mail.test"
	s.smtp.ErrorLog = log.New(io.Discard, "", 0) // faults are wanted; what arrives is told by Received
	s.smtp.AllowInsecureAuth = true
	s.smtp.EnableSMTPUTF8 = true
	var listener net.Listener = hangingUp{l, s}
	if o.Implicit {
		listener = tls.NewListener(listener, o.TLS)
	} else {
		s.smtp.TLSConfig = o.TLS
	}
	go func() {
		defer close(s.ended)
		_ = s.smtp.Serve(listener) // the error of a closed listener
	}()
	return s, nil
}

// Close ends the server and its connections.
func (s *Server) Close() {
	close(s.closed)
	_ = s.smtp.Close()
	_ = s.listener.Close() // if Serve had not begun yet
	<-s.ended
}

// Addr is host and port of the server.
func (s *Server) Addr() net.Addr { return s.listener.Addr() }

// Received implements Mailbox.
func (s *Server) Received() <-chan Message { return s.received }

// Set makes f go wrong from now on, and nothing else.
func (s *Server) Set(f Faults) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = f
}

// Connections is how many were made so far.
func (s *Server) Connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.connections
}

func (s *Server) now() Faults {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.faults
}

// hangingUp closes connections while the server is to do so.
type hangingUp struct {
	net.Listener
	server *Server
}

func (h hangingUp) Accept() (net.Conn, error) {
	for {
		c, err := h.Listener.Accept()
		if err != nil {
			return nil, err
		}
		h.server.mu.Lock()
		h.server.connections++
		hangUp := h.server.faults.HangUp
		h.server.mu.Unlock()
		if !hangUp {
			return c, nil
		}
		_ = c.Close()
	}
}
