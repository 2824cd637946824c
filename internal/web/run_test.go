package web_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/queue"
)

// ready waits until the page's line to the hall is open.
func (p tab) ready() { p.t.Helper(); p.until(`document.readyState == "complete" && window.htmx`) }

// focused is the id of the element with the focus.
func (p tab) focused(id string) { p.t.Helper(); p.until(`document.activeElement.id == ` + quote(id)) }

// TestKeyboardOnly serves a citizen from the sign-in to the end without a pointer.
func TestKeyboardOnly(t *testing.T) {
	r := newTown(t)
	a, _ := r.take("personalausweis")
	p := newTab(t, 360, 800)
	p.open(r.staff + "/")
	p.until(`location.pathname == "/login"`)
	p.focused("name")
	p.press("meyer" + kb.Tab + password + kb.Enter)
	p.until(`location.pathname == "/counter"`)
	p.do(chromedp.Focus(chromedp.CSS(`a[href="/counter/1"]`)))
	p.press(kb.Enter)
	p.until(`location.pathname == "/counter/1"`)
	p.ready()
	p.shortcut("o")
	p.says("#said", "geöffnet")
	p.shortcut("n")
	p.says("#said", a.Number()+" ist gerufen")
	p.says("#current", a.Number())
	p.focused("b-arrive") // the pressed button is gone, the work goes on with the next
	p.shortcut("w")
	p.says("#said", "noch einmal gerufen")
	p.shortcut("d")
	p.says("#said", a.Number()+" ist da")
	if s := r.state(a.ID); s != queue.Serving {
		t.Fatalf("state %s", s)
	}
	p.shortcut("p") // opens the form and goes into it: letters are text there, not shortcuts
	p.focused("remark")
	p.press("nfx")
	if got := eval[string](p, `document.getElementById("remark").value`); got != "nfx" {
		t.Errorf("remark %q", got)
	}
	p.press(kb.Escape)
	p.until(`document.activeElement.tagName == "SUMMARY"`)
	p.shortcut("f")
	p.says("#said", a.Number()+" ist fertig")
	if s := r.state(a.ID); s != queue.Finished {
		t.Fatalf("state %s", s)
	}
	p.shortcut("z")
	p.says("#said", "wieder am Platz")

	p.click("#b-keys")
	p.shortcut("f")
	b, _ := r.take("ummeldung")
	p.says("#lists", b.Number()) // an event came later than the key, and nothing was finished
	if s := r.state(a.ID); s != queue.Serving {
		t.Errorf("a key did something although shortcuts are off: %s", s)
	}
}

// TestCallByNumber calls a certain number and goes on by keys: after the call they are commands again, not text. After a
// number that there is not, the field is at hand; Esc leaves it.
func TestCallByNumber(t *testing.T) {
	r := newTown(t)
	a, _ := r.take("personalausweis")
	r.open("1")
	p := newTab(t, 360, 800)
	p.signIn(r.staff, "meyer", "/counter/1")
	p.ready()
	p.shortcut("t")
	p.focused("number")
	p.press("a009" + kb.Enter)
	p.says("#said", "gibt es heute nicht")
	p.focused("number")
	p.press(kb.Escape)
	p.until(`document.activeElement == document.body`)
	p.shortcut("t")
	p.focused("number")
	p.press(a.Number() + kb.Enter)
	p.says("#said", a.Number()+" ist gerufen")
	p.focused("b-arrive")
	p.shortcut("d")
	p.says("#said", a.Number()+" ist da")
	if s := r.state(a.ID); s != queue.Serving {
		t.Errorf("state %s", s)
	}
}

