package importer

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// columns that a file must have, in the order of our own examples, and those that it may have. It may have them in any order.
var (
	columns = fieldNames[fieldCode : fieldMail+1]
	more    = fieldNames[fieldQuantity : fieldCancelled+1]
)

// Appointments reads a CSV file with the header code,service,start,name,mail and, if wanted, quantity and cancelled. It
// takes commas or semicolons (as a German Excel writes), a byte order mark, and LF or CRLF. Times without a zone are the
// site's. The file is taken whole or refused whole: the error is Issues with every broken line, or that of r. Files over
// MaxSize or MaxRows are refused.
func Appointments(r io.Reader, site Site) ([]Row, error) {
	data, err := slurp(r)
	if err != nil {
		return nil, err
	}
	return readCSV(data, site)
}

func readCSV(data []byte, site Site) ([]Row, error) {
	if issue, ok := encoding(data); !ok {
		return nil, Issues{issue}
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	f := csv.NewReader(bytes.NewReader(data))
	f.Comma = separator(data)
	f.FieldsPerRecord = -1 // ours says which line and why
	f.TrimLeadingSpace = true
	f.ReuseRecord = true
	header, err := f.Read()
	if err != nil {
		return nil, Issues{broken(err)}
	}
	order, issues := readHeader(header)
	if len(issues) > 0 {
		return nil, issues
	}
	return readRows(f, order, site)
}

// separator is what separates the names of the header.
func separator(data []byte) rune {
	header, _, _ := bytes.Cut(data, []byte("\n"))
	if bytes.Count(header, []byte(";")) > bytes.Count(header, []byte(",")) {
		return ';'
	}
	return ','
}

// broken says what is wrong with a line that is no CSV.
func broken(err error) Issue {
	var parse *csv.ParseError
	switch {
	case errors.Is(err, io.EOF):
		return Issue{Message: "the file is empty; its first line must be " + strings.Join(columns, ",")}
	case errors.As(err, &parse):
		return Issue{Line: parse.Line, Message: "no CSV: " + parse.Err.Error()}
	}
	return Issue{Message: err.Error()}
}

// readHeader gives the field that each column of the file is.
func readHeader(header []string) (order []field, issues Issues) {
	names := make([]string, len(header))
	for i, name := range header {
		names[i] = strings.ToLower(strings.TrimSpace(name))
		if !slices.Contains(columns, names[i]) && !slices.Contains(more, names[i]) {
			issues = append(issues, Issue{Line: 1, Message: fmt.Sprintf("unknown column %q; the first line must be %s, if wanted with %s", short(name), strings.Join(columns, ","), strings.Join(more, ","))})
		} else if slices.Contains(names[:i], names[i]) {
			issues = append(issues, Issue{Line: 1, Message: fmt.Sprintf("column %q is there twice", names[i])})
		}
		order = append(order, field(slices.Index(fieldNames[:], names[i])))
	}
	for _, column := range columns {
		if !slices.Contains(names, column) {
			issues = append(issues, Issue{Line: 1, Message: fmt.Sprintf("column %q is missing; the first line must be %s", column, strings.Join(columns, ","))})
		}
	}
	return order, issues
}

func readRows(f *csv.Reader, order []field, site Site) ([]Row, error) {
	var l list
	for !l.full() {
		values, err := f.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, append(l.issues, broken(err)) // where the next line begins is unknown now
		}
		line, _ := f.FieldPos(0)
		if blank(values) {
			continue
		}
		if len(values) != len(order) {
			l.note(Issue{line, fmt.Sprintf("has %d fields instead of %d", len(values), len(order))})
			continue
		}
		rec := record{line: line}
		for i, f := range order {
			rec.text[f] = strings.TrimSpace(values[i])
		}
		l.add(readRow(rec, site))
	}
	return l.result()
}

// blank tells whether a line has no content, as Excel leaves them behind.
func blank(values []string) bool {
	return !slices.ContainsFunc(values, func(value string) bool { return strings.TrimSpace(value) != "" })
}
