package look

import (
	"math"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// VAlign is where a text stands in its box.
type VAlign int

// Places in the box.
const (
	Middle VAlign = iota
	Top
	Bottom
)

// TextStyle says how a Text looks.
type TextStyle struct {
	Size   float32             // largest text size in canvas units; it shrinks when the box asks for it
	Weight Weight              // Regular, Medium, Bold
	Color  fyne.ThemeColorName // ColorText when empty
	Align  fyne.TextAlign
	VAlign VAlign
	Lines  int  // at most so many; 0: as many as the box holds
	Caps   bool // figures and capitals only (a number): the box need not hold descenders, so the text gets larger
}

// Text is a text that is never cut off: it wraps and, when that is not enough, shrinks until it fits its box. Its
// MinSize is nothing; the box decides.
type Text struct {
	widget.BaseWidget
	text  string
	style TextStyle
	size  float32 // fitted
	lines []string
}

// NewText returns a text of the style.
func NewText(s string, style TextStyle) *Text {
	t := &Text{text: s, style: style}
	t.ExtendBaseWidget(t)
	return t
}

// Set changes the words.
func (t *Text) Set(s string) {
	if s == t.text {
		return
	}
	t.text = s
	t.fit()
	t.Refresh()
}

// SetStyle changes the style.
func (t *Text) SetStyle(style TextStyle) {
	if style == t.style {
		return
	}
	t.style = style
	t.fit()
	t.Refresh()
}

// SetColor changes only the colour.
func (t *Text) SetColor(name fyne.ThemeColorName) {
	style := t.style
	style.Color = name
	t.SetStyle(style)
}

// String returns the words.
func (t *Text) String() string { return t.text }

// Style returns the style asked for.
func (t *Text) Style() TextStyle { return t.style }

// FittedSize is the text size that fitted the box, at most Style().Size; 0 before the first Resize.
func (t *Text) FittedSize() float32 { return t.size }

// FittedLines are the lines as shown.
func (t *Text) FittedLines() []string { return t.lines }

// Resize gives the text its box.
func (t *Text) Resize(s fyne.Size) {
	if s == t.Size() {
		return
	}
	t.BaseWidget.Resize(s)
	t.fit()
	t.Refresh()
}

// HeightFor is the height the text takes at its full size in a box of that width.
func (t *Text) HeightFor(width float32) float32 {
	lines, _ := wrap(t.text, width, t.measure(t.style.Size))
	return float32(len(lines)) * lineHeight(t.style.Size)
}

// fit finds the largest size at which the text fits.
func (t *Text) fit() {
	box := t.Size()
	t.lines, t.size = nil, 0
	if t.text == "" || box.Width <= 0 || box.Height <= 0 {
		return
	}
	t.size = Fit(t.text, t.style, box)
	t.lines = balance(t.text, box.Width, t.measure(t.size))
}

// Fit is the largest size, at most style.Size, at which s fits the box; at least 1. It goes down in steps of about 4 %:
// finer ones only fill Fyne's glyph caches.
func Fit(s string, style TextStyle, box fyne.Size) float32 {
	for size := style.Size; ; size = nextSmaller(size) {
		lines, ok := wrap(s, box.Width, style.measure(size))
		if size <= 1 || ok && (style.Lines == 0 || len(lines) <= style.Lines) && style.height(len(lines), size) <= box.Height {
			return size
		}
	}
}

func nextSmaller(size float32) float32 {
	return min(size-1, float32(math.Floor(float64(size)*0.96)))
}

func (t *Text) measure(size float32) func(string) float32 { return t.style.measure(size) }

func (st TextStyle) measure(size float32) func(string) float32 {
	return func(s string) float32 { return MeasureText(s, size, st.Weight).Width }
}

// MeasureText is the size of one line of text.
func MeasureText(s string, size float32, w Weight) fyne.Size {
	out, _ := fyne.CurrentApp().Driver().RenderedTextSize(s, size, fyne.TextStyle{}, w.resource())
	return out
}

func (st TextStyle) height(lines int, size float32) float32 {
	if st.Caps {
		return float32(lines-1)*lineHeight(size) + CapHeight(size)
	}
	return float32(lines) * lineHeight(size)
}

// lineHeight is Fira Sans' own: ascent 0.935, descent 0.265.
func lineHeight(size float32) float32 { return size * 1.2 }

// ascent is the distance from the top of a line to its baseline, as a share of the size.
const ascent = 0.935

// MinSize is nothing: the box decides.
func (t *Text) MinSize() fyne.Size { return fyne.Size{} }

// CreateRenderer implements fyne.Widget.
func (t *Text) CreateRenderer() fyne.WidgetRenderer {
	r := &textRenderer{t: t}
	r.Refresh()
	return r
}

type textRenderer struct {
	t     *Text
	lines []fyne.CanvasObject
}

func (r *textRenderer) Layout(fyne.Size) { r.place() }

func (r *textRenderer) MinSize() fyne.Size { return fyne.Size{} }

func (r *textRenderer) Objects() []fyne.CanvasObject { return r.lines }

func (r *textRenderer) Destroy() {}

func (r *textRenderer) Refresh() {
	name := r.t.style.Color
	if name == "" {
		name = ColorText
	}
	pieces := r.t.pieces()
	for len(r.lines) < len(pieces) {
		r.lines = append(r.lines, canvas.NewText("", nil))
	}
	r.lines = r.lines[:len(pieces)]
	for i, s := range pieces {
		c := r.lines[i].(*canvas.Text)
		if r.t.style.Caps {
			s = overhang + s + overhang
		}
		c.Text, c.TextSize, c.FontSource, c.Color = s, r.t.size, r.t.style.Weight.resource(), theme.Color(name)
	}
	r.place()
	canvas.Refresh(r.t)
}

// pieces are what is drawn as one: the lines, and of a number each figure by itself. Fyne keeps the picture of every text that
// was shown for a minute, several MB for a large number; the pictures of figures are soon all there and serve again.
func (t *Text) pieces() []string {
	if !t.style.Caps || len(t.lines) != 1 {
		return t.lines
	}
	return strings.Split(t.lines[0], "")
}

// overhang is drawn on both sides of a large number, outside of its box: Fyne cuts a text at its advance width, and the
// foot of an A or J stands a little outside of that.
const overhang = " "

// place puts the lines into the box. Fyne draws a text from its left, so alignment is done here.
func (r *textRenderer) place() {
	box, size := r.t.Size(), r.t.size
	h := r.t.style.height(len(r.t.lines), size)
	y := float32(0)
	switch r.t.style.VAlign {
	case Middle:
		y = (box.Height - h) / 2
	case Bottom:
		y = box.Height - h
	}
	if r.t.style.Caps {
		y -= (ascent - capHeight) * size
	}
	if r.t.style.Caps && len(r.t.lines) == 1 {
		r.placeFigures(y)
		return
	}
	for i, o := range r.lines {
		w := MeasureText(r.t.lines[i], size, r.t.style.Weight)
		x := float32(0)
		switch r.t.style.Align {
		case fyne.TextAlignCenter:
			x = (box.Width - w.Width) / 2
		case fyne.TextAlignTrailing:
			x = box.Width - w.Width
		}
		// Whole pixels: half ones blur every stem.
		if r.t.style.Caps {
			extra := MeasureText(overhang, size, r.t.style.Weight).Width
			x, w.Width = x-extra, w.Width+2*extra
		}
		o.Move(fyne.NewPos(round(x), round(y+float32(i)*lineHeight(size))))
		o.Resize(w)
	}
}

// placeFigures puts a number's figures beside each other, each where it stands in the whole.
func (r *textRenderer) placeFigures(y float32) {
	box, size, weight := r.t.Size(), r.t.size, r.t.style.Weight
	line := r.t.lines[0]
	whole, extra := MeasureText(line, size, weight), MeasureText(overhang, size, weight).Width
	x := float32(0)
	switch r.t.style.Align {
	case fyne.TextAlignCenter:
		x = (box.Width - whole.Width) / 2
	case fyne.TextAlignTrailing:
		x = box.Width - whole.Width
	}
	at := 0
	for i, piece := range r.t.pieces() {
		o := r.lines[i]
		w := MeasureText(piece, size, weight)
		o.Move(fyne.NewPos(round(x+MeasureText(line[:at], size, weight).Width-extra), round(y)))
		o.Resize(fyne.NewSize(w.Width+2*extra, w.Height))
		at += len(piece)
	}
}

func round(v float32) float32 { return float32(math.Round(float64(v))) }
