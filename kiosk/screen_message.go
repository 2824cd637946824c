package kiosk

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"westerkappeln.de/wartemarke/assets/icons"
	"westerkappeln.de/wartemarke/internal/look"
	"westerkappeln.de/wartemarke/kiosk/flow"
)

// message is a large drawing, one sentence and one more: checking, sorry and out of service look alike.
type message struct {
	box        *fyne.Container
	panel      *look.Box
	icon       *look.Icon
	head, body *look.Text
}

func newMessage() *message {
	m := &message{
		panel: look.NewBox(look.BoxStyle{}),
		icon:  look.NewIcon("waiting", icons.SVG("waiting"), look.ColorAction),
		head:  look.NewText("", look.TextStyle{}),
		body:  look.NewText("", look.TextStyle{}),
	}
	m.box = container.NewWithoutLayout(m.panel, m.icon, m.head, m.body)
	return m
}

func (m *message) object() fyne.CanvasObject { return m.box }

// say shows it. back is the colour of the panel the drawing stands on.
func (m *message) say(s scene, area rect, icon string, tint, back fyne.ThemeColorName, head, body string) {
	m.icon.Set(icon, icons.SVG(icon))
	m.icon.SetColor(tint)
	m.head.Set(head)
	m.body.Set(body)
	area = area.insetXY(s.gap(3), s.gap(3))
	m.panel.SetStyle(look.BoxStyle{Fill: back, Radius: s.corner()})
	align := fyne.TextAlignCenter
	if s.shape != upright {
		align = fyne.TextAlignLeading
	}
	m.head.SetStyle(look.TextStyle{Size: s.title() * 1.35, Weight: look.Bold, Align: align, VAlign: look.Bottom})
	m.body.SetStyle(look.TextStyle{Size: s.lead() * 1.25, Align: align, VAlign: look.Top})
	var pic rect
	if s.shape == upright {
		pic, area = area.top(area.h*0.45, s.gap(3))
	} else {
		pic, area = area.left(area.w*0.3, s.gap(5))
	}
	put(m.panel, pic)
	put(m.icon, pic.inset(min(pic.w, pic.h)*0.2).square())
	// Both sentences stand together around the middle.
	hh, bh := m.head.HeightFor(area.w), m.body.HeightFor(area.w)
	if body == "" {
		bh = 0
	}
	if f := area.h / (hh + bh + s.gap(2)); f < 1 {
		hh, bh = hh*f, bh*f
	}
	area.y += (area.h - hh - bh - s.gap(2)) / 2
	top, rest := area.top(hh, s.gap(2))
	rest.h = bh
	put(m.head, top)
	put(m.body, rest)
}

// checking is shown while the hall is asked.
type checking struct{ *message }

func newChecking() *checking { return &checking{newMessage()} }

func (c *checking) update(s scene, area rect) {
	why := ""
	switch {
	case s.Slow() && s.Unreachable():
		why = s.tx.T("kiosk_checking_retry")
	case s.Slow():
		why = s.tx.T("kiosk_checking_slow")
	}
	c.say(s, area, "waiting", look.ColorAction, look.ColorSurface, s.tx.T("kiosk_checking"), why)
}

// outOfService is shown when nothing works, and for a moment while the terminal starts.
type outOfService struct{ *message }

func newOutOfService() *outOfService { return &outOfService{newMessage()} }

func (o *outOfService) update(s scene, area rect) {
	if !s.Known && (s.Lost.IsZero() || s.Now.Sub(s.Lost) < flow.GiveUpAfter) {
		o.say(s, area, "waiting", look.ColorAction, look.ColorSurface, s.tx.T("kiosk_starting"), "")
		return
	}
	where := s.Kiosk.Site.Desk.In(s.tx.Lang)
	if where == "" {
		where = s.desk
	}
	if where == "" {
		where = s.tx.T("kiosk_out_do")
	}
	o.say(s, area, "closed", look.ColorWarn, look.ColorWarnBack, s.tx.T("kiosk_out"), where+"\n\n"+s.tx.T("kiosk_out_back"))
}

// sorry says what is wrong and what to do now.
type sorry struct {
	*message
	walkin, code *button
}

func newSorry(k *kit) *sorry {
	p := &sorry{message: newMessage()}
	p.walkin = newButton(primary, "walkin", func() { k.send(flow.WalkIn{Key: k.newID()}) })
	p.code = newButton(primary, "keypad", func() { k.send(flow.TypeCode{}) })
	p.box.Add(p.walkin)
	p.box.Add(p.code)
	return p
}

func (p *sorry) update(s scene, area rect) {
	walkin, code := s.Sorry.CanWalkIn(), s.Sorry.CanType()
	show(p.walkin, walkin)
	show(p.code, code)
	p.walkin.words(s.tx.T(either(s.Sorry.Problem.Code == "too_early", "kiosk_take_walkin_early", "kiosk_take_walkin")), "", false)
	p.code.words(s.tx.T("kiosk_type_code"), "", false)
	if walkin || code {
		var row rect
		if s.shape != small {
			_, area = area.bottom(s.gap(3), 0)
		}
		row, area = area.bottom(max(s.touch(), s.short()*0.13), 0)
		row = row.insetXY(s.gap(3), 0)
		for _, b := range []*button{p.walkin, p.code} {
			b.place(s.frame, row, s.lead())
		}
	}
	wrong, now := s.apology(s.Sorry)
	p.say(s, area, "warning", look.ColorWarn, look.ColorWarnBack, wrong, now)
}
