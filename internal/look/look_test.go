package look_test

import (
	"image/color"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"
	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"pgregory.net/rapid"

	"westerkappeln.de/wartemarke/assets/fonts"
	"westerkappeln.de/wartemarke/internal/look"
)

func rgb(c color.Color) [3]uint8 {
	n := color.NRGBAModel.Convert(c).(color.NRGBA)
	return [3]uint8{n.R, n.G, n.B}
}

// The hexadecimal values are the fallbacks that KERN writes beside its tokens in kern.css.
func TestColoursAreKern(t *testing.T) {
	th := look.New(look.Options{})
	for name, want := range map[fyne.ThemeColorName][3]uint8{
		look.ColorText:     {0x13, 0x15, 0x25},
		look.ColorMuted:    {0x51, 0x57, 0x7a},
		look.ColorBorder:   {0x6e, 0x75, 0x97},
		look.ColorSurface:  {0xf3, 0xf4, 0xf7},
		look.ColorDivider:  {0xc0, 0xc3, 0xd5},
		look.ColorAction:   {0x20, 0x44, 0xaa},
		look.ColorBad:      {0xc3, 0x1c, 0x13},
		look.ColorBadBack:  {0xfe, 0xe4, 0xe0},
		look.ColorGood:     {0x00, 0x71, 0x55},
		look.ColorGoodBack: {0xcd, 0xf2, 0xe4},
		look.ColorWarn:     {0x92, 0x54, 0x00},
		look.ColorWarnBack: {0xff, 0xe7, 0xb6},
		look.ColorInfo:     {0x00, 0x6b, 0x8c},
		look.ColorInfoBack: {0xc0, 0xf3, 0xff},
	} {
		if got := rgb(th.Color(name, 0)); got != want {
			t.Errorf("%s = %x, want %x", name, got, want)
		}
	}
}

func TestContrast(t *testing.T) {
	text := [][2]fyne.ThemeColorName{
		{look.ColorText, look.ColorBackground}, {look.ColorText, look.ColorSurface}, {look.ColorText, look.ColorField},
		{look.ColorText, look.ColorPressed}, {look.ColorMuted, look.ColorBackground}, {look.ColorMuted, look.ColorSurface},
		{look.ColorOnAction, look.ColorAction}, {look.ColorOnAction, look.ColorActionDown},
		{look.ColorAction, look.ColorBackground}, {look.ColorAction, look.ColorSurface}, {look.ColorAction, look.ColorPressed},
		{look.ColorInfo, look.ColorInfoBack}, {look.ColorGood, look.ColorGoodBack}, {look.ColorWarn, look.ColorWarnBack},
		{look.ColorBad, look.ColorBadBack}, {look.ColorText, look.ColorInfoBack}, {look.ColorText, look.ColorGoodBack},
		{look.ColorText, look.ColorWarnBack}, {look.ColorText, look.ColorBadBack},
	}
	for _, o := range []look.Options{{}, {Contrast: true}} {
		th := look.New(o)
		least, edge := 4.5, 3.0
		if o.Contrast {
			least, edge = 7, 7
		}
		for _, p := range text {
			if r := look.Ratio(th.Color(p[0], 0), th.Color(p[1], 0)); r < least {
				t.Errorf("contrast %v: %s on %s is %.2f, want %.1f", o.Contrast, p[0], p[1], r, least)
			}
		}
		if r := look.Ratio(th.Color(look.ColorBorder, 0), th.Color(look.ColorBackground, 0)); r < edge {
			t.Errorf("contrast %v: border is %.2f, want %.1f", o.Contrast, r, edge)
		}
	}
}

func TestNoStockColours(t *testing.T) {
	th := look.New(look.Options{})
	if _, _, _, a := th.Color(theme.ColorNameShadow, 0).RGBA(); a != 0 {
		t.Error("there is a shadow")
	}
	if got := rgb(th.Color(theme.ColorNameBackground, 0)); got != [3]uint8{255, 255, 255} {
		t.Errorf("background is %x", got)
	}
}

