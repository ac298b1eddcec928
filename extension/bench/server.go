package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gobwas/ws"
	"github.com/lxzan/gws"
	"github.com/tickwire/tickwire/extension"
	lua "github.com/yuin/gopher-lua"
)

// The two servers that server compares, each a process of its own.
const (
	luaServer = "lua" // Tickwire's, its callback in Lua
	gwsServer = "gws" // gws', its handler in Go
)

const (
	serverClients  = 100
	serverWindow   = 16 // messages of each client under way
	serverSize     = 32 // bytes
	serverMessages = 3_000
	roundSize      = 1 << 10
	rounds         = 10
)

// server measures a server in Lua against gws' with a native handler: echoes, and
// broadcasts to n connections. The clients are gobwas/ws by hand, in this
// process; the servers take turns.
func server(s *session) error {
	defer debug.SetGCPercent(debug.SetGCPercent(gcPercent))
	name := fmt.Sprintf("echo server, %d clients, %d B, W = %d, against gws", serverClients, serverSize, serverWindow)
	if err := s.serve(name, load); err != nil {
		return err
	}
	name = fmt.Sprintf("broadcast of 1 KiB to %d connections, against gws", s.connections)
	return s.serve(name, func(p *serving) (float64, error) { return rallies(p, s.connections) })
}

// serve measures both servers in turns.
func (s *session) serve(name string, measure func(*serving) (float64, error)) error {
	values := make(map[string][]float64)
	for turn := range s.turns + 1 {
		for _, kind := range []string{gwsServer, luaServer} {
			p, err := startServing(kind)
			if err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			value, err := measure(p)
			p.stop()
			if err != nil {
				return fmt.Errorf("%s: %s: %w", name, kind, err)
			}
			if turn > 0 { // after the warm-up
				values[kind] = append(values[kind], value)
			}
		}
	}
	return s.report.row(compare(name, "messages/s", values[luaServer], values[gwsServer]))
}

// load gives the messages a second that all clients together had echoed.
func load(p *serving) (float64, error) {
	conns, err := dialAll(p.url, serverClients)
	defer hangUp(conns)
	if err != nil {
		return 0, err
	}
	errs := make(chan error, len(conns))
	start := time.Now()
	for _, conn := range conns {
		// Owned by load; ends with its messages or its connection; joined below.
		go func() { errs <- echoes(conn, serverMessages) }()
	}
	for range conns {
		err = errors.Join(err, <-errs)
	}
	return float64(serverClients*serverMessages) / time.Since(start).Seconds(), err
}

// echoes keeps a window of messages under way: as many go out as came back.
func echoes(conn net.Conn, total int) error {
	payload := strings.Repeat("x", serverSize)
	frame := ws.MustCompileFrame(ws.MaskFrame(ws.NewBinaryFrame([]byte(payload))))
	frames := []byte(strings.Repeat(string(frame), serverWindow))
	reply := ws.MustCompileFrame(ws.NewBinaryFrame([]byte(payload)))
	if _, err := conn.Write(frames); err != nil {
		return err
	}
	buffer, have := make([]byte, len(reply)*serverWindow), 0
	for sent, received := serverWindow, 0; received < total; {
		n, err := conn.Read(buffer[have:])
		if err != nil {
			return err
		}
		if received == 0 && have+n >= len(reply) && string(buffer[:len(reply)]) != string(reply) {
			return fmt.Errorf("the echo is %q, want %q", buffer[:len(reply)], reply)
		}
		have += n
		came := have / len(reply)
		have = copy(buffer, buffer[came*len(reply):have])
		received += came
		more := min(came, total-sent)
		sent += more
		if _, err := conn.Write(frames[:more*len(frame)]); err != nil {
			return err
		}
	}
	return nil
}

// rallies gives the messages a second that n clients get: a broadcast begins
// once everyone has the one before.
func rallies(p *serving, n int) (float64, error) {
	conns, err := dialAll(p.url, n)
	defer hangUp(conns)
	if err != nil {
		return 0, err
	}
	size := len(ws.MustCompileFrame(ws.NewBinaryFrame(make([]byte, roundSize))))
	var missing atomic.Int64
	missing.Store(int64(n))
	done := make(chan error, n)
	for _, conn := range conns {
		// Owned by rallies; ends with its connection, which hangUp closes.
		go func() {
			buffer := make([]byte, size)
			for {
				if _, err := io.ReadFull(conn, buffer); err != nil {
					done <- err
					return
				}
				if missing.Add(-1) == 0 {
					done <- nil
				}
			}
		}()
	}
	var took time.Duration
	for round := range rounds + 1 {
		start := time.Now()
		missing.Store(int64(n))
		if err := p.ask(); err != nil {
			return 0, err
		}
		select {
		case err := <-done:
			if err != nil {
				return 0, err
			}
		case <-time.After(time.Minute):
			return 0, fmt.Errorf("%d of %d clients have not got broadcast %d", missing.Load(), n, round)
		}
		if round > 0 { // the first one warms up
			took += time.Since(start)
		}
	}
	return float64(n*rounds) / took.Seconds(), nil
}

