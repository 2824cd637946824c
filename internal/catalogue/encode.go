package catalogue

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Encode writes c in the form that Parse reads; Parse(Encode(c)) gives c again. Equal catalogues give equal bytes: fields in
// their order here, German first among the languages. What Parse takes for granted when it is missing is left out.
//
// It is written by hand because the TOML library puts every text into a table of its own, which nobody wants to edit. The
// only error is text that is not UTF-8.
func (c Catalogue) Encode() ([]byte, error) {
	var b bytes.Buffer
	sections := reflect.ValueOf(c)
	for i := range sections.NumField() {
		name, section := sections.Type().Field(i).Tag.Get("toml"), sections.Field(i)
		if section.Kind() == reflect.Struct && !section.IsZero() {
			writeTable(&b, "["+name+"]", section)
		}
		if section.Kind() == reflect.Slice {
			for n := range section.Len() {
				writeTable(&b, "[["+name+"]]", section.Index(n))
			}
		}
	}
	if !utf8.Valid(b.Bytes()) {
		return nil, errors.New("a text of the catalogue is not UTF-8")
	}
	return b.Bytes(), nil
}

func writeTable(b *bytes.Buffer, header string, table reflect.Value) {
	if b.Len() > 0 {
		b.WriteByte('\n')
	}
	b.WriteString(header + "\n")
	for i := range table.NumField() {
		field := table.Field(i)
		// false says as much as a missing key, but a reader should see that it is a choice.
		if field.IsZero() && !(field.Kind() == reflect.Bool && !strings.Contains(table.Type().Field(i).Tag.Get("json"), "omitempty")) {
			continue
		}
		if (field.Kind() == reflect.Slice || field.Kind() == reflect.Map) && field.Len() == 0 {
			continue
		}
		fmt.Fprintf(b, "%s = %s\n", table.Type().Field(i).Tag.Get("toml"), literal(field))
	}
}

// literal writes a value as TOML.
func literal(v reflect.Value) string {
	switch v.Kind() {
	case reflect.Int:
		return strconv.FormatInt(v.Int(), 10)
	case reflect.Bool:
		return strconv.FormatBool(v.Bool())
	case reflect.Slice:
		var items []string
		for i := range v.Len() {
			items = append(items, literal(v.Index(i)))
		}
		return "[" + strings.Join(items, ", ") + "]"
	case reflect.Map:
		texts := map[string]string{}
		for _, key := range v.MapKeys() {
			texts[key.String()] = literal(v.MapIndex(key))
		}
		var items []string
		for _, language := range languages(texts) {
			items = append(items, bareOrQuoted(language)+" = "+texts[language])
		}
		return "{ " + strings.Join(items, ", ") + " }"
	}
	return quote(v.String())
}

// languages are the keys of a text, German and its variants first.
func languages[V any, M ~map[string]V](texts M) []string {
	german := func(language string) int {
		switch {
		case language == "de":
			return 0
		case strings.HasPrefix(language, "de-"):
			return 1
		}
		return 2
	}
	return slices.SortedFunc(maps.Keys(texts), func(a, b string) int {
		return cmp.Or(cmp.Compare(german(a), german(b)), cmp.Compare(a, b))
	})
}

// bareOrQuoted writes a key.
func bareOrQuoted(key string) string {
	if languageForm.MatchString(key) {
		return key
	}
	return quote(key)
}

// quote writes a basic string (TOML 1.0, "String").
func quote(text string) string {
	var b strings.Builder
	b.WriteByte('"')
	// By bytes, because a rune loop would hide text that is not UTF-8.
	for i := range len(text) {
		switch c := text[i]; {
		case c == '"' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c == '\n':
			b.WriteString(`\n`)
		case c == '\t':
			b.WriteString(`\t`)
		case c < ' ' || c == 0x7f:
			fmt.Fprintf(&b, `\u%04X`, c)
		default:
			b.WriteByte(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}
