package citizen_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/citizen"
	"westerkappeln.de/wartemarke/internal/page/browsertest"
)

// most is how often one may have to press the tab key to reach something on these pages.
const most = 80

// reach presses the tab key until the element has the focus, as somebody without a mouse does, and checks that the eye can
// find it there.
func (p tab) reach(selector string) {
	p.t.Helper()
	for range most {
		if browsertest.Eval[bool](p.Tab, `Boolean(document.activeElement && document.activeElement.matches(`+browsertest.Quote(selector)+`))`) {
			p.visible(selector)
			return
		}
		p.Press(kb.Tab)
	}
	p.t.Fatalf("%s cannot be reached by the tab key:\n%s", selector, p.Text("body"))
}

// visible fails when the focus shows neither an outline nor a border or shadow of its own.
func (p tab) visible(selector string) {
	p.t.Helper()
	mark := `(() => { const s = getComputedStyle(document.activeElement); return [s.outlineStyle, s.outlineWidth, s.outlineColor, s.boxShadow, s.borderColor, s.backgroundColor].join() })()`
	with := browsertest.Eval[string](p.Tab, mark)
	without := browsertest.Eval[string](p.Tab, `(() => { const e = document.activeElement; e.blur(); const s = getComputedStyle(e); const r = [s.outlineStyle, s.outlineWidth, s.outlineColor, s.boxShadow, s.borderColor, s.backgroundColor].join(); e.focus(); return r })()`)
	if with == without {
		p.t.Errorf("the focus on %s cannot be seen: %s", selector, with)
	}
}

// enter reaches the element, presses Enter, and waits for the page with this heading.
func (p tab) enter(selector, heading string) {
	p.t.Helper()
	p.reach(selector)
	p.Press(kb.Enter)
	p.Says("h1", heading)
	p.Until(`document.readyState == "complete"`)
}

// fill reaches a field and types.
func (p tab) fill(selector, text string) { p.t.Helper(); p.reach(selector); p.Press(text) }

// TestEveryPathByKeyboard walks from the choice of a service to the cancelled appointment without a mouse, with scripts and
// without.
func TestEveryPathByKeyboard(t *testing.T) {
	for _, scripts := range []bool{true, false} {
		t.Run(fmt.Sprintf("scripts=%t", scripts), func(t *testing.T) {
			w := newTown(t, true)
			p := newTab(t, 390, 844)
			browsertest.Call(p.Tab, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !scripts})
			p.Open(w.url + "/")
			p.Says("h1", "Was möchten Sie erledigen?")
			p.enter("#b-next", "Was möchten Sie erledigen?") // nothing chosen
			p.Says("#summary", "mindestens ein Anliegen")
			p.reach("#s-personalausweis")
			p.Press(" ")
			p.reach("#n-personalausweis")
			p.Press("2")
			p.enter("#b-next", "Wann möchten Sie kommen?")
			p.Says(".about-list", "2 × Personalausweis")
			p.enter("a[rel=next]", "Wann möchten Sie kommen?")
			p.Says(".cal-name", "Dezember 2026")
			p.enter("a[rel=prev]", "Wann möchten Sie kommen?")
			p.enter(`.cal a[href*="2026-11-26"]`, "Donnerstag, 26.")
			p.enter(".back a", "Wann möchten Sie kommen?")
			p.enter(`.cal a[href*="2026-11-26"]`, "Donnerstag, 26.")
			p.enter(`button[value="2026-11-26T08:00:00Z"]`, "Ihre Angaben")
			p.enter("#b-release", "Wann möchten Sie kommen?")
			p.enter("#b-first", "Ihre Angaben")
			p.enter("#b-book", "Ihre Angaben")
			p.Says("#summary", "Bitte geben Sie Ihren Namen ein.")
			p.fill("#name", "Erika Mustermann")
			p.fill("#mail", "erika@example.org")
			p.enter("#b-book", "Bitte sehen Sie in Ihr Postfach")

			letters, err := w.Letters(w.ctx, 10)
			if err != nil || len(letters) != 1 {
				t.Fatal(letters, err)
			}
			secret := letters[0].Contact.Secret
			p.Open(w.url + "/appointment/" + secret)
			p.enter("#b-confirm", "Ihr Termin")
			p.Says(".result", "fest gebucht")
			p.Says(".pass-number", w.mine(secret).Appointment.Code.Display())
			p.Until(`document.querySelector(".pass-code img").naturalWidth > 100`)
			if scripts != browsertest.Eval[bool](p.Tab, `document.getElementById("b-print").offsetParent !== null`) {
				t.Error("the button for printing is there without scripts, or missing with them")
			}
			p.enter("#b-earlier", "Ihr Termin")
			p.Says(".result", "Wir schreiben Ihnen")
			p.enter("#b-move", "Wann möchten Sie stattdessen kommen?")
			p.enter(`.cal a[href*="2026-11-26"]`, "Donnerstag, 26.")
			p.enter(`.clocks a`, "Termin verschieben?")
			p.enter("#b-moveto", "Ihr Termin")
			p.Says(".result", "verschoben")
			p.Says(".pass-when", "26. November")
			p.enter("#b-cancel", "Termin wirklich absagen?")
			p.enter("#b-cancel", "Ihr Termin ist abgesagt")
			if s := w.mine(secret).Appointment.State; s != booking.Cancelled {
				t.Errorf("state %s", s)
			}
		})
	}
}

