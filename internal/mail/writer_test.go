package mail_test

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	_ "image/png"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-ical"
	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/mail"
	"westerkappeln.de/wartemarke/internal/queue"
)

func TestEveryKindSaysWhatIsNeeded(t *testing.T) {
	const page = "https://termine.example.org/appointment/s3cr-t_"
	code := []string{"K7M4X 2QX93", "Halten Sie den Code vor den Scanner", page, page + "/move", page + "/cancel"}
	for kind, c := range map[hall.MailKind]struct {
		subject string
		says    []string
		method  string // of the calendar entry
	}{
		hall.MailConfirm:   {"Bitte bestätigen: ", []string{page, "bis Montag, 23. November 2026, 11:00 Uhr", "jemand Ihre Mail-Adresse"}, ""},
		hall.MailBooked:    {"Termin gebucht: ", code, "REQUEST"},
		hall.MailMoved:     {"Termin verschoben: ", code, "REQUEST"},
		hall.MailCancelled: {"Termin abgesagt: ", []string{"https://termine.example.org/"}, "CANCEL"},
		hall.MailReminder:  {"Erinnerung an Ihren Termin: ", code, "REQUEST"},
		hall.MailEarlier:   {"Früherer Termin frei: ", []string{page + "/move?start=2026-11-27T09%3A05%3A00Z", "Freitag, 27. November 2026, 10:05 Uhr"}, ""},
	} {
		t.Run(string(kind), func(t *testing.T) {
			_, m := write(t, letter(kind))
			when := "Montag, 30. November 2026, 9:05 Uhr"
			says := append(c.says, "Personalausweis beantragen", when, "05404 887-0")
			if kind != hall.MailCancelled {
				says = append(says, "Altes Ausweisdokument", "37,00 €", "Große Straße 13, 49492 Westerkappeln")
			}
			for _, s := range says {
				if !strings.Contains(m.text(t), s) {
					t.Errorf("text lacks %q:\n%s", s, m.text(t))
				}
				if !strings.Contains(m.html(t), s) {
					t.Errorf("html lacks %q:\n%s", s, m.html(t))
				}
			}
			if kind == hall.MailEarlier {
				when = "Freitag, 27. November 2026, 10:05 Uhr"
			}
			if got, err := m.header.Subject(); err != nil || got != c.subject+"Personalausweis beantragen, "+when {
				t.Errorf("subject %q, %v", got, err)
			}
			files := 0
			if c.method != "" {
				files++
				checkEntry(t, m, c.method)
			}
			if strings.Contains(m.text(t), "K7M4X 2QX93") {
				files += 2
				checkQR(t, m)
			}
			if got := len(m.parts); got != 2+files {
				t.Errorf("%d parts, want %d", got, 2+files)
			}
		})
	}
}

// checkEntry reads the calendar entry.
func checkEntry(t *testing.T, m received, method string) {
	t.Helper()
	p := m.find(t, "text/calendar", false)
	if p.file != "termin.ics" || p.params["method"] != method {
		t.Errorf("calendar file %q, method %q", p.file, p.params["method"])
	}
	cal, err := ical.NewDecoder(bytes.NewReader(p.body)).Decode()
	if err != nil {
		t.Fatal(err)
	}
	e := cal.Events()[0]
	at, err := e.DateTimeStart(time.UTC)
	if err != nil || !at.Equal(start) {
		t.Errorf("entry starts %v, %v", at, err)
	}
	uid, err := e.Props.Text("UID")
	if err != nil || uid != "0193-a@wartemarke" || cal.Props.Get("METHOD").Value != method {
		t.Errorf("UID %q, METHOD %v, %v", uid, cal.Props.Get("METHOD"), err)
	}
	if e.Props.Get("ATTENDEE").Value != "mailto:anna@example.net" || e.Props.Get("ORGANIZER").Value != "mailto:termine@example.org" {
		t.Errorf("attendee %v, organizer %v", e.Props.Get("ATTENDEE"), e.Props.Get("ORGANIZER"))
	}
	if method == "CANCEL" {
		return
	}
	note, err := e.Props.Text("DESCRIPTION")
	if err != nil || !strings.Contains(note, "Biometrisches Passbild") || !strings.Contains(note, "K7M4X 2QX93") || !strings.Contains(note, "/appointment/s3cr-t_/cancel") {
		t.Errorf("description %q, %v", note, err)
	}
}

