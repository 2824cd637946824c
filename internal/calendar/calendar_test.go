package calendar_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/emersion/go-ical"

	"westerkappeln.de/wartemarke/internal/calendar"
)

var (
	start = time.Date(2026, 11, 30, 8, 15, 0, 0, time.UTC)
	stamp = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
)

func entry() calendar.Entry {
	return calendar.Entry{
		UID: calendar.UID("0193-a"), Summary: "Personalausweis beantragen", Location: "Rathaus, Große Straße 13, 49492 Westerkappeln",
		Description: "Bitte bringen Sie mit:\n- Altes Ausweisdokument; Pass, wenn da\n", URL: "https://termine.example.org/appointment/s3cr-t_",
		Organizer: "termine@example.org", Attendee: "anna@example.org", Start: start, End: start.Add(15 * time.Minute), Stamp: stamp, Sequence: 2,
	}
}

// parse reads what was written with another library, and checks what holds for every calendar.
func parse(t *testing.T, data []byte) *ical.Calendar {
	t.Helper()
	for _, line := range strings.Split(strings.TrimSuffix(string(data), "\r\n"), "\r\n") {
		if strings.ContainsAny(line, "\r\n") || len(line) > 75 || !utf8.ValidString(line) {
			t.Errorf("line %q", line)
		}
	}
	cal, err := ical.NewDecoder(bytes.NewReader(data)).Decode()
	if err != nil {
		t.Fatalf("%v in\n%s", err, data)
	}
	return cal
}

