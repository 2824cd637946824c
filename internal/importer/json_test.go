package importer

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"westerkappeln.de/wartemarke/internal/booking"
)

func TestJSONFile(t *testing.T) {
	s := site(t)
	want := []Row{
		{Line: 3, ID: "id:4711", Code: "AB123", Service: "personalausweis", Start: time.Date(2026, 11, 24, 9, 0, 0, 0, s.Location), Name: "Erika Mustermann", Mail: "erika@example.org", Quantity: 2},
		{Line: 5, ID: "id:4712", Quantity: 1, Cancelled: true},
		{Line: 6, Service: "wohnsitz-anmelden", Start: time.Date(2026, 11, 24, 9, 15, 0, 0, s.Location), Quantity: 1},
	}
	file := readFile(t, "list.json")
	for name, file := range map[string]string{"as it is": file, "CRLF": strings.ReplaceAll(file, "\n", "\r\n"), "with a mark": "\ufeff" + file} {
		rows, err := Read("list.json", strings.NewReader(file), s)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if d := cmp.Diff(want, rows); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
	for _, empty := range []string{"[]", `{"appointments": [ ]}`} {
		if rows, err := Read("x", strings.NewReader(empty), s); err != nil || len(rows) != 0 {
			t.Errorf("%s: %v, %v", empty, rows, err)
		}
	}
}

func TestBrokenJSONIsNamed(t *testing.T) {
	const good = `{"service": "personalausweis", "start": "2026-11-24T09:00"}`
	for _, c := range []struct {
		name, file string
		line       int
		says       string
	}{
		{"empty", "", 1, "ends too early"},
		{"text", "\n\nx", 3, "no JSON"},
		{"number", "\n7", 2, "must be a list"},
		{"no list", "{\n}", 2, `"appointments" is missing`},
		{"other list", "{\n\"termine\": []}", 2, `unknown field "termine"`},
		{"list twice", "{\"appointments\": [],\n\"appointments\": []}", 2, "there twice"},
		{"no array", "{\"appointments\":\n{}}", 2, "must be a list"},
		{"cut off", "[" + good + ",\n" + `{"service": "pers`, 2, "ends too early"},
		{"comma", "[" + good + "\n" + good + "]", 2, "no JSON"},
		{"goes on", "[]\n[]", 1, "the file goes on"},
		{"broken behind", "[]\n}", 1, "the file goes on"},
		{"no object", "[" + good + ",\n[[{\"a\": 1}]], 7]", 2, "must be an object"},
		{"unknown field", "[{\"service\": \"personalausweis\",\n\"phone\": {\"a\": [1]},\n\"start\": \"2026-11-24T09:00\"}]", 2, `unknown field "phone"`},
		{"case", "[{\"Service\": \"personalausweis\"}]", 1, `unknown field "Service"`},
		{"field twice", "[{\"service\": \"personalausweis\",\n\"service\": \"wohnsitz-anmelden\"}]", 2, `field "service" is there twice`},
		{"null twice", "[{\"name\": null,\n\"name\": \"x\"}]", 2, `field "name" is there twice`},
		{"number as code", "[{\n\"code\":\n 7}]", 3, "code must be a text"},
		{"object as name", "[{\n\"name\": {\"first\": \"Erika\"}}]", 2, "name must be a text"},
		{"text as quantity", "[{\"quantity\": \"2\"}]", 1, "quantity must be a whole number"},
		{"half a piece", "[{\"quantity\": 1.5,\n\"service\": \"personalausweis\", \"start\": \"2026-11-24T09:00\"}]", 1, "whole numbers from 1 to 99"},
		{"text as cancelled", "[{\"cancelled\": \"true\"}]", 1, "cancelled must be true or false"},
		{"no start", "[{\n\"service\": \"personalausweis\"}]", 1, "start"},
		{"service", "[{\n\n\"service\": \"reisepass\", \"start\": \"2026-11-24T09:00\"}]", 3, `service "reisepass" is not in the catalogue`},
		{"mail", "[{\n\"service\": \"personalausweis\",\n\"start\": \"2026-11-24T09:00\",\n\"mail\": \"a@example.org\\nBcc: b@example.org\"}]", 4, "mail is no address"},
		{"id of two lines", "[{\n\"id\": \"a\\nb\", \"cancelled\": true}]", 2, "control character"},
		{"same id", "[{\"id\": \"1\", \"cancelled\": true},\n{\"id\": \"1\", \"service\": \"personalausweis\", \"start\": \"2026-11-24T09:00\"}]", 2, "id stands in line 1"},
		{"same code", "[{\"id\": \"1\", \"code\": \"a1\", \"cancelled\": true},\n{\"id\": \"2\", \"code\": \"A-1\", \"cancelled\": true}]", 2, "stands in line 1"},
		{"same appointment", "[" + good + ",\n" + good + "]", 2, "same appointment as line 1"},
		{"Windows-1252", "[\n\"J\xf6rg\"]", 2, "iconv"},
		{"UTF-16", "\xff\xfe[\x00", 0, "UTF-16"},
	} {
		rows, err := Read("list.json", strings.NewReader(c.file), site(t))
		var issues Issues
		if !errors.As(err, &issues) || rows != nil {
			t.Errorf("%s: gives %v and %v, want Issues", c.name, rows, err)
			continue
		}
		if issues[0].Line != c.line || !strings.Contains(issues.Error(), c.says) {
			t.Errorf("%s: line %d, %q; want line %d and %q", c.name, issues[0].Line, issues, c.line, c.says)
		}
	}
	_, err := Read("x.json", strings.NewReader("["+strings.Repeat("{},\n", 5000)+"{}]"), site(t))
	var issues Issues
	if !errors.As(err, &issues) || len(issues) != maxIssues+1 {
		t.Errorf("5000 broken rows give %d issues", len(issues))
	}
}

func TestJSONThatIsWrittenIsRead(t *testing.T) {
	s := site(t)
	rapid.Check(t, func(t *rapid.T) {
		type appointment struct {
			ID        string `json:"id"`
			Code      string `json:"code,omitempty"`
			Service   string `json:"service"`
			Start     string `json:"start"`
			Name      string `json:"name,omitempty"`
			Mail      string `json:"mail"`
			Quantity  int    `json:"quantity,omitempty"`
			Cancelled bool   `json:"cancelled,omitempty"`
		}
		var list []appointment
		var want []Row
		for i := range rapid.IntRange(1, 20).Draw(t, "rows") {
			row := Row{
				Line:      5, // of the written form below
				ID:        fmt.Sprintf("id:%d", i),
				Code:      booking.Code(rapid.SampledFrom([]string{"", fmt.Sprintf("C%d", i)}).Draw(t, "code")),
				Service:   rapid.SampledFrom(s.Services).Draw(t, "service"),
				Start:     time.Date(2026, 1, rapid.IntRange(1, 365).Draw(t, "day"), rapid.IntRange(8, 18).Draw(t, "hour"), 0, 0, 0, s.Location),
				Name:      rapid.StringMatching(`([A-Zß"\\<{\[]{1,8})?`).Draw(t, "name"),
				Mail:      rapid.SampledFrom([]string{"", "a@example.org"}).Draw(t, "mail"),
				Quantity:  rapid.IntRange(1, 99).Draw(t, "quantity"),
				Cancelled: rapid.Bool().Draw(t, "cancelled"),
			}
			want = append(want, row)
			list = append(list, appointment{strings.TrimPrefix(row.ID, "id:"), string(row.Code), row.Service, row.Start.Format(time.RFC3339), row.Name, row.Mail, row.Quantity, row.Cancelled})
		}
		file, err := json.Marshal(map[string]any{"appointments": list})
		if err != nil {
			t.Fatal(err)
		}
		got, err := Read("list", strings.NewReader("\n\n\n\n"+string(file)), s)
		if err != nil {
			t.Fatalf("%v in\n%s", err, file)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Fatal(d)
		}
	})
}

func FuzzJSON(f *testing.F) {
	f.Add([]byte(readFile(f, "list.json")))
	for _, seed := range []string{"", "[]", "[[", `{"appointments":[{"id":"1","cancelled":true}]}`, `[{"a":`, "[{}]]", `[{"quantity":1e9}]`, "[\x00]"} {
		f.Add([]byte(seed))
	}
	s := site(f)
	f.Fuzz(func(t *testing.T, data []byte) { checkRead(t, "x.json", data, s) })
}
