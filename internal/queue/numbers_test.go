package queue_test

import (
	"testing"

	"pgregory.net/rapid"

	"westerkappeln.de/wartemarke/internal/queue"
)

func TestNumber(t *testing.T) {
	none := func(int) bool { return false }
	all := func(int) bool { return true }
	tests := []struct {
		name string
		last int
		open func(int) bool
		want int // 0: NumbersOut
	}{
		{"new day", 0, none, 1},
		{"on", 16, none, 17},
		{"last one", 998, none, 999},
		{"wraps", 999, none, 1},
		{"wraps past open ones", 998, func(n int) bool { return n == 999 || n <= 2 }, 3},
		{"the same again if it alone is free", 17, func(n int) bool { return n != 17 }, 17},
		{"all open", 17, all, 0},
		{"below the range", -3, none, 1},
		{"above the range", 1200, none, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := queue.Number(tt.last, tt.open)
			if tt.want == 0 {
				wantRefusal(t, err, queue.Refusal{Code: queue.NumbersOut})
				return
			}
			if err != nil || got != tt.want {
				t.Errorf("got %d, %v; want %d", got, err, tt.want)
			}
		})
	}
}

// A day of people who come and go: no number is ever out twice at once, and none comes again before all have been used.
func TestNoNumberTwiceOnADay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		open := map[int]bool{}
		var given []int
		last := 0
		for range rapid.IntRange(0, 2500).Draw(t, "people") {
			n, err := queue.Number(last, func(n int) bool { return open[n] })
			if err != nil {
				t.Fatal(err)
			}
			if n < 1 || n > 999 || open[n] {
				t.Fatalf("%d after %d", n, last)
			}
			if len(given) < 999 && n != len(given)+1 {
				t.Fatalf("number %d is the day's %dth", n, len(given)+1)
			}
			open[n], last = true, n
			given = append(given, n)
			if len(open) > 20 { // one of those who are here leaves, seldom the newest
				leaves := given[len(given)-1-(n*7)%20]
				delete(open, leaves)
			}
			if len(open) > 990 {
				open = map[int]bool{}
			}
		}
	})
}

func TestNumberOnTickets(t *testing.T) {
	for num, want := range map[int]string{1: "A001", 17: "A017", 999: "A999"} {
		if got := (queue.Ticket{Series: "A", Num: num}).Number(); got != want {
			t.Errorf("%d is %s", num, got)
		}
	}
}
