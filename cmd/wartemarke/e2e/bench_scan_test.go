//go:build e2e

package e2e

import (
	"context"
	"testing"
	"time"

	"westerkappeln.de/wartemarke/devices/virtual"
)

// overhead is what a visit may take beside the time its bytes need on the line.
const overhead = 60 * time.Millisecond

// visit is one measured visit.
type visit struct {
	bytes             int
	first, cut, whole time.Duration // from the scanner's last byte to the first and last one to the printer, with the cut and without
}

// line is the time that bytes need at 38,400 baud, 10 bits each.
func line(bytes int) time.Duration { return time.Duration(bytes) * 10 * time.Second / 38400 }

// fastPaper takes the place of the town's printer: as fast a line, but paper that moves in no time, so that what is measured is
// the programs and the line. It keeps no pictures.
func fastPaper(b *testing.B, h *town) {
	b.Helper()
	link := h.printer.Path()
	must(b, h.printer.Close())
	p, err := virtual.NewPrinter(virtual.PrinterOptions{Link: link, Baud: 38400, Flow: "rtscts"})
	must(b, err)
	b.Cleanup(func() { p.Close() }) // as newHall does; it only unplugs
	h.printer = p
}

// visitor scans a code and waits until the hall knows that the ticket is printed.
func visitor(b *testing.B, h *town, code string) visit {
	b.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	pages, taken := len(h.printer.Cut()), h.printer.Taken()
	h.scan(code)
	began := time.Now()
	var v visit
	must(b, h.printer.Wait(ctx, func() bool {
		if v.first == 0 && h.printer.Taken() > taken {
			v.first = time.Since(began)
		}
		return len(h.printer.Cut()) > pages
	}))
	v.cut = h.printer.LastByte().Sub(began)
	v.bytes = h.printer.Taken() - taken
	printed(b, h, pages+1)
	v.whole = h.printer.LastByte().Sub(began)
	v.bytes = h.printer.Taken() - taken
	return v
}

// printed waits until the hall knows of n printed tickets.
func printed(b *testing.B, h *town, n int) {
	b.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for limit := time.After(patience); ; {
		list, err := h.api.Tickets(context.Background(), "", "")
		must(b, err)
		done := 0
		for _, t := range list {
			if t.Print == "printed" {
				done++
			}
		}
		if done >= n {
			return
		}
		select {
		case <-tick.C:
		case <-limit:
			b.Fatalf("%d tickets printed, not %d\n%s", done, n, tail(h.kiosk.output(), 2000))
		}
	}
}

// BenchmarkScanToPaper measures from the scanner's last byte to the last byte out of the printer's port, cut and its proof
// included. Target: what the bytes need on the line, and 60 ms.
func BenchmarkScanToPaper(b *testing.B) {
	const visits, warm = 50, 3
	load(b)
	programs(b)
	h := newHall(b)
	fastPaper(b, h)
	var codes []string
	for range visits + warm {
		codes = append(codes, h.book("personalausweis", 10*time.Minute))
	}
	h.kioskX = startScreen(b, 1080, 1920)
	h.startKiosk()
	screenOf(h.kioskX).settle(b, time.Second)

	var over, firsts, ratios, bytes []float64
	b.ResetTimer()
	for range b.N {
		for i, code := range codes {
			v := visitor(b, h, code)
			if i < warm {
				continue
			}
			over = append(over, ms(v.whole-line(v.bytes)))
			firsts = append(firsts, ms(v.first))
			ratios = append(ratios, float64(v.whole)/float64(line(v.bytes)+overhead))
			bytes = append(bytes, float64(v.bytes))
		}
	}
	b.StopTimer()
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(median(over), "ms-over-line-median")
	b.ReportMetric(p95(over), "ms-over-line-p95")
	b.ReportMetric(median(ratios), "ratio-to-floor")
	b.ReportMetric(p95(ratios), "ratio-to-floor-p95")
	b.Logf("%d visits of %.0f bytes (%.0f ms on the line); first byte after %.1f ms, p95 %.1f",
		visits, median(bytes), ms(line(int(median(bytes)))), median(firsts), p95(firsts))
	verdict(b, "scan → last byte, beyond the line, median", median(over), ms(overhead), "ms")
	verdict(b, "scan → last byte, beyond the line, p95", p95(over), ms(overhead), "ms")
}
