package headless

import (
	"crypto/md5"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"weak"

	lua "github.com/yuin/gopher-lua"
)

// hashValue is what a hash's userdata holds.
type hashValue struct{ text string }

// LuaType is what errors call it.
func (hashValue) LuaType() string { return "hash" }

// HashText is the text, for modules that take names.
func (h hashValue) HashText() string { return h.text }

// hashTable gives equal texts the same userdata, so that hashes compare and
// index by identity. It holds them weakly: a script that hashes ever new texts
// doesn't grow it.
type hashTable struct {
	byText map[string]weak.Pointer[lua.LUserData]
	sweep  int // at this size the dead ones go
	meta   *lua.LTable
}

const firstSweep = 1024

func (e *Engine) openHash() error {
	e.hashes.byText = make(map[string]weak.Pointer[lua.LUserData])
	e.hashes.sweep = firstSweep
	e.hashes.meta = e.L.SetFuncs(e.L.CreateTable(0, 2), map[string]lua.LGFunction{
		"__tostring": hashString,
		"__concat":   hashConcat,
	})
	e.L.SetGlobal("hash", e.L.NewFunction(e.hashNew))
	e.L.SetGlobal("hash_to_hex", e.L.NewFunction(hashToHex))
	e.L.SetGlobal("hashmd5", e.L.NewFunction(hashMD5))
	return nil
}

// Hash is the value of hash(text), for a System that hands one to scripts.
func (e *Engine) Hash(text string) lua.LValue { return e.hash(text) }

// hash is the one userdata for text.
func (e *Engine) hash(text string) *lua.LUserData {
	h := &e.hashes
	if ud := h.byText[text].Value(); ud != nil {
		return ud
	}
	if len(h.byText) >= h.sweep {
		for key, pointer := range h.byText {
			if pointer.Value() == nil {
				delete(h.byText, key)
			}
		}
		h.sweep = max(firstSweep, 2*len(h.byText))
	}
	ud := &lua.LUserData{Value: hashValue{text}, Env: e.L.Env, Metatable: h.meta}
	h.byText[text] = weak.Make(ud)
	return ud
}

// toHash is the hash's text, and whether v is one.
func toHash(v lua.LValue) (string, bool) {
	if ud, ok := v.(*lua.LUserData); ok {
		if h, ok := ud.Value.(hashValue); ok {
			return h.text, true
		}
	}
	return "", false
}

// checkHashOrString is the text of argument n, a hash or a string.
func checkHashOrString(L *lua.LState, n int) string {
	v := L.Get(n)
	if text, ok := toHash(v); ok {
		return text
	}
	if text, ok := v.(lua.LString); ok {
		return string(text)
	}
	L.ArgError(n, "hash or string expected, got "+typeName(v))
	return ""
}

// hashNew is hash(s): the same value for the same text; a hash stays as it is.
func (e *Engine) hashNew(L *lua.LState) int {
	if _, ok := toHash(L.Get(1)); ok {
		L.SetTop(1)
		return 1
	}
	L.Push(e.hash(L.CheckString(1)))
	return 1
}

// hashToHex is hash_to_hex(h): Defold's 64 bits as 16 hex digits.
func hashToHex(L *lua.LState) int {
	text, ok := toHash(L.Get(1))
	if !ok {
		L.ArgError(1, "hash expected, got "+typeName(L.Get(1)))
	}
	L.Push(lua.LString(fmt.Sprintf("%016x", hash64(text))))
	return 1
}

// hashMD5 is hashmd5(s), 32 hex digits.
func hashMD5(L *lua.LState) int {
	sum := md5.Sum([]byte(L.CheckString(1)))
	L.Push(lua.LString(hex.EncodeToString(sum[:])))
	return 1
}

func hashString(L *lua.LState) int {
	text, _ := toHash(L.Get(1))
	L.Push(lua.LString("hash: [" + text + "]"))
	return 1
}

// hashConcat makes "a" .. hash("b") the text a[b].
func hashConcat(L *lua.LState) int {
	var joined string
	for n := 1; n <= 2; n++ {
		if text, ok := toHash(L.Get(n)); ok {
			joined += "[" + text + "]"
		} else {
			joined += L.CheckString(n)
		}
	}
	L.Push(lua.LString(joined))
	return 1
}

// hash64 is MurmurHash2A with 64 bits and seed 0, read little-endian: what
// Defold's ids are made of, so that hash_to_hex prints the same digits.
func hash64(text string) uint64 {
	const m, r = 0xc6a4a7935bd1e995, 47
	var h uint64
	mix := func(k uint64) {
		k *= m
		k ^= k >> r
		k *= m
		h *= m
		h ^= k
	}
	data := []byte(text)
	for ; len(data) >= 8; data = data[8:] {
		mix(binary.LittleEndian.Uint64(data))
	}
	var tail [8]byte
	copy(tail[:], data)
	mix(binary.LittleEndian.Uint64(tail[:]))
	mix(uint64(len(text)))
	h ^= h >> r
	h *= m
	return h ^ h>>r
}
