// Package browsertest drives Chromium for the tests of the pages.
package browsertest

import (
	"context"
	_ "embed" // axe
	"encoding/json"
	"log"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// axe-core 4.14.1 (npm axe-core, MPL-2.0), unchanged.
//
//go:embed axe.min.js
var axe string

// shotsEnv names the environment variable that makes tests write pictures to out.
const shotsEnv = "WARTEMARKE_SHOTS"

// deadline is the longest that one browser test may take.
const deadline = 4 * time.Minute

// Patience is the longest that a page may take to show something.
const Patience = 40 * time.Second

// chromium is one browser for all tests of the package; each test gets a profile of its own in it.
var chromium = sync.OnceValues(func() (context.Context, error) {
	opts := []chromedp.ExecAllocatorOption{chromedp.NoFirstRun, chromedp.NoDefaultBrowserCheck, chromedp.Headless}
	for _, f := range []string{"no-sandbox", "disable-gpu", "disable-background-networking", "disable-component-update", "disable-sync", "hide-scrollbars", "disable-dev-shm-usage"} {
		opts = append(opts, chromedp.Flag(f, true))
	}
	// A name that is not localhost: browsers treat plain http there as the house network's, without Sec-Fetch-Site.
	opts = append(opts, chromedp.Flag("host-resolver-rules", "MAP hall.test 127.0.0.1"), chromedp.Flag("accept-lang", "de-DE"))
	allocator, _ := chromedp.NewExecAllocator(context.Background(), opts...)
	ctx, _ := chromedp.NewContext(allocator, chromedp.WithErrorf(log.Printf))
	return ctx, chromedp.Do(ctx)
})

// Main runs the tests of a package and closes the browser after them.
func Main(m *testing.M) {
	code := m.Run()
	if ctx, err := chromium(); err == nil {
		if err := chromedp.Cancel(ctx); err != nil {
			log.Print("close chromium: ", err)
		}
	}
	os.Exit(code)
}

// Tab is one page in a fresh profile.
type Tab struct {
	context.Context
	t     testing.TB
	shots string
}

// New opens one; pictures go to out/shots.
func New(t testing.TB, shots string, width, height int64) Tab {
	t.Helper()
	browser, err := chromium()
	if err != nil {
		t.Fatalf("start chromium (Debian package chromium): %v", err)
	}
	ctx, cancel := chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	ctx, stop := context.WithTimeout(ctx, deadline)
	t.Cleanup(stop)
	p := Tab{ctx, t, shots}
	// The first command on the context opens the page.
	p.Do(chromedp.EmulateViewport(width, height))
	return p
}

// Do runs actions of chromedp.
func (p Tab) Do(actions ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	if err := chromedp.Do(p, actions...); err != nil {
		p.t.Fatal(err)
	}
}

// Call sends one command of the browser's own protocol.
func Call[P, R any](p Tab, c cdp.Command[P, R], params P) R {
	p.t.Helper()
	r, err := chromedp.Call(p, c, params)
	if err != nil {
		p.t.Fatal(err)
	}
	return r
}

// Eval gives the value of a JavaScript expression.
func Eval[T any](p Tab, js string) T {
	p.t.Helper()
	v, err := chromedp.Run(p, chromedp.Evaluate[T](js, chromedp.EvalAwaitPromise))
	if err != nil {
		p.t.Fatalf("%.200s: %v", js, err)
	}
	return v
}

// Open goes to an address.
func (p Tab) Open(url string) {
	p.t.Helper()
	p.Do(chromedp.Navigate(url))
}

// Click presses what the selector finds, once it can be seen.
func (p Tab) Click(selector string) {
	p.t.Helper()
	p.Do(chromedp.Click(chromedp.CSS(selector)))
}

// Text is what an element shows, "" where there is none.
func (p Tab) Text(selector string) string {
	p.t.Helper()
	return Eval[string](p, `(document.querySelector(`+Quote(selector)+`) || {innerText: ""}).innerText`)
}

// Until asks again and again, over changes of page, until the JavaScript expression is true.
func (p Tab) Until(js string) {
	p.t.Helper()
	ctx, stop := context.WithTimeout(p, Patience)
	defer stop()
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for {
		ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("Boolean("+js+")"))
		if err == nil && ok {
			return
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			p.Shoot(p.t.Name() + "-failed")
			p.t.Fatalf("never true: %s (%v); page:\n%s", js, err, p.Text("body"))
		}
	}
}

// Says waits until the element's text holds s.
func (p Tab) Says(selector, s string) {
	p.t.Helper()
	p.Until(`(document.querySelector(` + Quote(selector) + `) || {innerText: ""}).innerText.replaceAll("\u00a0", " ").includes(` + Quote(s) + `)`)
}

// Shortcut presses a letter as a keyboard does: no text comes of it if the page takes the key for itself.
func (p Tab) Shortcut(letter string) {
	p.t.Helper()
	code := int64(strings.ToUpper(letter)[0])
	for _, kind := range []input.DispatchKeyEventType{input.DispatchKeyEventTypeKeyDown, input.DispatchKeyEventTypeKeyUp} {
		k := input.DispatchKeyEventParams{Type: kind, Key: letter, Code: "Key" + strings.ToUpper(letter), WindowsVirtualKeyCode: code}
		if kind == input.DispatchKeyEventTypeKeyDown {
			k.Text = letter
		}
		Call(p, input.DispatchKeyEvent, k)
	}
}

// Press types text and keys such as Enter.
func (p Tab) Press(key string) { p.t.Helper(); p.Do(chromedp.KeyEvent(key)) }

// Quote gives s as a JavaScript string.
func Quote(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// Shoot writes a picture of the whole page when WARTEMARKE_SHOTS is set.
func (p Tab) Shoot(name string) {
	p.t.Helper()
	if os.Getenv(shotsEnv) == "" {
		return
	}
	beyond := true
	png := Call(p, page.CaptureScreenshot, page.CaptureScreenshotParams{CaptureBeyondViewport: &beyond}).Data
	dir := filepath.Join("..", "..", "out", p.shots)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, strings.ReplaceAll(name, "/", "-")+".png"), png, 0o644); err != nil {
		p.t.Fatal(err)
	}
}

// Findings runs axe-core and gives one line for each violation of WCAG 2.2 A and AA and of its best practices.
func (p Tab) Findings() []string {
	p.t.Helper()
	Eval[bool](p, axe+";true")
	return Eval[[]string](p, `axe.run({runOnly: ["wcag2a","wcag2aa","wcag21a","wcag21aa","wcag22aa","best-practice"]}).then(r =>
		r.violations.flatMap(v => v.nodes.map(n => v.id + ": " + v.help + ": " + n.html + " " + (n.any[0] ? n.any[0].message : ""))))`)
}
