package kiosk

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"westerkappeln.de/wartemarke/internal/i18n"
	"westerkappeln.de/wartemarke/internal/look"
	"westerkappeln.de/wartemarke/kiosk/flow"
)

// scene is what a screen needs to show a model.
type scene struct {
	flow.Model
	frame
	tx   i18n.Texts
	zone *time.Location
	desk string // where to go when nothing works, from the settings
	kit  *kit
	free rect // room beside the buttons at the bottom
}

// kit is what screens share.
type kit struct {
	send  func(flow.Msg)
	newID func() string
	langs []string // of the site, as far as there is a catalogue
	texts func(lang string) i18n.Texts
}

// screen maps the model to widgets. It is built once and updated in place.
type screen interface {
	object() fyne.CanvasObject
	update(s scene, area rect)
}

// view is everything on the glass.
type view struct {
	kit    *kit
	mm     [2]int
	desk   string
	size   fyne.Size
	root   *fyne.Container
	head   *header
	foot   *footer
	parts  map[flow.Screen]screen
	opts   look.Options
	last   flow.Model
	ready  bool
	retint func(*look.Theme)
}

// newView builds all screens. retint is called when another theme is wanted.
func newView(k *kit, mm [2]int, desk string, retint func(*look.Theme)) *view {
	v := &view{kit: k, mm: mm, desk: desk, retint: retint, head: newHeader(k), foot: newFooter(k)}
	choice := newChoice(k)
	v.parts = map[flow.Screen]screen{
		flow.Start:        newStart(k),
		flow.EnterCode:    newEntry(k),
		flow.Languages:    choice,
		flow.Departments:  choice,
		flow.Services:     choice,
		flow.Checking:     newChecking(),
		flow.Done:         newDone(k),
		flow.Sorry:        newSorry(k),
		flow.OutOfService: newOutOfService(),
	}
	back := look.NewBox(look.BoxStyle{Fill: look.ColorBackground})
	v.root = container.New(&whole{v: v, back: back}, back)
	for _, s := range []flow.Screen{
		flow.Start, flow.EnterCode, flow.Departments, flow.Checking, flow.Done, flow.Sorry, flow.OutOfService,
	} {
		v.parts[s].object().Hide()
		v.root.Add(v.parts[s].object())
	}
	v.root.Add(v.foot.box)
	v.root.Add(v.head.box)
	return v
}

// whole lays the view out whenever the window gets another size.
type whole struct {
	v    *view
	back fyne.CanvasObject
}

func (w *whole) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.Size{} }

func (w *whole) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	w.back.Resize(size)
	for _, s := range w.v.parts {
		s.object().Resize(size)
	}
	w.v.head.box.Resize(size)
	w.v.foot.box.Resize(size)
	w.v.size = size
	if w.v.ready {
		w.v.paint(w.v.last)
	}
}

// paint shows the model. What did not change is not touched.
func (v *view) paint(m flow.Model) {
	v.last, v.ready = m, true
	if opts := (look.Options{Contrast: m.Settings.Contrast, Large: m.Settings.Large}); opts != v.opts {
		v.opts = opts
		v.retint(look.New(opts))
	}
	if v.size.Width <= 0 || v.size.Height <= 0 {
		return
	}
	s := scene{
		Model: m, frame: newFrame(v.size, v.mm, v.opts), tx: v.kit.texts(m.Settings.Lang), zone: zone(m.Kiosk.Site.Timezone),
		desk: v.desk, kit: v.kit,
	}
	area := rect{0, 0, v.size.Width, v.size.Height}
	area = v.head.update(s, area)
	area, s.free = v.foot.update(s, area)
	now := v.parts[m.Screen]
	now.update(s, area)
	for _, p := range v.parts {
		if p != now {
			show(p.object(), false)
		}
	}
	show(now.object(), true)
}

// zone is the site's time zone; an unknown one is the machine's.
func zone(name string) *time.Location {
	if name == "" {
		return time.Local
	}
	l, err := time.LoadLocation(name)
	if err != nil {
		return time.Local
	}
	return l
}
