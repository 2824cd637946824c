package kiosk

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"westerkappeln.de/wartemarke/assets/icons"
	"westerkappeln.de/wartemarke/internal/look"
	"westerkappeln.de/wartemarke/kiosk/flow"
)

// start is the first screen: where to hold the code, and three large fields for everybody else.
type start struct {
	box                    *fyne.Container
	panel                  *look.Box
	scanner, code          *look.Icon
	title, sub             *look.Text
	booked, walkin, pickup *button
	step                   int // of the hint's movement, 0 at rest
	codeAt                 rect
}

func newStart(k *kit) *start {
	s := &start{
		panel:   look.NewBox(look.BoxStyle{Fill: look.ColorSurface}),
		scanner: look.NewIcon("scanner", icons.SVG("scanner"), look.ColorAction),
		code:    look.NewIcon("code", icons.SVG("code"), look.ColorAction),
		title:   look.NewText("", look.TextStyle{}),
		sub:     look.NewText("", look.TextStyle{}),
		booked:  newButton(field, "booked", func() { k.send(flow.TypeCode{}) }),
		walkin:  newButton(field, "walkin", func() { k.send(flow.Choose{}) }),
		pickup:  newButton(field, "pickup", func() { k.send(flow.Choose{Pickup: true}) }),
	}
	s.box = container.NewWithoutLayout(s.panel, s.scanner, s.code, s.title, s.sub, s.booked, s.walkin, s.pickup)
	return s
}

func (p *start) object() fyne.CanvasObject { return p.box }

func (p *start) update(s scene, area rect) {
	area = area.insetXY(s.gap(3), s.gap(3))
	p.title.Set(s.tx.T("kiosk_hint_title"))
	p.sub.Set(s.tx.T("kiosk_hint_sub"))
	for b, id := range map[*button]string{p.booked: "kiosk_booked", p.walkin: "kiosk_walkin", p.pickup: "kiosk_pickup"} {
		sub := s.tx.T(id + "_sub")
		if s.crowded() {
			sub = ""
		}
		b.words(s.tx.T(id), sub, false)
	}

	var hint rect
	switch s.shape {
	case upright:
		hint, area = area.top(area.h*0.42, s.gap(3))
	case across:
		hint, area = area.left(area.w*0.42, s.gap(3))
	case small:
		hint, area = area.left(area.w*0.36, s.gap(2))
	}
	p.hint(s, hint)
	fields := area.grid(1, 3, s.gap(2.5))
	for i, b := range []*button{p.booked, p.walkin, p.pickup} {
		b.place(s.frame, fields[i], s.title())
	}
}

func (p *start) hint(s scene, r rect) {
	put(p.panel, r)
	p.panel.SetStyle(look.BoxStyle{Fill: look.ColorSurface, Radius: s.corner()})
	align := fyne.TextAlignCenter
	p.title.SetStyle(look.TextStyle{Size: s.title(), Weight: look.Bold, Align: align})
	p.sub.SetStyle(look.TextStyle{Size: s.body(), Color: look.ColorMuted, Align: align, VAlign: look.Top})
	in := r.insetXY(s.gap(3), s.gap(3))
	if s.shape == small {
		// No room for the second sentence: the picture says more.
		show(p.sub, false)
		words, pic := in.bottom(in.h*0.42, s.gap(1))
		put(p.title, words)
		p.picture(pic)
		return
	}
	show(p.sub, true)
	sub, in := in.bottom(min(p.sub.HeightFor(in.w)+s.gap(1), in.h*0.25), s.gap(1))
	put(p.sub, sub)
	title, pic := in.bottom(min(p.title.HeightFor(in.w)+s.gap(1), in.h*0.35), s.gap(2))
	put(p.title, title)
	p.picture(pic)
}

// picture draws the scanner with a phone below it.
func (p *start) picture(r rect) {
	w := min(r.w, r.h*1.15)
	r = rect{r.x + (r.w-w)/2, r.y, w, r.h}
	put(p.scanner, rect{r.x, r.y, r.w, r.h * 0.5})
	h := r.h * 0.62
	p.codeAt = rect{r.x + (r.w-h*0.62)/2, r.y + r.h*0.38, h * 0.62, h}
	p.moved()
}

// move shows the next step of the movement that draws the eye to the scanner; 0 is at rest.
func (p *start) move(step int) {
	if p.step != step {
		p.step = step
		p.moved()
	}
}

// hintSteps is how many steps the movement has.
const hintSteps = 4

func (p *start) moved() {
	at := p.codeAt
	// Down and up again, twice.
	down := []float32{0, 0.16, 0, 0.16}[p.step%hintSteps]
	at.y += at.h * down
	put(p.code, at)
}
