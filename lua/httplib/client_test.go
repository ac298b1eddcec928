package httplib_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	lua "github.com/yuin/gopher-lua"
	"go.uber.org/goleak"

	"github.com/tickwire/tickwire/lua/httplib"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// host is a Lua state with the module, and one script instance that tests
// change.
type host struct {
	t      *testing.T
	L      *lua.LState
	client *httplib.Client
	self   lua.LValue
	errors []error
}

func newHost(t *testing.T, o httplib.Options) *host {
	t.Helper()
	h := &host{t: t, L: lua.NewState(), self: lua.LNil}
	o.Host = h
	o.OnError = func(err error) { h.errors = append(h.errors, err) }
	h.client = httplib.New(o)
	if err := h.client.Open(h.L); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := h.client.Close(); err != nil {
			t.Error(err)
		}
		h.L.Close()
		for _, err := range h.errors {
			t.Errorf("script error: %v", err)
		}
	})
	return h
}

func (h *host) Instance() lua.LValue { return h.self }
func (h *host) SetInstance(self lua.LValue) (previous lua.LValue) {
	previous, h.self = h.self, self
	return previous
}

func (h *host) run(code string, args ...any) {
	h.t.Helper()
	if err := h.L.DoString(fmt.Sprintf(code, args...)); err != nil {
		h.t.Fatal(err)
	}
}

// settle runs frames until no request is left.
func (h *host) settle() {
	h.t.Helper()
	late := time.After(30 * time.Second)
	for h.client.Active() > 0 {
		select {
		case <-h.client.Wake():
			h.client.Update()
			h.client.Flush()
		case <-late:
			h.t.Fatal("requests without an end")
		}
	}
}

func (h *host) global(name string) string { return h.L.GetGlobal(name).String() }

func TestConnectionsAreKept(t *testing.T) {
	var connections atomic.Int32
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "hello") }))
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
	server.Start()
	defer server.Close()
	h := newHost(t, httplib.Options{})
	for range 5 {
		h.run(`got = nil; http.request("%s", "get", function(_, _, r) got = r.response end)`, server.URL)
		h.settle()
		if h.global("got") != "hello" {
			t.Fatalf("got %s", h.global("got"))
		}
	}
	if n := connections.Load(); n != 1 {
		t.Errorf("%d connections for 5 requests, want 1", n)
	}
}

// TestIdleConnectionsEnd: half a minute after the last request there are none.
func TestIdleConnectionsEnd(t *testing.T) {
	closed := make(chan struct{})
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateClosed {
			close(closed)
		}
	}
	server.Start()
	defer server.Close()
	clock := &handClock{now: time.Unix(1e9, 0)}
	h := newHost(t, httplib.Options{Clock: clock})
	h.run(`http.request("%s", "GET", function() end)`, server.URL)
	h.settle()
	clock.advance(29 * time.Second)
	select {
	case <-closed:
		t.Fatal("closed too early")
	default:
	}
	clock.advance(2 * time.Second)
	<-closed
	if n := httplib.Connections(h.client); n != 0 {
		t.Errorf("%d connections in the books, want 0", n)
	}
}

// handClock is moved by hand; its callbacks run in advance.
type handClock struct {
	mu     sync.Mutex
	now    time.Time
	timers []*handTimer
}

type handTimer struct {
	at time.Time
	f  func()
}

func (c *handClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *handClock) AfterFunc(d time.Duration, f func()) func() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	t := &handTimer{c.now.Add(d), f}
	c.timers = append(c.timers, t)
	return func() bool {
		c.mu.Lock()
		defer c.mu.Unlock()
		live := t.f != nil
		t.f = nil
		return live
	}
}

func (c *handClock) advance(d time.Duration) {
	c.mu.Lock()
	c.now = c.now.Add(d)
	var due []func()
	for _, t := range c.timers {
		if t.f != nil && !t.at.After(c.now) {
			due = append(due, t.f)
			t.f = nil
		}
	}
	c.mu.Unlock()
	for _, f := range due {
		f()
	}
}

// TestReleaseEndsRequests: a deleted script's request is canceled, also one that
// waits, and its callback never runs.
func TestReleaseEndsRequests(t *testing.T) {
	left := make(chan struct{}, 9)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		<-r.Context().Done()
		left <- struct{}{}
	}))
	defer server.Close()
	h := newHost(t, httplib.Options{MaxConcurrent: 1})
	h.self = lua.LString("mine")
	h.run(`calls = 0
		for _ = 1, 3 do http.request("%s", "GET", function() calls = calls + 1 end) end`, server.URL)
	if n := h.client.Active(); n != 3 {
		t.Errorf("%d active, want 3", n)
	}
	h.client.Release(lua.LString("another's"))
	if n := h.client.Active(); n != 3 {
		t.Errorf("%d active after another's release, want 3", n)
	}
	h.client.Release(lua.LString("mine"))
	h.settle()
	if h.global("calls") != "0" {
		t.Errorf("%s callbacks ran", h.global("calls"))
	}
}

