package importer

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// columns of the file, in the order in which our own examples have them. A file may have them in another order.
var columns = []string{"code", "service", "start", "name", "mail"}

// Appointments reads a CSV file with the header code,service,start,name,mail. It takes commas or semicolons (as a German
// Excel writes), a byte order mark, and LF or CRLF. Times without a zone are the site's. The file is taken whole or
// refused whole: the error is Issues with every broken line, or that of r. Files over MaxSize are refused.
func Appointments(r io.Reader, site Site) ([]Row, error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxSize+1))
	if err != nil {
		return nil, fmt.Errorf("reading appointments: %w", err)
	}
	if len(data) > MaxSize {
		return nil, Issues{{Message: fmt.Sprintf("the file has more than %d MiB; import it in parts", MaxSize>>20)}}
	}
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

// encoding refuses what is not UTF-8, and says how to help it.
func encoding(data []byte) (Issue, bool) {
	if bytes.HasPrefix(data, []byte{0xff, 0xfe}) || bytes.HasPrefix(data, []byte{0xfe, 0xff}) {
		return Issue{Message: `the file is UTF-16; save it as "CSV UTF-8"`}, false
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
	return Issue{Line: line, Message: `the file is not UTF-8, most likely Windows-1252 from Excel; save it as "CSV UTF-8", or convert it with: iconv -f WINDOWS-1252 -t UTF-8`}, false
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

// readHeader gives the place of each of columns in the file.
func readHeader(header []string) (order []int, issues Issues) {
	names := make([]string, len(header))
	for i, name := range header {
		names[i] = strings.ToLower(strings.TrimSpace(name))
		if !slices.Contains(columns, names[i]) {
			issues = append(issues, Issue{Line: 1, Message: fmt.Sprintf("unknown column %q; the first line must be %s", short(name), strings.Join(columns, ","))})
		} else if slices.Contains(names[:i], names[i]) {
			issues = append(issues, Issue{Line: 1, Message: fmt.Sprintf("column %q is there twice", names[i])})
		}
	}
	for _, column := range columns {
		at := slices.Index(names, column)
		if at < 0 {
			issues = append(issues, Issue{Line: 1, Message: fmt.Sprintf("column %q is missing; the first line must be %s", column, strings.Join(columns, ","))})
		}
		order = append(order, at)
	}
	return order, issues
}

func readRows(f *csv.Reader, order []int, site Site) ([]Row, error) {
	var rows []Row
	var issues Issues
	first := map[string]int{}
	for {
		record, err := f.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, append(issues, broken(err)) // where the next line begins is unknown now
		}
		if len(issues) >= maxIssues {
			return nil, append(issues, Issue{Message: "the rest of the file was not checked"})
		}
		line, _ := f.FieldPos(0)
		if blank(record) {
			continue
		}
		if len(record) != len(order) {
			issues = append(issues, Issue{line, fmt.Sprintf("has %d fields instead of %d", len(record), len(order))})
			continue
		}
		fields := make([]string, len(order))
		for i, at := range order {
			fields[i] = strings.TrimSpace(record[at])
		}
		row, wrong := readRow(line, fields, site)
		issues = append(issues, wrong...)
		if len(wrong) > 0 {
			continue
		}
		if before, twice := first[row.Key()]; twice {
			issues = append(issues, Issue{line, same(row, before)})
			continue
		}
		first[row.Key()] = line
		rows = append(rows, row)
	}
	if len(issues) > 0 {
		return nil, issues
	}
	return rows, nil
}

func same(row Row, before int) string {
	if row.Code != "" {
		return fmt.Sprintf("code %q stands in line %d already; each appointment needs its own", short(string(row.Code)), before)
	}
	return fmt.Sprintf("is the same appointment as line %d", before)
}

// blank tells whether a line has no content, as Excel leaves them behind.
func blank(record []string) bool {
	return !slices.ContainsFunc(record, func(field string) bool { return strings.TrimSpace(field) != "" })
}
