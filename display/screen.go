package display

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"westerkappeln.de/wartemarke/display/board"
	"westerkappeln.de/wartemarke/internal/i18n"
	"westerkappeln.de/wartemarke/internal/look"
)

// Glass is the Fyne screen of a call board. Everything on it is made once and changed in place; what is not needed is
// hidden. An idle board draws nothing but its clock.
type Glass struct {
	bundle   *i18n.Bundle
	langs    []string // of the screen, then of the voice
	texts    i18n.Texts
	mm       [2]int
	distance float32 // mm

	root     *fyne.Container
	lead     *panel
	also     *look.Text
	more     *look.Text
	rows     []*line
	calm     *calm
	stale    *band
	unknown  *band
	bar      *bar
	cover    *cover
	state    State
	inverted bool

	listed []board.Row // as shown in rows
	sizes  rowSizes
	radius float32
}

// GlassOptions are the facts of one screen.
type GlassOptions struct {
	Bundle           *i18n.Bundle
	Languages        []string // the first is the screen's; the next may be the second one of an empty board
	ScreenMM         [2]int   // width and height of the picture in mm
	ViewingDistanceM float64  // of the farthest seat
}

// NewGlass makes the screen; a Fyne app must exist.
func NewGlass(o GlassOptions) *Glass {
	g := &Glass{
		bundle: o.Bundle, langs: o.Languages, texts: o.Bundle.For(o.Languages[0]),
		mm: o.ScreenMM, distance: float32(o.ViewingDistanceM * 1000),
		lead: newPanel(), calm: newCalm(), stale: newBand(), unknown: newBand(), bar: newBar(), cover: newCover(),
		also: look.NewText("", look.TextStyle{Color: look.ColorMuted, Lines: 1}),
		more: look.NewText("", look.TextStyle{Color: look.ColorMuted, Lines: 1}),
	}
	g.root = container.New(g)
	for range maxColumns * maxRows {
		l := newLine()
		g.rows = append(g.rows, l)
		g.root.Objects = append(g.root.Objects, l.objects()...)
	}
	g.root.Objects = append(g.root.Objects, g.also, g.more)
	for _, part := range [][]fyne.CanvasObject{
		g.lead.objects(), g.calm.objects(), g.stale.objects(), g.unknown.objects(), g.bar.objects(),
	} {
		g.root.Objects = append(g.root.Objects, part...)
	}
	g.root.Objects = append(g.root.Objects, g.cover)
	return g
}

// Content is what the window shows.
func (g *Glass) Content() fyne.CanvasObject { return g.root }

// MinSize implements fyne.Layout: the screen decides.
func (g *Glass) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.Size{} }

// Layout implements fyne.Layout.
func (g *Glass) Layout(_ []fyne.CanvasObject, size fyne.Size) { g.arrange(size) }

// Show implements Screen.
func (g *Glass) Show(s State) {
	g.state = s
	g.arrange(g.root.Size())
}

// Highlight implements Screen.
func (g *Glass) Highlight(inverted bool) {
	g.inverted = inverted
	g.paint()
}

// arrange puts everything in its place. Objects that neither move nor change cost nothing.
func (g *Glass) arrange(size fyne.Size) {
	if size.Width <= 0 || size.Height <= 0 {
		return
	}
	m := newMeasures(size, look.NewScale(size.Width, size.Height, g.mm), g.distance)
	g.cover.Resize(size)
	rest := m.area
	if g.state.Ready {
		rest = g.bar.place(m, rest, g.figures(), hour(g.state.Now))
	} else {
		g.bar.hide()
	}
	rest = g.stale.place(m, rest, g.staleMark())
	rest = g.unknown.place(m, rest, g.unknownMark())
	if g.state.Lead == nil {
		g.hideCalls()
		g.calm.place(m, rest, g.calmTitle(), g.calmWords())
		return
	}
	g.calm.hide()
	p := m.plan(rest, called(g.state.Rows), len(g.state.Rows))
	g.showCalls(m, p)
	g.paint()
}

func called(rows []board.Row) (n int) {
	for _, r := range rows {
		if !r.Serving {
			n++
		}
	}
	return n
}

// staleMark says since when there is no connection; "" while there is, or before anything was shown.
func (g *Glass) staleMark() string {
	if g.state.Lost.IsZero() || !g.state.Ready {
		return ""
	}
	now := g.state.Now
	lost := g.state.Lost.In(now.Location())
	if lost.YearDay() == now.YearDay() && lost.Year() == now.Year() {
		return g.texts.T("display_stale", "Time", hour(lost))
	}
	return g.texts.T("display_stale_day", "Time", hour(lost), "Date", lost.Format("2.1."))
}

// hour is the time of day as German town halls write it: 9:41.
func hour(t time.Time) string { return fmt.Sprintf("%d:%02d", t.Hour(), t.Minute()) }

func (g *Glass) unknownMark() string {
	if len(g.state.Unknown) == 0 {
		return ""
	}
	return g.texts.T("display_unknown", "Areas", strings.Join(g.state.Unknown, ", "))
}

// calmTitle is the town hall's name, once it is known.
func (g *Glass) calmTitle() string { return g.state.Site.Name }

// calmWords is what an empty board says, in the first two languages of the house.
func (g *Glass) calmWords() []string {
	ids := []string{"display_empty"}
	switch {
	case g.state.Ready:
	case g.state.Lost.IsZero():
		ids = []string{"display_starting"}
	default:
		ids = []string{"display_unreachable", "display_ask"}
	}
	var words []string
	for _, lang := range g.twoLanguages() {
		t := g.bundle.For(lang)
		sentences := make([]string, len(ids))
		for i, id := range ids {
			sentences[i] = t.T(id)
		}
		words = append(words, strings.Join(sentences, " "))
	}
	return words
}

func (g *Glass) twoLanguages() []string {
	base := func(lang string) string { b, _, _ := strings.Cut(lang, "-"); return b }
	for _, lang := range slices.Concat(g.langs[1:], g.state.Site.Languages, []string{"en"}) {
		if base(g.bundle.For(lang).Lang) != base(g.texts.Lang) {
			return []string{g.langs[0], lang}
		}
	}
	return g.langs[:1]
}

// figures are the waiting people of each area.
func (g *Glass) figures() []figure {
	var fs []figure
	for _, w := range g.state.Waiting {
		f := figure{}
		for _, a := range g.state.Areas {
			if a.ID == w.Area {
				f.name = a.Name.In(g.langs[0])
			}
		}
		switch {
		case w.Count == 0:
			f.words = g.texts.T("display_nobody")
		default:
			f.words = g.texts.T("display_waiting", "Count", w.Count)
		}
		switch {
		case w.High <= 0:
		case w.Low <= 0:
			f.words += " · " + g.texts.T("display_short", "High", w.High)
		default:
			f.words += " · " + g.texts.T("display_range", "Low", w.Low, "High", w.High)
		}
		fs = append(fs, f)
	}
	return fs
}
