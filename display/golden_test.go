package display_test

import (
	"bytes"
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"westerkappeln.de/wartemarke/display"
	"westerkappeln.de/wartemarke/display/board"
	"westerkappeln.de/wartemarke/internal/i18n"
	"westerkappeln.de/wartemarke/internal/look"
	"westerkappeln.de/wartemarke/internal/wire"
)

var morning = time.Date(2026, 3, 2, 9, 47, 0, 0, time.FixedZone("CET", 3600))

func newGlass(t *testing.T, mm [2]int, distance float64, langs ...string) (*display.Glass, fyne.Window) {
	t.Helper()
	a := test.NewTempApp(t)
	a.Settings().SetTheme(look.New(look.Options{}))
	bundle, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	if len(langs) == 0 {
		langs = []string{"de"}
	}
	g := display.NewGlass(display.GlassOptions{Bundle: bundle, Languages: langs, ScreenMM: mm, ViewingDistanceM: distance})
	w := test.NewTempWindow(t, g.Content())
	w.SetPadded(false)
	return g, w
}

var places = []string{
	"Platz 3", "Zimmer 12", "Platz 1", "Schalter 2", "Zimmer 104", "Platz 5", "Standesamt 1", "Platz 2", "Zimmer 7", "Platz 4",
}

func rowsOf(calls, served int) []board.Row {
	var rows []board.Row
	for i := range calls + served {
		rows = append(rows, board.Row{
			Ticket: fmt.Sprint(i), Number: fmt.Sprintf("%c%03d", 'A'+i%3, 17+i*7), Counter: fmt.Sprint(i), Seq: int64(100 - i),
			Place: wire.Text{"de": places[i%len(places)]}, Serving: i >= calls,
		})
	}
	return rows
}

func state(calls, served int) display.State {
	v := board.View{
		Ready: true,
		Site:  wire.Site{Name: "Gemeinde Westerkappeln", Languages: []string{"de", "de-simple", "en"}},
		Areas: []wire.Area{
			{ID: "buergerbuero", Name: wire.Text{"de": "Bürgerbüro"}}, {ID: "standesamt", Name: wire.Text{"de": "Standesamt"}},
		},
		Waiting: []wire.Waiting{
			{Area: "buergerbuero", Count: 7, Low: 10, High: 20}, {Area: "standesamt", Count: 1, Low: 0, High: 5},
		},
		Rows: rowsOf(calls, served),
	}
	if len(v.Rows) > 0 {
		v.Lead = &v.Rows[0]
	}
	return display.State{View: v, Now: morning}
}

func with(s display.State, change func(*display.State)) display.State {
	change(&s)
	return s
}

var (
	tv55  = [2]int{1210, 680}
	wide  = fyne.NewSize(1920, 1080)
	tall  = fyne.NewSize(1080, 1920)
	stale = func(s *display.State) { s.Lost = morning.Add(-6 * time.Minute) }
)

// TestGolden compares each picture byte for byte with the one a person has looked at. The text is drawn by Fyne's
// software painter with our own fonts, so it is the same on every linux/amd64.
func TestGolden(t *testing.T) {
	for _, c := range []struct {
		name     string
		size     fyne.Size
		mm       [2]int
		distance float64
		state    display.State
		blink    bool
	}{
		{"empty", wide, tv55, 5, state(0, 0), false},
		{"calls_01", wide, tv55, 5, state(1, 0), false},
		{"calls_01_blink", wide, tv55, 5, state(1, 0), true},
		{"calls_04", wide, tv55, 5, state(4, 0), false},
		{"calls_03_served_2", wide, tv55, 5, state(3, 2), false},
		{"served_1", wide, tv55, 5, state(0, 1), false},
		{"calls_10", wide, tv55, 5, state(10, 0), false},
		{"columns_16", wide, tv55, 5, state(16, 0), false},
		{"columns_40", wide, tv55, 5, state(40, 0), false},
		{"stale", wide, tv55, 5, with(state(4, 0), stale), false},
		{"stale_empty", wide, tv55, 5, with(state(0, 0), stale), false},
		{"starting", wide, tv55, 5, display.State{Now: morning}, false},
		{"unreachable", wide, tv55, 5, with(display.State{Now: morning}, stale), false},
		{"unknown_area", wide, tv55, 5, with(state(2, 0), func(s *display.State) { s.Unknown = []string{"keller", "turm"} }), false},
		{"long_names", wide, tv55, 5, with(state(4, 0), longNames), false},
		{"portrait_00", tall, tv55, 5, state(0, 0), false},
		{"portrait_01", tall, tv55, 5, state(1, 0), false},
		{"portrait_04", tall, tv55, 5, state(4, 1), false},
		{"portrait_10", tall, tv55, 5, state(10, 0), false},
		{"small_24in", wide, [2]int{527, 296}, 5, state(4, 0), false},
		{"near_2m", wide, tv55, 2, state(9, 0), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			g, w := newGlass(t, c.mm, c.distance)
			w.Resize(c.size)
			g.Show(c.state)
			if c.blink {
				c.state.Announcing = c.state.Lead.Ticket
				g.Show(c.state)
				g.Highlight(true)
			}
			compare(t, c.name, w)
		})
	}
}

func longNames(s *display.State) {
	names := []string{"Bürgerbüro Schalter 2 im Erdgeschoss", "Zimmer 104", "Standesbeamtin Frau Westermann-Großekathöfer", "Platz 3"}
	for i := range s.Rows {
		s.Rows[i].Place = wire.Text{"de": names[i]}
	}
	for _, n := range []string{"Fachbereich Soziales und Asyl", "Bauen und Planen"} {
		s.Areas = append(s.Areas, wire.Area{ID: n, Name: wire.Text{"de": n}})
		s.Waiting = append(s.Waiting, wire.Waiting{Area: n, Count: 12, Low: 25, High: 45})
	}
}

func compare(t *testing.T, name string, w fyne.Window) {
	t.Helper()
	var got bytes.Buffer
	if err := png.Encode(&got, w.Canvas().Capture()); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join("testdata", "golden", name+".png")
	if os.Getenv("WARTEMARKE_GOLDEN") == "update" {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(want, got.Bytes()) {
		failed := filepath.Join(t.ArtifactDir(), name+".png")
		if err := os.WriteFile(failed, got.Bytes(), 0o644); err != nil {
			t.Error(err)
		}
		t.Errorf("%s differs from what is drawn now (%s)", path, failed)
	}
}
