package queue_test

import (
	"testing"

	"westerkappeln.de/wartemarke/internal/queue"
)

func TestWalkInLimit(t *testing.T) {
	for _, tt := range []struct {
		limit, taken int
		refused      bool
	}{
		{0, 0, false}, {0, 5000, false}, {40, 0, false}, {40, 39, false}, {40, 40, true}, {40, 41, true},
	} {
		err := rules.WalkInLimit(tt.limit, tt.taken)
		if !tt.refused {
			if err != nil {
				t.Errorf("%d of %d: %v", tt.taken, tt.limit, err)
			}
			continue
		}
		wantRefusal(t, err, queue.Refusal{Code: queue.LimitReached})
	}
}

func TestWalkInTime(t *testing.T) {
	wait := queue.Wait{Low: 20, High: 40}
	if err := rules.WalkInTime(wait, noon, at(30)); err != nil {
		t.Errorf("served in the last minute: %v", err)
	}
	wantRefusal(t, rules.WalkInTime(wait, noon, at(29)), queue.Refusal{Code: queue.ClosingSoon, Until: at(29)})
}

func TestDueTimes(t *testing.T) {
	if got := rules.LateDue(noon); !got.Equal(at(15)) {
		t.Errorf("late: %v", got)
	}
	if got := rules.WalkInDue(noon, 0); !got.Equal(at(45)) {
		t.Errorf("walk-in: %v", got)
	}
	if got := rules.WalkInDue(noon, 15); !got.Equal(at(15)) {
		t.Errorf("collecting a document: %v", got)
	}
}

func TestARefusalIsItsCode(t *testing.T) {
	if got := (&queue.Refusal{Code: queue.NobodyWaiting}).Error(); got != "nobody_waiting" {
		t.Error(got)
	}
}
