package luaspec

import (
	"fmt"

	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/extension/wstest"
)

// What makes the network bad. Each of these is a method of a server, for its
// open connections and those to come, and of a connection.

// server:unreachable() swallows later dials: they hang, as behind a firewall.
func serverUnreachable(_ *lua.LState, s *specServer) int {
	s.runner.world.network.Blackhole(s.host)
	return 0
}

// server:latency(seconds) delays each direction.
func serverLatency(L *lua.LState, s *specServer) int {
	delay := checkSeconds(L, 2)
	s.setFaults(func(f *faults) { f.latency = delay })
	s.each(func(c *wstest.Conn) { c.Latency(delay) })
	return 0
}

// server:throttle(bytes_per_second) slows each direction; 0 lifts it.
func serverThrottle(L *lua.LState, s *specServer) int {
	rate := checkCount(L, 2)
	s.setFaults(func(f *faults) { f.throttle = rate })
	s.each(func(c *wstest.Conn) { c.Throttle(rate) })
	return 0
}

// server:stall() holds everything back until server:resume().
func serverStall(_ *lua.LState, s *specServer) int { return s.stall(true) }

// server:resume() ends a stall.
func serverResume(_ *lua.LState, s *specServer) int { return s.stall(false) }

func (s *specServer) stall(on bool) int {
	s.setFaults(func(f *faults) { f.stalled = on })
	s.each(func(c *wstest.Conn) { c.Stall(on) })
	return 0
}

// server:half_open() loses everything from now on, and nobody is told.
func serverHalfOpen(_ *lua.LState, s *specServer) int {
	s.setFaults(func(f *faults) { f.halfOpen = true })
	s.each(func(c *wstest.Conn) { c.HalfOpen() })
	return 0
}

// server:cut_after(n [, from]) resets a connection once n more bytes arrived:
// those from the "server" (the default) or from the "client".
func serverCutAfter(L *lua.LState, s *specServer) int {
	n, fromTheClient := checkCut(L)
	s.setFaults(func(f *faults) { f.cut, f.cutAfter, f.cutFromTheClient = true, n, fromTheClient })
	s.each(func(c *wstest.Conn) { cutAfter(c, n, fromTheClient) })
	return 0
}

func (s *specServer) setFaults(change func(*faults)) {
	change(&s.faults)
	s.runner.world.setFaults(s)
}

func checkCut(L *lua.LState) (n int64, fromTheClient bool) {
	n = int64(checkCount(L, 2))
	switch from := L.OptString(3, "server"); from {
	case "server":
	case "client":
		fromTheClient = true
	default:
		misuse(L, fmt.Sprintf(`bad argument #2 to 'cut_after' ("server" or "client" expected, got %q)`, from))
	}
	return n, fromTheClient
}

func checkCount(L *lua.LState, index int) int {
	n := L.CheckNumber(index)
	if n != n || n < 0 || n > 1<<52 || n != lua.LNumber(int64(n)) {
		misuse(L, fmt.Sprintf("bad argument #%d (a whole number from 0 on expected, got %s)", index-1, formatNumber(n)))
	}
	return int(n)
}

// link is the network of a connection; it raises where the connection is gone.
func (c *specConnection) link(L *lua.LState) *wstest.Conn {
	link := c.peer.Link()
	if link == nil {
		misuse(L, "the connection is not in memory: its network can't be made bad")
	}
	return link
}

func connectionLatency(L *lua.LState, c *specConnection) int {
	c.link(L).Latency(checkSeconds(L, 2))
	return 0
}

func connectionThrottle(L *lua.LState, c *specConnection) int {
	c.link(L).Throttle(checkCount(L, 2))
	return 0
}

func connectionStall(L *lua.LState, c *specConnection) int {
	c.link(L).Stall(true)
	return 0
}

func connectionResume(L *lua.LState, c *specConnection) int {
	c.link(L).Stall(false)
	return 0
}

func connectionHalfOpen(L *lua.LState, c *specConnection) int {
	c.link(L).HalfOpen()
	return 0
}

func connectionCutAfter(L *lua.LState, c *specConnection) int {
	n, fromTheClient := checkCut(L)
	cutAfter(c.link(L), n, fromTheClient)
	return 0
}
