//go:build ci

package kiosk

import (
	"image"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"westerkappeln.de/wartemarke/internal/i18n"
	"westerkappeln.de/wartemarke/internal/look"
	"westerkappeln.de/wartemarke/internal/wire"
	"westerkappeln.de/wartemarke/kiosk/flow"
)

// panels are the screens we promise: their pixels and millimetres.
var panels = map[string]struct {
	w, h float32
	mm   [2]int
}{
	"1080x1920": {1080, 1920, [2]int{296, 527}},
	"1920x1080": {1920, 1080, [2]int{527, 296}},
	"800x480":   {800, 480, [2]int{154, 86}},
}

// stage is a view on a test window.
type stage struct {
	view *view
	win  fyne.Window
	mm   [2]int
}

func newStage(t *testing.T, size string) *stage {
	t.Helper()
	bundle, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	a := test.NewTempApp(t)
	a.Settings().SetTheme(look.New(look.Options{}))
	p := panels[size]
	k := &kit{
		send: func(flow.Msg) {}, newID: func() string { return "id" }, langs: []string{"de", "en"},
		texts: func(l string) i18n.Texts { return bundle.For(l) },
	}
	s := &stage{mm: p.mm}
	s.view = newView(k, p.mm, "", func(th *look.Theme) { a.Settings().SetTheme(th) })
	s.win = test.NewTempWindow(t, s.view.root)
	s.win.SetPadded(false)
	s.win.Resize(fyne.NewSize(p.w, p.h))
	return s
}

func (s *stage) shoot(m flow.Model) image.Image {
	s.view.paint(m)
	return s.win.Canvas().Capture()
}

