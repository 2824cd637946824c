// Command display is the call board of a waiting area: full screen, with gong and voice.
//
// Environment:
//
//   - WARTEMARKE_WINDOW=1920x1080 opens a plain window of that size instead of the full screen.
//   - WARTEMARKE_ANNOUNCE_LOG=F appends one JSON line to F when an announcement begins and one when it ends.
package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"
	_ "time/tzdata" // a small appliance may lack the time zones

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"

	"westerkappeln.de/wartemarke/assets/sounds"
	"westerkappeln.de/wartemarke/devices/voice"
	"westerkappeln.de/wartemarke/display"
	"westerkappeln.de/wartemarke/internal/api/client"
	"westerkappeln.de/wartemarke/internal/clock"
	"westerkappeln.de/wartemarke/internal/config"
	"westerkappeln.de/wartemarke/internal/i18n"
	"westerkappeln.de/wartemarke/internal/look"
	"westerkappeln.de/wartemarke/internal/window"
)

// version is set by the build.
var version = "unknown"

// stopLimit is how long the parts of the display may take to end. A display holds nothing that could be lost, so then
// the process ends in any case, also when a graphics driver hangs.
const stopLimit = 1500 * time.Millisecond

func main() {
	p := window.Program{Name: "display", Description: "Call board of a waiting area.", Version: version, Show: show}
	os.Exit(p.Main(os.Args[1:]))
}

// show runs the board until SIGTERM, or until its window is closed.
func show(cfg config.Config) error {
	token, err := config.Secret(cfg.Display.Token, cfg.Display.TokenFile)
	if err != nil {
		return err
	}
	bundle, err := i18n.Load()
	if err != nil {
		return err
	}
	journal, err := openJournal(os.Getenv("WARTEMARKE_ANNOUNCE_LOG"))
	if err != nil {
		return err
	}
	defer journal.Close()
	if err := look.OnePixelUnits(); err != nil {
		return err
	}
	a := app.NewWithID("de.westerkappeln.wartemarke.display")
	a.Settings().SetTheme(look.New(look.Options{}))
	w := a.NewWindow("Wartemarke Display")
	w.SetPadded(false)
	lang := cfg.Site.Languages[0]
	glass := display.NewGlass(display.GlassOptions{
		Bundle: bundle, Languages: append([]string{lang}, cfg.Display.Voice...), ScreenMM: cfg.Display.ScreenMM, ViewingDistanceM: cfg.Display.ViewingDistanceM,
	})
	w.SetContent(glass.Content())
	if err := window.Fill(w, cfg.Display.Monitor == "secondary"); err != nil {
		return err
	}

	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	context.AfterFunc(ctx, func() { time.AfterFunc(stopLimit, func() { os.Exit(window.ExitFine) }) })
	d := display.New(display.Options{
		Hall: client.New(cfg.Display.Server, token), Area: cfg.Display.Area,
		Announcer: announcer(cfg.Display), Language: lang, Voice: cfg.Display.Voice,
		Bundle: bundle, Location: cfg.Site.Location(), Screen: glass, Now: clock.Now,
		Log: slog.New(slog.NewTextHandler(os.Stderr, nil)), Journal: journal, Version: version,
		Post: func(f func()) {
			if ctx.Err() == nil { // when Fyne has ended it would run f on the caller's thread
				fyne.Do(f)
			}
		},
	})
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		d.Run(ctx)
		fyne.Do(a.Quit)
	}()
	w.ShowAndRun()
	stop()
	<-ended
	return nil
}

// announcer is nil when sound is off. Without a voice only the gong is played.
func announcer(cfg config.Display) display.Announcer {
	if cfg.Sound == "off" {
		return nil
	}
	return voice.New(voice.Options{
		Play: cfg.GongCommand, Speak: cfg.SpeakCommand, Device: cfg.AudioDevice, Gong: sounds.Gong,
	})
}

// openJournal opens the journal of announcements; no path means none.
func openJournal(path string) (io.WriteCloser, error) {
	if path == "" {
		return discard{io.Discard}, nil
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, fmt.Errorf("journal of announcements: %w", err)
	}
	return f, nil
}

type discard struct{ io.Writer }

func (discard) Close() error { return nil }
