package luasocket

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"time"

	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/lua/internal/arg"
)

// maxReceived bounds what one receive puts together.
const maxReceived = 64 << 20

// tcp is a script's TCP socket: a master at first, then a client or a server.
type tcp struct {
	library *Library
	timeout time.Duration
	born    time.Time
	closed  bool

	dialing func() bool // nil: no connect was begun; tells whether it is over
	dialed  *dialed     // what came of it; read it only when dialing says so
	stream  *stream     // nil before it is connected
	pending []byte      // received and not asked for yet
	ended   error       // nothing comes behind pending
	in, out int         // bytes, for getstats

	server *server // nil unless it is bound
}

// dialed is what came of a connect.
type dialed struct {
	conn net.Conn
	err  error

	mu     sync.Mutex
	unused bool // guarded by mu: nobody wants conn any more
}

// finish notes what came of it, and closes a connection that nobody wants.
func (d *dialed) finish(conn net.Conn, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.unused && conn != nil {
		conn.Close()
		conn, err = nil, errClosed
	}
	d.conn, d.err = conn, err
}

// drop says that nobody wants it.
func (d *dialed) drop() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.unused = true
	if d.conn != nil {
		d.conn.Close()
	}
}

func (*tcp) LuaType() string { return "tcp" }

// tcpMethods are those of every kind of TCP socket.
func (l *Library) tcpMethods() map[string]arg.Func {
	return map[string]arg.Func{
		"connect": tcpConnect, "bind": tcpBind, "listen": tcpListen, "accept": tcpAccept,
		"send": tcpSend, "receive": tcpReceive, "shutdown": tcpShutdown, "close": tcpClose,
		"settimeout": tcpSetTimeout, "gettimeout": tcpGetTimeout, "setoption": tcpSetOption, "getoption": tcpGetOption,
		"getpeername": tcpPeerName, "getsockname": tcpSockName, "getstats": tcpStats, "setstats": tcpSetStats,
		"getfd": noDescriptor, "dirty": tcpDirty, "getfamily": family,
	}
}

// class makes a metatable whose methods are looked up in it.
func class(L *lua.LState, methods map[string]arg.Func, text func(c arg.Call) string) *lua.LTable {
	meta, index := L.CreateTable(0, 2), L.CreateTable(0, len(methods))
	arg.Fill(L, index, methods)
	meta.RawSetString("__index", index)
	arg.Fill(L, meta, map[string]arg.Func{"__tostring": func(c arg.Call) int { return c.Return(lua.LString(text(c))) }})
	return meta
}

func (l *Library) wrapTCP(t *tcp) *lua.LUserData {
	if l.tcpMeta == nil {
		l.tcpMeta = class(l.L, l.tcpMethods(), func(c arg.Call) string {
			t := checkTCP(c)
			kind := "master"
			switch {
			case t.server != nil:
				kind = "server"
			case t.dialing != nil || t.stream != nil:
				kind = "client"
			}
			return fmt.Sprintf("tcp{%s}: %p", kind, t)
		})
	}
	return &lua.LUserData{Value: t, Env: l.L.Env, Metatable: l.tcpMeta}
}

// checkTCP is self.
func checkTCP(c arg.Call) *tcp {
	if data, ok := c.Get(1).(*lua.LUserData); ok {
		if t, ok := data.Value.(*tcp); ok {
			t.arrive()
			return t
		}
	}
	c.Expected(1, "tcp")
	return nil
}

func (l *Library) makeTCP() *tcp {
	return &tcp{library: l, timeout: forever, born: l.o.Clock.Now()}
}

var errTooMany = errors.New("too many open files")

// newTCP is socket.tcp().
func (l *Library) newTCP(c arg.Call) int {
	t := l.makeTCP()
	if !l.own(t) {
		return failed(c, errTooMany)
	}
	return c.Return(l.wrapTCP(t))
}

