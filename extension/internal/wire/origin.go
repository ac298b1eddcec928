package wire

import (
	"errors"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// anyOrigin allows every origin.
const anyOrigin = "*"

// CheckOrigin gives an origin as browsers send it (in small letters, without the
// scheme's own port, an international name in ASCII), or says what is wrong with
// it: "https://game.example", "http://localhost:8080", "null" (a page from a
// file), or "*" for all.
func CheckOrigin(text string) (string, error) {
	if text == anyOrigin || text == "null" {
		return text, nil
	}
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Scheme == "" || u.Host == "":
		return "", errors.New(`want "scheme://host" or "scheme://host:port" as a browser sends it, "null" or "*"`)
	case u.Path != "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil || strings.HasSuffix(text, "#") || u.ForceQuery:
		return "", errors.New(`want a scheme, a host and a port, and nothing behind them`)
	case strings.Contains(u.Host, "*"):
		return "", errors.New(`want each host by its name, or "*" alone for all`)
	}
	host, port := strings.ToLower(u.Hostname()), u.Port()
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	} else if host, err = asciiHost(host); err != nil {
		return "", err
	}
	if port != "" && port != schemePort(u.Scheme) {
		host += ":" + port
	}
	return u.Scheme + "://" + host, nil
}

// originAllowed tells whether a browser's page may connect. Only browsers send
// an Origin, and they send it for every page: without one it is no page's
// script. If nobody says which origins may, the server's own may: else any page
// that a user opens could talk to what listens on his machine. There the own one
// must be this machine's by its name too: a page's name may be made to lead here
// (DNS rebinding).
func originAllowed(o *Listening, q *Request) bool {
	if len(q.values("Origin")) == 0 {
		return true
	}
	origin := strings.ToLower(q.Origin)
	if o.Origins != nil {
		return slices.Contains(o.Origins, anyOrigin) || slices.Contains(o.Origins, origin)
	}
	u, err := url.Parse(origin)
	if err != nil || u.Host == "" {
		return false
	}
	if o.At.Network == "tcp" && o.At.IP.IsLoopback() && !isLoopbackName(u.Hostname()) {
		return false
	}
	host := strings.ToLower(strings.Join(q.values("Host"), ""))
	return withPort(u.Host, u.Scheme) == withPort(host, u.Scheme)
}

// isLoopbackName tells whether a host is this machine without a lookup (RFC 6761
// section 6.3).
func isLoopbackName(host string) bool {
	if ip, err := netip.ParseAddr(host); err == nil {
		return ip.IsLoopback()
	}
	return host == "localhost" || strings.HasSuffix(host, ".localhost")
}

// withPort is host with a port, the scheme's own if it has none.
func withPort(host, scheme string) string {
	if _, _, err := net.SplitHostPort(host); err == nil {
		return host
	}
	return net.JoinHostPort(strings.Trim(host, "[]"), schemePort(scheme))
}

// schemePort is the port that a URL without one means.
func schemePort(scheme string) string {
	if scheme == "https" || scheme == "wss" {
		return "443"
	}
	return "80"
}
