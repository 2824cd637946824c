package mail_test

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/textproto"
	"strings"
	"testing"

	"westerkappeln.de/wartemarke/internal/config"
	"westerkappeln.de/wartemarke/internal/mail"
)

// plainServer speaks SMTP without any extension, and answers a recipient or the content with refusal.
func plainServer(conn net.Conn, refusal string, atContent bool) {
	c := textproto.NewConn(conn)
	defer c.Close()
	say := func(s string) { _ = c.PrintfLine("%s", s) } // whoever hung up reads nothing
	say("220 old.example SMTP")
	for {
		command, err := c.ReadLine()
		if err != nil {
			return
		}
		switch verb, _, _ := strings.Cut(strings.ToUpper(command), " "); {
		case verb == "EHLO":
			say("250 old.example")
		case verb == "RCPT" && !atContent:
			say(refusal)
		case verb == "DATA":
			say("354 go on")
			if _, err := c.ReadDotBytes(); err != nil {
				return
			}
			say(refusal)
		case verb == "QUIT":
			say("221 bye")
			return
		default:
			say("250 ok")
		}
	}
}

// A server that does not announce ENHANCEDSTATUSCODES is understood like one that does: by what it says.
func TestRefusalsWithoutExtensions(t *testing.T) {
	for reply, want := range map[string]note{
		"554 5.7.1 <p0@example.net>: Relay access denied": {why: "refused: 554 5.7.1"},
		"550 5.7.1 policy":                    {why: "refused: 550 5.7.1"},
		"554 Relay access denied":             {why: "refused: 554"},
		"550 5.1.1 <p0@example.net>: unknown": {why: "refused: 550 5.1.1", forGood: true},
		"550 <p0@example.net>: unknown":       {why: "refused: 550", forGood: true},
		"554 5.6.0 broken":                    {why: "refused: 554 5.6.0", forGood: true},
		"451 4.7.1 greylisted":                {why: "refused: 451 4.7.1"},
	} {
		for stage, atContent := range map[string]bool{"recipient ": false, "content ": true} {
			t.Run(fmt.Sprint(stage, reply), func(t *testing.T) {
				box := newOutbox(numbered(1)...)
				sender, err := mail.NewSender(mail.SenderConfig{
					Outbox: box, Writer: writer(t), Log: slog.New(slog.DiscardHandler),
					Server: config.Mail{Host: "localhost", Port: 25, TLS: "none", From: "termine@example.org"},
					Dial: func(context.Context, string, string) (net.Conn, error) {
						ours, theirs := net.Pipe()
						go plainServer(theirs, reply, atContent)
						return ours, nil
					},
				})
				if err != nil {
					t.Fatal(err)
				}
				ctx, cancel := context.WithCancel(t.Context())
				ended := make(chan error, 1)
				go func() { ended <- sender.Run(ctx) }()
				want := want
				want.id, want.why = "m0", stage+want.why
				if n := <-box.notes; n != want {
					t.Errorf("note %+v, want %+v", n, want)
				}
				cancel()
				<-ended
			})
		}
	}
}
