package hall

import (
	"cmp"
	"context"
	"slices"
	"time"

	"westerkappeln.de/wartemarke/internal/queue"
)

// Words of trouble that the hall itself finds.
const (
	TroubleSilent       = "silent"        // a device has not reported for 45 s
	TroubleNotPrinted   = "not_printed"   // a ticket is not on paper; Number says which
	TroublePrintUnknown = "print_unknown" // nobody knows whether it is
	TroubleDiskFull     = "disk_full"     // nothing can be written
)

// DeviceTroubles are the words that a device may say of itself. What the hall finds is not for devices to claim: clerks would
// confirm a clock that is right, or look for a paper that is there.
var DeviceTroubles = []string{
	"printer_offline", "paper_low", "paper_out", "cover_open", "cutter", "printer_fatal", "scanner_gone",
	"sound_failed", "area_unknown", "stale",
}

// Outcomes of printing a ticket (devices/printer).
const (
	Printed      = "printed"
	NotPrinted   = "not_printed"
	PrintUnknown = "unknown"
)

// Report is how a device feels.
type Report struct {
	Version, Printer, Scanner string
	Troubles                  []string // stable words, none when all is well
}

const maxTroubles = 16 // of one device, as the API says

// Printed notes what became of a ticket's paper; a failed one becomes a trouble that clerks see, until the ticket is
// printed again, called, or over. evidence and reason are logged only.
//
// Refusals: NotFound, Invalid (outcome).
func (h *Hall) Printed(ctx context.Context, cmd Command, ticket, outcome, evidence, reason string) error {
	args := []string{ticket, outcome, evidence, reason}
	return h.do(ctx, cmd, "printed", args, func(c *change) error {
		if err := c.may(Device, Staff, Operator); err != nil {
			return err
		}
		words := map[string]string{Printed: "", NotPrinted: TroubleNotPrinted, PrintUnknown: TroublePrintUnknown}
		word, known := words[outcome]
		if !known {
			return invalid("outcome")
		}
		t, err := c.find(ticket)
		if err != nil {
			return err
		}
		if err := c.paperSettled(t.ID); err != nil {
			return err
		}
		t.Print = outcome
		if err := c.putTicket(t); err != nil {
			return err
		}
		h.cfg.Log.Info("ticket printed", "number", t.Number(), "outcome", outcome, "evidence", evidence, "reason", reason)
		if word == "" || t.State != queue.Waiting || !t.Called.IsZero() {
			return nil
		}
		p := Paper{Ticket: t.ID, Number: t.Number(), Device: c.actor.ID, Word: word, Since: c.now}
		c.events = append(c.events, Event{Type: EventTrouble, Device: p.Device, Trouble: p.Word, Number: p.Number})
		return c.tx.PutPaper(p)
	})
}

// paperSettled ends the trouble about a ticket's paper, if there was any.
func (c *change) paperSettled(ticket string) error {
	p, was, err := c.tx.DropPaper(ticket)
	if was {
		c.events = append(c.events, Event{Type: EventWell, Device: p.Device, Trouble: p.Word, Number: p.Number})
	}
	return err
}

// Report is a device's heartbeat. Events tell only what has changed. Refusals: NotAllowed, NotFound when it is not paired,
// Invalid (troubles).
func (h *Hall) Report(ctx context.Context, cmd Command, r Report) error {
	return h.do(ctx, cmd, "report", r, func(c *change) error {
		if err := c.may(Device); err != nil {
			return err
		}
		d, found, err := c.tx.Device(c.actor.ID)
		switch {
		case err != nil:
			return err
		case !found:
			return notFound()
		case len(r.Troubles) > maxTroubles, !knownWords(r.Troubles):
			return invalid("troubles")
		}
		before := d.words()
		d.Seen, d.Silent = c.now, false
		d.Version, d.Printer, d.Scanner, d.Troubles = r.Version, r.Printer, r.Scanner, r.Troubles
		return c.putDevice(d, before)
	})
}

