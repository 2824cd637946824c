package virtual

import (
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"strings"
)

// Paper is 80 mm wide at 203 dpi.
const (
	Dots      = 576 // printable dots across
	dotsPerMM = 8
	// margin is the bare paper above and below what is printed; it stands for
	// the way from the head to the blade.
	margin = 40
	// rollMax bounds a page, so that a printer fed with noise uses no end of
	// memory: 2 m of paper.
	rollMax = 2000 * dotsPerMM
)

// roll is the paper since the last cut.
type roll struct {
	rows  [][]byte // a byte a dot, 1 is black
	y     int      // the row under the head
	text  []string
	codes []string
}

func (r *roll) grow(to int) {
	for len(r.rows) < min(to, rollMax) {
		r.rows = append(r.rows, make([]byte, Dots))
	}
}

func (r *roll) dot(x, y int, black bool) {
	if x < 0 || x >= Dots || y < 0 || y >= rollMax {
		return
	}
	r.grow(y + 1)
	if black {
		r.rows[y][x] = 1
	}
}

func (r *roll) feed(dots int) {
	r.y = min(r.y+dots, rollMax)
	r.grow(r.y)
}

// note remembers a line of text, or what a code says, beside the dots.
func (r *roll) note(list *[]string, s string) {
	if r.y < rollMax {
		*list = append(*list, s)
	}
}

// Page is a piece of paper that was cut off.
type Page struct {
	Path  string   // its picture; empty when the printer keeps none
	Text  string   // its lines
	Codes []string // what its QR codes from GS ( k say
	Dots  int      // its length, without the bare margins
}

func (r *roll) image() image.Image {
	img := image.NewPaletted(image.Rect(0, 0, Dots, len(r.rows)+2*margin), color.Palette{color.White, color.Black})
	for y, row := range r.rows {
		copy(img.Pix[(y+margin)*img.Stride:], row)
	}
	return img
}

// save writes the picture beside its name first, so that nobody who watches the
// folder ever reads half a page.
func (r *roll) save(dir string, n int) (string, error) {
	path := filepath.Join(dir, fmt.Sprintf("%04d.png", n))
	f, err := os.CreateTemp(dir, ".page-*")
	if err != nil {
		return "", err
	}
	defer os.Remove(f.Name()) // gone already once it was renamed
	if err := png.Encode(f, r.image()); err != nil {
		f.Close()
		return "", err
	}
	if err := f.Chmod(0o644); err != nil {
		f.Close()
		return "", err
	}
	if err := f.Close(); err != nil {
		return "", err
	}
	return path, os.Rename(f.Name(), path)
}

func (r *roll) page(path string) Page {
	return Page{Path: path, Text: strings.Join(r.text, "\n"), Codes: r.codes, Dots: len(r.rows)}
}
