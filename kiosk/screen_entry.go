package kiosk

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"westerkappeln.de/wartemarke/internal/look"
	"westerkappeln.de/wartemarke/kiosk/flow"
)

// entry is the screen where a code is typed, on a keypad of our own: Fyne's Entry blinks a cursor, which keeps a
// processor busy, and brings a keyboard nobody needs.
type entry struct {
	box               *fyne.Container
	title, help, desk *look.Text
	keys              []*button
	keyAt             []rune
	cells             []*look.Box
	symbols           []*look.Text
	one               *look.Text // a foreign code, which has no groups
	del, more, submit *button
}

func newEntry(k *kit) *entry {
	e := &entry{
		title: look.NewText("", look.TextStyle{}),
		help:  look.NewText("", look.TextStyle{}),
		desk:  look.NewText("", look.TextStyle{}),
		one:   look.NewText("", look.TextStyle{}),
		del:   newButton(plain, "backspace", func() { k.send(flow.Backspace{}) }),
		more:  newButton(plain, "", func() { k.send(flow.TurnKeys{}) }),
	}
	e.submit = newButton(primary, "", func() { k.send(flow.Submit{Key: k.newID()}) })
	e.box = container.NewWithoutLayout(e.title, e.help, e.desk)
	for range flow.CodeLen {
		c, t := look.NewBox(look.BoxStyle{}), look.NewText("", look.TextStyle{})
		e.cells, e.symbols = append(e.cells, c), append(e.symbols, t)
		e.box.Add(c)
		e.box.Add(t)
	}
	e.box.Add(e.one)
	for i := range 36 {
		b := newButton(key, "", func() { k.send(flow.Symbol{R: e.keyAt[i], Key: k.newID()}) })
		e.keys, e.keyAt = append(e.keys, b), append(e.keyAt, 0)
		e.box.Add(b)
	}
	e.box.Add(e.del)
	e.box.Add(e.more)
	e.box.Add(e.submit)
	return e
}

func (e *entry) object() fyne.CanvasObject { return e.box }

func (e *entry) update(s scene, area rect) {
	area = area.insetXY(s.gap(3), either2(s.shape == small, s.gap(1), s.gap(3)))
	e.title.Set(s.tx.T("kiosk_code_title"))
	e.desk.Set(s.tx.T("kiosk_code_desk"))
	e.del.words(s.tx.T("kiosk_code_delete"), "", false)
	e.more.words(s.tx.T("kiosk_code_more"), "", false)
	e.submit.words(s.tx.T("kiosk_code_submit"), "", false)
	align := fyne.TextAlignCenter
	if s.shape == across {
		align = fyne.TextAlignLeading
	}
	deskAlign := align
	if !s.Kiosk.Foreign {
		deskAlign = fyne.TextAlignLeading
	}
	e.title.SetStyle(look.TextStyle{Size: s.title(), Weight: look.Bold, Align: align})
	e.desk.SetStyle(look.TextStyle{Size: s.body(), Color: look.ColorMuted, Align: deskAlign})
	help := look.TextStyle{Size: s.body(), Align: align}
	switch {
	case s.Entry.Wrong:
		help.Color, help.Weight = look.ColorBad, look.Bold
		e.help.Set(s.tx.T("kiosk_code_wrong"))
	case s.Kiosk.Foreign:
		e.help.Set(s.tx.T("kiosk_code_help_foreign"))
	default:
		e.help.Set(s.tx.T("kiosk_code_help"))
	}
	e.help.SetStyle(help)
	switch s.shape {
	case upright:
		e.upright(s, area)
	case across:
		e.across(s, area)
	case small:
		e.small(s, area)
	}
}

func either2(cond bool, yes, no float32) float32 {
	if cond {
		return yes
	}
	return no
}

func (e *entry) upright(s scene, r rect) {
	title, r := r.top(s.title()*1.4, s.gap(2))
	put(e.title, title)
	cells, r := r.top(r.w/11*1.35, s.gap(2))
	e.code(s, cells)
	help, r := r.top(s.body()*2.6, s.gap(2))
	put(e.help, help)
	if s.Kiosk.Foreign {
		// The row below the keys is full of buttons then.
		desk, above := r.bottom(s.body()*2.6, s.gap(2))
		put(e.desk, desk)
		r = above
	}
	show(e.desk, true)
	actions, keys := r.bottom(max(s.touch(), r.h/6), s.gap(3))
	if !s.Kiosk.Foreign {
		desk, _ := actions.left(actions.w*0.5, 0)
		put(e.desk, desk)
	}
	e.keypad(s, keys, s.columns(), 4, s.Symbols())
	e.actions(s, actions, false)
}

