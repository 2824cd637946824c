//go:build e2e

package e2e

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// browser starts one Chromium for a test; each clerk gets a window of his own in it, with cookies of his own.
func browser(t testing.TB) context.Context {
	t.Helper()
	opts := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.NoSandbox, chromedp.DisableGPU, chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("accept-lang", "de"))
	alloc, cancel := chromedp.NewExecAllocator(context.Background(), opts...)
	t.Cleanup(cancel)
	ctx, cancel := chromedp.NewContext(alloc)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("start Chromium: %v", err)
	}
	return ctx
}

// clerk is a person at a desk with the clerk page open.
type clerk struct {
	t   testing.TB
	ctx context.Context
}

// window opens a page in a window with cookies of its own.
func window(t testing.TB, parent context.Context, url string) *clerk {
	t.Helper()
	ctx, cancel := chromedp.NewContext(parent, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	c := &clerk{t: t, ctx: ctx}
	if err := chromedp.Do(ctx); err != nil { // the window lives as long as this context
		t.Fatalf("open a window: %v", err)
	}
	c.do(chromedp.EmulateViewport(420, 1000), chromedp.Navigate(url))
	return c
}

// signIn opens the page of a counter as a clerk who just came to work.
func (h *town) signIn(t testing.TB, parent context.Context, name, counter string) *clerk {
	t.Helper()
	c := window(t, parent, "http://"+h.staff+"/login?next=/counter/"+counter)
	c.do(
		chromedp.SendKeys(chromedp.CSS(`input[name="name"]`), name),
		chromedp.SendKeys(chromedp.CSS(`input[name="password"]`), password),
	)
	c.click("#b-login")
	c.sees("Schalter " + counter)
	return c
}

func (c *clerk) do(actions ...chromedp.Action[chromedp.Void]) {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		c.keep()
		c.t.Fatalf("browser: %v\npage: %s", err, c.page())
	}
}

// page is the text that the page shows.
func (c *clerk) page() string {
	ctx, cancel := context.WithTimeout(c.ctx, 5*time.Second)
	defer cancel()
	s, err := chromedp.Run(ctx, chromedp.Evaluate[string](`document.body ? document.body.innerText : ""`))
	if err != nil {
		return ""
	}
	return strings.Join(strings.Fields(s), " ")
}

// sees waits until the page shows all of want, by itself.
func (c *clerk) sees(want ...string) {
	c.t.Helper()
	defer func() {
		if c.t.Failed() {
			c.keep()
			c.t.Logf("the page shows: %s", tail(c.page(), 2000))
		}
	}()
	eventually(c.t, fmt.Sprintf("the page shows %q", want), func() bool {
		got := c.page()
		for _, w := range want {
			if !strings.Contains(got, w) {
				return false
			}
		}
		return true
	})
}

// misses waits until the page no longer shows unwanted.
func (c *clerk) misses(unwanted string) {
	c.t.Helper()
	eventually(c.t, fmt.Sprintf("the page no longer shows %q", unwanted), func() bool { return !strings.Contains(c.page(), unwanted) })
}

// click activates the first visible element that the selector finds, once it is there.
func (c *clerk) click(selector string) {
	c.t.Helper()
	c.do(chromedp.Click(chromedp.CSS(selector)))
}

// waits until the page shows an element.
func (c *clerk) waits(selector string) {
	c.t.Helper()
	c.do(chromedp.WaitVisible(chromedp.CSS(selector)))
}

// types gives keys to whatever has the focus: the page's shortcuts.
func (c *clerk) types(keys string) {
	c.t.Helper()
	c.do(chromedp.KeyEvent(keys))
}

// fill puts text into a field.
func (c *clerk) fill(selector, value string) {
	c.t.Helper()
	c.do(chromedp.SetValue(chromedp.CSS(selector), value))
}

// number is the number of the ticket at this counter, once there is one.
func (c *clerk) number() string {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.ctx, patience)
	defer cancel()
	s, err := chromedp.Run(ctx, chromedp.Text(chromedp.CSS(".ticket-number")))
	if err != nil {
		c.keep()
		c.t.Fatalf("no ticket at the counter: %v\npage: %s", err, c.page())
	}
	return strings.TrimSpace(s)
}

// keep leaves a picture of the page for who looks into a failure.
func (c *clerk) keep() {
	ctx, cancel := context.WithTimeout(c.ctx, 5*time.Second)
	defer cancel()
	png, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err != nil {
		c.t.Log(err)
		return
	}
	dir := filepath.Join("..", "..", "..", "out", "failed")
	file := filepath.Join(dir, strings.ReplaceAll(c.t.Name(), "/", "-")+"-page.png")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		c.t.Log(err)
	} else if err := os.WriteFile(file, png, 0o644); err != nil {
		c.t.Log(err)
	}
}
