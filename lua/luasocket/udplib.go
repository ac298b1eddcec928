package luasocket

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"sync"
	"time"

	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/lua/internal/arg"
)

// udp is a script's UDP socket. Its port is open from the first send on, or
// from setsockname.
type udp struct {
	library   *Library
	timeout   time.Duration
	closed    bool
	mailbox   *mailbox            // nil before it has a port
	peer      netip.AddrPort      // the only one, once it is set
	permitted map[string]struct{} // addresses that Permit allows
}

// packet is one that came.
type packet struct {
	from netip.AddrPort
	data []byte
}

// mailbox is a UDP port and what came there.
type mailbox struct {
	pool *pool
	conn net.PacketConn

	mu      sync.Mutex
	packets []packet // guarded by mu: at most maxPackets; more are dropped
}

func (*udp) LuaType() string { return "udp" }

func (l *Library) wrapUDP(u *udp) *lua.LUserData {
	if l.udpMeta == nil {
		l.udpMeta = class(l.L, map[string]arg.Func{
			"setsockname": udpSetSockName, "getsockname": udpSockName, "setpeername": udpSetPeerName, "getpeername": udpPeerName,
			"send": udpSend, "sendto": udpSendTo, "receive": udpReceive, "receivefrom": udpReceiveFrom, "close": udpClose,
			"settimeout": udpSetTimeout, "gettimeout": udpGetTimeout, "setoption": udpSetOption, "getoption": udpGetOption,
			"getfd": noDescriptor, "dirty": udpDirty, "getfamily": family,
		}, func(c arg.Call) string {
			u := checkUDP(c)
			if u.peer.IsValid() {
				return fmt.Sprintf("udp{connected}: %p", u)
			}
			return fmt.Sprintf("udp{unconnected}: %p", u)
		})
	}
	return &lua.LUserData{Value: u, Env: l.L.Env, Metatable: l.udpMeta}
}

// checkUDP is self.
func checkUDP(c arg.Call) *udp {
	if data, ok := c.Get(1).(*lua.LUserData); ok {
		if u, ok := data.Value.(*udp); ok {
			return u
		}
	}
	c.Expected(1, "udp")
	return nil
}

// newUDP is socket.udp().
func (l *Library) newUDP(c arg.Call) int {
	u := &udp{library: l, timeout: forever, permitted: make(map[string]struct{})}
	if !l.own(u) {
		return failed(c, errTooMany)
	}
	return c.Return(l.wrapUDP(u))
}

// open gives the socket a port.
func (u *udp) open(address string) error {
	switch {
	case u.closed:
		return errClosed
	case u.mailbox != nil:
		return nil
	}
	pool := u.library.pool
	conn, err := u.library.o.ListenPacket(pool.ctx, udpNetwork(address), address)
	if err != nil {
		return err
	}
	m := &mailbox{pool: pool, conn: conn}
	if !pool.add(conn) {
		conn.Close()
		return errClosed
	}
	u.mailbox = m
	// Owned by the socket; its close ends it; joined by the pool's close.
	pool.tasks.Go(m.read)
	return nil
}

// udpNetwork is IPv4's unless the address says otherwise: broadcasts need it, and
// scripts know 0.0.0.0.
func udpNetwork(address string) string {
	if strings.HasPrefix(address, "[") {
		return "udp6"
	}
	return "udp4"
}

// anyPort is the address of a socket that is to be given one by its family.
func anyPort(to netip.AddrPort) string {
	if to.Addr().Is6() {
		return "[::]:0"
	}
	return ":0"
}

func (m *mailbox) read() {
	buffer := make([]byte, maxPacket)
	for {
		n, from, err := m.conn.ReadFrom(buffer)
		if errors.Is(err, net.ErrClosed) {
			return
		}
		at, parseErr := netip.ParseAddrPort(addressOf(from))
		if err != nil || parseErr != nil {
			if m.pool.ctx.Err() != nil {
				return
			}
			continue // Windows tells here of an earlier send that nobody took
		}
		m.mu.Lock()
		if len(m.packets) < maxPackets {
			m.packets = append(m.packets, packet{unmap(at), append([]byte(nil), buffer[:n]...)})
		}
		m.mu.Unlock()
		m.pool.changed()
	}
}

