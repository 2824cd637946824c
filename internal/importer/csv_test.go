package importer

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"westerkappeln.de/wartemarke/internal/booking"
)

func site(t testing.TB) Site {
	t.Helper()
	loc, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	return Site{Location: loc, Services: []string{"personalausweis", "wohnsitz-anmelden"}}
}

const head = "code,service,start,name,mail\n"

func TestExampleFile(t *testing.T) {
	data, err := os.ReadFile("testdata/appointments.csv")
	if err != nil {
		t.Fatal(err)
	}
	s := site(t)
	rows, err := Appointments(bytes.NewReader(data), s)
	if err != nil {
		t.Fatal(err)
	}
	want := []Row{
		{Line: 2, Service: "personalausweis", Start: time.Date(2026, 11, 24, 9, 0, 0, 0, s.Location), Name: "Erika Mustermann", Mail: "erika@example.org", Quantity: 1},
		{Line: 3, Code: "ZMS104711", Service: "wohnsitz-anmelden", Start: time.Date(2026, 11, 24, 9, 15, 0, 0, s.Location), Name: "Max Mustermann", Quantity: 1},
	}
	if d := cmp.Diff(want, rows); d != "" {
		t.Error(d)
	}
}

func TestSpreadsheetsOfManyKindsReadAlike(t *testing.T) {
	s := site(t)
	want, err := Appointments(strings.NewReader(head+",personalausweis,2026-11-24T09:00,\"Muster, Erika\",erika@example.org\n"), s)
	if err != nil {
		t.Fatal(err)
	}
	for name, file := range map[string]string{
		"byte order mark":  "\ufeff" + head + ",personalausweis,2026-11-24T09:00,\"Muster, Erika\",erika@example.org\n",
		"CRLF":             "code,service,start,name,mail\r\n,personalausweis,2026-11-24T09:00,\"Muster, Erika\",erika@example.org\r\n",
		"no last line end": head + ",personalausweis,2026-11-24T09:00,\"Muster, Erika\",erika@example.org",
		"semicolons":       "code;service;start;name;mail\n;personalausweis;2026-11-24T09:00;Muster, Erika;erika@example.org\n",
		"other order":      "Mail;Name;Start;Service;Code\nerika@example.org;Muster, Erika;2026-11-24T09:00;personalausweis;\n",
		"blanks":           "code, service, start, name, mail\n, personalausweis , 2026-11-24T09:00, \"Muster, Erika\", erika@example.org \n",
		"seconds":          head + ",personalausweis,2026-11-24T09:00:00,\"Muster, Erika\",erika@example.org\n",
		"zone":             head + ",personalausweis,2026-11-24T09:00:00+01:00,\"Muster, Erika\",erika@example.org\n",
		"UTC":              head + ",personalausweis,2026-11-24T08:00:00Z,\"Muster, Erika\",erika@example.org\n",
		"empty lines":      head + ",personalausweis,2026-11-24T09:00,\"Muster, Erika\",erika@example.org\n,,,,\n\n ,\n",
	} {
		rows, err := Appointments(strings.NewReader(file), s)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if d := cmp.Diff(want, rows); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}

func TestBrokenLinesAreNamed(t *testing.T) {
	for _, c := range []struct {
		name, file string
		line       int
		says       string
	}{
		{"empty", "", 0, "the file is empty"},
		{"missing column", "code,service,start,name\n", 1, `column "mail" is missing`},
		{"unknown column", "code,service,start,name,mail,phone\n", 1, `unknown column "phone"`},
		{"column twice", "code,service,start,name,mail,mail\n", 1, "twice"},
		{"no header", ",personalausweis,2026-11-24T09:00,,\n", 1, "must be code,service,start,name,mail"},
		{"fields", head + ",personalausweis,2026-11-24T09:00\n", 2, "has 3 fields instead of 5"},
		{"unknown service", head + ",reisepass,2026-11-24T09:00,,\n", 2, "known are personalausweis, wohnsitz-anmelden"},
		{"no service", head + ",,2026-11-24T09:00,,\n", 2, "service is missing"},
		{"no start", head + ",personalausweis,,,\n", 2, "allowed are 2026-11-24T09:00"},
		{"German date", head + ",personalausweis,24.11.2026 09:00,,\n", 2, "allowed are 2026-11-24T09:00"},
		{"no such day", head + ",personalausweis,2026-11-31T09:00,,\n", 2, "no such day"},
		{"one digit", head + ",personalausweis,2026-11-24T9:00,,\n", 2, "allowed are"},
		{"skipped", head + ",personalausweis,2026-03-29T02:30,,\n", 2, "skip this time"},
		{"twice a year", head + ",personalausweis,2026-10-25T02:30,,\n", 2, "show this time twice"},
		{"long ago", head + ",personalausweis,0026-11-24T09:00,,\n", 2, "2000 to 2199"},
		{"mail", head + ",personalausweis,2026-11-24T09:00,,erika\n", 2, "mail is no address"},
		{"mail with name", head + ",personalausweis,2026-11-24T09:00,,Erika <erika@example.org>\n", 2, "mail is no address"},
		{"mail with line break", head + ",personalausweis,2026-11-24T09:00,,\"erika@example.org\r\nBcc: all@example.org\"\n", 2, "mail is no address"},
		{"name with line break", head + ",personalausweis,2026-11-24T09:00,\"Erika\nMuster\",\n", 2, "line break"},
		{"long name", head + ",personalausweis,2026-11-24T09:00," + strings.Repeat("ä", 201) + ",\n", 2, "200 characters"},
		{"code of nothing", head + " - -,personalausweis,2026-11-24T09:00,,\n", 2, "nothing is left"},
		{"code of signs", head + "!?,personalausweis,2026-11-24T09:00,,\n", 2, "no letter and no digit"},
		{"long code", head + strings.Repeat("A", 65) + ",personalausweis,2026-11-24T09:00,,\n", 2, "more than 64"},
		{"same code", head + "a-1,personalausweis,2026-11-24T09:00,,\nA1,personalausweis,2026-11-24T10:00,,\n", 3, "line 2"},
		{"same row", head + ",personalausweis,2026-11-24T09:00,E,\n,personalausweis,2026-11-24T08:00:00Z,E,\n", 3, "same appointment as line 2"},
		{"quote", head + ",personalausweis,2026-11-24T09:00,\"E,\n", 2, "no CSV"},
		{"Windows-1252", head + ",personalausweis,2026-11-24T09:00,J\xf6rg,\n", 2, "iconv -f WINDOWS-1252"},
		{"UTF-16", "\xff\xfec\x00", 0, "UTF-16"},
		{"no quantity", strings.TrimSpace(head) + ",quantity\n,personalausweis,2026-11-24T09:00,,,0\n", 2, "from 1 to 99"},
		{"cancelled perhaps", strings.TrimSpace(head) + ",cancelled\n,personalausweis,2026-11-24T09:00,,,maybe\n", 2, "allowed are true, 1, yes, ja"},
		{"cancelled without a code", strings.TrimSpace(head) + ",cancelled\n,,,Erika,,ja\n", 2, "service is missing"},
		{"code twice", head + strings.Repeat("x,personalausweis,2026-11-24T09:00,,\n", 2), 3, "stands in line 2"},
		{"too big", strings.Repeat(" ", MaxSize+1), 0, "10 MiB"},
	} {
		rows, err := Appointments(strings.NewReader(c.file), site(t))
		var issues Issues
		if !errors.As(err, &issues) || rows != nil {
			t.Errorf("%s: gives %v and %v, want Issues", c.name, rows, err)
			continue
		}
		if issues[0].Line != c.line || !strings.Contains(issues.Error(), c.says) {
			t.Errorf("%s: line %d, %q; want line %d and %q", c.name, issues[0].Line, issues, c.line, c.says)
		}
	}
}

func TestEveryBrokenLineIsNamedAndNoneIsTaken(t *testing.T) {
	_, err := Appointments(strings.NewReader(head+",nix,2026-11-24T09:00,,\n,personalausweis,2026-11-24T09:00,,\n,personalausweis,bald,,@\n"), site(t))
	var issues Issues
	if !errors.As(err, &issues) || len(issues) != 3 {
		t.Fatalf("%v", err)
	}
	for i, line := range []int{2, 4, 4} {
		if issues[i].Line != line {
			t.Errorf("%v: want line %d", issues[i], line)
		}
	}
	_, err = Appointments(strings.NewReader(head+strings.Repeat("x\n", 5000)), site(t))
	if !errors.As(err, &issues) || len(issues) != maxIssues+1 || strings.Count(err.Error(), "\n") != shownIssues {
		t.Errorf("5000 broken lines give %d issues", len(issues))
	}
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, errors.New("the disk is gone") }

func TestReadErrorsArePassedOn(t *testing.T) {
	_, err := Appointments(brokenReader{}, site(t))
	if err == nil || !strings.Contains(err.Error(), "the disk is gone") {
		t.Error(err)
	}
}

func TestKeyKnowsARowAgain(t *testing.T) {
	start := time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC)
	row := Row{Line: 2, Service: "personalausweis", Start: start, Name: "Erika", Mail: "erika@example.org"}
	same := row
	same.Line, same.Start, same.Mail = 99, start.In(site(t).Location), "Erika@example.org"
	if row.Key() != same.Key() {
		t.Error("the same row on another line has another key")
	}
	if strings.Contains(row.Key(), "Erika") {
		t.Error("the key tells the name")
	}
	seen := map[string]bool{row.Key(): true}
	for i, change := range []func(*Row){
		func(r *Row) { r.Code = "A1" },
		func(r *Row) { r.Service = "wohnsitz-anmelden" },
		func(r *Row) { r.Start = r.Start.Add(time.Minute) },
		func(r *Row) { r.Name = "Max" },
		func(r *Row) { r.Mail = "" },
		func(r *Row) { r.Name, r.Mail = "Erikaerika@example.org", "" },
	} {
		other := row
		change(&other)
		if seen[other.Key()] {
			t.Errorf("change %d keeps the key", i)
		}
		seen[other.Key()] = true
	}
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	s := site(t)
	rapid.Check(t, func(t *rapid.T) {
		var file strings.Builder
		file.WriteString("code,service,start,name,mail,cancelled,quantity\n")
		var want []Row
		seen := map[string]bool{}
		for range rapid.IntRange(0, 20).Draw(t, "rows") {
			row := Row{
				Line:    len(want) + 2,
				Code:    booking.Code(rapid.StringMatching(`([A-Z][0-9]{3,6})?`).Draw(t, "code")),
				Service: rapid.SampledFrom(s.Services).Draw(t, "service"),
				Start:   time.Date(2026, 1, rapid.IntRange(1, 365).Draw(t, "day"), rapid.IntRange(8, 18).Draw(t, "hour"), 0, 0, 0, s.Location),
				Name:    rapid.StringMatching(`[A-Zß"',;]{1,8}`).Draw(t, "name"),
				Mail:    rapid.SampledFrom([]string{"", "a@example.org", "b.c+d@example.org"}).Draw(t, "mail"),

				Quantity:  rapid.IntRange(1, 99).Draw(t, "quantity"),
				Cancelled: rapid.Bool().Draw(t, "cancelled"),
			}
			if seen[row.Key()] {
				continue
			}
			seen[row.Key()] = true
			want = append(want, row)
			fmt.Fprintf(&file, "%s,%s,%s,\"%s\",%s,%v,%d\n", row.Code, row.Service, row.Start.Format("2006-01-02T15:04"), strings.ReplaceAll(row.Name, `"`, `""`), row.Mail, row.Cancelled, row.Quantity)
		}
		got, err := Appointments(strings.NewReader(file.String()), s)
		if err != nil {
			t.Fatalf("%v in\n%s", err, file.String())
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Fatal(d)
		}
	})
}

func FuzzAppointments(f *testing.F) {
	data, err := os.ReadFile("testdata/appointments.csv")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	for _, seed := range []string{"", head, "code;service;start;name;mail\r\n;;;;\r\n", head + "\"\n", "\ufeff" + head + "\xff", "code,service,start,name,mail,quantity,cancelled\nA1,,,,,2,ja\n", head + "]Q1,personalausweis,2026-11-24T09:00:00Z,n,a@b\n"} {
		f.Add([]byte(seed))
	}
	s := site(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		rows, err := Appointments(bytes.NewReader(data), s)
		if err != nil {
			var issues Issues
			if !errors.As(err, &issues) || len(issues) == 0 || rows != nil {
				t.Errorf("rows %v, error %v", rows, err)
			}
			return
		}
		for _, row := range rows {
			bare := row.Cancelled && row.Code != ""
			if row.Line < 2 || !bare && (!s.knows(row.Service) || row.Start.IsZero()) || strings.ContainsAny(row.Mail+row.Name+string(row.Code), "\r\n") {
				t.Errorf("taken: %+v", row)
			}
		}
	})
}
