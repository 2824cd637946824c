package display

import (
	"fyne.io/fyne/v2"

	"westerkappeln.de/wartemarke/internal/look"
)

// figure is how many wait in one area, and how long.
type figure struct{ name, words string }

// bar is the bottom line: figures and clock.
type bar struct {
	rule  *look.Box
	cells [maxFigures]struct{ name, words *look.Text }
	clock *look.Text
}

// maxFigures is how many areas have room in the bar; a board for more shows the first ones.
const maxFigures = 6

func newBar() *bar {
	b := &bar{
		rule:  look.NewBox(look.BoxStyle{Fill: look.ColorDivider}),
		clock: look.NewText("", look.TextStyle{}),
	}
	for i := range b.cells {
		b.cells[i].name = look.NewText("", look.TextStyle{})
		b.cells[i].words = look.NewText("", look.TextStyle{})
	}
	return b
}

func (b *bar) objects() []fyne.CanvasObject {
	objects := []fyne.CanvasObject{b.rule, b.clock}
	for _, c := range b.cells {
		objects = append(objects, c.name, c.words)
	}
	return objects
}

func (b *bar) hide() { show(false, b.objects()...) }

func (b *bar) place(m measures, area rect, figures []figure, clock string) (rest rect) {
	figures = figures[:min(len(figures), maxFigures)]
	size := round(m.small * 1.7)
	w := look.MeasureText("00:00", size, look.Bold).Width + 2
	rows, columns, text := fitFigures(area.w-w-m.margin, m, figures)
	line := round(m.small * 1.25)
	pair := 2*line + m.gap
	rest, strip := area.cut(pair*float32(rows) - m.gap)
	rest.h -= m.margin
	rest, rule := rest.cut(2)
	rest.h -= m.gap
	rule.put(b.rule)

	rect{strip.x + strip.w - w, strip.y, w, strip.h}.put(b.clock)
	b.clock.SetStyle(look.TextStyle{Size: size, Weight: look.Bold, Align: fyne.TextAlignTrailing, Lines: 1, Caps: true})
	b.clock.Set(clock)
	show(true, b.rule, b.clock)

	strip.w -= w + m.margin
	for i, c := range b.cells {
		show(i < len(figures), c.name, c.words)
		if i >= len(figures) {
			continue
		}
		cell := strip.w / float32(columns)
		x, y := strip.x+float32(i%columns)*cell, strip.y+float32(i/columns)*pair
		rect{x, y, cell - m.margin, line}.put(c.name)
		rect{x, y + line, cell - m.margin, line}.put(c.words)
		c.name.SetStyle(look.TextStyle{Size: round(text * nameSize), Color: look.ColorMuted, Lines: 1})
		c.words.SetStyle(look.TextStyle{Size: text, Weight: look.Medium, Lines: 1})
		c.name.Set(figures[i].name)
		c.words.Set(figures[i].words)
	}
	return rest
}

// nameSize is the text size of an area's name, as a share of its figures'.
const nameSize = 0.85

// fitFigures divides the figures into as few rows as possible without shrinking them by more than a quarter.
func fitFigures(width float32, m measures, figures []figure) (rows, columns int, text float32) {
	for rows = 1; ; rows++ {
		columns = max((len(figures)+rows-1)/rows, 1)
		for text = m.small; text >= m.small*0.75; text = round(text * 0.96) {
			var widest float32
			for _, f := range figures {
				widest = max(widest, look.MeasureText(f.words, text, look.Medium).Width+1,
					look.MeasureText(f.name, round(text*nameSize), look.Regular).Width+1)
			}
			if widest <= width/float32(columns)-m.margin {
				return rows, columns, text
			}
		}
		if columns == 1 {
			return rows, columns, text
		}
	}
}

// band is a plain mark across the screen that something is not as it should be.
type band struct {
	box   *look.Box
	words *look.Text
}

func newBand() *band {
	return &band{box: look.NewBox(look.BoxStyle{}), words: look.NewText("", look.TextStyle{})}
}

func (b *band) objects() []fyne.CanvasObject { return []fyne.CanvasObject{b.box, b.words} }

func (b *band) place(m measures, area rect, words string) (rest rect) {
	show(words != "", b.objects()...)
	if words == "" {
		return area
	}
	rest, strip := area.cut(round(m.small * 1.7))
	rest.h -= m.gap
	strip.put(b.box)
	b.box.SetStyle(look.BoxStyle{Fill: look.ColorWarnBack, Border: look.ColorWarn, Width: 3, Radius: m.radius})
	rect{strip.x + m.margin, strip.y, strip.w - 2*m.margin, strip.h}.put(b.words)
	b.words.SetStyle(look.TextStyle{Size: m.small, Weight: look.Medium, Align: fyne.TextAlignCenter, Lines: 1})
	b.words.Set(words)
	return rest
}

// calm is what stands there while nothing is called: the house's name and one sentence, in up to two languages.
type calm struct {
	title *look.Text
	words [2]*look.Text
}

func newCalm() *calm {
	c := &calm{title: look.NewText("", look.TextStyle{})}
	for i := range c.words {
		c.words[i] = look.NewText("", look.TextStyle{})
	}
	return c
}

func (c *calm) objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{c.title, c.words[0], c.words[1]}
}

func (c *calm) hide() { show(false, c.objects()...) }

func (c *calm) place(m measures, area rect, title string, words []string) {
	show(true, c.title)
	rect{area.x, area.y, area.w, area.h * 0.3}.put(c.title)
	c.title.SetStyle(look.TextStyle{
		Size: round(m.readable * 0.9), Weight: look.Medium, Color: look.ColorMuted, Align: fyne.TextAlignCenter, Lines: 2,
	})
	c.title.Set(title)
	y, h := area.y+area.h*0.3, area.h*0.4
	for i, w := range c.words {
		show(i < len(words), w)
		if i >= len(words) {
			continue
		}
		style := look.TextStyle{Size: round(m.readable * 1.3), Weight: look.Bold, Align: fyne.TextAlignCenter, Lines: 3}
		if i > 0 {
			style.Size, style.Weight, style.Color = m.readable, look.Regular, look.ColorMuted
		}
		rect{area.x, y, area.w, h}.put(w)
		w.SetStyle(style)
		w.Set(words[i])
		y, h = y+h, area.h*0.3
	}
}
