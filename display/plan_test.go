package display

import (
	"testing"

	"fyne.io/fyne/v2"
	"pgregory.net/rapid"

	"westerkappeln.de/wartemarke/internal/look"
)

func anyMeasures(t *rapid.T) measures {
	size := fyne.NewSize(float32(rapid.IntRange(640, 3840).Draw(t, "w")), float32(rapid.IntRange(480, 3840).Draw(t, "h")))
	mm := [2]int{rapid.IntRange(200, 2000).Draw(t, "mm w"), rapid.IntRange(200, 1200).Draw(t, "mm h")}
	distance := float32(rapid.IntRange(1000, 20000).Draw(t, "distance"))
	return newMeasures(size, look.NewScale(size.Width, size.Height, mm), distance)
}

func apart(a, b rect) bool {
	const hair = 0.5
	return a.x+a.w <= b.x+hair || b.x+b.w <= a.x+hair || a.y+a.h <= b.y+hair || b.y+b.h <= a.y+hair
}

func within(a, b rect) bool {
	const hair = 0.5
	return a.x >= b.x-hair && a.y >= b.y-hair && a.x+a.w <= b.x+b.w+hair && a.y+a.h <= b.y+b.h+hair
}

// TestPlan: on any screen and for any number of calls, nothing overlaps or leaves the screen, a column has 4 to 10
// rows, the newest is shown, and every called number is either shown or counted.
func TestPlan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := anyMeasures(t)
		called := rapid.IntRange(0, 60).Draw(t, "called")
		all := called + rapid.IntRange(0, 20).Draw(t, "served")
		if all == 0 {
			return
		}
		p := m.plan(m.area, called, all)
		places := p.slots
		if p.lead.w > 0 {
			places = append([]rect{p.lead}, places...)
		}
		for i, a := range places {
			if a.w < 50 || a.h < 10 || !within(a, m.area) {
				t.Fatalf("place %d is %v in %v", i, a, m.area)
			}
			for j := range i {
				if !apart(a, places[j]) {
					t.Fatalf("places %d %v and %d %v overlap", j, places[j], i, a)
				}
			}
		}
		if p.shown < 1 || p.shown > all || p.shown > len(places) {
			t.Fatalf("%d of %d shown in %d places", p.shown, all, len(places))
		}
		if min(called, p.shown)+p.more != called {
			t.Fatalf("%d called, %d shown and %d more", called, p.shown, p.more)
		}
		if n := len(p.slots); n > 0 && (n < minRows || n > maxRows*maxColumns) {
			t.Fatalf("%d rows", n)
		}
	})
}

// TestRowsByDistance: 29.8 mm of x-height at 5 m (2.98 mm per 0.5 m), as many rows as fit so, but 4 to 10.
func TestRowsByDistance(t *testing.T) {
	for _, c := range []struct {
		name     string
		mm       [2]int
		distance float32
		want     int
	}{
		{"55 inch at 5 m", [2]int{1210, 680}, 5000, 6},
		{"55 inch at 3 m", [2]int{1210, 680}, 3000, 10},
		{"55 inch at 12 m", [2]int{1210, 680}, 12000, 4},
		{"75 inch at 5 m", [2]int{1660, 934}, 5000, 8},
		{"24 inch at 5 m", [2]int{527, 296}, 5000, 4},
	} {
		m := newMeasures(fyne.NewSize(1920, 1080), look.NewScale(1920, 1080, c.mm), c.distance)
		area, _ := m.area.cut(170) // the bar
		if got := m.rowsIn(area); got != c.want {
			t.Errorf("%s: %d rows, want %d", c.name, got, c.want)
		}
		if mm := look.XHeight(m.readable) / look.NewScale(1920, 1080, c.mm).PxPerMM; mm < 2.98*c.distance/500*0.99 {
			t.Errorf("%s: x-height is %.1f mm", c.name, mm)
		}
	}
}
