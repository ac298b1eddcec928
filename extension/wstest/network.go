package wstest

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"os"
	"path"
	"strconv"
	"strings"
	"sync"
	"syscall"
)

// backlog is how many dialled connections wait for Accept before a dial hangs.
const backlog = 128

// firstPort is where ports for clients and for port 0 begin, as IANA has it.
const firstPort = 49152

// Network is an internet in memory: hosts, ports, a name service. It has no
// goroutine of its own. Methods are safe from any goroutine.
type Network struct {
	clock Clock

	mu        sync.Mutex
	listeners map[string]*listener // guarded by mu: by address
	hosts     map[string]bool      // guarded by mu: true is a black hole
	port      int                  // guarded by mu: the last one given out
	onConnect func(client, server *Conn)
}

// NewNetwork is an empty network. A nil clock is the wall clock.
func NewNetwork(clock Clock) *Network {
	return &Network{
		clock:     orSystem(clock),
		listeners: make(map[string]*listener),
		hosts:     make(map[string]bool),
		port:      firstPort - 1,
	}
}

// Listen opens "host:port"; no host is localhost, port 0 one that is free. From
// then on the network knows the host. An address in use is a *net.OpError
// around syscall.EADDRINUSE.
func (n *Network) Listen(address string) (net.Listener, error) {
	host, port, err := split(address)
	if err != nil {
		return nil, &net.OpError{Op: "listen", Net: "tcp", Err: err}
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if port == 0 {
		port = n.freePort()
	}
	l, err := n.listen("tcp", join(host, port))
	if err == nil && !n.hosts[host] {
		n.hosts[host] = false
	}
	return l, err
}

// ListenContext is Listen for network "tcp", as net.ListenConfig has it. For
// network "unix" address is the path of a socket file, which is no file here:
// one that nobody listens at is not there.
func (n *Network) ListenContext(_ context.Context, network, address string) (net.Listener, error) {
	switch network {
	case "unix":
		n.mu.Lock()
		defer n.mu.Unlock()
		return n.listen("unix", socketKey(address))
	case "tcp", "tcp4", "tcp6":
		return n.Listen(address)
	}
	return nil, &net.OpError{Op: "listen", Net: network, Err: net.UnknownNetworkError(network)}
}

// unixPrefix begins the address of a socket file.
const unixPrefix = "unix:"

func socketKey(file string) string { return unixPrefix + path.Clean(file) }

// listen opens an address. mu is held.
func (n *Network) listen(network, at string) (net.Listener, error) {
	if n.listeners[at] != nil {
		err := os.NewSyscallError("bind", syscall.EADDRINUSE)
		return nil, &net.OpError{Op: "listen", Net: network, Addr: Addr(at), Err: err}
	}
	l := &listener{network: n, addr: Addr(at), queue: make(chan *Conn, backlog), done: make(chan struct{})}
	n.listeners[at] = l
	return l, nil
}

// AddHost makes a host known that listens nowhere: dialling it is refused.
func (n *Network) AddHost(host string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.hosts[canonical(host)] = false
}

// Blackhole makes a host swallow every dial: it hangs until its context ends.
func (n *Network) Blackhole(host string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.hosts[canonical(host)] = true
}

// Has tells whether this network knows the host of address ("host:port" or
// "host"), so that a dialer can go elsewhere for the others.
func (n *Network) Has(address string) bool {
	host, _, err := split(address)
	if err != nil {
		host = canonical(address)
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	_, known := n.hosts[host]
	if other := loopback[host]; !known && other != "" {
		_, known = n.hosts[other]
	}
	return known
}

// HasSocket tells whether somebody listens at a socket file of this network.
func (n *Network) HasSocket(file string) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.listeners[socketKey(file)] != nil
}

// OnConnect has f called with both ends of each new connection before either
// is used: the place for faults that hold from the first byte. f must not
// block. nil is none.
func (n *Network) OnConnect(f func(client, server *Conn)) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.onConnect = f
}

// DialContext connects over "tcp", or to a socket file over "unix", and returns a
// *Conn. localhost and 127.0.0.1 are one host. Its errors are *net.OpErrors as
// the system's: around a *net.DNSError with IsNotFound for an unknown name,
// syscall.EHOSTUNREACH for an unknown IP address, syscall.ECONNREFUSED for a
// known host that does not listen there, syscall.ENOENT for a socket file that
// nobody listens at, the context's own for a host that
// does not answer.
func (n *Network) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	c, err := n.dial(ctx, network, address)
	if err != nil {
		return nil, &net.OpError{Op: "dial", Net: network, Addr: Addr(address), Err: err}
	}
	return c, nil
}