// TestFilter: typing narrows the services, what is ticked stays, and a word without a hit is said.
func TestFilter(t *testing.T) {
	for _, s := range screens() {
		if s.name != "services-many" {
			continue
		}
		p := s.open(t, 390, 844)
		shown := `[...document.querySelectorAll(".service")].filter(e => e.offsetParent).map(e => e.querySelector("label").innerText)`
		p.Click("#s-urkunde")
		p.fill("#filter", "passport")
		if got := browsertest.Eval[[]string](p.Tab, shown); len(got) != 2 || got[0] != "Reisepass beantragen" {
			t.Errorf("shown: %q", got)
		}
		p.Press("xyz")
		p.Click("#s-urkunde")
		p.Press(kb.Tab)
		p.fill("#filter", "q")
		p.Says(".filter-none", "Kein Anliegen passt")
	}
}

// TestHeldTime: what is left of the time is said at five minutes, at one, and when it is over; not every second.
func TestHeldTime(t *testing.T) {
	w := newTown(t, true)
	p := newTab(t, 390, 844)
	p.Open(w.url + "/hold/" + w.held(tuesday(9, 15), "reisepass"))
	browsertest.Eval[bool](p.Tab, `(() => {
		const e = document.querySelector("[data-until]");
		window.heard = [];
		new MutationObserver(() => window.heard.push(e.textContent)).observe(e, { childList: true });
		return true })()`)
	p.late(60300)
	p.Until(`window.heard.length == 1 && window.heard[0] == "Noch 1 Minute reserviert. Mehr Zeit gibt Ihnen der Knopf darunter."`)
	p.late(200)
	p.Until(`window.heard.length == 2 && window.heard[1].includes("Die reservierte Zeit ist um") && !document.querySelector(".held-until").offsetParent`)
}

// late runs the page's script again as if so many milliseconds were left of the time.
func (p tab) late(ms int) {
	p.t.Helper()
	p.again(`[data-until]`, "until", fmt.Sprint("Date.now() + ", ms))
}

// again runs the page's script again with another value in an element's data.
func (p tab) again(selector, key, value string) {
	p.t.Helper()
	browsertest.Eval[bool](p.Tab, `(() => {
		document.querySelector(`+browsertest.Quote(selector)+`).dataset.`+key+` = `+value+`;
		const s = document.createElement("script");
		s.dataset.worker = "/sw.js";
		s.src = performance.getEntriesByType("resource").map(r => r.name).find(n => n.includes("booking.js"));
		document.head.append(s);
		return true })()`)
}

