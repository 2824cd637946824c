package queue_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"westerkappeln.de/wartemarke/internal/queue"
)

var durations = map[string]time.Duration{"pass": 10 * time.Minute, "ausweis": 20 * time.Minute}

func open(id string, services ...string) queue.Seat {
	return queue.Seat{ID: id, Services: services, Open: true}
}

func closed(id string, services ...string) queue.Seat {
	return queue.Seat{ID: id, Services: services}
}

// line is n people with the same service, one after the other.
func line(n int, service string) []queue.Ticket {
	tickets := make([]queue.Ticket, n)
	for i := range tickets {
		tickets[i] = waiting(i+1, float64(i), float64(i)+45, service)
	}
	return tickets
}

func TestEstimate(t *testing.T) {
	atCounter := func(s queue.State, since float64) queue.Ticket {
		return with(waiting(90, 0, 45, "pass"), func(t *queue.Ticket) {
			t.State, t.Counter, t.Called, t.Served = s, "c1", at(since), at(since)
		})
	}
	tests := []struct {
		name string
		load queue.Load
		id   string // newcomer for pass, due 45 min after 60, if ""
		want queue.Wait
	}{
		{"nobody else", queue.Load{Seats: []queue.Seat{open("c1", "pass")}}, "", queue.Wait{Low: 0, High: 5}},
		{"the first", queue.Load{Tickets: line(5, "pass"), Seats: []queue.Seat{open("c1", "pass")}}, "t1", queue.Wait{Low: 0, High: 5}},
		{"the third: 20 min", queue.Load{Tickets: line(5, "pass"), Seats: []queue.Seat{open("c1", "pass")}}, "t3", queue.Wait{Low: 15, High: 30, Ahead: 2}},
		{"after ten: 100 min", queue.Load{Tickets: line(10, "pass"), Seats: []queue.Seat{open("c1", "pass")}}, "", queue.Wait{Low: 70, High: 140, Ahead: 10}},
		{"two counters: 50 min", queue.Load{Tickets: line(10, "pass"), Seats: []queue.Seat{open("c1", "pass"), open("c2", "pass")}}, "",
			queue.Wait{Low: 35, High: 70, Ahead: 10}},
		{"only open counters count", queue.Load{Tickets: line(10, "pass"), Seats: []queue.Seat{open("c1", "pass"), closed("c2", "pass")}}, "",
			queue.Wait{Low: 70, High: 140, Ahead: 10}},
		{"others' service", queue.Load{Tickets: line(10, "hund"), Seats: []queue.Seat{open("c1", "pass"), open("c2", "hund")}}, "",
			queue.Wait{Low: 0, High: 5}},
		{"others' service at the same counter, unknown duration", queue.Load{Tickets: line(10, "hund"), Seats: []queue.Seat{open("c1", "pass", "hund")}}, "",
			queue.Wait{Low: 70, High: 140, Ahead: 10}},
		{"just called: 10 min", queue.Load{Tickets: []queue.Ticket{atCounter(queue.Called, 60)}, Seats: []queue.Seat{open("c1", "pass")}}, "",
			queue.Wait{Low: 5, High: 15}},
		{"served for 4 min: 6 min", queue.Load{Tickets: []queue.Ticket{atCounter(queue.Serving, 56)}, Seats: []queue.Seat{open("c1", "pass")}}, "",
			queue.Wait{Low: 5, High: 10}},
		{"served for too long: soon", queue.Load{Tickets: []queue.Ticket{atCounter(queue.Serving, 0)}, Seats: []queue.Seat{open("c1", "pass")}}, "",
			queue.Wait{Low: 0, High: 5}},
		{"served for too long, and one before: 11 min", queue.Load{Tickets: append(line(1, "pass"), atCounter(queue.Serving, 0)),
			Seats: []queue.Seat{open("c1", "pass")}}, "", queue.Wait{Low: 10, High: 15, Ahead: 1}},
		{"came late to the call, served for 2 min: 8 min", queue.Load{Tickets: []queue.Ticket{
			with(atCounter(queue.Serving, 58), func(t *queue.Ticket) { t.Called = at(50) }),
		}, Seats: []queue.Seat{open("c1", "pass")}}, "", queue.Wait{Low: 5, High: 10}},
		{"no counter open: as if one was", queue.Load{Tickets: line(10, "pass"), Seats: []queue.Seat{closed("c1", "pass"), closed("c2", "pass")}}, "",
			queue.Wait{Low: 70, High: 140, Ahead: 10, Unserved: true}},
		{"no counter at all", queue.Load{Tickets: line(2, "pass")}, "", queue.Wait{Low: 15, High: 30, Ahead: 2, Unserved: true}},
		{"an assumed counter helps nobody else", queue.Load{Tickets: append(line(10, "pass"), waiting(20, 0, 10, "hund")),
			Seats: []queue.Seat{open("c1", "pass"), closed("c2", "pass", "hund")}}, "", queue.Wait{Low: 70, High: 140, Ahead: 10}},
		{"one assumed counter for two services", queue.Load{Tickets: []queue.Ticket{waiting(1, 0, 10, "ausweis"), waiting(2, 0, 20, "hund")},
			Seats: []queue.Seat{closed("c2", "ausweis", "hund")}}, "t2", queue.Wait{Low: 15, High: 30, Ahead: 1, Unserved: true}},
		{"a locked one goes behind: 10 min", queue.Load{Tickets: []queue.Ticket{
			with(waiting(1, 0, 5, "pass"), func(t *queue.Ticket) { t.LockedUntil = at(63) }), waiting(2, 0, 50, "pass"),
		}, Seats: []queue.Seat{open("c1", "pass")}}, "t1", queue.Wait{Low: 5, High: 15}},
		{"alone and locked", queue.Load{Tickets: []queue.Ticket{
			with(waiting(1, 0, 5, "pass"), func(t *queue.Ticket) { t.LockedUntil = at(65) }),
		}, Seats: []queue.Seat{open("c1", "pass")}}, "t1", queue.Wait{Low: 5, High: 5}},
		{"wanted at a busy counter: 10 min", queue.Load{Tickets: []queue.Ticket{
			atCounter(queue.Called, 60), with(waiting(1, 0, 5, "pass"), func(t *queue.Ticket) { t.Wanted = "c1" }),
		}, Seats: []queue.Seat{open("c1", "pass"), open("c2", "pass")}}, "t1", queue.Wait{Low: 5, High: 15}},
		{"all services in one go: 10 + 2·20 min", queue.Load{Tickets: []queue.Ticket{
			with(waiting(1, 0, 5, "pass"), func(t *queue.Ticket) {
				t.Services = []queue.Visit{{ID: "pass", Quantity: 1}, {ID: "ausweis", Quantity: 2}, {ID: "hund", Quantity: 1}, {ID: "pass2", Done: true}}
			}),
		}, Seats: []queue.Seat{open("c1", "pass", "ausweis", "pass2")}}, "", queue.Wait{Low: 35, High: 70, Ahead: 1}},
		{"not waiting", queue.Load{Tickets: []queue.Ticket{atCounter(queue.Called, 60)}, Seats: []queue.Seat{open("c1", "pass")}}, "t90", queue.Wait{}},
		{"unknown", queue.Load{}, "t5", queue.Wait{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.load.Durations = durations
			if got := rules.Estimate(tt.load, tt.id, "pass", at(105), at(60)); got != tt.want {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
}

func TestANewcomerWithAnEarlyDueTimeWaitsLess(t *testing.T) {
	tickets := slices.Grow(line(10, "pass"), 1)
	load := queue.Load{Tickets: tickets, Seats: []queue.Seat{open("c1", "pass")}, Durations: durations}
	if got, want := rules.Estimate(load, "", "pass", at(47), at(40)), (queue.Wait{Low: 20, High: 40, Ahead: 3}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if spare := load.Tickets[:11]; spare[10].Num != 0 {
		t.Error("the newcomer was left in the load")
	}
}

func drawLoad(t *rapid.T) queue.Load {
	load := queue.Load{Tickets: drawLine(t), Durations: durations}
	for i := range load.Tickets {
		x := &load.Tickets[i]
		x.Priority = rapid.IntRange(0, 2).Draw(t, "priority")
		x.Wanted = rapid.SampledFrom([]string{"", "", "", "c1", "c9"}).Draw(t, "wanted")
		if rapid.IntRange(0, 4).Draw(t, "locked") == 0 {
			x.LockedUntil = at(float64(rapid.IntRange(50, 70).Draw(t, "until")))
		}
	}
	for i := range rapid.IntRange(0, 4).Draw(t, "seats") {
		load.Seats = append(load.Seats, queue.Seat{
			ID: fmt.Sprintf("c%d", i+1), Open: rapid.Bool().Draw(t, "open"),
			Services: rapid.SliceOfDistinct(rapid.SampledFrom(services), rapid.ID[string]).Draw(t, "serves"),
		})
	}
	for _, s := range load.Seats {
		if rapid.Bool().Draw(t, "busy") {
			load.Tickets = append(load.Tickets, with(waiting(500+len(load.Tickets), 0, 45, "pass"), func(t *queue.Ticket) {
				t.State, t.Counter, t.Called, t.Served = queue.Serving, s.ID, at(55), at(56)
			}))
		}
	}
	return load
}

func TestEveryWaitIsARange(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		load := drawLoad(t)
		all := rules.EstimateAll(load, at(60))
		n := 0
		for _, x := range load.Tickets {
			if x.State != queue.Waiting {
				continue
			}
			n++
			w, ok := all[x.ID]
			if !ok || w.Low < 0 || w.Low > w.High || w.High < 5 || w.Low%5 != 0 || w.High%5 != 0 || w.Ahead < 0 || w.Ahead > len(load.Tickets)-1 {
				t.Fatalf("%s: %+v", x.ID, w)
			}
			if one := rules.Estimate(load, x.ID, "", time.Time{}, at(60)); one != w {
				t.Fatalf("%s alone: %+v, among all %+v", x.ID, one, w)
			}
		}
		if len(all) != n {
			t.Fatalf("%d estimates for %d who wait", len(all), n)
		}
		load.Tickets = rapid.Permutation(load.Tickets).Draw(t, "order in the store")
		if again := rules.EstimateAll(load, at(60)); !maps.Equal(all, again) {
			t.Fatalf("%v, and in another order %v", all, again)
		}
	})
}

// At one counter, whoever comes later in the calling order does not wait less, and nobody waits less for one more ahead.
func TestLaterInLineNeverWaitsLess(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tickets := drawLine(t)
		load := queue.Load{Tickets: tickets, Seats: []queue.Seat{open("c1", services...)}, Durations: durations}
		rules.Sort(load.Tickets)
		all := rules.EstimateAll(load, at(60))
		last := queue.Wait{Ahead: -1}
		for _, x := range load.Tickets {
			w := all[x.ID]
			if w.Low < last.Low || w.High < last.High || w.Ahead != last.Ahead+1 {
				t.Fatalf("%+v after %+v", w, last)
			}
			last = w
		}
		load.Tickets = append(load.Tickets, waiting(900, -60, -60, "ausweis"))
		for id, w := range rules.EstimateAll(load, at(60)) {
			if id != "t900" && (w.Low < all[id].Low || w.High < all[id].High || w.Ahead != all[id].Ahead+1) {
				t.Fatalf("%s: %+v, and with one more ahead %+v", id, all[id], w)
			}
		}
	})
}

func TestNobodyIsPromisedAClosedCounter(t *testing.T) {
	for _, c := range []struct {
		w         queue.Wait
		low, high int
	}{
		{queue.Wait{Low: 10, High: 20}, 10, 20},
		{queue.Wait{Low: 10, High: 20, Unserved: true}, 0, 0},
	} {
		if low, high := c.w.Promise(); low != c.low || high != c.high {
			t.Errorf("%+v promises %d–%d", c.w, low, high)
		}
	}
}
