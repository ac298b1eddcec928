package wire

import (
	"net"
	"net/url"
	"strconv"
	"strings"

	"golang.org/x/net/http/httpproxy"
)

// environment is what a process' environment says about proxies: http_proxy
// for ws, https_proxy for wss, all_proxy for both, no_proxy against all, each
// also in capitals. Hosts that are loopback need none. Fixed once it is read.
type environment struct {
	plain, secure setting
	applies       func(*url.URL) (*url.URL, error) // no_proxy's rules: nil is no proxy
}

// setting is one variable of the environment.
type setting struct {
	name  string // "" if none is set
	proxy *Proxy
	err   error
}

// readEnvironment reads the variables; getenv may be nil for none.
func readEnvironment(getenv func(name string) string) environment {
	var e environment
	if getenv == nil {
		return e
	}
	first := func(names ...string) (s setting) {
		for _, name := range names {
			if value := strings.TrimSpace(getenv(name)); value != "" {
				s.name = name
				s.proxy, s.err = ParseProxy(value)
				return s
			}
		}
		return s
	}
	plain := []string{"http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"}
	if getenv("REQUEST_METHOD") != "" {
		// Under CGI the capitals are the client's header "Proxy", which anyone
		// can send (https://httpoxy.org).
		plain = []string{"http_proxy", "all_proxy", "ALL_PROXY"}
	}
	e.plain = first(plain...)
	e.secure = first("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")
	without := getenv("no_proxy")
	if without == "" {
		without = getenv("NO_PROXY")
	}
	// The proxies are placeholders: only the rules are wanted here.
	e.applies = (&httpproxy.Config{HTTPProxy: "http://proxy", HTTPSProxy: "http://proxy", NoProxy: without}).ProxyFunc()
	return e
}

// proxy gives the environment's proxy for a, nil for none. One that can't be
// used is an error: going past it might be what it is there to prevent.
func (e *environment) proxy(a *address) (*Proxy, error) {
	s, scheme := e.plain, "http"
	if a.secure() {
		s, scheme = e.secure, "https"
	}
	if s.name == "" {
		return nil, nil
	}
	host := strings.TrimSuffix(strings.ToLower(a.host), ".")
	if strings.HasSuffix(host, ".localhost") { // RFC 6761 section 6.3
		return nil, nil
	}
	way, err := e.applies(&url.URL{Scheme: scheme, Host: net.JoinHostPort(host, strconv.Itoa(a.port))})
	if way == nil || err != nil {
		return nil, nil // no error comes without CGI
	}
	if s.err != nil {
		return nil, fail(StageProxy, CauseOther, "the environment's %s can't be used: %w", s.name, s.err)
	}
	if s.proxy.Direct() {
		return nil, nil
	}
	return s.proxy, nil
}
