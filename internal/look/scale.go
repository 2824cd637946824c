package look

import (
	"fmt"
	"os"
)

// Proportions of Fira Sans, from its OS/2 table in thousandths of the text size.
const (
	xHeight   = 0.527
	capHeight = 0.689
)

// XHeightPerMetre is the x-height in mm that is readable from one metre: 2.98 mm per 0.5 m (EN 301 549 5.1.4: 16 CSS
// pixels, each 0.0213 degrees of sight).
const XHeightPerMetre = 5.96

// Scale turns millimetres on the glass into canvas units. With OnePixelUnits a canvas unit is a pixel.
type Scale struct {
	PxPerMM float32
}

// NewScale measures a screen of w × h pixels that is mm[0] × mm[1] millimetres large; the order of the two does not
// matter, as a panel may be mounted upright. Without a sensible size it assumes the 24 inch panel this was drawn for
// (527 × 296 mm at 1920 × 1080).
func NewScale(w, h float32, mm [2]int) Scale {
	long, short := max(mm[0], mm[1]), min(mm[0], mm[1])
	if short < 20 || w <= 0 || h <= 0 {
		return Scale{PxPerMM: 1920.0 / 527}
	}
	return Scale{PxPerMM: max(w, h) / float32(long)}
}

// MM returns mm millimetres in canvas units.
func (s Scale) MM(mm float32) float32 { return mm * s.PxPerMM }

// ReadableSize is the smallest text size, in canvas units, that is readable from distanceMM millimetres
// (XHeightPerMetre). The text size is the em, as in canvas.Text.
func (s Scale) ReadableSize(distanceMM float32) float32 {
	return s.MM(XHeightPerMetre * distanceMM / 1000 / xHeight)
}

// SizeForXHeight is the text size, in canvas units, whose x-height is mm millimetres.
func (s Scale) SizeForXHeight(mm float32) float32 { return s.MM(mm / xHeight) }

// XHeight is the x-height of a text size, in the same unit.
func XHeight(size float32) float32 { return size * xHeight }

// CapHeight is the height of capitals and figures of a text size, in the same unit.
func CapHeight(size float32) float32 { return size * capHeight }

// OnePixelUnits makes Fyne use one canvas unit per pixel, whatever the monitor claims to be. Call it before app.New.
func OnePixelUnits() error {
	for k, v := range map[string]string{"FYNE_SCALE": "1", "FYNE_DISABLE_DPI_DETECTION": "true"} {
		if err := os.Setenv(k, v); err != nil {
			return fmt.Errorf("set %s: %w", k, err)
		}
	}
	return nil
}
