//go:build e2e

package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"sync"
	"testing"
	"time"
)

// BenchmarkRaceForSlots: 2,000 citizens want 100 slots at once, over HTTP, each from an address of his own. Exactly 100 get one.
func BenchmarkRaceForSlots(b *testing.B) {
	const citizens, times, lanes = 2000, 50, 2
	for b.Loop() {
		h := newHall(b)
		morning := time.Date(2026, 11, 26, 8, 0, 0, 0, berlin())
		client := &http.Client{Transport: &http.Transport{MaxConnsPerHost: 256, MaxIdleConnsPerHost: 256}, Timeout: 2 * patience}
		var all sync.WaitGroup
		var mu sync.Mutex
		answers, took := map[int]int{}, []float64{}
		start := make(chan struct{})
		for i := range citizens {
			body, err := json.Marshal(map[string]any{
				"services": []map[string]any{{"id": "personalausweis"}}, "start": morning.Add(time.Duration(i%times) * 15 * time.Minute),
				"name": fmt.Sprintf("Citizen %d", i), "mail": fmt.Sprintf("c%d@example.org", i),
			})
			must(b, err)
			all.Go(func() {
				<-start
				began := time.Now()
				req, err := http.NewRequest(http.MethodPost, "http://"+h.public+"/api/v1/public/appointments", bytes.NewReader(body))
				if err != nil {
					b.Error(err)
					return
				}
				req.Header.Set("Content-Type", "application/json")
				req.Header.Set("X-Forwarded-For", fmt.Sprintf("203.%d.%d.7", i/250, i%250))
				resp, err := client.Do(req)
				if err != nil {
					b.Error(err)
					return
				}
				_, _ = io.Copy(io.Discard, resp.Body) // only the status counts
				resp.Body.Close()
				mu.Lock()
				defer mu.Unlock()
				answers[resp.StatusCode]++
				took = append(took, float64(time.Since(began).Milliseconds()))
			})
		}
		began := time.Now()
		close(start)
		all.Wait()
		if answers[http.StatusCreated] != times*lanes || answers[http.StatusConflict] != citizens-times*lanes {
			b.Fatalf("answers %v", answers)
		}
		b.ReportMetric(float64(times*lanes), "sold")
		b.ReportMetric(time.Since(began).Seconds(), "s-for-2000")
		b.ReportMetric(median(took), "ms-median")
		b.ReportMetric(p95(took), "ms-p95")
	}
}
