package catalogue

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// right is a small catalogue that is right; the tests break it in one place.
const right = `
[[department]]
id = "amt"
name = { de = "Amt" }
[[area]]
id = "foyer"
name = { de = "Foyer" }
[[series]]
letter = "A"
[[service]]
id = "ausweis"
department = "amt"
series = "A"
area = "foyer"
name = { de = "Ausweis" }
minutes = 15
walk_in = true
[[group]]
id = "trauzimmer"
name = { de = "Trauzimmer" }
services = ["ausweis"]
capacity = 1
[[counter]]
id = "1"
label = { de = "Schalter 1" }
area = "foyer"
services = ["ausweis"]
[[opening]]
departments = ["amt"]
days = ["mon"]
from = "08:00"
to = "12:30"
capacity = 2
slot_minutes = 15
book_to_days = 60
walk_in = true
`

func TestParseNamesWhatIsWrong(t *testing.T) {
	if _, err := Parse([]byte(right)); err != nil {
		t.Fatalf("the right one: %v", err)
	}
	for _, c := range []struct {
		name      string
		old, new  string // replaced in right; the issue is on the line of new, if it has one
		key, says string
	}{
		{"no TOML", `minutes = 15`, `minutes = `, "", "no TOML"},
		{"unknown key", `minutes = 15`, "minuts = 15\nminutes = 15", "service[1].minuts", "unknown key; allowed are id, department"},
		{"unknown table", `[[area]]`, "[[raum]]\nid = \"x\"\n[[area]]", "raum", "unknown key; allowed are department, area"},
		{"table for list", `[[series]]`, `[series]`, "series", "allowed are tables [[series]]"},
		{"text for number", `minutes = 15`, `minutes = "15"`, "service[1].minutes", `is the text "15"; allowed is a whole number`},
		{"fraction for number", `minutes = 15`, `minutes = 7.5`, "service[1].minutes", `is the number 7.5; allowed is a whole number`},
		{"huge number", `minutes = 15`, `minutes = 9223372036854775807`, "service[1].minutes", `allowed is a whole number`},
		{"number for text", `series = "A"`, `series = 1`, "service[1].series", `is the number 1; allowed is a text in quotes`},
		{"text for yes", "walk_in = true\n[[group", "walk_in = \"yes\"\n[[group", "service[1].walk_in", "allowed is true or false"},
		{"text for list", `days = ["mon"]`, `days = "mon"`, "opening[1].days", "allowed is a list of texts"},
		{"text for texts", `label = { de = "Schalter 1" }`, `label = "Schalter 1"`, "counter[1].label", "a text for each language"},
		{"date for text", `to = "12:30"`, `to = 2026-12-24`, "opening[1].to", "a date or time without quotes"},
		{"no id", `id = "amt"`, `id = ""`, "department[1].id", "is missing"},
		{"bad id", `id = "amt"`, `id = "Amt 1"`, "department[1].id", `"Amt 1" is no id`},
		{"duplicate id", `[[area]]`, "[[department]]\nid = \"amt\"\nname = { de = \"x\" }\n[[area]]", "department[2].id", `"amt" is taken by department[1]`},
		{"no German", `name = { de = "Ausweis" }`, `name = { en = "Card" }`, "service[1].name", "no German text"},
		{"empty text", `name = { de = "Ausweis" }`, `name = { de = " " }`, "service[1].name.de", "is empty"},
		{"line break", `name = { de = "Ausweis" }`, `name = { de = "Aus\nweis" }`, "service[1].name.de", "line break"},
		{"long text", `name = { de = "Ausweis" }`, `name = { de = "` + strings.Repeat("ä", 501) + `" }`, "service[1].name.de", "501 characters; at most 500"},
		{"bad language", `name = { de = "Ausweis" }`, `name = { de = "Ausweis", German = "x" }`, "service[1].name.German", "is no language"},
		{"bring", `minutes = 15`, "bring = { de = [\"Foto\", \"\"] }\nminutes = 15", "service[1].bring.de[2]", "is empty"},
		{"no department", `department = "amt"`, `department = "bauamt"`, "service[1].department", `there is no department "bauamt"; allowed are amt`},
		{"no series", `series = "A"`, `series = "B"`, "service[1].series", `there is no series "B"; allowed are A`},
		{"no area", "area = \"foyer\"\nname", "area = \"keller\"\nname", "service[1].area", `there is no area "keller"`},
		{"counter without area", "label = { de = \"Schalter 1\" }\narea = \"foyer\"", "label = { de = \"Schalter 1\" }\narea = \"\"", "counter[1].area", "is missing; allowed are foyer"},
		{"counter's service", "area = \"foyer\"\nservices = [\"ausweis\"]", "area = \"foyer\"\nservices = [\"ausweis\", \"pass\"]", "counter[1].services[2]", `there is no service "pass"`},
		{"counter's service twice", "area = \"foyer\"\nservices = [\"ausweis\"]", "area = \"foyer\"\nservices = [\"ausweis\", \"ausweis\"]", "counter[1].services[2]", "twice"},
		{"group without id", `id = "trauzimmer"`, ``, "group[1].id", "is missing"},
		{"group twice", `[[counter]]`, "[[group]]\nid = \"trauzimmer\"\nname = { de = \"x\" }\nservices = [\"ausweis\"]\ncapacity = 1\n[[counter]]", "group[2].id", `"trauzimmer" is taken by group[1]`},
		{"group without name", `name = { de = "Trauzimmer" }`, ``, "group[1].name", "no German text"},
		{"group of nothing", "services = [\"ausweis\"]\ncapacity = 1", `capacity = 1`, "group[1].services", "is empty; allowed are ausweis"},
		{"group's service", "services = [\"ausweis\"]\ncapacity = 1", "services = [\"ausweis\", \"pass\"]\ncapacity = 1", "group[1].services[2]", `there is no service "pass"`},
		{"group's service twice", "services = [\"ausweis\"]\ncapacity = 1", "services = [\"ausweis\", \"ausweis\"]\ncapacity = 1", "group[1].services[2]", "twice"},
		{"group for nobody", "capacity = 1\n", "capacity = 0\n", "group[1].capacity", "is 0; allowed is 1 to 9999"},
		{"group without capacity", "capacity = 1\n", "", "group[1].capacity", "is 0; allowed is 1 to 9999"},
		{"quantity", `minutes = 15`, "max_quantity = 100\nminutes = 15", "service[1].max_quantity", "is 100; allowed is 0 to 99"},
		{"quantity below nothing", `minutes = 15`, "max_quantity = -1\nminutes = 15", "service[1].max_quantity", "is -1; allowed is 0 to 99"},
		{"two letters", `letter = "A"`, `letter = "AA"`, "series[1].letter", `"AA" is no letter; allowed is one of A to Z`},
		{"small letter", `letter = "A"`, `letter = "a"`, "series[1].letter", "A to Z"},
		{"umlaut", `letter = "A"`, `letter = "Ä"`, "series[1].letter", "A to Z"},
		{"letter twice", `letter = "A"`, "letter = \"A\"\n[[series]]\nletter = \"A\"", "series[2].letter", "taken by series[1]"},
		{"limit", `letter = "A"`, "letter = \"A\"\ndaily_limit = -1", "series[1].daily_limit", "is -1; allowed is 0 to 9999"},
		{"no minutes", `minutes = 15`, `minutes = 0`, "service[1].minutes", "is 0; allowed is 1 to 480"},
		{"many minutes", `minutes = 15`, `minutes = 481`, "service[1].minutes", "is 481; allowed is 1 to 480"},
		{"LeiKa", `minutes = 15`, "leika = \"99\"\nminutes = 15", "service[1].leika", "14 digits"},
		{"no departments", `departments = ["amt"]`, `departments = []`, "opening[1].departments", "is empty; allowed are amt"},
		{"opening's department", `departments = ["amt"]`, `departments = ["amt", "x"]`, "opening[1].departments[2]", `no department "x"`},
		{"opening's service", `days = ["mon"]`, "services = [\"pass\"]\ndays = [\"mon\"]", "opening[1].services[1]", `no service "pass"`},
		{"opening's service of another department", "departments = [\"amt\"]\ndays", "departments = [\"bau\"]\nservices = [\"ausweis\"]\ndays", "opening[1].services[1]", `belongs to department "amt"`},
		{"day", `days = ["mon"]`, `days = ["mon", "Di"]`, "opening[1].days[2]", `"Di" is no day; allowed are mon, tue`},
		{"day twice", `days = ["mon"]`, `days = ["mon", "mon"]`, "opening[1].days[2]", "twice"},
		{"no days", `days = ["mon"]`, ``, "opening[1]", "has no days"},
		{"days and dates", `days = ["mon"]`, "days = [\"mon\"]\ndates = [\"2026-12-05\"]", "opening[1].dates", "beside days"},
		{"no such date", `days = ["mon"]`, `dates = ["2026-02-29"]`, "opening[1].dates[1]", "is no date"},
		{"date out of validity", `days = ["mon"]`, "dates = [\"2026-02-28\"]\nvalid_from = \"2026-03-01\"", "opening[1].dates[1]", "not between"},
		{"time", `from = "08:00"`, `from = "8:00"`, "opening[1].from", `"8:00" is no time`},
		{"no time", `from = "08:00"`, ``, "opening[1].from", "is missing"},
		{"late time", `to = "12:30"`, `to = "24:01"`, "opening[1].to", "is no time"},
		{"begins at the end", `from = "08:00"`, `from = "24:00"`, "opening[1].from", "24:00 is the end of a day"},
		{"backwards", `to = "12:30"`, `to = "08:00"`, "opening[1].to", "08:00 is not after from, 08:00"},
		{"validity backwards", `days = ["mon"]`, "days = [\"mon\"]\nvalid_from = \"2026-02-01\"\nvalid_to = \"2026-01-01\"", "opening[1].valid_to", "before valid_from"},
		{"rhythm without start", `days = ["mon"]`, "days = [\"mon\"]\nevery_weeks = 2", "opening[1].starts", "is missing"},
		{"start without rhythm", `days = ["mon"]`, "days = [\"mon\"]\nstarts = \"2026-01-05\"", "opening[1].starts", "goes with every_weeks"},
		{"rhythm of dates", `days = ["mon"]`, "dates = [\"2026-12-05\"]\nevery_weeks = 2\nstarts = \"2026-01-05\"", "opening[1].every_weeks", "not with dates"},
		{"rhythm", `days = ["mon"]`, "days = [\"mon\"]\nevery_weeks = 53\nstarts = \"2026-01-05\"", "opening[1].every_weeks", "0 to 52"},
		{"capacity", `capacity = 2`, `capacity = -2`, "opening[1].capacity", "is -2"},
		{"staff only", `capacity = 2`, "capacity = 2\nstaff_only = 3", "opening[1].staff_only", "0 to the capacity, 2"},
		{"no slot", `slot_minutes = 15`, `slot_minutes = 0`, "opening[1].slot_minutes", "1 to 480"},
		{"booking backwards", `book_to_days = 60`, "book_to_days = 60\nbook_from_days = 61", "opening[1].book_to_days", "nothing could be booked"},
		{"for nobody", "capacity = 2\nslot_minutes = 15\nbook_to_days = 60\nwalk_in = true", "", "opening[1]", "opens for nobody"},
		{"calendar", "[[department]]", "[holidays]\ncalendar = \"NRW\"\n[[department]]", "holidays.calendar", "allowed are DE-NW, or none"},
		{"closed backwards", "[[department]]", "[[closed]]\nfrom = \"2026-12-24\"\nto = \"2026-12-23\"\n[[department]]", "closed[1].to", "before from"},
		{"closed for nobody", "[[department]]", "[[closed]]\nfrom = \"2026-12-24\"\nto = \"2026-12-24\"\ndepartments = [\"x\"]\n[[department]]", "closed[1].departments[1]", `no department "x"`},
		{"closed without end", "[[department]]", "[[closed]]\nfrom = \"2026-12-24\"\n[[department]]", "closed[1].to", "is missing"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if strings.Count(right, c.old) < 1 {
				t.Fatalf("%q is not in the right catalogue", c.old)
			}
			file := strings.Replace(right, c.old, c.new, 1)
			_, err := Parse([]byte(file))
			var issues Issues
			if !errors.As(err, &issues) {
				t.Fatalf("no Issues but %v", err)
			}
			i := slices.IndexFunc(issues, func(i Issue) bool { return (c.key == "" || i.Key == c.key) && strings.Contains(i.Message, c.says) })
			if i < 0 {
				t.Fatalf("want %s: %s; got\n%v", c.key, c.says, issues)
			}
			if want := lineOf(file, c.key); want > 0 && issues[i].Line != want {
				t.Errorf("%v: want line %d", issues[i], want)
			}
		})
	}
}

