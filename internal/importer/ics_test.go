package importer

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	ics "github.com/arran4/golang-ical"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"westerkappeln.de/wartemarke/internal/booking"
)

// named is a site whose services have names.
func named(t testing.TB) Site {
	t.Helper()
	s := site(t)
	s.Names = map[string][]string{
		"personalausweis":   {"Personalausweis beantragen", "Apply for an identity card", "Antrag"},
		"wohnsitz-anmelden": {"Wohnsitz anmelden", "Anmeldung, Ummeldung", "Antrag"},
	}
	return s
}

func readFile(t testing.TB, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestCalendarsOfManyPrograms(t *testing.T) {
	s := named(t)
	at := func(month time.Month, day, hour, minute int) time.Time {
		return time.Date(2026, month, day, hour, minute, 0, 0, s.Location)
	}
	for name, want := range map[string][]Row{
		"outlook.ics": {{
			Line: 21, ID: "ics:040000008200E00074C5B7101A82E0080000000010A1B2C3D4E5DA010000000000000000100000007D3F2A1B",
			Service: "personalausweis", Start: at(11, 24, 9, 0), Name: "Muster, Erika", Mail: "erika@example.org", Quantity: 1,
		}},
		"google.ics": {
			{Line: 8, ID: "ics:7kukuqrfedlm2f9t@google.com", Service: "wohnsitz-anmelden", Start: at(11, 24, 9, 15), Mail: "max.mustermann@example.org", Quantity: 1},
			{Line: 23, ID: "ics:cancelled1@google.com", Service: "wohnsitz-anmelden", Start: at(7, 14, 10, 0), Quantity: 1, Cancelled: true},
		},
		"zms.ics": {
			{Line: 9, ID: "ics:20261124-104711@terminvereinbarung.example.org", Code: "ZMS104711", Service: "personalausweis", Start: at(11, 24, 10, 15), Name: "Jörg Müßig", Mail: "j.muessig+termin@example.org", Quantity: 2},
			{Line: 31, ID: "ics:20261124-104712@terminvereinbarung.example.org", Code: "ZMS104712", Service: "wohnsitz-anmelden", Start: at(11, 24, 10, 30), Quantity: 1},
			{Line: 41, ID: "ics:20261124-104713@terminvereinbarung.example.org", Quantity: 1, Cancelled: true},
		},
	} {
		file := readFile(t, name)
		for kind, file := range map[string]string{"as it is": file, "with a mark": "\ufeff" + file, "LF": strings.ReplaceAll(file, "\r\n", "\n"), "no last line end": strings.TrimSpace(file)} {
			rows, err := Read("list", strings.NewReader(file), s)
			if err != nil {
				t.Errorf("%s %s: %v", name, kind, err)
			}
			if d := cmp.Diff(want, rows); d != "" {
				t.Errorf("%s %s: %s", name, kind, d)
			}
		}
	}
}

// one is a calendar with an event of these lines, which begin at line 3.
func one(lines ...string) string {
	return "BEGIN:VCALENDAR\nBEGIN:VEVENT\n" + strings.Join(lines, "\n") + "\nEND:VEVENT\nEND:VCALENDAR\n"
}

const (
	uid   = "UID:1@example.org"
	start = "DTSTART:20261124T090000"
	pass  = "X-WARTEMARKE-SERVICE:personalausweis"
)

func TestOneEvent(t *testing.T) {
	s := named(t)
	s.Default = "wohnsitz-anmelden"
	for name, c := range map[string]struct {
		lines []string
		check func(Row) bool
	}{
		"service in a category":        {[]string{uid, start, "CATEGORIES:PERSONALAUSWEIS"}, func(r Row) bool { return r.Service == "personalausweis" }},
		"second category":              {[]string{uid, start, "CATEGORIES:Amt", "CATEGORIES:Haus,personalausweis"}, func(r Row) bool { return r.Service == "personalausweis" }},
		"name in another language":     {[]string{uid, start, "SUMMARY:apply  for an Identity card"}, func(r Row) bool { return r.Service == "personalausweis" }},
		"name before brackets":         {[]string{uid, start, "SUMMARY:Personalausweis beantragen (E. M.)"}, func(r Row) bool { return r.Service == "personalausweis" }},
		"name of two is none":          {[]string{uid, start, "SUMMARY:Antrag"}, func(r Row) bool { return r.Service == "wohnsitz-anmelden" }},
		"default":                      {[]string{uid, start, "SUMMARY:Termin"}, func(r Row) bool { return r.Service == "wohnsitz-anmelden" }},
		"small letters":                {[]string{"uid:1@example.org", "dtstart;tzid=Europe/London:20261124T080000"}, func(r Row) bool { return r.Start.Hour() == 9 && r.ID == "ics:1@example.org" }},
		"zone behind a path":           {[]string{uid, "DTSTART;TZID=/citadel.org/20070227_1/Europe/London:20261124T080000"}, func(r Row) bool { return r.Start.Hour() == 9 }},
		"three parts":                  {[]string{uid, "DTSTART;TZID=America/Argentina/Buenos_Aires:20261124T050000"}, func(r Row) bool { return r.Start.Hour() == 9 }},
		"without seconds":              {[]string{uid, "DTSTART:20261124T0900"}, func(r Row) bool { return r.Start.Hour() == 9 }},
		"series, one moved":            {[]string{uid, start, "RECURRENCE-ID;TZID=Europe/Berlin:20261123T090000"}, func(r Row) bool { return r.ID == "ics:1@example.org\n20261123T080000Z" }},
		"series, the same in UTC":      {[]string{uid, start, "RECURRENCE-ID:20261123T080000Z"}, func(r Row) bool { return r.ID == "ics:1@example.org\n20261123T080000Z" }},
		"series, day":                  {[]string{uid, start, "RECURRENCE-ID;VALUE=DATE:20261123"}, func(r Row) bool { return r.ID == "ics:1@example.org\n20261123" }},
		"series cancelled":             {[]string{uid, "RRULE:FREQ=DAILY", "STATUS:cancelled"}, func(r Row) bool { return r.Cancelled && r.Start.IsZero() }},
		"no mail":                      {[]string{uid, start, "ATTENDEE;CN=Erika:invalid:nomail"}, func(r Row) bool { return r.Name == "Erika" && r.Mail == "" }},
		"code of the service":          {[]string{uid, start, "X-WARTEMARKE-SERVICE;CODE=a-1:personalausweis"}, func(r Row) bool { return r.Code == "A1" && r.Service == "personalausweis" }},
		"broken lines of no interest":  {[]string{uid, start, "X-FOO;;=", "no colon at all", "\x01", "DESCRIPTION;A"}, func(r Row) bool { return r.ID == "ics:1@example.org" }},
		"letter cut by folding":        {[]string{uid, start, "ATTENDEE;CN=J\xc3", " \xb6rg:mailto:j@example.org"}, func(r Row) bool { return r.Name == "Jörg" }},
		"long line of no interest":     {[]string{uid, start, "ATTACH:" + strings.Repeat("A", 1<<20)}, func(r Row) bool { return r.Line == 2 }},
		"quiet about a tentative one":  {[]string{uid, start, "STATUS:TENTATIVE"}, func(r Row) bool { return !r.Cancelled }},
		"sequence that is none":        {[]string{uid, start, "SEQUENCE:viele"}, func(r Row) bool { return r.Line == 2 }},
		"empty mail of the attendee":   {[]string{uid, start, "ATTENDEE;CN=Erika:mailto:"}, func(r Row) bool { return r.Name == "Erika" && r.Mail == "" }},
		"mail with a subject behind":   {[]string{uid, start, "ATTENDEE:mailto:e@example.org?subject=x"}, func(r Row) bool { return r.Mail == "e@example.org" }},
		"blank lines between the rest": {[]string{"", uid, "", start, "\r"}, func(r Row) bool { return r.Line == 2 }},
	} {
		rows, err := Read("x.ics", strings.NewReader(one(c.lines...)), s)
		if err != nil || len(rows) != 1 || !c.check(rows[0]) {
			t.Errorf("%s: %+v, %v", name, rows, err)
		}
	}
}

func TestBrokenCalendarsAreNamed(t *testing.T) {
	for _, c := range []struct {
		name, file string
		line       int
		says       string
	}{
		{"empty", "", 1, "must be BEGIN:VCALENDAR"},
		{"text", "Hello\n", 1, "must be BEGIN:VCALENDAR"},
		{"event alone", "\n\nBEGIN:VEVENT\nEND:VEVENT\n", 3, "must be BEGIN:VCALENDAR"},
		{"text behind", one(uid, start, pass) + "more\n", 8, "must be BEGIN:VCALENDAR"},
		{"cut off", "BEGIN:VCALENDAR\nBEGIN:VEVENT\n" + uid + "\n", 0, "END:VEVENT is missing"},
		{"wrong end", "BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VCALENDAR\n", 3, "END:VCALENDAR has no BEGIN"},
		{"deep", "BEGIN:VCALENDAR\n" + strings.Repeat("BEGIN:X\n", 10), 9, "more than 8 deep"},
		{"no UID", one(start, pass), 2, "UID is missing"},
		{"long UID", one("UID:"+strings.Repeat("a", 501), start, pass), 2, "id has more than 500"},
		{"UID of two lines", one(`UID:a\nb`, start, pass), 2, "control character"},
		{"no DTSTART", one(uid, pass), 2, "DTSTART is missing"},
		{"whole day", one(uid, pass, "DTSTART;VALUE=DATE:20261124"), 5, "whole day"},
		{"German time", one(uid, pass, "DTSTART:24.11.2026 09:00"), 5, "allowed are 20261124T090000"},
		{"no such day", one(uid, pass, "DTSTART:20261131T090000"), 5, "no such day"},
		{"skipped", one(uid, pass, "DTSTART:20260329T023000"), 5, "skip this time"},
		{"unknown zone", one(uid, pass, "DTSTART;TZID=Westfalen:20261124T090000"), 5, `TZID "Westfalen" is no time zone`},
		{"the machine's zone", one(uid, pass, "DTSTART;TZID=Local:20261124T090000"), 5, `TZID "Local" is no time zone`},
		{"series", one(uid, pass, start, "RRULE:FREQ=WEEKLY"), 6, "this is a series"},
		{"unknown service", one(uid, start, "X-WARTEMARKE-SERVICE:reisepass"), 5, `"reisepass" is no service`},
		{"no service", one(uid, start, "SUMMARY:Erika Mustermann"), 5, "names no service"},
		{"mail", one(uid, start, pass, "ATTENDEE;CN=E:mailto:erika"), 6, "mail is no address"},
		{"mail with line break", one(uid, start, pass, "ATTENDEE;CN=E:mailto:e@example.org%0d%0aBcc:a@example.org"), 6, "mail is no address"},
		{"quantity", one(uid, start, pass, "X-WARTEMARKE-QUANTITY:100"), 6, "from 1 to 99"},
		{"code", one(uid, start, pass, "X-WARTEMARKE-CODE:--"), 6, "nothing is left"},
		{"same code", "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nX-WARTEMARKE-CODE:A1\n" + start + "\n" + pass + "\nEND:VEVENT\nBEGIN:VEVENT\nUID:2\nX-WARTEMARKE-CODE:a-1\n" + start + "\n" + pass + "\nEND:VEVENT\nEND:VCALENDAR", 8, "stands in line 2"},
		{"broken parameter", one(uid, start, pass, `ATTENDEE;CN="Erika:mailto:e@example.org`), 6, "ATTENDEE cannot be read"},
		{"long property", one(uid, start, pass, "SUMMARY:"+strings.Repeat("a", 5000)), 6, "SUMMARY is longer than 4 KiB"},
		{"folded before", one(uid, "DESCRIPTION:a", " b", "", " c", "DTSTART:x", pass), 8, "DTSTART"},
		{"Windows-1252", one(uid, start, pass, "SUMMARY:J\xf6rg"), 6, "iconv -f WINDOWS-1252"},
		{"UTF-16", "\xff\xfeB\x00", 0, "UTF-16"},
	} {
		rows, err := Read("list.ics", strings.NewReader(c.file), named(t))
		var issues Issues
		if !errors.As(err, &issues) || rows != nil {
			t.Errorf("%s: gives %v and %v, want Issues", c.name, rows, err)
			continue
		}
		if issues[0].Line != c.line || !strings.Contains(issues.Error(), c.says) {
			t.Errorf("%s: line %d, %q; want line %d and %q", c.name, issues[0].Line, issues, c.line, c.says)
		}
		if strings.Contains(err.Error(), "Erika") {
			t.Errorf("%s: tells the name: %v", c.name, err)
		}
	}
	s := named(t)
	s.Default = "reisepass"
	if _, err := Read("x.ics", strings.NewReader(one(uid, start)), s); err == nil || !strings.Contains(err.Error(), `"reisepass", is not in the catalogue`) {
		t.Error(err)
	}
}

func TestOfSeveralVersionsTheNewestCounts(t *testing.T) {
	version := func(sequence int, stamp, hour string) string {
		return fmt.Sprintf("BEGIN:VEVENT\n%s\n%s\nSEQUENCE:%d\nDTSTAMP:%s\nDTSTART:20261124T%s0000\nEND:VEVENT\n", uid, pass, sequence, stamp, hour)
	}
	for name, c := range map[string][]string{
		"sequence, first":  {version(10, "20261101T080000Z", "09"), version(2, "20261109T080000Z", "10")},
		"sequence, last":   {version(2, "20261109T080000Z", "10"), version(10, "20261101T080000Z", "09")},
		"stamp":            {version(2, "20261109T080000Z", "09"), version(2, "20261101T080000Z", "10")},
		"place":            {version(2, "20261101T080000Z", "10"), version(2, "20261101T080000Z", "09")},
		"old ones may err": {version(1, "20261101T080000Z", "99"), version(2, "20261101T080000Z", "09")},
	} {
		rows, err := Read("x.ics", strings.NewReader("BEGIN:VCALENDAR\n"+strings.Join(c, "")+"END:VCALENDAR"), named(t))
		if err != nil || len(rows) != 1 || rows[0].Start.Hour() != 9 {
			t.Errorf("%s: %+v, %v", name, rows, err)
		}
	}
}

func TestCalendarsWrittenByTheLibraryAreRead(t *testing.T) {
	s := named(t)
	rapid.Check(t, func(t *rapid.T) {
		cal := ics.NewCalendar()
		var want []Row
		for i := range rapid.IntRange(0, 8).Draw(t, "rows") {
			row := Row{
				ID:       fmt.Sprintf("ics:%d-%s", i, rapid.StringMatching(`[a-zäß,;\\ ]{0,80}x`).Draw(t, "uid")),
				Code:     booking.Code(fmt.Sprintf("C%d", i)),
				Service:  rapid.SampledFrom(s.Services).Draw(t, "service"),
				Start:    time.Date(2026, 1, rapid.IntRange(1, 365).Draw(t, "day"), rapid.IntRange(8, 18).Draw(t, "hour"), 0, 0, 0, s.Location),
				Name:     rapid.StringMatching(`[A-ZÄß]([A-Zß' -]{0,90}[a-zé])?`).Draw(t, "name"),
				Mail:     rapid.SampledFrom([]string{"a@example.org", "b.c+d@example.org"}).Draw(t, "mail"),
				Quantity: 1, Cancelled: rapid.Bool().Draw(t, "cancelled"),
			}
			want = append(want, row)
			e := cal.AddEvent(strings.TrimPrefix(row.ID, "ics:"))
			e.SetStartAt(row.Start)
			e.SetProperty("X-WARTEMARKE-CODE", string(row.Code))
			e.AddAttendee(row.Mail, &ics.KeyValues{Key: "CN", Value: []string{`"` + row.Name + `"`}})
			e.SetSummary(s.Names[row.Service][0])
			if row.Cancelled {
				e.SetStatus(ics.ObjectStatusCancelled)
			}
		}
		file := cal.Serialize()
		got, err := Read("x.ics", strings.NewReader(file), s)
		if err != nil {
			t.Fatalf("%v in\n%s", err, file)
		}
		for i := range got {
			got[i].Line = 0
			got[i].Name = strings.Trim(got[i].Name, `"`)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Fatalf("%s in\n%s", d, file)
		}
	})
}

func FuzzCalendar(f *testing.F) {
	for _, name := range []string{"outlook.ics", "google.ics", "zms.ics"} {
		f.Add([]byte(readFile(f, name)))
	}
	f.Add([]byte(one(uid, start, pass, "RECURRENCE-ID:20261123T080000Z", "ATTENDEE;CN=\"E\":mailto:e@example.org")))
	f.Add([]byte("BEGIN:VCALENDAR\nBEGIN:VTIMEZONE\nTZID:X\nBEGIN:VTIMEZONE/X\nTZOFFSETTO:+0100\n"))
	f.Add([]byte("BEGIN:VCALENDAR\n\n BEGIN;A=\\\n \n"))
	s := named(f)
	f.Fuzz(func(t *testing.T, data []byte) { checkRead(t, "x.ics", data, s) })
}
