package wire

import (
	"net/netip"
	"strings"
)

// Policy is where connections may go: rules that deny and rules that allow, of
// which package extension's Policy tells the meaning. Nil allows everything. It
// is asked twice: before the lookup by what the URL says (checkName), and at
// each dial by the address that is dialled (judge), so that no notation of an
// address and no answer of a name server gets past it.
type Policy struct {
	allow, deny []*rule
	byAddress   bool // a rule is about addresses: they have to be seen
}

// NewPolicy reads rules; nil stands for no rules at all. The error names the
// rule that can't be meant.
func NewPolicy(allow, deny []string) (*Policy, error) {
	if len(allow) == 0 && len(deny) == 0 {
		return nil, nil
	}
	p := &Policy{}
	read := func(texts []string) (rules []*rule, err error) {
		for _, text := range texts {
			r, err := parseRule(text)
			if err != nil {
				return nil, err
			}
			rules = append(rules, r)
			p.byAddress = p.byAddress || r.addresses != nil
		}
		return rules, nil
	}
	var err error
	if p.allow, err = read(allow); err != nil {
		return nil, err
	}
	if p.deny, err = read(deny); err != nil {
		return nil, err
	}
	return p, nil
}

// CheckRule says what is wrong with a rule, nil if nothing is.
func CheckRule(text string) error {
	_, err := parseRule(text)
	return err
}

// checkName judges what the URL says, before any lookup. What it lets through
// may still be denied by its address.
func (p *Policy) checkName(a *address) error {
	if p == nil {
		return nil
	}
	if a.socket != "" {
		// A rule for hosts that denies none must not open this machine's files.
		return fail(StagePolicy, CauseDenied, "%s is a socket file, which no rule can allow", clip(a.where()))
	}
	host := foldHost(a.host)
	ip, isLiteral := literal(a.host)
	for _, r := range p.deny {
		if r.matchesName(a, host) || r.namesOfSet(a, host) || isLiteral && r.matchesAddress(a.scheme, ip, a.port, true) {
			return denied(a, r)
		}
	}
	if len(p.allow) == 0 {
		return nil
	}
	for _, r := range p.allow {
		switch {
		case r.matchesName(a, host):
			return nil
		case r.addresses == nil:
		case isLiteral && r.matchesAddress(a.scheme, ip, a.port, false):
			return nil
		case !isLiteral && r.matchesOrigin(a.scheme, a.port):
			return nil // perhaps: its addresses will tell
		}
	}
	return p.notAllowed(a)
}

// verdict judges an address that is about to be dialled. Scheme and port are
// those of the URL, wherever the host leads it.
type verdict func(at netip.AddrPort) error

// judge is the verdict on the addresses that a leads to; nil if none of the
// rules is about addresses. a has passed checkName.
func (p *Policy) judge(a *address) verdict {
	if p == nil || !p.byAddress {
		return nil
	}
	host := foldHost(a.host)
	return func(at netip.AddrPort) error {
		ip := plain(at.Addr())
		for _, r := range p.deny {
			if r.matchesAddress(a.scheme, ip, a.port, true) {
				return deniedAddress(a, r)
			}
		}
		if len(p.allow) == 0 {
			return nil
		}
		for _, r := range p.allow {
			if r.matchesName(a, host) || r.matchesAddress(a.scheme, ip, a.port, false) {
				return nil
			}
		}
		return p.notAllowed(a)
	}
}

func denied(a *address, r *rule) error {
	return fail(StagePolicy, CauseDenied, "%s is denied by the rule %q", clip(a.hostport()), r.text)
}

// deniedAddress doesn't tell the address: a script could ask a host's name
// server about the inside of its network.
func deniedAddress(a *address, r *rule) error {
	if _, isLiteral := literal(a.host); isLiteral {
		return denied(a, r)
	}
	return fail(StagePolicy, CauseDenied, "%s leads to an address that is denied by the rule %q", clip(a.hostport()), r.text)
}

func (p *Policy) notAllowed(a *address) error {
	texts := make([]string, len(p.allow))
	for i, r := range p.allow {
		texts[i] = r.text
	}
	return fail(StagePolicy, CauseDenied, "%s matches none of the rules that allow: %s", clip(a.hostport()), clip(strings.Join(texts, ", ")))
}

// foldHost gives a name the one form in which names are compared.
func foldHost(host string) string { return strings.ToLower(strings.TrimSuffix(host, ".")) }

// literal reads a host that is an address.
func literal(host string) (netip.Addr, bool) {
	ip, err := netip.ParseAddr(host)
	return plain(ip), err == nil
}

// plain is an address as rules see it: without its zone, and IPv4 as IPv4.
func plain(ip netip.Addr) netip.Addr { return ip.WithZone("").Unmap() }
