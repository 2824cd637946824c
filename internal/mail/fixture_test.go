package mail_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	_ "github.com/emersion/go-message/charset"
	message "github.com/emersion/go-message/mail"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/catalogue"
	"westerkappeln.de/wartemarke/internal/config"
	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/i18n"
	"westerkappeln.de/wartemarke/internal/mail"
	"westerkappeln.de/wartemarke/internal/queue"
)

const code = booking.Code("K7M4X2QX93")

var (
	now   = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	start = time.Date(2026, 11, 30, 8, 5, 0, 0, time.UTC) // 9:05 in Germany

	everyKind = []hall.MailKind{hall.MailConfirm, hall.MailBooked, hall.MailMoved, hall.MailCancelled, hall.MailReminder, hall.MailEarlier}

	site = config.Site{
		Name: "Rathaus Westerkappeln", Timezone: "Europe/Berlin", Address: "Große Straße 13, 49492 Westerkappeln", Phone: "05404 887-0",
		Imprint: "https://www.example.org/impressum", Privacy: "Datenschutz, datenschutz@example.org",
	}

	town = catalogue.Catalogue{Services: []catalogue.Service{
		{
			ID: "personalausweis", Name: catalogue.Text{"de": "Personal\u00adausweis beantragen", "en": "Apply for an identity card"},
			Bring: catalogue.List{"de": {"Altes Ausweisdokument", "Biometrisches Passbild"}}, Fee: catalogue.Text{"de": "37,00 € (unter 24 Jahren 22,80 €)"},
		},
		{ID: "reisepass", Name: catalogue.Text{"de": "Reisepass beantragen"}, Bring: catalogue.List{"de": {"Biometrisches Passbild"}}, Fee: catalogue.Text{"de": "70,00 €"}},
	}}
)

// clock stands still.
func clock() time.Time { return now }

func bundle(t testing.TB) *i18n.Bundle {
	t.Helper()
	b, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func writer(t testing.TB) *mail.Writer {
	t.Helper()
	w, err := mail.NewWriter(mail.WriterConfig{
		Site: site, PublicURL: "https://termine.example.org/", From: "termine@example.org", Bundle: bundle(t), Now: clock,
	})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func letter(kind hall.MailKind) hall.Letter {
	l := hall.Letter{
		Mail: hall.Mail{ID: "0193-mail-" + string(kind), Appointment: "0193-a", Kind: kind, Created: now.Add(-time.Minute)},
		Appointment: booking.Appointment{
			ID: "0193-a", Code: code, Start: start, End: start.Add(15 * time.Minute), State: booking.Booked, Sequence: 1,
			Services: []queue.Visit{{ID: "personalausweis", Quantity: 1}},
		},
		Contact: hall.Contact{Appointment: "0193-a", Name: "Anna Beispiel", Mail: "anna@example.net", Phone: "0171 234567", Lang: "de", Secret: "s3cr-t_"},
	}
	switch kind {
	case hall.MailConfirm:
		l.Appointment.State, l.Appointment.Until = booking.Unconfirmed, now.Add(time.Hour)
	case hall.MailCancelled:
		l.Appointment.State, l.Appointment.Sequence = booking.Cancelled, 2
	case hall.MailEarlier:
		l.Mail.Slot = start.AddDate(0, 0, -3).Add(time.Hour)
	}
	return l
}

// part is one leaf of a mail.
type part struct {
	kind   string // content type
	params map[string]string
	inline bool
	file   string
	id     string
	body   []byte
}

// received is a mail as another library reads it.
type received struct {
	header message.Header
	parts  []part
}

func parse(t testing.TB, raw []byte) received {
	t.Helper()
	r, err := message.CreateReader(bytes.NewReader(raw))
	if err != nil {
		t.Fatalf("%v in\n%s", err, raw)
	}
	m := received{header: r.Header}
	for {
		p, err := r.NextPart()
		if errors.Is(err, io.EOF) {
			return m
		}
		if err != nil {
			t.Fatalf("%v in\n%s", err, raw)
		}
		body, err := io.ReadAll(p.Body)
		if err != nil {
			t.Fatal(err)
		}
		x := part{body: body, id: p.Header.Get("Content-Id")}
		switch h := p.Header.(type) {
		case *message.InlineHeader:
			x.inline = true
			x.kind, x.params, err = h.ContentType()
		case *message.AttachmentHeader:
			if x.kind, x.params, err = h.ContentType(); err == nil {
				x.file, err = h.Filename()
			}
		}
		if err != nil {
			t.Fatal(err)
		}
		m.parts = append(m.parts, x)
	}
}

// find gives the only part of the kind that is inline or not.
func (m received) find(t testing.TB, kind string, inline bool) part {
	t.Helper()
	var found []part
	for _, p := range m.parts {
		if p.kind == kind && p.inline == inline {
			found = append(found, p)
		}
	}
	if len(found) != 1 {
		t.Fatalf("%d parts %s (inline %v)", len(found), kind, inline)
	}
	return found[0]
}

func (m received) text(t testing.TB) string {
	t.Helper()
	return strings.ReplaceAll(string(m.find(t, "text/plain", true).body), "\r\n", "\n")
}

func (m received) html(t testing.TB) string { return string(m.find(t, "text/html", true).body) }

// write gives the letter's mail as it is sent, and as it is read.
func write(t testing.TB, l hall.Letter) ([]byte, received) {
	t.Helper()
	m, err := writer(t).Write(l, town)
	if err != nil {
		t.Fatal(err)
	}
	var raw bytes.Buffer
	if _, err := m.WriteTo(&raw); err != nil {
		t.Fatal(err)
	}
	return raw.Bytes(), parse(t, raw.Bytes())
}
