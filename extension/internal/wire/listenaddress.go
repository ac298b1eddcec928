package wire

import (
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
)

// unixPrefix begins an address that is a socket file.
const unixPrefix = "unix:"

// ListenAddress is where a listener listens.
type ListenAddress struct {
	Network string     // tcp or unix
	IP      netip.Addr // of tcp; the zero Addr: every address of this machine
	Port    int        // of tcp; 0: one that is free
	Path    string     // of unix: the socket file
}

// ParseListenAddress reads "127.0.0.1:8080", "[::1]:0", "localhost:8080",
// ":8080", "unix:/path". Other names than localhost are refused: looking them
// up would take time, and none is needed for an address of one's own.
func ParseListenAddress(text string) (ListenAddress, error) {
	if path, found := strings.CutPrefix(text, unixPrefix); found {
		if err := CheckSocket(path); err != nil {
			return ListenAddress{}, err
		}
		return ListenAddress{Network: "unix", Path: path}, nil
	}
	host, port, err := net.SplitHostPort(text)
	if err != nil {
		return ListenAddress{}, fmt.Errorf("it has no port: want \"127.0.0.1:8080\", \":8080\" for every address, port 0 for one that is free, or \"unix:/path\"")
	}
	a := ListenAddress{Network: "tcp", Port: parsePort(port)}
	if a.Port == 0 && port != "0" {
		return ListenAddress{}, fmt.Errorf("the port %q is none: want a number from 0 to 65535, 0 for one that is free", clip(port))
	}
	switch {
	case host == "":
	case strings.EqualFold(host, "localhost"):
		a.IP = netip.AddrFrom4([4]byte{127, 0, 0, 1})
	default:
		if a.IP, err = netip.ParseAddr(host); err != nil {
			return ListenAddress{}, fmt.Errorf("%q is no address: want one of this machine's, such as 127.0.0.1, localhost, or none for all of them", clip(host))
		}
	}
	return a, nil
}

// hostport is what net.Listen takes.
func (a ListenAddress) hostport() string {
	host := ""
	if a.IP.IsValid() {
		host = a.IP.String()
	}
	return net.JoinHostPort(host, strconv.Itoa(a.Port))
}

// String is the address as scripts write it.
func (a ListenAddress) String() string {
	if a.Network == "unix" {
		return unixPrefix + a.Path
	}
	return a.hostport()
}
