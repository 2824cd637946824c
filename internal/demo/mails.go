package demo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"

	gomail "github.com/emersion/go-message/mail"

	"westerkappeln.de/wartemarke/internal/mail/mailtest"
)

// Letter is a mail of the demo as a person would want to see it.
type Letter struct {
	To, Subject string
	File        string // of the HTML part
	Link        string // of the appointment, "" when there is none
}

// ownLink is the link to an appointment's page in a mail.
var ownLink = regexp.MustCompile(`https?://[^\s"<>]+/appointment/[A-Za-z0-9_-]+`)

// Mails is the folder of the mails that the demo would have sent.
func (p Place) Mails() string { return filepath.Join(p.Out, "mails") }

// KeepMails writes every mail of the box to Mails, as it is (.eml) and as a page (.html), until ctx is done, and tells about
// each.
func (p Place) KeepMails(ctx context.Context, box mailtest.Mailbox, tell func(Letter, error)) {
	for n := 1; ; n++ {
		select {
		case m := <-box.Received():
			tell(p.keepMail(n, m))
		case <-ctx.Done():
			return
		}
	}
}

func (p Place) keepMail(n int, m mailtest.Message) (l Letter, err error) {
	name := filepath.Join(p.Mails(), fmt.Sprintf("%03d", n))
	if err := os.WriteFile(name+".eml", m.Raw, 0o600); err != nil {
		return l, err
	}
	r, err := gomail.CreateReader(bytes.NewReader(m.Raw))
	if err != nil {
		return l, fmt.Errorf("read mail %d: %w", n, err)
	}
	l.File = name + ".html"
	if l.Subject, err = r.Header.Subject(); err != nil {
		return l, err
	}
	if to, err := r.Header.AddressList("To"); err == nil && len(to) > 0 {
		l.To = to[0].Address
	}
	for {
		part, err := r.NextPart()
		if errors.Is(err, io.EOF) {
			return l, nil
		}
		if err != nil {
			return l, err
		}
		h, inline := part.Header.(*gomail.InlineHeader)
		if !inline {
			continue
		}
		kind, _, err := h.ContentType()
		if err != nil {
			return l, err
		}
		body, err := io.ReadAll(io.LimitReader(part.Body, 1<<20))
		if err != nil {
			return l, err
		}
		switch kind {
		case "text/html":
			err = os.WriteFile(l.File, body, 0o600)
		case "text/plain":
			l.Link = string(ownLink.Find(body))
		}
		if err != nil {
			return l, err
		}
	}
}
