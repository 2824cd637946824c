package port

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

func TestReopenPausesLonger(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var at []time.Duration
		begun := time.Now()
		refused := errors.New("refused")
		var heard int
		var pause Backoff
		open := func(context.Context) (string, error) {
			at = append(at, time.Since(begun))
			if len(at) < 8 {
				return "", refused
			}
			return "line", nil
		}
		got, err := Reopen(t.Context(), &pause, open, func(err error) {
			if !errors.Is(err, refused) {
				t.Errorf("failed hears %v", err)
			}
			heard++
		})
		if got != "line" || err != nil || heard != 7 {
			t.Errorf("%q, %v after %d failures", got, err, heard)
		}
		ms := time.Millisecond
		want := []time.Duration{0, 250 * ms, 750 * ms, 1750 * ms, 3750 * ms, 7750 * ms, 12750 * ms, 17750 * ms}
		if !slices.Equal(at, want) {
			t.Errorf("attempts at %v, want %v", at, want)
		}
		pause.Reset()
		begun = time.Now()
		if err := pause.Wait(t.Context()); err != nil || time.Since(begun) != 250*ms {
			t.Errorf("after Reset: %v, %v", time.Since(begun), err)
		}
	})
}

func TestReopenEndsWithContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		var pause Backoff
		_, err := Reopen(ctx, &pause, func(context.Context) (int, error) { return 0, errors.New("no") }, nil)
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
	})
}
