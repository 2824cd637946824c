package kiosk

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"westerkappeln.de/wartemarke/assets/icons"
	"westerkappeln.de/wartemarke/internal/look"
)

// kind is how a button looks.
type kind int

const (
	field   kind = iota // large field with icon, title, second line, arrow
	plain               // icon beside a word
	primary             // the same, in the accent
	key                 // one symbol
	digit               // one figure
)

// button is anything that can be touched. It acts when the finger leaves it, and shows at once that it was felt.
type button struct {
	widget.BaseWidget
	kind  kind
	onTap func()

	icon       string
	title, sub string
	off        bool // offered no longer, but still says why when touched

	titleSize, subSize float32
	corner, line, gap  float32
	pressed            bool
}

func newButton(k kind, icon string, onTap func()) *button {
	b := &button{kind: k, icon: icon, onTap: onTap}
	b.ExtendBaseWidget(b)
	return b
}

// words changes what the button says.
func (b *button) words(title, sub string, off bool) {
	if b.title == title && b.sub == sub && b.off == off {
		return
	}
	b.title, b.sub, b.off = title, sub, off
	b.Refresh()
}

// setIcon changes the drawing; an empty name is none.
func (b *button) setIcon(name string) {
	if b.icon != name {
		b.icon = name
		b.Refresh()
	}
}

// place gives the button its box and its sizes.
func (b *button) place(f frame, r rect, titleSize float32) {
	subSize := second(f.body(), titleSize)
	changed := b.titleSize != titleSize || b.subSize != subSize || b.corner != f.corner() || b.line != f.line() || b.gap != f.gap(2)
	b.titleSize, b.subSize, b.corner, b.line, b.gap = titleSize, subSize, f.corner(), f.line(), f.gap(2)
	put(b, r)
	if changed {
		b.Refresh()
	}
}

// MinSize is nothing: the screen places its buttons.
func (b *button) MinSize() fyne.Size { return fyne.Size{} }

// Tapped implements fyne.Tappable.
func (b *button) Tapped(*fyne.PointEvent) {
	if b.onTap != nil {
		b.onTap()
	}
}

// MouseDown implements desktop.Mouseable; X11 sends touches this way too.
func (b *button) MouseDown(*desktop.MouseEvent) { b.press(true) }

// MouseUp implements desktop.Mouseable.
func (b *button) MouseUp(*desktop.MouseEvent) { b.press(false) }

func (b *button) press(on bool) {
	if b.pressed != on {
		b.pressed = on
		b.Refresh()
	}
}

// CreateRenderer implements fyne.Widget.
func (b *button) CreateRenderer() fyne.WidgetRenderer {
	r := &buttonRenderer{
		b:     b,
		box:   look.NewBox(look.BoxStyle{}),
		icon:  look.NewIcon("", nil, look.ColorAction),
		arrow: look.NewIcon("next", icons.SVG("next"), look.ColorAction),
		title: look.NewText("", look.TextStyle{}),
		sub:   look.NewText("", look.TextStyle{}),
	}
	r.Refresh()
	return r
}

type buttonRenderer struct {
	b           *button
	box         *look.Box
	icon, arrow *look.Icon
	title, sub  *look.Text
}

func (r *buttonRenderer) Destroy()           {}
func (r *buttonRenderer) MinSize() fyne.Size { return fyne.Size{} }
func (r *buttonRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.box, r.icon, r.arrow, r.title, r.sub}
}

func (r *buttonRenderer) Refresh() {
	b := r.b
	text, accent, style := r.colours()
	r.box.SetStyle(style)
	r.box.Refresh()
	if b.icon != "" {
		r.icon.Set(b.icon, icons.SVG(b.icon))
		r.icon.SetColor(accent)
		r.icon.Refresh()
	}
	show(r.icon, b.icon != "")
	show(r.arrow, b.kind == field && !b.off)
	r.arrow.SetColor(accent)
	r.arrow.Refresh()
	align := fyne.TextAlignLeading
	if b.kind != field && b.icon == "" {
		align = fyne.TextAlignCenter
	}
	weight := look.Medium
	if b.kind == field || b.kind == primary || b.kind == key || b.kind == digit {
		weight = look.Bold
	}
	under := look.ColorMuted
	if b.kind == primary {
		under = text
	}
	r.title.SetStyle(look.TextStyle{Size: b.titleSize, Weight: weight, Color: text, Align: align})
	r.sub.SetStyle(look.TextStyle{Size: b.subSize, Color: under, Align: align})
	r.title.Set(b.title)
	r.sub.Set(b.sub)
	r.title.Refresh()
	r.sub.Refresh()
	show(r.sub, b.sub != "")
	r.Layout(b.Size())
}

