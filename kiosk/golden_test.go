//go:build ci && !race

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
)

var update = flag.Bool("update", os.Getenv("WARTEMARKE_GOLDEN") == "update", "rewrite the golden pictures")

// TestGolden compares every screen with its picture, byte by byte of its pixels. The race detector has nothing to find
// in painting, and takes minutes for it. After a wanted change run it with -update and look
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
