package mail

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"westerkappeln.de/wartemarke/internal/i18n"
)

// texts are those of the language, of German when mails are not written in it.
func (w *Writer) texts(lang string) i18n.Texts {
	// Other areas may have catalogues in more languages: there this message is the German one.
	return w.cfg.Bundle.For(w.cfg.Bundle.For(lang).T("mail_lang"))
}

// when is a day and a time as the language writes it.
func (w *Writer) when(t i18n.Texts, at time.Time) string {
	at = at.In(w.loc)
	day := t.T("mail_day", "Weekday", t.T(fmt.Sprintf("mail_weekday_%d", at.Weekday())), "Day", at.Day(),
		"Month", t.T(fmt.Sprintf("mail_month_%d", at.Month())), "Year", at.Year())
	clock := t.T("mail_clock", "Hour", at.Hour(), "Minute", fmt.Sprintf("%02d", at.Minute()))
	return t.T("mail_when", "Day", day, "Clock", clock)
}

// subjectWhat is the longest name of a visit in a subject, in characters: mail programs show some 80, and the time is there, too.
const subjectWhat = 60

// short cuts s for a subject.
func short(s string) string {
	if utf8.RuneCountInString(s) <= subjectWhat {
		return s
	}
	return strings.TrimSpace(string([]rune(s)[:subjectWhat-1])) + "…"
}

// line makes s one line that reads as it is written: blanks become one, and control characters, soft hyphens and the marks that
// turn the direction of writing are left out.
func line(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r) && r != '\u00a0' && r != '\u202f': // fixed blanks keep figures and units together
			return ' '
		case unicode.IsControl(r), r == '\u00ad', r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069', r == '\ufeff':
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == ' ' }), " ")
}
