package printer

import (
	"context"
	"strings"
	"testing"
	"time"

	"westerkappeln.de/wartemarke/devices/escpos"
	"westerkappeln.de/wartemarke/devices/port"
	"westerkappeln.de/wartemarke/devices/virtual"
)

// fault is one thing that goes wrong with a ticket.
type fault struct {
	name   string
	opts   virtual.PrinterOptions
	change func(*Config, *timing)
	before func(*rig) // before anything is plugged together
	ready  string     // the state then reached; StateReady when empty
	during func(*rig) // just before the ticket is handed in
	held   string     // the state the ticket waits in, if any
	cure   func(*rig) // done there
	want   Result
	or     string     // another reason, where the machine's speed decides
	paper  bool       // the ticket is on a page of its own in the end
	after  func(*rig) // makes the printer well again
}

func hold(d time.Duration) func(*Config, *timing) {
	return func(_ *Config, t *timing) { t.held = d }
}

func impatient(_ *Config, t *timing) { t.grace = 150 * time.Millisecond }

func patient(_ *Config, t *timing) { t.grace = 5 * time.Second }

func flow(f port.Flow) func(*Config, *timing) {
	return func(c *Config, t *timing) { c.Port.Flow = f; t.grace = 300 * time.Millisecond }
}

// noisy is a ticket with a picture that is full of real-time commands.
func noisy(number string) escpos.Receipt {
	bits := []byte{}
	for range 300 {
		bits = append(bits, 0x10, 0x14, 8, 1, 3, 20, 1, 6, 2, 8, 0x10, 5, 2, 0x10, 4, 1)
	}
	r := ticket(number)
	r.Items = append(r.Items, escpos.Image{Width: 128, Height: 300, Bits: bits})
	return r
}

var (
	fenced = Result{Printed, ByFence, ""}
	lost   = Result{Unknown, ByNone, ReasonTimeout}
)