func addressOf(a net.Addr) string {
	if a == nil {
		return ""
	}
	return a.String()
}

// unmap gives IPv4 in IPv6 its plain form.
func unmap(at netip.AddrPort) netip.AddrPort { return netip.AddrPortFrom(at.Addr().Unmap(), at.Port()) }

// next gives a packet, of peer only if that is valid.
func (m *mailbox) next(peer netip.AddrPort) (packet, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for len(m.packets) > 0 {
		p := m.packets[0]
		m.packets[0] = packet{}
		m.packets = m.packets[1:]
		if !peer.IsValid() || p.from == peer {
			return p, true
		}
	}
	return packet{}, false
}

// leave closes the port.
func (u *udp) leave() {
	u.closed = true
	u.library.forget(u)
	if u.mailbox != nil {
		u.library.pool.remove(u.mailbox.conn)
		u.mailbox.conn.Close()
	}
}

func (u *udp) readable() bool {
	if u.mailbox == nil {
		return u.closed
	}
	u.mailbox.mu.Lock()
	defer u.mailbox.mu.Unlock()
	return len(u.mailbox.packets) > 0
}

func (u *udp) writable() bool { return true }

// transmit sends one packet.
func (u *udp) transmit(data string, to netip.AddrPort) error {
	if len(data) > maxPacket-29 { // headers are a part of it
		return errors.New("message too long")
	}
	if _, known := u.permitted[to.String()]; !known {
		if err := u.library.o.Permit(u.library.pool.ctx, "udp", to.String()); err != nil {
			return err
		}
		u.permitted[to.String()] = struct{}{}
	}
	if err := u.open(anyPort(to)); err != nil {
		return err
	}
	u.mailbox.conn.SetWriteDeadline(time.Now().Add(5 * time.Millisecond)) // a full queue is a lost packet
	_, err := u.mailbox.conn.WriteTo([]byte(data), net.UDPAddrFromAddrPort(to))
	return err
}

// checkNumeric reads an IP address and a port, arguments n and n+1.
func checkNumeric(c arg.Call, n int) (netip.AddrPort, error) {
	host, port := c.Text(n), c.Whole(n+1, 0, 65535)
	if host == "localhost" {
		host = "127.0.0.1"
	}
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return netip.AddrPort{}, errors.New("host or service not provided, or not known")
	}
	return netip.AddrPortFrom(ip.Unmap(), uint16(port)), nil
}

// udpSetSockName is udp:setsockname(host, port) -> 1: the port is the script's.
func udpSetSockName(c arg.Call) int {
	u, address := checkUDP(c), joinAddress(c, 2)
	if u.mailbox != nil {
		return failed(c, errors.New("invalid argument"))
	}
	var err error
	if address != ":0" { // which every send opens by itself
		err = u.library.o.PermitPort(address)
	}
	if err == nil {
		err = u.open(address)
	}
	if err != nil {
		return failed(c, err)
	}
	return c.Return(one)
}

func udpSockName(c arg.Call) int {
	u := checkUDP(c)
	if u.mailbox == nil {
		return c.Return(lua.LString("0.0.0.0"), lua.LNumber(0), lua.LString("inet"))
	}
	return pushName(c, u.mailbox.conn.LocalAddr())
}

// udpSetPeerName is udp:setpeername(ip, port) -> 1, or ("*") for any again.
func udpSetPeerName(c arg.Call) int {
	u := checkUDP(c)
	if c.Text(2) == "*" {
		u.peer = netip.AddrPort{}
		return c.Return(one)
	}
	to, err := checkNumeric(c, 2)
	if err == nil {
		err = u.open(anyPort(to))
	}
	if err != nil {
		return failed(c, err)
	}
	u.peer = to
	return c.Return(one)
}

