package look

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Icon is an SVG in a colour of the theme: every "currentColor" of the drawing takes it, and every
// "currentBackground" the background's. Its lines keep their share of the drawing at every size; oksvg, which Fyne draws
// with, would leave them at so many pixels.
type Icon struct {
	widget.BaseWidget
	name  string
	svg   []byte
	color fyne.ThemeColorName
}

// NewIcon returns the drawing in that colour. The name must be unique for the drawing: Fyne caches pictures by it.
func NewIcon(name string, svg []byte, c fyne.ThemeColorName) *Icon {
	i := &Icon{name: name, svg: svg, color: c}
	i.ExtendBaseWidget(i)
	return i
}

// Set changes the drawing.
func (i *Icon) Set(name string, svg []byte) {
	if name == i.name {
		return
	}
	i.name, i.svg = name, svg
	i.Refresh()
}

// SetColor changes the colour.
func (i *Icon) SetColor(c fyne.ThemeColorName) {
	if c == i.color {
		return
	}
	i.color = c
	i.Refresh()
}

// MinSize is nothing: the box decides.
func (i *Icon) MinSize() fyne.Size { return fyne.Size{} }

// CreateRenderer implements fyne.Widget.
func (i *Icon) CreateRenderer() fyne.WidgetRenderer {
	img := canvas.NewImageFromResource(nil)
	img.FillMode = canvas.ImageFillContain
	r := &iconRenderer{i: i, img: img}
	r.draw()
	return r
}

var (
	strokeWidth = regexp.MustCompile(`stroke-width="([0-9.]+)"`)
	viewBox     = regexp.MustCompile(`viewBox="0 0 ([0-9.]+) ([0-9.]+)"`)
)

// resource is the drawing in the present colour and size; nil when there is nothing to draw.
func (i *Icon) resource() fyne.Resource {
	box := viewBox.FindSubmatch(i.svg)
	if box == nil || i.Size().Width < 1 || i.Size().Height < 1 {
		return nil
	}
	scale := min(i.Size().Width/number(box[1]), i.Size().Height/number(box[2]))
	hex := hexOf(i.color)
	svg := bytes.ReplaceAll(i.svg, []byte("currentColor"), []byte(hex))
	svg = bytes.ReplaceAll(svg, []byte("currentBackground"), []byte(hexOf(ColorBackground)))
	svg = strokeWidth.ReplaceAllFunc(svg, func(m []byte) []byte {
		return fmt.Appendf(nil, `stroke-width="%.1f"`, number(strokeWidth.FindSubmatch(m)[1])*scale)
	})
	return fyne.NewStaticResource(fmt.Sprintf("%s%s%s@%.1f.svg", i.name, hex, hexOf(ColorBackground), scale), svg)
}

func hexOf(name fyne.ThemeColorName) string {
	r, g, b, _ := theme.Color(name).RGBA()
	return fmt.Sprintf("#%02x%02x%02x", r>>8, g>>8, b>>8)
}

// number reads what the patterns above matched.
func number(b []byte) float32 {
	f, err := strconv.ParseFloat(string(b), 32)
	if err != nil || f == 0 {
		return 1
	}
	return float32(f)
}

type iconRenderer struct {
	i   *Icon
	img *canvas.Image
}

func (r *iconRenderer) Layout(s fyne.Size) {
	r.img.Resize(s)
	r.draw()
}

func (r *iconRenderer) MinSize() fyne.Size           { return fyne.Size{} }
func (r *iconRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.img} }
func (r *iconRenderer) Destroy()                     {}

func (r *iconRenderer) Refresh() {
	r.draw()
	canvas.Refresh(r.i)
}

// draw changes the picture only when it would look different.
func (r *iconRenderer) draw() {
	res := r.i.resource()
	if res == nil || r.img.Resource != nil && r.img.Resource.Name() == res.Name() {
		return
	}
	r.img.Resource = res
	r.img.Refresh()
}