var faults = []fault{
	{name: "none", want: fenced, paper: true, change: patient},
	{name: "silent from the start", before: func(r *rig) { r.virtual.Silent(true) }, ready: StateProbe,
		during: func(r *rig) { r.state(StateDown) },
		want:   Result{NotPrinted, ByNone, ReasonNoPrinter}, after: func(r *rig) { r.virtual.Silent(false) }},
	{name: "falls silent", during: func(r *rig) { r.virtual.Silent(true); r.state(StateDown) },
		want: Result{NotPrinted, ByNone, ReasonNoPrinter}, after: func(r *rig) { r.virtual.Silent(false) }},
	{name: "paper out before", before: func(r *rig) { r.virtual.SetPaper(virtual.PaperOut) }, ready: StateHeld,
		during: func(r *rig) { r.until("out", func(s Status) bool { return s.PaperOut }) },
		want:   Result{NotPrinted, ByNone, ReasonPaperOut}, after: func(r *rig) { r.virtual.SetPaper(virtual.PaperOK) }},
	{name: "paper out while idle", during: func(r *rig) { r.virtual.SetPaper(virtual.PaperOut); r.state(StateHeld) },
		want: Result{NotPrinted, ByNone, ReasonPaperOut}, after: func(r *rig) { r.virtual.SetPaper(virtual.PaperOK) }},
	{name: "cover open before", before: func(r *rig) { r.virtual.SetCover(true) }, ready: StateHeld,
		during: func(r *rig) { r.until("open", func(s Status) bool { return s.CoverOpen }) },
		want:   Result{NotPrinted, ByNone, ReasonCoverOpen}, after: func(r *rig) { r.virtual.SetCover(false) }},
	{name: "fatal before", before: func(r *rig) { r.virtual.Fatal() }, ready: StateHeld,
		during: func(r *rig) { r.until("broken", func(s Status) bool { return s.Fatal }) },
		want:   Result{NotPrinted, ByNone, ReasonFatal}, after: func(r *rig) { r.virtual.PowerCycle(20 * time.Millisecond) }},
	{name: "paper low", during: func(r *rig) {
		r.virtual.SetPaper(virtual.PaperLow)
		r.until("paper low", func(s Status) bool { return s.PaperLow })
	}, want: fenced, paper: true, change: patient},

	{name: "paper out in mid-ticket, renewed", during: func(r *rig) { r.virtual.PaperOutAfter(300) },
		held: StateHeld, cure: func(r *rig) { r.virtual.SetPaper(virtual.PaperOK) }, want: fenced, paper: true, change: patient},
	{name: "paper out in mid-ticket, too long", change: hold(300 * time.Millisecond), during: func(r *rig) { r.virtual.PaperOutAfter(300) },
		want: Result{NotPrinted, ByNone, ReasonPaperOut}, after: func(r *rig) { r.virtual.SetPaper(virtual.PaperOK) }},
	{name: "paper out in mid-ticket, memory lost", during: func(r *rig) { r.virtual.PaperOutAfter(300) }, change: impatient,
		held: StateHeld, cure: func(r *rig) {
			r.virtual.SetPaper(virtual.PaperOK)
			r.virtual.PowerCycle(20 * time.Millisecond)
		}, want: lost},
	{name: "paper out at the cut", change: hold(300 * time.Millisecond), during: func(r *rig) {
		r.Print(r.t.Context(), Job{"A000", ticket("A000")})
		r.virtual.PaperOutAfter(r.paper(1)[0].Dots - 5)
	}, want: Result{NotPrinted, ByNone, ReasonPaperOut}, after: func(r *rig) { r.virtual.SetPaper(virtual.PaperOK) }},
	{name: "cover opened in mid-ticket", during: func(r *rig) { r.virtual.AtByte(100, func() { r.virtual.SetCover(true) }) },
		held: StateHeld, cure: func(r *rig) { r.virtual.SetCover(false) }, want: fenced, paper: true, change: patient},
	{name: "cutter jams, cleared", during: func(r *rig) { r.virtual.Jam() },
		held: StateHeld, cure: func(r *rig) { r.virtual.Unjam() }, want: fenced, paper: true, change: patient},
	{name: "cutter jams for good", during: func(r *rig) { r.virtual.Jam() }, change: hold(300 * time.Millisecond),
		want: Result{Unknown, ByFence, ReasonCutter}, paper: true, after: func(r *rig) { r.virtual.Unjam() }},
	{name: "breaks in mid-ticket", during: func(r *rig) { r.virtual.AtByte(100, r.virtual.Fatal) },
		want: Result{Unknown, ByNone, ReasonFatal}, after: func(r *rig) { r.virtual.PowerCycle(20 * time.Millisecond) }},

	{name: "XOFF then XON", change: flow(port.FlowXONXOFF), during: func(r *rig) {
		r.virtual.XOFF()
		time.AfterFunc(100*time.Millisecond, r.virtual.XON)
	}, want: fenced, paper: true},
	{name: "XOFF for ever", change: func(c *Config, t *timing) {
		flow(port.FlowXONXOFF)(c, t)
		t.poll = 400 * time.Millisecond
	}, during: func(r *rig) {
		r.virtual.XOFF()
		// The line has taken it once the questions of an idle printer stop.
		if err := r.virtual.Wait(r.t.Context(), func() bool { return time.Since(r.virtual.LastByte()) > 500*time.Millisecond }); err != nil {
			r.t.Error(err)
		}
	},
		want: Result{NotPrinted, ByNone, ReasonTimeout}, after: func(r *rig) { r.virtual.XON() }},
	{name: "stops reading", change: impatient, during: func(r *rig) { r.virtual.StopReading(true) },
		want: lost, after: func(r *rig) { r.virtual.StopReading(false) }},
	{name: "stops reading for a while", change: patient, during: func(r *rig) {
		r.virtual.StopReading(true)
		time.AfterFunc(100*time.Millisecond, func() { r.virtual.StopReading(false) })
	}, want: fenced, paper: true},
	{name: "line gone in mid-ticket", during: func(r *rig) { r.virtual.AtByte(100, r.virtual.Hangup) },
		want: Result{Unknown, ByNone, ReasonNoPrinter}, after: replug},
	{name: "line gone before", during: func(r *rig) { r.virtual.Hangup(); r.state(StateDown) },
		want: Result{NotPrinted, ByNone, ReasonNoPrinter}, after: replug},

	{name: "proof of print lost", change: impatient, during: func(r *rig) { r.virtual.LoseReplies(2) }, want: lost, paper: true},
	{name: "proof of memory lost", change: impatient, during: func(r *rig) { r.virtual.LoseReplies(1) },
		want: Result{Unknown, ByNone, ReasonRestarted}, paper: true},
	{name: "all proofs lost", change: impatient, during: func(r *rig) { r.virtual.LoseReplies(-1) }, want: lost, paper: true,
		after: func(r *rig) { r.virtual.LoseReplies(0) }},
	{name: "replies split", change: patient, before: func(r *rig) { r.virtual.SplitReplies(true) }, want: fenced, paper: true},
	{name: "replies doubled and stale", change: patient, before: func(r *rig) { r.virtual.DoubleReplies(true) }, want: fenced, paper: true},
	{name: "replies late", change: patient, during: func(r *rig) { r.virtual.LateReplies(100 * time.Millisecond) }, want: fenced, paper: true},
	{name: "noise", change: patient, during: func(r *rig) { r.virtual.Noise([]byte("\xff\x00=\x37\x22AAAA\x81\x12")) }, want: fenced, paper: true},
	{name: "real-time bytes in a picture", change: patient, want: fenced, paper: true},
	{name: "small buffer, slow line", opts: virtual.PrinterOptions{Buffer: 45, Baud: 9600, Speed: 1000},
		change: func(c *Config, t *timing) { c.Port.Baud = 9600; patient(c, t) }, want: fenced, paper: true},
	{name: "picture with XON/XOFF", opts: virtual.PrinterOptions{Buffer: 1024, Baud: 115200, Speed: 1000, Flow: "xonxoff"},
		change: func(c *Config, t *timing) {
			c.Port = port.Config{Path: c.Port.Path, Baud: 115200, Flow: port.FlowXONXOFF}
			patient(c, t)
		}, want: fenced, paper: true},

	{name: "no proof of print", before: func(r *rig) { r.virtual.NoFence(true) }, change: patient,
		want: Result{Printed, ByStatus, ""}, paper: true},
	{name: "no answers at all", before: func(r *rig) { r.virtual.Silent(true) },
		change: func(c *Config, _ *timing) { c.Profile.Status, c.Profile.Fence, c.Profile.Speed = false, false, 2000 },
		want:   Result{Unknown, BySent, ""}, paper: true},
	{name: "answers DLE EOT only", change: func(c *Config, _ *timing) { c.Profile.Status, c.Profile.Fence, c.Profile.Speed = false, false, 2000 },
		want: Result{Printed, ByStatus, ""}, paper: true},

	{name: "power cycle in mid-picture", opts: virtual.PrinterOptions{Baud: 230400},
		change: func(c *Config, t *timing) {
			c.Profile.NativeQR, c.Port.Baud = false, 230400
			impatient(c, t)
		},
		during: func(r *rig) { r.virtual.AtByte(1500, func() { r.virtual.PowerCycle(20 * time.Millisecond) }) },
		want:   Result{Unknown, ByNone, ReasonRestarted}},
	{name: "power cycle in mid-picture, for long", opts: virtual.PrinterOptions{Baud: 230400},
		change: func(c *Config, t *timing) {
			c.Profile.NativeQR, c.Port.Baud = false, 230400
			impatient(c, t)
		},
		during: func(r *rig) { r.virtual.AtByte(1500, func() { r.virtual.PowerCycle(time.Second) }) },
		want:   lost, or: ReasonRestarted},
}

