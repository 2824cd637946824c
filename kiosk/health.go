package kiosk

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"westerkappeln.de/wartemarke/devices/printer"
	"westerkappeln.de/wartemarke/internal/wire"
	"westerkappeln.de/wartemarke/kiosk/flow"
)

// health is how the terminal's devices feel, as the heartbeat tells it.
type health struct {
	cfg     Config
	changed chan struct{}

	mu      sync.Mutex
	scanned bool // the scanner is there
}

func newHealth(cfg Config) *health {
	return &health{cfg: cfg, changed: make(chan struct{}, 1)}
}

// scanner notes whether the scanner is there.
func (h *health) scanner(ok bool) {
	h.mu.Lock()
	differs := h.scanned != ok
	h.scanned = ok
	h.mu.Unlock()
	if differs {
		signal(h.changed)
	}
}

// status is the heartbeat's content.
func (h *health) status() wire.DeviceStatus {
	s := wire.DeviceStatus{Version: h.cfg.Version, Troubles: []string{}, Printer: "none", Scanner: "none", At: h.cfg.Now()}
	if h.cfg.Printer != nil {
		s.Printer, s.Troubles = printerHealth(h.cfg.Printer.Status())
	}
	if h.cfg.Scanner != nil {
		h.mu.Lock()
		ok := h.scanned
		h.mu.Unlock()
		s.Scanner = either(ok, "ready", "down")
		if !ok {
			s.Troubles = append(s.Troubles, "scanner_gone")
		}
	}
	slices.Sort(s.Troubles)
	return s
}

// printerHealth is a printer's state in the words of wire.DeviceStatus.
func printerHealth(p printer.Status) (state string, troubles []string) {
	troubles = []string{}
	for word, on := range map[string]bool{
		"paper_low": p.PaperLow, "paper_out": p.PaperOut, "cover_open": p.CoverOpen, "cutter": p.Cutter, "printer_fatal": p.Fatal,
		// A printer that says it is offline because of its paper or cover is not one more trouble.
		"printer_offline": p.State == printer.StateDown || p.Offline && !p.PaperOut && !p.CoverOpen && !p.Cutter && !p.Fatal,
	} {
		if on {
			troubles = append(troubles, word)
		}
	}
	switch p.State {
	case printer.StateDown, printer.StateProbe:
		return "down", troubles
	case printer.StateHeld:
		return "held", troubles
	}
	return "ready", troubles
}

// settle is how long devices may take to be found before anybody is told that they are missing.
const settle = 3 * time.Second

// heartbeatEvery is how often the hall hears of a terminal where nothing changes.
const heartbeatEvery = 15 * time.Second

// heartbeat tells the hall how the terminal feels: regularly, and at once when something changed.
func (t *Terminal) heartbeat(ctx context.Context) {
	if t.cfg.Printer != nil {
		defer t.cfg.Printer.Watch(func(printer.Status) { signal(t.health.changed) })()
	}
	if !pause(ctx, settle) {
		return
	}
	timer := time.NewTimer(heartbeatEvery)
	defer timer.Stop()
	for {
		call, cancel := context.WithTimeout(ctx, flow.GiveUpAfter)
		// A heartbeat that does not arrive is what the hall notices by itself; the next one follows.
		if err := t.cfg.Hall.ReportStatus(call, t.health.status()); err != nil && ctx.Err() == nil {
			t.cfg.Log.Debug("heartbeat not delivered", "err", err)
		}
		cancel()
		timer.Reset(heartbeatEvery)
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		case <-t.health.changed:
		}
	}
}

// refused tells that the hall answered, and repeating will not help.
func refused(err error) bool {
	var p *wire.Problem
	return errors.As(err, &p) && p.Status < 500
}
