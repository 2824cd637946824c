//go:build e2e

package e2e

import (
	"context"
	"fmt"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"westerkappeln.de/wartemarke/internal/wire"
)

// BenchmarkFirstPicture measures from the start of a screen's program until its first picture stands whole, and beside it a bare
// Fyne window. Target: 1.5 s.
func BenchmarkFirstPicture(b *testing.B) {
	const starts = 5
	load(b)
	programs(b)
	h := newHall(b)
	file := buildFloor(b)
	times := map[string][]float64{}
	// begin runs one program on an X server of its own, without a window manager, and ends both.
	begin := func(name string, w, hgt int, start func(x string) (*exec.Cmd, func())) {
		x := startScreen(b, w, hgt)
		h.at(noon.Add(5 * time.Second)) // no change of the minute falls into the picture
		began := time.Now()
		_, end := start(x.Display)
		at := screenOf(x).settle(b, 800*time.Millisecond)
		times[name] = append(times[name], ms(at.Sub(began)))
		end()
	}
	b.ResetTimer()
	for range b.N {
		for range starts {
			begin("bare window", 1920, 1080, func(x string) (*exec.Cmd, func()) {
				f := startFloor(b, file, "window", x)
				return f.cmd, func() { must(b, f.stdin.Close()) }
			})
			for _, s := range []struct {
				name          string
				width, height int
			}{{"kiosk", 1080, 1920}, {"display", 1920, 1080}} {
				begin(s.name, s.width, s.height, func(x string) (*exec.Cmd, func()) {
					p := h.start(s.name, x)
					return p.cmd, func() { p.end(b, syscall.SIGTERM) }
				})
			}
		}
	}
	b.StopTimer()
	b.ReportMetric(0, "ns/op")
	bare := times["bare window"]
	b.Logf("first whole picture of a bare window: median %.0f ms, p95 %.0f", median(bare), p95(bare))
	b.ReportMetric(median(bare), "ms-floor-median")
	for _, name := range []string{"kiosk", "display"} {
		t := times[name]
		b.ReportMetric(median(t), "ms-"+name+"-median")
		b.ReportMetric(p95(t), "ms-"+name+"-p95")
		b.ReportMetric(median(t)/median(bare), "ratio-"+name+"-to-floor")
		verdict(b, name+": first whole picture, median", median(t), 1500, "ms")
		verdict(b, name+": first whole picture, slowest", worst(t), 1500, "ms")
	}
}

// BenchmarkIdle measures how much of a core terminal and board need while nobody is there, at the same time as a bare Fyne
// window, in three windows of 20 s: so one of them has the two seconds a minute in which the terminal's hint moves.
// Target: the bare window and 2 points of a core.
func BenchmarkIdle(b *testing.B) {
	const windows, length = 3, 20 * time.Second
	load(b)
	programs(b)
	h := newHall(b)
	h.kioskX, h.boardX = startScreen(b, 1080, 1920), startScreen(b, 1920, 1080)
	h.startKiosk()
	h.startDisplay()
	bareX := startScreen(b, 1920, 1080)
	bare := startFloor(b, buildFloor(b), "window", bareX.Display)
	screenOf(bareX).settle(b, time.Second)
	screenOf(h.boardX).settle(b, time.Second)
	screenOf(h.kioskX).settle(b, time.Second)
	pids := map[string]int{"bare": bare.cmd.Process.Pid, "kiosk": h.kiosk.cmd.Process.Pid, "display": h.display.cmd.Process.Pid, "server": h.server.cmd.Process.Pid}
	shares := map[string][]float64{} // points: hundredths of a core
	b.ResetTimer()
	for range b.N {
		before := map[string]time.Duration{}
		for name, pid := range pids {
			before[name] = cpu(b, pid)
		}
		for range windows {
			began := time.Now()
			<-time.After(length) // what is measured is what happens in it
			for name, pid := range pids {
				now := cpu(b, pid)
				shares[name] = append(shares[name], 100*float64(now-before[name])/float64(time.Since(began)))
				before[name] = now
			}
		}
	}
	b.StopTimer()
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(median(shares["bare"]), "points-floor")
	b.Logf("idle, points of a core in each window: bare %.2f, kiosk %.2f, display %.2f, server %.2f",
		shares["bare"], shares["kiosk"], shares["display"], shares["server"])
	for _, name := range []string{"kiosk", "display"} {
		b.ReportMetric(median(shares[name]), "points-"+name)
		b.ReportMetric(worst(shares[name]), "points-"+name+"-worst")
		verdict(b, name+" at rest, points of a core, median window", median(shares[name]), median(shares["bare"])+2, "pts")
		verdict(b, name+" at rest, points of a core, worst window", worst(shares[name]), median(shares["bare"])+2, "pts")
	}
}

// BenchmarkScreensMemory lets 50 booked people scan their code, take their paper, and be called: what terminal and board then
// hold, beside a bare Fyne window that has shown as many numbers. Target: 220 MB each.
func BenchmarkScreensMemory(b *testing.B) {
	const visits = 50
	load(b)
	programs(b)
	h := newHall(b)
	fastPaper(b, h)
	h.kioskX, h.boardX = startScreen(b, 1080, 1920), startScreen(b, 1920, 1080)
	bareX := startScreen(b, 1920, 1080)
	bare := startFloor(b, buildFloor(b), "window", bareX.Display)
	var codes []string
	for range visits {
		codes = append(codes, h.book("personalausweis", 10*time.Minute))
	}
	h.startKiosk()
	h.startDisplay()
	board, plain := screenOf(h.boardX), screenOf(bareX)
	plain.settle(b, time.Second)
	board.settle(b, time.Second)
	screenOf(h.kioskX).settle(b, time.Second)
	ctx := context.Background()
	must(b, h.api.OpenCounter(ctx, h.key(), "1"))
	pids := []struct {
		name string
		pid  int
	}{{"bare", bare.cmd.Process.Pid}, {"kiosk", h.kiosk.cmd.Process.Pid}, {"display", h.display.cmd.Process.Pid}}
	tell := func(when string) {
		for _, p := range pids {
			b.Logf("%-16s %-8s %4.0f MB: %.0f its own, %.0f of files, %.0f shared; the most was %.0f", when, p.name, memory(b, p.pid, "VmRSS"),
				memory(b, p.pid, "RssAnon"), memory(b, p.pid, "RssFile"), memory(b, p.pid, "RssShmem"), memory(b, p.pid, "VmHWM"))
		}
	}
	b.ResetTimer()
	for range b.N {
		tell("at the start")
		for _, code := range codes {
			visitor(b, h, code)
			plain.note()
			_, err := bare.stdin.Write([]byte{'x'})
			must(b, err)
			plain.change(b)
			board.note()
			ticket, err := h.api.Next(ctx, h.key(), "1", wire.Next{})
			must(b, err)
			board.change(b)
			_, err = h.api.Act(ctx, h.key(), ticket.ID, "finish", wire.TicketAction{Counter: "1"})
			must(b, err)
		}
		tell(fmt.Sprintf("after %d visits", visits)) // go test prints ten lines at most
	}
	b.StopTimer()
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(memory(b, pids[0].pid, "VmRSS"), "MB-floor")
	for _, p := range pids[1:] {
		rss := memory(b, p.pid, "VmRSS")
		b.ReportMetric(rss, "MB-"+p.name)
		verdict(b, p.name+"'s memory after 50 visits", rss, 220, "MB")
	}
}
