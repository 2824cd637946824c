package mail_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"

	"westerkappeln.de/wartemarke/assets"
)

var id = regexp.MustCompile(`"(mail_[a-z_]*[a-z])"`)

// used are the ids that the code names, and those that it puts together.
func used(t *testing.T) []string {
	t.Helper()
	var ids []string
	for day := range 7 {
		ids = append(ids, "mail_weekday_"+strconv.Itoa(day))
	}
	for month := range 12 {
		ids = append(ids, "mail_month_"+strconv.Itoa(month+1))
	}
	for _, k := range everyKind {
		for _, what := range []string{"subject", "title", "lead"} {
			ids = append(ids, "mail_"+what+"_"+string(k))
		}
	}
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range names {
		if strings.HasSuffix(n, "_test.go") {
			continue
		}
		code, err := os.ReadFile(n)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range id.FindAllSubmatch(code, -1) {
			ids = append(ids, string(m[1]))
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// Every text that is used exists in both languages, and none exists in vain.
func TestTexts(t *testing.T) {
	want := used(t)
	for _, lang := range []string{"de", "en"} {
		data, err := assets.I18n.ReadFile("i18n/mail." + lang + ".toml")
		if err != nil {
			t.Fatal(err)
		}
		all := map[string]any{}
		if err := toml.Unmarshal(data, &all); err != nil {
			t.Fatal(err)
		}
		for _, i := range want {
			if _, ok := all[i]; !ok {
				t.Errorf("%s lacks %s", lang, i)
			}
		}
		for i := range all {
			if !slices.Contains(want, i) {
				t.Errorf("%s has %s, which nothing uses", lang, i)
			}
		}
	}
}
