package wire

import (
	"encoding/binary"
	"io"
	"net/netip"
)

// The numbers of SOCKS5 (RFC 1928 sections 3 to 6, RFC 1929).
const (
	socksVersion     = 5
	socksLogin       = 1 // the version of the login by user and password
	socksNoLogin     = 0
	socksUser        = 2
	socksNoMethod    = 0xff
	socksConnect     = 1
	socksIPv4        = 1
	socksName        = 3
	socksIPv6        = 4
	socksGranted     = 0
	socksLongestName = 255
)

// askSOCKS asks a SOCKS5 proxy for the way to a. It reads not a byte more than
// the answer has: what follows is the server's. (golang.org/x/net's client
// tells a wrong password from a refused connection in its text only.)
func (p *Proxy) askSOCKS(nc io.ReadWriter, a *address) error {
	methods := []byte{socksVersion, 1, socksNoLogin}
	if p.user != "" {
		methods = []byte{socksVersion, 2, socksNoLogin, socksUser}
	}
	var answer [4]byte
	if err := p.exchange(nc, methods, answer[:2]); err != nil {
		return err
	}
	switch {
	case answer[0] != socksVersion:
		return p.fail(CauseOther, "does not speak SOCKS5: it answered %q", answer[:2])
	case answer[1] == socksNoMethod && p.user == "":
		return p.fail(CauseAuth, "wants a user name and password, as in socks5://user:password@host:port")
	case answer[1] == socksNoMethod:
		return p.fail(CauseAuth, "does not accept a user name and password")
	case answer[1] == socksUser && p.user != "":
		if err := p.exchange(nc, p.socksLogin(), answer[:2]); err != nil {
			return err
		}
		// The answer's version is not looked at: some proxies send 5.
		if answer[1] != 0 {
			return p.fail(CauseAuth, "does not accept the user name and password")
		}
	case answer[1] != socksNoLogin:
		return p.fail(CauseOther, "picked the way %d to log in, which was not offered", answer[1])
	}
	question, err := p.socksRequest(a)
	if err != nil {
		return err
	}
	if err := p.exchange(nc, question, answer[:4]); err != nil {
		return err
	}
	if answer[0] != socksVersion || answer[2] != 0 {
		return p.fail(CauseOther, "does not speak SOCKS5: it answered %q", answer[:4])
	}
	if answer[1] != socksGranted {
		cause, text := socksReply(answer[1])
		return p.fail(cause, "answered: %s", text)
	}
	return p.skipBound(nc, answer[3])
}

// exchange sends a question and reads an answer of fixed size.
func (p *Proxy) exchange(nc io.ReadWriter, question, answer []byte) error {
	if len(question) > 0 {
		if _, err := nc.Write(question); err != nil {
			return p.lost(err)
		}
	}
	if _, err := io.ReadFull(nc, answer); err != nil {
		return p.lost(err)
	}
	return nil
}

// socksLogin is RFC 1929 section 2; the lengths were checked in ParseProxy.
func (p *Proxy) socksLogin() []byte {
	b := append([]byte{socksLogin, byte(len(p.user))}, p.user...)
	return append(append(b, byte(len(p.password))), p.password...)
}

// socksRequest is RFC 1928 section 4.
func (p *Proxy) socksRequest(a *address) ([]byte, error) {
	b := []byte{socksVersion, socksConnect, 0}
	switch ip, err := netip.ParseAddr(a.host); {
	case err == nil && ip.Unmap().Is4():
		b = append(append(b, socksIPv4), ip.Unmap().AsSlice()...)
	case err == nil:
		b = append(append(b, socksIPv6), ip.AsSlice()...)
	case len(a.host) > socksLongestName:
		return nil, p.fail(CauseOther, "can't be asked for a host name longer than %d bytes", socksLongestName)
	default:
		b = append(append(b, socksName, byte(len(a.host))), a.host...)
	}
	return binary.BigEndian.AppendUint16(b, uint16(a.port)), nil
}

// skipBound reads the rest of the answer: the address that the proxy connects
// from, which nobody needs.
func (p *Proxy) skipBound(nc io.ReadWriter, kind byte) error {
	var size [1]byte
	switch kind {
	case socksIPv4:
		size[0] = 4
	case socksIPv6:
		size[0] = 16
	case socksName:
		if err := p.exchange(nc, nil, size[:]); err != nil {
			return err
		}
	default:
		return p.fail(CauseOther, "answered with an address of the unknown type %d", kind)
	}
	return p.exchange(nc, nil, make([]byte, int(size[0])+2))
}

// socksReply is what a SOCKS5 proxy means by a refusal (RFC 1928 section 6).
func socksReply(reply byte) (Cause, string) {
	switch reply {
	case 2:
		return CauseDenied, "its rules forbid the connection"
	case 3:
		return CauseUnreachable, "it can't reach the server's network"
	case 4:
		return CauseUnreachable, "it can't reach the server"
	case 5:
		return CauseRefused, "the server refused the connection"
	case 6:
		return CauseTimeout, "the server did not answer in time"
	case 7:
		return CauseOther, "it does not know the command"
	case 8:
		return CauseOther, "it does not know this type of address"
	}
	return CauseOther, "it failed"
}
