package mail_test

import (
	"fmt"
	"net"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/mail"
	"westerkappeln.de/wartemarke/internal/mail/mailtest"
)

// A real server on loopback gets every mail once, over one connection for a batch.
func TestSendsWhatIsDue(t *testing.T) {
	p := begin(t, newOutbox(numbered(45)...), mailtest.Options{})
	for i := range 45 {
		m := <-p.server.Received()
		want := fmt.Sprintf("p%d@example.net", i)
		if m.From != "termine@example.org" || !slices.Equal(m.To, []string{want}) {
			t.Errorf("mail %d from %s to %v", i, m.From, m.To)
		}
		if got := parse(t, m.Raw); got.header.Get("To") != "<"+want+">" || len(got.parts) != 5 {
			t.Errorf("mail %d is to %s and has %d parts", i, got.header.Get("To"), len(got.parts))
		}
		if n := <-p.outbox.notes; n != (note{id: fmt.Sprintf("m%d", i), sent: true}) {
			t.Errorf("note %+v", n)
		}
	}
	if n := p.server.Connections(); n != 3 {
		t.Errorf("%d connections for 45 mails", n)
	}
	p.end()
	if s := p.log.String(); s != "" {
		t.Errorf("log %s", s)
	}
}

// What a server says about one mail is that mail's fate only, and its words, which hold addresses, are kept nowhere.
func TestRefusals(t *testing.T) {
	says := func(code, a, b, c int) mailtest.Reply {
		return mailtest.Reply{Code: code, Enhanced: [3]int{a, b, c}, Text: "<p1@example.net> no"}
	}
	for name, c := range map[string]struct {
		reply mailtest.Reply
		want  note
	}{
		"unknown":  {says(550, 5, 1, 1), note{id: "m1", why: "recipient refused: 550 5.1.1", forGood: true}},
		"greylist": {says(451, 4, 7, 1), note{id: "m1", why: "recipient refused: 451 4.7.1"}},
		"full":     {says(452, 4, 2, 2), note{id: "m1", why: "recipient refused: 452 4.2.2"}},
		"relaying": {says(554, 5, 7, 1), note{id: "m1", why: "recipient refused: 554 5.7.1"}},
	} {
		t.Run(name, func(t *testing.T) {
			server, err := mailtest.Start(mailtest.Options{})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(server.Close)
			server.Set(mailtest.Faults{Recipient: map[string]mailtest.Reply{"p1@example.net": c.reply}})
			p := attach(t, server, newOutbox(numbered(3)...), mailtest.Options{})
			for _, want := range []note{{id: "m0", sent: true}, c.want, {id: "m2", sent: true}} {
				if n := <-p.outbox.notes; n != want {
					t.Errorf("note %+v, want %+v", n, want)
				}
			}
			p.end()
			if since, why := p.Down(); !since.IsZero() {
				t.Errorf("down since %v: %s", since, why)
			}
			if s := p.log.String(); s != "" {
				t.Errorf("log %s", s)
			}
		})
	}
}

