package citizen_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"

	"westerkappeln.de/wartemarke/assets"
	files "westerkappeln.de/wartemarke/assets/web"
)

// catalogues gives the texts of every language that the pages have.
func catalogues(t *testing.T) map[string]map[string]any {
	t.Helper()
	names, err := fs.Glob(assets.I18n, "i18n/book.*.toml")
	if err != nil || len(names) < 2 {
		t.Fatal(names, err)
	}
	out := map[string]map[string]any{}
	for _, n := range names {
		data, err := assets.I18n.ReadFile(n)
		if err != nil {
			t.Fatal(err)
		}
		all := map[string]any{}
		if err := toml.Unmarshal(data, &all); err != nil {
			t.Fatal(err)
		}
		out[strings.TrimSuffix(strings.TrimPrefix(n, "i18n/book."), ".toml")] = all
	}
	return out
}

var (
	idPattern = regexp.MustCompile(`"(book_[a-z0-9_]*[a-z0-9])"`)
	// made are those that code puts together: from a number, a refusal, what was done, or a record of the privacy page.
	made  = regexp.MustCompile(`^book_(weekday_[1-7]|weekday_short_[1-7]|month_\d+|month_of_\d+|refused_\w+|done_\w+|privacy_[a-z]+_(what|why|where))$`)
	field = regexp.MustCompile(`{{\.(\w+)}}`)
)

// used are the ids that templates and code name.
func used(t *testing.T) []string {
	t.Helper()
	ids := []string{"book_language", "book_languages", "book_skip"} // by internal/page
	find := func(text []byte) {
		for _, m := range idPattern.FindAllSubmatch(text, -1) {
			ids = append(ids, string(m[1]))
		}
	}
	names, err := fs.Glob(files.Templates, "templates/citizen/*.html")
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range names {
		b, err := files.Templates.ReadFile(n)
		if err != nil {
			t.Fatal(err)
		}
		find(b)
	}
	code, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range code {
		if strings.HasSuffix(n, "_test.go") {
			continue
		}
		b, err := os.ReadFile(n)
		if err != nil {
			t.Fatal(err)
		}
		find(b)
	}
	return ids
}

// TestTexts: every text exists in every language with the same fields, and no text is left over.
func TestTexts(t *testing.T) {
	all := catalogues(t)
	ids := used(t)
	for lang, texts := range all {
		for _, id := range ids {
			if _, ok := texts[id]; !ok {
				t.Errorf("%s is missing in %s", id, lang)
			}
		}
		for id, text := range all["de"] {
			if !slices.Equal(fields(text), fields(texts[id])) {
				t.Errorf("%s: fields %v in German, %v in %s", id, fields(text), fields(texts[id]), lang)
			}
		}
		for id := range texts {
			if _, ok := all["de"][id]; !ok {
				t.Errorf("%s is in %s only", id, lang)
			}
		}
	}
	for id := range all["de"] {
		if !slices.Contains(ids, id) && !made.MatchString(id) {
			t.Errorf("%s is used nowhere", id)
		}
	}
}

// fields of a text, in each of its plurals.
func fields(v any) []string {
	var out []string
	plurals, ok := v.(map[string]any)
	if !ok {
		plurals = map[string]any{"other": v}
	}
	for _, form := range plurals {
		s, _ := form.(string)
		for _, f := range field.FindAllStringSubmatch(s, -1) {
			out = append(out, f[1])
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
