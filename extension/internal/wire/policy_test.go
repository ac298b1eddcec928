package wire

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"
)

// policy reads rules "+" that allow and "-" that deny.
func policy(t testing.TB, rules string) *Policy {
	t.Helper()
	var allow, deny []string
	for _, rule := range strings.Fields(rules) {
		if rule[0] == '+' {
			allow = append(allow, rule[1:])
		} else {
			deny = append(deny, rule[1:])
		}
	}
	p, err := NewPolicy(allow, deny)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// decide is what the policy says of a URL whose name has one address.
func decide(t testing.TB, p *Policy, url, ip string) string {
	t.Helper()
	a, err := parseURL(url)
	if err != nil {
		t.Fatalf("%s: %v", url, err)
	}
	if err := p.checkName(a); err != nil {
		return "before the lookup: " + err.Error()
	}
	judge := p.judge(a)
	if judge == nil {
		return "yes"
	}
	if at, ok := literal(a.host); ok {
		ip = at.String()
	}
	if err := judge(netip.AddrPortFrom(netip.MustParseAddr(ip), uint16(a.port))); err != nil {
		return "at the dial: " + err.Error()
	}
	return "yes"
}

func TestPolicy(t *testing.T) {
	for _, test := range []struct {
		name, rules, url, ip, want string
	}{
		{"no rules", "", "ws://any.test/", "10.0.0.1", "yes"},
		{"a name", "-evil.test", "ws://evil.test/", "1.1.1.1", `before the lookup: evil.test:80 is denied by the rule "evil.test"`},
		{"… in other letters, with a dot", "-evil.test", "wss://EVIL.Test./", "1.1.1.1", `before the lookup: EVIL.Test.:443 is denied by the rule "evil.test"`},
		{"… written otherwise in the rule", "-EVIL.test.", "wss://evil.test/", "1.1.1.1", `before the lookup: evil.test:443 is denied by the rule "EVIL.test."`},
		{"another name", "-evil.test", "ws://notevil.test/", "1.1.1.1", "yes"},
		{"below a name", "-*.evil.test", "ws://a.b.evil.test/", "1.1.1.1", `before the lookup: a.b.evil.test:80 is denied by the rule "*.evil.test"`},
		{"not the name itself", "-*.evil.test", "ws://evil.test/", "1.1.1.1", "yes"},
		{"no half label", "-*.evil.test", "ws://notevil.test/", "1.1.1.1", "yes"},
		{"an international name", "-*.bücher.test", "ws://shop.xn--bcher-kva.test/", "1.1.1.1", `before the lookup: shop.xn--bcher-kva.test:80 is denied by the rule "*.bücher.test"`},
		{"a scheme", "-ws://*", "ws://a.test/", "1.1.1.1", `before the lookup: a.test:80 is denied by the rule "ws://*"`},
		{"the other scheme", "-ws://*", "wss://a.test/", "1.1.1.1", "yes"},
		{"a port", "-*:25", "ws://a.test:25/", "1.1.1.1", `before the lookup: a.test:25 is denied by the rule "*:25"`},
		{"a range of ports", "+*:8000-8999", "ws://a.test:8999/", "1.1.1.1", "yes"},
		{"beyond it", "+*:8000-8999", "ws://a.test:9000/", "1.1.1.1", `before the lookup: a.test:9000 matches none of the rules that allow: *:8000-8999`},

		{"an address in a URL", "-10.0.0.0/8", "ws://10.1.2.3/", "", `before the lookup: 10.1.2.3:80 is denied by the rule "10.0.0.0/8"`},
		{"… mapped into IPv6", "-10.0.0.0/8", "ws://[::ffff:10.1.2.3]/", "", `before the lookup: [::ffff:10.1.2.3]:80 is denied by the rule "10.0.0.0/8"`},
		{"… with a zone", "-link-local", "ws://[fe80::1%25eth0]/", "", `before the lookup: [fe80::1%eth0]:80 is denied by the rule "link-local"`},
		{"… in wide digits", "-loopback", "ws://１２７.0.0.1/", "", `before the lookup: 127.0.0.1:80 is denied by the rule "loopback"`},
		{"in one number: a name", "-loopback", "ws://2130706433/", "127.0.0.1", `at the dial: 2130706433:80 leads to an address that is denied by the rule "loopback"`},
		{"in octal: a name", "-loopback", "ws://0177.0.0.1/", "127.0.0.1", `at the dial: 0177.0.0.1:80 leads to an address that is denied by the rule "loopback"`},
		{"in hex: a name", "-loopback", "ws://0x7f.1/", "127.0.0.1", `at the dial: 0x7f.1:80 leads to an address that is denied by the rule "loopback"`},
		{"behind a name", "-private", "ws://evil.test/", "192.168.1.1", `at the dial: evil.test:80 leads to an address that is denied by the rule "private"`},
		{"… mapped", "-private", "ws://evil.test/", "::ffff:192.168.1.1", `at the dial: evil.test:80 leads to an address that is denied by the rule "private"`},
		{"… behind a translator", "-private", "ws://evil.test/", "64:ff9b::c0a8:101", `at the dial: evil.test:80 leads to an address that is denied by the rule "private"`},
		{"… in a 6to4 tunnel", "-loopback", "ws://evil.test/", "2002:7f00:1::", `at the dial: evil.test:80 leads to an address that is denied by the rule "loopback"`},
		{"… in a Teredo tunnel", "-private", "ws://evil.test/", "2001:0:102:304:0:0:f5ff:fffe", `at the dial: evil.test:80 leads to an address that is denied by the rule "private"`},
		{"… compatible", "-loopback", "ws://evil.test/", "::127.0.0.1", `at the dial: evil.test:80 leads to an address that is denied by the rule "loopback"`},
		{"… ISATAP", "-private", "ws://evil.test/", "2a00::5efe:10.0.0.1", `at the dial: evil.test:80 leads to an address that is denied by the rule "private"`},
		{"0.0.0.0 is this machine", "-loopback", "ws://0.0.0.0/", "", `before the lookup: 0.0.0.0:80 is denied by the rule "loopback"`},
		{"so is ::", "-loopback", "ws://[::]/", "", `before the lookup: [::]:80 is denied by the rule "loopback"`},
		{"::1 is not unspecified", "-unspecified", "ws://[::1]/", "", "yes"},
		{"localhost", "-loopback", "ws://a.LOCALHOST./", "1.1.1.1", `before the lookup: a.LOCALHOST.:80 is denied by the rule "loopback"`},
		{"a cloud's metadata", "-metadata", "ws://169.254.169.254/", "", `before the lookup: 169.254.169.254:80 is denied by the rule "metadata"`},
		{"… in IPv6", "-metadata", "ws://[fd00:ec2::254]/", "", `before the lookup: [fd00:ec2::254]:80 is denied by the rule "metadata"`},
		{"… by name", "-metadata", "ws://metadata.google.internal/", "1.1.1.1", `before the lookup: metadata.google.internal:80 is denied by the rule "metadata"`},
		{"multicast", "-multicast", "ws://[ff02::1]/", "", `before the lookup: [ff02::1]:80 is denied by the rule "multicast"`},
		{"a set and a port", "-private:22", "ws://10.0.0.1:22/", "", `before the lookup: 10.0.0.1:22 is denied by the rule "private:22"`},
		{"another port", "-private:22", "ws://10.0.0.1/", "", "yes"},

		{"only what is public", "+public", "ws://a.test/", "93.184.216.34", "yes"},
		{"… in IPv6", "+public", "ws://a.test/", "2606:2800:220::1", "yes"},
		{"… not a private one", "+public", "ws://a.test/", "fd00::1", "at the dial: a.test:80 matches none of the rules that allow: public"},
		{"… not one for documentation", "+public", "ws://192.0.2.1/", "", "before the lookup: 192.0.2.1:80 matches none of the rules that allow: public"},
		{"… not 6to4", "+public", "ws://a.test/", "2002:808:808::1", "at the dial: a.test:80 matches none of the rules that allow: public"},
		{"… not what has metadata", "+public", "ws://168.63.129.16/", "", "before the lookup: 168.63.129.16:80 matches none of the rules that allow: public"},
		{"an IPv4 address inside opens nothing", "+10.0.0.0/8", "ws://a.test/", "64:ff9b::a00:1", "at the dial: a.test:80 matches none of the rules that allow: 10.0.0.0/8"},

		{"one of two doors: the name", "+*.good.test +10.0.0.0/8", "ws://a.good.test/", "1.1.1.1", "yes"},
		{"the other: the address", "+*.good.test +10.0.0.0/8", "ws://other.test/", "10.1.1.1", "yes"},
		{"neither", "+*.good.test +10.0.0.0/8", "ws://other.test/", "1.1.1.1", "at the dial: other.test:80 matches none of the rules that allow: *.good.test, 10.0.0.0/8"},
		{"no lookup where no address could help", "+*.good.test +10.0.0.0/8:443", "ws://other.test/", "10.1.1.1", "before the lookup: other.test:80 matches none of the rules that allow: *.good.test, 10.0.0.0/8:443"},
		{"deny wins over a name", "+*.good.test -private", "ws://a.good.test/", "10.1.1.1", `at the dial: a.good.test:80 leads to an address that is denied by the rule "private"`},
		{"deny wins over an address", "+10.0.0.0/8 -10.0.0.1", "ws://10.0.0.1/", "", `before the lookup: 10.0.0.1:80 is denied by the rule "10.0.0.1"`},
		{"an address allowed is no name allowed", "+127.0.0.1", "ws://localhost/", "127.0.0.2", "at the dial: localhost:80 matches none of the rules that allow: 127.0.0.1"},
		{"all of a rule must match", "+wss://*.good.test:443", "wss://a.good.test:444/", "1.1.1.1", "before the lookup: a.good.test:444 matches none of the rules that allow: wss://*.good.test:443"},
		{"an IPv6 range and a port", "+[2001:db8::/32]:443", "wss://[2001:db8::9]/", "", "yes"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := decide(t, policy(t, test.rules), test.url, test.ip); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestRulesThatCantBeMeant(t *testing.T) {
	for rule, want := range map[string]string{
		"":                  "has no host",
		":443":              `write "*:443" for every host`,
		"wss://":            "has no host",
		"ftp://a.test":      `has the scheme "ftp": want ws, wss, http, https, tcp or udp`,
		"privat":            `is none of the sets private, loopback, link-local, metadata, multicast, unspecified, public; for a host of that name write "privat."`,
		"private:":          `has the ports ""`,
		"private:0":         `has the ports "0"`,
		"private:70000":     `has the ports "70000"`,
		"private:9-8":       `has the ports "9-8"`,
		"private:http":      `has the ports "http": want a number from 1 to 65535, or a range such as 8000-8999`,
		"*.":                "can't be read: the URL has no host",
		"*.*.test":          "has a * where none can be",
		"a*.test":           "has a * where none can be",
		"a..test":           "has an empty label in its name",
		".test.example":     "has an empty label in its name",
		"127.1":             "is no address, and no name ends in a number",
		"0x7f000001":        "is no address, and no name ends in a number",
		"0177.0.0.1":        "is no address, and no name ends in a number",
		"10.0.0.0/33":       "is no address and no range of addresses",
		"10.0.0/8":          "is no address and no range of addresses",
		"a.test/path":       "is no address and no range of addresses",
		"[::1":              "lacks the closing bracket",
		"[::1]443":          "or a colon behind it",
		"[a.test]":          "is no address and no range",
		"fe80::1%eth0":      "has a zone",
		"::ffff:0:0/90":     "mixes IPv4 and IPv6",
		"a b.test":          `can't be read: the host "a b.test" holds the character ' '`,
		"user@evil.test":    "holds the character '@'",
		"*.example.com,b.c": "holds the character ','",
	} {
		if err := CheckRule(rule); err == nil || !strings.HasPrefix(err.Error(), fmt.Sprintf("the rule %q ", rule)) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %s", rule, err, want)
		}
		if _, err := NewPolicy(nil, []string{"private", rule}); err == nil {
			t.Errorf("a policy was made of %q", rule)
		}
		if _, err := NewPolicy([]string{rule}, nil); err == nil {
			t.Errorf("a policy was made of %q", rule)
		}
	}
	for _, rule := range setNames() {
		if err := CheckRule(rule); err != nil || addressSets()[rule] == nil {
			t.Errorf("the set %s: %v", rule, err)
		}
	}
}

// TestPolicyAtTheDial holds the last check, on what the socket is connected to.
func TestPolicyAtTheDial(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	c := &Conn{hub: NewHub(testOptions())}
	judge := policy(t, "-loopback").judge(&address{scheme: "ws", host: "evil.test", port: 80})
	for _, host := range []string{"127.0.0.1", "::ffff:127.0.0.1", "0.0.0.0", "localhost"} {
		nc, err := c.dialOne(context.Background(), net.JoinHostPort(host, port), judge)
		if err == nil {
			nc.Close()
		}
		var known *failure
		if !errors.As(err, &known) || known.stage != StagePolicy || known.cause != CauseDenied {
			t.Errorf("%s: %v, want a refusal", host, err)
		}
	}
	if nc, err := c.dialOne(context.Background(), listener.Addr().String(), policy(t, "-private").judge(&address{scheme: "ws", host: "evil.test", port: 80})); err != nil {
		t.Errorf("an address that no rule denies: %v", err)
	} else {
		nc.Close()
	}
}

// TestPolicyOfConnections holds the whole way, with a dialer that can't be
// watched: it gets addresses that were judged.
func TestPolicyOfConnections(t *testing.T) {
	for _, test := range []struct {
		name, rules string
		lookup      []string
		route       string
		dialled     string // what the dialer was asked for
		want        string
		reason      string
	}{
		{name: "no rule about addresses: the name is the dialer's", rules: "+*.test", dialled: "server.test:80", want: "CONNECTED"},
		{name: "a name that is denied is not looked up", rules: "-server.test", want: "ERROR:policy/denied DISCONNECTED:1006", reason: `server.test:80 is denied by the rule "server.test"`},
		{name: "an address that is denied", rules: "-private", lookup: []string{"10.0.0.1"}, want: "ERROR:policy/denied DISCONNECTED:1006", reason: `server.test:80 leads to an address that is denied by the rule "private"`},
		{name: "the addresses that are left", rules: "-private", lookup: []string{"10.0.0.1", "192.0.2.1", "fc00::1"}, dialled: "192.0.2.1:80", want: "CONNECTED"},
		{name: "none that is allowed", rules: "+public", lookup: []string{"192.0.2.1"}, want: "ERROR:policy/denied DISCONNECTED:1006", reason: "server.test:80 matches none of the rules that allow: public"},
		{name: "a lookup that gives names", rules: "-private", lookup: []string{"other.test"}, want: "ERROR:dns/other DISCONNECTED:1006", reason: `gave "other.test:80", which is no address`},
		{name: "where the host leads it", rules: "-loopback", route: "127.0.0.1:8080", want: "ERROR:policy/denied DISCONNECTED:1006", reason: `the rule "loopback"`},
		{name: "where the host leads it, allowed", rules: "-private", route: "192.0.2.1:80", dialled: "192.0.2.1:80", want: "CONNECTED"},
		{name: "a route that goes nowhere", rules: "-private", route: "nowhere", want: "ERROR:connect/other DISCONNECTED:1006", reason: `the route to "nowhere" can't be dialled`},
	} {
		t.Run(test.name, func(t *testing.T) {
			var mu sync.Mutex
			var dialled []string
			lookups := 0
			var r *rig
			inBubble(t, func(o *Options) {
				o.Policy = policy(t, test.rules)
				o.Lookup = func(context.Context, string) ([]string, error) {
					mu.Lock()
					defer mu.Unlock()
					lookups++
					return test.lookup, nil
				}
				if test.route != "" {
					o.Route = func(string) string { return test.route }
				}
				dial := o.Dialer
				o.Dialer = func(ctx context.Context, network, address string) (net.Conn, error) {
					mu.Lock()
					dialled = append(dialled, address)
					mu.Unlock()
					return dial(ctx, network, "server.test:80")
				}
			}, func(rig *rig) {
				r = rig
				r.serve(echo)
				r.dial(target())
				r.expect(test.want)
				if test.reason != "" && !strings.Contains(r.reason(), test.reason) {
					t.Errorf("reason %q, want %q", r.reason(), test.reason)
				}
				if strings.Contains(r.reason(), "10.0.0.1") {
					t.Errorf("the reason tells the script an address: %q", r.reason())
				}
			})
			if got := strings.Join(dialled, " "); got != test.dialled {
				t.Errorf("dialled %q, want %q", got, test.dialled)
			}
			if want := len(test.lookup) > 0; (lookups > 0) != want {
				t.Errorf("%d lookups, want some: %t", lookups, want)
			}
		})
	}
}

// TestRebindingName: a name whose address changes between two lookups is judged
// by the one that is dialled.
func TestRebindingName(t *testing.T) {
	answers := make(chan string, 2)
	answers <- "192.0.2.1"
	answers <- "127.0.0.1"
	inBubble(t, func(o *Options) {
		o.Policy = policy(t, "-loopback")
		o.Lookup = func(context.Context, string) ([]string, error) { return []string{<-answers}, nil }
		dial := o.Dialer
		o.Dialer = func(ctx context.Context, network, address string) (net.Conn, error) {
			if address != "192.0.2.1:80" {
				t.Errorf("dialled %s", address)
			}
			return dial(ctx, network, "server.test:80")
		}
	}, func(r *rig) {
		r.serve(echo)
		r.open(target())
		r.dial(&Target{URL: "ws://server.test/", Timeout: time.Second})
		r.expect("ERROR:policy/denied DISCONNECTED:1006")
	})
}

// FuzzRule: whatever is read as a rule can be asked, and what a denied address
// is written as makes no difference.
func FuzzRule(f *testing.F) {
	for _, seed := range []string{"private", "*.example.com:443", "wss://*", "10.0.0.0/8:1-1024", "[2001:db8::/32]:443", "::1", "127.1", "*", "privat", ":\n", "a\nb", "10.0.0.0/8\n", "[::1\n]:1"} {
		f.Add(seed, "ws://10.0.0.1:80/")
	}
	f.Add("loopback", "ws://[::ffff:127.0.0.1]/")
	f.Fuzz(func(t *testing.T, rule, url string) {
		p, err := NewPolicy(nil, []string{rule})
		if err != nil {
			if strings.ContainsAny(err.Error(), "\n\r") {
				t.Errorf("the error has more than one line: %q", err)
			}
			return
		}
		a, err := parseURL(url)
		if err != nil {
			return
		}
		early := p.checkName(a) != nil
		ip, ok := literal(a.host)
		if !ok {
			return
		}
		if judge := p.judge(a); judge != nil && !early && judge(netip.AddrPortFrom(ip, 80)) != nil {
			t.Errorf("rule %q lets %q through and denies its address", rule, url)
		}
	})
}
