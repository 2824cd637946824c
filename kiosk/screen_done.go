package kiosk

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"

	"westerkappeln.de/wartemarke/assets/icons"
	"westerkappeln.de/wartemarke/internal/look"
	"westerkappeln.de/wartemarke/internal/wire"
	"westerkappeln.de/wartemarke/kiosk/flow"
)

// done shows the number as large as it can be, where to wait and how long.
type done struct {
	box            *fyne.Container
	head, number   *look.Text
	where, expect  *look.Text
	strip          *look.Box
	stripIcon      *look.Icon
	stripText      *look.Text
	qrPanel        *look.Box
	qr             *canvas.Image
	qrOf           string // address shown
	qrModules      int
	phone          *look.Text
	reprint        *button
	place, waiting *look.Icon
}

func newDone(k *kit) *done {
	d := &done{
		head:      look.NewText("", look.TextStyle{}),
		number:    look.NewText("", look.TextStyle{}),
		where:     look.NewText("", look.TextStyle{}),
		expect:    look.NewText("", look.TextStyle{}),
		strip:     look.NewBox(look.BoxStyle{}),
		stripIcon: look.NewIcon("down", icons.SVG("down"), look.ColorAction),
		stripText: look.NewText("", look.TextStyle{}),
		qrPanel:   look.NewBox(look.BoxStyle{}),
		qr:        canvas.NewImageFromImage(nil),
		phone:     look.NewText("", look.TextStyle{}),
		place:     look.NewIcon("place", icons.SVG("place"), look.ColorAction),
		waiting:   look.NewIcon("waiting", icons.SVG("waiting"), look.ColorAction),
	}
	d.qr.ScaleMode, d.qr.FillMode = canvas.ImageScalePixels, canvas.ImageFillContain
	d.reprint = newButton(plain, "paper", func() { k.send(flow.Reprint{Key: k.newID()}) })
	d.box = container.NewWithoutLayout(d.head, d.number, d.place, d.where, d.waiting, d.expect,
		d.strip, d.stripIcon, d.stripText, d.qrPanel, d.qr, d.phone, d.reprint)
	return d
}

func (d *done) object() fyne.CanvasObject { return d.box }

func (d *done) update(s scene, area rect) {
	d.words(s)
	d.address(s)
	area = area.insetXY(s.gap(3), either2(s.shape == small, s.gap(1.5), s.gap(3)))
	if s.shape == upright {
		d.upright(s, area)
	} else {
		d.across(s, area)
	}
}

func (d *done) upright(s scene, r rect) {
	head, r := r.top(max(s.title()*1.5, d.head.HeightFor(r.w)), s.gap(1))
	put(d.head, head)
	strip, above := r.bottom(max(s.touch(), s.short()*0.14), s.gap(4))
	if d.bottomStrip(s, strip) {
		r = above
	}
	if d.hasQR() {
		var qr rect
		qr, r = r.bottom(min(r.h*0.3, s.short()*0.36), s.gap(3))
		d.phoneCode(s, qr)
	}
	facts, number := r.bottom(d.factsHeight(s, r.w), s.gap(3))
	put(d.number, number)
	d.facts(s, facts)
}

func (d *done) across(s scene, r rect) {
	if s.shape == small {
		d.bottomStrip(s, s.free)
	} else {
		strip, above := r.bottom(max(s.touch(), s.short()*0.14), s.gap(3))
		if d.bottomStrip(s, strip) {
			r = above
		}
	}
	left := r
	if d.hasQR() {
		var qr rect
		qr, left = r.right(r.w*0.32, s.gap(4))
		d.phoneCode(s, qr)
	}
	head, left := left.top(either2(s.shape == small, s.title()*1.2, s.title()*1.5), s.gap(1))
	put(d.head, head)
	facts, number := left.bottom(min(d.factsHeight(s, left.w), left.h*0.6), s.gap(2))
	put(d.number, number)
	d.facts(s, facts)
}

