package wire

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// rule is one line of a policy: [scheme://]host[:ports].
type rule struct {
	text      string
	scheme    string // ws, wss, http, https, tcp or udp, "" for all
	any       bool   // the host is *
	name      string // the host's name, "" for none
	under     string // ".example.com" for *.example.com, "" for none
	addresses *addressSet
	from, to  int // ports
}

// parseRule reads a rule as people write it.
func parseRule(text string) (*rule, error) {
	bad := func(format string, args ...any) (*rule, error) {
		return nil, fmt.Errorf("the rule %s "+format, append([]any{strconv.Quote(clip(text))}, args...)...)
	}
	r := &rule{text: text, from: 1, to: 65535}
	rest := text
	if scheme, after, found := strings.Cut(text, "://"); found {
		if r.scheme, rest = strings.ToLower(scheme), after; !slices.Contains([]string{"ws", "wss", "http", "https", "tcp", "udp"}, r.scheme) {
			return bad("has the scheme %q: want ws, wss, http, https, tcp or udp", clip(scheme))
		}
	}
	host, ports, bracketed, ok := splitRule(rest)
	switch {
	case !ok:
		return bad("lacks the closing bracket of its IPv6 address, or a colon behind it")
	case host == "" && ports == "":
		return bad("has no host: want a name, an address, a set or *")
	case host == "":
		return bad("has no host: write %q for every host", "*:"+clip(ports))
	}
	if ports != "" || strings.HasSuffix(rest, ":") && !bracketed && !isAddress(rest) {
		if r.from, r.to, ok = parsePorts(ports); !ok {
			return bad("has the ports %q: want a number from 1 to 65535, or a range such as 8000-8999", clip(ports))
		}
	}
	switch set := addressSets()[strings.ToLower(host)]; {
	case host == "*":
		r.any = true
		return r, nil
	case set != nil && !bracketed:
		r.addresses = set
		return r, nil
	case bracketed || isAddress(host) || strings.Contains(host, "/"):
		prefix, problem := parsePrefix(host)
		if problem != "" {
			return bad("%s", problem)
		}
		r.addresses = &addressSet{in: []netip.Prefix{prefix}}
		return r, nil
	}
	name, wild := strings.CutPrefix(host, "*.")
	if strings.Contains(name, "*") {
		return bad("has a * where none can be: want * alone, or *.example.com for every name below example.com")
	}
	name, err := asciiHost(name)
	if err != nil {
		return bad("can't be read: %w", err)
	}
	full := strings.HasSuffix(name, ".")
	name = foldHost(name)
	switch label := name[strings.LastIndexByte(name, '.')+1:]; {
	case strings.HasPrefix(name, ".") || strings.HasSuffix(name, ".") || strings.Contains(name, ".."):
		return bad("has an empty label in its name")
	case isNumber(label):
		return bad("is no address, and no name ends in a number: want an address such as 10.1.2.3, or 10.0.0.0/8")
	case !wild && !full && name != "localhost" && !strings.Contains(name, "."):
		// "privat" must not be taken for a host: it would deny nothing.
		return bad("is none of the sets %s; for a host of that name write %q", strings.Join(setNames(), ", "), name+".")
	}
	if wild {
		r.under = "." + name
	} else {
		r.name = name
	}
	return r, nil
}

// splitRule parts the host from the ports.
func splitRule(s string) (host, ports string, bracketed, ok bool) {
	if strings.HasPrefix(s, "[") {
		host, after, found := strings.Cut(s[1:], "]")
		if !found || after != "" && after[0] != ':' || after == ":" {
			return "", "", true, false
		}
		return host, strings.TrimPrefix(after, ":"), true, true
	}
	if isAddress(s) { // a bare IPv6 address: its colons are its own
		return s, "", false, true
	}
	if colon := strings.LastIndexByte(s, ':'); colon >= 0 {
		return s[:colon], s[colon+1:], false, true
	}
	return s, "", false, true
}

func isAddress(s string) bool {
	_, err := netip.ParseAddr(s)
	_, errPrefix := netip.ParsePrefix(s)
	return err == nil || errPrefix == nil
}

// parsePorts reads "443" and "8000-8999".
func parsePorts(s string) (from, to int, ok bool) {
	first, last, isRange := strings.Cut(s, "-")
	if !isRange {
		last = first
	}
	from, to = parsePort(first), parsePort(last)
	return from, to, from > 0 && from <= to
}

func parsePort(s string) int {
	n, err := strconv.ParseUint(s, 10, 16)
	if err != nil {
		return 0
	}
	return int(n)
}

// isNumber tells whether a label is a number as addresses are written in C.
func isNumber(label string) bool {
	_, err := strconv.ParseUint(label, 0, 64)
	_, errDecimal := strconv.ParseUint(label, 10, 64)
	return err == nil || errDecimal == nil
}

// parsePrefix reads "10.1.2.3", "10.0.0.0/8" and their like in IPv6.
func parsePrefix(s string) (prefix netip.Prefix, problem string) {
	if ip, err := netip.ParseAddr(s); err == nil {
		if ip.Zone() != "" {
			return prefix, "has a zone, which no address is judged by: leave it out"
		}
		ip = plain(ip)
		return netip.PrefixFrom(ip, ip.BitLen()), ""
	}
	prefix, err := netip.ParsePrefix(s)
	switch {
	case err != nil:
		return prefix, "is no address and no range of addresses: want 10.1.2.3, 10.0.0.0/8, 2001:db8::1 or 2001:db8::/32"
	case prefix.Addr().Is4In6() && prefix.Bits() < 96:
		return prefix, "mixes IPv4 and IPv6: want one rule for each"
	case prefix.Addr().Is4In6():
		prefix = netip.PrefixFrom(prefix.Addr().Unmap(), prefix.Bits()-96)
	}
	return prefix.Masked(), ""
}

// matchesOrigin tells whether the scheme and the port are the rule's.
func (r *rule) matchesOrigin(scheme string, port int) bool {
	return (r.scheme == "" || r.scheme == scheme) && port >= r.from && port <= r.to
}

// matchesName tells whether the rule is about names, and this one, folded.
func (r *rule) matchesName(a *address, host string) bool {
	isName := r.any || r.name != "" && r.name == host || r.under != "" && strings.HasSuffix(host, r.under)
	return isName && r.matchesOrigin(a.scheme, a.port)
}

// namesOfSet tells whether the rule's set is known to be behind a name.
func (r *rule) namesOfSet(a *address, host string) bool {
	return r.addresses != nil && r.addresses.named(host) && r.matchesOrigin(a.scheme, a.port)
}

// matchesAddress tells whether the rule is about addresses, and this one. A
// rule that denies also looks at an IPv4 address inside an IPv6 one.
func (r *rule) matchesAddress(scheme string, ip netip.Addr, port int, denies bool) bool {
	if r.addresses == nil || !r.matchesOrigin(scheme, port) {
		return false
	}
	return r.addresses.contains(ip) || denies && slices.ContainsFunc(inside(ip), r.addresses.contains)
}
