package look

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// BoxStyle says how a Box looks. Empty names draw nothing.
type BoxStyle struct {
	Fill, Border fyne.ThemeColorName
	Width        float32 // of the border, canvas units
	Radius       float32
}

// Box is a rectangle in colours of the theme.
type Box struct {
	widget.BaseWidget
	style BoxStyle
}

// NewBox returns a box of the style.
func NewBox(s BoxStyle) *Box {
	b := &Box{style: s}
	b.ExtendBaseWidget(b)
	return b
}

// SetStyle changes the style.
func (b *Box) SetStyle(s BoxStyle) {
	if s == b.style {
		return
	}
	b.style = s
	b.Refresh()
}

// Style returns the style.
func (b *Box) Style() BoxStyle { return b.style }

// MinSize is nothing: the layout decides.
func (b *Box) MinSize() fyne.Size { return fyne.Size{} }

// CreateRenderer implements fyne.Widget.
func (b *Box) CreateRenderer() fyne.WidgetRenderer {
	r := &boxRenderer{b: b, rect: canvas.NewRectangle(nil)}
	r.paint()
	return r
}

type boxRenderer struct {
	b    *Box
	rect *canvas.Rectangle
}

func (r *boxRenderer) Layout(s fyne.Size)           { r.rect.Resize(s) }
func (r *boxRenderer) MinSize() fyne.Size           { return fyne.Size{} }
func (r *boxRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.rect} }
func (r *boxRenderer) Destroy()                     {}

func (r *boxRenderer) Refresh() {
	r.paint()
	r.rect.Refresh()
}

func (r *boxRenderer) paint() {
	s := r.b.style
	r.rect.FillColor, r.rect.StrokeColor, r.rect.StrokeWidth, r.rect.CornerRadius = nil, nil, 0, s.Radius
	if s.Fill != "" {
		r.rect.FillColor = theme.Color(s.Fill)
	}
	if s.Border != "" {
		r.rect.StrokeColor, r.rect.StrokeWidth = theme.Color(s.Border), s.Width
	}
}
