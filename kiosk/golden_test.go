//go:build ci

package kiosk

import (
	"bytes"
	"errors"
	"flag"
	"image"
	"image/draw"
	"image/png"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"westerkappeln.de/wartemarke/internal/i18n"
	"westerkappeln.de/wartemarke/internal/look"
	"westerkappeln.de/wartemarke/internal/wire"
	"westerkappeln.de/wartemarke/kiosk/flow"
)

var update = flag.Bool("update", os.Getenv("WARTEMARKE_GOLDEN") == "update", "rewrite the golden pictures")

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

// TestGolden compares every screen with its picture, pixel by pixel. After a wanted change run it with -update and look
// at every picture that changed.
func TestGolden(t *testing.T) {
	if runtime.GOARCH != "amd64" {
		t.Logf("pictures were made on amd64; %s may round differently", runtime.GOARCH)
	}
	for size := range panels {
		t.Run(size, func(t *testing.T) {
			s := newStage(t, size)
			for _, shot := range shots() {
				if shot.all || size == "1080x1920" {
					compare(t, s.shoot(shot.model), filepath.Join("testdata", "golden", size+"-"+shot.name+".png"))
				}
			}
		})
	}
}

func compare(t *testing.T, shot image.Image, path string) {
	t.Helper()
	got := opaque(shot)
	if *update {
		save(t, got, path)
		return
	}
	f, err := os.Open(path)
	if err != nil {
		t.Error(err)
		return
	}
	defer f.Close()
	stored, err := png.Decode(f)
	if err != nil {
		t.Error(path, err)
		return
	}
	if want := opaque(stored); want.Rect == got.Rect && bytes.Equal(want.Pix, got.Pix) {
		return
	}
	failed := filepath.Join("testdata", "failed", filepath.Base(path))
	save(t, got, failed)
	t.Errorf("%s differs; see %s", path, failed)
}

func save(t *testing.T, img image.Image, path string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	enc := png.Encoder{CompressionLevel: png.BestCompression}
	if err := errors.Join(enc.Encode(f, img), f.Close()); err != nil {
		t.Fatal(err)
	}
}

// opaque is the picture without its alpha channel, which says nothing.
func opaque(img image.Image) *image.RGBA {
	out := image.NewRGBA(img.Bounds())
	draw.Draw(out, out.Rect, image.White, image.Point{}, draw.Src)
	draw.Draw(out, out.Rect, img, img.Bounds().Min, draw.Over)
	return out
}
