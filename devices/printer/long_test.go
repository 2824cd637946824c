package printer

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"testing"
	"time"

	"westerkappeln.de/wartemarke/devices/escpos"
	"westerkappeln.de/wartemarke/devices/virtual"
)

// troubles are what may befall a ticket in the long run. Each returns how to
// make the printer well again.
var troubles = []func(v *virtual.Printer, rnd *rand.Rand) (well func() error){
	func(v *virtual.Printer, rnd *rand.Rand) func() error {
		v.PaperOutAfter(1 + rnd.IntN(500))
		return func() error { v.SetPaper(virtual.PaperOK); return nil }
	},
	func(v *virtual.Printer, rnd *rand.Rand) func() error {
		v.AtByte(1+rnd.IntN(300), func() { v.SetCover(true) })
		return func() error { v.SetCover(false); return nil }
	},
	func(v *virtual.Printer, _ *rand.Rand) func() error {
		v.Jam()
		return func() error { v.Unjam(); return nil }
	},
	func(v *virtual.Printer, rnd *rand.Rand) func() error {
		v.AtByte(1+rnd.IntN(300), v.Hangup)
		return v.Replug
	},
	func(v *virtual.Printer, rnd *rand.Rand) func() error {
		off := time.Duration(rnd.IntN(20)) * time.Millisecond
		v.AtByte(1+rnd.IntN(300), func() { v.PowerCycle(off) })
		return nil
	},
	func(v *virtual.Printer, rnd *rand.Rand) func() error { v.LoseReplies(1 + rnd.IntN(3)); return nil },
	func(v *virtual.Printer, rnd *rand.Rand) func() error {
		noise := make([]byte, rnd.IntN(40))
		for i := range noise {
			noise[i] = byte(rnd.Uint32())
		}
		v.Noise(noise)
		return nil
	},
	func(v *virtual.Printer, rnd *rand.Rand) func() error {
		on := rnd.IntN(2) == 0
		v.SplitReplies(on)
		v.DoubleReplies(!on)
		return nil
	},
	func(v *virtual.Printer, _ *rand.Rand) func() error {
		v.SetPaper(virtual.PaperLow)
		return nil
	},
	func(v *virtual.Printer, rnd *rand.Rand) func() error {
		v.AtByte(1+rnd.IntN(300), v.Fatal)
		return func() error { v.PowerCycle(5 * time.Millisecond); return nil }
	},
}

// TestLongRun prints hundreds of tickets while things go wrong, and then counts
// what lies below the printer.
func TestLongRun(t *testing.T) {
	t.Parallel()
	const tickets = 250
	rnd := rand.New(rand.NewPCG(2026, 11))
	r := setup(t, virtual.PrinterOptions{}, func(_ *Config, tm *timing) {
		tm.grace, tm.held, tm.probe, tm.confirm = 150*time.Millisecond, 400*time.Millisecond, 60*time.Millisecond, 200*time.Millisecond
	})
	r.start()
	results := make(map[string]Result)
	for n := range tickets {
		number := fmt.Sprintf("A%03d", n+1)
		r.state(StateReady)
		var well func() error
		if rnd.IntN(4) == 0 {
			well = troubles[rnd.IntN(len(troubles))](r.virtual, rnd)
		}
		ended := make(chan Result, 1)
		go func() {
			ended <- r.Print(t.Context(), Job{number, escpos.Receipt{Items: []escpos.Item{
				escpos.Text{Text: "Gemeinde Westerkappeln"},
				escpos.Text{Text: number, Width: 4, Height: 4},
				escpos.QR{Data: number, Module: 3},
				escpos.Text{Text: "Ende " + number},
			}}})
		}()
		early := rnd.IntN(2) == 0
		if well != nil && early {
			// Somebody comes at once, at whatever step the ticket is.
			if err := well(); err != nil {
				t.Fatal(err)
			}
		}
		select {
		case results[number] = <-ended:
		case <-time.After(20 * time.Second):
			t.Fatalf("%s: no result, %+v", number, r.Status())
		}
		if well != nil {
			if err := well(); err != nil {
				t.Fatal(err)
			}
		}
		r.virtual.AtByte(0, nil)
		r.virtual.LoseReplies(0)
	}
	r.state(StateReady)
	if got := r.Print(t.Context(), Job{"last", ticket("Z999")}); got.Outcome == NotPrinted {
		t.Error(got)
	}
	count(t, results, r.whole("Z999"))
}

var numbers = regexp.MustCompile(`[A-Z]\d{3}`)

// count compares what was said of each ticket with the paper.
func count(t *testing.T, results map[string]Result, pages []virtual.Page) {
	t.Helper()
	begun, whole := make(map[string]int), make(map[string]int)
	for _, p := range pages {
		on := make(map[string]int)
		for _, n := range numbers.FindAllString(p.Text, -1) {
			on[n]++
		}
		if len(on) > 1 {
			t.Errorf("numbers of several people on one page:\n%s", p.Text)
		}
		for n, times := range on {
			begun[n]++
			if times == 2 {
				whole[n]++
			}
		}
	}
	outcomes := make(map[Outcome]int)
	for n, result := range results {
		outcomes[result.Outcome]++
		if result.Outcome == Printed && (whole[n] != 1 || begun[n] != 1) {
			t.Errorf("%s is %v, and on %d pages, %d of them whole", n, result, begun[n], whole[n])
		}
		if whole[n] > 1 {
			t.Errorf("%s is on %d pages, and none is marked", n, whole[n])
		}
		if result.Outcome == NotPrinted && result.Evidence == ByNone && result.Reason == ReasonNoPrinter && begun[n] > 0 {
			t.Errorf("%s is %v, and on paper", n, result)
		}
	}
	t.Logf("%v", outcomes)
	if outcomes[Printed] < len(results)*7/10 || outcomes[Unknown] == 0 {
		t.Errorf("outcomes %v", outcomes)
	}
}