func TestScale(t *testing.T) {
	upright := look.NewScale(1080, 1920, [2]int{527, 296})
	across := look.NewScale(1920, 1080, [2]int{527, 296})
	if upright != across {
		t.Errorf("upright %v and across %v differ", upright, across)
	}
	if mm20 := across.MM(20); mm20 < 72 || mm20 > 74 {
		t.Errorf("20 mm = %v px on a 24 inch full HD panel", mm20)
	}
	if got := look.NewScale(1920, 1080, [2]int{}); got.PxPerMM < 3 {
		t.Errorf("no size given: %v", got)
	}
	// 29.8 mm x-height at 5 m, as the board needs.
	size := across.ReadableSize(5000)
	if x := look.XHeight(size) / across.PxPerMM; x < 29.7 || x > 29.9 {
		t.Errorf("x-height at 5 m is %v mm", x)
	}
}

func TestTypefaceProportions(t *testing.T) {
	face, err := sfnt.Parse(fonts.Regular)
	if err != nil {
		t.Fatal(err)
	}
	var buf sfnt.Buffer
	upem := int(face.UnitsPerEm())
	m, err := face.Metrics(&buf, fixed.I(upem), font.HintingNone)
	if err != nil {
		t.Fatal(err)
	}
	if got := look.XHeight(float32(upem)); got != float32(m.XHeight.Round()) {
		t.Errorf("x-height %v, the typeface says %v", got, m.XHeight)
	}
	if got := look.CapHeight(float32(upem)); got != float32(m.CapHeight.Round()) {
		t.Errorf("cap height %v, the typeface says %v", got, m.CapHeight)
	}
	for _, r := range "ÄÖÜäöüßẞ§€„“–…·→ĄąĆćĘęŁłŃńŚśŹźŻżĞğİıŞşЁёЇїІіЄєҐґ" {
		if i, err := face.GlyphIndex(&buf, r); err != nil || i == 0 {
			t.Errorf("no glyph for %c", r)
		}
	}
}

func TestTextWrapsThenShrinks(t *testing.T) {
	test.NewTempApp(t).Settings().SetTheme(look.New(look.Options{}))
	long := look.NewText("Kfz-Zulassung und Füh\u00adrer\u00adschein\u00adange\u00adlegen\u00adheiten", look.TextStyle{Size: 40})
	long.Resize(fyne.NewSize(400, 200))
	if long.FittedSize() != 40 || len(long.FittedLines()) < 2 {
		t.Errorf("at 400: size %v, lines %q", long.FittedSize(), long.FittedLines())
	}
	if s := strings.Join(long.FittedLines(), " "); strings.Contains(s, "\u00ad") {
		t.Errorf("a soft hyphen shows: %q", s)
	}
	long.Resize(fyne.NewSize(200, 60))
	if long.FittedSize() >= 40 {
		t.Errorf("at 200x60 it did not shrink: %q", long.FittedLines())
	}
}

// Whatever the words and the box: nothing stands outside of the box, and no word is lost.
func TestTextIsNeverCutOff(t *testing.T) {
	test.NewTempApp(t).Settings().SetTheme(look.New(look.Options{}))
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfN(rapid.StringMatching(`[A-Za-zÄÖÜäöüß\x{00ad}0-9-]{1,24}`), 1, 12).Draw(t, "words")
		w := rapid.Float32Range(40, 900).Draw(t, "w")
		h := rapid.Float32Range(20, 400).Draw(t, "h")
		style := look.TextStyle{
			Size:   rapid.Float32Range(8, 200).Draw(t, "size"),
			Weight: look.Weight(rapid.IntRange(0, 2).Draw(t, "weight")),
			Lines:  rapid.IntRange(0, 3).Draw(t, "lines"),
		}
		txt := look.NewText(strings.Join(words, " "), style)
		txt.Resize(fyne.NewSize(w, h))
		if txt.FittedSize() <= 1 {
			return // nothing can be done for 300 letters in a box of 40 × 20
		}
		if style.Lines > 0 && len(txt.FittedLines()) > style.Lines {
			t.Fatalf("%d lines", len(txt.FittedLines()))
		}
		for _, l := range txt.FittedLines() {
			if got := look.MeasureText(l, txt.FittedSize(), style.Weight).Width; got > w+0.01 {
				t.Fatalf("line %q is %v wide, box %v", l, got, w)
			}
		}
		if got := float32(len(txt.FittedLines())) * txt.FittedSize() * 1.2; got > h+0.01 {
			t.Fatalf("text is %v high, box %v", got, h)
		}
		letters := func(s string) string {
			return strings.NewReplacer(" ", "", "-", "", "\u00ad", "").Replace(s)
		}
		if got := letters(strings.Join(txt.FittedLines(), "")); got != letters(strings.Join(words, "")) {
			t.Fatalf("lost letters: %q", got)
		}
	})
}
