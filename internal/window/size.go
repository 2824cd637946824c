package window

import (
	"fmt"
	"os"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

// EnvSize names the environment variable that opens a plain window of a size such as "1080x1920" instead of the full
// screen.
const EnvSize = "WARTEMARKE_WINDOW"

// Fill makes the window full screen, on the secondary monitor if there is one and it is asked for; or plain, where EnvSize
// says how large.
func Fill(w fyne.Window, secondary bool) error {
	if plain := os.Getenv(EnvSize); plain != "" {
		var x, y float32
		if n, err := fmt.Sscanf(plain, "%fx%f", &x, &y); n != 2 || err != nil || x < 1 || y < 1 {
			return fmt.Errorf("%s is %q; it is a size such as 1080x1920", EnvSize, plain)
		}
		w.Resize(fyne.NewSize(x, y))
		return nil
	}
	// Our content asks for no size of its own, and X refuses a window of none, even for the moment before it is full.
	w.Resize(fyne.NewSize(800, 480))
	if d, ok := w.(desktop.Window); ok && secondary {
		d.RequestFullScreenSecondary() // the primary one where there is no other
		return nil
	}
	w.SetFullScreen(true)
	return nil
}