// checkQR reads both pictures as a scanner does.
func checkQR(t *testing.T, m received) {
	t.Helper()
	inline, attached := m.find(t, "image/png", true), m.find(t, "image/png", false)
	if attached.file != "termin-qr.png" || !bytes.Equal(inline.body, attached.body) {
		t.Errorf("attached as %q, same %v", attached.file, bytes.Equal(inline.body, attached.body))
	}
	cid := strings.Trim(inline.id, "<>")
	if !strings.Contains(m.html(t), `src="cid:`+cid+`"`) || !strings.Contains(m.html(t), `alt="QR-Code mit dem Code K7M4X 2QX93"`) {
		t.Errorf("picture %s is not shown in\n%s", cid, m.html(t))
	}
	img, _, err := image.Decode(bytes.NewReader(attached.body))
	if err != nil {
		t.Fatal(err)
	}
	if side := fmt.Sprintf(`width="%d" height="%d"`, img.Bounds().Dx(), img.Bounds().Dy()); img.Bounds().Dx() != 29*8 || !strings.Contains(m.html(t), side) {
		t.Errorf("picture of %v is not shown as it is", img.Bounds())
	}
	bmp, err := gozxing.NewBinaryBitmapFromImage(img)
	if err != nil {
		t.Fatal(err)
	}
	got, err := qrcode.NewQRCodeReader().Decode(bmp, nil)
	if err != nil || got.GetText() != "WM1K7M4X2QX93" {
		t.Errorf("QR code says %v, %v", got, err)
	}
}