func udpPeerName(c arg.Call) int {
	u := checkUDP(c)
	if !u.peer.IsValid() {
		return pushName(c, nil)
	}
	return pushName(c, net.UDPAddrFromAddrPort(u.peer))
}

// udpSend is udp:send(data) -> 1, to the peer.
func udpSend(c arg.Call) int {
	u, data := checkUDP(c), c.Text(2)
	if !u.peer.IsValid() {
		return failed(c, errors.New("destination address required"))
	}
	if err := u.transmit(data, u.peer); err != nil {
		return failed(c, err)
	}
	return c.Return(one)
}

// udpSendTo is udp:sendto(data, ip, port) -> 1.
func udpSendTo(c arg.Call) int {
	u, data := checkUDP(c), c.Text(2)
	to, err := checkNumeric(c, 3)
	if err == nil {
		err = u.transmit(data, to)
	}
	if err != nil {
		return failed(c, err)
	}
	return c.Return(one)
}

// fetch waits for a packet and cuts it to argument 2, 8,192 bytes by default.
func (u *udp) fetch(c arg.Call) (packet, error) {
	size := 8192
	if !c.Missing(2) {
		size = c.Whole(2, 1, maxPacket)
	}
	if u.closed {
		return packet{}, errClosed
	}
	var p packet
	came := false
	u.library.wait(u.timeout, func() bool { // asked more than once
		if !came && u.mailbox != nil {
			p, came = u.mailbox.next(u.peer)
		}
		return came
	})
	if !came {
		return p, errTimeout
	}
	p.data = p.data[:min(len(p.data), size)]
	return p, nil
}

// udpReceive is udp:receive([size]) -> data.
func udpReceive(c arg.Call) int {
	p, err := checkUDP(c).fetch(c)
	if err != nil {
		return failed(c, err)
	}
	return c.Return(lua.LString(p.data))
}

// udpReceiveFrom is udp:receivefrom([size]) -> data, ip, port.
func udpReceiveFrom(c arg.Call) int {
	p, err := checkUDP(c).fetch(c)
	if err != nil {
		return failed(c, err)
	}
	return c.Return(lua.LString(p.data), lua.LString(p.from.Addr().String()), lua.LNumber(p.from.Port()))
}

func udpClose(c arg.Call) int {
	checkUDP(c).leave()
	return c.Return(one)
}

func udpSetTimeout(c arg.Call) int {
	u := checkUDP(c)
	u.timeout = checkTimeout(c, 2)
	return c.Return(one)
}

func udpGetTimeout(c arg.Call) int {
	u := checkUDP(c)
	if u.timeout == forever {
		return c.Return(lua.LNil)
	}
	return c.Return(lua.LNumber(u.timeout.Seconds()))
}

// udpSetOption accepts what Go's sockets have anyway; multicast they don't.
func udpSetOption(c arg.Call) int {
	checkUDP(c)
	switch option := c.Text(2); option {
	case "broadcast", "dontroute", "reuseaddr", "reuseport", "ipv6-v6only":
		return c.Return(one)
	case "ip-multicast-if", "ip-multicast-ttl", "ip-multicast-loop", "ip-add-membership", "ip-drop-membership":
		return failed(c, errors.New("multicast is not supported here"))
	default:
		c.Fail(2, "unsupported option '%s'", option)
		return 0
	}
}

func udpGetOption(c arg.Call) int {
	checkUDP(c)
	switch option := c.Text(2); option {
	case "broadcast":
		return c.Return(lua.LTrue)
	case "dontroute", "reuseaddr", "reuseport", "ipv6-v6only":
		return c.Return(lua.LFalse)
	default:
		c.Fail(2, "unsupported option '%s'", option)
		return 0
	}
}

func udpDirty(c arg.Call) int { return c.Return(lua.LBool(checkUDP(c).readable())) }
