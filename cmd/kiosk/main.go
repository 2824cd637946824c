// Command kiosk is the citizen terminal: full screen, with its scanner and its receipt printer.
//
// Environment: WARTEMARKE_WINDOW=1080x1920 opens a plain window of that size instead of the full screen.
package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"
	_ "time/tzdata" // a small appliance may lack the time zones

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"
	"github.com/google/uuid"

	"westerkappeln.de/wartemarke/devices/escpos"
	"westerkappeln.de/wartemarke/devices/port"
	"westerkappeln.de/wartemarke/devices/printer"
	"westerkappeln.de/wartemarke/devices/scanner"
	"westerkappeln.de/wartemarke/devices/voice"
	"westerkappeln.de/wartemarke/internal/api/client"
	"westerkappeln.de/wartemarke/internal/clock"
	"westerkappeln.de/wartemarke/internal/config"
	"westerkappeln.de/wartemarke/internal/i18n"
	"westerkappeln.de/wartemarke/internal/look"
	"westerkappeln.de/wartemarke/internal/window"
	"westerkappeln.de/wartemarke/kiosk"
)

// version is set by the build.
var version = "unknown"

// stopLimit is how long the parts of the terminal may take to end; the process ends in any case. A ticket being printed
// gets 1.5 s to finish (devices/printer).
const stopLimit = 1800 * time.Millisecond

func main() {
	p := window.Program{Name: "kiosk", Description: "Citizen terminal.", Version: version, Show: show}
	os.Exit(p.Main(os.Args[1:]))
}

// show runs the terminal until SIGTERM, or until its window is closed.
func show(cfg config.Config) error {
	token, err := config.Secret(cfg.Kiosk.Token, cfg.Kiosk.TokenFile)
	if err != nil {
		return err
	}
	bundle, err := i18n.Load()
	if err != nil {
		return err
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	paper, err := receiptPrinter(cfg, log)
	if err != nil {
		return err
	}
	if err := look.OnePixelUnits(); err != nil {
		return err
	}
	a := app.NewWithID("de.westerkappeln.wartemarke.kiosk")
	w := a.NewWindow("Wartemarke Kiosk")
	w.SetPadded(false)

	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	t := kiosk.New(kiosk.Config{
		Hall: client.New(cfg.Kiosk.Server, token, client.Area(cfg.Kiosk.Area)), Printer: paper, Scanner: codeReader(cfg.Kiosk.Scanner), Texts: bundle,
		Now: clock.Now, NewID: newID, SetTheme: a.Settings().SetTheme, Log: log,
		Chime: chime(ctx, cfg.Display, log),
		Area:  cfg.Kiosk.Area, Lang: first(cfg.Site.Languages), Desk: cfg.Site.Desk, ScreenMM: cfg.Kiosk.ScreenMM, Version: version,
		Post: func(f func()) {
			if ctx.Err() == nil { // when Fyne has ended it would run f on the caller's thread
				fyne.Do(f)
			}
		},
	})
	w.SetContent(t.Content())
	if err := window.Fill(w, false); err != nil {
		return err
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		t.Run(ctx)
	}()
	go func() {
		<-ctx.Done()
		fyne.Do(a.Quit)
	}()
	w.ShowAndRun()
	stop()
	select {
	case <-ended:
		return nil
	case <-time.After(stopLimit):
		return errors.New("not everything ended in time")
	}
}

// receiptPrinter is nil when the settings name no port.
func receiptPrinter(cfg config.Config, log *slog.Logger) (kiosk.Printer, error) {
	c := cfg.Kiosk.Printer
	if c.Port == "" {
		return nil, nil
	}
	profile, err := escpos.ProfileByName(c.Profile)
	if err != nil {
		return nil, err
	}
	if c.Columns > 0 {
		profile.Columns = c.Columns
	}
	return printer.New(printer.Config{
		Port:    port.Config{Path: c.Port, Baud: c.Baud, Flow: port.Flow(c.Flow)},
		Profile: profile, JobDir: filepath.Join(cfg.Site.Data, "print"), Log: log, Now: clock.Now,
	}), nil
}

// codeReader is nil when the settings name no scanner.
func codeReader(c config.Scanner) kiosk.Scanner {
	if c.Kind != "serial" || c.Port == "" {
		return nil
	}
	open := func(context.Context) (io.ReadCloser, error) {
		return port.Open(port.Config{Path: c.Port, Baud: c.Baud})
	}
	return func(ctx context.Context, on func(string), health func(bool)) error {
		return scanner.Run(ctx, open, func(code scanner.Code) { on(string(code)) }, health)
	}
}

// chime is nil where the settings of this machine switch sound off.
func chime(ctx context.Context, c config.Display, log *slog.Logger) func() {
	if c.Sound == "off" {
		return nil
	}
	player := voice.New(voice.Options{Play: c.GongCommand, Device: c.AudioDevice, Gong: kiosk.Chime()})
	return func() {
		if err := player.Announce(ctx); err != nil && ctx.Err() == nil {
			log.Warn("no sound", "err", err)
		}
	}
}

func newID() string { return uuid.Must(uuid.NewV7()).String() }

func first(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}
