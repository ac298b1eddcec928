package luasocket

import (
	"context"
	"errors"
	"net"
	"strconv"
	"strings"
	"time"

	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/lua/internal/arg"
)

// Library is the module of one Lua state. Make it with [New]. Its methods are
// called from the tick goroutine.
type Library struct {
	o       Options
	L       *lua.LState // the main state, nil before Open
	pool    *pool
	sockets map[socket]lua.LValue // the open ones, and whose they are

	tcpMeta, udpMeta *lua.LTable // made when one is needed
}

// socket is a script's tcp or udp.
type socket interface {
	readable() bool
	writable() bool
	leave() // closes, once what was sent is gone
}

// New returns a library that is not part of a Lua state yet.
func New(o Options) *Library {
	l := &Library{pool: newPool(), sockets: make(map[socket]lua.LValue)}
	l.o = o.withDefaults(l.pool)
	l.pool.clock = l.o.Clock
	return l
}

// Open enters the functions in the global socket, which may be there already,
// and makes it what require "socket" returns, and "builtins.scripts.socket".
func (l *Library) Open(L *lua.LState) error {
	if l.L != nil {
		return errors.New("socket: open: the library is open already: it serves one Lua state")
	}
	if l.L = L; L.G.MainThread != nil {
		l.L = L.G.MainThread
	}
	arg.NewModules(l.L).Add("socket", l.fill)
	if loaded, ok := l.L.GetField(l.L.GetGlobal("package"), "loaded").(*lua.LTable); ok {
		loaded.RawSetString("builtins.scripts.socket", l.L.GetGlobal("socket"))
	}
	return nil
}

// fill enters the module.
func (l *Library) fill(module *lua.LTable) {
	arg.Fill(l.L, module, map[string]arg.Func{
		"tcp": l.newTCP, "tcp4": l.newTCP, "tcp6": l.newTCP,
		"udp": l.newUDP, "udp4": l.newUDP, "udp6": l.newUDP,
		"connect": l.connect, "connect4": l.connect, "connect6": l.connect, "bind": l.bind,
		"select": l.selectSockets, "sleep": l.sleep, "gettime": l.getTime,
		"newtry": newTry, "protect": l.protect, "skip": skip, "__unload": func(arg.Call) int { return 0 },
	})
	arg.Fill(l.L, module, map[string]arg.Func{"try": try(nil)})
	dns := l.L.CreateTable(0, 4)
	arg.Fill(l.L, dns, map[string]arg.Func{
		"toip": l.toIP, "tohostname": l.toHostname, "gethostname": getHostname, "getaddrinfo": l.getAddrInfo,
	})
	module.RawSetString("dns", dns)
	module.RawSetString("_VERSION", lua.LString("LuaSocket 3.0"))
	module.RawSetString("_DEBUG", lua.LFalse)
	module.RawSetString("_SETSIZE", lua.LNumber(l.o.MaxSockets))
	module.RawSetString("BLOCKSIZE", lua.LNumber(2048))
}

// Update does nothing: scripts look themselves.
func (l *Library) Update() {}

// Flush does nothing: what is sent leaves at once.
func (l *Library) Flush() {}

// Release closes the sockets of a script instance that is deleted.
func (l *Library) Release(self lua.LValue) {
	for s, owner := range l.sockets {
		if owner == self {
			l.forget(s)
			s.leave()
		}
	}
}

// Active is 0: nothing calls back, so a socket causes nothing by itself.
func (l *Library) Active() int { return 0 }

// Wake is nil: there is nothing to wake for.
func (l *Library) Wake() <-chan struct{} { return nil }

// Close ends every socket and joins every goroutine. The error says that a
// function of the options does not honour its context.
func (l *Library) Close() error {
	clear(l.sockets)
	return l.pool.close()
}

// own takes a new socket into the books; false if there are too many.
func (l *Library) own(s socket) bool {
	if len(l.sockets) >= l.o.MaxSockets {
		return false
	}
	l.sockets[s] = l.o.Host.Instance()
	return true
}

func (l *Library) forget(s socket) { delete(l.sockets, s) }

// forever is a timeout that settimeout was not given: MaxBlock bounds it.
const forever = time.Duration(-1)

// wait holds up the frame until ready, which is asked more than once, for timeout
// at most.
func (l *Library) wait(timeout time.Duration, ready func() bool) bool {
	if ready() {
		return true
	}
	if timeout == forever {
		timeout = l.o.MaxBlock
	}
	if timeout = min(timeout, l.o.MaxBlock); timeout <= 0 {
		return false
	}
	l.o.Wait(timeout, ready)
	return ready()
}

// checkTimeout reads a timeout in seconds: nil and negative ones are for ever.
func checkTimeout(c arg.Call, n int) time.Duration {
	seconds := c.OptNumber(n, -1)
	if !(seconds >= 0) {
		return forever
	}
	return time.Duration(min(seconds, 1e9) * float64(time.Second))
}

// failed gives nil and LuaSocket's word for an error.
func failed(c arg.Call, err error) int { return c.Return(lua.LNil, lua.LString(words(err))) }

// one is LuaSocket's success.
const one = lua.LNumber(1)

// joinAddress reads a host and a port, arguments n and n+1; "*" is every
// address.
func joinAddress(c arg.Call, n int) string {
	host, port := c.Text(n), c.Whole(n+1, 0, 65535)
	if host == "*" {
		host = ""
	}
	return net.JoinHostPort(host, strconv.Itoa(port))
}

// pushName answers with an address: host, port and family.
func pushName(c arg.Call, at net.Addr) int {
	if at == nil {
		return failed(c, errors.New("transport endpoint is not connected"))
	}
	host, port, err := net.SplitHostPort(at.String())
	if err != nil {
		return failed(c, err)
	}
	if host == "::" { // every address, IPv4's too, which scripts know by this name
		host = "0.0.0.0"
	}
	family := "inet"
	if strings.Contains(host, ":") {
		family = "inet6"
	}
	n, _ := strconv.Atoi(port)
	return c.Return(lua.LString(host), lua.LNumber(n), lua.LString(family))
}

// background runs f off the tick and gives what tells whether it is over.
func (l *Library) background(f func(ctx context.Context)) (over func() bool) {
	done := make(chan struct{})
	ctx, cancel := context.WithCancel(l.pool.ctx)
	stop := l.o.Clock.AfterFunc(dialTimeout, cancel)
	// Owned by the pool; f's context, which dialTimeout bounds, ends it; joined by
	// the pool's close.
	l.pool.tasks.Go(func() {
		f(ctx)
		stop()
		cancel()
		close(done)
		l.pool.changed()
	})
	return func() bool {
		select {
		case <-done:
			return true
		default:
			return false
		}
	}
}