func replug(r *rig) {
	if err := r.virtual.Replug(); err != nil {
		r.t.Error(err)
	}
}

func TestFaults(t *testing.T) {
	for _, f := range faults {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			r := setup(t, f.opts, f.change)
			if f.before != nil {
				f.before(r)
			}
			r.start()
			if f.ready == "" {
				f.ready = StateReady
			}
			r.state(f.ready)
			if f.during != nil {
				f.during(r)
			}
			receipt := ticket("A001")
			if strings.Contains(f.name, "picture") {
				receipt = noisy("A001")
			}
			ended := make(chan Result, 1)
			go func() { ended <- r.Print(t.Context(), Job{"A001", receipt}) }()
			if f.held != "" {
				r.state(f.held)
				f.cure(r)
			}
			var got Result
			select {
			case got = <-ended:
			case <-time.After(20 * time.Second):
				t.Fatalf("no result; %+v", r.Status())
			}
			if f.or != "" && got.Reason == f.or {
				f.want.Reason = f.or
			}
			if got != f.want {
				t.Errorf("got %v, want %v", got, f.want)
			}
			if got == fenced && on(r.virtual.Cut(), "A001") != 1 {
				t.Error("printed, but not on a page")
			}
			r.next(f)
		})
	}
}

// next checks that the ticket after a fault comes out alone and whole.
func (r *rig) next(f fault) {
	t := r.t
	t.Helper()
	if f.after != nil {
		f.after(r)
	}
	r.state(StateReady)
	again := r.Print(t.Context(), Job{"A001", ticket("A001")})
	if f.want.Outcome != NotPrinted && again != f.want {
		t.Errorf("the same key again: %v, want %v", again, f.want)
	}
	tickets := 1
	if f.want.Outcome == NotPrinted {
		if again.Outcome != Printed {
			t.Errorf("tried again: %v", again)
		}
	}
	if got := r.Print(t.Context(), Job{"A002", ticket("A002")}); got.Outcome == NotPrinted {
		t.Errorf("the next ticket: %v", got)
	}
	pages := r.whole("A002")
	if n := on(pages, "A002"); n != 1 {
		t.Errorf("the next ticket is on %d pages", n)
	}
	n := on(pages, "A001")
	if n > tickets+1 || f.paper && n != 1 || n > 1 && f.want.Outcome != NotPrinted {
		t.Errorf("the ticket is on %d pages", n)
	}
	for _, p := range pages {
		if strings.Contains(p.Text, "A001") && strings.Contains(p.Text, "A002") {
			t.Errorf("two numbers on one page:\n%s", p.Text)
		}
	}
}

// whole waits until the page with a number was cut.
func (r *rig) whole(number string) []virtual.Page {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := r.virtual.Wait(ctx, func() bool { return on(r.virtual.Cut(), number) > 0 }); err != nil {
		r.t.Errorf("%s was never cut: %v", number, err)
	}
	return r.virtual.Cut()
}

// on counts the pages that show a number.
func on(pages []virtual.Page, number string) int {
	n := 0
	for _, p := range pages {
		if strings.Contains(p.Text, number) {
			n++
		}
	}
	return n
}
