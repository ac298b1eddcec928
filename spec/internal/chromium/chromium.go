// Package chromium runs a browser for tests: headless Chromium, driven over the
// DevTools protocol.
//
//	browser := chromium.Launch(t)        // skips the test where there is none
//	page := browser.Open(t, "http://127.0.0.1:8080/")
//	page.Eval(`document.title`, &title)  // promises are waited for
//	page.Wait(`document.querySelectorAll("li").length == 3`)
//
// Debian's package is called chromium. With INTEROP_REQUIRED in the environment,
// as CI sets it, a test without a browser fails.
//
// A page is best opened from a server on loopback: one without an address of its
// own, such as about:blank, may not connect to loopback.
package chromium

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"
)

// patience bounds the start of the browser, each answer of its, and its end.
const patience = 30 * time.Second

// programs are the names that a Chromium goes by.
var programs = []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"}

// Browser is a running Chromium. Safe from any goroutine.
type Browser struct{ wire *wire }

// Launch starts a browser, which ends with the test.
func Launch(t *testing.T) *Browser {
	t.Helper()
	path := find(t)
	folder, err := os.MkdirTemp("", "tickwire-chromium-*")
	if err != nil {
		t.Fatal(err)
	}
	// Chromium reads commands from descriptor 3 and answers on 4: no port is
	// opened, and it ends when this process does, however that ends.
	commands, toBrowser := pipe(t)
	fromBrowser, answers := pipe(t)
	command := exec.Command(path,
		"--headless=new", "--remote-debugging-pipe", "--user-data-dir="+folder,
		"--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic", "--no-first-run",
		"--no-proxy-server", "--disable-background-networking", "--disable-component-update", "--disable-sync",
		"--disable-default-apps", "--disable-extensions", "--disable-breakpad", "--mute-audio",
		// A tab that it takes for hidden has its timers once a second.
		"--disable-background-timer-throttling", "--disable-backgrounding-occluded-windows", "--disable-renderer-backgrounding",
		"about:blank")
	command.ExtraFiles = []*os.File{commands, answers}
	var printed output
	command.Stdout, command.Stderr = &printed, &printed
	command.WaitDelay = 5 * time.Second // for children that hold its output
	err = command.Start()
	commands.Close()
	answers.Close()
	if err != nil {
		t.Fatalf("chromium: start %s: %v", path, err)
	}
	b := &Browser{wire: newWire(toBrowser, fromBrowser)}
	t.Cleanup(func() {
		// It ends at its own pace within patience, else it is killed.
		late := time.AfterFunc(patience, func() { command.Process.Kill() })
		defer late.Stop()
		b.wire.call("", "Browser.close", nil, nil) // the answer may get lost in the end
		b.wire.close()
		command.Wait() // its exit code says nothing
		if err := os.RemoveAll(folder); err != nil {
			t.Logf("chromium: %v", err)
		}
		if t.Failed() {
			t.Logf("chromium printed:\n%s", printed.String())
		}
	})
	var version struct{ Product string }
	if err := b.wire.call("", "Browser.getVersion", nil, &version); err != nil {
		t.Fatalf("chromium: %s does not start: %v; it printed:\n%s", path, err, printed.String())
	}
	t.Logf("%s", version.Product)
	return b
}