// TestSentFollows: the page that waits for a mail says by itself when it could not be delivered.
func TestSentFollows(t *testing.T) {
	w := newTown(t, true)
	secret := w.held(tuesday(9, 15), "reisepass")
	if _, err := w.Register(w.ctx, anybody, secret, person); err != nil {
		t.Fatal(err)
	}
	p := newTab(t, 390, 844)
	p.Open(w.url + "/hold/" + secret + "/sent")
	p.Says("h1", "Bitte sehen Sie in Ihr Postfach")
	w.refuseMails()
	p.again("[data-state]", "every", "100")
	p.Says("h1", "Die E-Mail kam nicht an")
	p.Until(`document.activeElement.matches("[role=alert]")`)
}

// TestAnotherLanguageKeepsWhatWasTyped, for the form of this hold, and once.
func TestAnotherLanguageKeepsWhatWasTyped(t *testing.T) {
	w := newTown(t, true)
	p := newTab(t, 390, 844)
	p.Open(w.url + "/hold/" + w.held(tuesday(9, 15), "reisepass"))
	p.fill("#name", "Erika Mustermann")
	p.fill("#mail", "erika@example.org")
	p.Click("a[hreflang=en]")
	p.Says("h1", "Your details")
	p.Until(`document.getElementById("name").value == "Erika Mustermann" && document.getElementById("mail").value == "erika@example.org"`)
	if kept := browsertest.Eval[int](p.Tab, `sessionStorage.length`); kept != 0 {
		t.Errorf("%d things are kept", kept)
	}
}

// TestEnterSends: the first button of the form is not the one that keeps the time for longer.
func TestEnterSends(t *testing.T) {
	w := newTown(t, true)
	p := newTab(t, 390, 844)
	p.Open(w.url + "/hold/" + w.held(tuesday(9, 15), "reisepass"))
	p.fill("#name", "Erika Mustermann")
	p.fill("#mail", "erika@example.org")
	p.Press(kb.Enter)
	p.Says("h1", "Bitte sehen Sie in Ihr Postfach")
	p.Says("#address", "erika@example.org")
}

// TestCalendarFits: no text of a day touches its border, in any language, and large text turns the month into a list.
func TestCalendarFits(t *testing.T) {
	w := newTown(t, true, everyLanguage)
	p := newTab(t, 390, 844)
	const tight = `[...document.querySelectorAll(".cal a")].flatMap(a => [...a.children].filter(e => e.offsetParent && getComputedStyle(e).position != "absolute").map(e => {
		const r = document.createRange(); r.selectNodeContents(e);
		const text = r.getBoundingClientRect(), box = a.getBoundingClientRect();
		return text.left < box.left + 4 || text.right > box.right - 4 || text.top < box.top + 4 || text.bottom > box.bottom - 4 ? e.innerText : "" })).filter(Boolean)`
	for _, lang := range []string{"de", "de-simple", "en", "nl", "pl", "ru", "tr", "uk", "ar"} {
		p.Open(w.url + "/day?s=personalausweis.2&lang=" + lang)
		for _, size := range []string{"100%", "200%"} {
			browsertest.Eval[bool](p.Tab, `document.documentElement.style.fontSize = `+browsertest.Quote(size)+`, true`)
			if got := browsertest.Eval[[]string](p.Tab, tight); len(got) > 0 {
				t.Errorf("%s at %s: %q", lang, size, got)
			}
			p.Shoot("calendar-" + lang + "-" + strings.TrimSuffix(size, "%"))
			p.fits(390)
		}
	}
}

// TestForcedColours looks at pages as people see them who set their own colours: what can be pressed keeps an edge.
func TestForcedColours(t *testing.T) {
	for _, s := range screens() {
		switch s.name {
		case "services-ticked", "days", "times", "mine-today", "hold-errors":
		default:
			continue
		}
		p := s.open(t, 390, 844)
		browsertest.Call(p.Tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "forced-colors", Value: "active"}}})
		p.Until(`matchMedia("(forced-colors: active)").matches`)
		p.Shoot("forced-" + s.name)
		bare := browsertest.Eval[[]string](p.Tab, `[...document.querySelectorAll(".kern-btn:not(.kern-btn--tertiary), .pass, .first, .held, .today, .cal a, input[type=checkbox], input:not([type=hidden]):not([tabindex])")].filter(e => e.offsetParent && ["Top", "Bottom"].every(side => parseFloat(getComputedStyle(e)["border" + side + "Width"]) < 1)).map(e => e.outerHTML.slice(0, 100))`)
		if len(bare) > 0 {
			t.Errorf("%s: without an edge: %q", s.name, bare)
		}
		lost := browsertest.Eval[int](p.Tab, `[...document.querySelectorAll(".kern-icon")].filter(e => e.offsetParent && getComputedStyle(e).backgroundColor == getComputedStyle(document.body).backgroundColor).length`)
		if lost > 0 {
			t.Errorf("%s: %d icons in the background's colour", s.name, lost)
		}
	}
}

