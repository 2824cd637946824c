package booking

import (
	"testing"
	"time"

	"westerkappeln.de/wartemarke/internal/catalogue"
)

// A month with 10,000 taken places, in the 25 lanes of an office and in a group.
func BenchmarkFreeDays(b *testing.B) {
	loc := berlin(b)
	o := bookable(workdays, "07:30", "18:00", 25)
	o.SlotMinutes, o.BufferMinutes, o.StaffOnly = 5, 5, 3
	cat := offices(o)
	cat.Groups = []catalogue.Group{{ID: "raum", Services: []string{"ausweis"}, Capacity: 20}}
	now := local(b, "2026-11-01 12:00")
	var taken []Place
	for n := 0; len(taken) < 10_000; n++ {
		start := local(b, "2026-11-02 07:30").AddDate(0, 0, n/25%30).Add(time.Duration(n/750*35+n%7) * time.Minute)
		for _, pool := range Pools(cat, want("ausweis").Services) {
			taken = append(taken, Place{Pool: pool, Lane: n % 25, From: start, To: start.Add(20 * time.Minute)})
		}
	}
	w, free := want("ausweis"), 0
	for b.Loop() {
		free = 0
		for _, d := range DefaultRules().FreeDays(cat, loc, w, "2026-11-01", "2026-11-30", now, taken) {
			free += d.Free
		}
	}
	if free == 0 {
		b.Error("nothing is free")
	}
	b.ReportMetric(float64(free), "free")
}