// find gives the path of a Chromium, or skips the test.
func find(t *testing.T) string {
	t.Helper()
	for _, name := range programs {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	const missing = "chromium is missing: apt-get install chromium"
	if os.Getenv("INTEROP_REQUIRED") != "" {
		t.Fatal(missing)
	}
	t.Skip(missing)
	return ""
}

func pipe(t *testing.T) (read, write *os.File) {
	t.Helper()
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	return read, write
}

// Page is a tab. Its methods fail the test where the browser doesn't do as told.
type Page struct {
	t       *testing.T
	wire    *wire
	session string
}

// Open opens a tab and waits until it has loaded. It closes with the test.
func (b *Browser) Open(t *testing.T, url string) *Page {
	t.Helper()
	p := &Page{t: t, wire: b.wire}
	var target struct{ TargetID string }
	p.call("Target.createTarget", map[string]any{"url": "about:blank"}, &target)
	var attached struct{ SessionID string }
	p.call("Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &attached)
	t.Cleanup(func() { b.wire.call("", "Target.closeTarget", map[string]any{"targetId": target.TargetID}, nil) })
	p.session = attached.SessionID
	var navigated struct{ ErrorText string }
	p.call("Page.navigate", map[string]any{"url": url}, &navigated)
	if navigated.ErrorText != "" {
		t.Fatalf("chromium: open %s: %s", url, navigated.ErrorText)
	}
	p.Wait(`location.href != "about:blank" && document.readyState == "complete"`)
	return p
}

// With is the same page for a subtest, which its failures then are.
func (p *Page) With(t *testing.T) *Page { return &Page{t: t, wire: p.wire, session: p.session} }

func (p *Page) call(method string, params, result any) {
	p.t.Helper()
	if err := p.wire.call(p.session, method, params, result); err != nil {
		p.t.Fatalf("chromium: %s: %v", method, err)
	}
}

// evaluation is Runtime.evaluate's result.
type evaluation struct {
	Result struct {
		Value json.RawMessage
	}
	ExceptionDetails *struct {
		Text      string
		Exception struct{ Description string }
	}
}

// Eval runs an expression in the page, waits for it if it is a promise, and
// reads its value, by way of JSON, into result, unless that is nil.
func (p *Page) Eval(expression string, result any) {
	p.t.Helper()
	var e evaluation
	p.call("Runtime.evaluate", map[string]any{
		"expression": expression, "awaitPromise": true, "returnByValue": true, "userGesture": true,
	}, &e)
	if problem := e.ExceptionDetails; problem != nil {
		p.t.Fatalf("chromium: eval %s: %s %s", clip(expression), problem.Text, problem.Exception.Description)
	}
	if result == nil {
		return
	}
	if err := json.Unmarshal(e.Result.Value, result); err != nil {
		p.t.Fatalf("chromium: eval %s gave %s: %v", clip(expression), clip(string(e.Result.Value)), err)
	}
}

// Wait waits until an expression is truthy; the page asks it again and again.
func (p *Page) Wait(expression string) {
	p.t.Helper()
	const every = 10 * time.Millisecond
	asks := map[string]any{
		"expression":   fmt.Sprintf("new Promise(done => setTimeout(() => done(!!(%s)), %d))", expression, every.Milliseconds()),
		"awaitPromise": true, "returnByValue": true,
	}
	for late := time.Now().Add(patience); ; {
		var e evaluation
		err := p.wire.call(p.session, "Runtime.evaluate", asks, &e)
		if err == nil && string(e.Result.Value) == "true" {
			return
		}
		// A page that another one takes the place of loses the promise, which is an
		// error of the protocol's: then the new one is asked.
		if errors.Is(err, errOver) {
			p.t.Fatalf("chromium: wait for %s: %v", clip(expression), err)
		}
		if time.Now().After(late) {
			problem := ""
			if e.ExceptionDetails != nil {
				problem = ": " + e.ExceptionDetails.Exception.Description
			}
			p.t.Fatalf("chromium: %s is not so after %v%s", clip(expression), patience, problem)
		}
	}
}

// clip keeps an expression short enough for a message.
func clip(s string) string {
	if len(s) > 200 {
		return s[:200] + "…"
	}
	return s
}

// output keeps the first of what the browser prints.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer // guarded by mu
}

func (o *output) Write(b []byte) (int, error) {
	const limit = 64 << 10
	o.mu.Lock()
	defer o.mu.Unlock()
	o.text.Write(b[:min(len(b), limit-min(limit, o.text.Len()))])
	return len(b), nil
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}
