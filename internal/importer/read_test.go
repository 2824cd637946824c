package importer

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

// checkRead reads a file of whatever bytes: it gives Issues, or rows that keep what Row promises.
func checkRead(t *testing.T, name string, data []byte, s Site) {
	t.Helper()
	rows, err := Read(name, bytes.NewReader(data), s)
	if err != nil {
		var issues Issues
		if !errors.As(err, &issues) || len(issues) == 0 || rows != nil {
			t.Errorf("rows %v, error %v", rows, err)
		}
		for _, i := range issues {
			if i.Line < 0 || i.Line > bytes.Count(data, []byte("\n"))+1 || i.Message == "" {
				t.Errorf("issue %+v in a file of %d lines", i, bytes.Count(data, []byte("\n"))+1)
			}
		}
		return
	}
	keys := map[string]bool{}
	for _, r := range rows {
		bare := r.Cancelled && (r.ID != "" || r.Code != "")
		if r.Line < 1 || !bare && (!s.knows(r.Service) || r.Start.IsZero()) || r.Quantity < 1 || r.Quantity > 99 ||
			strings.ContainsAny(r.Mail+r.Name+string(r.Code), "\r\n") || keys[r.Key()] {
			t.Errorf("taken: %+v", r)
		}
		keys[r.Key()] = true
	}
}

func TestTheFormatIsKnownByNameOrContent(t *testing.T) {
	for _, c := range []struct{ name, data, want string }{
		{"a.CSV", "[", "csv"},
		{"a.ics", "[", "ics"},
		{"a.iCal", "", "ics"},
		{"a.json", "code", "json"},
		{"export.php", "\ufeff\r\nbegin:vcalendar\r\n", "ics"},
		{"/export", " [", "json"},
		{"", "{}", "json"},
		{"a.txt", head, "csv"},
		{"login", "\n<!DOCTYPE html>", "html"},
		{"", "", "csv"},
	} {
		if got := format(c.name, []byte(c.data)); got != c.want {
			t.Errorf("%q with %q is read as %s, want %s", c.name, c.data, got, c.want)
		}
	}
	for name, file := range map[string]string{
		"a.csv": head + ",personalausweis,2026-11-24T09:00,,\n", "a.ics": one(uid, start, pass),
		"a.json": `[{"service": "personalausweis", "start": "2026-11-24T09:00"}]`,
	} {
		rows, err := Read(name, strings.NewReader(file), site(t))
		if err != nil || len(rows) != 1 || rows[0].Service != "personalausweis" || rows[0].Start.Hour() != 9 {
			t.Errorf("%s: %+v, %v", name, rows, err)
		}
	}
	if _, err := Read("login", strings.NewReader("<html>"), site(t)); err == nil || !strings.Contains(err.Error(), "line 1: this is a web page") {
		t.Error(err)
	}
	if _, err := Read("x", brokenReader{}, site(t)); err == nil || !strings.Contains(err.Error(), "the disk is gone") {
		t.Error(err)
	}
}

func TestListsThatAreTooLong(t *testing.T) {
	s := site(t)
	for _, name := range []string{"a.csv", "a.ics", "a.json"} {
		if _, err := Read(name, strings.NewReader(strings.Repeat(" ", MaxSize+1)), s); err == nil || !strings.Contains(err.Error(), "10 MiB") {
			t.Errorf("%s: %v", name, err)
		}
	}
	var csv, json strings.Builder
	csv.WriteString(head)
	json.WriteString("[")
	for i := range MaxRows + 1 {
		fmt.Fprintf(&csv, "C%d,personalausweis,2026-11-24T09:00,,\n", i)
		if i > 0 {
			json.WriteString(",\n")
		}
		fmt.Fprintf(&json, `{"id":"%d","service":"personalausweis","start":"2026-11-24T09:00"}`, i)
	}
	json.WriteString("]")
	for name, file := range map[string]string{"a.csv": csv.String(), "a.json": json.String()} {
		rows, err := Read(name, strings.NewReader(file), s)
		if err == nil || rows != nil || !strings.Contains(err.Error(), "more than 100000 appointments") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestKeysOfIDs(t *testing.T) {
	row := Row{ID: "ics:1", Code: "A1", Service: "personalausweis", Start: time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC)}
	moved := row
	moved.Start, moved.Name, moved.Code = row.Start.Add(time.Hour), "Erika", "B2"
	if row.Key() != "ics:1" || moved.Key() != row.Key() {
		t.Errorf("%q, then %q", row.Key(), moved.Key())
	}
	row.ID = ""
	if row.Key() != "code:A1" {
		t.Errorf("without an id %q", row.Key())
	}
}
