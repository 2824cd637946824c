package demo

import (
	"context"
	"path/filepath"
	"testing"
)

func TestTwoServersAtOnceDoNotTakeTheSameNumber(t *testing.T) {
	type result struct {
		x   *XServer
		err error
	}
	started := make(chan result)
	for range 2 {
		go func() {
			x, err := StartX(context.Background(), 320, 200)
			started <- result{x, err}
		}()
	}
	a, b := <-started, <-started
	for _, r := range []result{a, b} {
		if r.err != nil {
			t.Fatal(r.err)
		}
		defer func() {
			if err := r.x.Close(); err != nil {
				t.Error(err)
			}
		}()
	}
	if a.x.Display == b.x.Display {
		t.Errorf("both are %s", a.x.Display)
	}
	if err := a.x.SavePicture(filepath.Join(t.TempDir(), "x.png")); err != nil {
		t.Error(err)
	}
	if p := a.x.Picture(); p.Rect.Dx() != 320 || p.Rect.Dy() != 200 {
		t.Errorf("the picture is %v", p.Rect)
	}
}
