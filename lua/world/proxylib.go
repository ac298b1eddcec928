package world

import (
	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/lua/internal/arg"
)

// What collectionproxy.set_collection may answer.
const (
	proxyLoading       = -1
	proxyAlreadyLoaded = -2
	proxyNotExcluded   = -3
)

func (w *World) openCollectionProxy() {
	arg.NewModules(w.L).Add("collectionproxy", func(lib *lua.LTable) {
		w.L.SetFuncs(lib, map[string]lua.LGFunction{
			"get_resources":     w.proxyResources,
			"missing_resources": w.proxyMissing,
			"set_collection":    w.proxySetCollection,
		})
		lib.RawSetString("RESULT_LOADING", lua.LNumber(proxyLoading))
		lib.RawSetString("RESULT_ALREADY_LOADED", lua.LNumber(proxyAlreadyLoaded))
		lib.RawSetString("RESULT_NOT_EXCLUDED", lua.LNumber(proxyNotExcluded))
	})
}

// proxyResources is collectionproxy.get_resources(url): the hashes of what would
// be downloaded. All is here.
func (w *World) proxyResources(L *lua.LState) int {
	w.checkComponent(L, 1, "collectionproxy")
	L.Push(L.NewTable())
	return 1
}

// proxyMissing is collectionproxy.missing_resources(url): nothing is missing.
func (w *World) proxyMissing(L *lua.LState) int { return w.proxyResources(L) }

// proxySetCollection is collectionproxy.set_collection(url [, prototype]) ->
// whether it could, and why not.
//
// Differs from Defold: the proxy need not be excluded from the bundle.
func (w *World) proxySetCollection(L *lua.LState) int {
	c := w.checkComponent(L, 1, "collectionproxy")
	refuse := func(code int) int {
		L.Push(lua.LFalse)
		L.Push(lua.LNumber(code))
		return 2
	}
	switch {
	case c.proxy.loaded != nil:
		return refuse(proxyAlreadyLoaded)
	case c.proxy.asked != nil:
		return refuse(proxyLoading)
	}
	if L.Get(2) == lua.LNil {
		path, err := w.options.Project.Prototype(c.described)
		if err != nil {
			L.RaiseError("collectionproxy.set_collection: %v", err)
		}
		c.proxy.path = path
	} else {
		c.proxy.path = w.checkResource(L, 2, ".collection")
	}
	L.Push(lua.LTrue)
	return 1
}
