package kiosk

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"westerkappeln.de/wartemarke/internal/look"
	"westerkappeln.de/wartemarke/kiosk/flow"
)

// choice shows up to six large fields a page: languages, departments, or services with their waiting time.
type choice struct {
	box         *fyne.Container
	title, none *look.Text
	fields      []*button
	picks       []flow.Msg
	prev, next  *button
	page        *look.Text
}

func newChoice(k *kit) *choice {
	c := &choice{
		title: look.NewText("", look.TextStyle{}),
		none:  look.NewText("", look.TextStyle{}),
		page:  look.NewText("", look.TextStyle{}),
		prev:  newButton(plain, "back", func() { k.send(flow.Turn{By: -1}) }),
		next:  newButton(plain, "next", func() { k.send(flow.Turn{By: 1}) }),
		picks: make([]flow.Msg, flow.PageSize),
	}
	c.box = container.NewWithoutLayout(c.title, c.none, c.page, c.prev, c.next)
	for i := range flow.PageSize {
		b := newButton(field, "", func() {
			m := c.picks[i]
			if s, ok := m.(flow.Service); ok {
				s.Key = k.newID()
				m = s
			}
			if m != nil {
				k.send(m)
			}
		})
		c.fields = append(c.fields, b)
		c.box.Add(b)
	}
	return c
}

func (c *choice) object() fyne.CanvasObject { return c.box }

// option is one field.
type option struct {
	name, side string
	off        bool
	pick       flow.Msg
}

func (c *choice) options(s scene) (title string, out []option) {
	switch s.Screen {
	case flow.Languages:
		for _, l := range flow.Page(s.Model, s.kit.langs) {
			out = append(out, option{name: s.kit.texts(l).T("kiosk_lang_name"), pick: flow.SetLanguage{Lang: l}})
		}
		return s.tx.T("kiosk_choose_language"), out
	case flow.Departments:
		for _, d := range flow.Page(s.Model, s.Model.Departments()) {
			out = append(out, option{name: d.Name.In(s.tx.Lang), pick: flow.Department{ID: d.ID}})
		}
		return s.tx.T("kiosk_departments_title"), out
	}
	for _, v := range flow.Page(s.Model, s.Model.Services()) {
		out = append(out, option{name: v.Name.In(s.tx.Lang), side: s.state(v), off: !v.Open, pick: flow.Service{ID: v.ID}})
	}
	return s.tx.T(either(s.Choice.Pickup, "kiosk_pickup_title", "kiosk_services_title")), out
}

func (c *choice) update(s scene, area rect) {
	title, list := c.options(s)
	area = area.insetXY(s.gap(3), either2(s.shape == small, s.gap(1), s.gap(3)))
	c.title.Set(title)
	size := s.title()
	if s.shape == small {
		size = s.lead()
	}
	c.title.SetStyle(look.TextStyle{Size: size, Weight: look.Bold})
	head, area := area.top(size*1.35, s.gap(1.5))
	put(c.title, head)
	show(c.title, !s.covered())
	c.none.Set(s.tx.T("kiosk_services_none"))
	c.none.SetStyle(look.TextStyle{Size: s.lead(), VAlign: look.Top})
	put(c.none, area)
	show(c.none, len(list) == 0)

	pages := s.Pages()
	area = c.pager(s, area, pages)
	// A page that is not the only one keeps its places, so that fields do not jump between pages.
	cols, rows := 1, s.PageSize()
	if s.shape != upright {
		cols, rows = 2, s.PageSize()/2
	}
	cells := area.grid(cols, rows, s.gap(2))
	if pages == 1 {
		cells = roomy(s, area, cols, len(list))
	}
	name := s.lead() * 1.1
	for i, o := range list {
		name = min(name, c.fields[i].fits(s.frame, o.name, cells[i], name))
	}
	for i, b := range c.fields {
		show(b, i < len(list))
		if i >= len(list) {
			c.picks[i] = nil
			continue
		}
		o := list[i]
		c.picks[i] = o.pick
		b.words(o.name, o.side, o.off)
		b.place(s.frame, cells[i], name)
	}
}

// roomy divides the area for few choices: they get larger, but not absurdly so.
func roomy(s scene, area rect, cols, n int) []rect {
	if s.shape != upright && n <= 3 {
		cols = 1
	}
	rows := max((n+cols-1)/cols, 1)
	most := s.short() * 0.24
	if h := most*float32(rows) + s.gap(2)*float32(rows-1); h < area.h {
		area.h = h
	}
	return area.grid(cols, rows, s.gap(2))
}

// pager places the buttons that turn pages, where there are several.
func (c *choice) pager(s scene, area rect, pages int) rect {
	show(c.prev, pages > 1 && s.Choice.Page > 0)
	show(c.next, pages > 1 && s.Choice.Page < pages-1)
	show(c.page, pages > 1)
	if pages < 2 {
		return area
	}
	if s.shape == small {
		c.smallPager(s)
		return area
	}
	row, rest := area.bottom(max(s.touch(), s.short()*0.085), s.gap(2))
	third := (row.w - 2*s.gap(2)) / 3
	c.prev.words(s.tx.T("kiosk_page_back"), "", false)
	c.next.words(s.tx.T("kiosk_page_next"), "", false)
	c.prev.place(s.frame, rect{row.x, row.y, third, row.h}, s.body())
	c.next.place(s.frame, rect{row.x + row.w - third, row.y, third, row.h}, s.body())
	c.page.Set(s.tx.T("kiosk_page", "Page", s.Choice.Page+1, "Pages", pages))
	c.page.SetStyle(look.TextStyle{Size: s.body(), Color: look.ColorMuted, Align: fyne.TextAlignCenter})
	put(c.page, rect{row.x + third + s.gap(2), row.y, third, row.h})
	return rest
}

// smallPager has the middle third of the row at the bottom: two arrows, no words.
func (c *choice) smallPager(s scene) {
	third := (s.free.w - s.gap(2)) / 2
	mid := rect{s.free.x + third + s.gap(2), s.free.y, third, s.free.h}
	cells := mid.grid(2, 1, s.gap(1))
	show(c.page, false)
	c.prev.words("", "", false)
	c.next.words("", "", false)
	c.prev.place(s.frame, cells[0], s.body())
	c.next.place(s.frame, cells[1], s.body())
}
