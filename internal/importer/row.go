package importer

import (
	"fmt"
	"net/mail"
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"westerkappeln.de/wartemarke/internal/booking"
)

const (
	maxCode = 64  // characters of a foreign code: what a scanner reads in one go
	maxName = 200 // characters
	maxMail = 254 // bytes, RFC 5321 4.5.3.1.3
)

// readRow reads the fields of a line, in the order of columns.
func readRow(line int, fields []string, site Site) (Row, Issues) {
	row := Row{Line: line}
	var issues Issues
	note := func(err error) {
		if err != nil {
			issues = append(issues, Issue{line, err.Error()})
		}
	}
	var err error
	row.Code, err = readCode(fields[0])
	note(err)
	row.Service, err = readService(fields[1], site)
	note(err)
	row.Start, err = Start(fields[2], site.Location)
	note(err)
	row.Name, err = Name(fields[3])
	note(err)
	row.Mail, err = Mail(fields[4])
	note(err)
	return row, issues
}

func readCode(text string) (booking.Code, error) {
	if text == "" {
		return "", nil
	}
	code := booking.Normalize(text)
	switch {
	case code == "":
		return "", fmt.Errorf("code %q: nothing is left of it without blanks and hyphens; leave it empty or give letters and digits", short(text))
	case utf8.RuneCountInString(code) > maxCode:
		return "", fmt.Errorf("code %q: has more than %d characters", short(text), maxCode)
	case !strings.ContainsFunc(code, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }):
		return "", fmt.Errorf("code %q: has no letter and no digit", short(text))
	}
	return booking.Code(code), nil
}

func readService(text string, site Site) (string, error) {
	switch {
	case text == "":
		return "", fmt.Errorf("service is missing; known are %s", known(site.Services))
	case !site.knows(text):
		return "", fmt.Errorf("service %q is not in the catalogue; known are %s", short(text), known(site.Services))
	}
	return text, nil
}

func known(services []string) string {
	const most = 12
	switch {
	case len(services) == 0:
		return "none; apply a catalogue first"
	case len(services) > most:
		return strings.Join(services[:most], ", ") + " …"
	}
	return strings.Join(services, ", ")
}

// localForm is a time without a zone, as our own examples and Excel's ISO form have it.
var localForm = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2})?$`)

// Start reads a time of the site without a zone, or one with a zone (RFC 3339). The error says what is allowed: a time that the
// clocks of the site show once, in the years 2000 to 2199.
func Start(text string, loc *time.Location) (time.Time, error) {
	if !localForm.MatchString(text) {
		t, err := time.Parse(time.RFC3339, text)
		if err != nil {
			return time.Time{}, fmt.Errorf("start %q: allowed are 2026-11-24T09:00 in the site's time, or with a zone, 2026-11-24T09:00:00+01:00", short(text))
		}
		return inRange(t.In(loc), text)
	}
	const form = "2006-01-02T15:04:05"
	full := (text + ":00")[:len(form)]
	t, err := time.ParseInLocation(form, full, loc)
	if err != nil {
		return time.Time{}, fmt.Errorf("start %q: there is no such day or time", text)
	}
	// time moves a time that the clocks skip to one that they show; then it does not read the same.
	if t.Format(form) != full {
		return time.Time{}, fmt.Errorf("start %q: the clocks in %s skip this time (summer time begins)", text, loc)
	}
	for _, other := range []time.Time{t.Add(-time.Hour), t.Add(time.Hour)} {
		if other.Format(form) == full {
			return time.Time{}, fmt.Errorf("start %q: the clocks in %s show this time twice (summer time ends); give it with a zone", text, loc)
		}
	}
	return inRange(t, text)
}

// inRange refuses years that only a slip of the hand gives.
func inRange(t time.Time, text string) (time.Time, error) {
	if t.Year() < 2000 || t.Year() >= 2200 {
		return time.Time{}, fmt.Errorf("start %q: allowed are the years 2000 to 2199", short(text))
	}
	return t, nil
}

// Name takes a citizen's name, or none: at most 200 characters in one line. The error never repeats it.
func Name(text string) (string, error) {
	switch {
	case strings.ContainsFunc(text, unicode.IsControl):
		return "", fmt.Errorf("name has a line break or another control character")
	case utf8.RuneCountInString(text) > maxName:
		return "", fmt.Errorf("name has more than %d characters", maxName)
	}
	return text, nil
}

// Mail takes a bare address, or none: what stands here becomes the header of a mail. The error never repeats it.
func Mail(text string) (string, error) {
	if text == "" {
		return "", nil
	}
	address, err := mail.ParseAddress(text)
	if err != nil || address.Address != text || len(text) > maxMail || strings.ContainsFunc(text, unicode.IsControl) {
		return "", fmt.Errorf("mail is no address; allowed is one such as erika@example.org, or none")
	}
	return text, nil
}

// short cuts a field for a message.
func short(text string) string {
	const most = 40
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}