// shots are the moments worth a picture.
func shots() []struct {
	name  string
	all   bool // at every size, not only upright
	model flow.Model
} {
	type shot = struct {
		name  string
		all   bool
		model flow.Model
	}
	k := town()
	foreign := town()
	foreign.Foreign = true
	en, large, contrast := flow.SetLanguage{Lang: "en"}, flow.ToggleLarge{}, flow.ToggleContrast{}
	good := func(c *wire.CheckedIn) {}
	again := func(state, place string, back bool) flow.Answered {
		return checkedIn(func(c *wire.CheckedIn) {
			c.Notice, c.Ticket.State, c.Ticket.Place, c.Back = wire.NoticeAgain, state, place, back
		})
	}
	paper := func(ok bool) flow.Msg { return flow.PaperDone{Job: ticket().ID, Printed: ok, Reason: "paper_out"} }
	many := town()
	for i := range many.Services {
		many.Services[i].Department = "buerger"
	}
	seq := func(msgs ...any) []flow.Msg {
		var out []flow.Msg
		for _, m := range msgs {
			switch m := m.(type) {
			case []flow.Msg:
				out = append(out, m...)
			case flow.Msg:
				out = append(out, m)
			}
		}
		return out
	}
	lost := flow.New(flow.Settings{Lang: "de"}, morning)
	for _, m := range []flow.Msg{flow.Unreached{}, after(6 * time.Second)} {
		lost, _ = flow.Update(lost, m)
	}
	out := play(k, flow.Unreached{}, after(6*time.Second))
	return []shot{
		{"start", true, play(k)},
		{"start-en", false, play(k, en)},
		{"start-large", true, play(k, large)},
		{"start-contrast", false, play(k, contrast)},
		{"enter-code", true, play(k, typed("K7M4X2")...)},
		{"enter-code-wrong", true, play(k, typed("K7M4X2QX9Q")...)},
		{"enter-code-foreign", false, play(foreign, typed("AB12YZ9")...)},
		{"enter-code-large", true, play(k, seq(large, typed("K7M"))...)},
		{"enter-code-contrast", false, play(k, seq(contrast, typed("K7M4X2QX9Q"))...)},
		{"departments", true, play(k, flow.Choose{})},
		{"services", true, play(k, flow.Choose{}, flow.Department{ID: "buerger"})},
		{"services-page2", false, play(k, flow.Choose{}, flow.Department{ID: "buerger"}, flow.Turn{By: 1})},
		{"services-large", true, play(k, large, flow.Choose{}, flow.Department{ID: "buerger"})},
		{"services-contrast", false, play(k, contrast, flow.Choose{}, flow.Department{ID: "buerger"})},
		{"services-en", false, play(k, en, flow.Choose{}, flow.Department{ID: "buerger"})},
		{"pickup", true, play(k, flow.Choose{Pickup: true})},
		{"checking", true, play(k, flow.Scanned{Code: sampleCode, Key: "key"})},
		{"checking-slow", false, play(k, flow.Scanned{Code: sampleCode, Key: "key"}, after(1500*time.Millisecond))},
		{"checking-retry", false, play(k, flow.Scanned{Code: sampleCode, Key: "key"}, flow.Answered{Key: "key"}, after(time.Second))},
		{"done", true, play(k, scanned(checkedIn(good))...)},
		{"done-printed", false, play(k, scanned(checkedIn(good), paper(true))...)},
		{"done-no-paper", false, play(k, scanned(checkedIn(good), paper(false))...)},
		{"done-late", false, play(k, scanned(checkedIn(func(c *wire.CheckedIn) {
			c.Notice, c.Appointment.Start = wire.NoticeLate, *at(8, 45)
		}))...)},
		{"done-walkin", false, play(k, flow.Choose{}, flow.Department{ID: "buerger"}, flow.Service{ID: "ausweis", Key: "key"},
			flow.Answered{Key: "key", Ticket: ptr(ticket())})},
		{"done-again", true, play(k, scanned(again(wire.StateWaiting, "", false))...)},
		{"done-called", true, play(k, scanned(again(wire.StateCalled, "Zimmer 3", false))...)},
		{"done-parked", false, play(k, scanned(again(wire.StateParked, "", false))...)},
		{"done-back", false, play(k, scanned(again(wire.StateWaiting, "", true))...)},
		{"done-warning", true, play(k, scanned(checkedIn(good), paper(true), after(45*time.Second))...)},
		{"done-en", false, play(k, seq(en, scanned(checkedIn(good)))...)},
		{"done-large", true, play(k, seq(large, scanned(checkedIn(good)))...)},
		{"done-contrast", false, play(k, seq(contrast, scanned(checkedIn(good)))...)},
		{"sorry-too-early", true, play(k, scanned(problem(wire.Problem{
			Code: "too_early", Start: at(11, 40), Earliest: at(10, 55), WalkIn: true}))...)},
		{"sorry-wrong-day", false, play(k, scanned(problem(wire.Problem{Code: "wrong_day", Start: ptr(at(10, 40).AddDate(0, 0, 9))}))...)},
		{"sorry-not-found", false, play(k, scanned(problem(wire.Problem{Code: "not_found"}))...)},
		{"sorry-bad-code", false, play(k, scanned(problem(wire.Problem{Code: "bad_code"}))...)},
		{"sorry-cancelled", false, play(k, scanned(problem(wire.Problem{Code: "cancelled", WalkIn: true}))...)},
		{"sorry-closed", false, play(k, flow.Choose{}, flow.Department{ID: "buerger"}, flow.Service{ID: "kfz", Key: "key"})},
		{"sorry-large", false, play(k, seq(large, scanned(problem(wire.Problem{Code: "not_found"})))...)},
		{"sorry-en", false, play(k, seq(en, scanned(problem(wire.Problem{Code: "too_early", Start: at(11, 40), Earliest: at(10, 55), WalkIn: true})))...)},
		{"out-of-service", true, out},
		{"out-of-service-contrast", false, play(k, contrast, flow.Unreached{}, after(6*time.Second))},
		{"starting", false, flow.New(flow.Settings{Lang: "de"}, morning)},
		{"never-reached", false, lost},
	}
}

func ptr[T any](v T) *T { return &v }

// visible calls fn for every visible object with its place on the screen.
func visible(root fyne.CanvasObject, fn func(o fyne.CanvasObject, at rect)) {
	var walk func(o fyne.CanvasObject, x, y float32)
	walk = func(o fyne.CanvasObject, x, y float32) {
		if !o.Visible() {
			return
		}
		x, y = x+o.Position().X, y+o.Position().Y
		fn(o, rect{x, y, o.Size().Width, o.Size().Height})
		if c, ok := o.(*fyne.Container); ok {
			for _, child := range c.Objects {
				walk(child, x, y)
			}
		}
	}
	walk(root, 0, 0)
}
