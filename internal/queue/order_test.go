package queue_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"westerkappeln.de/wartemarke/internal/queue"
)

// waiting is a ticket in the queue: its number, when it came and when it is due, in minutes after noon.
func waiting(num int, arrived, due float64, service string) queue.Ticket {
	return queue.Ticket{
		ID: fmt.Sprintf("t%d", num), Day: "2026-11-23", Series: "A", Num: num, Service: service,
		Services: []queue.Visit{{ID: service, Quantity: 1}},
		State:    queue.Waiting, Arrived: at(arrived), Due: at(due), Why: queue.WhyWalkIn,
	}
}

func with(t queue.Ticket, change func(*queue.Ticket)) queue.Ticket {
	change(&t)
	return t
}

func TestNext(t *testing.T) {
	seat := queue.Seat{ID: "c1", Services: []string{"pass", "ausweis"}, Open: true}
	a := waiting(1, 0, 45, "pass")
	lock := func(until float64) func(*queue.Ticket) {
		return func(t *queue.Ticket) { t.LockedUntil = at(until) }
	}
	tests := []struct {
		name    string
		tickets []queue.Ticket
		want    int // number
		over    int
	}{
		{"the only one", []queue.Ticket{a}, 1, 0},
		{"smallest due time", []queue.Ticket{a, waiting(2, 5, 30, "ausweis")}, 2, 1},
		{"earlier arrival", []queue.Ticket{waiting(2, 1, 45, "pass"), a}, 1, 2},
		{"lower number", []queue.Ticket{waiting(2, 0, 45, "pass"), a}, 1, 2},
		{"priority", []queue.Ticket{a, with(waiting(2, 20, 65, "pass"), func(t *queue.Ticket) { t.Priority = 1 })}, 2, 1},
		{"locked", []queue.Ticket{with(a, lock(61)), waiting(2, 20, 65, "pass")}, 2, 0},
		{"no longer locked", []queue.Ticket{with(a, lock(60)), waiting(2, 20, 65, "pass")}, 1, 2},
		{"a service of others", []queue.Ticket{waiting(2, 0, 10, "hund"), a}, 1, 0},
		{"the current service decides", []queue.Ticket{a, with(waiting(2, 0, 10, "hund"), func(t *queue.Ticket) {
			t.Services = append(t.Services, queue.Visit{ID: "pass"})
		})}, 1, 0},
		{"wanted elsewhere", []queue.Ticket{a, with(waiting(2, 0, 10, "pass"), func(t *queue.Ticket) { t.Wanted = "c2" })}, 1, 0},
		{"wanted here", []queue.Ticket{a, with(waiting(2, 0, 10, "pass"), func(t *queue.Ticket) { t.Wanted = "c1" })}, 2, 1},
		{"wanted here for a service that is not", []queue.Ticket{a, with(waiting(2, 0, 10, "hund"), func(t *queue.Ticket) { t.Wanted = "c1" })}, 2, 1},
		{"only those who wait", []queue.Ticket{a, with(waiting(2, 0, 10, "pass"), func(t *queue.Ticket) { t.State = queue.Parked })}, 1, 0},
		{"the second of three", []queue.Ticket{waiting(3, 0, 50, "pass"), waiting(2, 0, 48, "pass"), a}, 1, 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := rules.Next(tt.tickets, seat, at(60))
			if err != nil {
				t.Fatal(err)
			}
			if got.Ticket.Num != tt.want || got.Over.Num != tt.over {
				t.Errorf("next is %d over %d, want %d over %d", got.Ticket.Num, got.Over.Num, tt.want, tt.over)
			}
		})
	}
}

func TestNextRefuses(t *testing.T) {
	seat := queue.Seat{ID: "c1", Services: []string{"pass"}, Open: true}
	closed := seat
	closed.Open = false
	locked := func(num int, service string, until float64) queue.Ticket {
		return with(waiting(num, 0, 45, service), func(t *queue.Ticket) { t.LockedUntil = at(until) })
	}
	tests := []struct {
		name    string
		seat    queue.Seat
		tickets []queue.Ticket
		want    queue.Refusal
	}{
		{"closed", closed, []queue.Ticket{waiting(1, 0, 45, "pass")}, queue.Refusal{Code: queue.CounterClosed, Counter: "c1"}},
		{"empty", seat, nil, queue.Refusal{Code: queue.NobodyWaiting, Counter: "c1"}},
		{"nobody for it", seat, []queue.Ticket{waiting(1, 0, 45, "hund"), inState(queue.Missed), inState(queue.Serving)},
			queue.Refusal{Code: queue.NobodyWaiting, Counter: "c1"}},
		{"all locked", seat, []queue.Ticket{locked(1, "pass", 65), locked(2, "pass", 63), locked(3, "hund", 61)},
			queue.Refusal{Code: queue.AllLocked, Counter: "c1", Until: at(63)}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := rules.Next(tt.tickets, tt.seat, at(60))
			wantRefusal(t, err, tt.want)
		})
	}
}

var services = []string{"pass", "ausweis", "hund"}

