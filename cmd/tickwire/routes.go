package main

import (
	"errors"
	"net"
	"net/netip"
	"os"
	"strconv"
	"strings"

	"golang.org/x/net/idna"
)

// toEcho is the ADDR:PORT that stands for this run's own echo server.
const toEcho = "echo"

// routes say where to connect for a "host:port", the key in routeKey's form:
// "address:port" or toEcho.
type routes map[string]string

// set reads --resolve's HOST:PORT=ADDR:PORT.
func (r routes) set(text string) error {
	from, to, _ := strings.Cut(text, "=")
	key, err := routeKey(from)
	if err == nil && to != toEcho {
		to, err = routeKey(to)
	}
	if err != nil {
		return errors.New("want HOST:PORT=ADDR:PORT or HOST:PORT=echo, such as game.example:443=127.0.0.1:8443")
	}
	r[key] = to
	return nil
}

// routeKey gives "host:port" the one form in which hosts are compared: ASCII,
// small letters, addresses in their shortest form.
func routeKey(hostport string) (string, error) {
	host, port, err := net.SplitHostPort(hostport)
	if err != nil {
		return "", err
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
		return "", errors.New("the port must be from 1 to 65535")
	}
	if ip, err := netip.ParseAddr(host); err == nil {
		return net.JoinHostPort(ip.String(), port), nil
	}
	if ascii, err := idna.Lookup.ToASCII(host); err == nil {
		host = ascii // else a name with "_", say, which some hosts have
	}
	if host == "" || strings.ContainsAny(host, " /@=") {
		return "", errors.New("the host is no name and no address")
	}
	return net.JoinHostPort(strings.ToLower(host), port), nil
}

// echoHosts are the hosts that lead to the echo server: its certificate has to
// hold for them.
func (r routes) echoHosts() []string {
	var hosts []string
	for from, to := range r {
		if to == toEcho {
			host, _, _ := net.SplitHostPort(from)
			hosts = append(hosts, host)
		}
	}
	return hosts
}

// route tells where a "host:port" leads; "" is where it says. echo is the echo
// server's address. It's nil without routes.
func (r routes) route(echo string) func(hostport string) (instead string) {
	if len(r) == 0 {
		return nil
	}
	return func(hostport string) string {
		key, err := routeKey(hostport)
		if err != nil {
			return ""
		}
		if to := r[key]; to != toEcho {
			return to
		}
		return echo
	}
}

// getenv is the environment, in which the routed hosts need no proxy: --resolve
// says where they are.
func (r routes) getenv(name string) string {
	value := os.Getenv(name)
	if name != "no_proxy" || len(r) == 0 {
		return value
	}
	if value == "" {
		value = os.Getenv("NO_PROXY")
	}
	for from := range r {
		value += "," + from
	}
	return value
}
