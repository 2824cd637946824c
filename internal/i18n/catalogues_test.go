package i18n_test

import (
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"

	"westerkappeln.de/wartemarke/assets"
	"westerkappeln.de/wartemarke/internal/i18n"
)

// catalogue reads one file: its messages, plural ones as all their forms.
func catalogue(t *testing.T, file string) map[string][]string {
	t.Helper()
	data, err := assets.I18n.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]any
	if err := toml.Unmarshal(data, &all); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	out := map[string][]string{}
	for id, v := range all {
		switch v := v.(type) {
		case string:
			out[id] = []string{v}
		case map[string]any:
			for _, form := range v {
				out[id] = append(out[id], form.(string))
			}
		}
	}
	return out
}

var field = regexp.MustCompile(`\.(\w+)`)

func fields(forms []string) []string {
	var out []string
	for _, f := range forms {
		for _, action := range regexp.MustCompile(`{{[^}]*}}`).FindAllString(f, -1) {
			for _, m := range field.FindAllStringSubmatch(action, -1) {
				out = append(out, m[1])
			}
		}
	}
	slices.Sort(out)
	return slices.DeleteFunc(slices.Compact(out), func(f string) bool { return f == "Count" }) // "one" needs no figure
}

// TestLanguagesAgree: what citizens read exists in every language that its area has, with the same fields, and no language is
// taken for another.
func TestLanguagesAgree(t *testing.T) {
	bundle, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, area := range []string{"book", "mail", "phone"} {
		german := catalogue(t, "i18n/"+area+".de.toml")
		files, err := fs.Glob(assets.I18n, "i18n/"+area+".*.toml")
		if err != nil || len(files) < 9 {
			t.Errorf("%s: %q, %v", area, files, err)
		}
		for _, file := range files {
			lang := strings.TrimSuffix(strings.TrimPrefix(path.Base(file), area+"."), ".toml")
			texts, own := bundle.For(lang), catalogue(t, file)
			if texts.Lang != lang {
				t.Errorf("%s is shown in %s", lang, texts.Lang)
			}
			for id := range german {
				if len(own[id]) == 0 {
					t.Errorf("%s: %s is missing", file, id)
					continue
				}
				if got, want := fields(own[id]), fields(german[id]); !slices.Equal(got, want) {
					t.Errorf("%s: %s has the fields %v, German %v", file, id, got, want)
				}
				if shown := texts.T(id, "Count", 3); len(own[id]) == 1 && len(fields(own[id])) == 0 && shown != own[id][0] {
					t.Errorf("%s: %s is shown as %q, and is %q", file, id, shown, own[id][0])
				}
			}
			for id := range own {
				if german[id] == nil {
					t.Errorf("%s: %s is nowhere else", file, id)
				}
			}
		}
	}
}
