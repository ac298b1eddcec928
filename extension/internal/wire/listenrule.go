package wire

import (
	"fmt"
	"net/netip"
	"path/filepath"
	"strconv"
	"strings"
)

// ListenRule is where scripts may listen. See extension.Options.Listen.
type ListenRule struct {
	unix     bool
	path     string         // of unix: the file, or the folder if it ends in a separator; "": any
	prefixes []netip.Prefix // of tcp; none: any
	from, to int            // ports
}

// ParseListenRule reads a rule: "loopback", "unix", "unix:/run/game/", "*", or an
// address or range, the last two and loopback also with ":ports".
func ParseListenRule(text string) (*ListenRule, error) {
	bad := func(problem string) (*ListenRule, error) {
		return nil, fmt.Errorf("the rule %s %s", strconv.Quote(clip(text)), problem)
	}
	if text == "unix" {
		return &ListenRule{unix: true}, nil
	}
	if path, found := strings.CutPrefix(text, unixPrefix); found {
		if path == "" || strings.ContainsRune(path, 0) {
			return bad(`names no socket file: want "unix" for any, "unix:/path", or "unix:/folder/" for those in it`)
		}
		return &ListenRule{unix: true, path: cleanSocket(path)}, nil
	}
	host, ports, _, ok := splitRule(text)
	if !ok {
		return bad("lacks the closing bracket of its IPv6 address, or a colon behind it")
	}
	r := &ListenRule{to: 65535}
	if ports != "" {
		if r.from, r.to, ok = parsePorts(ports); !ok {
			return bad("has ports that are none: want a number from 1 to 65535, or a range such as 8000-8999")
		}
	} else if strings.HasSuffix(text, ":") && !isAddress(text) {
		return bad("ends in a colon: want a port behind it, or no colon")
	}
	switch {
	case text == "":
		return bad(`is empty: want "loopback", "unix", an address, a range, or "*" for every address`)
	case host == "" || host == "*":
		return r, nil
	case strings.EqualFold(host, "loopback"), strings.EqualFold(host, "localhost"):
		r.prefixes = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}
		return r, nil
	}
	if port, err := strconv.ParseUint(text, 10, 16); err == nil {
		return bad(fmt.Sprintf(`is a port alone: want "loopback:%d", or ":%d" for every address`, port, port))
	}
	if !isAddress(host) {
		return bad(`is none of "loopback", "unix", "*", and no address: want one such as 192.168.1.5, or a range such as 192.168.0.0/16`)
	}
	prefix, problem := parsePrefix(host)
	if problem != "" {
		return bad(problem)
	}
	if prefix.IsSingleIP() && prefix.Addr().IsUnspecified() {
		return r, nil // 0.0.0.0 and :: are every address
	}
	r.prefixes = []netip.Prefix{prefix}
	return r, nil
}

// Allows tells whether a script may listen at a. What stands for every address
// needs a rule that does. Port 0 is one that the system picks: a rule with ports
// does not allow it.
func (r *ListenRule) Allows(a ListenAddress) bool {
	if r.unix != (a.Network == "unix") {
		return false
	}
	if r.unix {
		path := cleanSocket(a.Path)
		return r.path == "" || path == r.path || strings.HasSuffix(r.path, "/") && strings.HasPrefix(path, r.path)
	}
	if a.Port < r.from || a.Port > r.to {
		return false
	}
	if r.prefixes == nil {
		return true
	}
	for _, prefix := range r.prefixes {
		if a.IP.IsValid() && !a.IP.IsUnspecified() && prefix.Contains(plain(a.IP)) {
			return true
		}
	}
	return false
}

// cleanSocket gives the path of a socket file, or of a folder of them, the form
// in which they are compared.
func cleanSocket(path string) string {
	if strings.HasPrefix(path, "@") {
		return path // Linux' abstract names are no files
	}
	clean := filepath.ToSlash(filepath.Clean(path))
	if absolute, err := filepath.Abs(path); err == nil {
		clean = filepath.ToSlash(absolute)
	}
	if strings.HasSuffix(filepath.ToSlash(path), "/") && clean != "/" {
		clean += "/"
	}
	return clean
}
