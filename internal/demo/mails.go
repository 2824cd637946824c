package demo

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	gomail "github.com/emersion/go-message/mail"

	"westerkappeln.de/wartemarke/internal/mail/mailtest"
)

// Letter is a mail of the demo as a person would want to see it.
type Letter struct {
	To, Subject string
	File        string // of the HTML part
	Link        string // of the appointment, "" when there is none
}

// Undeliverable is an address that the demo's mail server refuses, to see what happens then.
const Undeliverable = "unbekannt@example.org"

// StartMailbox starts the mail server of the demo, which keeps what it gets.
func StartMailbox() (*mailtest.Server, error) {
	box, err := mailtest.Start(mailtest.Options{})
	if err != nil {
		return nil, err
	}
	box.Set(mailtest.Faults{Recipient: map[string]mailtest.Reply{
		Undeliverable: {Code: 550, Enhanced: [3]int{5, 1, 1}, Text: "user unknown"},
	}})
	return box, nil
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
	page, err := readParts(r, &l)
	if err != nil {
		return l, err
	}
	return l, os.WriteFile(l.File, page, 0o600)
}

// readParts gives the HTML part with its pictures in it, and finds the link in the plain one.
func readParts(r *gomail.Reader, l *Letter) (page []byte, err error) {
	pictures := map[string][]byte{}
	for {
		part, err := r.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		body, err := io.ReadAll(io.LimitReader(part.Body, 1<<20))
		if err != nil {
			return nil, err
		}
		kind, _, _ := strings.Cut(part.Header.Get("Content-Type"), ";")
		switch kind {
		case "text/html":
			page = body
		case "text/plain":
			l.Link = string(ownLink.Find(body))
		case "image/png":
			pictures[strings.Trim(part.Header.Get("Content-Id"), "<>")] = body
		}
	}
	for id, png := range pictures {
		if id != "" {
			data := "data:image/png;base64," + base64.StdEncoding.EncodeToString(png)
			page = bytes.ReplaceAll(page, []byte("cid:"+id), []byte(data))
		}
	}
	return page, nil
}