// TestCloseEndsRequests: no callback runs after Close, and nothing is left.
func TestCloseEndsRequests(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	defer server.Close()
	h := newHost(t, httplib.Options{})
	h.run(`calls = 0
		for _ = 1, 10 do http.request("%s", "GET", function() calls = calls + 1 end) end`, server.URL)
	if err := h.client.Close(); err != nil {
		t.Error(err)
	}
	h.client.Update()
	if h.global("calls") != "0" || h.client.Active() != 0 {
		t.Errorf("%s callbacks ran, %d active", h.global("calls"), h.client.Active())
	}
	h.run(`http.request("%s", "GET", print)`, server.URL) // nobody hears of it
}

// TestCloseNamesTheDial: a dialer that doesn't honour its context can't hold up
// Close for ever.
func TestCloseNamesTheDial(t *testing.T) {
	entered, stuck := make(chan struct{}), make(chan struct{})
	clock := &handClock{now: time.Unix(1e9, 0)}
	h := newHost(t, httplib.Options{Clock: clock, Dial: func(context.Context, string, string) (net.Conn, error) {
		close(entered)
		<-stuck
		return nil, net.ErrClosed
	}})
	h.run(`http.request("http://stuck.test/", "GET", print)`)
	<-entered
	done := make(chan error)
	go func() { done <- h.client.Close() }()
	for {
		clock.advance(time.Second)
		select {
		case err := <-done:
			if err == nil || !strings.Contains(err.Error(), "Options.Dial does not honour its context") {
				t.Errorf("error %v", err)
			}
			close(stuck)
			return
		default:
			runtime.Gosched()
		}
	}
}

func TestLimits(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/chunks" {
			w.(http.Flusher).Flush()
		}
		w.Write(make([]byte, 1001))
	}))
	defer server.Close()
	for _, c := range []struct{ name, path, want string }{
		{"a length that is too big", "/", "the body has 1001 bytes, more than the 1000 that are read"},
		{"a body that is too big", "/chunks", "the body has more than the 1000 bytes that are read"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHost(t, httplib.Options{MaxBody: 1000})
			h.run(`http.request("%s%s", "GET", function(_, _, r) status, why = r.status, r.error end)`, server.URL, c.path)
			h.settle()
			if h.global("status") != "0" || h.global("why") != c.want {
				t.Errorf("status %s, error %q, want 0, %q", h.global("status"), h.global("why"), c.want)
			}
		})
	}
	t.Run("what waits", func(t *testing.T) {
		h := newHost(t, httplib.Options{MaxConcurrent: 1, MaxWaiting: 2})
		h.run(`local ok
			for i = 1, 4 do ok, why = pcall(http.request, "%s", "GET", print) end`, server.URL)
		if want := "http.request: 2 requests wait already"; !strings.Contains(h.global("why"), want) {
			t.Errorf("raised %q, want %q", h.global("why"), want)
		}
		if err := h.client.Close(); err != nil {
			t.Error(err)
		}
	})
}

// TestUpdateWithinACallback is a broken law, and panics.
func TestUpdateWithinACallback(t *testing.T) {
	h := newHost(t, httplib.Options{})
	panics := 0
	h.L.SetGlobal("tick", h.L.NewFunction(func(*lua.LState) int {
		for _, nested := range []func(){h.client.Update, func() { h.client.Close() }} {
			func() {
				defer func() {
					if recover() != nil {
						panics++
					}
				}()
				nested()
			}()
		}
		return 0
	}))
	h.run(`http.request("no url", "GET", tick)`)
	h.settle()
	if panics != 2 {
		t.Errorf("%d of 2 panicked", panics)
	}
}

func TestConfigure(t *testing.T) {
	for _, c := range []struct {
		key, value string
		timeout    time.Duration
		concurrent int
		err        string
	}{
		{key: "network.other", value: "x"},
		{key: "network.http_timeout", value: " 2.5 ", timeout: 2500 * time.Millisecond},
		{key: "network.http_timeout", value: "0"},
		{key: "network.http_timeout", value: "soon", err: `config network.http_timeout is "soon": want seconds`},
		{key: "network.http_timeout", value: "-1", err: "want seconds"},
		{key: "network.http_thread_count", value: "8", concurrent: 8},
		{key: "network.http_thread_count", value: "0", err: `config network.http_thread_count is "0": want a number from 1`},
	} {
		var o httplib.Options
		err := o.Configure(map[string]string{c.key: c.value})
		if (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) {
			t.Errorf("%s=%s: error %v, want %q", c.key, c.value, err, c.err)
		}
		if o.Timeout != c.timeout || o.MaxConcurrent != c.concurrent {
			t.Errorf("%s=%s gives %v, %d", c.key, c.value, o.Timeout, o.MaxConcurrent)
		}
	}
}

func TestOpenTwice(t *testing.T) {
	h := newHost(t, httplib.Options{})
	if err := h.client.Open(h.L); err == nil {
		t.Error("a second Open went well")
	}
}
