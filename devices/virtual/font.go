package virtual

import (
	"bytes"
	_ "embed"
	"image"
	"image/png"
	"sync"
)

// The letters of a printer's memory as black-and-white sheets, 32 to a row, in
// the order of runes.txt: font A's 12×24 dots, and the same four times as fine
// for the larger sizes, which newer printers smooth too. Drawn once from DejaVu
// Sans Mono with ImageMagick; licence in font/LICENSE.txt.
var (
	//go:embed font/runes.txt
	fontRunes string
	//go:embed font/12x24.png
	fontSmall []byte
	//go:embed font/48x96.png
	fontLarge []byte
)

const (
	fontW = 12
	fontH = 24
	// fine is how much larger the second sheet is.
	fine       = 4
	fontAcross = 32
)

type sheets struct {
	index        map[rune]int
	small, large image.Image
}

var font = sync.OnceValue(func() sheets {
	f := sheets{index: make(map[rune]int), small: sheet(fontSmall), large: sheet(fontLarge)}
	for i, r := range []rune(fontRunes) {
		f.index[r] = i
	}
	return f
})

func sheet(b []byte) image.Image {
	img, err := png.Decode(bytes.NewReader(b))
	if err != nil {
		panic("virtual: embedded font: " + err.Error())
	}
	return img
}

// ink says whether dot x, y of a letter is black when it is printed w times as
// wide and h times as high. An unknown letter is a box.
func (f sheets) ink(r rune, x, y, w, h int) bool {
	i, ok := f.index[r]
	if !ok {
		return x < 2 || y < 2 || x >= fontW*w-2 || y >= fontH*h-2
	}
	cx, cy := i%fontAcross, i/fontAcross
	if w == 1 && h == 1 {
		return dark(f.small, cx*fontW+x, cy*fontH+y)
	}
	// The share of the finer dots under this one that are black.
	x0, x1 := x*fine/w, max((x+1)*fine/w, x*fine/w+1)
	y0, y1 := y*fine/h, max((y+1)*fine/h, y*fine/h+1)
	black, all := 0, 0
	for yy := y0; yy < y1; yy++ {
		for xx := x0; xx < x1; xx++ {
			all++
			if dark(f.large, cx*fontW*fine+xx, cy*fontH*fine+yy) {
				black++
			}
		}
	}
	return 2*black >= all
}

func dark(img image.Image, x, y int) bool {
	r, _, _, _ := img.At(x, y).RGBA()
	return r < 0x8000
}
