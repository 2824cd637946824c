package citizen_test

import (
	"fmt"
	"net/url"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"westerkappeln.de/wartemarke/internal/catalogue"
	"westerkappeln.de/wartemarke/internal/citizen"
	"westerkappeln.de/wartemarke/internal/page/browsertest"
)

// screen is one page in one state: path brings it about and says where it is.
type screen struct {
	name  string
	mail  bool
	path  func(*town) string
	after func(tab)
	set   func(*citizen.Config)
}

func at(path string) func(*town) string { return func(*town) string { return path } }

func mine(more string) func(*town) string {
	return func(w *town) string {
		return "/appointment/" + w.booked(tuesday(9, 15), "personalausweis", "reisepass") + more
	}
}

// screens are all pages in all states that look different.
func screens() []screen {
	return []screen{
		{name: "services", mail: true, path: at("/")},
		{name: "services-ticked", mail: true, path: at("/?service=personalausweis&n.personalausweis=2"), after: func(p tab) {
			browsertest.Eval[bool](p.Tab, `document.querySelector("details").open = true`)
		}},
		{name: "services-error", mail: true, path: at("/choose?service=personalausweis&service=urkunde")},
		{name: "services-many", mail: true, path: func(w *town) string {
			c := catalog()
			for i := range 8 {
				s := c.Services[0]
				s.ID, s.Name = fmt.Sprint("s", i), text(fmt.Sprint("Anliegen ", i), fmt.Sprint("Service ", i))
				c.Services = append(c.Services, s)
			}
			if _, err := w.ApplyCatalogue(w.ctx, operator, c, true); err != nil {
				w.t.Fatal(err)
			}
			return "/"
		}},
		{name: "service", mail: true, path: at("/service/personalausweis")},
		{name: "days", mail: true, path: at("/day?s=personalausweis.2")},
		{name: "days-december", mail: true, path: at("/day?s=personalausweis.2&month=2026-12")},
		{name: "days-none-in-month", mail: true, path: func(w *town) string {
			c := catalog()
			c.Closed = []catalogue.Closed{{From: "2026-12-01", To: "2026-12-31", Departments: []string{"standesamt"}}}
			if _, err := w.ApplyCatalogue(w.ctx, operator, c, true); err != nil {
				w.t.Fatal(err)
			}
			return "/day?s=urkunde.1&month=2026-12"
		}},
		{name: "days-never", mail: true, path: func(w *town) string {
			c := catalog()
			c.Openings[2].ValidTo = "2026-11-20"
			if _, err := w.ApplyCatalogue(w.ctx, operator, c, true); err != nil {
				w.t.Fatal(err)
			}
			return "/day?s=urkunde.1"
		}},
		{name: "times", mail: true, path: at("/time?s=personalausweis.1&day=2026-11-26")},
		{name: "times-none", mail: true, path: at("/time?s=personalausweis.1&day=2026-11-25")},
		{name: "hold", mail: true, path: func(w *town) string { return "/hold/" + w.held(tuesday(9, 15), "personalausweis") }},
		{name: "hold-no-mail", path: func(w *town) string { return "/hold/" + w.held(tuesday(9, 15), "personalausweis") }},
		{name: "hold-errors", mail: true, path: func(w *town) string { return "/hold/" + w.held(tuesday(9, 15), "personalausweis") }, after: func(p tab) {
			p.Click("#b-book")
			p.Until(`document.activeElement.id == "summary"`)
		}},
		{name: "lapsed", mail: true, path: at("/hold/none?s=personalausweis.1&start=2026-11-24T08:00:00Z")},
		{name: "sent", mail: true, path: func(w *town) string {
			secret := w.held(tuesday(9, 15), "personalausweis")
			if _, err := w.Register(w.ctx, anybody, secret, person); err != nil {
				w.t.Fatal(err)
			}
			return "/hold/" + secret + "/sent"
		}},
		{name: "sent-undeliverable", mail: true, path: func(w *town) string { return "/hold/" + w.undeliverable(tuesday(9, 15)) + "/sent" }},
		{name: "hold-correct", mail: true, path: func(w *town) string { return "/hold/" + w.undeliverable(tuesday(9, 15)) + "?correct=1" }},
		{name: "hold-doubt", mail: true, path: func(w *town) string { return "/hold/" + w.held(tuesday(9, 15), "personalausweis") }, after: func(p tab) {
			p.fill("#name", "Erika Mustermann")
			p.fill("#mail", "erika@gmial.com")
			p.Press(kb.Enter)
			p.Says("#person", "")
			p.Until(`document.activeElement.matches(".first")`)
		}},
		{name: "hold-longer", mail: true, path: func(w *town) string { return "/hold/" + w.held(tuesday(9, 15), "personalausweis") }, after: func(p tab) {
			p.Click("#b-longer")
			p.Until(`document.activeElement.matches(".result")`)
		}},
		{name: "hold-over", mail: true, path: func(w *town) string { return "/hold/" + w.held(tuesday(9, 15), "personalausweis") }, after: func(p tab) {
			p.late(20)
			p.Says(".held-left", "Die reservierte Zeit ist um")
		}},
		{name: "mine-arabic", mail: true, path: mine("?lang=ar"), set: everyLanguage},
		{name: "days-arabic", mail: true, path: at("/day?s=personalausweis.2&lang=ar"), set: everyLanguage},
		{name: "hold-arabic", mail: true, path: func(w *town) string { return "/hold/" + w.held(tuesday(9, 15), "personalausweis") + "?lang=ar" }, set: everyLanguage},
		{name: "sent-arabic", mail: true, path: func(w *town) string { return "/hold/" + w.undeliverable(tuesday(9, 15)) + "/sent?lang=ar" }, set: everyLanguage},
		{name: "services-arabic", mail: true, path: at("/?lang=ar"), set: everyLanguage},
		{name: "times-arabic", mail: true, path: at("/time?s=personalausweis.1&day=2026-11-26&lang=ar"), set: everyLanguage},
		{name: "confirm", mail: true, path: func(w *town) string { return "/appointment/" + w.own(tuesday(9, 15), "personalausweis") }},
		{name: "mine-confirmed", mail: true, path: mine("?done=confirmed")},
		{name: "mine", mail: true, path: func(w *town) string {
			secret := w.booked(tuesday(9, 15), "personalausweis")
			upload(w.t.(*testing.T), w, secret, "Wohnungsgeberbestätigung von Herrn Beispiel.pdf", smallPDF).expect(w.t, 303)
			return "/appointment/" + secret
		}},
		{name: "mine-english", mail: true, path: mine("?lang=en")},
		{name: "mine-no-mail", path: func(w *town) string { return "/appointment/" + w.own(tuesday(9, 15), "personalausweis") }},
		{name: "mine-today", mail: true, path: func(w *town) string {
			secret := w.booked(tuesday(9, 15), "personalausweis")
			w.pass(23*time.Hour + 30*time.Minute)
			if _, err := w.CheckIn(w.ctx, clerk, string(w.mine(secret).Appointment.Code), false); err != nil {
				w.t.Fatal(err)
			}
			return "/appointment/" + secret
		}},
		{name: "mine-over", mail: true, path: func(w *town) string {
			secret := w.booked(tuesday(9, 15), "personalausweis")
			w.pass(26 * time.Hour)
			return "/appointment/" + secret
		}},
		{name: "mine-cancelled", mail: true, path: func(w *town) string {
			secret := w.booked(tuesday(9, 15), "personalausweis")
			if _, err := w.CancelMine(w.ctx, anybody, secret); err != nil {
				w.t.Fatal(err)
			}
			return "/appointment/" + secret + "?done=cancelled"
		}},
		{name: "move", mail: true, path: mine("/move")},
		{name: "move-times", mail: true, path: mine("/move?day=2026-11-26")},
		{name: "move-same", mail: true, path: mine("/move?start=" + url.QueryEscape(tuesday(9, 15).Format(time.RFC3339)))},
		{name: "move-to", mail: true, path: mine("/move?start=" + url.QueryEscape(tuesday(8, 0).Format(time.RFC3339)))},
		{name: "cancel", mail: true, path: mine("/cancel")},
		{name: "unknown", mail: true, path: at("/appointment/unknown")},
		{name: "privacy", mail: true, path: at("/privacy")},
		{name: "offline", mail: true, path: at("/offline")},
		{name: "not-found", mail: true, path: at("/nirgends")},
		{name: "off", path: at("/"), set: func(c *citizen.Config) { c.Enabled = false }},
		{name: "embedded", mail: true, path: at("/service/personalausweis?embed=1"), set: func(c *citizen.Config) { c.Origins = []string{"https://www.example.org"} }},
		{name: "taken", mail: true, path: func(w *town) string {
			w.held(tuesday(9, 15), "personalausweis")
			return "/time?s=personalausweis.1&day=2026-11-24"
		}, after: func(p tab) {
			browsertest.Eval[bool](p.Tab, `(() => { const b = document.querySelector("button[name=start]"); b.value = "2026-11-24T08:15:00Z"; b.click(); return true })()`)
			p.Until(`document.activeElement.id == "summary"`)
		}},
	}
}

