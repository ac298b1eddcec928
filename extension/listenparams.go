package extension

import (
	"crypto/tls"

	"github.com/tickwire/tickwire/extension/internal/wire"
	lua "github.com/yuin/gopher-lua"
)

// listenKeys are what listen's params may hold. Others raise: a misspelt
// "origins" must not pass for none.
var listenKeys = []string{"protocol", "origins", "compression", "tls", "pages", "max_connections", "max_handshakes",
	"handshake_timeout", "ping_interval", "pong_timeout"}

// serverTLSKeys are what its params.tls may hold.
var serverTLSKeys = []string{"certificate", "key", "ca", "min_version"}

// most is what a whole number in params may be at the most.
const most = 1<<31 - 1

// checkListenParams reads argument n, a table or nil, into o.
func (e *Extension) checkListenParams(L *lua.LState, n int, o *wire.Listening) {
	p := params{L: L, n: n, table: L.OptTable(n, nil)}
	if p.table != nil {
		p.checkKeys("params", p.table, listenKeys)
	}
	o.Protocols = p.protocols("params.protocol", p.get("protocol"))
	o.Origins = p.origins(p.get("origins"))
	o.Compression = p.compression()
	o.Pages = p.pages(p.get("pages"))
	o.TLS = p.serverTLS(e.o.Clock)
	o.MaxConnections = p.whole("max_connections", 0, 1)
	o.MaxHandshakes = p.whole("max_handshakes", e.o.MaxHandshakes, 1)
	o.Timeout = p.milliseconds("handshake_timeout", e.o.HandshakeTimeout)
	if o.Timeout == 0 {
		p.fail("params.handshake_timeout is 0: want milliseconds from 1, since a client that says nothing would stay for ever")
	}
	o.PingInterval = p.milliseconds("ping_interval", e.o.PingInterval)
	o.PongTimeout = p.milliseconds("pong_timeout", e.o.PongTimeout)
}

// whole reads a whole number of at least least; nil stands for byDefault.
func (p params) whole(key string, byDefault, least int) int {
	value := p.get(key)
	if value == lua.LNil {
		return byDefault
	}
	n, ok := value.(lua.LNumber)
	if !ok || n != lua.LNumber(int(n)) || n < lua.LNumber(least) || n > most {
		p.fail("params.%s is %s: want a whole number from %d to %d", key, describe(value), least, most)
	}
	return int(n)
}

// origins reads params.origins: a string or a list of strings; nil for what
// isn't given.
func (p params) origins(value lua.LValue) []string {
	list := []lua.LValue{value}
	switch v := value.(type) {
	case *lua.LNilType:
		return nil
	case *lua.LTable:
		if v.Len() == 0 && !isEmpty(v) {
			p.fail("params.origins is a table without a first item: want a list of origins")
		}
		list = list[:0]
		for i := 1; i <= v.Len(); i++ {
			list = append(list, v.RawGetInt(i))
		}
	}
	origins := []string{} // an empty list allows no page
	for _, item := range list {
		text, ok := item.(lua.LString)
		if !ok {
			p.fail("params.origins holds %s: want an origin such as \"https://game.example\", or \"*\"", describe(item))
		}
		origin, err := wire.CheckOrigin(string(text))
		if err != nil {
			p.fail("params.origins holds %s: %v", describe(text), err)
		}
		origins = append(origins, origin)
	}
	return origins
}

// serverTLS reads params.tls, nil for none. A value's text is shown nowhere: it
// may be a private key.
func (p params) serverTLS(clock Clock) *tls.Config {
	value := p.get("tls")
	if value == lua.LNil {
		return nil
	}
	table, ok := value.(*lua.LTable)
	if !ok {
		p.fail("params.tls is %s: want a table", describe(value))
	}
	p.checkKeys("params.tls", table, serverTLSKeys)
	certificate := p.certificate(table)
	if certificate == nil {
		p.fail("params.tls has no certificate: want params.tls.certificate and params.tls.key")
	}
	config := &tls.Config{
		Certificates: []tls.Certificate{*certificate},
		MinVersion:   max(tls.VersionTLS12, p.minVersion(table)),
		Time:         clock.Now,
	}
	if clients := p.roots(table); clients != nil {
		config.ClientCAs, config.ClientAuth = clients, tls.RequireAndVerifyClientCert
	}
	return config
}
