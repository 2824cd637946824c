package display

import (
	"regexp"

	"westerkappeln.de/wartemarke/display/board"
	"westerkappeln.de/wartemarke/internal/look"
)

// showCalls fills the plan: the lead if there is room for one, then the rows in the board's order.
func (g *Glass) showCalls(m measures, p plan) {
	rows := g.state.Rows
	large := p.lead.w > 0
	show(large, g.lead.objects()...)
	listed := make([]board.Row, 0, len(rows))
	if large {
		g.lead.place(p.lead, g.state.Lead.Number, g.where(*g.state.Lead))
	}
	for _, r := range rows {
		if !large || r.Ticket != g.state.Lead.Ticket {
			listed = append(listed, r)
		}
	}
	if large {
		p.shown--
	}
	listed = listed[:p.shown]
	g.listed, g.sizes, g.radius = listed, g.fit(m, p, listed), m.radius
	for i, l := range g.rows {
		if i < len(listed) {
			l.place(p.slots[i], g.sizes, listed[i].Number, g.where(listed[i]))
		} else {
			l.hide()
		}
	}
	show(large && len(listed) > 0, g.also)
	if large {
		p.heading.put(g.also)
		g.also.SetStyle(look.TextStyle{Size: m.small, Color: look.ColorMuted, Lines: 1, VAlign: look.Top})
		g.also.Set(g.texts.T("display_also"))
	}
	show(p.more > 0, g.more)
	if p.more > 0 {
		p.slots[len(p.slots)-1].inset(g.sizes.pad).put(g.more)
		g.more.SetStyle(look.TextStyle{Size: g.sizes.where, Color: look.ColorMuted, Lines: 1})
		g.more.Set(g.texts.T("display_more", "More", p.more))
	}
}

// fit finds the text sizes of a list, one for all its rows: as large as the rows allow and until every place fits on
// one line. Numbers stay readable from the farthest seat; places then shrink alone, all alike, to leastPlace of that. A
// place that is longer still takes two lines or shrinks by itself.
func (g *Glass) fit(m measures, p plan, listed []board.Row) rowSizes {
	if len(listed) == 0 {
		return rowSizes{}
	}
	slot := p.slots[0]
	s := rowSizes{number: round(slot.h * 0.66)}
	s.where = s.number
	for {
		s.pad, s.width = round(s.number*0.32), 0
		var where float32
		for _, r := range listed {
			s.width = max(s.width, look.MeasureText(r.Number, s.number, look.Bold).Width+1)
			where = max(where, look.MeasureText(g.where(r), s.where, look.Regular).Width+1)
		}
		if 3*s.pad+s.width+where <= slot.w {
			return s
		}
		switch smaller := round(s.where * 0.96); {
		case smaller >= m.readable:
			s.number, s.where = smaller, smaller
		case smaller >= m.readable*leastPlace:
			s.where = smaller
		default:
			return s
		}
	}
}

// leastPlace is the smallest size of places in a list, as a share of what is readable from the farthest seat.
const leastPlace = 0.7

// paint colours the numbers by what they are, and the newest by the state of the blink.
func (g *Glass) paint() {
	if g.state.Lead == nil {
		return
	}
	g.lead.paint(g.colours(*g.state.Lead), 2*g.radius)
	for i, r := range g.listed {
		g.rows[i].paint(g.colours(r), g.sizes, g.radius)
	}
}

func (g *Glass) colours(r board.Row) colours {
	switch {
	case r.Serving:
		return served
	case r.Ticket != g.state.Lead.Ticket:
		return waiting
	case g.inverted && r.Ticket == g.state.Announcing:
		return inverted
	}
	return newest
}

// where is the place, with its figures held to the word before them: a line that ends in "Zimmer" sends nobody anywhere.
func (g *Glass) where(r board.Row) string {
	return beforeFigure.ReplaceAllString(r.Place.In(g.langs[0]), "\u00a0$1")
}

var beforeFigure = regexp.MustCompile(` (\d)`)

func (g *Glass) hideCalls() {
	show(false, g.also, g.more)
	show(false, g.lead.objects()...)
	for _, l := range g.rows {
		l.hide()
	}
	g.listed = nil
}
