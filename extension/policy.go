package extension

import "github.com/tickwire/tickwire/extension/internal/wire"

// Policy is where scripts may connect to: rules that deny and rules that allow.
// The zero value allows everything.
//
// A rule is "[scheme://]host[:ports]". What it leaves out matches all, and all
// that it says must match.
//
//	host             matches
//	*                every host
//	game.example     this name
//	*.game.example   every name below it, at any depth, not game.example itself
//	10.1.2.3, ::1    this address: in a URL, or one that a name leads to
//	10.0.0.0/8       the addresses of a range, in IPv4 or IPv6
//	private          the addresses of a private network: RFC 1918, carriers' 100.64.0.0/10, fc00::/7, fec0::/10
//	loopback         this machine: 127.0.0.0/8, ::1, 0.0.0.0 and ::, and the name localhost
//	link-local       169.254.0.0/16, fe80::/10
//	metadata         where a cloud's machine learns its secrets: 169.254.169.254, fd00:ec2::254 and their like,
//	                 and names such as metadata.google.internal
//	multicast        224.0.0.0/4, ff00::/8, 255.255.255.255
//	unspecified      0.0.0.0/8, ::
//	public           what the Internet routes to one machine: none of the above, and no other special address
//
// The scheme is ws or wss; http and https are those of other clients (see
// Extension.DialContext) and of proxies, tcp and udp bare sockets'. Ports are the URL's: "443", or a range "8000-8999".
// An IPv6 address or range with ports stands in brackets: "[2001:db8::/32]:443".
// A name of one label ends in a dot, "intranet.", but for localhost: so a
// mistyped set is an error and no host that nobody has.
//
// A connection is judged in this order, and what comes first wins:
//
//	when                                  by                      decides
//	before the lookup                     Deny, names             one that matches refuses
//	                                      Allow, names            if there are allow rules, one that matches opens;
//	                                                              with none about addresses, else it is refused, without a lookup
//	                                      Options.Allow           refuses
//	at each dial, by the address dialled  Deny, addresses         one that matches refuses
//	                                      Allow                   if there are allow rules, one must match, by name or by address
//
// So deny wins over allow; allow rules are doors, of which one is enough:
// "*.game.example" beside "10.0.0.0/8" allows that name wherever it leads and
// that range whatever its name. To allow a name only where it is public, allow
// the name and deny private, loopback, link-local and metadata.
//
// An address is judged as it is dialled, after the lookup: neither the way it is
// written nor a name server that changes its mind gets past a rule. IPv4 inside
// IPv6 counts as IPv4 where it is mapped (::ffff:10.1.2.3), and for Deny also
// behind translators and tunnels (NAT64, 6to4, Teredo, ISATAP). A name with
// several addresses is dialled at those that may be. A redirect is judged like
// any other destination, and so is a proxy that the script names; the
// environment's is the host's own. With rules about addresses a proxy is asked
// for an address that was looked up here and judged. No rule allows a socket
// file. With rules about addresses, Options.Dialer gets an
// address that was judged and no name. What the headers say (Host) is not
// judged.
//
// A refusal is an ERROR with stage "policy" and cause "denied" that names the
// rule. It does not tell a script to which address a name leads; Options.Log
// hears that.
type Policy struct {
	Allow, Deny []string
}

// CheckRule says what is wrong with a rule of a Policy; nil if nothing is.
func CheckRule(rule string) error { return wire.CheckRule(rule) }

// read gives the policy as connections ask it. One that can't be read, which
// Open reports, lets nothing through.
func (p Policy) read() (*wire.Policy, error) {
	read, err := wire.NewPolicy(p.Allow, p.Deny)
	if err != nil {
		read, _ = wire.NewPolicy(nil, []string{"*"})
	}
	return read, err
}
