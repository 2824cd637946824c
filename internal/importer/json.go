package importer

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// readJSON reads an array of appointments, or an object that has one as "appointments". It goes token by token, as only
// then every mistake can be named with its line.
func readJSON(data []byte, site Site) ([]Row, error) {
	if issue, ok := encoding(data); !ok {
		return nil, Issues{issue}
	}
	if bom := []byte("\ufeff"); bytes.HasPrefix(data, bom) {
		data = data[len(bom):]
	}
	j := jsonList{data: data, dec: json.NewDecoder(bytes.NewReader(data)), line: 1, site: site}
	j.dec.UseNumber()
	if err := j.read(); err != nil {
		return nil, append(j.issues, *err) // what follows cannot be made out
	}
	return j.result()
}

// jsonList is a list being read. Its methods give an Issue when the rest of the file cannot be read.
type jsonList struct {
	list
	data []byte
	dec  *json.Decoder
	site Site
	at   int64 // how far lines are counted
	line int   // the line of at
}

// next reads a token and the line in which it ends; tokens have no line ends inside.
func (j *jsonList) next() (json.Token, int, *Issue) {
	token, err := j.dec.Token()
	to := j.dec.InputOffset()
	if err != nil {
		// The error's own offset does not count from the beginning of the file: the broken token is what follows.
		rest := bytes.TrimLeft(j.data[j.at:], " \t\r\n,:")
		to = int64(len(j.data) - len(rest))
	}
	j.line += bytes.Count(j.data[j.at:to], []byte("\n"))
	j.at = to
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return nil, j.line, &Issue{j.line, "no JSON: the file ends too early"}
	case err != nil:
		return nil, j.line, &Issue{j.line, "no JSON: " + err.Error()}
	}
	return token, j.line, nil
}

const listForm = `must be a list of appointments, [{…}], or {"appointments": [{…}]}`

func (j *jsonList) read() *Issue {
	token, line, issue := j.next()
	switch {
	case issue != nil:
		return issue
	case token == json.Delim('{'):
		if issue := j.readObject(); issue != nil {
			return issue
		}
	case token == json.Delim('['):
		if issue := j.readArray(); issue != nil {
			return issue
		}
	default:
		return &Issue{line, "the file " + listForm}
	}
	if j.full() {
		return nil
	}
	if _, err := j.dec.Token(); !errors.Is(err, io.EOF) {
		return &Issue{j.line, "the list ends here, but the file goes on"}
	}
	return nil
}

// readObject reads {"appointments": […]} behind its brace.
func (j *jsonList) readObject() *Issue {
	for seen := false; ; seen = true {
		token, line, issue := j.next()
		switch {
		case issue != nil:
			return issue
		case token == json.Delim('}') && !seen:
			return &Issue{line, `"appointments" is missing; the file ` + listForm}
		case token == json.Delim('}'):
			return nil
		case token != "appointments":
			return &Issue{line, fmt.Sprintf("unknown field %q; the file %s", short(token.(string)), listForm)}
		case seen:
			return &Issue{line, `field "appointments" is there twice`}
		}
		token, line, issue = j.next()
		if issue != nil {
			return issue
		}
		if token != json.Delim('[') {
			return &Issue{line, "appointments " + listForm}
		}
		if issue := j.readArray(); issue != nil || j.full() {
			return issue
		}
	}
}

// readArray reads the appointments behind the bracket, and the bracket that ends them.
func (j *jsonList) readArray() *Issue {
	for !j.full() {
		token, line, issue := j.next()
		switch {
		case issue != nil:
			return issue
		case token == json.Delim(']'):
			return nil
		case token != json.Delim('{'):
			j.note(Issue{line, `an appointment must be an object, such as {"service": "…", "start": "2026-11-24T09:00"}`})
			if issue := j.skip(token); issue != nil {
				return issue
			}
			continue
		}
		if issue := j.readAppointment(line); issue != nil {
			return issue
		}
	}
	return nil
}

// readAppointment reads the members behind the brace.
func (j *jsonList) readAppointment(line int) *Issue {
	rec := record{line: line}
	var wrong Issues
	for {
		token, line, issue := j.next()
		if issue != nil {
			return issue
		}
		if token == json.Delim('}') {
			break
		}
		name := token.(string) // the decoder lets nothing else stand here
		value, valueLine, issue := j.next()
		if issue == nil {
			issue = j.skip(value)
		}
		if issue != nil {
			return issue
		}
		f := field(slices.Index(fieldNames[:], name))
		switch text, err := memberText(f, value); {
		case len(wrong) >= maxIssues: // enough; the rest is only passed over
		case f < 0:
			wrong = append(wrong, Issue{line, fmt.Sprintf("unknown field %q; allowed are %s", short(name), strings.Join(fieldNames[:], ", "))})
		case rec.lines[f] != 0:
			wrong = append(wrong, Issue{line, fmt.Sprintf("field %q is there twice", name)})
		case err != nil:
			wrong = append(wrong, Issue{valueLine, err.Error()})
		default:
			rec.text[f], rec.lines[f] = text, valueLine
		}
	}
	if len(wrong) > 0 {
		j.list.issues = append(j.list.issues, wrong...)
		return nil
	}
	j.add(readRow(rec, j.site))
	return nil
}

// memberText is the value of a member as a CSV file would have it; null is as if it were not there.
func memberText(f field, value json.Token) (string, error) {
	if value == nil || f < 0 {
		return "", nil
	}
	switch v := value.(type) {
	case string:
		if f != fieldQuantity && f != fieldCancelled {
			return strings.TrimSpace(v), nil
		}
	case json.Number:
		if f == fieldQuantity {
			return v.String(), nil
		}
	case bool:
		if f == fieldCancelled {
			return fmt.Sprint(v), nil
		}
	}
	kind := "a text"
	switch f {
	case fieldQuantity:
		kind = "a whole number"
	case fieldCancelled:
		kind = "true or false"
	}
	return "", fmt.Errorf("%s must be %s", fieldNames[f], kind)
}

// skip reads to the end of the object or array that token begins; other tokens are over already.
func (j *jsonList) skip(token json.Token) *Issue {
	depth := 0
	for {
		switch token {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
		if depth == 0 {
			return nil
		}
		var issue *Issue
		if token, _, issue = j.next(); issue != nil {
			return issue
		}
	}
}
