package extension

import (
	"github.com/tickwire/tickwire/extension/internal/wire"
	lua "github.com/yuin/gopher-lua"
)

// ways reads by which way the server is reached.
func (p params) ways(target *wire.Target) {
	target.Proxy = p.proxy("proxy")
	target.Redirects = p.redirects("redirects")
	target.Socket = p.socket("unix")
	if target.Socket != "" && target.Proxy != nil && !target.Proxy.Direct() {
		p.fail("params.unix and params.proxy are both given: a socket file can't be reached through a proxy")
	}
}

// socket reads the path of a socket file, "" for none.
func (p params) socket(key string) string {
	value := p.get(key)
	if value == lua.LNil {
		return ""
	}
	path, ok := value.(lua.LString)
	if !ok {
		p.fail("params.%s is %s: want the path of a socket file", key, describe(value))
	}
	if err := wire.CheckSocket(string(path)); err != nil {
		p.fail("params.%s can't be used: %v", key, err)
	}
	return string(path)
}

// proxy reads a proxy's URL or "direct"; nil stands for what the environment
// says.
func (p params) proxy(key string) *wire.Proxy {
	switch v := p.get(key).(type) {
	case *lua.LNilType:
		return nil
	case lua.LString:
		proxy, err := wire.ParseProxy(string(v))
		if err != nil {
			// Not the value itself: it may hold a password.
			p.fail("params.%s can't be used: %v; want \"http://host:port\", \"https://host:port\", \"socks5://host:port\", each also with user:password@, or \"direct\"", key, err)
		}
		return proxy
	default:
		p.fail("params.%s is %s: want a proxy's URL or \"direct\"", key, describe(v))
	}
	return nil
}

// redirects reads how many redirects are followed, none if the script doesn't
// say.
func (p params) redirects(key string) int {
	value := p.get(key)
	if value == lua.LNil {
		return 0
	}
	n, ok := value.(lua.LNumber)
	if !ok || n != lua.LNumber(int(n)) || n < 0 || n > wire.MaxRedirects {
		p.fail("params.%s is %s: want a whole number from 0 to %d", key, describe(value), wire.MaxRedirects)
	}
	return int(n)
}
