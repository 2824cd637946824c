package kiosk

import (
	"fyne.io/fyne/v2"

	"westerkappeln.de/wartemarke/internal/look"
)

// shape is how the picture is divided.
type shape int

const (
	upright shape = iota // 1080 × 1920
	across               // 1920 × 1080
	small                // 800 × 480
)

// frame knows the glass: its size, its millimetres, and how large the person wants the text.
type frame struct {
	size  fyne.Size
	shape shape
	scale look.Scale
	large float32 // factor for text
}

func newFrame(size fyne.Size, mm [2]int, opts look.Options) frame {
	f := frame{size: size, scale: look.NewScale(size.Width, size.Height, mm), large: look.New(opts).TextScale()}
	switch {
	case size.Height > size.Width:
		f.shape = upright
	case size.Height < 640:
		f.shape = small
	default:
		f.shape = across
	}
	return f
}

// touch is the least side of anything that can be touched: 20 mm, on panels under 10 inch 15 mm.
func (f frame) touch() float32 {
	if f.size.Width*f.size.Width+f.size.Height*f.size.Height < f.scale.MM(254)*f.scale.MM(254) {
		return f.scale.MM(15)
	}
	return f.scale.MM(20)
}

// short is the shorter side; sizes are shares of it.
func (f frame) short() float32 { return min(f.size.Width, f.size.Height) }

// gap is the space between things, in n steps.
func (f frame) gap(n float32) float32 { return round(f.short() / 90 * n) }

// body is the ordinary text size. On small panels it is what is readable at 500 mm once it is made large.
func (f frame) body() float32 {
	least := f.scale.ReadableSize(500) * 1.02 / look.LargeFactor
	return ceil(max(f.short()/30, least) * f.large)
}

// title, lead and minor are the other text sizes.
func (f frame) title() float32 { return round(f.body() * 1.55) }
func (f frame) lead() float32  { return round(f.body() * 1.2) }
func (f frame) minor() float32 {
	if f.crowded() {
		return f.body()
	}
	return round(f.body() * 0.88)
}

// crowded tells that large text meets a small panel: what can be done without goes.
func (f frame) crowded() bool { return f.shape == small && f.large > 1 }

// corner is the radius of fields.
func (f frame) corner() float32 { return round(f.short() / 70) }

// line is the thickness of the edge of what can be touched.
func (f frame) line() float32 { return max(2, round(f.short()/360)) }

func round(v float32) float32 { return float32(int(v + 0.5)) }

func ceil(v float32) float32 { return round(v + 0.49) }

// rect is a box on the screen.
type rect struct{ x, y, w, h float32 }

// inset takes d off all sides.
func (r rect) inset(d float32) rect { return r.insetXY(d, d) }

func (r rect) insetXY(dx, dy float32) rect {
	return rect{r.x + dx, r.y + dy, max(0, r.w-2*dx), max(0, r.h-2*dy)}
}

// top cuts h off the top and returns it and the rest below a gap.
func (r rect) top(h, gap float32) (cut, rest rect) {
	return rect{r.x, r.y, r.w, h}, rect{r.x, r.y + h + gap, r.w, max(0, r.h-h-gap)}
}

// bottom cuts h off the bottom and returns it and the rest above a gap.
func (r rect) bottom(h, gap float32) (cut, rest rect) {
	return rect{r.x, r.y + r.h - h, r.w, h}, rect{r.x, r.y, r.w, max(0, r.h-h-gap)}
}

// left cuts w off the left and returns it and the rest beyond a gap.
func (r rect) left(w, gap float32) (cut, rest rect) {
	return rect{r.x, r.y, w, r.h}, rect{r.x + w + gap, r.y, max(0, r.w-w-gap), r.h}
}

// right cuts w off the right.
func (r rect) right(w, gap float32) (cut, rest rect) {
	return rect{r.x + r.w - w, r.y, w, r.h}, rect{r.x, r.y, max(0, r.w-w-gap), r.h}
}

// grid divides into columns × rows cells, row by row.
func (r rect) grid(cols, rows int, gap float32) []rect {
	w := (r.w - gap*float32(cols-1)) / float32(cols)
	h := (r.h - gap*float32(rows-1)) / float32(rows)
	var out []rect
	for y := range rows {
		for x := range cols {
			out = append(out, rect{round(r.x + float32(x)*(w+gap)), round(r.y + float32(y)*(h+gap)), round(w), round(h)})
		}
	}
	return out
}

// square is the largest square in the middle.
func (r rect) square() rect {
	s := min(r.w, r.h)
	return rect{r.x + (r.w-s)/2, r.y + (r.h-s)/2, s, s}
}

// put gives an object its box. One that has it already is left alone: Fyne would paint the whole window again.
func put(o fyne.CanvasObject, r rect) {
	if pos := fyne.NewPos(round(r.x), round(r.y)); o.Position() != pos {
		o.Move(pos)
	}
	if size := fyne.NewSize(round(r.w), round(r.h)); o.Size() != size {
		o.Resize(size)
	}
}

// show makes an object visible or not, without touching it when it already is.
func show(o fyne.CanvasObject, visible bool) {
	switch {
	case visible && !o.Visible():
		o.Show()
	case !visible && o.Visible():
		o.Hide()
	}
}
