package queue

import (
	"maps"
	"slices"
	"time"
)

// enoughSamples is how many visits it takes before a learned duration replaces the planned one.
const enoughSamples = 5

// Learn gives the mean duration of each service: the prior, replaced wherever there are at least 5 samples by their
// mean without the shortest and the longest tenth (at least one each). So one ticket that was forgotten over lunch does
// not count, while visits that often take long do. Samples of zero or less are left out. Nothing passed in is changed.
func Learn(prior map[string]time.Duration, samples map[string][]time.Duration) map[string]time.Duration {
	learned := make(map[string]time.Duration, len(prior)+len(samples))
	maps.Copy(learned, prior)
	for service, all := range samples {
		ds := slices.DeleteFunc(slices.Clone(all), func(d time.Duration) bool { return d <= 0 })
		if len(ds) < enoughSamples {
			continue
		}
		slices.Sort(ds)
		cut := max(1, len(ds)/10)
		ds = ds[cut : len(ds)-cut]
		var sum time.Duration
		for _, d := range ds {
			sum += d
		}
		learned[service] = (sum / time.Duration(len(ds))).Round(time.Second)
	}
	return learned
}
