//go:build ci && !race

package kiosk

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"westerkappeln.de/wartemarke/internal/look"
	"westerkappeln.de/wartemarke/kiosk/flow"
)

// Every target is at least 20 mm, on small panels 15 mm, and none covers another (EN 301 549 5.1.3, SCREENS).
func TestTargets(t *testing.T) {
	for size, p := range panels {
		s := newStage(t, size)
		for _, shot := range shots() {
			s.view.paint(shot.model)
			f := newFrame(fyne.NewSize(p.w, p.h), p.mm, look.Options{})
			var seen []rect
			visible(s.view.root, func(o fyne.CanvasObject, at rect) {
				b, ok := o.(*button)
				if !ok {
					return
				}
				// Half a pixel is lost by rounding.
				if at.w+0.5 < f.touch() || at.h+0.5 < f.touch() {
					t.Errorf("%s %s: %q is %.0f × %.0f mm", size, shot.name, b.title, at.w/f.scale.PxPerMM, at.h/f.scale.PxPerMM)
				}
				if at.x < 0 || at.y < 0 || at.x+at.w > p.w || at.y+at.h > p.h {
					t.Errorf("%s %s: %q stands outside", size, shot.name, b.title)
				}
				for _, r := range seen {
					if at.x < r.x+r.w && r.x < at.x+at.w && at.y < r.y+r.h && r.y < at.y+at.h {
						t.Errorf("%s %s: %q covers another target", size, shot.name, b.title)
					}
				}
				seen = append(seen, at)
			})
		}
	}
}

// No text is smaller than what is readable at arm's length, 500 mm; on a small panel that holds for the large text.
func TestTextIsReadable(t *testing.T) {
	for size, p := range panels {
		s := newStage(t, size)
		f := newFrame(fyne.NewSize(p.w, p.h), p.mm, look.Options{})
		for _, shot := range shots() {
			s.view.paint(shot.model)
			least := f.scale.ReadableSize(500)
			if f.shape == small && !shot.model.Settings.Large {
				least = f.scale.ReadableSize(300)
			}
			least -= 0.5 // sizes are whole pixels
			visible(s.view.root, func(o fyne.CanvasObject, at rect) {
				switch o := o.(type) {
				case *look.Text:
					if o.String() != "" && o.FittedSize() < least {
						t.Errorf("%s %s: %q is %.0f px, want %.0f", size, shot.name, o.String(), o.FittedSize(), least)
					}
				case *button:
					r := test.WidgetRenderer(o).(*buttonRenderer)
					for _, text := range []*look.Text{r.title, r.sub} {
						if text.Visible() && text.String() != "" && text.FittedSize() < least {
							t.Errorf("%s %s: button %q is %.0f px, want %.0f", size, shot.name, text.String(), text.FittedSize(), least)
						}
					}
				}
			})
		}
	}
}

// A phone can read the code on the screen, at every size and in every colour.
func TestTheCodeCanBeRead(t *testing.T) {
	for size := range panels {
		s := newStage(t, size)
		for _, shot := range shots() {
			if shot.model.Screen != flow.Done {
				continue
			}
			picture := s.shoot(shot.model)
			if !s.view.parts[flow.Done].(*done).hasQR() {
				continue
			}
			bits, err := gozxing.NewBinaryBitmapFromImage(picture)
			if err != nil {
				t.Fatal(err)
			}
			hints := map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true}
			got, err := qrcode.NewQRCodeReader().Decode(bits, hints)
			if err != nil || got.GetText() != ticket().URL {
				t.Errorf("%s %s: read %v, %v", size, shot.name, got, err)
			}
		}
	}
}

// The number is the largest thing wherever it appears.
func TestTheNumberIsLargest(t *testing.T) {
	for size := range panels {
		s := newStage(t, size)
		for _, shot := range shots() {
			number := shot.model.Result.Ticket.Number
			if number == "" {
				continue
			}
			s.view.paint(shot.model)
			var largest *look.Text
			visible(s.view.root, func(o fyne.CanvasObject, _ rect) {
				if text, ok := o.(*look.Text); ok && (largest == nil || text.FittedSize() > largest.FittedSize()) {
					largest = text
				}
			})
			if largest.String() != number {
				t.Errorf("%s %s: the largest is %q", size, shot.name, largest.String())
			}
		}
	}
}
