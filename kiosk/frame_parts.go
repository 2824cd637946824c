package kiosk

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"westerkappeln.de/wartemarke/assets/icons"
	"westerkappeln.de/wartemarke/internal/look"
	"westerkappeln.de/wartemarke/kiosk/flow"
)

// header is the town's name and arms and the clock; near the end of a screen it says so and offers more time.
type header struct {
	box         *fyne.Container
	ground      *look.Box
	rule        *look.Box
	arms        *look.Icon
	town, clock *look.Text
	warn        *look.Text
	more        *button
}

func newHeader(k *kit) *header {
	h := &header{
		ground: look.NewBox(look.BoxStyle{Fill: look.ColorSurface}),
		rule:   look.NewBox(look.BoxStyle{Fill: look.ColorAction}),
		arms:   look.NewIcon("arms", icons.SVG("arms"), look.ColorText),
		town:   look.NewText("", look.TextStyle{}),
		clock:  look.NewText("", look.TextStyle{}),
		warn:   look.NewText("", look.TextStyle{}),
		more:   newButton(primary, "waiting", func() { k.send(flow.More{}) }),
	}
	h.box = container.NewWithoutLayout(h.ground, h.rule, h.arms, h.town, h.clock, h.warn, h.more)
	return h
}

// update places the header and returns the area below it.
func (h *header) update(s scene, area rect) rect {
	bar, rest := area.top(round(s.short()*0.115), 0)
	if need := s.touch() + s.gap(2); bar.h < need {
		if s.shape == small && s.Warned {
			// Only the warning needs a button. Keys and fields keep their size for these seconds: it covers the title.
			bar.h = need
			if !s.fields() {
				bar, rest = area.top(need, 0)
			}
		} else if s.shape != small {
			bar, rest = area.top(need, 0)
		}
	}
	put(h.ground, bar)
	line, _ := bar.bottom(s.line()*2, 0)
	put(h.rule, line)
	in := bar.insetXY(s.gap(3), s.gap(1))
	in.h -= s.line() * 2

	if s.Warned {
		h.ground.SetStyle(look.BoxStyle{Fill: look.ColorWarnBack})
	} else {
		h.ground.SetStyle(look.BoxStyle{Fill: look.ColorSurface})
	}
	for _, o := range []fyne.CanvasObject{h.arms, h.town, h.clock} {
		show(o, !s.Warned)
	}
	show(h.warn, s.Warned)
	show(h.more, s.Warned)

	h.town.SetStyle(look.TextStyle{Size: s.lead(), Weight: look.Medium, Lines: 2})
	h.town.Set(s.Kiosk.Site.Name)
	h.clock.SetStyle(look.TextStyle{Size: s.title(), Weight: look.Bold, Align: fyne.TextAlignTrailing, Lines: 1})
	now := "" // whose time zone is not known yet
	if s.Known {
		now = s.tx.T("kiosk_clock", "Time", s.clock(s.Now))
	}
	h.clock.Set(now)
	arms, words := in.left(in.h*0.86, s.gap(2))
	put(h.arms, arms)
	clock, words := words.right(min(words.w*0.4, s.title()*5.2), s.gap(2))
	put(h.town, words)
	put(h.clock, clock)

	h.warn.SetStyle(look.TextStyle{Size: s.lead(), Weight: look.Medium, Color: look.ColorWarn})
	if s.Warned {
		h.warn.Set(s.tx.T("kiosk_ending", "Seconds", int(s.Left().Seconds())))
	}
	h.more.words(s.tx.T("kiosk_more_time"), "", false)
	more, text := in.right(max(in.w*0.32, s.body()*8), s.gap(2))
	more.h = max(more.h, s.touch())
	more.y = bar.y + (bar.h-s.line()*2-more.h)/2
	put(h.warn, text)
	h.more.place(s.frame, more, s.lead())
	return rest
}

// fields tells whether the screen is full of things to touch.
func (s scene) fields() bool {
	switch s.Screen {
	case flow.EnterCode, flow.Languages, flow.Departments, flow.Services:
		return true
	}
	return false
}

// covered tells whether the warning covers the title.
func (s scene) covered() bool { return s.shape == small && s.Warned && s.fields() }

// footer is the row of settings, and on all screens but the first the way back.
type footer struct {
	box                       *fyne.Container
	rule                      *look.Box
	language, large, contrast *button
	back, home, finish        *button
	languageIs                string
}

