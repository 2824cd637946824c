//go:build e2e

package main

import (
	"fmt"
	"image/color"
	"os"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
)

// window shows a number until standard input ends.
func window() error {
	// One unit a pixel, as the board has it.
	for k, v := range map[string]string{"FYNE_SCALE": "1", "FYNE_DISABLE_DPI_DETECTION": "true"} {
		if err := os.Setenv(k, v); err != nil {
			return err
		}
	}
	a := app.NewWithID("floor")
	w := a.NewWindow("floor")
	w.SetPadded(false)
	number := canvas.NewText("A000", color.Black)
	number.TextSize = 400
	w.SetContent(container.NewStack(canvas.NewRectangle(color.White), container.NewCenter(number)))
	w.Resize(fyne.NewSize(1920, 1080))
	go func() {
		one := make([]byte, 1)
		for n := 1; ; n++ {
			if _, err := os.Stdin.Read(one); err != nil {
				fyne.Do(a.Quit) // whoever started us is gone
				return
			}
			fyne.Do(func() {
				number.Text = fmt.Sprintf("A%03d", n%1000)
				number.Refresh()
			})
		}
	}()
	w.ShowAndRun()
	return nil
}
