package web_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"westerkappeln.de/wartemarke/internal/page/browsertest"
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
	p.Open(start(t, r.staff).URL + "/counter/1")
	for _, width := range []int64{320, 360, 420, 480, 700, 900, 960, 1024, 1280} {
		p.Do(chromedp.EmulateViewport(width, 900))
		p.fits(width)
		for _, row := range browsertest.Eval[[]struct {
			Text          string
			Width, Height float64
		}](p.Tab, `[...document.querySelectorAll(".item-aside")].map(e => ({Text: e.innerText, Width: e.querySelector(".item-text").clientWidth, Height: e.clientHeight}))`) {
			if row.Width < 180 || row.Height > 170 {
				t.Errorf("%d px: %.0f px of text in a row %.0f px high: %q", width, row.Width, row.Height, row.Text)
			}
		}
		p.Shoot("desk-aside-" + map[bool]string{true: "narrow", false: "wide"}[width < 900])
	}
}

// TestPanelsStay: what parks and what forwards keep their places when either is unfolded.
func TestPanelsStay(t *testing.T) {
	r := newRig(t)
	called(r)
	p := newTab(t, 360, 900)
	p.Open(start(t, r.staff).URL + "/counter/1")
	places := func() string {
		return browsertest.Eval[string](p.Tab, `JSON.stringify([...document.querySelectorAll(".panels summary")].map(e => { const r = e.getBoundingClientRect(); return [r.x, r.y + scrollY, r.width] }))`)
	}
	for _, width := range []int64{320, 360, 1280} {
		p.Do(chromedp.EmulateViewport(width, 900))
		want := places()
		for _, id := range []string{"p-park", "p-forward"} {
			browsertest.Eval[bool](p.Tab, `document.getElementById("`+id+`").open = true`)
			p.fits(width)
			p.Shoot(fmt.Sprintf("desk-%s-%d", id, width))
			if got := places(); got != want {
				t.Errorf("%d px, %s: %s, before %s", width, id, got, want)
			}
			if w := browsertest.Eval[float64](p.Tab, `document.querySelector("#`+id+` .panel-body").clientWidth / document.querySelector(".panels").clientWidth`); w < .9 {
				t.Errorf("%d px: what %s unfolds takes %.2f of the width", width, id, w)
			}
			browsertest.Eval[bool](p.Tab, `!(document.getElementById("`+id+`").open = false)`)
		}
	}
}

// TestForwardIsChosen: no service is chosen beforehand unless the visit says which, and those with no open counter say
// so, also when it is another counter that has them.
func TestForwardIsChosen(t *testing.T) {
	r := newTown(t)
	r.take("personalausweis")
	r.open("1")
	if _, err := r.Next(r.ctx, clerk, "1", false); err != nil {
		t.Fatal(err)
	}
	p := newTab(t, 360, 800)
	p.signIn(r.staff, "meyer", "/counter/1")
	p.ready()
	p.Shortcut("l")
	p.focused("forward-service")
	if v := browsertest.Eval[string](p.Tab, `document.getElementById("forward-service").value`); v != "" {
		t.Errorf("chosen beforehand: %s", v)
	}
	p.Click("#b-forward")
	p.Until(`document.querySelector("#forward-service:invalid")`)
	names := func() string { return p.Text("#forward-service") }
	if s := names(); !strings.Contains(s, "Abschriften (zurzeit kein Platz geöffnet)") || strings.Contains(s, "abholen (") {
		t.Errorf("%q", s)
	}
	p.Press(kb.Escape)
	p.Press(kb.Escape)
	r.open("zi12")
	p.Until(`!document.getElementById("forward-service").innerText.includes("(zurzeit")`)
}

// TestListsByKey goes to the lists and closes the counter by keys, and every key of the page is shown on it.
func TestListsByKey(t *testing.T) {
	r := newTown(t)
	r.open("1")
	var ids []string
	for range 3 {
		a, _ := r.take("personalausweis")
		ids = append(ids, a.ID)
	}
	for _, id := range ids[:2] {
		if _, err := r.Call(r.ctx, clerk, "1", id); err != nil {
			t.Fatal(err)
		}
		r.act(id, queue.Park)
	}
	p := newTab(t, 360, 800)
	p.signIn(r.staff, "meyer", "/counter/1")
	p.ready()
	p.Shortcut("g")
	p.focused("h-parked")
	p.Press(kb.Tab + kb.Tab)
	p.focused("back-" + ids[0])
	p.Press(kb.Enter)
	p.Says("#said", "wartet wieder")
	p.Shortcut("r")
	p.focused("h-waiting")
	p.Press(kb.Tab)
	p.Until(`document.activeElement.id.startsWith("why-")`)
	if hidden := browsertest.Eval[[]string](p.Tab, `[...document.querySelectorAll("[data-key]")].filter(e => e.offsetParent && !(e.matches("input") ? e.labels[0] : e).querySelector("kbd").innerText.match(new RegExp(e.dataset.key, "i"))).map(e => e.id)`); len(hidden) > 0 {
		t.Errorf("keys that are not shown: %q", hidden)
	}
	p.Says("#keys-text", "Geparkt")
	p.Shortcut("s")
	p.Says("#said", "Der Platz ist geschlossen")
}

// TestUnprintedFold: numbers without paper are one row, after what can be mended.
func TestUnprintedFold(t *testing.T) {
	r := newRig(t)
	unprinted(r)
	for _, path := range []string{"/counter/1", "/devices"} {
		body := get(r.staff, path).Body.String()
		cause, row := strings.Index(body, "Das Papier ist alle"), strings.Index(body, "6 Nummern ohne Papier: A001–A003, A005, A018, B001.")
		if cause < 0 || row < cause || strings.Contains(body, "wurde nicht gedruckt.<") {
			t.Errorf("%s: cause at %d, row at %d", path, cause, row)
		}
	}
	r = newRig(t)
	troubled(r)
	if body := get(r.staff, "/counter/1").Body.String(); !strings.Contains(body, "A018 wurde nicht gedruckt.") {
		t.Error("a single number is not named")
	}
}
