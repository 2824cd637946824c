package look

import (
	"image/color"

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
	r := &boxRenderer{b: b, whole: canvas.NewRectangle(nil), outer: newSlab(), inner: newSlab()}
	r.paint()
	return r
}

// boxRenderer draws a box as one rectangle. Where it is filled, rounded and large it is slabs instead, one of the border's colour
// and on it one of the filling's: without a graphics card a rounded pixel costs several times a plain one, and a screen has two
// million.
type boxRenderer struct {
	b            *Box
	whole        *canvas.Rectangle
	outer, inner slab
}

// slab is a rounded field: a plain body over two rounded ends.
type slab struct{ head, foot, body *canvas.Rectangle }

func newSlab() slab {
	return slab{canvas.NewRectangle(nil), canvas.NewRectangle(nil), canvas.NewRectangle(nil)}
}

func (s slab) objects() []fyne.CanvasObject { return []fyne.CanvasObject{s.head, s.foot, s.body} }

func (s slab) show(on bool) {
	for _, o := range s.objects() {
		if on {
			o.Show()
		} else {
			o.Hide()
		}
	}
}

// fill colours the slab and puts it inset from the edges of a box.
func (s slab) fill(c color.Color, size fyne.Size, inset, radius float32) {
	w, h := size.Width-2*inset, size.Height-2*inset
	end := round(radius) + 1 // the corners end before the body begins
	s.head.FillColor, s.foot.FillColor, s.body.FillColor = c, c, c
	s.head.CornerRadius, s.foot.CornerRadius = radius, radius
	for o, y := range map[*canvas.Rectangle][2]float32{s.head: {0, 2 * end}, s.foot: {h - 2*end, 2 * end}, s.body: {end, h - 2*end}} {
		o.Move(fyne.NewPos(inset, inset+y[0]))
		o.Resize(fyne.NewSize(w, y[1]))
	}
}

func (r *boxRenderer) Layout(fyne.Size)   { r.paint() }
func (r *boxRenderer) MinSize() fyne.Size { return fyne.Size{} }
func (r *boxRenderer) Destroy()           {}

func (r *boxRenderer) Objects() []fyne.CanvasObject {
	return append(append([]fyne.CanvasObject{r.whole}, r.outer.objects()...), r.inner.objects()...)
}

func (r *boxRenderer) Refresh() {
	r.paint()
	r.whole.Refresh()
}

func (r *boxRenderer) paint() {
	s, size := r.b.style, r.b.Size()
	if s.Fill != "" && s.Radius > 0 && min(size.Width, size.Height) > 8*s.Radius {
		r.paintSlabs(s, size)
		return
	}
	r.whole.Show()
	r.outer.show(false)
	r.inner.show(false)
	r.whole.Resize(size)
	r.whole.FillColor, r.whole.StrokeColor, r.whole.StrokeWidth, r.whole.CornerRadius = nil, nil, 0, s.Radius
	if s.Fill != "" {
		r.whole.FillColor = theme.Color(s.Fill)
	}
	if s.Border != "" {
		r.whole.StrokeColor, r.whole.StrokeWidth = theme.Color(s.Border), s.Width
	}
}

func (r *boxRenderer) paintSlabs(s BoxStyle, size fyne.Size) {
	r.whole.Hide()
	framed := s.Border != "" && s.Border != s.Fill
	edge := s.Fill
	if framed {
		edge = s.Border
		r.inner.fill(theme.Color(s.Fill), size, s.Width, max(s.Radius-s.Width, 0))
	}
	r.outer.fill(theme.Color(edge), size, 0, s.Radius)
	r.outer.show(true)
	r.inner.show(framed)
}