func (r *buttonRenderer) colours() (text, accent fyne.ThemeColorName, s look.BoxStyle) {
	b := r.b
	text, accent = look.ColorText, look.ColorAction
	s = look.BoxStyle{Fill: look.ColorField, Border: look.ColorBorder, Width: b.line, Radius: b.corner}
	switch {
	case b.kind == primary:
		text, accent = look.ColorOnAction, look.ColorOnAction
		s.Fill, s.Border = look.ColorAction, ""
		if b.pressed {
			s.Fill = look.ColorActionDown
		}
		return text, accent, s
	case b.off:
		text, accent = look.ColorMuted, look.ColorMuted
		s.Fill, s.Border = look.ColorSurface, look.ColorDivider
	case b.kind == digit:
		s.Fill = look.ColorSurface
	}
	if b.pressed {
		s.Fill, s.Border = look.ColorPressed, look.ColorAction
	}
	return text, accent, s
}

func (r *buttonRenderer) Layout(size fyne.Size) {
	b := r.b
	all := rect{0, 0, size.Width, size.Height}
	put(r.box, all)
	in := all.insetXY(b.gap, b.gap/2)
	if b.kind == field {
		r.layoutField(in)
		return
	}
	if b.icon == "" {
		put(r.title, in)
		return
	}
	// Icon and word stand together in the middle.
	icon := min(in.h, b.titleSize*1.5)
	w := in.w - icon - b.gap/2
	if b.title == "" {
		put(r.icon, all.inset(b.gap/2).square())
		put(r.title, rect{})
		return
	}
	need := min(w, look.MeasureText(b.title, b.titleSize, r.title.Style().Weight).Width+1)
	x := in.x + (in.w-icon-b.gap/2-need)/2
	put(r.icon, rect{x, in.y + (in.h-icon)/2, icon, icon})
	put(r.title, rect{x + icon + b.gap/2, in.y, need, in.h})
}

// second is the size of a field's second line: never larger than its title.
func second(body, title float32) float32 { return round(min(body, title)) }

// fits is the largest size, at most size, at which a field without a drawing shows the title in the box with a second
// line below: so a list can use one size for all.
func (b *button) fits(f frame, title string, r rect, size float32) float32 {
	in := r.insetXY(f.gap(2), f.gap(1))
	for {
		_, words := in.right(min(in.h*0.5, size*1.1), f.gap(2))
		room := in.h - second(f.body(), size)*1.2
		if got := look.Fit(title, look.TextStyle{Size: size, Weight: look.Bold}, fyne.NewSize(words.w, room)); got >= size || size <= 8 {
			return size
		}
		size = round(size*0.96 - 0.5)
	}
}

// fitWords is the largest size, at most size, at which a plain button shows its drawing and word in one line.
func (b *button) fitWords(f frame, r rect, size float32) float32 {
	in := r.insetXY(f.gap(2), f.gap(1))
	for ; size > 8; size-- {
		icon := min(in.h, size*1.5) + f.gap(1)
		if b.icon == "" {
			icon = 0
		}
		if icon+look.MeasureText(b.title, size, look.Medium).Width+2 <= in.w {
			break
		}
	}
	return size
}

func (r *buttonRenderer) layoutField(in rect) {
	b := r.b
	if b.icon != "" {
		side := min(in.h*0.72, b.titleSize*2.6)
		var cut rect
		cut, in = in.left(side, b.gap*1.5)
		put(r.icon, cut.square())
	}
	// The place of the arrow stays free in a field without one, so that all titles break alike.
	arrow, in := in.right(min(in.h*0.5, b.titleSize*1.1), b.gap)
	put(r.arrow, arrow.square())
	if b.sub == "" {
		put(r.title, in)
		return
	}
	// Title and second line stand close together around the middle.
	sh := min(r.sub.HeightFor(in.w), in.h*0.45)
	th := min(r.title.HeightFor(in.w), in.h-sh)
	y := in.y + (in.h-th-sh)/2
	put(r.title, rect{in.x, y, in.w, th})
	put(r.sub, rect{in.x, y + th, in.w, sh})
}