// TestCancelAsks: nothing brings a cancelled number back, so each way to cancel asks first, with scripts and without.
func TestCancelAsks(t *testing.T) {
	for _, scripts := range []bool{true, false} {
		r := newTown(t)
		a, _ := r.take("personalausweis")
		b, _ := r.take("personalausweis")
		r.open("1")
		p := newTab(t, 360, 800)
		p.signIn(r.staff, "meyer", "/counter/1")
		p.ready()
		if !scripts {
			call(p, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
			p.do(chromedp.Reload())
		}
		p.click("#why-" + b.ID)
		p.click("#cancel-" + b.ID)
		p.says("#sure-"+b.ID, b.Number()+" wirklich streichen?")
		if s := r.state(b.ID); s != queue.Waiting {
			t.Fatalf("scripts %t: %s before the answer", scripts, s)
		}
		p.click("#sure-do-" + b.ID)
		p.says(".result", b.Number()+" ist gestrichen")
		p.click("#b-next")
		p.says("#current", a.Number())
		p.until(`document.getElementById("b-arrive")`)
		if scripts {
			p.shortcut("i")
			p.focused("sure-do-" + a.ID)
			p.press(kb.Escape)
			p.focused("cancel-" + a.ID)
			p.shortcut("i")
			p.focused("sure-do-" + a.ID)
			p.press(kb.Enter)
		} else {
			p.click("#cancel-" + a.ID)
			p.click("#sure-do-" + a.ID)
		}
		p.says(".result", a.Number()+" ist gestrichen")
		if s := r.state(a.ID); s != queue.Cancelled {
			t.Errorf("scripts %t: %s", scripts, s)
		}
	}
}

// TestWithoutScripts serves a citizen by plain forms, over plain http and a name as in a house network, where browsers
// say less about where a form comes from.
func TestWithoutScripts(t *testing.T) {
	r := newTown(t)
	a, _ := r.take("personalausweis")
	p := newTab(t, 360, 800)
	call(p, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	p.open(named(r.staff) + "/counter/1")
	p.until(`location.pathname == "/login"`)
	p.do(chromedp.SendKeys(chromedp.CSS("#name"), "meyer"), chromedp.SendKeys(chromedp.CSS("#password"), password))
	p.click("#b-login")
	p.until(`location.pathname == "/counter/1"`)
	p.click("#b-open")
	p.says(".result", "geöffnet")
	p.click("#b-next")
	p.says(".result", a.Number()+" ist gerufen")
	p.click("#b-arrive")
	p.says(".result", a.Number()+" ist da")
	p.click("#p-park summary")
	p.do(chromedp.SendKeys(chromedp.CSS("#remark"), "holt Geld"))
	p.click("#b-park")
	p.says(".result", "geparkt")
	p.says("#lists", "holt Geld")
	p.click("#back-" + a.ID)
	p.says(".result", "wartet wieder")
	p.do(chromedp.SendKeys(chromedp.CSS("#number"), strings.ToLower(a.Series)+"1"))
	p.click("#b-call")
	p.says(".result", a.Number()+" ist gerufen")
	p.click("#b-finish")
	p.says(".result", "fertig")
	p.do(chromedp.Reload()) // the redirect keeps a reload from sending the form again, and the sentence is said once
	p.until(`document.readyState == "complete" && !document.querySelector(".result")`)
	if s := r.state(a.ID); s != queue.Finished {
		t.Errorf("state %s", s)
	}
	b, _ := r.take("personalausweis")
	p.click("#b-next")
	p.says(".result", b.Number())
	p.click("#p-forward summary")
	p.do(chromedp.SetValue(chromedp.CSS("#forward-service"), "beglaubigung"))
	p.click("#b-forward")
	p.says(".result", "weitergeleitet")
	p.says("#lists", "1 wartet für andere Plätze")
}

// TestTwoBrowsers has two windows of one counter: each sees what the other did, and a stale button says so.
func TestTwoBrowsers(t *testing.T) {
	r := newTown(t)
	a, _ := r.take("personalausweis")
	b, _ := r.take("personalausweis")
	r.open("1")
	one, two := newTab(t, 360, 800), newTab(t, 1280, 900)
	one.signIn(r.staff, "meyer", "/counter/1")
	two.signIn(r.staff, "meyer", "/counter/1")
	one.ready()
	two.ready()
	one.click("#b-next")
	two.says("#current", "gerufen um")
	two.says("#current", a.Number())

	// The first window's line is cut: it keeps showing the called ticket while the second goes on.
	call(one, network.Enable, network.EnableParams{})
	eval[bool](one, `htmx.config.selfRequestsOnly = true, document.getElementById("refresh").remove(), true`)
	two.click("#b-finish")
	two.says("#said", "fertig")
	two.click("#b-next")
	two.says("#current", b.Number())
	one.says("#current", a.Number())
	one.click("#b-arrive")
	one.says("#said", "Das geht nicht mehr")
	one.says("#current", b.Number())
	if s := r.state(b.ID); s != queue.Called {
		t.Errorf("the second number is %s", s)
	}
}

// TestResultIsTrue: what the page said of its current number goes when that is no longer true, and when the number left
// the counter without the clerk's doing, the page says so.
func TestResultIsTrue(t *testing.T) {
	r := newTown(t)
	a, secret := r.take("personalausweis")
	b, _ := r.take("personalausweis")
	r.open("1")
	p := newTab(t, 360, 800)
	p.signIn(r.staff, "meyer", "/counter/1")
	p.ready()
	p.click("#b-next")
	p.says("#said", a.Number()+" ist gerufen")
	if _, err := r.CancelBySecret(r.ctx, hall.Command{Actor: hall.Actor{Kind: hall.Citizen}}, secret); err != nil {
		t.Fatal(err)
	}
	p.says("#said", a.Number()+" kommt nicht mehr")
	p.says("#current", "Nächste Nummer")
	p.shoot("desk-gone-360")
	p.click("#b-next")
	p.says("#said", b.Number()+" ist gerufen")
	r.act(b.ID, queue.Arrive)
	p.says("#current", "am Platz")
	p.until(`document.getElementById("said").innerText.trim() == ""`)
	r.act(b.ID, queue.Park)
	p.says("#said", b.Number()+" ist nicht mehr an diesem Platz: geparkt")
}

// TestFormIsKept fills in a form while the hall changes: nothing typed is lost, and the change is offered.
func TestFormIsKept(t *testing.T) {
	r := newTown(t)
	a, _ := r.take("personalausweis")
	r.open("1")
	if _, err := r.Next(r.ctx, clerk, "1", false); err != nil {
		t.Fatal(err)
	}
	p := newTab(t, 360, 800)
	p.signIn(r.staff, "meyer", "/counter/1")
	p.ready()
	p.shortcut("p")
	p.focused("remark")
	p.press("holt Passf")
	r.act(a.ID, queue.Arrive)
	p.until(`!document.getElementById("stale").hidden`)
	p.shoot("desk-stale-360")
	p.focused("remark")
	p.press("oto")
	if got := eval[string](p, `document.getElementById("remark").value`); got != "holt Passfoto" {
		t.Errorf("remark %q", got)
	}
	b, _ := r.take("ummeldung")
	p.says("#lists", b.Number()) // what is not being filled in goes on
	p.press(kb.Enter)
	p.says("#said", "geparkt")
	p.until(`document.getElementById("stale").hidden`)
	p.says("#lists", "holt Passfoto")

	p.shortcut("t")
	p.focused("number")
	p.press("b12")
	c, _ := r.take("abholung")
	p.says("#lists", c.Number())
	p.focused("number")
	if got := eval[string](p, `document.getElementById("number").value`); got != "b12" {
		t.Errorf("number %q", got)
	}
}

// TestLineDown cuts the server off and brings it back.
func TestLineDown(t *testing.T) {
	r := newTown(t)
	r.open("1")
	p := newTab(t, 360, 800)
	p.signIn(r.staff, "meyer", "/counter/1")
	p.ready()
	a, _ := r.take("personalausweis")
	p.says("#lists", a.Number())
	r.down.Store(true)
	r.cut()
	p.until(`!document.getElementById("line").hidden`)
	p.shoot("desk-line-down-360")
	p.do(chromedp.EmulateViewport(1280, 900))
	p.shoot("desk-line-down-1280")
	for _, f := range p.findings() {
		t.Error(f)
	}
	b, _ := r.take("personalausweis")
	r.down.Store(false)
	p.says("#lists", b.Number())
	p.until(`document.getElementById("line").hidden`)
	p.click("#b-next")
	p.says("#said", a.Number()+" ist gerufen")
}

// TestPressWithoutAnswer: a button shows that it waits, and in the end that nothing came; while the line is down a press
// is refused at once and never sent.
func TestPressWithoutAnswer(t *testing.T) {
	r := newTown(t)
	a, _ := r.take("personalausweis")
	r.open("1")
	p := newTab(t, 360, 800)
	p.signIn(r.staff, "meyer", "/counter/1")
	p.ready()
	eval[bool](p, `document.addEventListener("htmx:afterOnLoad", () => window.answered = true), htmx.trigger("#refresh", "wm:refresh"), true`)
	p.until(`window.answered`)
	held := make(chan http.Header, 9)
	r.hold.Store(held)
	eval[bool](p, `(htmx.config.timeout = 3000) > 0`)
	p.shortcut("n")
	p.until(`document.querySelector("#b-next[aria-busy=true]") && document.getElementById("busy").innerText.includes("gesendet")`)
	p.shoot("desk-busy-360")
	pressed, err := strconv.ParseInt((<-held).Get("Wartemarke-Pressed"), 10, 64)
	if age := time.Since(time.UnixMilli(pressed)); err != nil || age < 0 || age > patience {
		t.Errorf("pressed %s ago (%v)", age, err)
	}
	p.says("#lost", "bekam keine Antwort")
	p.until(`!document.querySelector("[aria-busy=true]") && document.getElementById("busy").innerText == ""`)
	// The page asks again at once and finds the server there; only after that may the line go down.
	p.until(`document.getElementById("line").hidden`)
	r.down.Store(true)
	r.cut()
	p.until(`!document.getElementById("line").hidden`)
	p.shortcut("n")
	p.says("#lost", "Ihr Knopfdruck wird nicht nachgeholt")
	p.shoot("desk-lost-360")
	for _, f := range p.findings() {
		t.Error(f)
	}
	r.hold.Store((chan http.Header)(nil))
	r.down.Store(false)
	p.until(`document.getElementById("line").hidden && document.getElementById("lost").hidden`)
	if s := r.state(a.ID); s != queue.Waiting || len(held) > 0 {
		t.Errorf("state %s, %d more forms", s, len(held))
	}
	p.shortcut("n")
	p.says("#said", a.Number()+" ist gerufen")
}

// TestOnlyEventsDown cuts the events only, as an old proxy does: the page says it is slower, and everything works.
func TestOnlyEventsDown(t *testing.T) {
	r := newTown(t)
	r.open("1")
	p := newTab(t, 360, 800)
	p.signIn(r.staff, "meyer", "/counter/1")
	p.ready()
	r.mute.Store(true)
	r.cut()
	p.until(`!document.getElementById("slow").hidden && document.getElementById("line").hidden`)
	a, _ := r.take("personalausweis")
	p.says("#lists", a.Number())
	p.click("#b-next")
	p.says("#said", a.Number()+" ist gerufen")
	r.mute.Store(false)
	p.until(`document.getElementById("slow").hidden`)
}

// TestDoublePress presses the button twice at once: one number is called.
func TestDoublePress(t *testing.T) {
	r := newTown(t)
	a, _ := r.take("personalausweis")
	b, _ := r.take("personalausweis")
	r.open("1")
	p := newTab(t, 360, 800)
	p.signIn(r.staff, "meyer", "/counter/1")
	p.ready()
	eval[bool](p, `document.getElementById("b-next").click(), document.getElementById("b-next").click(), true`)
	p.says("#current", a.Number())
	p.says("#said", "ist gerufen")
	if s := r.state(b.ID); s != queue.Waiting {
		t.Errorf("the second number is %s", s)
	}
}

// TestPhoneFollows has a citizen's phone follow the ticket without a reload, and without a cookie.
func TestPhoneFollows(t *testing.T) {
	r := newTown(t)
	_, _ = r.take("personalausweis")
	b, secret := r.take("personalausweis")
	r.open("1")
	p := newTab(t, 360, 800)
	p.open(named(r.public) + "/ticket/" + secret)
	p.ready()
	p.says("h1", b.Number())
	p.says("#phone", "Vor Ihnen ist noch 1 Person")
	if _, err := r.Call(r.ctx, clerk, "1", b.Number()); err != nil {
		t.Fatal(err)
	}
	p.says("#phone", "Sie sind dran")
	p.says(".phone-place", "Schalter 1")
	p.until(`document.title.includes("Schalter 1")`)
	r.act(b.ID, queue.NoShow)
	p.says("#phone", "rufen wir Sie noch einmal")
	p.click(`a[lang=en]`)
	p.says("#phone", "We called you")
	p.click(".phone-cancel a")
	p.says("h1", "back?")
	p.click("#b-cancel")
	p.says("#phone", "You gave your number back")
	if s := r.state(b.ID); s != queue.Cancelled {
		t.Errorf("state %s", s)
	}
	if c := eval[string](p, `document.cookie`); c != "" {
		t.Errorf("cookie %q", c)
	}
}

// TestForcedColours looks at the clerk page as people see it who set their own colours: buttons and the called card
// keep an edge, and no icon vanishes into the background.
func TestForcedColours(t *testing.T) {
	for _, name := range []string{"desk-idle", "desk-called", "desk-trouble", "phone-called"} {
		for _, s := range screens() {
			if s.name != name {
				continue
			}
			p := s.open(t, 360, 800)
			call(p, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "forced-colors", Value: "active"}}})
			p.until(`matchMedia("(forced-colors: active)").matches`)
			p.shoot("forced-" + name)
			bare := eval[[]string](p, `[...document.querySelectorAll(".kern-btn, .card, .phone-card, .trouble")].filter(e => parseFloat(getComputedStyle(e).borderTopWidth) < 1).map(e => e.outerHTML.slice(0, 100))`)
			if len(bare) > 0 {
				t.Errorf("%s: without an edge: %q", name, bare)
			}
			lost := eval[int](p, `[...document.querySelectorAll(".kern-icon")].filter(e => getComputedStyle(e).backgroundColor == getComputedStyle(document.body).backgroundColor).length`)
			if lost > 0 {
				t.Errorf("%s: %d icons in the background's colour", name, lost)
			}
		}
	}
}

// TestPhonePrints: on paper are the number and what it says, and nothing to press.
func TestPhonePrints(t *testing.T) {
	for _, s := range screens() {
		if s.name != "phone-waiting" {
			continue
		}
		p := s.open(t, 800, 1000)
		call(p, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
		p.shoot("print-phone")
		if shown := eval[[]string](p, `[...document.querySelectorAll("a, button")].filter(e => e.offsetParent).map(e => e.innerText)`); len(shown) > 0 {
			t.Errorf("printed: %q", shown)
		}
		p.says("h1", "A017")
	}
}

// TestAxeFinds makes sure that the eyes of TestScreens are open.
func TestAxeFinds(t *testing.T) {
	p := newTab(t, 360, 800)
	p.open("data:text/html,<input><img src=x>")
	if f := p.findings(); len(f) < 2 {
		t.Errorf("findings on a bad page: %q", f)
	}
}