func (e *entry) across(s scene, r rect) {
	left, r := r.left(r.w*0.40, s.gap(5))
	title, left := left.top(max(s.title()*1.4, e.title.HeightFor(left.w)), s.gap(2))
	put(e.title, title)
	cells, left := left.top(left.w/11*1.35, s.gap(2))
	e.code(s, cells)
	help, left := left.top(s.body()*3.8, s.gap(2))
	put(e.help, help)
	desk, _ := left.bottom(s.body()*2.6, 0)
	put(e.desk, desk)
	show(e.desk, true)
	row := max(s.touch(), r.h/5.5)
	actions, keys := r.bottom(row, s.gap(3))
	e.keypad(s, keys, s.columns(), 4, s.Symbols())
	e.actions(s, actions, false)
}

// small has the keypad on two pages.
func (e *entry) small(s scene, r rect) {
	show(e.desk, false)
	top, r := r.top(min(s.title()*1.4, s.short()*0.105), s.gap(1))
	cells, words := top.right(top.w*0.5, s.gap(2))
	e.code(s, cells)
	// What is wrong matters more than what to do.
	show(e.help, s.Entry.Wrong && !s.covered())
	show(e.title, !s.Entry.Wrong && !s.covered())
	put(e.help, words)
	put(e.title, words)
	all := s.Symbols()
	half := len(all) / 2
	if s.Entry.Page == 1 {
		all = all[half:]
	} else {
		all = all[:half]
	}
	actions, keys := r.bottom(s.touch(), s.gap(1.5))
	e.keypad(s, keys, s.columns(), 2, all)
	e.actions(s, actions, true)
}

// columns of the keypad: 32 symbols are 4 rows of 8, 36 of 9.
func (s scene) columns() int { return len(s.Symbols()) / 4 }

func (e *entry) keypad(s scene, r rect, cols, rows int, symbols string) {
	cells := r.grid(cols, rows, s.gap(1.2))
	for i, b := range e.keys {
		on := i < len(symbols)
		show(b, on)
		if !on {
			continue
		}
		e.keyAt[i] = rune(symbols[i])
		b.kind = key
		if symbols[i] <= '9' {
			b.kind = digit
		}
		b.words(symbols[i:i+1], "", false)
		b.place(s.frame, cells[i], round(min(s.title()*1.15, cells[i].h*0.7)))
	}
}

func (e *entry) actions(s scene, r rect, paged bool) {
	list := []*button{e.del}
	if paged {
		list = append(list, e.more)
	}
	if s.Kiosk.Foreign {
		list = append(list, e.submit)
	}
	show(e.more, paged)
	show(e.submit, s.Kiosk.Foreign)
	n := max(2, len(list))
	for i, c := range r.grid(n, 1, s.gap(2)) {
		if i >= n-len(list) {
			list[i-(n-len(list))].place(s.frame, c, s.body())
		}
	}
}

// code shows what was typed: our codes in two groups of five cells, a foreign one as it is.
func (e *entry) code(s scene, r rect) {
	show(e.one, s.Kiosk.Foreign)
	if s.Kiosk.Foreign {
		for i := range e.cells {
			show(e.cells[i], i == 0)
			show(e.symbols[i], false)
		}
		put(e.cells[0], r)
		e.cells[0].SetStyle(e.cell(s, true))
		e.one.Set(s.Entry.Symbols)
		e.one.SetStyle(look.TextStyle{Size: s.title() * 1.2, Weight: look.Bold, Align: fyne.TextAlignCenter, Lines: 1})
		put(e.one, r.inset(s.gap(1)))
		return
	}
	gap := s.gap(0.8)
	group := (r.w - gap*4) / 2
	for i := range e.cells {
		w := (group - 4*gap) / 5
		x := r.x + float32(i)*(w+gap)
		if i >= 5 {
			x += gap * 3
		}
		c := rect{x, r.y, w, r.h}
		show(e.cells[i], true)
		show(e.symbols[i], true)
		put(e.cells[i], c)
		e.cells[i].SetStyle(e.cell(s, i == len(s.Entry.Symbols)))
		text := ""
		if i < len(s.Entry.Symbols) {
			text = s.Entry.Symbols[i : i+1]
		}
		color := look.ColorText
		if s.Entry.Wrong {
			color = look.ColorBad
		}
		e.symbols[i].Set(text)
		e.symbols[i].SetStyle(look.TextStyle{Size: round(min(c.h*0.72, c.w*0.95)), Weight: look.Bold, Color: color, Align: fyne.TextAlignCenter, Caps: true, Lines: 1})
		put(e.symbols[i], c.insetXY(s.line(), c.h*0.15))
	}
}

// cell is the look of one place of the code; here is where the next symbol goes.
func (e *entry) cell(s scene, here bool) look.BoxStyle {
	st := look.BoxStyle{Fill: look.ColorField, Border: look.ColorBorder, Width: s.line(), Radius: s.corner() / 2}
	switch {
	case s.Entry.Wrong:
		st.Fill, st.Border = look.ColorBadBack, look.ColorBad
	case here:
		st.Border, st.Width = look.ColorAction, s.line()*2
	}
	return st
}
