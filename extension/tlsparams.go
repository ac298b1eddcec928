package extension

import (
	"crypto/tls"
	"crypto/x509"
	"slices"
	"strings"

	"github.com/tickwire/tickwire/extension/internal/wire"
	lua "github.com/yuin/gopher-lua"
)

// tlsKeys are what params.tls may hold. Others raise: a misspelt pin must not
// pass for none.
var tlsKeys = []string{"ca", "certificate", "key", "server_name", "pin", "min_version", "insecure"}

// trust reads params.tls, nil for none. A value's text is shown nowhere: it may
// be a private key.
func (p params) trust(allowInsecure bool) *wire.Trust {
	value := p.get("tls")
	if value == lua.LNil {
		return nil
	}
	table, ok := value.(*lua.LTable)
	if !ok {
		p.fail("params.tls is %s: want a table", describe(value))
	}
	p.checkKeys("params.tls", table, tlsKeys)
	t := &wire.Trust{
		Roots:       p.roots(table),
		Certificate: p.certificate(table),
		Pins:        p.pins(table.RawGetString("pin")),
		ServerName:  p.tlsText(table, "server_name"),
	}
	if t.ServerName != "" {
		name, err := wire.ServerName(t.ServerName)
		if err != nil {
			p.fail("params.tls.server_name can't be used: %v", err)
		}
		t.ServerName = name
	}
	t.MinVersion = p.minVersion(table)
	switch value := table.RawGetString("insecure"); value {
	case lua.LNil, lua.LFalse:
	case lua.LTrue:
		if !allowInsecure {
			p.fail("params.tls.insecure is not allowed here: want params.tls.ca or params.tls.server_name, so that the certificate can be verified; a host may allow it with Options.AllowInsecureTLS")
		}
		t.Insecure = true
	default:
		p.fail("params.tls.insecure is %s: want true or false", describe(value))
	}
	return t
}

// checkKeys raises for a key that means nothing: a misspelt one must not pass for
// none.
func (p params) checkKeys(what string, table *lua.LTable, keys []string) {
	table.ForEach(func(key, _ lua.LValue) {
		if name, ok := key.(lua.LString); !ok || !slices.Contains(keys, string(name)) {
			p.fail("%s has the key %s: want %s", what, describe(key), strings.Join(keys, ", "))
		}
	})
}

// minVersion reads params.tls.min_version, 0 for none.
func (p params) minVersion(table *lua.LTable) uint16 {
	switch value := table.RawGetString("min_version"); {
	case value == lua.LNil:
	case value.String() == "1.2":
		return tls.VersionTLS12
	case value.String() == "1.3":
		return tls.VersionTLS13
	default:
		p.fail("params.tls.min_version is %s: want \"1.2\" or \"1.3\"", describe(value))
	}
	return 0
}

// tlsText reads a text of params.tls, "" for none.
func (p params) tlsText(table *lua.LTable, key string) string {
	switch v := table.RawGetString(key).(type) {
	case *lua.LNilType:
	case lua.LString:
		if v == "" {
			p.fail("params.tls.%s is empty: leave it out for none", key)
		}
		return string(v)
	default:
		p.fail("params.tls.%s is a %s: want a string", key, v.Type())
	}
	return ""
}

// roots reads params.tls.ca: who may vouch for the server, and nobody else.
func (p params) roots(table *lua.LTable) *x509.CertPool {
	text := p.tlsText(table, "ca")
	if text == "" {
		return nil
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM([]byte(text)) {
		p.fail("params.tls.ca holds no certificate: want PEM, which begins with -----BEGIN CERTIFICATE-----")
	}
	return roots
}

// certificate reads the client's certificate and its key.
func (p params) certificate(table *lua.LTable) *tls.Certificate {
	certificate, key := p.tlsText(table, "certificate"), p.tlsText(table, "key")
	switch {
	case certificate == "" && key == "":
		return nil
	case key == "":
		p.fail("params.tls.certificate is given without params.tls.key: want both")
	case certificate == "":
		p.fail("params.tls.key is given without params.tls.certificate: want both")
	}
	pair, err := tls.X509KeyPair([]byte(certificate), []byte(key))
	if err != nil {
		p.fail("params.tls.certificate and params.tls.key can't be used: %v; want PEM, the key without a password", err)
	}
	return &pair
}

// pins reads params.tls.pin: a string or a list of strings.
func (p params) pins(value lua.LValue) (pins []wire.Pin) {
	list := []lua.LValue{value}
	switch v := value.(type) {
	case *lua.LNilType:
		return nil
	case *lua.LTable:
		list = list[:0]
		for i := 1; i <= v.Len(); i++ {
			list = append(list, v.RawGetInt(i))
		}
		if len(list) == 0 {
			p.fail("params.tls.pin is a table without a first item: want one pin or more")
		}
	}
	for _, item := range list {
		text, ok := item.(lua.LString)
		if !ok {
			p.fail("params.tls.pin holds %s: want \"sha256/…\" or a list of such strings", describe(item))
		}
		pin, err := wire.ParsePin(string(text))
		if err != nil {
			p.fail("params.tls.pin holds %s: %v", quote(string(text)), err)
		}
		pins = append(pins, pin)
	}
	return pins
}