// dialAll opens n connections, not more at once than a backlog holds.
func dialAll(url string, n int) (conns []net.Conn, err error) {
	const atOnce = 64
	var mu sync.Mutex
	var opening sync.WaitGroup
	slots := make(chan struct{}, atOnce)
	for range n {
		slots <- struct{}{}
		// Owned by dialAll, which joins it below; the dial's timeout ends it.
		opening.Go(func() {
			defer func() { <-slots }()
			conn, in, e := byHand(url)
			mu.Lock()
			defer mu.Unlock()
			if e != nil {
				err = errors.Join(err, e)
				return
			}
			if in.Buffered() > 0 {
				err = errors.Join(err, errors.New("something came before anything was asked"))
			}
			conns = append(conns, conn)
		})
	}
	opening.Wait()
	return conns, err
}

func hangUp(conns []net.Conn) {
	for _, conn := range conns {
		conn.Close()
	}
}

// serving is a server in another process.
type serving struct {
	url   string
	child *exec.Cmd
	input io.WriteCloser
}

func startServing(kind string) (*serving, error) {
	p := &serving{child: exec.Command(os.Args[0], "serve-"+kind)}
	p.child.Stderr = os.Stderr
	var err error
	if p.input, err = p.child.StdinPipe(); err != nil {
		return nil, err
	}
	output, err := p.child.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := p.child.Start(); err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(output).ReadString('\n')
	if err != nil {
		p.stop()
		return nil, fmt.Errorf("the server %s does not start: %w", kind, err)
	}
	p.url = strings.TrimSpace(line)
	return p, nil
}

// ask asks for a broadcast.
func (p *serving) ask() error {
	_, err := io.WriteString(p.input, "broadcast\n")
	return err
}

func (p *serving) stop() {
	p.input.Close()
	p.child.Wait()
}

// asks gives a value for each line of standard input, and is closed at its end.
func asks() <-chan struct{} {
	lines := make(chan struct{})
	// Owned by the process, whose standard input ends it.
	go func() {
		defer close(lines)
		for in := bufio.NewScanner(os.Stdin); in.Scan(); {
			lines <- struct{}{}
		}
	}()
	return lines
}

// serveLua is the server whose callback is Lua: it echoes, and broadcasts when
// it is asked to.
func serveLua() error {
	debug.SetGCPercent(gcPercent)
	L := lua.NewState()
	defer L.Close()
	ext := extension.New(extension.Options{Listen: []string{"loopback"}})
	if err := ext.Open(L); err != nil {
		return err
	}
	defer ext.Close()
	L.SetGlobal("payload", lua.LString(strings.Repeat("x", roundSize)))
	if err := L.DoString(`
		local send, EVENT_MESSAGE = websocket.send, websocket.EVENT_MESSAGE
		server = assert(websocket.listen("127.0.0.1:0", nil, function(self, connection, data)
			if data.event == EVENT_MESSAGE then
				send(connection, data.message)
			end
		end))
		local payload = payload
		function broadcast()
			websocket.broadcast(server, payload)
		end`); err != nil {
		return err
	}
	fmt.Println(L.GetField(L.GetGlobal("server"), "url"))
	broadcast := lua.P{Fn: L.GetGlobal("broadcast"), Protect: true}
	for lines := asks(); ; {
		select {
		case <-ext.Wake():
			ext.Update()
		case _, ok := <-lines:
			if !ok {
				return nil
			}
			if err := L.CallByParam(broadcast); err != nil {
				return err
			}
		}
		ext.Flush()
	}
}

// serveGWS is the same with gws and a native handler.
func serveGWS() error {
	debug.SetGCPercent(gcPercent)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Printf("ws://%s/\n", listener.Addr())
	h := &gwsHall{}
	// Owned by serveGWS; ends with the process.
	go gws.NewServer(h, &gws.ServerOption{}).RunListener(listener)
	payload := []byte(strings.Repeat("x", roundSize))
	for range asks() {
		b := gws.NewBroadcaster(gws.OpcodeBinary, payload)
		h.mu.Lock()
		for _, socket := range h.sockets {
			if err := b.Broadcast(socket); err != nil {
				return err
			}
		}
		h.mu.Unlock()
		if err := b.Close(); err != nil {
			return err
		}
	}
	return nil
}

// gwsHall echoes, and knows who is there.
type gwsHall struct {
	gwsEcho
	mu      sync.Mutex
	sockets []*gws.Conn // guarded by mu
}

func (h *gwsHall) OnOpen(socket *gws.Conn) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.sockets = append(h.sockets, socket)
}