func knownWords(words []string) bool {
	return !slices.ContainsFunc(words, func(w string) bool { return !slices.Contains(DeviceTroubles, w) })
}

// words are all troubles of a device, silence included.
func (d DeviceInfo) words() []string {
	words := slices.Clone(d.Troubles)
	if d.Silent {
		words = append(words, TroubleSilent)
	}
	slices.Sort(words)
	return slices.Compact(words)
}

// putDevice writes a device and tells what has got worse, and what well again.
func (c *change) putDevice(d DeviceInfo, before []string) error {
	d.since(c.now)
	after := d.words()
	tell := func(kind string, from, to []string) {
		for _, w := range to {
			if !slices.Contains(from, w) {
				c.events = append(c.events, Event{Type: kind, Device: d.ID, Trouble: w})
			}
		}
	}
	tell(EventTrouble, before, after)
	tell(EventWell, after, before)
	return c.tx.PutDevice(d)
}

// markSilent marks devices that have not reported for 45 s. It looks first, so that quiet hours write nothing.
func (h *Hall) markSilent(ctx context.Context) error {
	quiet := func(s *scene) ([]DeviceInfo, error) {
		all, err := s.tx.Devices()
		return slices.DeleteFunc(all, func(d DeviceInfo) bool {
			return d.Silent || s.now.Sub(d.Seen) < silentAfter
		}), err
	}
	var found bool
	err := h.view(ctx, func(s *scene) error {
		devices, err := quiet(s)
		found = len(devices) > 0
		return err
	})
	if err != nil || !found {
		return err
	}
	return h.update(ctx, Actor{Kind: System}, func(c *change) error {
		devices, err := quiet(&c.scene)
		if err != nil {
			return err
		}
		for _, d := range devices {
			before := d.words()
			d.Silent = true
			if err := c.putDevice(d, before); err != nil {
				return err
			}
		}
		return nil
	})
}

// Devices that are paired, with their troubles, by name.
func (h *Hall) Devices(ctx context.Context) ([]DeviceInfo, error) {
	var devices []DeviceInfo
	err := h.view(ctx, func(s *scene) error {
		var err error
		devices, err = s.tx.Devices()
		return err
	})
	return devices, err
}

// Troubles now, newest first.
func (h *Hall) Troubles(ctx context.Context) ([]Trouble, error) {
	var troubles []Trouble
	err := h.view(ctx, func(s *scene) error {
		var err error
		troubles, err = s.troubles()
		return err
	})
	return troubles, err
}

func (s *scene) troubles() ([]Trouble, error) {
	var all []Trouble
	if s.clock.Trouble != "" {
		all = append(all, Trouble{Device: hallDevice, Name: hallDevice, Word: s.clock.Trouble, Since: s.clock.Since})
	}
	if since := s.h.FullSince(); !since.IsZero() {
		all = append(all, Trouble{Device: hallDevice, Name: hallDevice, Word: TroubleDiskFull, Since: since})
	}
	devices, err := s.tx.Devices()
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	for _, d := range devices {
		names[d.ID] = d.Name
		for _, w := range d.words() {
			all = append(all, Trouble{Device: d.ID, Name: d.Name, Word: w, Since: d.Since[w]})
		}
	}
	papers, err := s.tx.Papers()
	if err != nil {
		return nil, err
	}
	for _, p := range papers {
		name := cmp.Or(names[p.Device], p.Device)
		all = append(all, Trouble{Device: p.Device, Name: name, Word: p.Word, Number: p.Number, Since: p.Since})
	}
	slices.SortStableFunc(all, func(a, b Trouble) int { return b.Since.Compare(a.Since) })
	return all, nil
}

// since keeps when each trouble began.
func (d *DeviceInfo) since(now time.Time) {
	began := map[string]time.Time{}
	for _, w := range d.words() {
		began[w] = now
		if t, known := d.Since[w]; known {
			began[w] = t
		}
	}
	d.Since = began
}
