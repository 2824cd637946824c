package escpos

import (
	"bytes"
	"image"
	"image/color"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func profile(t testing.TB, name string) Profile {
	t.Helper()
	p, err := ProfileByName(name)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestEncode(t *testing.T) {
	for name, c := range map[string]struct {
		item Item
		want string
	}{
		"plain":      {Text{Text: "Hallo"}, "Hallo\n"},
		"umlauts":    {Text{Text: "ÄÖÜäöüß§€"}, "\x8e\x99\x9a\x84\x94\x81\xe1\xf5\xd5\n"},
		"big":        {Text{Text: "A017", Width: 8, Height: 8}, "\x1d!\x77A017\n\x1d!\x00"},
		"too big":    {Text{Text: "A", Width: 9, Height: -1}, "\x1d!\x70A\n\x1d!\x00"},
		"bold":       {Text{Text: "x", Bold: true}, "\x1bE\x01x\n\x1bE\x00"},
		"underline":  {Text{Text: "x", Underline: true}, "\x1b-\x01x\n\x1b-\x00"},
		"invert":     {Text{Text: "x", Invert: true}, "\x1dB\x01x\n\x1dB\x00"},
		"center":     {Text{Text: "x", Align: Center}, "\x1ba\x01x\n\x1ba\x00"},
		"commands":   {Text{Text: "a\x1b@\x10\x04\x01\x1dV\x00b\r"}, "a@Vb\n"},
		"two lines":  {Text{Text: "a\n\nb"}, "a\n\nb\n"},
		"dashes":     {Text{Text: "10–20 „Min“…"}, "10-20 \"Min\"...\n"},
		"unknown":    {Text{Text: "中"}, "?\n"},
		"other page": {Text{Text: "aЖü"}, "a\x1bt\x11\x86\x1bt\x13\x81\n"},
		"stays":      {Text{Text: "ЖЖж"}, "\x1bt\x11\x86\x86\xa6\n"},
		"polish":     {Text{Text: "ł"}, "\x1bt\x12\x88\n"},
		"turkish":    {Text{Text: "ğ"}, "\x1bt\x0d\xa7\n"},
		"ukrainian":  {Text{Text: "їі"}, "\x1bt\x11\xf5i\n"},
		"feed":       {Feed{300}, "\x1bd\xff\x1bd\x2d"},
		"no feed":    {Feed{-1}, ""},
		"rule":       {Rule{}, strings.Repeat("\xc4", 48) + "\n"},
		"pair":       {Pair{Left: "a", Right: "b"}, "a" + strings.Repeat(" ", 46) + "b\n"},
		"wide pair": {Pair{Left: strings.Repeat("a", 30), Right: strings.Repeat("b", 18)},
			strings.Repeat("a", 30) + "\n\x1ba\x02" + strings.Repeat("b", 18) + "\n\x1ba\x00"},
		"qr": {QR{Data: "WM1", Module: 5, Level: LevelQ},
			"\x1ba\x01\x1bJ\x14\x1d(k\x04\x00\x31\x41\x32\x00\x1d(k\x03\x00\x31\x43\x05\x1d(k\x03\x00\x31\x45\x32" +
				"\x1d(k\x06\x00\x31\x50\x30WM1\x1d(k\x03\x00\x31\x51\x30\x1bJ\x14\x1ba\x00"},
		"empty qr":    {QR{}, ""},
		"endless qr":  {QR{Data: strings.Repeat("x", 501)}, ""},
		"image":       {Image{Width: 9, Height: 2, Bits: []byte{0xff, 0x80, 1, 2}}, "\x1ba\x01\x1dv0\x00\x02\x00\x02\x00\xff\x80\x01\x02\x1ba\x00"},
		"short image": {Image{Width: 9, Height: 2, Bits: []byte{0xff}}, ""},
		"wide image":  {Image{Width: 577, Height: 1, Bits: make([]byte, 99)}, ""},
		"real-time bytes in an image": {Image{Width: 32, Height: 2, Bits: []byte{0x10, 4, 1, 0x10, 5, 0x10, 0x14, 8}},
			"\x1ba\x01\x1dv0\x00\x04\x00\x02\x00\x30\x04\x01\x30\x05\x30\x14\x08\x1ba\x00"},
	} {
		t.Run(name, func(t *testing.T) {
			got := string(profile(t, "").Encode(Receipt{[]Item{c.item}}))
			if got != c.want {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
		})
	}
}

func TestWithoutFurtherPages(t *testing.T) {
	p := profile(t, "wincor")
	if got := string(p.Encode(Receipt{[]Item{Text{Text: "Łódź ğ Ж €"}}})); got != "L\xa2dz g ? \xd5\n" {
		t.Errorf("%q", got)
	}
	for s, want := range map[string]bool{"Grüße": true, "Łódź": false, "Ж": false, "10–20": true} {
		if p.Prints(s) != want {
			t.Errorf("%q: %t", s, !want)
		}
	}
	if !profile(t, "").Prints("Łódź ğüş Жїі Grüße\n€") {
		t.Error("an Epson prints all of these")
	}
}

func TestWrap(t *testing.T) {
	for in, want := range map[string]string{
		"":                     "|",
		"a b":                  "a b|",
		"Bitte im Flur warten": "Bitte im|Flur|warten|",
		"Personalausweis":      "Personala|usweis|",
		"a Personalausweis b":  "a|Personala|usweis b|",
		"a\nb":                 "a|b|",
		"  viel   Platz  ":     "viel|Platz|",
	} {
		got := strings.Join(wrap(in, 9), "|") + "|"
		if got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// No text of a citizen or clerk may command the printer, whatever it holds, and
// none may run over the edge.
func TestTextIsOnlyText(t *testing.T) {
	p := profile(t, "")
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		out := p.Encode(Receipt{[]Item{Text{Text: text}}})
		column := 0
		for i := 0; i < len(out); i++ {
			switch c := out[i]; {
			case c == 0x1b && i+2 < len(out) && out[i+1] == 't':
				i += 2
			case c == '\n':
				column = 0
			case c < 0x20 || c == 0x7f:
				t.Fatalf("byte %02x at %d of %q", c, i, out)
			default:
				column++
			}
			if column > p.Columns+4 { // "…" and "ẞ" grow
				t.Fatalf("%d columns in %q", column, out)
			}
		}
	})
}

func TestNoRealTimeBytesInPictures(t *testing.T) {
	p := profile(t, "")
	rapid.Check(t, func(t *rapid.T) {
		w := rapid.IntRange(1, 576).Draw(t, "w")
		bits := rapid.SliceOfN(rapid.SampledFrom([]byte{0x10, 0x04, 0x05, 0x14, 0, 0xff, 1, 8}), 1, 4000).Draw(t, "bits")
		h := len(bits) / ((w + 7) / 8)
		out := p.Encode(Receipt{[]Item{Image{Width: w, Height: h, Bits: bits}}})
		for _, bad := range []string{"\x10\x04", "\x10\x05", "\x10\x14"} {
			if bytes.Contains(out, []byte(bad)) {
				t.Fatalf("% x in the data", bad)
			}
		}
	})
}

func TestTicketIsSmall(t *testing.T) {
	r := Receipt{[]Item{Text{Text: "A017", Width: 8, Height: 8}, Rule{}, QR{Data: strings.Repeat("x", 60)}, Rule{}}}
	native, raster := profile(t, ""), profile(t, "generic")
	if n := len(native.Encode(r)); n > 400 {
		t.Errorf("%d bytes with a native QR", n)
	}
	if n := len(raster.Encode(r)); n < 1000 || n > 20000 {
		t.Errorf("%d bytes with a picture", n)
	}
	if a, b := native.Length(r), raster.Length(r); a < 40 || a > 90 || b != a {
		t.Errorf("%.0f and %.0f mm", a, b)
	}
}

func TestPicture(t *testing.T) {
	img := image.NewGray(image.Rect(0, 0, 20, 4))
	for i := range img.Pix {
		img.Pix[i] = 255
	}
	img.SetGray(0, 0, color.Gray{0})
	img.SetGray(18, 2, color.Gray{90})
	got := Picture(img, 10)
	if got.Width != 10 || got.Height != 2 || !bytes.Equal(got.Bits, []byte{0x80, 0, 0, 0x40}) {
		t.Errorf("%+v", got)
	}
	if Picture(image.NewNRGBA(image.Rect(0, 0, 8, 1)), 8).Bits[0] != 0 {
		t.Error("see-through is not white")
	}
}

func TestProfiles(t *testing.T) {
	for _, name := range ProfileNames() {
		p := profile(t, name)
		if p.Name != name || p.Columns < 20 || p.DotsPerLine < 300 || p.Speed <= 0 || p.DotsPerMM <= 0 || p.CodePage == 0 {
			t.Errorf("%s: %+v", name, p)
		}
		if p.Fence && !p.Status {
			t.Errorf("%s proves print but has no status", name)
		}
	}
	if _, err := ProfileByName("epson"); err == nil || !strings.Contains(err.Error(), DefaultProfile) {
		t.Errorf("an unknown profile: %v", err)
	}
	if got := profile(t, "").Init(); !bytes.Equal(got, []byte{0x1b, 0x40, 0x1c, 0x2e, 0x1b, 0x52, 0, 0x1b, 0x74, 0x13}) {
		t.Errorf("init % x", got)
	}
	if got := profile(t, "generic-nocut").Cut(); bytes.Contains(got, []byte{0x1d, 'V'}) {
		t.Errorf("cut % x without a cutter", got)
	}
}