func TestHeaders(t *testing.T) {
	_, m := write(t, letter(hall.MailBooked))
	for name, want := range map[string]string{
		"Message-Id": "<0193-mail-booked@example.org>", "Auto-Submitted": "auto-generated", "From": `"Rathaus Westerkappeln" <termine@example.org>`,
		"To": "<anna@example.net>", "Precedence": "", "X-Mailer": "", "Content-Language": "de",
	} {
		if got := m.header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if at, err := m.header.Date(); err != nil || !at.Equal(now) {
		t.Errorf("date %v, %v", at, err)
	}
}

func TestTheSameLetterHasTheSameMessageID(t *testing.T) {
	_, one := write(t, letter(hall.MailReminder))
	_, two := write(t, letter(hall.MailReminder))
	_, other := write(t, letter(hall.MailMoved))
	if one.header.Get("Message-Id") != two.header.Get("Message-Id") || one.header.Get("Message-Id") == other.header.Get("Message-Id") {
		t.Errorf("%s, %s, other %s", one.header.Get("Message-Id"), two.header.Get("Message-Id"), other.header.Get("Message-Id"))
	}
}

// A mail goes to an address that somebody typed in: nothing else that they typed may be in it.
func TestNoMailHoldsTheNameOrPhone(t *testing.T) {
	for _, kind := range everyKind {
		raw, m := write(t, letter(kind))
		all := string(raw) + m.text(t) + m.html(t)
		for _, p := range m.parts {
			all += string(p.body)
		}
		for _, s := range []string{"Anna Beispiel", "Beispiel", "0171 234567"} {
			if strings.Contains(all, s) {
				t.Errorf("%s holds %q", kind, s)
			}
		}
	}
}

func TestLanguages(t *testing.T) {
	for lang, want := range map[string]struct{ lang, dir, subject string }{
		"en": {"en", "ltr", "Appointment booked: Apply for an identity card, Monday, 30 November 2026, 9:05"},
		"xx": {"de", "ltr", "Termin gebucht: Personalausweis beantragen, Montag, 30. November 2026, 9:05 Uhr"},
		"ar": {"ar", "rtl", ""},
		"":   {"de", "ltr", "Termin gebucht: Personalausweis beantragen, Montag, 30. November 2026, 9:05 Uhr"},
	} {
		l := letter(hall.MailBooked)
		l.Contact.Lang = lang
		_, m := write(t, l)
		if got, _ := m.header.Subject(); want.subject != "" && got != want.subject {
			t.Errorf("%q: subject %q", lang, got)
		}
		if !strings.Contains(m.html(t), `<html lang="`+want.lang+`" dir="`+want.dir+`">`) || !strings.Contains(m.text(t), "Altes Ausweisdokument") {
			t.Errorf("%q: html is not marked %s, or German lists are missing", lang, want.lang)
		}
	}
}

func TestVisitOfSeveralServices(t *testing.T) {
	l := letter(hall.MailBooked)
	l.Appointment.Services = []queue.Visit{{ID: "personalausweis", Quantity: 1}, {ID: "reisepass", Quantity: 3}, {ID: "gone", Quantity: 1}}
	_, m := write(t, l)
	if got, _ := m.header.Subject(); !strings.HasPrefix(got, "Termin gebucht: Personalausweis beantragen und 1 weiteres Anliegen, ") {
		t.Errorf("subject %q", got)
	}
	for _, s := range []string{"3 × Reisepass beantragen", "Reisepass beantragen: 70,00 €", "Bitte bringen Sie mit – Reisepass beantragen:\n  - Biometrisches Passbild"} {
		if !strings.Contains(m.text(t), s) {
			t.Errorf("text lacks %q:\n%s", s, m.text(t))
		}
	}
}

// Times are the town's, on both sides of a change of clocks.
func TestTimesAreTheTowns(t *testing.T) {
	for at, want := range map[time.Time]string{
		time.Date(2027, 3, 28, 7, 0, 0, 0, time.UTC):    "Sonntag, 28. März 2027, 9:00 Uhr",
		time.Date(2027, 3, 27, 8, 0, 0, 0, time.UTC):    "Samstag, 27. März 2027, 9:00 Uhr",
		time.Date(2026, 12, 31, 23, 30, 0, 0, time.UTC): "Freitag, 1. Januar 2027, 0:30 Uhr",
	} {
		l := letter(hall.MailBooked)
		l.Appointment.Start = at
		if _, m := write(t, l); !strings.Contains(m.text(t), want) {
			t.Errorf("%v is not %q in\n%s", at, want, m.text(t))
		}
	}
}

func TestWhatIsNoAddressGetsNoMail(t *testing.T) {
	for _, bad := range []string{
		"", "anna", "anna@", "Anna <anna@example.net>", "anna@example.net, eve@example.net", "anna@example.net\r\nBcc: eve@example.net", "<anna@example.net>",
		`"a b"@example.net`, "anna@example.net ", "anna@exam\u202eple.net",
	} {
		l := letter(hall.MailBooked)
		l.Contact.Mail = bad
		if _, err := writer(t).Write(l, town); !errors.Is(err, mail.ErrAddress) || bad != "" && strings.Contains(err.Error(), bad) {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if _, err := mail.NewWriter(mail.WriterConfig{Site: site, From: "Rathaus <a@b.de>", Bundle: bundle(t)}); !errors.Is(err, mail.ErrAddress) {
		t.Errorf("sender: %v", err)
	}
}

func TestForeignCodeStandsAsItIs(t *testing.T) {
	l := letter(hall.MailReminder)
	l.Appointment.Code, l.Appointment.Foreign = "B-4711/x", true
	if _, m := write(t, l); !strings.Contains(m.text(t), "B-4711/x") || len(m.parts) != 5 {
		t.Errorf("%d parts in\n%s", len(m.parts), m.text(t))
	}
}

var (
	sources = regexp.MustCompile(`(?i)\s(?:src|href|background|poster|srcset|data)\s*=\s*"([^"]*)"`)
	fetches = regexp.MustCompile(`(?i)<(?:link|script|style|iframe|object|embed|base|form|video|audio)\b|style="[^"]*url\(`)
	styles  = regexp.MustCompile(`<(\w+)[^>]*?\sstyle="([^"]*)"`)
	tables  = regexp.MustCompile(`<table\b[^>]*>`)
)

// A mail shows whole without asking any server: nobody learns when it is read, and programs that block pictures hide nothing.
func TestHTMLFetchesNothing(t *testing.T) {
	for _, kind := range everyKind {
		_, m := write(t, letter(kind))
		page := m.html(t)
		if bad := fetches.FindString(page); bad != "" {
			t.Errorf("%s has %s", kind, bad)
		}
		for _, s := range sources.FindAllStringSubmatch(page, -1) {
			if strings.Contains(s[0], "href=") {
				if !strings.HasPrefix(s[1], "https://termine.example.org/") && s[1] != site.Imprint {
					t.Errorf("%s links to %s", kind, s[1])
				}
			} else if !strings.HasPrefix(s[1], "cid:") {
				t.Errorf("%s shows %s", kind, s[1])
			}
		}
		for _, table := range tables.FindAllString(page, -1) {
			if !strings.Contains(table, `role="presentation"`) {
				t.Errorf("%s: %s", kind, table)
			}
		}
	}
}

// Contrast of every colour on the grounds it stands on (WCAG 2.2, 1.4.3: 4.5 : 1), and no ground without a text colour beside it.
func TestContrast(t *testing.T) {
	_, confirm := write(t, letter(hall.MailConfirm))
	_, booked := write(t, letter(hall.MailBooked))
	var checked []string
	for _, s := range styles.FindAllStringSubmatch(confirm.html(t)+booked.html(t), -1) {
		rules := map[string]string{}
		for r := range strings.SplitSeq(s[2], ";") {
			if name, value, ok := strings.Cut(r, ":"); ok {
				rules[name] = value
			}
		}
		text, ground := rules["color"], rules["background-color"]
		if text == "" {
			continue
		}
		grounds := []string{ground}
		if ground == "" {
			grounds = []string{"#ffffff", "#eef1f5"}
		}
		for _, g := range grounds {
			checked = append(checked, text+" on "+g)
			if ratio := contrast(t, text, g); ratio < 4.5 {
				t.Errorf("<%s>: %s on %s is %.1f : 1", s[1], text, g, ratio)
			}
		}
	}
	if !slices.Contains(checked, "#ffffff on #0b4f8a") || !slices.Contains(checked, "#1a1a1a on #ffffff") {
		t.Errorf("checked %v only", checked)
	}
}
