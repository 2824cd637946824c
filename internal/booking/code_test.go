package booking

import (
	"bytes"
	"crypto/rand"
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"westerkappeln.de/wartemarke/internal/queue"
)

func newCode(t testing.TB) Code {
	t.Helper()
	c, err := NewCode(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func drawCode(t *rapid.T) Code {
	c, err := NewCode(bytes.NewReader(rapid.SliceOfN(rapid.Byte(), 6, 6).Draw(t, "random")))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestWeightsDifferAndNoneIsZero(t *testing.T) {
	seen := map[byte]int{}
	for place := range symbols {
		var values [symbols]byte
		values[place] = 1
		w := checksum(values)
		if w == 0 {
			t.Errorf("weight of place %d is 0", place)
		}
		if before, ok := seen[w]; ok {
			t.Errorf("places %d and %d have the same weight %d", before, place, w)
		}
		seen[w] = place
	}
}

func TestEveryWrongSymbolIsFound(t *testing.T) {
	code := string(newCode(t))
	for place := range symbols {
		for _, symbol := range Alphabet {
			wrong := code[:place] + string(symbol) + code[place+1:]
			if LooksOurs(wrong) != (wrong == code) {
				t.Errorf("%s with %c at place %d: taken as right", code, symbol, place)
			}
		}
	}
}

// For each pair of neighbours (the last one is the check symbol) and each pair of symbols: one code that has them, swapped.
func TestEverySwapOfNeighboursIsFound(t *testing.T) {
	for place := range symbols - 1 {
		for a := range byte(32) {
			for b := range byte(32) {
				var values [symbols]byte
				values[place], values[place+1] = a, b
				// Any other place can make the sum 0; search the symbol for it.
				free := (place + 2) % symbols
				for values[free] = 0; checksum(values) != 0; values[free]++ {
				}
				values[place], values[place+1] = b, a
				if (checksum(values) == 0) != (a == b) {
					t.Fatalf("swap of %d and %d at place %d is not found", a, b, place)
				}
			}
		}
	}
}

func TestErrorsInRandomCodesAreFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		code := drawCode(t)
		if got, err := ParseCode(string(code)); err != nil || got != code {
			t.Fatalf("ParseCode(%q) = %q, %v", code, got, err)
		}
		place := rapid.IntRange(0, symbols-2).Draw(t, "place")
		swapped := []byte(code)
		swapped[place], swapped[place+1] = swapped[place+1], swapped[place]
		if string(swapped) != string(code) && LooksOurs(string(swapped)) {
			t.Fatalf("%s swapped to %s is taken as right", code, swapped)
		}
		wrong := []byte(code)
		wrong[place] = Alphabet[rapid.IntRange(0, 31).Draw(t, "symbol")]
		if string(wrong) != string(code) && LooksOurs(string(wrong)) {
			t.Fatalf("%s changed to %s is taken as right", code, wrong)
		}
	})
}

func TestReadingFoldsWhatScannersAndHandsAdd(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		code := drawCode(t)
		for _, raw := range []string{
			string(code), code.Display(), code.QR(), strings.ToLower(code.QR()) + "\r\n", "]Q1" + code.QR() + "\r",
			"]q1" + string(code), " " + code.Display() + "\t", string(code[:3]) + "-" + string(code[3:]),
			string(code[:4]) + "–" + string(code[4:]), "\ufeff" + string(code), "\x02" + string(code) + "\x03", "wm1 " + code.Display(),
		} {
			if got, err := ParseCode(raw); err != nil || got != code {
				t.Fatalf("ParseCode(%q) = %q, %v, want %q", raw, got, err, code)
			}
		}
	})
}

func TestNormalize(t *testing.T) {
	for _, c := range []struct{ raw, want string }{
		{"", ""},
		{" - \r\n", ""},
		{"zms-104711", "ZMS104711"},
		{"]C0zms 104711\r\n", "ZMS104711"},
		{"WM1", "WM1"},
		{"WM1234567", "WM1234567"},           // ten symbols do not follow
		{"WM1K7M4X2QX9O", "WM1K7M4X2QX9O"},   // O is no symbol
		{"WM1K7M4X2QX9P", "K7M4X2QX9P"},      // ten symbols follow
		{"WM1K7M4X2QX9P1", "WM1K7M4X2QX9P1"}, // eleven
		{"wm10123456789", "0123456789"},
		{"]Q", "]Q"},
		{"]Q1", ""},
		{"]11", "]11"},
		{"ümlaut-7", "ÜMLAUT7"},
	} {
		if got := Normalize(c.raw); got != c.want {
			t.Errorf("Normalize(%q) = %q, want %q", c.raw, got, c.want)
		}
	}
}

func TestParseCodeRefuses(t *testing.T) {
	right := string(newCode(t))
	for name, raw := range map[string]string{
		"nothing": "", "short": right[:9], "long": right + "0", "no symbol": right[:9] + "O", "not ASCII": right[:8] + "ü", "foreign": "ZMS-104711",
	} {
		_, err := ParseCode(raw)
		var refusal *queue.Refusal
		if !errors.As(err, &refusal) || refusal.Code != queue.BadCode {
			t.Errorf("%s: ParseCode(%q) gives %v, want a BadCode refusal", name, raw, err)
		}
	}
}

func TestNewCodeUsesAll45Bits(t *testing.T) {
	seen := map[Code]bool{}
	for bit := range 45 {
		random := make([]byte, 6)
		random[5-bit/8] = 1 << (bit % 8)
		c, err := NewCode(bytes.NewReader(random))
		if err != nil {
			t.Fatal(err)
		}
		seen[c] = true
	}
	if len(seen) != 45 {
		t.Errorf("45 bits give %d codes", len(seen))
	}
	if _, err := NewCode(bytes.NewReader(make([]byte, 5))); err == nil {
		t.Error("a source that ends early gives a code")
	}
}

func TestForeignCodesStayAsTheyAre(t *testing.T) {
	c := Code("ZMS104711")
	if c.Display() != "ZMS104711" || c.QR() != "ZMS104711" {
		t.Errorf("Display %q, QR %q", c.Display(), c.QR())
	}
}

func FuzzParseCode(f *testing.F) {
	for _, seed := range []string{"", "WM1K7M4X2QX9P", "]Q1wm1k7m4x-2qx9p\r\n", "]Q1]Q1]Q1", "\xff\xfe", "ZMS-104711", "ſſſſſſſſſſ", "0000000000"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		if len(raw) > 64<<10 {
			return
		}
		folded := Normalize(raw)
		if again := Normalize(folded); again != folded {
			t.Errorf("Normalize(%q) = %q, and once more %q", raw, folded, again)
		}
		code, err := ParseCode(raw)
		if err != nil {
			return
		}
		if again, err := ParseCode(code.QR()); err != nil || again != code {
			t.Errorf("%q reads as %q, its QR content as %q, %v", raw, code, again, err)
		}
	})
}
