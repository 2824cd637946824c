package display

import (
	"math"

	"fyne.io/fyne/v2"

	"westerkappeln.de/wartemarke/internal/look"
)

const (
	minRows    = 4
	maxRows    = 10
	maxColumns = 3
	// rowPitch is the height of a row as a multiple of its text size.
	rowPitch = 1.5
)

// rect is a place on the screen, in canvas units.
type rect struct{ x, y, w, h float32 }

func (r rect) put(o fyne.CanvasObject) {
	o.Move(fyne.NewPos(round(r.x), round(r.y)))
	o.Resize(fyne.NewSize(round(r.w), round(r.h)))
}

func (r rect) inset(by float32) rect { return rect{r.x + by, r.y + by, r.w - 2*by, r.h - 2*by} }

// cut takes a strip of height h from the bottom.
func (r rect) cut(h float32) (rest, strip rect) {
	return rect{r.x, r.y, r.w, r.h - h}, rect{r.x, r.y + r.h - h, r.w, h}
}

func round(v float32) float32 { return float32(math.Round(float64(v))) }

// measures are the sizes that follow from the screen and the viewing distance.
type measures struct {
	area     rect
	margin   float32
	gap      float32
	radius   float32
	readable float32 // smallest text size that is readable from the farthest seat
	small    float32 // text size of figures and marks: for people who step nearer
	portrait bool
}

func newMeasures(size fyne.Size, scale look.Scale, distanceMM float32) measures {
	short := min(size.Width, size.Height)
	margin := round(short * 0.028)
	readable := scale.ReadableSize(distanceMM)
	return measures{
		area:     rect{0, 0, size.Width, size.Height}.inset(margin),
		margin:   margin,
		gap:      round(margin * 0.6),
		radius:   round(short * 0.012),
		readable: readable,
		small:    round(max(min(readable*0.6, short*0.055), short*0.042)),
		portrait: size.Height > size.Width,
	}
}

// plan is where the calls stand: the newest large beside a list, or a list alone.
type plan struct {
	lead    rect // zero: list alone
	heading rect // above the list, beside a lead
	slots   []rect
	shown   int // rows on the screen, Lead among them
	more    int // called numbers that have no place any more; the last slot tells so
}

// plan chooses the layout by the called numbers: newest large plus list while the list holds the others, else a list
// in as many columns as needed. Served numbers fill what is left.
func (m measures) plan(area rect, called, all int) plan {
	p := plan{lead: area, shown: min(all, 1)}
	if all <= 1 {
		return p
	}
	list := area
	if m.portrait {
		p.lead.h = round(area.h * 0.42)
		list.y, list.h = area.y+p.lead.h+m.margin, area.h-p.lead.h-m.margin
	} else {
		p.lead.w = round(area.w * 0.56)
		list.x, list.w = area.x+p.lead.w+m.margin, area.w-p.lead.w-m.margin
	}
	p.heading = rect{list.x, list.y, list.w, round(m.small * 1.3)}
	list.y, list.h = list.y+p.heading.h, list.h-p.heading.h
	if n := m.rowsIn(list); called <= n+1 {
		p.shown = min(all, n+1)
		p.slots = m.column(list, max(p.shown-1, minRows))
		return p
	}
	return m.columns(area, called, all)
}

// rowsIn is how many rows a column of that height may hold: by readability, and 4 to 10 in any case.
func (m measures) rowsIn(r rect) int {
	return min(max(int(r.h/(m.readable*rowPitch)), minRows), maxRows)
}

func (m measures) columns(area rect, called, all int) plan {
	n := m.rowsIn(area)
	most := maxColumns
	if m.portrait {
		n, most = maxRows, 2
	}
	cols := min((called+n-1)/n, most)
	n = min(max((all+cols-1)/cols, minRows), n) // fewer are taller
	w := (area.w - float32(cols-1)*m.margin) / float32(cols)
	var p plan
	for i := range cols {
		p.slots = append(p.slots, m.column(rect{area.x + float32(i)*(w+m.margin), area.y, w, area.h}, n)...)
	}
	p.shown = min(all, len(p.slots))
	if called > len(p.slots) {
		p.shown = len(p.slots) - 1
		p.more = called - p.shown
	}
	return p
}

// column divides r into n rows of one height.
func (m measures) column(r rect, n int) []rect {
	h := (r.h - float32(n-1)*m.gap) / float32(n)
	rows := make([]rect, n)
	for i := range rows {
		rows[i] = rect{r.x, r.y + float32(i)*(h+m.gap), r.w, h}
	}
	return rows
}
