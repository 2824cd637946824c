package look

import (
	"bytes"
	"fmt"
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Icon is an SVG in a colour of the theme: every "currentColor" of the drawing takes it.
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
	img := canvas.NewImageFromResource(i.resource())
	img.FillMode = canvas.ImageFillContain
	return &iconRenderer{i: i, img: img}
}

func (i *Icon) resource() fyne.Resource {
	r, g, b, _ := color.NRGBAModel.Convert(theme.Color(i.color)).RGBA()
	hex := fmt.Sprintf("#%02x%02x%02x", r>>8, g>>8, b>>8)
	return fyne.NewStaticResource(i.name+hex+".svg", bytes.ReplaceAll(i.svg, []byte("currentColor"), []byte(hex)))
}

type iconRenderer struct {
	i   *Icon
	img *canvas.Image
}

func (r *iconRenderer) Layout(s fyne.Size)           { r.img.Resize(s) }
func (r *iconRenderer) MinSize() fyne.Size           { return fyne.Size{} }
func (r *iconRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.img} }
func (r *iconRenderer) Destroy()                     {}

func (r *iconRenderer) Refresh() {
	if res := r.i.resource(); r.img.Resource == nil || r.img.Resource.Name() != res.Name() {
		r.img.Resource = res
		r.img.Refresh()
	}
	canvas.Refresh(r.i)
}
