package display

import (
	"fyne.io/fyne/v2"

	"westerkappeln.de/wartemarke/internal/look"
)

func show(on bool, objects ...fyne.CanvasObject) {
	for _, o := range objects {
		switch {
		case on && !o.Visible():
			o.Show()
		case !on && o.Visible():
			o.Hide()
		}
	}
}

// panel shows one number as large as fits, and its place.
type panel struct {
	box    *look.Box
	number *look.Text
	where  *look.Text
}

func newPanel() *panel {
	return &panel{
		box:    look.NewBox(look.BoxStyle{}),
		number: look.NewText("", look.TextStyle{}),
		where:  look.NewText("", look.TextStyle{}),
	}
}

func (p *panel) objects() []fyne.CanvasObject { return []fyne.CanvasObject{p.box, p.number, p.where} }

func (p *panel) place(r rect, number, where string) {
	r.put(p.box)
	pad := min(r.w, r.h) * 0.06
	in := r.inset(pad)
	if h := in.w * 0.75; h < in.h { // number and place belong together, also on an upright screen
		in.y, in.h = in.y+(in.h-h)/2, h
	}
	rect{in.x, in.y, in.w, in.h * 0.56}.put(p.number)
	rect{in.x, in.y + in.h*0.6, in.w, in.h * 0.4}.put(p.where)
	p.number.Set(number)
	p.where.Set("→\u00a0" + where)
}

// paint colours the panel. The largest sizes are bounds only: the boxes decide.
func (p *panel) paint(c colours, radius float32) {
	in := p.number.Size()
	p.box.SetStyle(c.box(radius))
	p.number.SetStyle(look.TextStyle{
		Size: round(in.Height * 1.4), Weight: look.Bold, Color: c.text, Align: fyne.TextAlignCenter, Lines: 1, Caps: true,
	})
	p.where.SetStyle(look.TextStyle{
		Size: round(in.Height * 0.55), Weight: look.Medium, Color: c.text, Align: fyne.TextAlignCenter, Lines: 2,
	})
}

// line is one row of a list: number, then place.
type line struct {
	box    *look.Box
	number *look.Text
	where  *look.Text
}

func newLine() *line {
	l := &line{
		box:    look.NewBox(look.BoxStyle{}),
		number: look.NewText("", look.TextStyle{}),
		where:  look.NewText("", look.TextStyle{}),
	}
	l.hide()
	return l
}

func (l *line) objects() []fyne.CanvasObject { return []fyne.CanvasObject{l.box, l.number, l.where} }

func (l *line) hide() { show(false, l.objects()...) }

// rowSizes are the text sizes of all rows of a list, and the width of its numbers, so that they stand in columns.
type rowSizes struct {
	number, where float32
	width, pad    float32
}

func (l *line) place(r rect, s rowSizes, number, where string) {
	r.put(l.box)
	rect{r.x + s.pad, r.y, s.width, r.h}.put(l.number)
	x := s.pad + s.width + s.pad
	rect{r.x + x, r.y, r.w - x - s.pad, r.h}.put(l.where)
	l.number.Set(number)
	l.where.Set(where)
	show(true, l.objects()...)
}

func (l *line) paint(c colours, s rowSizes, radius float32) {
	l.box.SetStyle(c.box(radius))
	l.number.SetStyle(look.TextStyle{Size: s.number, Weight: c.weight, Color: c.text, Lines: 1, Caps: true})
	l.where.SetStyle(look.TextStyle{Size: s.where, Color: c.text, Lines: 2})
}

// colours of a number: being announced or newest, called, being served.
type colours struct {
	fill, border, text fyne.ThemeColorName
	width              float32
	weight             look.Weight
}

func (c colours) box(radius float32) look.BoxStyle {
	return look.BoxStyle{Fill: c.fill, Border: c.border, Width: c.width, Radius: radius}
}

// Served numbers differ from called ones by more than colour: no field around them, and thin.
var (
	newest   = colours{fill: look.ColorAction, border: look.ColorAction, text: look.ColorOnAction, width: 6, weight: look.Bold}
	inverted = colours{fill: look.ColorBackground, border: look.ColorAction, text: look.ColorAction, width: 6, weight: look.Bold}
	waiting  = colours{fill: look.ColorPressed, text: look.ColorText, weight: look.Bold}
	served   = colours{border: look.ColorDivider, text: look.ColorMuted, width: 2, weight: look.Regular}
)
