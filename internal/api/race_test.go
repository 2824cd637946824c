package api_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"westerkappeln.de/wartemarke/internal/wire"
)

// Two thousand citizens, each from an address of their own, race for a hundred slots: fifty times of two lanes. A hundred get
// one, nobody two, no slot is sold twice, and all others are told that theirs is taken.
func TestRaceForSlots(t *testing.T) {
	const citizens, times, lanes = 2000, 50, 2
	w := newTown(t)
	transport := &http.Transport{MaxConnsPerHost: 200, MaxIdleConnsPerHost: 200}
	t.Cleanup(transport.CloseIdleConnections)
	start := func(i int) time.Time {
		return at(8, 0).AddDate(0, 0, i%times/25).Add(time.Duration(i%times%25) * 15 * time.Minute)
	}

	type result struct {
		status int
		body   string
	}
	results := make([]result, citizens)
	var all sync.WaitGroup
	begin := make(chan struct{})
	for i := range citizens {
		all.Go(func() {
			body, err := json.Marshal(wire.Book{Hold: ask(start(i)), Person: wire.Person{Name: fmt.Sprintf("Person %d", i), Mail: fmt.Sprintf("p%d@example.org", i)}})
			if err != nil {
				t.Error(err)
				return
			}
			r, err := http.NewRequest(http.MethodPost, w.public.URL+"/api/v1/public/appointments", strings.NewReader(string(body)))
			if err != nil {
				t.Error(err)
				return
			}
			r.Header.Set("Content-Type", "application/json")
			r.Header.Set("X-Forwarded-For", fmt.Sprintf("100.%d.%d.7", 64+i/250, i%250))
			<-begin
			resp, err := transport.RoundTrip(r)
			if err != nil {
				t.Error(err)
				return
			}
			defer resp.Body.Close()
			b, err := io.ReadAll(resp.Body)
			if err != nil {
				t.Error(err)
				return
			}
			results[i] = result{resp.StatusCode, string(b)}
		})
	}
	close(begin)
	all.Wait()

	sold, codes, got := map[time.Time]int{}, map[string]bool{}, 0
	for i, r := range results {
		var b wire.Booking
		var p wire.Problem
		switch {
		case r.status == http.StatusCreated:
			w.must(json.Unmarshal([]byte(r.body), &b))
			if b.State != "booked" || b.Code == "" || codes[b.Code] || !b.Start.Equal(start(i)) {
				t.Errorf("citizen %d: %s", i, r.body)
			}
			got++
			codes[b.Code] = true
			sold[b.Start]++
		case r.status == http.StatusConflict:
			w.must(json.Unmarshal([]byte(r.body), &p))
			if p.Code != "slot_taken" || p.Start == nil || !p.Start.Equal(start(i)) || p.Detail == "" {
				t.Errorf("citizen %d: %s", i, r.body)
			}
		default:
			t.Errorf("citizen %d: %d %s", i, r.status, r.body)
		}
	}
	if got != times*lanes || len(sold) != times {
		t.Errorf("%d got one of %d slots, at %d of %d times", got, times*lanes, len(sold), times)
	}
	people := map[string]bool{}
	for _, day := range []string{"2026-11-25", "2026-11-26"} {
		list, err := w.clerk.Appointments(t.Context(), day)
		w.must(err)
		for _, b := range list {
			if people[b.Name] || !codes[b.Code] {
				t.Errorf("%s twice, or nobody was told of %s", b.Name, b.ID)
			}
			people[b.Name] = true
		}
	}
	if len(people) != times*lanes {
		t.Errorf("the hall knows of %d", len(people))
	}
}
