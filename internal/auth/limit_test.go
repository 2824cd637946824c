package auth

import (
	"fmt"
	"testing"
	"time"
)

func TestLimits(t *testing.T) {
	now := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	t.Run("address", func(t *testing.T) {
		l := newLimiter()
		for i := range limitAddress {
			if until := l.take(fmt.Sprint(i), "a", now); !until.IsZero() {
				t.Fatalf("attempt %d waits until %v", i, until)
			}
		}
		if until := l.take("another", "a", now); until != now.Add(limitWindow) {
			t.Errorf("waits until %v", until)
		}
		if until := l.take("another", "b", now); !until.IsZero() {
			t.Errorf("another address waits until %v", until)
		}
	})
	t.Run("name", func(t *testing.T) {
		l := newLimiter()
		for i := range limitName {
			l.take("n", fmt.Sprint(i), now)
		}
		if until := l.take("n", "another", now); until.IsZero() {
			t.Error("does not wait")
		}
	})
	t.Run("success clears", func(t *testing.T) {
		l := newLimiter()
		for range 3 * limitName {
			if until := l.take("n", "a", now); !until.IsZero() {
				t.Fatal("somebody who knows the password has to wait")
			}
			l.succeed("n", "a")
		}
		if len(l.fails) != 0 {
			t.Errorf("%d entries left", len(l.fails))
		}
	})
	t.Run("memory", func(t *testing.T) {
		l := newLimiter()
		for i := range 3 * limitEntries {
			l.take(fmt.Sprint(i), fmt.Sprint(i), now)
		}
		if len(l.fails) > limitEntries+3 {
			t.Errorf("%d entries", len(l.fails))
		}
	})
}
