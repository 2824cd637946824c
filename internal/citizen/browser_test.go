package citizen_test

import (
	"context"
	"encoding/json"
	"log"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// axe is the one that internal/web brings along for its tests.
var axe = sync.OnceValues(func() ([]byte, error) { return os.ReadFile(filepath.Join("..", "web", "testdata", "axe.min.js")) })

// shotsEnv names the environment variable that makes tests write pictures to out/citizen.
const shotsEnv = "WARTEMARKE_SHOTS"

// deadline is the longest that one browser test may take.
const deadline = 90 * time.Second

// patience is the longest that a page may take to show something.
const patience = 10 * time.Second

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

func TestMain(m *testing.M) {
	code := m.Run()
	if ctx, err := chromium(); err == nil {
		if err := chromedp.Cancel(ctx); err != nil {
			log.Print("close chromium: ", err)
		}
	}
	os.Exit(code)
}

// tab is one page in a fresh profile, with what it logged.
type tab struct {
	context.Context
	t testing.TB
}

func newTab(t testing.TB, width, height int64) tab {
	t.Helper()
	browser, err := chromium()
	if err != nil {
		t.Fatalf("start chromium (Debian package chromium): %v", err)
	}
	ctx, cancel := chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	ctx, stop := context.WithTimeout(ctx, deadline)
	t.Cleanup(stop)
	p := tab{ctx, t}
	// The first command on the context opens the page.
	p.do(chromedp.EmulateViewport(width, height))
	return p
}

func (p tab) do(actions ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	if err := chromedp.Do(p, actions...); err != nil {
		p.t.Fatal(err)
	}
}

// call sends one command of the browser's own protocol.
func call[P, R any](p tab, c cdp.Command[P, R], params P) R {
	p.t.Helper()
	r, err := chromedp.Call(p, c, params)
	if err != nil {
		p.t.Fatal(err)
	}
	return r
}

// eval gives the value of a JavaScript expression.
func eval[T any](p tab, js string) T {
	p.t.Helper()
	v, err := chromedp.Run(p, chromedp.Evaluate[T](js, chromedp.EvalAwaitPromise))
	if err != nil {
		p.t.Fatalf("%.200s: %v", js, err)
	}
	return v
}

func (p tab) open(url string) {
	p.t.Helper()
	p.do(chromedp.Navigate(url))
}

func (p tab) click(selector string) {
	p.t.Helper()
	p.do(chromedp.Click(chromedp.CSS(selector)))
}

func (p tab) text(selector string) string {
	p.t.Helper()
	return eval[string](p, `(document.querySelector(`+quote(selector)+`) || {innerText: ""}).innerText`)
}

// until asks again and again, over changes of page, until the JavaScript expression is true.
func (p tab) until(js string) {
	p.t.Helper()
	ctx, stop := context.WithTimeout(p, patience)
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
			p.shoot(p.t.Name() + "-failed")
			p.t.Fatalf("never true: %s (%v); page:\n%s", js, err, p.text("body"))
		}
	}
}

// says waits until the element's text holds s.
func (p tab) says(selector, s string) {
	p.t.Helper()
	p.until(`(document.querySelector(` + quote(selector) + `) || {innerText: ""}).innerText.replaceAll("\u00a0", " ").includes(` + quote(s) + `)`)
}

// press types text and keys such as Enter.
func (p tab) press(key string) { p.t.Helper(); p.do(chromedp.KeyEvent(key)) }

func quote(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// shoot writes a picture of the whole page to out/citizen when WARTEMARKE_SHOTS is set.
func (p tab) shoot(name string) {
	p.t.Helper()
	if os.Getenv(shotsEnv) == "" {
		return
	}
	beyond := true
	png := call(p, page.CaptureScreenshot, page.CaptureScreenshotParams{CaptureBeyondViewport: &beyond}).Data
	dir := filepath.Join("..", "..", "out", "citizen")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, strings.ReplaceAll(name, "/", "-")+".png"), png, 0o644); err != nil {
		p.t.Fatal(err)
	}
}

// findings runs axe-core and gives one line for each violation of WCAG 2.2 A and AA and of its best practices.
func (p tab) findings() []string {
	p.t.Helper()
	script, err := axe()
	if err != nil {
		p.t.Fatal(err)
	}
	eval[bool](p, string(script)+";true")
	return eval[[]string](p, `axe.run({runOnly: ["wcag2a","wcag2aa","wcag21a","wcag21aa","wcag22aa","best-practice"]}).then(r =>
		r.violations.flatMap(v => v.nodes.map(n => v.id + ": " + v.help + ": " + n.html + " " + (n.any[0] ? n.any[0].message : ""))))`)
}

// sizes are a telephone and a whole screen.
var sizes = []struct{ width, height int64 }{{390, 844}, {1280, 900}}