func newFooter(k *kit) *footer {
	f := &footer{
		rule:     look.NewBox(look.BoxStyle{Fill: look.ColorDivider}),
		large:    newButton(plain, "large", func() { k.send(flow.ToggleLarge{}) }),
		contrast: newButton(plain, "contrast", func() { k.send(flow.ToggleContrast{}) }),
		back:     newButton(plain, "back", func() { k.send(flow.Back{}) }),
		home:     newButton(plain, "home", func() { k.send(flow.Home{}) }),
		finish:   newButton(primary, "check", func() { k.send(flow.Home{}) }),
	}
	f.language = newButton(plain, "language", func() { k.send(f.nextLanguage(k)) })
	f.box = container.NewWithoutLayout(f.rule, f.language, f.large, f.contrast, f.back, f.home, f.finish)
	return f
}

// nextLanguage: with two languages one touch changes to the other, with more there is a list.
func (f *footer) nextLanguage(k *kit) flow.Msg {
	if len(k.langs) == 2 {
		for _, l := range k.langs {
			if l != f.languageIs {
				return flow.SetLanguage{Lang: l}
			}
		}
	}
	return flow.ChooseLanguage{}
}

// update places the rows and returns the area above them. Upright there are two rows; across, the ways out stand beside
// the settings; a small panel has room for one kind only, so that settings belong to its start screen.
//
// free is what the result screen may use beside its button on a small panel.
func (f *footer) update(s scene, area rect) (rest, free rect) {
	f.languageIs = s.tx.Lang
	nav := s.Screen != flow.Start && s.Screen != flow.Checking && s.Screen != flow.OutOfService
	settings := s.Screen != flow.Checking && (s.shape != small || !nav)
	pad := s.gap(2)
	height := max(s.touch(), s.short()*0.085) + 2*pad
	show(f.rule, settings)
	f.visible(settings, nav, s)
	cut, rest := area, area
	if settings {
		cut, rest = area.bottom(height, 0)
		put(f.rule, rect{cut.x, cut.y, cut.w, s.line()})
		cut = cut.insetXY(s.gap(3), pad)
		if nav && s.shape == across {
			var ways rect
			ways, cut = cut.right(cut.w*0.42, s.gap(5))
			f.navigate(s, ways.grid(2, 1, s.gap(2)))
		}
		f.settings(s, cut)
	}
	if nav && s.shape != across {
		cut, rest = rest.bottom(height, 0)
		cut = cut.insetXY(s.gap(3), pad)
		third := (cut.w - 2*s.gap(2)) / 3
		first, last := rect{cut.x, cut.y, third, cut.h}, rect{cut.x + cut.w - third, cut.y, third, cut.h}
		f.navigate(s, []rect{first, last})
		free = rect{cut.x, cut.y, 2*third + s.gap(2), cut.h}
	}
	return rest, free
}

func (f *footer) visible(settings, nav bool, s scene) {
	show(f.language, settings && len(s.kit.langs) > 1)
	show(f.large, settings)
	show(f.contrast, settings)
	result := s.Screen == flow.Done
	show(f.back, nav && !result && s.Screen != flow.Sorry)
	show(f.home, nav && !result)
	show(f.finish, nav && result)
}

func (f *footer) settings(s scene, r rect) {
	name := s.tx.T("kiosk_language")
	if len(s.kit.langs) == 2 {
		for _, l := range s.kit.langs {
			if l != s.tx.Lang {
				name = s.kit.texts(l).T("kiosk_lang_name")
			}
		}
	}
	f.language.words(name, "", false)
	f.large.words(s.tx.T(either(s.Settings.Large, "kiosk_large_off", "kiosk_large")), "", false)
	f.contrast.words(s.tx.T(either(s.Settings.Contrast, "kiosk_contrast_off", "kiosk_contrast")), "", false)
	list := []*button{f.language, f.large, f.contrast}
	if len(s.kit.langs) < 2 {
		list = list[1:]
	}
	f.language.setIcon(either(s.crowded(), "", "language"))
	f.large.setIcon(either(s.crowded(), "", "large"))
	f.contrast.setIcon(either(s.crowded(), "", "contrast"))
	cells := r.grid(len(list), 1, s.gap(2))
	size := s.minor()
	for i, b := range list {
		size = min(size, b.fitWords(s.frame, cells[i], size))
	}
	for i, b := range list {
		b.place(s.frame, cells[i], size)
	}
}

func (f *footer) navigate(s scene, at []rect) {
	f.back.words(s.tx.T("kiosk_back"), "", false)
	f.home.words(s.tx.T("kiosk_home"), "", false)
	f.finish.words(s.tx.T("kiosk_finish"), "", false)
	f.back.place(s.frame, at[0], s.body())
	f.home.place(s.frame, at[1], s.body())
	f.finish.place(s.frame, at[1], s.body())
}

func either(cond bool, yes, no string) string {
	if cond {
		return yes
	}
	return no
}