var pdfPage = regexp.MustCompile(`/Type\s*/Page[^s]`)

// TestPrint: the appointment is one page of A4, with nothing on it to press.
func TestPrint(t *testing.T) {
	for _, s := range screens() {
		if s.name != "mine" && s.name != "mine-confirmed" && s.name != "mine-no-mail" {
			continue
		}
		p := s.open(t, 1280, 900)
		p.Until(`document.querySelector(".pass-code img").complete`)
		yes := true
		pdf := browsertest.Call(p.Tab, page.PrintToPDF, page.PrintToPDFParams{PreferCSSPageSize: &yes}).Data
		if n := len(pdfPage.FindAll(pdf, -1)); n != 1 {
			t.Errorf("%s: %d pages", s.name, n)
		}
		browsertest.Call(p.Tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
		p.Do(chromedp.EmulateViewport(794, 1123))
		p.Shoot("print-" + s.name)
		if shown := browsertest.Eval[[]string](p.Tab, `[...document.querySelectorAll("a:not(.bar-site):not(.skip), button, input, form")].filter(e => e.offsetParent).map(e => e.outerHTML.slice(0, 100))`); len(shown) > 0 {
			t.Errorf("%s: printed: %q", s.name, shown)
		}
	}
}

// maxPage is the most that one page may weigh in bytes, without fonts, as it goes over the line.
const maxPage = 100 << 10

// TestWeight: every page is light, and loads nothing from elsewhere.
func TestWeight(t *testing.T) {
	w := newTown(t, true)
	secret := w.booked(tuesday(9, 15), "personalausweis")
	for _, path := range []string{"/", "/day?s=personalausweis.2", "/time?s=personalausweis.1&day=2026-11-26", "/hold/" + w.held(tuesday(8, 0), "reisepass"), "/appointment/" + secret, "/privacy"} {
		p := newTab(t, 390, 844)
		p.Open(w.url + path)
		p.Until(`document.readyState == "complete"`)
		size := browsertest.Eval[int](p.Tab, `[...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")].filter(r => !r.name.endsWith(".woff2")).reduce((n, r) => n + r.encodedBodySize, 0)`)
		if size > maxPage || size < 20<<10 {
			t.Errorf("%s: %d bytes", path, size)
		}
		if foreign := browsertest.Eval[[]string](p.Tab, `performance.getEntriesByType("resource").map(r => r.name).filter(n => !n.startsWith(location.origin) && !n.startsWith("data:"))`); len(foreign) > 0 {
			t.Errorf("%s loads %q", path, foreign)
		}
	}
}

// TestOffline: without a network there is a page of ours, and nothing of the person is kept.
func TestOffline(t *testing.T) {
	w := newTown(t, true)
	secret := w.booked(tuesday(9, 15), "personalausweis")
	p := newTab(t, 390, 844)
	p.Open(w.url + "/appointment/" + secret)
	browsertest.Eval[bool](p.Tab, `navigator.serviceWorker.ready.then(r => true)`)
	p.Open(w.url + "/appointment/" + secret) // now the worker sees it
	p.Says("h1", "Ihr Termin")
	browsertest.Eval[bool](p.Tab, `document.fonts.ready.then(() => true)`)
	kept := browsertest.Eval[[]string](p.Tab, `(async () => { const all = []; for (const n of await caches.keys()) for (const r of await (await caches.open(n)).keys()) all.push(new URL(r.url).pathname); return all })()`)
	if len(kept) == 0 {
		t.Error("nothing is kept")
	}
	for _, path := range kept {
		if path != "/offline" && !strings.HasPrefix(path, "/static/") {
			t.Errorf("kept: %s", path)
		}
	}
	w.down.Store(true)
	browsertest.Eval[bool](p.Tab, `location.reload(), true`)
	p.Says("h1", "Keine Verbindung")
	if got := browsertest.Eval[string](p.Tab, `getComputedStyle(document.querySelector("h1")).fontFamily`); !strings.Contains(got, "Fira Sans") {
		t.Errorf("font %q", got)
	}
	w.down.Store(false)
	browsertest.Eval[bool](p.Tab, `location.reload(), true`)
	p.Says("h1", "Ihr Termin")
}

// TestEmbedded: one line in the town's page shows the booking there, as high as it is, and only where it may.
func TestEmbedded(t *testing.T) {
	body := ""
	homepage := func() string {
		return serve(t, http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
			rw.Header().Set("Content-Type", "text/html; charset=utf-8")
			fmt.Fprint(rw, body)
		}))
	}
	ours, other := homepage(), homepage()
	w := newTown(t, true, func(c *citizen.Config) { c.Origins = []string{ours} })
	body = `<!doctype html><html lang="de"><title>Gemeinde</title><body><main><h1>Gemeinde</h1><script src="` + w.url + `/embed.js" data-service="personalausweis" async></script></main></body></html>`
	p := newTab(t, 1280, 900)
	p.Open(ours)
	p.Until(`document.querySelector("iframe")`)
	browsertest.Eval[bool](p.Tab, `document.querySelector("iframe").scrollIntoView(), true`)
	p.Until(`document.querySelector("iframe").style.height != "900px"`)
	high := browsertest.Eval[float64](p.Tab, `parseFloat(document.querySelector("iframe").style.height)`)
	if high < 300 || high > 2000 {
		t.Errorf("%v px high", high)
	}
	p.Shoot("embed-in-homepage")
	if got := browsertest.Eval[string](p.Tab, `document.querySelector("iframe").title`); got != "Termin buchen" {
		t.Errorf("title %q", got)
	}
	if got := browsertest.Eval[string](p.Tab, `document.querySelector("iframe + p a").href`); got != w.url+"/service/personalausweis?lang=de" {
		t.Errorf("link %q", got)
	}
	for _, f := range p.Findings() {
		t.Error(f)
	}
	// A message from somebody else changes nothing.
	browsertest.Eval[bool](p.Tab, `window.postMessage({ wartemarke: "height", height: 7 }, "*"), new Promise(r => { addEventListener("message", () => r(true)); window.postMessage("last", "*") })`)
	if now := browsertest.Eval[float64](p.Tab, `parseFloat(document.querySelector("iframe").style.height)`); now != high {
		t.Errorf("%v px high", now)
	}
	// A further step begins at the top of the frame.
	p.Do(chromedp.EmulateViewport(390, 500))
	bottom := `scrollTo(0, document.body.scrollHeight), document.querySelector("iframe").getBoundingClientRect().top`
	if top := browsertest.Eval[float64](p.Tab, bottom); top >= 0 {
		t.Fatalf("the frame begins at %v", top)
	}
	browsertest.Eval[bool](p.Tab, `new Promise(r => { const f = document.querySelector("iframe"); f.addEventListener("load", () => r(true)); f.src = f.src.replace("/service/personalausweis?", "/day?s=personalausweis.1&") })`)
	p.Until(`Math.abs(document.querySelector("iframe").getBoundingClientRect().top) < 1`)
	p.Open(other)
	p.Until(`document.querySelector("iframe")`)
	browsertest.Eval[bool](p.Tab, `new Promise(r => { const f = document.querySelector("iframe"); f.addEventListener("load", () => r(true)); f.src = f.src; f.scrollIntoView() })`)
	if got := browsertest.Eval[string](p.Tab, `document.querySelector("iframe").style.height`); got != "900px" {
		t.Errorf("another site's frame is %s high", got)
	}
}
