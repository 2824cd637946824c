package documents

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestClean(t *testing.T) {
	for _, c := range []struct{ name, kind, want string }{
		{"Geburtsurkunde.pdf", PDF, "Geburtsurkunde.pdf"},
		{"Foto vom Ausweis.JPG", JPEG, "Foto vom Ausweis.jpg"},
		{"IMG_2041.jpeg", JPEG, "IMG_2041.jpg"},
		{"scan.png", JPEG, "scan.jpg"},
		{"Vollmacht", PDF, "Vollmacht.pdf"},
		{"Rechnung 1.2", PDF, "Rechnung 1.2.pdf"},
		{"setup.pdf.exe", PDF, "setup.pdf.exe.pdf"},
		{"a.pdf.pdf", PDF, "a.pdf.pdf"},
		{"/etc/passwd", PDF, "passwd.pdf"},
		{`C:\Users\Erika\Vollmacht.pdf`, PDF, "Vollmacht.pdf"},
		{"../../x.png", PNG, "x.png"},
		{"..", PNG, "Dokument.png"},
		{"", PNG, "Dokument.png"},
		{".pdf", PDF, "Dokument.pdf"},
		{"ordner/", PDF, "Dokument.pdf"},
		{".htaccess", PDF, "htaccess.pdf"},
		{"--help", PDF, "help.pdf"},
		{"gnp.\u202efdp", PDF, "gnp.fdp.pdf"}, // shown as gnp.pdf before,
		{"rech\u202enung\u2066x\u2069\u200f\u200b\ufeff.pdf", PDF, "rechnungx.pdf"},
		{"a\r\nSet-Cookie: x=1", PDF, "a Set-Cookie_ x=1.pdf"},
		{"a\x00b\x1b[31mc\u0085d.pdf", PDF, "ab[31mc d.pdf"},
		{`"quoted"; filename=x`, PDF, "_quoted_; filename=x.pdf"},
		{"<script>.pdf", PDF, "_script_.pdf"},
		{"  zu   viele\u00a0Blanks . .pdf ", PDF, "zu viele Blanks.pdf"},
		{"Mu\u0308ller.pdf", PDF, "Müller.pdf"}, // as a Mac writes it
		{"شهادة.pdf", PDF, "شهادة.pdf"},
		{"\xff\xfeabc.pdf", PDF, "abc.pdf"},
		{"😀.png", PNG, "😀.png"},
		{"x.exe", "application/x-msdownload", "x.exe.bin"},
		{strings.Repeat("ä", 200) + ".pdf", PDF, strings.Repeat("ä", 76) + ".pdf"},
		{strings.Repeat("a", 75) + " .. b.pdf", PDF, strings.Repeat("a", 75) + ".pdf"},
	} {
		if got := Clean(c.name, c.kind); got != c.want {
			t.Errorf("%q: got %q, want %q", c.name, got, c.want)
		}
	}
}

func FuzzClean(f *testing.F) {
	for _, name := range []string{"", "a.pdf", "../x", "\u202e", "e\u200d\u0301.jpg", "\u037e\u2260>\u0338", ". .", "\xff.png", strings.Repeat("x.pdf ", 20)} {
		f.Add(name, PDF)
		f.Add(name, "text/html")
	}
	f.Fuzz(func(t *testing.T, name, kind string) {
		got := Clean(name, kind)
		if n := utf8.RuneCountInString(got); n < 5 || n > maxName || !utf8.ValidString(got) {
			t.Errorf("%q has %d characters", got, n)
		}
		if strings.ContainsAny(got, `/\<>:"|?*`) || strings.HasPrefix(got, ".") || strings.HasPrefix(got, "-") {
			t.Errorf("%q is no harmless name", got)
		}
		if strings.ContainsFunc(got, func(r rune) bool { return r != ' ' && (!unicode.IsPrint(r) || unicode.Is(unicode.Bidi_Control, r)) }) {
			t.Errorf("%q has signs that cannot be seen", got)
		}
		all, known := extensions[kind]
		if !known {
			all = []string{".bin"}
		}
		if !strings.HasSuffix(got, all[0]) {
			t.Errorf("%q has not the extension of %s", got, kind)
		}
		if again := Clean(got, kind); again != got {
			t.Errorf("%q became %q", got, again)
		}
	})
}
