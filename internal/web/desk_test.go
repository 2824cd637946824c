package web_test

import (
	"testing"

	"github.com/chromedp/chromedp"

	"westerkappeln.de/wartemarke/internal/queue"
)

// TestAsideRowsCanBeRead: parked and missed numbers keep room for their words at every width of the window, beside as
// many buttons as there may be.
func TestAsideRowsCanBeRead(t *testing.T) {
	r := newRig(t)
	many(r)
	r.hall.desk.Parked[0].Ticket.Service = "beglaubigung"
	r.hall.desk.Missed = append(r.hall.desk.Missed, *with(ticket(6, "beglaubigung", queue.WhyWalkIn, at(8, 10), at(8, 25)), func(k *queue.Ticket) { k.State = queue.Missed }))
	p := newTab(t, 1280, 900)
	p.open(start(t, r.staff).URL + "/counter/1")
	for _, width := range []int64{320, 360, 420, 480, 700, 900, 960, 1024, 1280} {
		p.do(chromedp.EmulateViewport(width, 900))
		p.fits(width)
		for _, row := range eval[[]struct {
			Text          string
			Width, Height float64
		}](p, `[...document.querySelectorAll(".item-aside")].map(e => ({Text: e.innerText, Width: e.querySelector(".item-text").clientWidth, Height: e.clientHeight}))`) {
			if row.Width < 180 || row.Height > 170 {
				t.Errorf("%d px: %.0f px of text in a row %.0f px high: %q", width, row.Width, row.Height, row.Text)
			}
		}
		p.shoot("desk-aside-" + map[bool]string{true: "narrow", false: "wide"}[width < 900])
	}
}
