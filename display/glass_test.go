package display_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"github.com/BurntSushi/toml"
	"pgregory.net/rapid"

	"westerkappeln.de/wartemarke/assets"
	"westerkappeln.de/wartemarke/internal/look"
	"westerkappeln.de/wartemarke/internal/wire"
)

// texts are the visible words on a screen.
func texts(o fyne.CanvasObject) (out []*look.Text) {
	if !o.Visible() {
		return nil
	}
	switch o := o.(type) {
	case *look.Text:
		if o.String() != "" {
			out = append(out, o)
		}
	case *fyne.Container:
		for _, c := range o.Objects {
			out = append(out, texts(c)...)
		}
	}
	return out
}

// TestNothingIsCutOff: whatever the places are called, every word stands on the screen whole, inside its box, and the
// newest number is the largest of all.
func TestNothingIsCutOff(t *testing.T) {
	g, w := newGlass(t, tv55, 5, "de", "en")
	word := rapid.StringMatching(`[A-ZÄÖÜ][a-zäöüß]{1,14}`)
	rapid.Check(t, func(t *rapid.T) {
		w.Resize(rapid.SampledFrom([]fyne.Size{wide, tall}).Draw(t, "size"))
		s := state(rapid.IntRange(0, 20).Draw(t, "called"), rapid.IntRange(0, 4).Draw(t, "served"))
		for i := range s.Rows {
			s.Rows[i].Place = wire.Text{"de": strings.Join(rapid.SliceOfN(word, 1, 4).Draw(t, "place"), " ")}
		}
		g.Show(s)
		all := texts(g.Content())
		for _, x := range all {
			if got := strings.Join(x.FittedLines(), " "); got != x.String() {
				t.Fatalf("%q is shown as %q", x.String(), got)
			}
			if x.FittedSize() < 8 {
				t.Fatalf("%q shrank to %v", x.String(), x.FittedSize())
			}
			for _, l := range x.FittedLines() {
				if m := look.MeasureText(l, x.FittedSize(), x.Style().Weight); m.Width > x.Size().Width+1 {
					t.Fatalf("%q is %v wide in a box of %v", l, m.Width, x.Size())
				}
			}
			if s.Lead != nil && x.String() != s.Lead.Number {
				for _, y := range all {
					if y.String() == s.Lead.Number && y.FittedSize() < x.FittedSize() && len(s.Rows) < 5 {
						t.Fatalf("%q (%v) is larger than the newest number (%v)", x.String(), x.FittedSize(), y.FittedSize())
					}
				}
			}
		}
	})
}

// TestShowChangesInPlace: showing another state makes no new objects, or Fyne's caches would grow for years.
func TestShowChangesInPlace(t *testing.T) {
	g, w := newGlass(t, tv55, 5)
	w.Resize(wide)
	before := len(g.Content().(*fyne.Container).Objects)
	for n := range 20 {
		g.Show(state(n, n%3))
	}
	if after := len(g.Content().(*fyne.Container).Objects); after != before {
		t.Errorf("%d objects became %d", before, after)
	}
}

// TestEveryMessageExists: no person ever sees an id, in either language.
func TestEveryMessageExists(t *testing.T) {
	used := regexp.MustCompile(`"(display_[a-z_]+)"`)
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range []string{"de", "en"} {
		data, err := assets.I18n.ReadFile("i18n/display." + lang + ".toml")
		if err != nil {
			t.Fatal(err)
		}
		var have map[string]any
		if err := toml.Unmarshal(data, &have); err != nil {
			t.Fatal(err)
		}
		seen := map[string]bool{}
		for _, f := range files {
			src, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range used.FindAllSubmatch(src, -1) {
				seen[string(m[1])] = true
			}
		}
		for id := range seen {
			if have[id] == nil {
				t.Errorf("%s: %s is missing", lang, id)
			}
		}
		for id := range have {
			if !seen[id] {
				t.Errorf("%s: %s is never used", lang, id)
			}
		}
	}
}
