package mail_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/catalogue"
	"westerkappeln.de/wartemarke/internal/mail"
	"westerkappeln.de/wartemarke/internal/queue"
)

// Whatever people and operators type in: the mail has exactly the recipient and the headers that it should have.
func FuzzWrite(f *testing.F) {
	f.Add("Anna", "anna@example.net", "Reisepass", "Rathaus", "de", "s3cr-t_", uint8(1))
	f.Add("Anna\r\nBcc: eve@example.net", "anna@example.net\r\nBcc: eve@example.net", "Pass\r\nBcc: eve@example.net\r\n\r\n<script>", "Rathaus\nX: y", "en\r\nX: y", "a\r\n/", uint8(0))
	f.Add(strings.Repeat("ä", 300), strings.Repeat("a", 70)+"@example.net", strings.Repeat("Wort ", 400), strings.Repeat("x", 1200), "de", "", uint8(2))
	f.Add("\u202eannA", "ünï@exämple.net", "👩‍👩‍👧 \u2066مرحبا\u2069", "\x00\x1b[2J\u2028", "ar", "../../x?y#z", uint8(5))
	f.Add("", "\"a\\\"b\"@example.net", "=?utf-8?q?x?=", "a, b <c@d.de>", "", "{{.}}", uint8(3))
	f.Add("", "a@b", "</title><img src=//evil>", "--", "de-simple", "\"><x", uint8(4))
	b := bundle(f)
	f.Fuzz(func(t *testing.T, name, address, service, town, lang, secret string, kind uint8) {
		l := letter(everyKind[int(kind)%len(everyKind)])
		l.Contact.Name, l.Contact.Mail, l.Contact.Lang, l.Contact.Secret = name, address, lang, secret
		l.Appointment.Services = []queue.Visit{{ID: "x", Quantity: 2}}
		l.Appointment.Code, l.Appointment.Foreign = booking.Code(service), true
		cat := catalogue.Catalogue{Services: []catalogue.Service{{
			ID: "x", Name: catalogue.Text{"de": service}, Fee: catalogue.Text{"de": town}, Bring: catalogue.List{"de": {service, town}},
		}}}
		where := site
		where.Name, where.Address, where.Phone, where.Privacy = town, service, town, service
		w, err := mail.NewWriter(mail.WriterConfig{Site: where, PublicURL: "https://termine.example.org", From: "termine@example.org", Bundle: b, Now: clock})
		if err != nil {
			t.Fatal(err)
		}
		m, err := w.Write(l, cat)
		if err != nil {
			return // no address, no mail
		}
		var raw bytes.Buffer
		if _, err := m.WriteTo(&raw); err != nil {
			t.Fatal(err)
		}
		got := parse(t, raw.Bytes())
		var names []string
		for fields := got.header.Fields(); fields.Next(); {
			names = append(names, strings.ToLower(fields.Key()))
		}
		slices.Sort(names)
		want := []string{"auto-submitted", "content-language", "content-type", "date", "from", "message-id", "mime-version", "subject", "to"}
		if !slices.Equal(names, want) {
			t.Fatalf("headers %v in\n%s", names, raw.Bytes())
		}
		to, err := got.header.AddressList("To")
		if err != nil || len(to) != 1 || to[0].Address != address || to[0].Name != "" {
			t.Fatalf("to %v, %v, want %q", to, err, address)
		}
		from, err := got.header.AddressList("From")
		if err != nil || len(from) != 1 || from[0].Address != "termine@example.org" {
			t.Fatalf("from %v, %v", from, err)
		}
		if s, err := got.header.Subject(); err != nil || strings.ContainsFunc(s, func(r rune) bool { return r < ' ' }) {
			t.Errorf("subject %q, %v", s, err)
		}
		page := got.html(t)
		if bad := fetches.FindString(page); bad != "" {
			t.Errorf("%s in\n%s", bad, page)
		}
		for _, s := range sources.FindAllStringSubmatch(page, -1) {
			if !strings.HasPrefix(s[1], "cid:") && !strings.HasPrefix(s[1], "https://termine.example.org/") && s[1] != site.Imprint {
				t.Errorf("the page leads to %q", s[1])
			}
		}
	})
}