// drawLine draws a morning's waiting tickets. Whole minutes make many ties.
func drawLine(t *rapid.T) []queue.Ticket {
	n := rapid.IntRange(0, 25).Draw(t, "tickets")
	line := make([]queue.Ticket, n)
	for i := range line {
		arrived := float64(rapid.IntRange(0, 60).Draw(t, "arrived"))
		ticket := waiting(i+1, arrived, arrived+45, rapid.SampledFrom(services).Draw(t, "service"))
		switch ticket.Why = rapid.SampledFrom([]queue.Why{queue.WhyWalkIn, queue.WhyBooked, queue.WhyLate}).Draw(t, "why"); ticket.Why {
		case queue.WhyBooked: // checked in from 45 minutes before to 15 after
			ticket.Due = ticket.Arrived.Add(time.Duration(rapid.IntRange(-15, 45).Draw(t, "before")) * time.Minute)
			ticket.Booked = ticket.Due
		case queue.WhyLate:
			ticket.Due = rules.LateDue(ticket.Arrived)
		}
		line[i] = ticket
	}
	return rapid.Permutation(line).Draw(t, "line")
}

func TestSortIsRepeatedNext(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		line := drawLine(t)
		for i := range line {
			line[i].Priority = rapid.IntRange(0, 2).Draw(t, "priority")
		}
		sorted := slices.Clone(line)
		rules.Sort(sorted)
		seat := queue.Seat{ID: "c1", Services: services, Open: true}
		for i, want := range sorted {
			got, err := rules.Next(line, seat, at(60))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got.Ticket); diff != "" {
				t.Fatalf("place %d: %s", i, diff)
			}
			if i+1 < len(sorted) && got.Over.ID != sorted[i+1].ID {
				t.Fatalf("place %d is over %s, want %s", i, got.Over.ID, sorted[i+1].ID)
			}
			line = slices.DeleteFunc(line, func(t queue.Ticket) bool { return t.ID == got.Ticket.ID })
		}
	})
}

func TestNobodyUnlockedIsHidden(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		line := drawLine(t)
		for i := range line {
			line[i].Wanted = rapid.SampledFrom([]string{"", "", "c1", "c2"}).Draw(t, "wanted")
			if rapid.Bool().Draw(t, "locked") {
				line[i].LockedUntil = at(float64(rapid.IntRange(55, 70).Draw(t, "until")))
			}
		}
		seat := queue.Seat{ID: "c1", Services: rapid.SliceOfDistinct(rapid.SampledFrom(services), rapid.ID[string]).Draw(t, "serves"), Open: true}
		mine, free := 0, 0
		for _, x := range line {
			if x.Wanted == "c1" || x.Wanted == "" && slices.Contains(seat.Services, x.Service) {
				mine++
				if !x.LockedUntil.After(at(60)) {
					free++
				}
			}
		}
		got, err := rules.Next(line, seat, at(60))
		switch {
		case free > 0:
			if err != nil || got.Ticket.Locked(at(60)) || !seat.Serves(got.Ticket) {
				t.Fatalf("%d could be called, got %+v, %v", free, got.Ticket, err)
			}
		case mine > 0:
			if code := codeOf(err); code != queue.AllLocked {
				t.Fatalf("all are locked, got %q", code)
			}
		default:
			if code := codeOf(err); code != queue.NobodyWaiting {
				t.Fatalf("nobody waits, got %q", code)
			}
		}
	})
}

func codeOf(err error) queue.Code {
	if r, ok := err.(*queue.Refusal); ok {
		return r.Code
	}
	return ""
}

// Whoever overtakes a walk-in is booked within the 45 minutes after that one's arrival, came late within 30, or is a
// walk-in for a quicker service. So nobody overtakes who came more than 60 minutes later: booked for the last of those 45
// minutes and checked in 15 minutes after that, still on time.
func TestNobodyIsOvertakenByMoreThan45Minutes(t *testing.T) {
	bound := time.Duration(rules.WalkInDueMinutes) * time.Minute
	rapid.Check(t, func(t *rapid.T) {
		line := drawLine(t)
		rules.Sort(line)
		for i, later := range line {
			for _, earlier := range line[:i] { // called before later
				if !earlier.Arrived.After(later.Arrived) || later.Why == queue.WhyBooked {
					continue
				}
				if earlier.Arrived.Sub(later.Arrived) > bound+15*time.Minute {
					t.Fatalf("%s came %v after %s and overtook", earlier.Number(), earlier.Arrived.Sub(later.Arrived), later.Number())
				}
				switch earlier.Why {
				case queue.WhyWalkIn:
					t.Fatalf("walk-in %s overtook %s", earlier.Number(), later.Number())
				case queue.WhyBooked:
					if earlier.Booked.After(later.Arrived.Add(bound)) {
						t.Fatalf("booking %v overtook who came at %v", earlier.Booked, later.Arrived)
					}
				case queue.WhyLate:
					if earlier.Arrived.After(later.Arrived.Add(bound - 15*time.Minute)) {
						t.Fatalf("late %v overtook who came at %v", earlier.Arrived, later.Arrived)
					}
				}
			}
		}
	})
}

func TestBookedPeopleComeBeforeWalkInsWhoComeAfterThem(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		line := drawLine(t)
		rules.Sort(line)
		for i, second := range line {
			for _, first := range line[:i] {
				if first.Why == queue.WhyWalkIn && second.Why == queue.WhyBooked && !first.Arrived.Before(second.Arrived) &&
					second.Booked.Sub(second.Arrived) < 45*time.Minute {
					t.Fatalf("walk-in %+v came before booking %+v", first, second)
				}
			}
		}
	})
}