// connect is socket.connect(host, port): a client that is connected.
func (l *Library) connect(c arg.Call) int {
	address := joinAddress(c, 1)
	t := l.makeTCP()
	if !l.own(t) {
		return failed(c, errTooMany)
	}
	t.dial(address)
	if err := t.await(); err != nil {
		t.leave()
		return failed(c, err)
	}
	return c.Return(l.wrapTCP(t))
}

// bind is socket.bind(host, port [, backlog]): a server.
func (l *Library) bind(c arg.Call) int {
	address := joinAddress(c, 1)
	t := l.makeTCP()
	if !l.own(t) {
		return failed(c, errTooMany)
	}
	if err := t.serve(address); err != nil {
		t.leave()
		return failed(c, err)
	}
	return c.Return(l.wrapTCP(t))
}

// dial begins to connect.
func (t *tcp) dial(address string) {
	l, d := t.library, new(dialed)
	t.dialed = d
	t.dialing = l.background(func(ctx context.Context) { d.finish(l.o.Dial(ctx, "tcp", address)) })
}

// arrive makes the socket a client once it is connected.
func (t *tcp) arrive() {
	if t.stream != nil || t.dialing == nil || !t.dialing() || t.dialed.conn == nil {
		return
	}
	if !t.closed {
		t.stream = t.library.pool.newStream(t.dialed.conn)
	}
}

// await waits for the connect, as long as the timeout lets it.
func (t *tcp) await() error {
	if !t.library.wait(t.timeout, t.dialing) {
		return errTimeout
	}
	t.arrive()
	return t.dialed.err
}

// tcpConnect is client:connect(host, port) -> 1. With a timeout of 0 it answers
// "timeout"; the socket is writable once it is connected.
func tcpConnect(c arg.Call) int {
	t, address := checkTCP(c), joinAddress(c, 2)
	switch {
	case t.closed:
		return failed(c, errClosed)
	case t.server != nil:
		return failed(c, errors.New("a socket that is bound can't connect here"))
	case t.stream != nil:
		return failed(c, errors.New("already connected"))
	case t.dialing == nil || t.dialing() && t.dialed.err != nil:
		t.dial(address)
	case !t.dialing() && t.timeout == 0:
		return c.Return(lua.LNil, lua.LString("Operation already in progress")) // the system's words, which scripts compare with
	}
	if err := t.await(); err != nil {
		return failed(c, err)
	}
	return c.Return(one)
}

// connection is the stream, or why there is none.
func (t *tcp) connection() (*stream, error) {
	switch {
	case t.closed:
		return nil, errClosed
	case t.stream != nil:
		return t.stream, nil
	case t.dialing != nil && !t.dialing():
		return nil, errTimeout
	case t.dialing != nil:
		return nil, t.dialed.err
	}
	return nil, errors.New("socket is not connected")
}

// fetch moves what has come to pending.
func (t *tcp) fetch() {
	if t.stream == nil || t.ended != nil || len(t.pending) >= maxReceived {
		return
	}
	data, err := t.stream.take()
	t.pending = append(t.pending, data...)
	t.in += len(data)
	t.ended = err
}

// pattern is what a receive waits for: find gives how many bytes of pending
// that is, -1 while it isn't there.
type pattern struct {
	find  func(t *tcp) int
	lines bool // carriage returns and the line's end are left out
}

var (
	linePattern = pattern{find: func(t *tcp) int {
		if end := bytes.IndexByte(t.pending, '\n'); end >= 0 {
			return end + 1
		}
		return -1
	}, lines: true}
	allPattern = pattern{find: func(t *tcp) int {
		if t.ended != nil && len(t.pending) > 0 {
			return len(t.pending)
		}
		return -1
	}}
)

func bytesPattern(n int) pattern {
	return pattern{find: func(t *tcp) int {
		if len(t.pending) >= n {
			return n
		}
		return -1
	}}
}

// cut takes n bytes of pending.
func (p pattern) cut(t *tcp, n int) string {
	data := string(t.pending[:n])
	t.pending = t.pending[n:]
	if len(t.pending) == 0 {
		t.pending = nil // the array it was cut from may be large
	}
	if p.lines {
		data = strings.TrimSuffix(strings.ReplaceAll(data, "\r", ""), "\n")
	}
	return data
}

