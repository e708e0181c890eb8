// Package browser lets a test click in a real Chromium. It stands apart from acctest, as
// nothing else needs what drives it.
package browser

import (
	"context"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/chromedp/chromedp" // drives a real Chromium over its DevTools protocol, for the sandbox's page
	"github.com/chromedp/chromedp/kb"
)

// patience bounds one step, on a machine that has other things to do.
const patience = 60 * time.Second

// chromiumVariable says where a Chromium is.
const chromiumVariable = "CHROMIUM"

// Browser is a real headless Chromium with a profile of its own.
type Browser struct {
	t   testing.TB
	ctx context.Context
}

// Start starts a Chromium that ends with the test, which is skipped where there is
// none.
func Start(t testing.TB) *Browser {
	t.Helper()
	options := []chromedp.ExecAllocatorOption{chromedp.ExecPath(chromium(t)), chromedp.UserDataDir(t.TempDir()), chromedp.WindowSize(1500, 1100)}
	for _, flag := range []string{"headless", "no-sandbox", "disable-gpu", "disable-quic", "no-first-run", "no-default-browser-check",
		"disable-background-networking", "disable-component-update", "disable-sync", "disable-dev-shm-usage"} {
		options = append(options, chromedp.Flag(flag, true))
	}
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, closeTab := chromedp.NewContext(allocator)
	t.Cleanup(func() { closeTab(); stop() })
	b := &Browser{t, ctx}
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil { // without a deadline, which would end the browser
		t.Fatalf("Chromium does not start: %v", err)
	}
	return b
}

// chromium finds one by its variable or on PATH.
func chromium(t testing.TB) string {
	t.Helper()
	if named := os.Getenv(chromiumVariable); named != "" {
		return named
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			return found
		}
	}
	t.Skipf("Skipped: this test clicks in a real Chromium, and there is none on PATH. Install one (on Debian: apt-get install chromium), "+
		"or name one in %s.", chromiumVariable)
	return ""
}

// run does one step.
func run[T any](b *Browser, what string, action chromedp.Action[T]) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	got, err := chromedp.Run(ctx, action)
	if err != nil {
		text, _ := chromedp.Run(b.ctx, chromedp.Evaluate[string]("document.body.innerText"))
		b.t.Fatalf("%s: %v; the page says:\n%s", what, err, text)
	}
	return got
}

// Open goes to an address.
func (b *Browser) Open(address string) {
	b.t.Helper()
	run(b, "open the page", chromedp.Navigate(address))
}

// Click clicks what a CSS selector finds, once it is there.
func (b *Browser) Click(selector string) {
	b.t.Helper()
	b.Sees(selector)
	run(b, "click "+selector, chromedp.Click(chromedp.CSS(selector)))
}

// Press types a key where the focus is.
func (b *Browser) Press(key string) {
	b.t.Helper()
	run(b, "press a key", chromedp.KeyEvent(key))
}

// Sees waits until a CSS selector finds something.
func (b *Browser) Sees(selector string) {
	b.t.Helper()
	run(b, "wait for "+selector, chromedp.WaitVisible(chromedp.CSS(selector)))
}

// Gone waits until a CSS selector finds nothing.
func (b *Browser) Gone(selector string) {
	b.t.Helper()
	run(b, "wait until there is no "+selector, chromedp.WaitNotPresent(chromedp.CSS(selector)))
}

// Evaluate is the value of an expression of JavaScript, as text.
func (b *Browser) Evaluate(expression string) string {
	b.t.Helper()
	return run(b, expression, chromedp.Evaluate[string]("String("+expression+")"))
}

// Screenshot is what is shown, as a PNG.
func (b *Browser) Screenshot() []byte {
	b.t.Helper()
	return run(b, "take a screenshot", chromedp.CaptureScreenshot())
}

// Keys for Press.
const (
	Right    = kb.ArrowRight
	Up       = kb.ArrowUp
	PageUp   = kb.PageUp
	PageDown = kb.PageDown
	Home     = kb.Home
	End      = kb.End
	Enter    = kb.Enter
	Escape   = kb.Escape
)
