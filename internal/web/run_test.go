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
	"westerkappeln.de/wartemarke/internal/page/browsertest"
	"westerkappeln.de/wartemarke/internal/queue"
)

// ready waits until the page's line to the hall is open.
func (p tab) ready() { p.t.Helper(); p.Until(`document.readyState == "complete" && window.htmx`) }

// focused is the id of the element with the focus.
func (p tab) focused(id string) {
	p.t.Helper()
	p.Until(`document.activeElement.id == ` + browsertest.Quote(id))
}

// TestKeyboardOnly serves a citizen from the sign-in to the end without a pointer.
func TestKeyboardOnly(t *testing.T) {
	r := newTown(t)
	a, _ := r.take("personalausweis")
	p := newTab(t, 360, 800)
	p.Open(r.staff + "/")
	p.Until(`location.pathname == "/login"`)
	p.focused("name")
	p.Press("meyer" + kb.Tab + password + kb.Enter)
	p.Until(`location.pathname == "/counter"`)
	p.Do(chromedp.Focus(chromedp.CSS(`a[href="/counter/1"]`)))
	p.Press(kb.Enter)
	p.Until(`location.pathname == "/counter/1"`)
	p.ready()
	p.Shortcut("o")
	p.Says("#said", "geöffnet")
	p.Shortcut("n")
	p.Says("#said", a.Number()+" ist gerufen")
	p.Says("#current", a.Number())
	p.focused("b-arrive") // the pressed button is gone, the work goes on with the next
	p.Shortcut("w")
	p.Says("#said", "noch einmal gerufen")
	p.Shortcut("d")
	p.Says("#said", a.Number()+" ist da")
	if s := r.state(a.ID); s != queue.Serving {
		t.Fatalf("state %s", s)
	}
	p.Shortcut("p") // opens the form and goes into it: letters are text there, not shortcuts
	p.focused("remark")
	p.Press("nfx")
	if got := browsertest.Eval[string](p.Tab, `document.getElementById("remark").value`); got != "nfx" {
		t.Errorf("remark %q", got)
	}
	p.Press(kb.Escape)
	p.Until(`document.activeElement.tagName == "SUMMARY"`)
	p.Shortcut("f")
	p.Says("#said", a.Number()+" ist fertig")
	if s := r.state(a.ID); s != queue.Finished {
		t.Fatalf("state %s", s)
	}
	p.Shortcut("z")
	p.Says("#said", "wieder am Platz")

	p.Click("#b-keys")
	p.Shortcut("f")
	b, _ := r.take("ummeldung")
	p.Says("#lists", b.Number()) // an event came later than the key, and nothing was finished
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
	p.Shortcut("t")
	p.focused("number")
	p.Press("a009" + kb.Enter)
	p.Says("#said", "gibt es heute nicht")
	p.focused("number")
	p.Press(kb.Escape)
	p.Until(`document.activeElement == document.body`)
	p.Shortcut("t")
	p.focused("number")
	p.Press(a.Number() + kb.Enter)
	p.Says("#said", a.Number()+" ist gerufen")
	p.focused("b-arrive")
	p.Shortcut("d")
	p.Says("#said", a.Number()+" ist da")
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
			browsertest.Call(p.Tab, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
			p.Do(chromedp.Reload())
		}
		p.Click("#why-" + b.ID)
		p.Click("#cancel-" + b.ID)
		p.Says("#sure-"+b.ID, b.Number()+" wirklich streichen?")
		if s := r.state(b.ID); s != queue.Waiting {
			t.Fatalf("scripts %t: %s before the answer", scripts, s)
		}
		p.Click("#sure-do-" + b.ID)
		p.Says(".result", b.Number()+" ist gestrichen")
		p.Click("#b-next")
		p.Says("#current", a.Number())
		p.Until(`document.getElementById("b-arrive")`)
		if scripts {
			p.Shortcut("i")
			p.focused("sure-do-" + a.ID)
			p.Press(kb.Escape)
			p.focused("cancel-" + a.ID)
			p.Shortcut("i")
			p.focused("sure-do-" + a.ID)
			p.Press(kb.Enter)
		} else {
			p.Click("#cancel-" + a.ID)
			p.Click("#sure-do-" + a.ID)
		}
		p.Says(".result", a.Number()+" ist gestrichen")
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
	browsertest.Call(p.Tab, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	p.Open(named(r.staff) + "/counter/1")
	p.Until(`location.pathname == "/login"`)
	p.Do(chromedp.SendKeys(chromedp.CSS("#name"), "meyer"), chromedp.SendKeys(chromedp.CSS("#password"), password))
	p.Click("#b-login")
	p.Until(`location.pathname == "/counter/1"`)
	p.Click("#b-open")
	p.Says(".result", "geöffnet")
	p.Click("#b-next")
	p.Says(".result", a.Number()+" ist gerufen")
	p.Click("#b-arrive")
	p.Says(".result", a.Number()+" ist da")
	p.Click("#p-park summary")
	p.Do(chromedp.SendKeys(chromedp.CSS("#remark"), "holt Geld"))
	p.Click("#b-park")
	p.Says(".result", "geparkt")
	p.Says("#lists", "holt Geld")
	p.Click("#back-" + a.ID)
	p.Says(".result", "wartet wieder")
	p.Do(chromedp.SendKeys(chromedp.CSS("#number"), strings.ToLower(a.Series)+"1"))
	p.Click("#b-call")
	p.Says(".result", a.Number()+" ist gerufen")
	p.Click("#b-finish")
	p.Says(".result", "fertig")
	p.Do(chromedp.Reload()) // the redirect keeps a reload from sending the form again, and the sentence is said once
	p.Until(`document.readyState == "complete" && !document.querySelector(".result")`)
	if s := r.state(a.ID); s != queue.Finished {
		t.Errorf("state %s", s)
	}
	b, _ := r.take("personalausweis")
	p.Click("#b-next")
	p.Says(".result", b.Number())
	p.Click("#p-forward summary")
	p.Do(chromedp.SetValue(chromedp.CSS("#forward-service"), "beglaubigung"))
	p.Click("#b-forward")
	p.Says(".result", "weitergeleitet")
	p.Says("#lists", "1 wartet für andere Plätze")
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
	one.Click("#b-next")
	two.Says("#current", "gerufen um")
	two.Says("#current", a.Number())

	// The first window's line is cut: it keeps showing the called ticket while the second goes on.
	browsertest.Call(one.Tab, network.Enable, network.EnableParams{})
	browsertest.Eval[bool](one.Tab, `htmx.config.selfRequestsOnly = true, document.getElementById("refresh").remove(), true`)
	two.Click("#b-finish")
	two.Says("#said", "fertig")
	two.Click("#b-next")
	two.Says("#current", b.Number())
	one.Says("#current", a.Number())
	one.Click("#b-arrive")
	one.Says("#said", "Das geht nicht mehr")
	one.Says("#current", b.Number())
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
	p.Click("#b-next")
	p.Says("#said", a.Number()+" ist gerufen")
	if _, err := r.CancelBySecret(r.ctx, hall.Command{Actor: hall.Actor{Kind: hall.Citizen}}, secret); err != nil {
		t.Fatal(err)
	}
	p.Says("#said", a.Number()+" kommt nicht mehr")
	p.Says("#current", "Nächste Nummer")
	p.Shoot("desk-gone-360")
	p.Click("#b-next")
	p.Says("#said", b.Number()+" ist gerufen")
	r.act(b.ID, queue.Arrive)
	p.Says("#current", "am Platz")
	p.Until(`document.getElementById("said").innerText.trim() == ""`)
	r.act(b.ID, queue.Park)
	p.Says("#said", b.Number()+" ist nicht mehr an diesem Platz: geparkt")
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
	p.Shortcut("p")
	p.focused("remark")
	p.Press("holt Passf")
	r.act(a.ID, queue.Arrive)
	p.Until(`!document.getElementById("stale").hidden`)
	p.Shoot("desk-stale-360")
	p.focused("remark")
	p.Press("oto")
	if got := browsertest.Eval[string](p.Tab, `document.getElementById("remark").value`); got != "holt Passfoto" {
		t.Errorf("remark %q", got)
	}
	b, _ := r.take("ummeldung")
	p.Says("#lists", b.Number()) // what is not being filled in goes on
	p.Press(kb.Enter)
	p.Says("#said", "geparkt")
	p.Until(`document.getElementById("stale").hidden`)
	p.Says("#lists", "holt Passfoto")

	p.Shortcut("t")
	p.focused("number")
	p.Press("b12")
	c, _ := r.take("abholung")
	p.Says("#lists", c.Number())
	p.focused("number")
	if got := browsertest.Eval[string](p.Tab, `document.getElementById("number").value`); got != "b12" {
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
	p.Says("#lists", a.Number())
	r.down.Store(true)
	r.cut()
	p.Until(`!document.getElementById("line").hidden`)
	p.Shoot("desk-line-down-360")
	p.Do(chromedp.EmulateViewport(1280, 900))
	p.Shoot("desk-line-down-1280")
	for _, f := range p.Findings() {
		t.Error(f)
	}
	b, _ := r.take("personalausweis")
	r.down.Store(false)
	p.Says("#lists", b.Number())
	p.Until(`document.getElementById("line").hidden`)
	p.Click("#b-next")
	p.Says("#said", a.Number()+" ist gerufen")
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
	browsertest.Eval[bool](p.Tab, `document.addEventListener("htmx:afterOnLoad", () => window.answered = true), htmx.trigger("#refresh", "wm:refresh"), true`)
	p.Until(`window.answered`)
	held := make(chan http.Header, 9)
	r.hold.Store(held)
	browsertest.Eval[bool](p.Tab, `(htmx.config.timeout = 3000) > 0`)
	p.Shortcut("n")
	p.Until(`document.querySelector("#b-next[aria-busy=true]") && document.getElementById("busy").innerText.includes("gesendet")`)
	p.Shoot("desk-busy-360")
	pressed, err := strconv.ParseInt((<-held).Get("Wartemarke-Pressed"), 10, 64)
	if age := time.Since(time.UnixMilli(pressed)); err != nil || age < 0 || age > browsertest.Patience {
		t.Errorf("pressed %s ago (%v)", age, err)
	}
	p.Says("#lost", "bekam keine Antwort")
	p.Until(`!document.querySelector("[aria-busy=true]") && document.getElementById("busy").innerText == ""`)
	// The page asks again at once and finds the server there; only after that may the line go down.
	p.Until(`document.getElementById("line").hidden`)
	r.down.Store(true)
	r.cut()
	p.Until(`!document.getElementById("line").hidden`)
	p.Shortcut("n")
	p.Says("#lost", "Ihr Knopfdruck wird nicht nachgeholt")
	p.Shoot("desk-lost-360")
	for _, f := range p.Findings() {
		t.Error(f)
	}
	r.hold.Store((chan http.Header)(nil))
	r.down.Store(false)
	p.Until(`document.getElementById("line").hidden && document.getElementById("lost").hidden`)
	if s := r.state(a.ID); s != queue.Waiting || len(held) > 0 {
		t.Errorf("state %s, %d more forms", s, len(held))
	}
	p.Shortcut("n")
	p.Says("#said", a.Number()+" ist gerufen")
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
	p.Until(`!document.getElementById("slow").hidden && document.getElementById("line").hidden`)
	a, _ := r.take("personalausweis")
	p.Says("#lists", a.Number())
	p.Click("#b-next")
	p.Says("#said", a.Number()+" ist gerufen")
	r.mute.Store(false)
	p.Until(`document.getElementById("slow").hidden`)
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
	browsertest.Eval[bool](p.Tab, `document.getElementById("b-next").click(), document.getElementById("b-next").click(), true`)
	p.Says("#current", a.Number())
	p.Says("#said", "ist gerufen")
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
	p.Open(named(r.public) + "/ticket/" + secret)
	p.ready()
	p.Says("h1", b.Number())
	p.Says("#phone", "Vor Ihnen ist noch 1 Person")
	if _, err := r.Call(r.ctx, clerk, "1", b.Number()); err != nil {
		t.Fatal(err)
	}
	p.Says("#phone", "Sie sind dran")
	p.Says(".phone-place", "Schalter 1")
	p.Until(`document.title.includes("Schalter 1")`)
	r.act(b.ID, queue.NoShow)
	p.Says("#phone", "rufen wir Sie noch einmal")
	p.Click(`a[lang=en]`)
	p.Says("#phone", "We called you")
	p.Click(".phone-cancel a")
	p.Says("h1", "back?")
	p.Click("#b-cancel")
	p.Says("#phone", "You gave your number back")
	if s := r.state(b.ID); s != queue.Cancelled {
		t.Errorf("state %s", s)
	}
	if c := browsertest.Eval[string](p.Tab, `document.cookie`); c != "" {
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
			browsertest.Call(p.Tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "forced-colors", Value: "active"}}})
			p.Until(`matchMedia("(forced-colors: active)").matches`)
			p.Shoot("forced-" + name)
			bare := browsertest.Eval[[]string](p.Tab, `[...document.querySelectorAll(".kern-btn, .card, .phone-card, .trouble")].filter(e => parseFloat(getComputedStyle(e).borderTopWidth) < 1).map(e => e.outerHTML.slice(0, 100))`)
			if len(bare) > 0 {
				t.Errorf("%s: without an edge: %q", name, bare)
			}
			lost := browsertest.Eval[int](p.Tab, `[...document.querySelectorAll(".kern-icon")].filter(e => getComputedStyle(e).backgroundColor == getComputedStyle(document.body).backgroundColor).length`)
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
		browsertest.Call(p.Tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
		p.Shoot("print-phone")
		if shown := browsertest.Eval[[]string](p.Tab, `[...document.querySelectorAll("a, button")].filter(e => e.offsetParent).map(e => e.innerText)`); len(shown) > 0 {
			t.Errorf("printed: %q", shown)
		}
		p.Says("h1", "A017")
	}
}

// TestAxeFinds makes sure that the eyes of TestScreens are open.
func TestAxeFinds(t *testing.T) {
	p := newTab(t, 360, 800)
	p.Open("data:text/html,<input><img src=x>")
	if f := p.Findings(); len(f) < 2 {
		t.Errorf("findings on a bad page: %q", f)
	}
}
