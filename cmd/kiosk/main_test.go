package main

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"westerkappeln.de/wartemarke/internal/config"
)

func TestExitCodes(t *testing.T) {
	bad := filepath.Join(t.TempDir(), "bad.toml")
	if err := os.WriteFile(bad, []byte("[kiosk]\nservre = \"http://127.0.0.1:1\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		args []string
		want int
	}{
		{"unknown flag", []string{"--frobnicate"}, exitUsage},
		{"no such file", []string{"--config", filepath.Join(t.TempDir(), "none.toml")}, exitFailed},
		{"unknown key", []string{"--config", bad}, exitFailed},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := run(c.args); got != c.want {
				t.Errorf("exit code %d, want %d", got, c.want)
			}
		})
	}
}

func TestWindowSize(t *testing.T) {
	w := test.NewTempApp(t).NewWindow("")
	w.SetPadded(false)
	if err := size(w, "1080x1920"); err != nil || w.Canvas().Size() != fyne.NewSize(1080, 1920) {
		t.Errorf("size %v, error %v", w.Canvas().Size(), err)
	}
	for _, plain := range []string{"large", "1080", "0x100", "-1x5"} {
		if err := size(w, plain); err == nil {
			t.Errorf("%q is taken for a size", plain)
		}
	}
}

func TestDevicesOfTheSettings(t *testing.T) {
	var cfg config.Config
	log := slog.New(slog.DiscardHandler)
	if p, err := receiptPrinter(cfg, log); err != nil || p != nil {
		t.Errorf("without a port: %v, %v", p, err)
	}
	cfg.Kiosk.Printer = config.Printer{Port: "/dev/none", Profile: "no such printer"}
	if _, err := receiptPrinter(cfg, log); err == nil {
		t.Error("an unknown profile is taken")
	}
	if codeReader(config.Scanner{Kind: "none"}) != nil || codeReader(config.Scanner{Kind: "serial", Port: "/dev/none"}) == nil {
		t.Error("scanner does not follow the settings")
	}
	if chime(context.Background(), config.Display{Sound: "off"}, log) != nil {
		t.Error("sound is off, but there is a chime")
	}
}
