//go:build e2e

package e2e

import (
	"context"
	"testing"
	"time"

	"westerkappeln.de/wartemarke/internal/wire"
)

// BenchmarkCallToPixel measures from a clerk's request for the next number to the first changed pixel on the board, and beside
// it how long a bare Fyne window takes from a byte on a pipe to the first changed pixel. Target: 1.5 times that.
func BenchmarkCallToPixel(b *testing.B) {
	const calls, warm = 30, 3
	load(b)
	programs(b)
	h := newHall(b)
	h.boardX = startScreen(b, 1920, 1080)
	floorX := startScreen(b, 1920, 1080)
	bare := startFloor(b, buildFloor(b), "window", floorX.Display)
	ctx := context.Background()
	must(b, h.api.OpenCounter(ctx, h.key(), "12"))
	for range calls + warm {
		_, err := h.api.TakeTicket(ctx, h.key(), wire.TakeTicket{Service: "geburtsurkunde"})
		must(b, err)
	}
	h.startDisplay()

	// Where the number stands on both: not the lines at the bottom with the waiting people and the clock.
	board := &region{x: h.boardX, x1: 1920, y1: 800}
	plain := &region{x: floorX, x1: 1920, y1: 800}
	board.settle(b, time.Second)
	plain.settle(b, time.Second)
	var ours, answers, floors []float64
	b.ResetTimer()
	for range b.N {
		for i := range calls + warm {
			plain.note()
			began := time.Now()
			_, err := bare.stdin.Write([]byte{'x'})
			must(b, err)
			least := plain.change(b).Sub(began)

			board.note()
			answered := make(chan time.Duration, 1)
			began = time.Now()
			var ticket wire.Ticket
			go func() {
				ticket, err = h.api.Next(ctx, h.key(), "12", wire.Next{})
				answered <- time.Since(began)
			}()
			took := board.change(b).Sub(began)
			answer := <-answered
			must(b, err)
			if i >= warm {
				ours, floors, answers = append(ours, ms(took)), append(floors, ms(least)), append(answers, ms(answer))
			}
			_, err = h.api.Act(ctx, h.key(), ticket.ID, "finish", wire.TicketAction{Counter: "12"})
			must(b, err)
			board.settle(b, 700*time.Millisecond) // the number blinks, at most three times a second
		}
	}
	b.StopTimer()
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(median(ours), "ms-median")
	b.ReportMetric(p95(ours), "ms-p95")
	b.ReportMetric(median(floors), "ms-floor-median")
	b.ReportMetric(p95(floors), "ms-floor-p95")
	b.ReportMetric(median(ours)/median(floors), "ratio-to-floor")
	b.Logf("call → pixel: median %.1f ms, p95 %.1f; the request itself: median %.1f, p95 %.1f; bare window: median %.1f, p95 %.1f",
		median(ours), p95(ours), median(answers), p95(answers), median(floors), p95(floors))
	verdict(b, "call → first changed pixel / bare window, medians", median(ours)/median(floors), 1.5, "×")
}
