package queue_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"westerkappeln.de/wartemarke/internal/queue"
)

func TestExplain(t *testing.T) {
	walkIn := waiting(2, 0, 45, "pass")
	because := func(num int, arrived, due float64, why queue.Why) queue.Ticket {
		return with(waiting(num, arrived, due, "pass"), func(t *queue.Ticket) { t.Why = why })
	}
	raised := func(num int, arrived, due float64, p int) queue.Ticket {
		return with(waiting(num, arrived, due, "pass"), func(t *queue.Ticket) { t.Priority = p })
	}
	tests := []struct {
		name string
		a, b queue.Ticket
		want string
	}{
		{"booked", because(9, 10, 30, queue.WhyBooked), walkIn, "booked"},
		{"late", because(9, 10, 25, queue.WhyLate), walkIn, "late"},
		{"too late", because(1, -5, 40, queue.WhyTooLate), walkIn, "too_late"},
		{"walk-in", waiting(1, -1, 44, "pass"), walkIn, "walk_in"},
		{"taken back", because(9, -30, 20, queue.WhyTakeBack), walkIn, "take_back"},
		{"raised", raised(9, 10, 55, 1), walkIn, "priority"},
		{"raised to a tie", raised(9, -5, 75, 1), walkIn, "priority"},
		{"raised, but first anyway", raised(1, -1, 44, 2), walkIn, "walk_in"},
		{"arrived earlier", waiting(9, -1, 45, "pass"), walkIn, "tie_arrival"},
		{"lower number", waiting(1, 0, 45, "pass"), walkIn, "tie_number"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := rules.Explain(tt.a, tt.b)
			want := queue.Reason{
				Code: tt.want, First: tt.a.Number(), Second: "A002", FirstDue: rules.EffectiveDue(tt.a), SecondDue: at(45),
				Arrived: tt.a.Arrived, Priority: tt.a.Priority,
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got): %s", diff)
			}
			if diff := cmp.Diff(got, rules.Explain(tt.b, tt.a)); diff != "" {
				t.Errorf("asked the other way round: %s", diff)
			}
		})
	}
}

func TestExplainTheOnlyOne(t *testing.T) {
	a := with(waiting(1, 0, 20, "pass"), func(t *queue.Ticket) { t.Why, t.Booked = queue.WhyBooked, at(20) })
	want := queue.Reason{Code: "booked", First: "A001", FirstDue: at(20), Arrived: noon, Booked: at(20)}
	if diff := cmp.Diff(want, rules.Explain(a, queue.Ticket{})); diff != "" {
		t.Error(diff)
	}
}

func TestEveryChoiceHasAReason(t *testing.T) {
	known := []string{"booked", "late", "walk_in", "priority", "tie_arrival", "tie_number"}
	rapid.Check(t, func(t *rapid.T) {
		line := drawLine(t)
		for i := range line {
			line[i].Priority = rapid.IntRange(0, 2).Draw(t, "priority")
		}
		rules.Sort(line)
		for i := range line[:max(0, len(line)-1)] {
			got := rules.Explain(line[i+1], line[i])
			if got.First != line[i].Number() || got.SecondDue.Before(got.FirstDue) || !slices.Contains(known, got.Code) {
				t.Fatalf("%+v", got)
			}
			if tie := got.FirstDue.Equal(got.SecondDue); !tie && (got.Code == "tie_arrival" || got.Code == "tie_number") {
				t.Fatalf("no tie: %+v", got)
			}
		}
	})
}