func everyLanguage(c *citizen.Config) {
	c.Site.Languages = []string{"de", "de-simple", "en", "nl", "pl", "ru", "tr", "uk", "ar"}
}

func (s screen) open(t *testing.T, width, height int64) tab {
	t.Helper()
	var change []func(*citizen.Config)
	if s.set != nil {
		change = append(change, s.set)
	}
	w := newTown(t, s.mail, change...)
	p := newTab(t, width, height)
	p.Open(w.url + s.path(w))
	if s.after != nil {
		s.after(p)
	}
	return p
}

// TestScreens looks at every page in every state: axe has no finding, and nothing has to be scrolled sideways, down to
// 320 px, which is a window of 1280 px at 400 % (WCAG 2.2, 1.4.10).
func TestScreens(t *testing.T) {
	for _, s := range screens() {
		t.Run(s.name, func(t *testing.T) {
			p := s.open(t, sizes[0].width, sizes[0].height)
			for _, size := range sizes {
				p.Do(chromedp.EmulateViewport(size.width, size.height))
				p.Shoot(fmt.Sprintf("%s-%d", s.name, size.width))
				for _, f := range p.Findings() {
					t.Errorf("%d px: %s", size.width, f)
				}
				p.fits(size.width)
			}
			p.Do(chromedp.EmulateViewport(320, 800))
			p.fits(320)
			for _, f := range p.Findings() {
				t.Errorf("320 px: %s", f)
			}
			p.Shoot(s.name + "-320")
			if c := browsertest.Eval[string](p.Tab, `document.cookie`); c != "" {
				t.Errorf("cookie %q", c)
			}
		})
	}
}

// fits fails when the page is wider than the window.
func (p tab) fits(width int64) {
	p.t.Helper()
	if wide := browsertest.Eval[int64](p.Tab, `document.documentElement.scrollWidth`); wide > width {
		p.t.Errorf("the page is %d px wide in a window of %d px: %q", wide, width, browsertest.Eval[[]string](p.Tab,
			`[...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > innerWidth + 1).slice(0, 5).map(e => e.outerHTML.slice(0, 120))`))
	}
}

// TestAxeFinds makes sure that the eyes of TestScreens are open.
func TestAxeFinds(t *testing.T) {
	p := newTab(t, 390, 844)
	p.Open("data:text/html,<input><img src=x>")
	if f := p.Findings(); len(f) < 2 {
		t.Errorf("findings on a bad page: %q", f)
	}
}