// checkPattern reads argument 2 of receive, of which have bytes are there.
func checkPattern(c arg.Call, have int) pattern {
	if c.Get(2).Type() == lua.LTNumber {
		return bytesPattern(max(0, c.Whole(2, 0, maxReceived)-have))
	}
	switch strings.TrimPrefix(c.OptText(2, "*l"), "*") {
	case "l":
		return linePattern
	case "a":
		return allPattern
	}
	c.Fail(2, "*l, *a or a number expected, got '%s'", c.Text(2))
	return pattern{}
}

// tcpReceive is client:receive([pattern [, prefix]]) -> data, or nil, why, and
// what has come so far. pattern: "*l", a line, by default; "*a", all until the
// end; or a number of bytes, the prefix's among them.
func tcpReceive(c arg.Call) int {
	t, prefix := checkTCP(c), c.OptText(3, "")
	p := checkPattern(c, len(prefix))
	t.library.wait(t.timeout, func() bool {
		t.arrive()
		t.fetch()
		_, err := t.connection()
		broken := err != nil && !errors.Is(err, errTimeout)
		return p.find(t) >= 0 || t.ended != nil || broken || len(t.pending) >= maxReceived
	})
	if n := p.find(t); n >= 0 {
		return c.Return(lua.LString(prefix + p.cut(t, n)))
	}
	_, why := t.connection()
	switch {
	case why != nil:
	case t.ended != nil:
		why = errClosed
	case len(t.pending) >= maxReceived:
		why = fmt.Errorf("more than %d bytes at once", maxReceived)
	default:
		why = errTimeout
	}
	return c.Return(lua.LNil, lua.LString(words(why)), lua.LString(prefix+p.cut(t, len(t.pending))))
}

// tcpSend is client:send(data [, first [, last]]) -> the last byte that was
// taken, or nil, why, and the last byte that was taken.
func tcpSend(c arg.Call) int {
	t, data := checkTCP(c), c.Text(2)
	first, last := span(c, len(data))
	sent, rest := first-1, ""
	if first <= last {
		rest = data[first-1 : last]
	}
	var why error
	done := t.library.wait(t.timeout, func() bool {
		t.arrive()
		s, err := t.connection()
		if errors.Is(err, errTimeout) {
			return false
		}
		if err == nil {
			var taken int
			taken, err = s.put(rest)
			rest, sent, t.out = rest[taken:], sent+taken, t.out+taken
		}
		why = err
		return err != nil || rest == ""
	})
	switch {
	case why != nil:
	case !done:
		why = errTimeout
	default:
		return c.Return(lua.LNumber(sent))
	}
	return c.Return(lua.LNil, lua.LString(words(why)), lua.LNumber(sent))
}

// span reads the first and last byte of send, as string.sub does.
func span(c arg.Call, length int) (first, last int) {
	const far = 1 << 40
	first, last = 1, length
	if !c.Missing(3) {
		first = c.Whole(3, -far, far)
	}
	if !c.Missing(4) {
		last = c.Whole(4, -far, far)
	}
	if first < 0 {
		first += length + 1
	}
	if last < 0 {
		last += length + 1
	}
	return max(first, 1), min(last, length)
}

// tcpShutdown is client:shutdown([mode]): what was sent goes out first.
func tcpShutdown(c arg.Call) int {
	t := checkTCP(c)
	mode := c.OptText(2, "both")
	switch mode {
	case "send", "receive", "both":
	default:
		c.Fail(2, "send, receive or both expected, got '%s'", mode)
	}
	s, err := t.connection()
	if err != nil {
		return failed(c, err)
	}
	if mode != "receive" {
		s.shut()
	}
	return c.Return(one)
}

// tcpClose is tcp:close() -> 1. What was sent goes out first, in the
// background.
func tcpClose(c arg.Call) int {
	t := checkTCP(c)
	t.leave()
	return c.Return(one)
}

