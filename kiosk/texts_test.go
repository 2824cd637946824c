package kiosk

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"

	"westerkappeln.de/wartemarke/assets"
)

func catalogue(t *testing.T, name string) map[string]string {
	t.Helper()
	data, err := assets.I18n.ReadFile("i18n/" + name + ".toml")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	if err := toml.Unmarshal(data, &out); err != nil {
		t.Fatal(name, err)
	}
	return out
}

var (
	field2    = regexp.MustCompile(`\{\{\.\w+\}\}`)
	usedTexts = regexp.MustCompile(`"((?:kiosk|ticket)_[a-z_0-9]+)"`)
)

// Every text the code names exists, and every language has all of them with the same fields.
func TestCatalogues(t *testing.T) {
	for _, area := range []string{"kiosk", "ticket"} {
		de, en := catalogue(t, area+".de"), catalogue(t, area+".en")
		for id, text := range de {
			other, ok := en[id]
			if !ok {
				t.Errorf("%s is missing in English", id)
			}
			for _, f := range field2.FindAllString(other, -1) {
				if !strings.Contains(text, f) {
					t.Errorf("%s: English has %s, German not", id, f)
				}
			}
		}
		if len(en) != len(de) {
			t.Errorf("%s: %d German texts, %d English", area, len(de), len(en))
		}
	}
	known := catalogue(t, "kiosk.de")
	for id, text := range catalogue(t, "ticket.de") {
		known[id] = text
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		src, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range usedTexts.FindAllStringSubmatch(string(src), -1) {
			id := m[1]
			begins := slices.ContainsFunc([]string{"kiosk_weekday_", "kiosk_month_"}, func(p string) bool { return id == p })
			if _, ok := known[id]; !ok && !begins && id != "kiosk_" {
				t.Errorf("%s: %s is in no catalogue", f, id)
			}
		}
	}
}
