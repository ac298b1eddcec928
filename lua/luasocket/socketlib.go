package luasocket

import (
	"context"
	"errors"
	"net/netip"
	"os"

	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/lua/internal/arg"
)

// getTime is socket.gettime() where the host has none.
func (l *Library) getTime(c arg.Call) int {
	now := l.o.Clock.Now()
	return c.Return(lua.LNumber(float64(now.Unix()) + float64(now.Nanosecond())/1e9))
}

// sleep is socket.sleep(seconds): as long as a frame may be held up.
func (l *Library) sleep(c arg.Call) int {
	if seconds := c.Number(1); seconds > 0 {
		l.wait(checkTimeout(c, 1), func() bool { return false })
	}
	return 0
}

// selectSockets is socket.select(receive, send [, timeout]) -> those that are
// ready, each a list that is indexed by socket too, and "timeout" for none.
func (l *Library) selectSockets(c arg.Call) int {
	receive, send := checkSockets(c, 1), checkSockets(c, 2)
	timeout := checkTimeout(c, 3)
	readable, writable := c.NewTable(), c.NewTable()
	l.wait(timeout, func() bool {
		any := false
		for _, candidate := range receive {
			any = any || candidate.socket.readable()
		}
		for _, candidate := range send {
			any = any || candidate.socket.writable()
		}
		return any
	})
	for _, candidate := range receive {
		if candidate.socket.readable() {
			enter(readable, candidate.value)
		}
	}
	for _, candidate := range send {
		if candidate.socket.writable() {
			enter(writable, candidate.value)
		}
	}
	if readable.Len()+writable.Len() == 0 {
		return c.Return(readable, writable, lua.LString("timeout"))
	}
	return c.Return(readable, writable)
}

// candidate is a socket that a script asks about.
type candidate struct {
	value  lua.LValue
	socket socket
}

// checkSockets reads a list of sockets, nil for none.
func checkSockets(c arg.Call, n int) (all []candidate) {
	list := c.OptTable(n)
	for i := 1; list != nil && i <= list.Len(); i++ {
		value := list.RawGetInt(i)
		data, ok := value.(*lua.LUserData)
		var s socket
		if ok {
			s, ok = data.Value.(socket)
		}
		if !ok {
			c.Fail(n, "a list of sockets expected, got a %s at %d", arg.TypeName(value), i)
		}
		all = append(all, candidate{value, s})
	}
	return all
}

func enter(list *lua.LTable, value lua.LValue) {
	list.Append(value)
	list.RawSet(value, lua.LNumber(list.Len()))
}

// try is what socket.newtry(finalizer) gives: it raises {why} for nil, why …
func try(finalizer *lua.LFunction) arg.Func {
	return func(c arg.Call) int {
		if lua.LVAsBool(c.Get(1)) {
			return c.GetTop()
		}
		if finalizer != nil {
			c.Push(c.GetGlobal("pcall"))
			c.Push(finalizer)
			c.Call(1, 0)
		}
		raised := c.NewTable()
		raised.Append(c.Get(2))
		c.Error(raised, 0)
		return 0
	}
}

func newTry(c arg.Call) int {
	var finalizer *lua.LFunction
	if !c.Missing(1) {
		finalizer = c.Function(1)
	}
	return c.Return(arg.New(c.LState, "try", try(finalizer)))
}

// protect is socket.protect(fn): fn that answers nil, why where try raised. It
// calls by the state's own pcall: gopher-lua's, called from here, would part the
// locals of who calls from the functions that share them.
func (l *Library) protect(c arg.Call) int {
	fn := c.Function(1)
	return c.Return(arg.New(c.LState, "protected", func(c arg.Call) int {
		n := c.GetTop()
		c.Insert(c.GetGlobal("pcall"), 1)
		c.Insert(fn, 2)
		c.Call(n+1, lua.MultRet)
		if c.Get(1) == lua.LTrue {
			return c.GetTop() - 1
		}
		if t, ok := c.Get(2).(*lua.LTable); ok {
			return c.Return(lua.LNil, t.RawGetInt(1))
		}
		c.Error(c.Get(2), 0)
		return 0
	}))
}

// skip is socket.skip(n, …): what comes behind the first n.
func skip(c arg.Call) int {
	n := c.Whole(1, 0, 250)
	return max(0, c.GetTop()-1-n)
}

// lookup finds a name's addresses, while the frame waits.
func (l *Library) lookup(host string) (addresses []string, err error) {
	if _, err := netip.ParseAddr(host); err == nil {
		return []string{host}, nil
	}
	type answer struct {
		addresses []string
		err       error
	}
	found := make(chan answer, 1)
	over := l.background(func(ctx context.Context) {
		addresses, err := l.o.Lookup(ctx, host)
		found <- answer{addresses, err}
	})
	if !l.wait(forever, over) {
		return nil, errTimeout
	}
	a := <-found
	if a.err == nil && len(a.addresses) == 0 {
		a.err = errors.New("host or service not provided, or not known")
	}
	return a.addresses, a.err
}

// toIP is socket.dns.toip(name) -> ip, {name, alias, ip}.
func (l *Library) toIP(c arg.Call) int {
	name := c.Text(1)
	addresses, err := l.lookup(name)
	if err != nil {
		return failed(c, err)
	}
	list := c.NewTable()
	first := addresses[0]
	for _, a := range addresses {
		if ip, err := netip.ParseAddr(a); err == nil && ip.Is4() {
			list.Append(lua.LString(a))
		}
	}
	if list.Len() > 0 {
		first = list.RawGetInt(1).String()
	}
	resolved := c.NewTable()
	resolved.RawSetString("name", lua.LString(name))
	resolved.RawSetString("alias", c.NewTable())
	resolved.RawSetString("ip", list)
	return c.Return(lua.LString(first), resolved)
}

// toHostname is socket.dns.tohostname(address): the address itself, for nobody
// looks names up the other way round here.
func (l *Library) toHostname(c arg.Call) int {
	return c.Return(lua.LString(c.Text(1)))
}

func getHostname(c arg.Call) int {
	name, err := os.Hostname()
	if err != nil {
		return failed(c, err)
	}
	return c.Return(lua.LString(name))
}

// getAddrInfo is socket.dns.getaddrinfo(name) -> {{family, addr}, …}.
func (l *Library) getAddrInfo(c arg.Call) int {
	addresses, err := l.lookup(c.Text(1))
	if err != nil {
		return failed(c, err)
	}
	list := c.NewTable()
	for _, a := range addresses {
		entry := c.NewTable()
		entry.RawSetString("addr", lua.LString(a))
		kind := "inet"
		if ip, err := netip.ParseAddr(a); err == nil && ip.Is6() {
			kind = "inet6"
		}
		entry.RawSetString("family", lua.LString(kind))
		list.Append(entry)
	}
	return c.Return(list)
}
