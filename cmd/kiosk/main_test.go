package main

import (
	"context"
	"log/slog"
	"testing"

	"westerkappeln.de/wartemarke/internal/config"
)

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