// words sets what is said, without places.
func (d *done) words(s scene) {
	r := s.Result
	align := fyne.TextAlignCenter
	d.number.Set(r.Ticket.Number)
	d.number.SetStyle(look.TextStyle{Size: s.short() * 0.8, Weight: look.Bold, Color: look.ColorAction, Align: align, Caps: true, Lines: 1})
	d.head.SetStyle(look.TextStyle{Size: s.title(), Weight: look.Bold, Align: align})
	d.head.Set(s.headline(r))
	lead := s.lead()
	if s.shape == small {
		lead = s.body()
	}
	where := look.TextStyle{Size: lead * 1.1, Weight: look.Medium}
	if r.Called() {
		where.Size, where.Weight = s.title()*either2(s.shape == small, 1.2, 1.6), look.Bold
	}
	d.where.SetStyle(where)
	d.expect.SetStyle(look.TextStyle{Size: lead})
	d.where.Set(s.where(r))
	d.expect.Set(s.note(r))
}

// headline is the sentence above the number.
func (s scene) headline(r flow.Result) string {
	switch {
	case r.Called():
		return s.tx.T("kiosk_called")
	case r.Back:
		return s.tx.T("kiosk_back_in_queue")
	case r.Ticket.State == wire.StateParked:
		return s.tx.T("kiosk_parked")
	case r.Notice == wire.NoticeAgain:
		return s.tx.T("kiosk_same_number")
	}
	return s.tx.T("kiosk_your_number")
}

// where is the place to go to or to wait at.
func (s scene) where(r flow.Result) string {
	if r.Called() {
		if p := r.Place.In(s.tx.Lang); p != "" {
			return s.tx.T("kiosk_go_to", "Place", p)
		}
		return s.tx.T("kiosk_go_look")
	}
	if a := s.area(r.Ticket.Area); a != "" {
		return s.tx.T("kiosk_area", "Area", a)
	}
	return ""
}

// area is the name of a ticket's waiting area.
func (s scene) area(id string) string { return areaName(s.Kiosk, id, s.tx.Lang) }

// note is the waiting range; for a booked visit also its time.
func (s scene) note(r flow.Result) string {
	if r.Called() {
		return ""
	}
	out := s.expect(r.Ticket.Wait)
	if r.Booked != nil {
		first := s.tx.T("kiosk_booked_at", "Time", s.clock(*r.Booked))
		if r.Notice == wire.NoticeLate {
			first = s.tx.T("kiosk_late", "Time", s.clock(*r.Booked))
		}
		if out != "" {
			first += "\n"
		}
		out = first + out
	}
	return out
}

func (d *done) factsHeight(s scene, w float32) float32 {
	_, w = d.factColumns(s, w)
	h := d.where.HeightFor(w)
	if d.expect.String() != "" {
		h += d.expect.HeightFor(w) + s.gap(1.5)
	}
	return h
}

// factColumns are the widths of drawing and words.
func (d *done) factColumns(s scene, w float32) (icon, words float32) {
	icon = round(min(d.where.Style().Size*1.35, s.short()*0.09))
	return icon, w - icon - s.gap(2)
}

// facts are the two lines with their drawings.
func (d *done) facts(s scene, r rect) {
	icon, w := d.factColumns(s, r.w)
	if s.Result.Called() {
		// The one line stands below the middle of the number.
		st := d.where.Style()
		if free := w - look.MeasureText(d.where.String(), st.Size, st.Weight).Width; free > 0 {
			r.x, w = r.x+free/2, w-free+1
			r.w = icon + s.gap(2) + w
		}
	}
	wh := d.where.HeightFor(w)
	eh := d.expect.HeightFor(w)
	show(d.expect, d.expect.String() != "")
	show(d.waiting, d.expect.String() != "")
	between := s.gap(1.5)
	if d.expect.String() == "" {
		eh, between = 0, 0
	}
	if f := (r.h - between) / (wh + eh); f < 1 {
		wh, eh = wh*f, eh*f
	}
	top, rest := r.top(wh, between)
	i, t := top.left(icon, s.gap(2))
	put(d.place, rect{i.x, i.y, icon, min(icon, i.h)}.square())
	put(d.where, t)
	i, t = rest.left(icon, s.gap(2))
	t.h = min(eh, rest.h)
	put(d.waiting, rect{i.x, i.y, icon, min(icon, t.h)}.square())
	put(d.expect, t)
}

