package wire

import (
	"encoding/base64"
	"errors"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// address is a URL taken apart: what is dialled and what is asked for.
type address struct {
	scheme string // ws or wss; a visitor's: http, https, tcp
	host   string // ASCII, without brackets; a zone may follow an IPv6 address
	port   int
	target string // path and query, verbatim (RFC 6455 section 3)
	login  string // the Authorization header of the URL's userinfo, "" for none
	socket string // the file that is dialled in place of host and port, "" for none
}

// where is what is dialled: "host:port" or "unix:/path".
func (a *address) where() string {
	if a.socket != "" {
		return "unix:" + a.socket
	}
	return a.hostport()
}

// secure tells whether TLS comes first.
func (a *address) secure() bool { return a.scheme == "wss" || a.scheme == "https" }

// hostport is the address to dial.
func (a *address) hostport() string { return net.JoinHostPort(a.host, strconv.Itoa(a.port)) }

// header is the Host header: the port is left out if it is the scheme's, an
// IPv6 zone always (RFC 6874 section 4).
func (a *address) header() string {
	host, _, _ := strings.Cut(a.host, "%")
	if a.port == defaultPort(a.scheme) {
		if strings.Contains(host, ":") {
			return "[" + host + "]"
		}
		return host
	}
	return net.JoinHostPort(host, strconv.Itoa(a.port))
}

func defaultPort(scheme string) int {
	switch scheme {
	case "wss", "https":
		return 443
	case "socks5":
		return 1080
	}
	return 80
}

// display is the URL for people and logs: no userinfo, no query, no fragment,
// since all three carry secrets.
func display(raw string) string {
	if end := strings.IndexAny(raw, "?#"); end >= 0 {
		raw = raw[:end]
	}
	scheme, rest, found := strings.Cut(raw, "://")
	if !found {
		scheme, rest = "", raw
	}
	authority, _, _ := strings.Cut(rest, "/")
	if at := strings.LastIndexByte(authority, '@'); at >= 0 {
		rest = rest[at+1:]
		raw = rest
		if found {
			raw = scheme + "://" + rest
		}
	}
	return clip(raw)
}

// parseURL takes raw apart. http and https stand for ws and wss; an empty path
// is "/"; the fragment stays here. Path and query go verbatim, so they are not
// decoded, only checked for what would break the request line.
func parseURL(raw string) (*address, error) {
	scheme, rest, _ := strings.Cut(raw, ":")
	switch strings.ToLower(scheme) {
	case "ws+unix":
		return parseSocketURL("ws", rest)
	case "wss+unix":
		return parseSocketURL("wss", rest)
	}
	scheme, rest, found := strings.Cut(raw, "://")
	if !found {
		return nil, fail(StageURL, CauseOther, "the URL has no scheme: want ws://host or wss://host")
	}
	a := &address{}
	switch strings.ToLower(scheme) {
	case "ws", "http":
		a.scheme = "ws"
	case "wss", "https":
		a.scheme = "wss"
	default:
		return nil, fail(StageURL, CauseOther, "the scheme %q is not known: want ws or wss", clip(scheme))
	}
	rest, _, _ = strings.Cut(rest, "#")
	if err := checkCharacters(rest); err != nil {
		return nil, err
	}
	authority := rest
	a.target = "/"
	if end := strings.IndexAny(rest, "/?"); end >= 0 {
		authority, a.target = rest[:end], rest[end:]
		if a.target[0] == '?' {
			a.target = "/" + a.target
		}
	}
	if at := strings.LastIndexByte(authority, '@'); at >= 0 {
		login, err := basic(authority[:at])
		if err != nil {
			return nil, err
		}
		a.login, authority = login, authority[at+1:]
	}
	return a, a.parseHost(authority)
}

// checkCharacters refuses what would break the request line.
func checkCharacters(rest string) error {
	for i := range len(rest) {
		if c := rest[i]; c <= ' ' || c == 0x7f {
			return fail(StageURL, CauseOther, "the URL holds the character %q: write it as %%%02X", c, c)
		}
	}
	return nil
}

// basic is the Authorization header's value for userinfo (RFC 7617).
func basic(userinfo string) (string, error) {
	user, password, _ := strings.Cut(userinfo, ":")
	user, errUser := url.PathUnescape(user)
	password, errPassword := url.PathUnescape(password)
	if errUser != nil || errPassword != nil {
		return "", fail(StageURL, CauseOther, "the user name or password holds a %% that is no escape: write it as %%25")
	}
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+password)), nil
}

// parseHost reads "host", "host:port", "[v6]" and "[v6]:port".
func (a *address) parseHost(authority string) error {
	host, port := authority, ""
	if strings.HasPrefix(authority, "[") {
		end := strings.IndexByte(authority, ']')
		if end < 0 {
			return fail(StageURL, CauseOther, "the IPv6 address %q lacks its closing bracket", clip(authority))
		}
		host, port = authority[1:end], authority[end+1:]
		host = strings.Replace(host, "%25", "%", 1) // RFC 6874
		if ip, err := netip.ParseAddr(host); err != nil || !ip.Is6() {
			return fail(StageURL, CauseOther, "[%s] is no IPv6 address", clip(host))
		}
		if port != "" && port[0] != ':' {
			return fail(StageURL, CauseOther, "after the IPv6 address comes %q: want :port or nothing", clip(port))
		}
		port = strings.TrimPrefix(port, ":")
	} else {
		if colon := strings.LastIndexByte(authority, ':'); colon >= 0 {
			host, port = authority[:colon], authority[colon+1:]
		}
		ascii, err := asciiHost(host)
		if err != nil {
			return err
		}
		host = ascii
	}
	a.host, a.port = host, defaultPort(a.scheme)
	if port == "" {
		return nil
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil || n == 0 || port[0] == '+' {
		return fail(StageURL, CauseOther, "the port %q is not a number from 1 to 65535", clip(port))
	}
	a.port = int(n)
	return nil
}

// ServerName checks the name or address that a certificate must be for, and
// gives its ASCII form.
func ServerName(name string) (string, error) {
	if ip, err := netip.ParseAddr(name); err == nil && ip.Zone() == "" {
		return name, nil
	}
	return asciiHost(name)
}

// asciiHost checks a host name and gives its ASCII form (RFC 5891).
func asciiHost(host string) (string, error) {
	if host == "" {
		return "", fail(StageURL, CauseOther, "the URL has no host")
	}
	ascii := true
	for i := range len(host) {
		switch c := host[i]; {
		case c >= 0x80:
			ascii = false
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '-', c == '.', c == '_':
		default:
			return "", fail(StageURL, CauseOther, "the host %q holds the character %q", clip(host), c)
		}
	}
	if !ascii {
		name, err := idna.Lookup.ToASCII(host)
		if err == nil && !utf8.ValidString(host) {
			err = errors.New("it is not UTF-8")
		}
		if err == nil && name == "" { // of characters that a name loses, such as the soft hyphen
			err = errors.New("nothing of it is left in a name")
		}
		if err != nil {
			return "", fail(StageURL, CauseOther, "the host %q is no domain name: %v", clip(host), err)
		}
		return name, nil
	}
	return host, nil
}

// clip keeps what a script wrote short enough for a message.
func clip(s string) string {
	if len(s) > 120 {
		return s[:120] + "…"
	}
	return s
}