func (n *Network) dial(ctx context.Context, network, address string) (*Conn, error) {
	switch network {
	case "tcp", "tcp4", "tcp6":
	case "unix":
		return n.dialUnix(ctx, address)
	default:
		return nil, net.UnknownNetworkError(network)
	}
	host, port, err := split(address)
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}

	n.mu.Lock()
	hole, known := n.hosts[host]
	l := n.listeners[join(host, port)]
	if other := loopback[host]; l == nil && other != "" { // two names of one machine
		l = n.listeners[join(other, port)]
		_, knownToo := n.hosts[other]
		known = known || knownToo
	}
	near := Addr(join("localhost", n.nextPort()))
	onConnect := n.onConnect
	n.mu.Unlock()

	switch {
	case !known:
		if _, err := netip.ParseAddr(host); err == nil {
			return nil, os.NewSyscallError("connect", syscall.EHOSTUNREACH)
		}
		return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
	case hole:
		<-ctx.Done()
		return nil, ctx.Err()
	case l == nil:
		return nil, os.NewSyscallError("connect", syscall.ECONNREFUSED)
	}

	return l.connect(ctx, near, onConnect)
}

// loopback are the names of this machine, each with the other.
var loopback = map[string]string{"localhost": "127.0.0.1", "127.0.0.1": "localhost"}

// dialUnix connects to a socket file.
func (n *Network) dialUnix(ctx context.Context, file string) (*Conn, error) {
	n.mu.Lock()
	l, onConnect := n.listeners[socketKey(file)], n.onConnect
	n.mu.Unlock()
	if l == nil {
		return nil, os.NewSyscallError("connect", syscall.ENOENT)
	}
	return l.connect(ctx, Addr("@"), onConnect)
}

// connect makes a connection for Accept and gives the client's end.
func (l *listener) connect(ctx context.Context, near Addr, onConnect func(client, server *Conn)) (*Conn, error) {
	client, server := newPipe(l.network.clock, near, l.addr)
	if onConnect != nil {
		onConnect(client, server)
	}
	if err := l.offer(ctx, server); err != nil {
		client.Close()
		server.Close()
		return nil, err
	}
	return client, nil
}

// nextPort counts through the ephemeral ports. mu is held.
func (n *Network) nextPort() int {
	n.port++
	if n.port > 65535 {
		n.port = firstPort
	}
	return n.port
}

// freePort is one that nobody listens on, on whatever host. mu is held.
func (n *Network) freePort() int {
	for {
		port := n.nextPort()
		taken := false
		for at := range n.listeners {
			taken = taken || strings.HasSuffix(at, ":"+strconv.Itoa(port))
		}
		if !taken {
			return port
		}
	}
}

func (n *Network) forget(l *listener) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.listeners[string(l.addr)] == l {
		delete(n.listeners, string(l.addr))
	}
}

// listener is a Network's net.Listener.
type listener struct {
	network *Network
	addr    Addr
	queue   chan *Conn
	done    chan struct{}

	mu     sync.Mutex
	closed bool // guarded by mu; done is closed with it
}

// offer queues c for Accept; while the queue is full it hangs, as a dial does
// whose SYN is dropped.
func (l *listener) offer(ctx context.Context, c *Conn) error {
	select {
	case <-l.done:
		return os.NewSyscallError("connect", syscall.ECONNREFUSED)
	default:
	}
	select {
	case l.queue <- c:
	case <-l.done:
		return os.NewSyscallError("connect", syscall.ECONNREFUSED)
	case <-ctx.Done():
		return ctx.Err()
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed { // it may have come in behind Close's sweep
		l.sweep()
		return os.NewSyscallError("connect", syscall.ECONNREFUSED)
	}
	return nil
}

func (l *listener) Accept() (net.Conn, error) {
	select {
	case <-l.done:
		return nil, l.fail("accept")
	default:
	}
	select {
	case c := <-l.queue:
		return c, nil
	case <-l.done:
		return nil, l.fail("accept")
	}
}

// Close refuses later dials and resets those that nobody accepted.
func (l *listener) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return l.fail("close")
	}
	l.closed = true
	close(l.done)
	l.network.forget(l)
	l.sweep()
	return nil
}

// sweep resets what waits for an Accept that will not come. mu is held.
func (l *listener) sweep() {
	for {
		select {
		case c := <-l.queue:
			c.Reset()
			c.Close()
		default:
			return
		}
	}
}

func (l *listener) Addr() net.Addr { return l.addr }

func (l *listener) fail(op string) error {
	return &net.OpError{Op: op, Net: "tcp", Addr: l.addr, Err: net.ErrClosed}
}

// split takes "host:port" apart and makes the host canonical.
func split(address string) (host string, port int, err error) {
	host, text, err := net.SplitHostPort(address)
	if err != nil {
		return "", 0, err
	}
	port, err = strconv.Atoi(text)
	if err != nil || port < 0 || port > 65535 {
		return "", 0, &net.AddrError{Err: fmt.Sprintf("port %q is no number from 0 to 65535", text), Addr: address}
	}
	if host == "" {
		host = "localhost"
	}
	return canonical(host), port, nil
}

// canonical is how a host stands in the network's tables.
func canonical(host string) string {
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	host = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	if ip, err := netip.ParseAddr(host); err == nil {
		return ip.Unmap().String()
	}
	return host
}

func join(host string, port int) string {
	return net.JoinHostPort(host, strconv.Itoa(port))
}
