package wire

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// MaxRedirects is how many redirects a dial may be asked to follow.
const MaxRedirects = 20

// arrive gets to an open connection, onward from where a server redirects to
// another URL. Each one is a way of its own: policy, lookup, proxy, TLS.
func (c *Conn) arrive(ctx context.Context, t *Target) (*Response, []byte, error) {
	a, err := t.address()
	if err != nil {
		return nil, nil, err
	}
	here := *t
	for followed := 0; ; followed++ {
		response, rest, err := c.establish(ctx, a, &here)
		if err == nil {
			return response, rest, nil
		}
		next, err := here.onward(a, err, followed)
		if next == nil {
			if followed > 0 {
				err = redirected(a, err)
			}
			return nil, nil, err
		}
		here.Redirects--
		if !next.same(a) {
			here.forget()
		}
		c.hub.logf(StateChanges, c, "redirected to %q", next.display())
		c.leave()
		a = next
	}
}

// redirected says of an error where it happened.
func redirected(a *address, err error) error {
	var known *failure
	if !errors.As(err, &known) {
		return err
	}
	f := *known
	f.err = fmt.Errorf("redirected to %q: %w", a.display(), known.err)
	return &f
}

// redirects tells whether the answer says to look elsewhere, in a way that a
// handshake can follow (RFC 9110 section 15.4).
func (r *Response) redirects() bool {
	switch r.Status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}

// onward gives the address that a failed handshake redirects to, or why there is
// none: what failed, and what is wrong with the redirect if it was one.
func (t *Target) onward(a *address, err error, followed int) (*address, error) {
	var answer *failure
	if t.Redirects+followed == 0 || !errors.As(err, &answer) || answer.response == nil || !answer.response.redirects() {
		return nil, err
	}
	next, bad := t.follow(a, answer.response)
	if bad == nil && t.Redirects == 0 {
		bad = fmt.Errorf("which is one more than the %d that params.redirects lets follow", followed)
	}
	if bad == nil {
		return next, nil
	}
	f := fail(StageHandshake, CauseStatus, "%w: a redirect, %w", answer, bad)
	f.response = answer.response
	return nil, f
}

// follow gives the address that a redirect leads to.
func (t *Target) follow(a *address, r *Response) (*address, error) {
	locations := r.values("Location")
	if len(locations) != 1 {
		return nil, fmt.Errorf("with %d headers Location: want one", len(locations))
	}
	next, err := parseURL(a.resolve(locations[0]))
	switch {
	case err != nil:
		return nil, fmt.Errorf("to %q, which can't be used: %w", display(locations[0]), err)
	case next.socket != "":
		return nil, fmt.Errorf("to %q, which is not followed: a server does not choose socket files", display(locations[0]))
	case a.secure() && !next.secure():
		return nil, fmt.Errorf("to %q, which is not followed: it is not secure, and this connection was to be", display(locations[0]))
	}
	if next.same(a) {
		next.socket = a.socket
		if next.login == "" {
			next.login = a.login
		}
	}
	return next, nil
}

// forget drops what is for the first server alone: what it knows the script by,
// and how it is known.
func (t *Target) forget() {
	t.Header = slices.DeleteFunc(slices.Clone(t.Header), func(f Field) bool {
		switch name := strings.ToLower(f.Name); name {
		case "authorization", "cookie", "cookie2", "host":
			return true
		default:
			return strings.HasPrefix(name, "proxy-")
		}
	})
	if t.TLS != nil {
		trust := *t.TLS
		trust.Certificate, trust.ServerName = nil, ""
		t.TLS = &trust
	}
}

// same tells whether both are of one origin (RFC 6454 section 5).
func (a *address) same(b *address) bool {
	return a.scheme == b.scheme && strings.EqualFold(a.host, b.host) && a.port == b.port
}

// display is the address for people and logs.
func (a *address) display() string { return display(a.scheme + "://" + a.header() + a.target) }

// resolve gives the URL that location stands for, seen from a (RFC 3986 section
// 5.2). Paths and queries stay verbatim.
func (a *address) resolve(location string) string {
	if hasScheme(location) {
		return location
	}
	if strings.HasPrefix(location, "//") {
		return a.scheme + ":" + location
	}
	location, _, _ = strings.Cut(location, "#")
	target := a.target
	if location != "" {
		path, query, hasQuery := strings.Cut(location, "?")
		base, _, _ := strings.Cut(a.target, "?")
		if target = base; path != "" {
			// Both paths stand for themselves: net/url escapes and unescapes what
			// it takes for their text.
			target = (&url.URL{Path: base}).ResolveReference(&url.URL{Path: path}).Path
		}
		if hasQuery {
			target += "?" + query
		}
	}
	return a.scheme + "://" + a.hostport() + target
}

// hasScheme tells whether a reference begins with a scheme (RFC 3986 section
// 3.1).
func hasScheme(reference string) bool {
	for i := range len(reference) {
		switch c := reference[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z':
		case i > 0 && (c >= '0' && c <= '9' || c == '+' || c == '-' || c == '.'):
		default:
			return c == ':' && i > 0
		}
	}
	return false
}

// leave closes the socket of an answer that leads elsewhere.
func (c *Conn) leave() {
	c.mu.Lock()
	nc := c.nc
	c.nc = nil
	c.mu.Unlock()
	if nc != nil {
		sever(nc)
	}
}
