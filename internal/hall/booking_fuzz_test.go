package hall_test

import (
	"net/mail"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/queue"
)

// Whatever is taken for an address is one line of ASCII and one recipient.
func FuzzMailAddress(f *testing.F) {
	for _, s := range []string{"erika@example.org", "a+b@example.org", "a@example.org\r\nBcc: c@d.org", `"a b"@example.org`, "a@b@c.de", "ä@example.org",
		"a@example.org (comment)", "<a@example.org>", "a@xn--mller-kva.example", "a\x00@example.org", "@example.org", "a@", "a@ .de"} {
		f.Add(s)
	}
	h := newBookable(f, 1, 0)
	f.Fuzz(func(t *testing.T, address string) {
		trimmed := strings.TrimSpace(address)
		if !taken(t, h, hall.Person{Name: "Erika", Mail: address}) || trimmed == "" {
			return
		}
		parsed, err := mail.ParseAddress(trimmed)
		if err != nil || parsed.Address != trimmed || strings.ContainsAny(trimmed, ",<>") || len(trimmed) > 254 {
			t.Errorf("%q was taken", address)
		}
		for _, c := range []byte(trimmed) {
			if c < 0x21 || c > 0x7e {
				t.Errorf("%q was taken", address)
			}
		}
	})
}

// Whatever is taken for a person is fit for a line of a list, a mail and a phone.
func FuzzPerson(f *testing.F) {
	f.Add("Erika Mustermann", "+49 (5404) 887-0", "de")
	f.Add("Erika\r\nBcc: b@example.org", "call\nme", "../../etc")
	f.Add("\u202eakirE", "１２３", "de-simple")
	f.Add("\xff", "", "")
	h := newBookable(f, 1, 0)
	f.Fuzz(func(t *testing.T, name, phone, lang string) {
		if !taken(t, h, hall.Person{Name: name, Phone: phone, Lang: lang}) {
			return
		}
		name = strings.TrimSpace(name)
		if name == "" || !utf8.ValidString(name) || utf8.RuneCountInString(name) > 100 || strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }) {
			t.Errorf("name %q was taken", name)
		}
		if phone = strings.TrimSpace(phone); len(phone) > 30 || strings.Trim(phone, "+0123456789 /()-") != "" {
			t.Errorf("phone %q was taken", phone)
		}
		if strings.ContainsAny(lang, "/.\\ \n") || len(lang) > 100 {
			t.Errorf("language %q was taken", lang)
		}
	})
}

// taken tells whether a person is taken as they are. Nobody may book here, so nothing else happens.
func taken(t *testing.T, h *town, p hall.Person) bool {
	t.Helper()
	_, err := h.Book(h.ctx, hall.Command{}, pass, morning, p)
	var r *queue.Refusal
	if !asRefusal(err, &r) || r.Code != queue.Invalid && r.Code != queue.NotAllowed {
		t.Fatal(err)
	}
	return r.Code == queue.NotAllowed
}

// What a mail server answers is shown to staff.
func FuzzMailServersAnswer(f *testing.F) {
	f.Add("451 4.7.1 try later\r\n")
	f.Add(strings.Repeat("ä", 500))
	f.Add("\xff\x00\x1b[31m\u202e")
	h := newBookable(f, 1, 0)
	if _, err := h.Book(h.ctx, anna, pass, morning, erika); err != nil {
		f.Fatal(err)
	}
	id := h.letters()[0].Mail.ID
	f.Fuzz(func(t *testing.T, answer string) {
		if err := h.MailFailed(h.ctx, id, answer, true); err != nil {
			t.Fatal(err)
		}
		dead, err := h.DeadMails(h.ctx)
		if err != nil || len(dead) != 1 {
			t.Fatal(dead, err)
		}
		got := dead[0].Mail.Error
		if !utf8.ValidString(got) || utf8.RuneCountInString(got) > 200 || strings.ContainsFunc(got, func(r rune) bool { return !unicode.IsPrint(r) }) {
			t.Errorf("%q", got)
		}
		if err := h.RetryMail(h.ctx, anna, id); err != nil {
			t.Fatal(err)
		}
	})
}
