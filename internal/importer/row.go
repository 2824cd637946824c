package importer

import (
	"fmt"
	"net/mail"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"westerkappeln.de/wartemarke/internal/booking"
)

const (
	maxCode     = 64  // characters of a foreign code: what a scanner reads in one go
	maxName     = 200 // characters
	maxMail     = 254 // bytes, RFC 5321 4.5.3.1.3
	maxID       = 500 // bytes; Outlook's are up to some 200
	maxQuantity = 99  // more is a slip of the hand
)

// field is what a row can say of an appointment.
type field int

const (
	fieldCode field = iota
	fieldService
	fieldStart
	fieldName
	fieldMail
	fieldQuantity
	fieldCancelled
	fieldID
	fieldCount
)

// fieldNames are those of CSV columns and of JSON members.
var fieldNames = [fieldCount]string{"code", "service", "start", "name", "mail", "quantity", "cancelled", "id"}

// record is a row as it stands in a file; fields that are not there are empty.
type record struct {
	line  int
	text  [fieldCount]string
	lines [fieldCount]int // where a field stands, 0 = in line
}

// readRow reads and checks the fields of a row.
func readRow(r record, site Site) (Row, Issues) {
	row := Row{Line: r.line}
	var issues Issues
	note := func(f field, err error) {
		if err != nil {
			issues = append(issues, Issue{max(r.line, r.lines[f]), err.Error()})
		}
	}
	var err error
	row.ID, err = readID("id:", r.text[fieldID])
	note(fieldID, err)
	row.Code, err = readCode(r.text[fieldCode])
	note(fieldCode, err)
	row.Cancelled, err = readCancelled(r.text[fieldCancelled])
	note(fieldCancelled, err)
	row.Quantity, err = readQuantity(r.text[fieldQuantity])
	note(fieldQuantity, err)
	bare := row.Cancelled && (row.ID != "" || row.Code != "") // enough to know which
	if text := r.text[fieldService]; text != "" || !bare {
		row.Service, err = readService(text, site)
		note(fieldService, err)
	}
	if text := r.text[fieldStart]; text != "" || !bare {
		row.Start, err = Start(text, site.Location)
		note(fieldStart, err)
	}
	row.Name, err = Name(r.text[fieldName])
	note(fieldName, err)
	row.Mail, err = Mail(r.text[fieldMail])
	note(fieldMail, err)
	return row, issues
}

// readID gives an id of another system its kind, so that ids of two kinds are never the same. The error does not repeat it:
// some systems make it of a mail address.
func readID(kind, text string) (string, error) {
	switch {
	case text == "":
		return "", nil
	case strings.ContainsFunc(text, unicode.IsControl):
		return "", fmt.Errorf("id has a line break or another control character")
	case len(text) > maxID:
		return "", fmt.Errorf("id has more than %d bytes", maxID)
	}
	return kind + text, nil
}

func readQuantity(text string) (int, error) {
	if text == "" {
		return 1, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > maxQuantity {
		return 0, fmt.Errorf("quantity %q: allowed are whole numbers from 1 to %d", short(text), maxQuantity)
	}
	return n, nil
}

func readCancelled(text string) (bool, error) {
	switch strings.ToLower(text) {
	case "", "false", "0", "no", "nein":
		return false, nil
	case "true", "1", "yes", "ja":
		return true, nil
	}
	return false, fmt.Errorf("cancelled %q: allowed are true, 1, yes, ja, or false, 0, no, nein, or nothing", short(text))
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
