package mail

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	gomail "github.com/wneessen/go-mail"

	"westerkappeln.de/wartemarke/internal/catalogue"
	"westerkappeln.de/wartemarke/internal/hall"
)

// trouble is a failure of the server, not of a mail.
type trouble struct{ why string }

func (t *trouble) Error() string { return t.why }

// errStop ends a batch that cannot go on over this connection, or whose fate the outbox could not note.
var errStop = errors.New("end of batch")

// deliver sends the letters over one connection; none only asks whether the server works. The error is a *trouble, errStop, or
// the outbox's.
func (s *Sender) deliver(ctx context.Context, letters []hall.Letter, cat catalogue.Catalogue) error {
	c, err := s.connect(ctx)
	if err != nil {
		return err
	}
	defer c.close()
	if len(letters) == 0 {
		s.works()
	}
	for i, l := range letters {
		if ctx.Err() != nil {
			return errStop
		}
		m, err := s.cfg.Writer.Write(l, cat)
		if err != nil {
			if err := s.failed(ctx, l, err.Error(), errors.Is(err, ErrAddress)); err != nil {
				return err
			}
			continue
		}
		if err := s.settle(ctx, l, c.send(m), i == 0); err != nil {
			return err
		}
	}
	return nil
}

// settle notes what became of a letter.
func (s *Sender) settle(ctx context.Context, l hall.Letter, f fate, first bool) error {
	switch {
	case f.what == isAccepted:
		s.works()
		if err := s.sent(ctx, l); err != nil {
			return err
		}
	case ctx.Err() != nil:
		return errStop // we cut the connection ourselves
	case f.what == isServers && first:
		return &trouble{f.why}
	case f.what == isServers:
		return errStop // such as after the mails that it takes over one connection
	default:
		s.works()
		if err := s.failed(ctx, l, f.why, f.what == isDead); err != nil {
			return err
		}
	}
	if f.lost {
		return errStop
	}
	return nil
}

// fate is what became of a mail.
type fate struct {
	what fateKind
	why  string // codes and our words only: servers repeat the address in theirs
	lost bool   // the connection is of no more use
}

type fateKind int

const (
	isAccepted fateKind = iota
	isRefused           // for now
	isDead              // for good
	isServers           // the server failed, whatever the mail
)

// The stages of a mail, for people.
const (
	atRecipient = "recipient refused"
	atContent   = "content refused"
)

// policy is the code that servers refuse relaying and content with when they do not say more: for a mailbox that does not exist
// it is 550 (RFC 5321 4.2.3).
const policy = 554

// quoted is an RFC 3463 code right behind the plain one. Many servers write it without announcing ENHANCEDSTATUSCODES, and
// go-mail then leaves it in the text only, which it quotes.
var quoted = regexp.MustCompile(`: [45][0-9][0-9] "?([45]\.[0-9]{1,3}\.[0-9]{1,3})\b`)

// enhancedCode of a refusal, "" for none.
func enhancedCode(e *gomail.SendError) string {
	if said := e.EnhancedStatusCode(); said != "" {
		return said
	}
	if m := quoted.FindStringSubmatch(e.Error()); m != nil {
		return m[1]
	}
	return ""
}

// fateOf reads go-mail's error for a message.
func fateOf(m *gomail.Msg, err error) fate {
	if m.IsDelivered() {
		return fate{what: isAccepted, lost: err != nil}
	}
	var e *gomail.SendError
	if !errors.As(err, &e) {
		return fate{what: isServers, why: "no connection", lost: true}
	}
	code, enhanced := e.ErrorCode(), enhancedCode(e)
	said := strings.TrimSpace(fmt.Sprintf("%d %s", code, enhanced))
	stage := atContent
	switch e.Reason {
	case gomail.ErrConnCheck:
		return fate{what: isServers, why: "connection lost", lost: true}
	case gomail.ErrSMTPMailFrom:
		if code == 0 {
			return fate{what: isServers, why: "connection lost", lost: true}
		}
		return fate{what: isServers, why: "sender refused: " + said, lost: true}
	case gomail.ErrSMTPRcptTo:
		stage = atRecipient
	}
	switch {
	case code == 0:
		return fate{what: isRefused, why: "connection lost", lost: true}
	case slices.Contains([]int{530, 534, 535, 538}, code): // RFC 4954: about our sign-in
		return fate{what: isServers, why: "sign-in needed: " + said, lost: true}
	case code < 500, strings.HasPrefix(enhanced, "5.7."), code == policy && enhanced == "":
		// 5.7 is the server's policy (RFC 3463), which may be a setting of the town's such as "relaying denied": then mails must
		// not be lost before somebody has mended it.
		return fate{what: isRefused, why: stage + ": " + said, lost: code == 421}
	}
	return fate{what: isDead, why: stage + ": " + said}
}