// lineOf finds the line of a plain key by simple means: the n-th header of its table, then the key. 0 if it is not there.
func lineOf(file, key string) int {
	table, rest, _ := strings.Cut(key, "[")
	number, rest, _ := strings.Cut(rest, "]")
	name := strings.TrimLeft(strings.Split(strings.TrimPrefix(rest, "."), "[")[0], ".")
	name, _, _ = strings.Cut(name, ".")
	n, in := 0, ""
	for i, line := range strings.Split(file, "\n") {
		if strings.HasPrefix(line, "[") {
			in = line
		}
		if line == "[["+table+"]]" {
			n++
			if name == "" && fmt.Sprint(n) == number {
				return i + 1
			}
		} else if in == "[["+table+"]]" && fmt.Sprint(n) == number && name != "" && strings.HasPrefix(line, name+" = ") {
			return i + 1
		}
	}
	return 0
}

func TestDuplicateOpening(t *testing.T) {
	opening := right[strings.Index(right, "[[opening]]"):]
	_, err := Parse([]byte(right + opening))
	if err == nil || err.Error() != `line 37: opening[2]: is the same as opening[1]; leave one of them out` {
		t.Error(err)
	}
}

func TestAllIssuesComeAtOnceByLine(t *testing.T) {
	_, err := Parse([]byte("[[series]]\nletter = \"1\"\n\n[[service]]\nminutes = \"x\"\nfoo = 1\nname = { de = \"A\" }\nid = \"a\"\n"))
	var issues Issues
	if !errors.As(err, &issues) {
		t.Fatal(err)
	}
	var got []string
	for _, i := range issues {
		got = append(got, fmt.Sprintf("%d %s", i.Line, i.Key))
	}
	want := []string{"2 series[1].letter", "4 service[1].department", "4 service[1].series", "4 service[1].area", "5 service[1].minutes", "6 service[1].foo"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

func TestLinesOfEveryWayToWriteAKey(t *testing.T) {
	file := "\ufeff# a comment with [[brackets]] and = \"quotes\r\n" +
		"x.y = 1 # [z]\n" + // 2
		"  [ t . 'u.v' ]  \n" + // 3
		"\"a b\" = '''\nfoo = [[\n'''''\n" + // 4..6
		"k = \"\"\"\\\"\"\"\\\n e = 1\"\"\" # end\n" + // 7..8
		"l = [ # first\n  'a', \n  { m = 1, n.o = [\n 2 ] },\n]\n" + // 9..13
		"[[s]]\n[s.sub]\nq = 1\n[[s]]\nq=2\n" + // 14..18
		"[[s.items]]\n[[s.items]]\nr = 1979-05-27T07:32:00Z\n" // 19..21
	lines, refused := findLines([]byte(file))
	if refused != nil {
		t.Fatal(refused)
	}
	for key, want := range map[string]int{
		"x.y": 2, "t.u.v": 3, "t.u.v.a b": 4, "t.u.v.k": 7, "t.u.v.l": 9, "t.u.v.l[1]": 10, "t.u.v.l[2].m": 11, "t.u.v.l[2].n.o": 11,
		"t.u.v.l[2].n.o[1]": 12, "s[1]": 14, "s[1].sub": 15, "s[1].sub.q": 16, "s[2]": 17, "s[2].q": 18, "s[2].items[2].r": 21,
		"s[2].gone": 17, "s[2].items[2].gone.far[7]": 20, "gone": 0, "": 0, "t.u.v.e": 3,
	} {
		if got := lines.of(key); got != want {
			t.Errorf("%s is in line %d, want %d", key, got, want)
		}
	}
}

// Files that are made to hurt are refused; what would take minutes or all memory fails by the time limit of the test.
func TestFilesMadeToHurt(t *testing.T) {
	for name, file := range map[string]string{
		"too big":         strings.Repeat("#", MaxSize+1),
		"deep lists":      "a = " + strings.Repeat("[", MaxSize-4),
		"deep tables":     "a = " + strings.Repeat("{a=", MaxSize/3-4),
		"deep keys":       strings.Repeat("a.", MaxSize/2-4) + "a = 1",
		"deep header":     "[" + strings.Repeat("a.", MaxSize/2-4) + "a]",
		"long key":        strings.Repeat("a", MaxSize-8) + " = 1",
		"many keys":       strings.Repeat("a=1\n", MaxSize/4),
		"many tables":     strings.Repeat("[[opening]]\n", MaxSize/12),
		"many days":       "[[opening]]\ndays = [" + strings.Repeat("\"a\",", MaxSize/4-8) + "]",
		"value for table": "series = [1, true]\nholidays = 'x'\ndepartment = {}\n[[area]]\nname = { de = ['x'] }",
		"open quote":      "a = \"",
		"open escape":     "a = \"\\",
		"open key":        "\"\\",
		"open table":      "a = { [",
		"not UTF-8":       "a = \"\xff\"",
		"NUL":             "a = \x00",
		"wrong brackets":  "a = [}]\nb = {]}\n[[[x]]]",
	} {
		_, err := Parse([]byte(file))
		var issues Issues
		if !errors.As(err, &issues) || len(issues) == 0 {
			t.Errorf("%s: %v", name, err)
		} else if len(issues.Error()) > 100_000 {
			t.Errorf("%s: a message of %d bytes", name, len(issues.Error()))
		}
	}
}

func FuzzParse(f *testing.F) {
	_, data := example(f)
	f.Add(data)
	for _, seed := range []string{"", right, "[[service]]", "a = [[{b=1}]]", "\ufeff[holidays]\ncalendar = 'DE-NW'", "a = { b = \"\"\"\n\"\"\" }", "[[closed]]\nname = { \"ü\" = '' }"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := Parse(data)
		if err != nil {
			var issues Issues
			if !errors.As(err, &issues) || len(issues) == 0 {
				t.Errorf("not Issues: %v", err)
			}
			lines := strings.Count(string(data), "\n") + 1
			for _, i := range issues {
				if i.Message == "" || i.Line > lines {
					t.Errorf("%+v in %d lines", i, lines)
				}
			}
			return
		}
		roundTrip(t, c)
	})
}
