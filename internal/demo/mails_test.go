package demo_test

import (
	"context"
	"net"
	"net/smtp"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"westerkappeln.de/wartemarke/internal/demo"
)

const sampleMail = "From: town@example.org\r\nTo: erika@example.org\r\nSubject: Termin\r\nMIME-Version: 1.0\r\n" +
	"Content-Type: multipart/mixed; boundary=x\r\n\r\n" +
	"--x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nHier: http://127.0.0.1:1/appointment/AbC-1_2\r\n" +
	"--x\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<img src=\"cid:qr@town\">\r\n" +
	"--x\r\nContent-Type: image/png\r\nContent-ID: <qr@town>\r\nContent-Disposition: inline\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw==\r\n--x--\r\n"

// TestMailsAreKept: what would be sent can be read as a page, with its pictures, and one address gets nothing.
func TestMailsAreKept(t *testing.T) {
	place, err := demo.NewPlace(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(place.Mails(), 0o700); err != nil {
		t.Fatal(err)
	}
	box, err := demo.StartMailbox()
	if err != nil {
		t.Fatal(err)
	}
	defer box.Close()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	kept := make(chan demo.Letter, 1)
	go place.KeepMails(ctx, box, func(l demo.Letter, err error) {
		if err != nil {
			t.Error(err)
		}
		kept <- l
	})
	addr := box.Addr().(*net.TCPAddr).String()
	if err := smtp.SendMail(addr, nil, "town@example.org", []string{"erika@example.org"}, []byte(sampleMail)); err != nil {
		t.Fatal(err)
	}
	l := <-kept
	if l.To != "erika@example.org" || l.Subject != "Termin" || l.Link != "http://127.0.0.1:1/appointment/AbC-1_2" || filepath.Dir(l.File) != place.Mails() {
		t.Errorf("%+v", l)
	}
	page, err := os.ReadFile(l.File)
	if err != nil || !strings.Contains(string(page), `src="data:image/png;base64,iVBORw=="`) {
		t.Errorf("%s, %v", page, err)
	}
	if err := smtp.SendMail(addr, nil, "town@example.org", []string{demo.Undeliverable}, []byte(sampleMail)); err == nil || !strings.Contains(err.Error(), "550") {
		t.Errorf("the address that gets nothing: %v", err)
	}
}
