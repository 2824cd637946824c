package escpos

import (
	"image"
	"image/color"
	"slices"

	qrcode "github.com/skip2/go-qrcode"
)

const (
	stripBytes = 3 << 10 // of one GS v 0, so that any printer's buffer takes it
	stripRows  = 255     // keeps yH of GS v 0 zero
	qrBytes    = 500
)

var levels = map[Level]struct {
	native byte // n of GS ( k, function 169
	raster qrcode.RecoveryLevel
}{
	LevelL: {0x30, qrcode.Low},
	LevelM: {0x31, qrcode.Medium},
	LevelQ: {0x32, qrcode.High},
	LevelH: {0x33, qrcode.Highest},
}

// qr prints the code by the printer's own means where it has them, some 40
// bytes, and otherwise as a picture of some thousand.
func (e *encoder) qr(q QR) {
	level, ok := levels[q.Level]
	if !ok {
		level = levels[LevelM]
	}
	if q.Data == "" || len(q.Data) > qrBytes {
		return
	}
	code, err := qrcode.New(q.Data, level.raster)
	if err != nil {
		return // cannot be: 500 bytes fit at every level
	}
	code.DisableBorder = true
	modules := code.Bitmap()
	module := q.Module
	if module <= 0 {
		module = 6
	}
	module = min(module, 16, max(e.p.DotsPerLine/(len(modules)+8), 1))
	e.set(style{w: 1, h: 1, align: Center})
	if !e.p.NativeQR {
		// Four modules of quiet zone above and below (ISO/IEC 18004, 5.3.8).
		e.space(4 * module)
		e.raster(enlarge(modules, module))
		e.space(4 * module)
		return
	}
	e.space(4 * module)
	e.symbol(0x41, 0x32, 0)
	e.symbol(0x43, byte(module))
	e.symbol(0x45, level.native)
	e.symbol(0x50, append([]byte{0x30}, q.Data...)...)
	e.symbol(0x51, 0x30)
	e.dots += len(modules) * module
	e.space(4 * module)
}

// symbol sends GS ( k for a QR code (cn 49).
func (e *encoder) symbol(fn byte, data ...byte) {
	n := len(data) + 2
	e.send(gs, '(', 'k', byte(n), byte(n>>8), 0x31, fn)
	e.send(data...)
}

// space feeds by dots.
func (e *encoder) space(dots int) {
	e.dots += dots
	for dots > 0 {
		n := min(dots, 255)
		e.send(esc, 'J', byte(n))
		dots -= n
	}
}

func enlarge(modules [][]bool, by int) Image {
	side := len(modules) * by
	img := Image{Width: side, Height: side, Bits: make([]byte, (side+7)/8*side)}
	for y := range side {
		for x := range side {
			if modules[y/by][x/by] {
				img.Bits[y*((side+7)/8)+x/8] |= 0x80 >> (x % 8)
			}
		}
	}
	return img
}

func (e *encoder) image(img Image) {
	if img.Width <= 0 || img.Height <= 0 || img.Width > e.p.DotsPerLine || len(img.Bits) < (img.Width+7)/8*img.Height {
		return
	}
	e.set(style{w: 1, h: 1, align: Center})
	e.raster(img)
}

// raster sends a picture in strips of GS v 0.
func (e *encoder) raster(img Image) {
	across := (img.Width + 7) / 8
	rows := min(max(stripBytes/across, 1), stripRows)
	for y := 0; y < img.Height; y += rows {
		n := min(rows, img.Height-y)
		e.send(gs, 'v', '0', 0, byte(across), 0, byte(n), 0)
		e.send(scrub(slices.Clone(img.Bits[y*across : (y+n)*across]))...)
	}
	e.dots += img.Height
}

// scrub breaks up DLE EOT, DLE ENQ and DLE DC4: a printer obeys these even in
// the middle of a picture. One white dot in the left half of a byte turns black.
func scrub(b []byte) []byte {
	for i := 0; i+1 < len(b); i++ {
		if b[i] == 0x10 && (b[i+1] == 0x04 || b[i+1] == 0x05 || b[i+1] == 0x14) {
			b[i] = 0x30
		}
	}
	return b
}

// Picture makes an Image of a drawing, shrunk to at most width dots across;
// what is darker than middle grey becomes black, and see-through is white.
func Picture(img image.Image, width int) Image {
	b := img.Bounds()
	if b.Empty() || width <= 0 {
		return Image{}
	}
	w := min(b.Dx(), width)
	h := max(b.Dy()*w/b.Dx(), 1)
	out := Image{Width: w, Height: h, Bits: make([]byte, (w+7)/8*h)}
	for y := range h {
		for x := range w {
			c := color.NRGBAModel.Convert(img.At(b.Min.X+x*b.Dx()/w, b.Min.Y+y*b.Dy()/h)).(color.NRGBA)
			grey := (299*int(c.R) + 587*int(c.G) + 114*int(c.B)) / 1000
			if grey*int(c.A)/255+255-int(c.A) < 128 {
				out.Bits[y*((w+7)/8)+x/8] |= 0x80 >> (x % 8)
			}
		}
	}
	return out
}