func (t *tcp) leave() {
	t.closed = true
	t.library.forget(t)
	t.pending = nil
	if t.server != nil {
		t.server.Close()
	}
	t.arrive()
	if t.stream != nil {
		t.stream.leave()
		return
	}
	if t.dialed != nil {
		t.dialed.drop()
	}
}

func (t *tcp) readable() bool {
	t.arrive()
	switch {
	case t.server != nil:
		return t.server.waiting()
	case t.stream != nil:
		return len(t.pending) > 0 || t.ended != nil || t.stream.readable()
	}
	return t.closed || t.dialing != nil && t.dialing() // it failed
}

func (t *tcp) writable() bool {
	t.arrive()
	if t.stream != nil {
		return t.stream.writable()
	}
	return t.closed || t.dialing != nil && t.dialing()
}

// tcpSetTimeout is tcp:settimeout([seconds [, mode]]) -> 1. Nil and negative
// ones are as long as a frame may be held up.
func tcpSetTimeout(c arg.Call) int {
	t := checkTCP(c)
	t.timeout = checkTimeout(c, 2)
	return c.Return(one)
}

func tcpGetTimeout(c arg.Call) int {
	t := checkTCP(c)
	if t.timeout == forever {
		return c.Return(lua.LNil, lua.LNil)
	}
	return c.Return(lua.LNumber(t.timeout.Seconds()), lua.LNil)
}

// tcpSetOption accepts what LuaSocket has; Go's connections have no delay and
// keep alive as they are.
func tcpSetOption(c arg.Call) int {
	checkTCP(c)
	switch option := c.Text(2); option {
	case "keepalive", "linger", "reuseaddr", "reuseport", "tcp-nodelay", "ipv6-v6only", "recv-buffer-size", "send-buffer-size":
		return c.Return(one)
	default:
		c.Fail(2, "unsupported option '%s'", option)
		return 0
	}
}

func tcpGetOption(c arg.Call) int {
	checkTCP(c)
	switch option := c.Text(2); option {
	case "keepalive", "tcp-nodelay":
		return c.Return(lua.LTrue)
	case "linger", "reuseaddr", "reuseport", "ipv6-v6only":
		return c.Return(lua.LFalse)
	case "error":
		return c.Return(lua.LNil)
	default:
		c.Fail(2, "unsupported option '%s'", option)
		return 0
	}
}

func tcpPeerName(c arg.Call) int {
	t := checkTCP(c)
	s, err := t.connection()
	if err != nil {
		return failed(c, err)
	}
	return pushName(c, s.conn.RemoteAddr())
}

func tcpSockName(c arg.Call) int {
	t := checkTCP(c)
	if t.server != nil {
		return pushName(c, t.server.listener.Addr())
	}
	s, err := t.connection()
	if err != nil {
		return failed(c, err)
	}
	return pushName(c, s.conn.LocalAddr())
}

// tcpStats is tcp:getstats() -> bytes received, bytes sent, age in seconds.
func tcpStats(c arg.Call) int {
	t := checkTCP(c)
	age := t.library.o.Clock.Now().Sub(t.born).Seconds()
	return c.Return(lua.LNumber(t.in), lua.LNumber(t.out), lua.LNumber(age))
}

// tcpSetStats is tcp:setstats([received [, sent [, age]]]) -> 1.
func tcpSetStats(c arg.Call) int {
	t := checkTCP(c)
	const far = 1 << 50
	if !c.Missing(2) {
		t.in = c.Whole(2, 0, far)
	}
	if !c.Missing(3) {
		t.out = c.Whole(3, 0, far)
	}
	if !c.Missing(4) {
		t.born = t.library.o.Clock.Now().Add(-time.Duration(c.Number(4) * float64(time.Second)))
	}
	return c.Return(one)
}

// noDescriptor is getfd: the poller's, and nobody else's.
func noDescriptor(c arg.Call) int { return c.Return(lua.LNumber(-1)) }

func tcpDirty(c arg.Call) int {
	t := checkTCP(c)
	t.fetch()
	return c.Return(lua.LBool(len(t.pending) > 0))
}

func family(c arg.Call) int { return c.Return(lua.LString("inet")) }
