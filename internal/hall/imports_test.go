package hall_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/queue"
)

// TestWholeListCancelsWhatIsGone: only rows of the same source that are still to come, and never more than half of many.
func TestWholeListCancelsWhatIsGone(t *testing.T) {
	rows := func(n int, h *town) []hall.Import {
		out := make([]hall.Import, n)
		for i := range out {
			out[i] = hall.Import{Key: fmt.Sprintf("id:%d", i), Service: "pass", Quantity: 2, Start: h.clock.Now().Add(time.Duration(i+1) * 24 * time.Hour)}
		}
		return out
	}
	for _, c := range []struct {
		known, listed, gone int
		refused             bool
	}{
		{3, 2, 1, false}, {10, 0, 10, false}, {11, 5, 0, true}, {11, 6, 5, false}, {12, 6, 6, false}, {12, 12, 0, false},
	} {
		t.Run(fmt.Sprintf("%d of %d", c.listed, c.known), func(t *testing.T) {
			h := newTown(t)
			past := hall.Import{Key: "id:past", Service: "pass", Start: h.clock.Now().Add(-time.Hour)}
			list := func(n int, whole bool, source string) (hall.Imported, error) {
				return h.ImportAppointments(h.ctx, operator, hall.ImportList{Source: source, Rows: rows(n, h), Whole: whole})
			}
			if _, err := h.ImportAppointments(h.ctx, operator, hall.ImportList{Source: "a", Rows: append(rows(c.known, h), past)}); err != nil {
				t.Fatal(err)
			}
			for _, other := range []struct {
				whole  bool
				source string
			}{{false, "a"}, {true, "b"}, {true, ""}} {
				if n, err := list(0, other.whole, other.source); n != (hall.Imported{}) || err != nil {
					t.Errorf("%v: %+v, %v", other, n, err)
				}
			}
			n, err := list(c.listed, true, "a")
			var no *queue.Refusal
			if n.Cancelled != c.gone || errors.As(err, &no) != c.refused || no != nil && no.Code != queue.TooMuch {
				t.Errorf("%+v, %v", n, err)
			}
			cancelled, pieces := 0, 0
			for day := range c.known + 2 {
				all, err := h.Appointments(h.ctx, h.clock.Now().Add(time.Duration(day)*24*time.Hour))
				if err != nil {
					t.Fatal(err)
				}
				for _, a := range all {
					if a.State == booking.Cancelled {
						cancelled++
					}
					pieces += a.Services[0].Quantity
				}
			}
			if cancelled != c.gone || pieces != 2*c.known+1 {
				t.Errorf("%d are cancelled, %d pieces", cancelled, pieces)
			}
		})
	}
}