// bottomStrip says what becomes of the paper, or offers a second one. It stands at the bottom, where the printer is. It
// returns whether there is anything to say.
func (d *done) bottomStrip(s scene, r rect) bool {
	res := s.Result
	show(d.reprint, res.CanReprint())
	words, icon, tint, back := "", "down", look.ColorInfo, look.ColorInfoBack
	switch {
	case res.CanReprint():
		words, icon, tint, back = s.tx.T("kiosk_paper_again"), "paper", look.ColorText, look.ColorSurface
	case res.Paper == flow.Printing:
		words = s.tx.T("kiosk_paper_below")
	case res.Paper == flow.Printed:
		words, tint, back = s.tx.T("kiosk_paper_done"), look.ColorGood, look.ColorGoodBack
	case res.Paper == flow.PaperFailed:
		words, icon, tint, back = s.tx.T("kiosk_paper_failed"), "warning", look.ColorWarn, look.ColorWarnBack
	}
	for _, o := range []fyne.CanvasObject{d.strip, d.stripIcon, d.stripText} {
		show(o, words != "")
	}
	put(d.strip, r)
	d.strip.SetStyle(look.BoxStyle{Fill: back, Radius: s.corner()})
	d.stripIcon.Set(icon, icons.SVG(icon))
	d.stripIcon.SetColor(tint)
	d.stripText.Set(words)
	d.stripText.SetStyle(look.TextStyle{Size: either2(s.crowded(), s.body(), s.lead()), Weight: look.Medium})
	in := r.insetXY(either2(s.shape == small, s.gap(2), s.gap(3)), either2(s.shape == small, s.gap(0.5), s.gap(1.5)))
	if res.CanReprint() {
		var b rect
		b, in = in.right(in.w*0.5, s.gap(2))
		b.h = max(b.h, s.touch())
		b.y = r.y + (r.h-b.h)/2
		d.reprint.words(s.tx.T("kiosk_reprint"), "", false)
		d.reprint.place(s.frame, b, s.body())
	}
	if s.shape == small && res.CanReprint() {
		// The button says it all.
		show(d.stripIcon, false)
		show(d.stripText, false)
		show(d.strip, false)
		d.reprint.place(s.frame, r, s.body())
		return true
	}
	i, t := in.left(min(in.h, s.lead()*1.8), s.gap(2))
	put(d.stripIcon, i.square())
	put(d.stripText, t)
	return words != ""
}

func (d *done) hasQR() bool { return d.qrOf != "" }

// address makes the code of the ticket's phone page; without a page there is none.
func (d *done) address(s scene) {
	url := s.Result.Ticket.URL
	if s.Result.Called() || s.crowded() && s.Result.Paper != flow.PaperFailed {
		url = "" // who is called goes now; and the paper has the code too
	}
	if url != d.qrOf {
		d.qrOf = ""
		if url != "" {
			if img, err := qrImage(url); err == nil { // an address too long for a code is shown nowhere
				d.qr.Image, d.qrOf, d.qrModules = img, url, img.Bounds().Dx()
				d.qr.Refresh()
			}
		}
	}
	for _, o := range []fyne.CanvasObject{d.qr, d.qrPanel, d.phone} {
		show(o, d.hasQR())
	}
}

// putQR places the code so that every module has the same number of pixels.
func (d *done) putQR(r rect) {
	r = r.square()
	side := r.w
	if n := float32(d.qrModules); side > n {
		side = float32(int(side/n)) * n
	}
	put(d.qr, rect{r.x + (r.w-side)/2, r.y + (r.h-side)/2, side, side})
}

// phoneCode shows the address of the phone page. Its ground stays white in every theme: cameras need it.
func (d *done) phoneCode(s scene, r rect) {
	d.phone.Set(s.tx.T("kiosk_phone"))
	d.qrPanel.SetStyle(look.BoxStyle{Fill: look.ColorSurface, Radius: s.corner()})
	put(d.qrPanel, r)
	in := r.inset(s.gap(2))
	if s.shape == upright {
		d.phone.SetStyle(look.TextStyle{Size: s.lead(), Weight: look.Medium})
		qr, text := in.left(in.h, s.gap(3))
		d.putQR(qr)
		put(d.phone, text)
		return
	}
	d.phone.SetStyle(look.TextStyle{Size: s.body(), Weight: look.Medium, Align: fyne.TextAlignCenter})
	text, qr := in.bottom(min(d.phone.HeightFor(in.w), in.h*0.35), s.gap(1))
	put(d.phone, text)
	d.putQR(qr)
}
