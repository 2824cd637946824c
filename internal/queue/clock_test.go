package queue_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"westerkappeln.de/wartemarke/internal/queue"
)

func TestWatch(t *testing.T) {
	const unknown = -1 * time.Second
	min := func(n float64) time.Duration { return time.Duration(n * float64(time.Minute)) }
	tests := []struct {
		name    string
		now     float64 // minutes after last
		elapsed time.Duration
		use     float64
		trouble string
	}{
		{"all well", 5, min(5), 5, ""},
		{"no time at all", 0, 0, 0, ""},
		{"a little fast", 5.5, min(5), 5.5, ""},
		{"just an hour ahead", 65, min(5), 65, ""},
		{"more than an hour ahead", 65.1, min(5), 5, queue.ClockAhead},
		{"a day ahead", 24 * 60, 0, 0, queue.ClockAhead},
		{"a quiet night", 14 * 60, min(14 * 60), 14 * 60, ""},
		{"switched off over night", 14 * 60, unknown, 14 * 60, ""},
		{"a second back", -1. / 60, 0, 0, ""},
		{"a minute back", -1, 0, 0, ""},
		{"more than a minute back", -1.1, 0, 0, queue.ClockBehind},
		{"two hours back, after ten minutes", -110, min(10), 5, queue.ClockBehind},
		{"two hours back, and caught up", 119.5, min(120), 119.5, ""},
		{"two minutes back while an hour passed", 58, min(60), 58, queue.ClockBehind},
		{"back, after a start", -60, unknown, 0, queue.ClockBehind},
		{"a little back, after a start", -0.5, unknown, 0, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			use, trouble := rules.Watch(noon, at(tt.now), tt.elapsed)
			if !use.Equal(at(tt.use)) || trouble != tt.trouble {
				t.Errorf("use %v, %q; want %v, %q", use, trouble, at(tt.use), tt.trouble)
			}
		})
	}
}

func TestWatchOfANewStore(t *testing.T) {
	for _, elapsed := range []time.Duration{-1, 0, time.Hour} {
		if use, trouble := rules.Watch(time.Time{}, noon, elapsed); !use.Equal(noon) || trouble != "" {
			t.Errorf("use %v, %q", use, trouble)
		}
	}
}

// A day does not roll over by a jump of the clock, until somebody confirms it.
func TestTheDayWaitsForAConfirmation(t *testing.T) {
	last, jumped := noon, noon.Add(20*time.Hour)
	for range 10 {
		var trouble string
		last, trouble = rules.Watch(last, jumped, time.Second)
		jumped = jumped.Add(time.Second)
		if day := queue.DayOf(last, time.UTC); trouble != queue.ClockAhead || day != "2026-11-23" {
			t.Fatalf("%q, it is %s", trouble, day)
		}
	}
	confirmed, trouble := rules.Watch(jumped, jumped, 0)
	if !confirmed.Equal(jumped) || trouble != "" {
		t.Errorf("confirmed as last: %v, %q", confirmed, trouble)
	}
	confirmed, trouble = rules.Watch(last, jumped, -1)
	if !confirmed.Equal(jumped) || trouble != "" {
		t.Errorf("confirmed by an unknown elapsed time: %v, %q", confirmed, trouble)
	}
	right, trouble := rules.Watch(last, last.Add(time.Second), time.Second)
	if !right.Equal(last.Add(time.Second)) || trouble != "" {
		t.Errorf("set right: %v, %q", right, trouble)
	}
}

// However the clock jumps, time never goes back and never runs more than an hour ahead of the monotonic clock in one
// step; and once the clock runs true again, the trouble ends.
func TestTimeNeverGoesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		real, offset := noon, time.Duration(0)
		last, started := noon, false
		for range rapid.IntRange(1, 50).Draw(t, "steps") {
			elapsed := time.Duration(rapid.Int64Range(0, int64(20*time.Minute)).Draw(t, "elapsed"))
			real = real.Add(elapsed)
			if rapid.IntRange(0, 5).Draw(t, "jump") == 0 {
				offset = time.Duration(rapid.Int64Range(int64(-30*time.Hour), int64(30*time.Hour)).Draw(t, "offset"))
			}
			use, _ := rules.Watch(last, real.Add(offset), elapsed)
			if use.Before(last) {
				t.Fatalf("from %v back to %v", last, use)
			}
			if started && use.Sub(last) > elapsed+time.Hour {
				t.Fatalf("from %v to %v in %v", last, use, elapsed)
			}
			last, started = use, true
		}
		clock := last.Add(-time.Duration(rapid.Int64Range(0, int64(3*time.Hour)).Draw(t, "behind")))
		trouble := ""
		for range 8 * 60 {
			clock = clock.Add(time.Minute)
			last, trouble = rules.Watch(last, clock, time.Minute)
		}
		if trouble != "" || !last.Equal(clock) {
			t.Fatalf("%q, the clock is at %v and the time used %v", trouble, clock, last)
		}
	})
}
