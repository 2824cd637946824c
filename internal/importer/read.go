package importer

import (
	"bytes"
	"fmt"
	"io"
	"path"
	"strings"
	"unicode/utf8"
)

// Read reads a list of appointments: CSV (see Appointments), iCalendar or JSON (docs/import.md). The ending of name says
// which (.csv, .ics, .ical, .json); when it says nothing, the content does. The list is taken whole or refused whole: the
// error is Issues with every broken line, or that of r. Lists over MaxSize or MaxRows are refused.
func Read(name string, r io.Reader, site Site) ([]Row, error) {
	data, err := slurp(r)
	if err != nil {
		return nil, err
	}
	switch format(name, data) {
	case "ics":
		return readCalendar(data, site)
	case "json":
		return readJSON(data, site)
	case "html":
		return nil, Issues{{Line: 1, Message: "this is a web page (or XML), not a list; a login page perhaps"}}
	}
	return readCSV(data, site)
}

// slurp reads at most MaxSize bytes.
func slurp(r io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxSize+1))
	if err != nil {
		return nil, fmt.Errorf("reading appointments: %w", err)
	}
	if len(data) > MaxSize {
		return nil, Issues{{Message: fmt.Sprintf("the file has more than %d MiB; import it in parts", MaxSize>>20)}}
	}
	return data, nil
}

// format is csv, ics, json, or html for what no system means to give.
func format(name string, data []byte) string {
	switch strings.ToLower(path.Ext(name)) {
	case ".csv":
		return "csv"
	case ".ics", ".ical":
		return "ics"
	case ".json":
		return "json"
	}
	data = bytes.TrimSpace(bytes.TrimPrefix(data, []byte("\ufeff")))
	const begin = "BEGIN:VCALENDAR"
	switch {
	case len(data) >= len(begin) && strings.EqualFold(string(data[:len(begin)]), begin):
		return "ics"
	case bytes.HasPrefix(data, []byte("[")), bytes.HasPrefix(data, []byte("{")):
		return "json"
	case bytes.HasPrefix(data, []byte("<")):
		return "html"
	}
	return "csv"
}

// encoding refuses what is not UTF-8, and says how to help it.
func encoding(data []byte) (Issue, bool) {
	if bytes.HasPrefix(data, []byte{0xff, 0xfe}) || bytes.HasPrefix(data, []byte{0xfe, 0xff}) {
		return Issue{Message: `the file is UTF-16; save it as UTF-8 (in Excel "CSV UTF-8")`}, false
	}
	if utf8.Valid(data) {
		return Issue{}, true
	}
	line := 1
	for rest := data; len(rest) > 0; {
		r, size := utf8.DecodeRune(rest)
		if r == utf8.RuneError && size == 1 {
			break
		}
		if r == '\n' {
			line++
		}
		rest = rest[size:]
	}
	return notUTF8(line), false
}

func notUTF8(line int) Issue {
	return Issue{Line: line, Message: `the file is not UTF-8, most likely Windows-1252; save it as UTF-8 (in Excel "CSV UTF-8"), or convert it with: iconv -f WINDOWS-1252 -t UTF-8`}
}
