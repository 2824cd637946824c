package kiosk

import (
	"fmt"
	"image"
	"image/color"

	qrcode "github.com/skip2/go-qrcode"
)

// quiet is the white margin around a code, in modules (ISO/IEC 18004, 5.3.8).
const quiet = 4

// qrImage is the code of an address with one pixel per module, to be enlarged without blur.
func qrImage(address string) (image.Image, error) {
	q, err := qrcode.New(address, qrcode.Medium)
	if err != nil {
		return nil, fmt.Errorf("qr code: %w", err)
	}
	q.DisableBorder = true
	bits := q.Bitmap()
	n := len(bits) + 2*quiet
	img := image.NewPaletted(image.Rect(0, 0, n, n), color.Palette{color.White, color.Black})
	for y, row := range bits {
		for x, dark := range row {
			if dark {
				img.SetColorIndex(x+quiet, y+quiet, 1)
			}
		}
	}
	return img, nil
}
