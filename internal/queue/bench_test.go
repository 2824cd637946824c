package queue_test

import (
	"testing"
	"time"

	"westerkappeln.de/wartemarke/internal/queue"
)

// busy is far more than a town hall sees: 500 people waiting at ten counters.
func busy() queue.Load {
	load := queue.Load{Durations: durations}
	for i := range 500 {
		load.Tickets = append(load.Tickets, waiting(i+1, float64(i*7%90), float64(i*13%90), services[i%3]))
	}
	for i := range 10 {
		load.Seats = append(load.Seats, open(string(rune('a'+i)), services[i%3], services[(i+1)%3]))
	}
	return load
}

func BenchmarkNext(b *testing.B) {
	load := busy()
	for b.Loop() {
		if _, err := rules.Next(load.Tickets, load.Seats[0], at(90)); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEstimate(b *testing.B) {
	load := busy()
	for b.Loop() {
		rules.Estimate(load, "", "pass", at(135), at(90))
	}
}

func BenchmarkEstimateAll(b *testing.B) {
	load := busy()
	for b.Loop() {
		rules.EstimateAll(load, at(90))
	}
}

func BenchmarkEndOfDay(b *testing.B) {
	loc, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		queue.EndOfDay("2026-10-25", loc)
	}
}