func textOf(t *testing.T, props ical.Props, name string) string {
	t.Helper()
	s, err := props.Text(name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestWrite(t *testing.T) {
	cal := parse(t, calendar.Write(entry()))
	if got := textOf(t, cal.Props, "METHOD"); got != "REQUEST" {
		t.Errorf("METHOD %s", got)
	}
	if len(cal.Events()) != 1 {
		t.Fatalf("%d events", len(cal.Events()))
	}
	e := cal.Events()[0]
	for name, want := range map[string]string{
		"UID": "0193-a@wartemarke", "SUMMARY": entry().Summary, "LOCATION": entry().Location, "DESCRIPTION": entry().Description, "STATUS": "CONFIRMED",
	} {
		if got := textOf(t, e.Props, name); got != want {
			t.Errorf("%s %q, want %q", name, got, want)
		}
	}
	for name, want := range map[string]string{
		"URL": entry().URL, "ORGANIZER": "mailto:termine@example.org", "ATTENDEE": "mailto:anna@example.org", "SEQUENCE": "2",
		"DTSTART": "20261130T081500Z", "DTEND": "20261130T083000Z", "DTSTAMP": "20261123T090000Z",
	} {
		if got := e.Props.Get(name); got == nil || got.Value != want {
			t.Errorf("%s %v, want %s", name, got, want)
		}
	}
	if len(e.Children) != 1 || e.Children[0].Name != "VALARM" || e.Children[0].Props.Get("TRIGGER").Value != "-P1D" {
		t.Errorf("children %v", e.Children)
	}
}

func TestCancelIsTheSameEntryWithdrawn(t *testing.T) {
	e := entry()
	e.Cancelled, e.Sequence = true, 3
	cal := parse(t, calendar.Write(e))
	got := cal.Events()[0]
	if m := textOf(t, cal.Props, "METHOD"); m != "CANCEL" || e.Method() != m {
		t.Errorf("METHOD %s", m)
	}
	if s := textOf(t, got.Props, "STATUS"); s != "CANCELLED" {
		t.Errorf("STATUS %s", s)
	}
	if u := textOf(t, got.Props, "UID"); u != calendar.UID("0193-a") {
		t.Errorf("UID %s", u)
	}
	if got.Props.Get("SEQUENCE").Value != "3" || len(got.Children) != 0 {
		t.Errorf("SEQUENCE %s, %d children", got.Props.Get("SEQUENCE").Value, len(got.Children))
	}
}

func TestEntryWithoutAttendeeOrEnd(t *testing.T) {
	e := entry()
	e.Attendee, e.Organizer, e.End, e.URL = "", "", time.Time{}, ""
	cal := parse(t, calendar.Write(e))
	if m := textOf(t, cal.Props, "METHOD"); m != "PUBLISH" || e.Method() != m {
		t.Errorf("METHOD %s", m)
	}
	for _, name := range []string{"ATTENDEE", "ORGANIZER", "DTEND", "URL"} {
		if p := cal.Events()[0].Props.Get(name); p != nil {
			t.Errorf("%s %v", name, p)
		}
	}
}

func TestFeed(t *testing.T) {
	cal := parse(t, calendar.Feed("personalausweis", "Freie Termine: Rathaus, Foyer", []calendar.FeedDay{
		{Day: "2026-12-31", Summary: "Termine frei (7)", URL: "https://termine.example.org/?day=2026-12-31"},
		{Day: "31.12.2026", Summary: "no day"},
		{Day: "2028-02-29", Summary: "Termine frei (1)"},
	}, stamp))
	if got := textOf(t, cal.Props, "METHOD"); got != "PUBLISH" {
		t.Errorf("METHOD %s", got)
	}
	if got := textOf(t, cal.Props, "NAME"); got != "Freie Termine: Rathaus, Foyer" {
		t.Errorf("NAME %q", got)
	}
	interval := cal.Props.Get("REFRESH-INTERVAL")
	if d, err := interval.Duration(); err != nil || d != time.Hour || interval.Params.Get("VALUE") != "DURATION" {
		t.Errorf("REFRESH-INTERVAL %v, %v", d, err)
	}
	events := cal.Events()
	if len(events) != 2 {
		t.Fatalf("%d events", len(events))
	}
	first := events[0].Props
	if textOf(t, first, "SUMMARY") != "Termine frei (7)" || textOf(t, first, "UID") != "free-personalausweis-2026-12-31@wartemarke" {
		t.Errorf("first %v", first)
	}
	for name, want := range map[string]string{"DTSTART": "20261231", "DTEND": "20270101", "TRANSP": "TRANSPARENT"} {
		if got := first.Get(name); got.Value != want {
			t.Errorf("%s %s", name, got.Value)
		}
	}
	if got := events[1].Props.Get("DTEND").Value; got != "20280301" {
		t.Errorf("end of a leap day %s", got)
	}
}

// No text can add a property, a component or a parameter, or end the calendar.
func FuzzWrite(f *testing.F) {
	f.Add("Ausweis", "Rathaus", "line\nline", "https://example.org/a", "anna@example.org")
	f.Add("a\r\nATTENDEE:mailto:eve@example.org", "b\rSTATUS:CANCELLED", "c\nEND:VEVENT\nBEGIN:VEVENT", "https://x/\r\nURL:y", "a@b\r\nX-Y:z")
	f.Add("a;b,c:d\\n\"e\"", strings.Repeat("ü", 200), strings.Repeat("wort ", 100), "", "")
	f.Add("\u2028ATTENDEE:x\u2029\u0085\v\f\x00\x1b", "\xff\xfe", "👩‍👩‍👧 مرحبا \u202e", "https://x/ä ö", "ü@example.org")
	f.Fuzz(func(t *testing.T, summary, location, description, url, mail string) {
		e := entry()
		e.Summary, e.Location, e.Description, e.URL, e.Attendee, e.UID = summary, location, description, url, mail, summary
		cal := parse(t, calendar.Write(e))
		if len(cal.Children) != 1 || len(cal.Props) != 3 {
			t.Fatalf("%d components, %d properties", len(cal.Children), len(cal.Props))
		}
		event := cal.Events()[0]
		var names []string
		for name, values := range event.Props {
			names = append(names, name)
			for _, v := range values {
				if len(v.Params) != 0 || len(values) != 1 {
					t.Errorf("%s is %v", name, values)
				}
			}
		}
		slices.Sort(names)
		allowed := []string{"ATTENDEE", "DESCRIPTION", "DTEND", "DTSTAMP", "DTSTART", "LOCATION", "ORGANIZER", "SEQUENCE", "STATUS", "SUMMARY", "UID", "URL"}
		for _, n := range names {
			if !slices.Contains(allowed, n) {
				t.Errorf("property %s", n)
			}
		}
		if textOf(t, event.Props, "STATUS") != "CONFIRMED" || len(event.Children) != 1 {
			t.Errorf("status or children changed")
		}
		if plain(summary) && summary != "" && textOf(t, event.Props, "SUMMARY") != summary {
			t.Errorf("SUMMARY %q, want %q", textOf(t, event.Props, "SUMMARY"), summary)
		}
	})
}

func FuzzFeed(f *testing.F) {
	f.Add("personalausweis", "Freie Termine", "2026-12-31", "Termine frei (7)")
	f.Add("a\r\nb", "n\nMETHOD:CANCEL", "9999-12-31", "s\r\nEND:VCALENDAR")
	f.Add("", "", "0000-00-00", "")
	f.Fuzz(func(t *testing.T, id, name, day, summary string) {
		data := calendar.Feed(id, name, []calendar.FeedDay{{Day: "2026-11-30", Summary: summary, URL: id}, {Day: "x"}}, stamp)
		cal := parse(t, data)
		if len(cal.Children) != 1 || textOf(t, cal.Props, "METHOD") != "PUBLISH" {
			t.Errorf("%d components in\n%s", len(cal.Children), data)
		}
	})
}

// plain tells whether a text has nothing that is left out or replaced.
func plain(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool {
		return r != '\n' && (r < ' ' || r >= 0x7f && r < 0xa0 || r == '\u2028' || r == '\u2029')
	})
}
