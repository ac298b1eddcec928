package linerpc_test

import (
	"bytes"
	"context"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/tickwire/tickwire/cmd/tickwire/internal/linerpc"
	"github.com/tickwire/tickwire/extension"
	"github.com/tickwire/tickwire/extension/wstest"
	luasrc "github.com/tickwire/tickwire/lua"
	"github.com/tickwire/tickwire/lua/headless"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// output keeps what is written, and holds writers up while it is stuck.
type output struct {
	mu    sync.Mutex
	text  bytes.Buffer  // guarded by mu
	err   error         // guarded by mu: what Write returns
	stuck chan struct{} // guarded by mu: Write waits until it is closed; nil: it doesn't
}

func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	stuck := o.stuck
	o.mu.Unlock()
	if stuck != nil {
		<-stuck
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.err != nil {
		return 0, o.err
	}
	return o.text.Write(b)
}

// take returns the lines since the last time.
func (o *output) take() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	defer o.text.Reset()
	return strings.Split(strings.TrimSuffix(o.text.String(), "\n"), "\n")
}

// rig is a Host in an engine that runs, in a bubble, with an echo server in
// memory at ws://echo.test/.
type rig struct {
	t      *testing.T
	host   *linerpc.Host
	engine *headless.Engine
	server *wstest.Server
	in     *io.PipeWriter
	out    *output
	errs   []error // owned by the engine's goroutine until ended
	ended  chan headless.Result
}

// gate is the extension as the command adds it.
type gate struct {
	*extension.Extension
	host *linerpc.Host
}

func (g *gate) Update() {
	if g.host.Ready() {
		g.Extension.Update()
	}
}

// start makes a rig whose engine runs until it is quiet, or the test is over.
func start(t *testing.T, o linerpc.Options, answer wstest.Answer, out *output) *rig {
	t.Helper()
	r := &rig{t: t, out: out, ended: make(chan headless.Result, 1)}
	network := wstest.NewNetwork(nil)
	var err error
	r.server, err = wstest.NewServer(wstest.Options{Network: network, Address: "echo.test:80", Answer: answer, Echo: !answer.Silent})
	if err != nil {
		t.Fatal(err)
	}
	var reader *io.PipeReader
	reader, r.in = io.Pipe()
	report := func(err error) { r.errs = append(r.errs, err) }
	o.Out, o.OnError = out, report
	if o.In == nil {
		o.In = reader
	}
	r.host = linerpc.New(o)
	if r.engine, err = headless.New(headless.Options{Modules: luasrc.Modules(), OnError: report}); err != nil {
		t.Fatal(err)
	}
	websocket := extension.New(extension.Options{Host: r.engine, OnError: report, Dialer: network.DialContext})
	for _, system := range []headless.System{&gate{websocket, r.host}, r.host} {
		if err := r.engine.Add(system); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	// Owned by the test; cancel ends it; joined by the receive from done.
	done := make(chan struct{})
	go func() {
		defer close(done)
		r.ended <- r.engine.Run(ctx)
	}()
	t.Cleanup(func() {
		r.in.Close()
		cancel()
		<-done
		r.engine.Close()
		r.server.Close()
	})
	return r
}

// say writes lines and waits until nothing more comes of them by itself.
func (r *rig) say(lines ...string) {
	r.t.Helper()
	if _, err := io.WriteString(r.in, strings.Join(lines, "\n")+"\n"); err != nil {
		r.t.Fatal(err)
	}
	r.settle()
}

// settle waits for what a few frames bring.
func (r *rig) settle() {
	time.Sleep(time.Second / 2) // the bubble's time
	synctest.Wait()
}

var _ headless.System = (*linerpc.Host)(nil)
