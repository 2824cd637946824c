package mailtest_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/emersion/go-smtp"

	"westerkappeln.de/wartemarke/internal/mail/mailtest"
)

// Nobody fetches: the server keeps what it has room for and refuses the rest, and stays usable.
func TestRoom(t *testing.T) {
	var box mailtest.Mailbox
	s, err := mailtest.Start(mailtest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	box = s
	c, err := smtp.Dial(s.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	send := func() error {
		return c.SendMail("a@example.org", []string{"b@example.org"}, strings.NewReader("Subject: x\r\n\r\n.\r\n"))
	}
	for i := range mailtest.Room {
		if err := send(); err != nil {
			t.Fatalf("mail %d: %v", i, err)
		}
	}
	var refused *smtp.SMTPError
	if err := send(); !errors.As(err, &refused) || refused.Code != 452 {
		t.Errorf("one too many: %v", err)
	}
	m := <-box.Received()
	if m.From != "a@example.org" || len(m.To) != 1 || m.To[0] != "b@example.org" || string(m.Raw) != "Subject: x\r\n\r\n.\r\n" {
		t.Errorf("got %+v", m)
	}
	if err := c.Reset(); err != nil {
		t.Fatal(err)
	}
	if err := send(); err != nil {
		t.Errorf("with room again: %v", err)
	}
}

func TestPipeEnds(t *testing.T) {
	p := mailtest.NewPipe()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := p.Dial(ctx, "", ""); !errors.Is(err, context.Canceled) {
		t.Errorf("dial: %v", err)
	}
	if err := errors.Join(p.Close(), p.Close()); err != nil {
		t.Error(err)
	}
	if _, err := p.Accept(); err == nil {
		t.Error("a closed listener accepts")
	}
	if _, err := p.Dial(t.Context(), "", ""); err == nil {
		t.Error("a closed listener is dialled")
	}
}
