package queue_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"westerkappeln.de/wartemarke/internal/queue"
)

func durationsOf(minutes ...float64) []time.Duration {
	var ds []time.Duration
	for _, m := range minutes {
		ds = append(ds, time.Duration(m*float64(time.Minute)))
	}
	return ds
}

func TestLearn(t *testing.T) {
	prior := map[string]time.Duration{"pass": 15 * time.Minute}
	tests := []struct {
		name    string
		samples []time.Duration
		want    float64 // minutes
	}{
		{"nothing yet", nil, 15},
		{"four are too few", durationsOf(5, 5, 5, 5), 15},
		{"five", durationsOf(8, 8, 8, 8, 8), 8},
		{"forgotten over lunch", durationsOf(8, 10, 12, 90, 10), 32. / 3},
		{"finished by mistake", durationsOf(0, -3, 8, 8, 8, 8), 15},
		{"some take long", durationsOf(5, 5, 5, 5, 5, 5, 25, 25, 25, 25), 12.5},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := queue.Learn(prior, map[string][]time.Duration{"pass": tt.samples})
			want := map[string]time.Duration{"pass": time.Duration(tt.want * float64(time.Minute)).Round(time.Second)}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestLearnAServiceWithoutAPlan(t *testing.T) {
	got := queue.Learn(nil, map[string][]time.Duration{"hund": durationsOf(4, 4, 4, 4, 4), "pass": durationsOf(4)})
	if diff := cmp.Diff(map[string]time.Duration{"hund": 4 * time.Minute}, got); diff != "" {
		t.Error(diff)
	}
}

func TestLearnedIsBetweenShortestAndLongest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		samples := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) time.Duration {
			return time.Duration(rapid.IntRange(1, 7200).Draw(t, "seconds")) * time.Second
		}), 5, 60).Draw(t, "samples")
		before := append([]time.Duration(nil), samples...)
		got := queue.Learn(nil, map[string][]time.Duration{"pass": samples})["pass"]
		low, high := samples[0], samples[0]
		for _, d := range samples {
			low, high = min(low, d), max(high, d)
		}
		if got < low || got > high {
			t.Fatalf("%v is not within %v to %v", got, low, high)
		}
		if diff := cmp.Diff(before, samples); diff != "" {
			t.Fatalf("the samples were changed: %s", diff)
		}
	})
}
