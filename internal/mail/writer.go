// Package mail writes the mails of internal/hall's outbox and sends them through the town's SMTP server. MIME and SMTP are
// go-mail's.
//
// A mail holds nothing that whoever booked has typed but their address as recipient: no name, no remark, no document. So the
// town cannot be made to send a stranger's words to somebody.
package mail

import (
	"bytes"
	"errors"
	"fmt"
	html "html/template"
	netmail "net/mail"
	"strings"
	plain "text/template"
	"time"
	"unicode"

	qrcode "github.com/skip2/go-qrcode"
	gomail "github.com/wneessen/go-mail"

	files "westerkappeln.de/wartemarke/assets/mail"
	"westerkappeln.de/wartemarke/internal/calendar"
	"westerkappeln.de/wartemarke/internal/catalogue"
	"westerkappeln.de/wartemarke/internal/config"
	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/i18n"
)

// ErrAddress says that a contact's mail address is none: such a mail can never be sent.
var ErrAddress = errors.New("not a mail address")

// The names of the attachments.
const (
	qrFile  = "termin-qr.png"
	icsFile = "termin.ics"
)

// qrModule is the size of a module of the QR code in pixels. One of our codes then has 232 pixels a side, some 4 cm on a
// phone: 29 modules with the quiet zone (ISO/IEC 18004, version 1, level Q).
const qrModule = 8

// WriterConfig is what mails are written with.
type WriterConfig struct {
	Site      config.Site
	PublicURL string // of the citizens' pages, as config.Server has it
	From      string // address of the sender, as config.Mail has it
	Bundle    *i18n.Bundle
	Now       func() time.Time
}

// Writer writes mails. It has no state, so several goroutines may use it.
type Writer struct {
	cfg   WriterConfig
	loc   *time.Location
	from  netmail.Address
	host  string // of From; the right side of message ids
	plain *plain.Template
	html  *html.Template
}

// NewWriter makes one. The error is From's: ErrAddress.
func NewWriter(cfg WriterConfig) (*Writer, error) {
	from, err := address(cfg.From)
	if err != nil {
		return nil, fmt.Errorf("sender of mails: %w", err)
	}
	w := &Writer{cfg: cfg, loc: cfg.Site.Location(), from: from, host: from.Address[strings.LastIndexByte(from.Address, '@')+1:]}
	w.from.Name = line(cfg.Site.Name)
	w.cfg.PublicURL = strings.TrimRight(cfg.PublicURL, "/")
	if w.plain, err = plain.New("text").Parse(files.Text); err != nil {
		return nil, fmt.Errorf("text template of mails: %w", err)
	}
	if w.html, err = html.New("html").Parse(files.HTML); err != nil {
		return nil, fmt.Errorf("html template of mails: %w", err)
	}
	return w, nil
}

// Write gives the mail for a letter: text and HTML in the contact's language, and from the booking on the code as picture and
// the calendar entry. The same letter is always the same Message-ID. The error is ErrAddress, or a fault of the templates.
func (w *Writer) Write(l hall.Letter, cat catalogue.Catalogue) (*gomail.Msg, error) {
	to, err := address(l.Contact.Mail)
	if err != nil {
		return nil, err
	}
	c := w.content(l, cat)
	qr := w.qr(&c, l)
	var text, page bytes.Buffer
	if err := w.plain.Execute(&text, c); err != nil {
		return nil, fmt.Errorf("write mail: %w", err)
	}
	if err := w.html.Execute(&page, c); err != nil {
		return nil, fmt.Errorf("write mail: %w", err)
	}
	m := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	m.FromMailAddress(&w.from)
	m.ToMailAddress(&to)
	m.Subject(c.Subject)
	m.SetDateWithValue(w.cfg.Now().In(w.loc))
	m.SetMessageIDWithValue(l.Mail.ID + "@" + w.host)
	m.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no out-of-office answers
	m.SetGenHeader(gomail.HeaderContentLang, c.Lang)
	m.SetBodyString(gomail.TypeTextPlain, text.String())
	m.AddAlternativeString(gomail.TypeTextHTML, page.String())
	if qr != nil {
		m.EmbedReadSeeker(qrFile, bytes.NewReader(qr), gomail.WithFileContentID("<"+c.QR+">"), gomail.WithFileContentType("image/png"))
		m.AttachReadSeeker(qrFile, bytes.NewReader(qr), gomail.WithFileContentType("image/png"))
	}
	if e, ok := w.entry(l, c, to.Address); ok {
		m.AttachReadSeeker(icsFile, bytes.NewReader(calendar.Write(e)),
			gomail.WithFileContentType(gomail.ContentType("text/calendar; charset=utf-8; method="+e.Method())))
	}
	return m, nil
}

// qr makes the picture of the code and names it in c; nil for a mail without a code, and for a foreign code that no QR code
// can hold: it then stands there as text only.
func (w *Writer) qr(c *content, l hall.Letter) []byte {
	if c.Code == "" {
		return nil
	}
	code, err := qrcode.New(l.Appointment.Code.QR(), qrcode.High)
	if err != nil {
		return nil
	}
	png, err := code.PNG(-qrModule)
	if err != nil {
		return nil
	}
	c.Side = qrModule * len(code.Bitmap())
	c.QR = "qr." + l.Mail.ID + "@" + w.host
	return png
}

// entry is the calendar entry that goes with the letter, if one does.
func (w *Writer) entry(l hall.Letter, c content, to string) (calendar.Entry, bool) {
	if l.Mail.Kind == hall.MailConfirm || l.Mail.Kind == hall.MailEarlier {
		return calendar.Entry{}, false
	}
	cancelled := l.Mail.Kind == hall.MailCancelled
	e := calendar.Entry{
		UID: calendar.UID(l.Appointment.ID), Summary: c.What, Location: c.Where,
		Organizer: w.from.Address, Attendee: to,
		Start: l.Appointment.Start, End: l.Appointment.End, Stamp: l.Mail.Created,
		Sequence: l.Appointment.Sequence, Cancelled: cancelled,
	}
	if !cancelled {
		e.Description, e.URL = c.note(), w.link(l, "")
	}
	return e, true
}

// address reads a bare mail address: no name, no comment, no list.
func address(s string) (netmail.Address, error) {
	a, err := netmail.ParseAddress(s)
	if err != nil || a.Name != "" || a.Address != s || strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsGraphic(r) || unicode.IsSpace(r) }) {
		return netmail.Address{}, ErrAddress // which says nothing of the address: errors get into logs
	}
	return *a, nil
}
