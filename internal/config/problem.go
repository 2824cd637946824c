package config

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/BurntSushi/toml"
)

// Problem is one thing wrong in a configuration.
type Problem struct {
	File    string // path, or "environment WARTEMARKE_…"
	Line    int    // 1-based; 0 when the key is not in the file
	Key     string // such as "kiosk.printer.flow"
	Message string // what is wrong and what is allowed
}

func (p Problem) String() string {
	where := p.File
	if p.Line > 0 {
		where = fmt.Sprintf("%s:%d", p.File, p.Line)
	}
	if p.Key == "" {
		return where + ": " + p.Message
	}
	return where + ": " + p.Key + ": " + p.Message
}

// Problems is all that is wrong, as one error.
type Problems []Problem

func (p Problems) Error() string {
	s := make([]string, len(p))
	for i, q := range p {
		s[i] = q.String()
	}
	return strings.Join(s, "\n")
}

// typeError is how the TOML library words a value of the wrong type: it has no error type of its own for it.
var typeError = regexp.MustCompile(`^toml: (?:line (\d+) )?\(last key "([^"]*)"\): (.*)$`)

// located turns the TOML library's error into a Problem with its line.
func located(file string, err error) error {
	var pe toml.ParseError
	if errors.As(err, &pe) {
		return Problems{{File: file, Line: pe.Position.Line, Key: pe.LastKey, Message: pe.Message}}
	}
	if m := typeError.FindStringSubmatch(err.Error()); m != nil {
		line, _ := strconv.Atoi(m[1]) // the pattern has only digits; none, or one too large for an int, gives 0, "not known"
		message := m[3]
		if w := wanted(m[2]); w != "" {
			message = "wrong type; give " + w
		}
		return Problems{{File: file, Line: line, Key: m[2], Message: message}}
	}
	return Problems{{File: file, Message: err.Error()}}
}

// wanted says in words what a key's value is, "" for a key that we do not have.
func wanted(key string) string {
	t := reflect.TypeFor[Config]()
	for name := range strings.SplitSeq(key, ".") {
		if t.Kind() == reflect.Slice {
			t = t.Elem() // the tables of a list
		}
		if t.Kind() != reflect.Struct {
			return ""
		}
		fields := reflect.VisibleFields(t)
		i := slices.IndexFunc(fields, func(f reflect.StructField) bool { return f.Tag.Get("toml") == name })
		if i < 0 {
			return ""
		}
		t = fields[i].Type
	}
	switch t.Kind() {
	case reflect.String:
		return "a text in quotes"
	case reflect.Int:
		return "a whole number, without quotes"
	case reflect.Float64:
		return "a number, without quotes"
	case reflect.Array:
		return fmt.Sprintf("%d whole numbers, such as [527, 296]", t.Len())
	case reflect.Struct:
		return "a table, headed [" + key + "]"
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Struct {
			return "tables, each headed [[" + key + "]]"
		}
		return "a list of texts, such as " + cmp.Or(listHints[key], `["de", "en"]`)
	}
	return ""
}

// listHints are examples of the lists that are not of languages.
var listHints = map[string]string{
	"server.trusted_proxies": `["127.0.0.1"]`,
	"booking.origins":        `["https://www.example.org"]`,
	"booking.scan_command":   `["/usr/bin/clamdscan", "-"], with program and arguments each by itself`,
	"display.gong_command":   `["aplay", "-q", "-"], with program and arguments each by itself`,
	"display.speak_command":  `["espeak-ng", "-v", "{lang}", "--stdout"], with program and arguments each by itself`,
}

// known lists every key that a file may have, for the hint after an unknown one.
var known = keysOf(Default())

// sections are those of the file that variables can set.
var sections = []string{"site", "server", "kiosk", "kiosk.printer", "kiosk.scanner", "display", "booking", "mail", "rules"}

// lists are the sections of which there can be several tables.
var lists = map[string]reflect.Type{"import": reflect.TypeFor[Import](), "display.sign": reflect.TypeFor[Sign]()}

func unknownKey(k toml.Key) string {
	names := beside(strings.Join(k[:len(k)-1], "."))
	if len(names) == 0 {
		return "unknown section; allowed are " + strings.Join(sections, ", ") + ", and tables headed [[" + strings.Join(slices.Sorted(maps.Keys(lists)), "]], [[") + "]]"
	}
	return "unknown key; allowed here: " + strings.Join(names, ", ")
}

// beside are the keys of a section.
func beside(section string) []string {
	var names []string
	if list, ok := lists[section]; ok {
		for _, f := range reflect.VisibleFields(list) {
			names = append(names, f.Tag.Get("toml"))
		}
	}
	for _, name := range known {
		if s, last := cutLast(name); s == section {
			names = append(names, last)
		}
	}
	slices.Sort(names)
	return names
}

func cutLast(key string) (section, last string) {
	i := strings.LastIndexByte(key, '.')
	return key[:max(i, 0)], key[i+1:]
}

var (
	tableLine = regexp.MustCompile(`^\s*\[\[?\s*([A-Za-z0-9_.\-]+)\s*\]\]?`)
	keyLine   = regexp.MustCompile(`^\s*([A-Za-z0-9_\-.]+)\s*=`)
)

// keyLines finds the line of each key, since the TOML library keeps positions to itself; the keys of a list's tables also as
// "import[2].url". Our file has only plain tables and keys, so a scan by line is enough; a line inside a multi-line string could at worst name a wrong line.
func keyLines(data []byte) map[string]int {
	lines := map[string]int{}
	table, nth := "", ""
	count := map[string]int{}
	for i, line := range strings.Split(string(data), "\n") {
		if m := tableLine.FindStringSubmatch(line); m != nil {
			table = m[1] + "."
			count[table]++
			nth = fmt.Sprintf("%s[%d]", m[1], count[table])
			lines[m[1]], lines[nth] = i+1, i+1
		} else if m := keyLine.FindStringSubmatch(line); m != nil {
			lines[table+m[1]], lines[nth+"."+m[1]] = i+1, i+1
		}
	}
	return lines
}
