package catalogue

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/BurntSushi/toml"
)

// MaxSize is the largest catalogue file that Parse reads, in bytes.
const MaxSize = 1 << 20

// maxItems bounds every list, so that checking all against all stays quick.
const maxItems = 1000

// Issue is one thing wrong in a catalogue file.
type Issue struct {
	Line    int    // 1-based, 0 if not known
	Key     string // such as "service[2].series"; the first service is service[1]
	Message string // what is wrong and what is allowed
}

func (i Issue) String() string {
	var b strings.Builder
	if i.Line > 0 {
		fmt.Fprintf(&b, "line %d: ", i.Line)
	}
	if i.Key != "" {
		b.WriteString(i.Key + ": ")
	}
	return b.String() + i.Message
}

// Issues is an error that names every thing wrong.
type Issues []Issue

// shownIssues keeps the message of a file that is wrong all over readable.
const shownIssues = 50

// Error has a line for each issue; after 50 it only counts.
func (i Issues) Error() string {
	var lines []string
	for n, issue := range i {
		if n == shownIssues {
			lines = append(lines, fmt.Sprintf("… and %d more", len(i)-n))
			break
		}
		lines = append(lines, issue.String())
	}
	return strings.Join(lines, "\n")
}

// Parse reads and checks a catalogue file of at most MaxSize. The error is Issues, each with its line, in the order of the
// lines. Unknown keys are issues. Empty lists and tables read as nil.
func Parse(data []byte) (Catalogue, error) {
	if len(data) > MaxSize {
		return Catalogue{}, Issues{{Message: fmt.Sprintf("the file has %d bytes; at most %d are allowed", len(data), MaxSize)}}
	}
	lines, refused := findLines(data)
	if refused != nil {
		return Catalogue{}, Issues{*refused}
	}
	raw := map[string]any{}
	if _, err := toml.Decode(string(data), &raw); err != nil {
		return Catalogue{}, Issues{syntax(err)}
	}
	var c Catalogue
	d := decoder{}
	d.decode(reflect.ValueOf(&c).Elem(), raw, "")
	issues := d.issues
	for _, i := range c.Check() {
		// What has the wrong type is missing for Check, but that was said already.
		if !slices.ContainsFunc(d.issues, func(said Issue) bool { return said.Key == i.Key }) {
			issues = append(issues, i)
		}
	}
	if len(issues) == 0 {
		return c, nil
	}
	for n := range issues {
		issues[n].Line = lines.of(issues[n].Key)
	}
	slices.SortStableFunc(issues, func(a, b Issue) int { return cmp.Compare(a.Line, b.Line) })
	return Catalogue{}, issues
}

// syntax gives the issue for what is no TOML at all.
func syntax(err error) Issue {
	var parse toml.ParseError
	if errors.As(err, &parse) {
		return Issue{Line: parse.Position.Line, Key: parse.LastKey, Message: "no TOML: " + parse.Message}
	}
	return Issue{Message: "no TOML: " + err.Error()}
}

// decoder fills a Catalogue from what the TOML library read. The library's own decoding ends at the first wrong type; this
// one names all of them.
type decoder struct{ issues Issues }

func (d *decoder) issue(key, format string, args ...any) {
	d.issues = append(d.issues, Issue{Key: key, Message: fmt.Sprintf(format, args...)})
}

func (d *decoder) decode(to reflect.Value, raw any, key string) {
	switch to.Kind() {
	case reflect.Struct:
		d.table(to, raw, key)
	case reflect.Slice:
		d.list(to, raw, key)
	case reflect.Map:
		d.texts(to, raw, key)
	case reflect.String:
		if text, ok := raw.(string); ok {
			to.SetString(text)
			return
		}
		d.issue(key, "is %s; allowed is a text in quotes", kind(raw))
	case reflect.Int:
		n, ok := raw.(int64)
		if !ok || n < math.MinInt32 || n > math.MaxInt32 {
			d.issue(key, "is %s; allowed is a whole number", kind(raw))
			return
		}
		to.SetInt(n)
	case reflect.Bool:
		yes, ok := raw.(bool)
		if !ok {
			d.issue(key, "is %s; allowed is true or false", kind(raw))
			return
		}
		to.SetBool(yes)
	}
}

func (d *decoder) table(to reflect.Value, raw any, key string) {
	table, ok := raw.(map[string]any)
	if !ok {
		d.issue(key, "is %s; allowed is a table [%s]", kind(raw), key)
		return
	}
	fields := map[string]int{}
	var known []string
	for i := range to.NumField() {
		name := to.Type().Field(i).Tag.Get("toml")
		fields[name] = i
		known = append(known, name)
	}
	for _, name := range slices.Sorted(maps.Keys(table)) {
		i, ok := fields[name]
		if !ok {
			d.issue(join(key, name), "unknown key; allowed are %s", strings.Join(known, ", "))
			continue
		}
		d.decode(to.Field(i), table[name], join(key, name))
	}
}

func (d *decoder) list(to reflect.Value, raw any, key string) {
	var items []any
	switch raw := raw.(type) {
	case []any:
		items = raw
	case []map[string]any:
		for _, table := range raw {
			items = append(items, table)
		}
	default:
		if to.Type().Elem().Kind() == reflect.Struct {
			d.issue(key, "is %s; allowed are tables [[%s]]", kind(raw), key)
		} else {
			d.issue(key, "is %s; allowed is a list of texts, such as [\"…\"]", kind(raw))
		}
		return
	}
	if len(items) > maxItems {
		d.issue(key, "has %d items; at most %d are allowed", len(items), maxItems)
		return
	}
	if len(items) == 0 {
		return
	}
	to.Set(reflect.MakeSlice(to.Type(), len(items), len(items)))
	for i, item := range items {
		d.decode(to.Index(i), item, at(key, i+1))
	}
}

// texts reads a map from languages.
func (d *decoder) texts(to reflect.Value, raw any, key string) {
	table, ok := raw.(map[string]any)
	if !ok {
		d.issue(key, "is %s; allowed is a text for each language, such as { de = \"…\", en = \"…\" }", kind(raw))
		return
	}
	if len(table) == 0 {
		return
	}
	to.Set(reflect.MakeMap(to.Type()))
	for _, language := range slices.Sorted(maps.Keys(table)) {
		item := reflect.New(to.Type().Elem()).Elem()
		d.decode(item, table[language], join(key, language))
		to.SetMapIndex(reflect.ValueOf(language), item)
	}
}

// kind says in words what a value is.
func kind(raw any) string {
	switch raw := raw.(type) {
	case string:
		return fmt.Sprintf("the text %q", short(raw))
	case int64:
		return fmt.Sprintf("the number %d", raw)
	case float64:
		return fmt.Sprintf("the number %v", raw)
	case bool:
		return fmt.Sprint(raw)
	case time.Time:
		return "a date or time without quotes"
	case []any, []map[string]any:
		return "a list"
	case map[string]any:
		return "a table"
	}
	return fmt.Sprintf("%T", raw)
}

// short cuts a text for a message.
func short(text string) string {
	const most = 40
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}
