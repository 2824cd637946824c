package auth

import (
	"fmt"
	"testing"
	"time"
)

func TestLimits(t *testing.T) {
	now := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	t.Run("address", func(t *testing.T) {
		l := newLimiter(func(string) {})
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
		l := newLimiter(func(string) {})
		for i := range limitName {
			l.take("n", fmt.Sprint(i), now)
		}
		if until := l.take("n", "another", now); until.IsZero() {
			t.Error("does not wait")
		}
	})
	t.Run("success clears", func(t *testing.T) {
		l := newLimiter(func(string) {})
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
	t.Run("told once", func(t *testing.T) {
		var told []string
		l := newLimiter(func(address string) { told = append(told, address) })
		for range 20 {
			l.take("n", "a", now)
			l.take("m", "b", now)
		}
		for range 20 {
			l.take("n", "a", now.Add(limitWindow))
		}
		if len(told) != 3 || told[0] != "a" || told[1] != "b" || told[2] != "a" {
			t.Errorf("told %v", told)
		}
	})
	t.Run("memory", func(t *testing.T) {
		l := newLimiter(func(string) {})
		for i := range 3 * limitEntries {
			l.take(fmt.Sprint(i), fmt.Sprint(i), now)
		}
		if len(l.fails) > limitEntries+3 {
			t.Errorf("%d entries", len(l.fails))
		}
	})
}
