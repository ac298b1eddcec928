package wire

import (
	"net/netip"
	"slices"
	"strings"
)

// addressSet is a set of addresses, and the names known to lead there.
type addressSet struct {
	in, out []netip.Prefix // in one of in, and in none of out
	names   []string       // folded; ".x" is every name below x
}

// addressSets are the sets that a rule can name, from IANA's registries of
// special addresses (RFC 6890) and the clouds' documentation.
func addressSets() map[string]*addressSet {
	sets := map[string]*addressSet{
		// 0.0.0.0 and :: are dialled as this machine.
		"loopback": {
			in:    prefixes("127.0.0.0/8", "::1/128", "0.0.0.0/32", "::/128"),
			names: []string{"localhost", ".localhost"},
		},
		// RFC 1918, carriers' own (RFC 6598), unique local and site-local.
		"private":    {in: prefixes("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7", "fec0::/10")},
		"link-local": {in: prefixes("169.254.0.0/16", "fe80::/10")},
		// Where a cloud's machine learns its secrets.
		"metadata": {
			in: prefixes("169.254.169.254/32", "169.254.170.2/32", "169.254.170.23/32", "100.100.100.200/32",
				"168.63.129.16/32", "192.0.0.192/32", "fd00:ec2::254/128", "fd00:ec2::23/128", "fd20:ce::254/128"),
			names: []string{"metadata", "metadata.google.internal", "metadata.goog", "instance-data", "instance-data.ec2.internal"},
		},
		"multicast":   {in: prefixes("224.0.0.0/4", "255.255.255.255/32", "ff00::/8")},
		"unspecified": {in: prefixes("0.0.0.0/8", "::/128")},
	}
	// What belongs to one machine on the Internet: none of the above, and none
	// of the registries' other special addresses.
	public := &addressSet{
		in: prefixes("0.0.0.0/0", "2000::/3"),
		out: prefixes("192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4",
			"2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"),
	}
	for _, set := range sets {
		public.out = append(public.out, set.in...)
	}
	sets["public"] = public
	return sets
}

// setNames lists the sets, for people.
func setNames() []string {
	return []string{"private", "loopback", "link-local", "metadata", "multicast", "unspecified", "public"}
}

func prefixes(texts ...string) (all []netip.Prefix) {
	for _, text := range texts {
		all = append(all, netip.MustParsePrefix(text))
	}
	return all
}

// contains tells whether ip, plain, is in the set.
func (s *addressSet) contains(ip netip.Addr) bool {
	has := func(p netip.Prefix) bool { return p.Contains(ip) }
	return slices.ContainsFunc(s.in, has) && !slices.ContainsFunc(s.out, has)
}

// named tells whether a folded name is known to lead into the set.
func (s *addressSet) named(host string) bool {
	return slices.ContainsFunc(s.names, func(name string) bool {
		return host == name || name[0] == '.' && strings.HasSuffix(host, name)
	})
}

// inside gives the IPv4 addresses that an IPv6 address leads to through a
// translator or a tunnel.
func inside(ip netip.Addr) []netip.Addr {
	if !ip.Is6() || ip.IsLoopback() || ip.IsUnspecified() {
		return nil
	}
	b := ip.As16()
	v4 := func(from int) netip.Addr { return netip.AddrFrom4([4]byte(b[from : from+4])) }
	in := func(prefix string) bool { return netip.MustParsePrefix(prefix).Contains(ip) }
	switch {
	case in("64:ff9b::/96"), in("64:ff9b:1::/48"), in("::/96"): // NAT64 (RFC 6052, RFC 8215); IPv4-compatible (RFC 4291)
		return []netip.Addr{v4(12)}
	case in("2002::/16"): // 6to4 (RFC 3056)
		return []netip.Addr{v4(2)}
	case in("2001::/32"): // Teredo (RFC 4380): the server, and the client with its bits turned
		client := v4(12).As4()
		for i := range client {
			client[i] = ^client[i]
		}
		return []netip.Addr{v4(4), netip.AddrFrom4(client)}
	case b[8]&^2 == 0 && b[9] == 0 && b[10] == 0x5e && b[11] == 0xfe: // ISATAP (RFC 5214)
		return []netip.Addr{v4(12)}
	}
	return nil
}