func TestContentRefused(t *testing.T) {
	server, err := mailtest.Start(mailtest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	server.Set(mailtest.Faults{Content: mailtest.Reply{Code: 554, Enhanced: [3]int{5, 6, 0}, Text: "no"}})
	p := attach(t, server, newOutbox(numbered(1)...), mailtest.Options{})
	if n := <-p.outbox.notes; n != (note{id: "m0", why: "content refused: 554 5.6.0", forGood: true}) {
		t.Errorf("note %+v", n)
	}
}

// SMTPUTF8 is asked for only where an address needs it.
func TestAddressInOtherLetters(t *testing.T) {
	letters := numbered(2)
	letters[0].Contact.Mail = "jürgen@münster.example"
	p := begin(t, newOutbox(letters...), mailtest.Options{})
	one, two := <-p.server.Received(), <-p.server.Received()
	if !slices.Equal(one.To, []string{"jürgen@münster.example"}) || !one.UTF8 || two.UTF8 {
		t.Errorf("to %v (UTF8 %v), then %v (UTF8 %v)", one.To, one.UTF8, two.To, two.UTF8)
	}
}

func TestNoAddressIsForGood(t *testing.T) {
	l := letter(hall.MailBooked)
	l.Contact.Mail = "anna"
	p := begin(t, newOutbox(l), mailtest.Options{})
	if n := <-p.outbox.notes; n != (note{id: l.Mail.ID, why: "not a mail address", forGood: true}) {
		t.Errorf("note %+v", n)
	}
}

// in runs a test in a bubble, where an hour takes no time.
func in(t *testing.T, letters []hall.Letter, faults mailtest.Faults, test func(t *testing.T, p *post)) {
	synctest.Test(t, func(t *testing.T) {
		pipe := mailtest.NewPipe()
		o := mailtest.Options{Listener: pipe}
		server, err := mailtest.Start(o)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(server.Close)
		server.Set(faults)
		test(t, attach(t, server, newOutbox(letters...), o))
	})
}

// An outage costs no letter an attempt, and the log two lines.
func TestOutage(t *testing.T) {
	in(t, numbered(3), mailtest.Faults{HangUp: true}, func(t *testing.T, p *post) {
		began := time.Now()
		time.Sleep(time.Hour)
		synctest.Wait()
		if since, why := p.Down(); !since.Equal(began) || why != "it hangs up" {
			t.Errorf("down since %v: %s", since, why)
		}
		if n := p.server.Connections(); n < 55 || n > 65 {
			t.Errorf("%d attempts in an hour", n)
		}
		p.server.Set(mailtest.Faults{})
		for range 3 {
			if n := <-p.outbox.notes; !n.sent {
				t.Errorf("note %+v", n)
			}
		}
		if late := time.Since(began) - time.Hour; late > time.Minute {
			t.Errorf("sent %v after the server was back", late)
		}
		synctest.Wait()
		if since, why := p.Down(); !since.IsZero() || why != "" {
			t.Errorf("still down since %v: %s", since, why)
		}
		log := p.log.String()
		if strings.Count(log, "\n") != 2 || !strings.Contains(log, "mail server fails") || !strings.Contains(log, "works again") || strings.Contains(log, "@") {
			t.Errorf("log:\n%s", log)
		}
	})
}

// A server that was down is asked again although nothing is to be sent, so that the trouble ends.
func TestOutageEndsWithoutLetters(t *testing.T) {
	in(t, numbered(1), mailtest.Faults{HangUp: true}, func(t *testing.T, p *post) {
		synctest.Wait()
		p.outbox.mu.Lock()
		p.outbox.due = nil // cancelled meanwhile
		p.outbox.mu.Unlock()
		p.server.Set(mailtest.Faults{})
		time.Sleep(time.Minute)
		synctest.Wait()
		if since, why := p.Down(); !since.IsZero() {
			t.Errorf("down since %v: %s", since, why)
		}
	})
}

func TestSenderRefusedIsTheServersTrouble(t *testing.T) {
	reply := mailtest.Reply{Code: 550, Enhanced: [3]int{5, 7, 1}, Text: "termine@example.org may not send"}
	in(t, numbered(2), mailtest.Faults{Sender: reply}, func(t *testing.T, p *post) {
		synctest.Wait()
		if since, why := p.Down(); since.IsZero() || why != "sender refused: 550 5.7.1" {
			t.Errorf("down since %v: %s", since, why)
		}
		if len(p.outbox.notes) != 0 || strings.Contains(p.log.String(), "@") {
			t.Errorf("%d notes, log %s", len(p.outbox.notes), p.log)
		}
	})
}

// Servers that take only so many mails over one connection get the others over the next.
func TestLimitOfAConnection(t *testing.T) {
	in(t, numbered(5), mailtest.Faults{Limit: 2}, func(t *testing.T, p *post) {
		for i := range 5 {
			if n := <-p.outbox.notes; n != (note{id: fmt.Sprintf("m%d", i), sent: true}) {
				t.Errorf("note %+v", n)
			}
		}
		synctest.Wait()
		if n := p.server.Connections(); n != 3 || p.log.String() != "" {
			t.Errorf("%d connections, log %s", n, p.log)
		}
	})
}

func TestDroppedConnectionIsTriedAgain(t *testing.T) {
	in(t, numbered(2), mailtest.Faults{Drop: true}, func(t *testing.T, p *post) {
		if n := <-p.outbox.notes; n != (note{id: "m0", why: "connection lost"}) {
			t.Errorf("note %+v", n)
		}
		p.server.Set(mailtest.Faults{})
		if n := <-p.outbox.notes; n != (note{id: "m1", sent: true}) {
			t.Errorf("note %+v", n)
		}
		p.outbox.retry()
		if n := <-p.outbox.notes; n != (note{id: "m0", sent: true}) {
			t.Errorf("note %+v", n)
		}
	})
}

// A server that takes the mail in and says so too late gets it twice, under one Message-ID.
func TestSlowServer(t *testing.T) {
	in(t, numbered(1), mailtest.Faults{Delay: time.Hour}, func(t *testing.T, p *post) {
		began := time.Now()
		if n := <-p.outbox.notes; n != (note{id: "m0", why: "connection lost"}) || time.Since(began) != 30*time.Second {
			t.Errorf("note %+v after %v", n, time.Since(began))
		}
		p.server.Set(mailtest.Faults{})
		p.outbox.retry()
		if n := <-p.outbox.notes; !n.sent {
			t.Errorf("note %+v", n)
		}
		one, two := parse(t, (<-p.server.Received()).Raw), parse(t, (<-p.server.Received()).Raw)
		if one.header.Get("Message-Id") != "<m0@example.org>" || two.header.Get("Message-Id") != "<m0@example.org>" {
			t.Errorf("%s and %s", one.header.Get("Message-Id"), two.header.Get("Message-Id"))
		}
	})
}

// Run ends soon, whatever the server does, and a mail whose fate is not known stays due.
func TestStopWhileTheServerIsSlow(t *testing.T) {
	in(t, numbered(2), mailtest.Faults{Delay: time.Hour}, func(t *testing.T, p *post) {
		<-p.server.Received()
		began := time.Now()
		p.end()
		if d := time.Since(began); d > 2*time.Second {
			t.Errorf("stopped after %v", d)
		}
		if len(p.outbox.notes) != 0 {
			t.Errorf("note %+v", <-p.outbox.notes)
		}
	})
}

// A mail that is accepted within the grace is marked, although the program stops.
func TestStopFinishesTheMailUnderWay(t *testing.T) {
	in(t, numbered(2), mailtest.Faults{Delay: 500 * time.Millisecond}, func(t *testing.T, p *post) {
		<-p.server.Received()
		p.end()
		if n := <-p.outbox.notes; n != (note{id: "m0", sent: true}) || len(p.outbox.notes) != 0 {
			t.Errorf("note %+v and %d more", n, len(p.outbox.notes))
		}
	})
}

// While the outbox cannot be written, what was accepted is not sent again; a crash then sends it once more.
func TestAcceptedButNotMarked(t *testing.T) {
	in(t, numbered(1), mailtest.Faults{}, func(t *testing.T, p *post) {
		p.outbox.setFull(true)
		for range 10 {
			if n := <-p.outbox.notes; n.why != "full" {
				t.Errorf("note %+v", n)
			}
		}
		first := parse(t, (<-p.server.Received()).Raw)
		if len(p.server.Received()) != 0 {
			t.Errorf("sent %d times more", len(p.server.Received()))
		}
		p.end()
		if n := strings.Count(p.log.String(), "disk full"); n != 1 {
			t.Errorf("logged %d times", n)
		}
		for len(p.outbox.notes) > 0 {
			<-p.outbox.notes
		}
		p.outbox.setFull(false)
		pipe := mailtest.NewPipe()
		again := begin(t, p.outbox, mailtest.Options{Listener: pipe})
		if n := <-again.outbox.notes; !n.sent {
			t.Errorf("note %+v", n)
		}
		if second := parse(t, (<-again.server.Received()).Raw); second.header.Get("Message-Id") != first.header.Get("Message-Id") {
			t.Errorf("Message-ID %s, then %s", first.header.Get("Message-Id"), second.header.Get("Message-Id"))
		}
	})
}

func TestWake(t *testing.T) {
	in(t, nil, mailtest.Faults{}, func(t *testing.T, p *post) {
		synctest.Wait()
		began := time.Now()
		p.outbox.add(letter(hall.MailConfirm))
		p.wake <- struct{}{}
		if n := <-p.outbox.notes; !n.sent || time.Since(began) != 0 {
			t.Errorf("note %+v after %v", n, time.Since(began))
		}
		l := letter(hall.MailBooked)
		p.outbox.add(l)
		if n := <-p.outbox.notes; n.id != l.Mail.ID || time.Since(began) > 5*time.Second {
			t.Errorf("note %+v after %v", n, time.Since(began))
		}
	})
}

func TestNobodyListens(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server, err := mailtest.Start(mailtest.Options{Listener: l})
	if err != nil {
		t.Fatal(err)
	}
	server.Close()
	p := attach(t, server, newOutbox(numbered(1)...), mailtest.Options{})
	p.log.waitFor(t, "connection refused")
	p.end()
	if since, why := p.Down(); since.IsZero() || !strings.Contains(why, "connection refused") {
		t.Errorf("down since %v: %s", since, why)
	}
}

func TestPasswordFileMustBeThere(t *testing.T) {
	cfg := mail.SenderConfig{Outbox: newOutbox(), Writer: writer(t)}
	cfg.Server.PasswordFile = t.TempDir() + "/none"
	if _, err := mail.NewSender(cfg); err == nil || !strings.HasPrefix(err.Error(), "mail.password_file: ") {
		t.Errorf("without the password file: %v", err)
	}
	if err := os.WriteFile(cfg.Server.PasswordFile, []byte("\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := mail.NewSender(cfg); err == nil || !strings.HasPrefix(err.Error(), "mail.password_file: ") {
		t.Errorf("with an empty one: %v", err)
	}
}
