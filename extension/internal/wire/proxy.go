package wire

import (
	"bufio"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// Proxy is a server that opens the way to others: with CONNECT (RFC 9110
// section 9.3.6) or with SOCKS5 (RFC 1928). It gets their names and looks them
// up itself, unless the policy has rules about addresses. Make it with [ParseProxy].
type Proxy struct {
	at             address // its scheme is http, https or socks5; "" is no proxy
	user, password string  // both "" for none
}

// ParseProxy reads a proxy's URL: http://, https:// or socks5:// (also
// socks5h://), then user:password@, if it wants them, and host:port. Without a
// scheme it is http, without a port 80, 443 or 1080; "direct" is no proxy at
// all. Its errors show no password.
func ParseProxy(raw string) (*Proxy, error) {
	if raw == "direct" {
		return &Proxy{}, nil
	}
	scheme, rest, found := strings.Cut(raw, "://")
	if !found {
		scheme, rest = "http", raw
	}
	p := &Proxy{}
	switch scheme = strings.ToLower(scheme); scheme {
	case "http", "https", "socks5":
		p.at.scheme = scheme
	case "socks5h": // curl's name for a lookup by the proxy, which ours always is
		p.at.scheme = "socks5"
	default:
		return nil, fail(StageProxy, CauseOther, "the scheme %q is not known: want http, https or socks5", clip(scheme))
	}
	if at := strings.LastIndexByte(rest, '@'); at >= 0 {
		if err := p.parseLogin(rest[:at]); err != nil {
			return nil, err
		}
		rest = rest[at+1:]
	}
	rest = strings.TrimSuffix(rest, "/")
	if strings.ContainsAny(rest, "/?#") {
		return nil, fail(StageProxy, CauseOther, "there is more than host and port: want nothing behind them, and in a password %%2F, %%3F and %%23 for /, ? and #")
	}
	return p, p.at.parseHost(rest)
}

// parseLogin reads user:password. SOCKS5 has a byte for the length of each (RFC
// 1929 section 2), Basic no place for a colon in a name (RFC 7617 section 2).
func (p *Proxy) parseLogin(userinfo string) error {
	user, password, _ := strings.Cut(userinfo, ":")
	user, errUser := url.PathUnescape(user)
	password, errPassword := url.PathUnescape(password)
	switch {
	case errUser != nil || errPassword != nil:
		return fail(StageProxy, CauseOther, "the user name or password holds a %% that is no escape: write it as %%25")
	case user == "":
		return fail(StageProxy, CauseOther, "there is no user name before the @")
	case p.at.scheme == "socks5" && (len(user) > 255 || len(password) > 255):
		return fail(StageProxy, CauseOther, "the user name or password is longer than 255 bytes, which SOCKS5 can't say")
	case p.at.scheme != "socks5" && strings.Contains(user, ":"):
		return fail(StageProxy, CauseOther, "the user name holds a colon, which HTTP can't say")
	}
	p.user, p.password = user, password
	return nil
}

// Direct tells whether it stands for no proxy.
func (p *Proxy) Direct() bool { return p.at.scheme == "" }

// String is the proxy's URL without its user and password.
func (p *Proxy) String() string { return p.at.scheme + "://" + p.at.hostport() }

// fail is what went wrong with the proxy.
func (p *Proxy) fail(cause Cause, format string, args ...any) *failure {
	return fail(StageProxy, cause, "the proxy %s %w", p, fmt.Errorf(format, args...))
}

// lost is an error on the way to the proxy, or while it was talked to.
func (p *Proxy) lost(err error) error {
	known := dialFailure(p.at.host, err)
	if known.stage == StagePolicy {
		return known
	}
	if known.cause == CauseClosed {
		return p.fail(CauseClosed, "hung up before it opened the way to the server")
	}
	return p.fail(known.cause, "can't be used: %w", known)
}

// tunnel gives a connection to the server through a proxy. All that reads and
// writes here is bounded by the dial's time, for a cut closes the socket.
func (c *Conn) tunnel(ctx context.Context, p *Proxy, judge verdict, a *address) (net.Conn, error) {
	c.hub.logf(StateChanges, c, "through the proxy %s", p)
	nc, err := c.connect(ctx, &p.at, judge)
	if err != nil {
		return nil, p.lost(err)
	}
	if err := c.adopt(nc); err != nil {
		return nil, err
	}
	if p.at.scheme == "https" {
		if nc, err = c.secureProxy(ctx, nc, p); err != nil {
			return nil, p.lost(err)
		}
		if err := c.adopt(nc); err != nil {
			return nil, err
		}
	}
	if p.at.scheme == "socks5" {
		return nc, p.askSOCKS(nc, a)
	}
	question := p.request(a)
	c.hub.logHead(c, "sends", question)
	if _, err := nc.Write(question); err != nil {
		return nil, p.lost(err)
	}
	rest, err := p.readAnswer(nc, c.hub.o.MaxResponse)
	if err == nil && len(rest) > 0 {
		nc = &ahead{Conn: nc, unread: rest}
		err = c.adopt(nc)
	}
	return nc, err
}

// request asks an HTTP proxy for the way to a.
func (p *Proxy) request(a *address) []byte {
	to := a.hostport()
	question := "CONNECT " + to + " HTTP/1.1\r\nHost: " + to + "\r\n"
	if p.user != "" {
		question += "Proxy-Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(p.user+":"+p.password)) + "\r\n"
	}
	return []byte(question + "\r\n")
}

// readAnswer reads what an HTTP proxy answers, at most limit bytes. What it
// returns came behind the answer: it is the server's.
func (p *Proxy) readAnswer(r io.Reader, limit int) ([]byte, error) {
	bounded := &io.LimitedReader{R: r, N: int64(limit)}
	in := bufio.NewReader(bounded)
	for range interim {
		response, _, err := readHead(in)
		var known *failure
		switch {
		case errors.As(err, &known):
			return nil, p.fail(known.cause, "sent no answer that can be understood: %w", known)
		case err != nil && bounded.N <= 0:
			return nil, p.fail(CauseOther, "sent an answer that has no end within %d bytes", limit)
		case err != nil:
			return nil, p.lost(err)
		case response.Status < 200:
			continue // RFC 9110 section 15.2: interim
		case response.Status < 300: // of any version: HTTP/1.0 is common
			rest, _ := in.Peek(in.Buffered())
			return slices.Clone(rest), nil
		}
		return nil, p.refusal(response.Status)
	}
	return nil, p.fail(CauseOther, "sent %d interim answers and no final one", interim)
}

// refusal is an answer other than success. 401 is what tinyproxy says for 407.
func (p *Proxy) refusal(status int) *failure {
	switch {
	case status != http.StatusProxyAuthRequired && status != http.StatusUnauthorized:
		return p.fail(CauseStatus, "answered %d %s", status, http.StatusText(status))
	case p.user == "":
		return p.fail(CauseAuth, "answered %d: it wants a user name and password, as in %s://user:password@host:port", status, p.at.scheme)
	}
	return p.fail(CauseAuth, "answered %d: it does not accept the user name and password", status)
}

// ahead is a connection of which some bytes have been read already.
type ahead struct {
	net.Conn
	unread []byte // owned by who reads
}

func (a *ahead) Read(p []byte) (int, error) {
	if len(a.unread) == 0 {
		return a.Conn.Read(p)
	}
	n := copy(p, a.unread)
	a.unread = a.unread[n:]
	return n, nil
}

// NetConn is what it stands on, for whoever must close that one.
func (a *ahead) NetConn() net.Conn { return a.Conn }
