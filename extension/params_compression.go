package extension

import (
	"github.com/tickwire/tickwire/extension/internal/wire"
	lua "github.com/yuin/gopher-lua"
)

// The defaults of params.compression. A game's messages are small and many, so
// the fast level; what is smaller than the threshold hardly shrinks, and least
// of all alone.
const (
	defaultCompressionLevel = 1
	thresholdWithContext    = 128 // bytes
	thresholdAlone          = 512 // bytes
	largestThreshold        = 1<<31 - 1
)

// compression reads params.compression: true, or a table {level, threshold,
// context_takeover, window_bits}; nil and false are none.
//
// Differs from Defold: there messages are never compressed.
func (p params) compression() *wire.Compression {
	c := &wire.Compression{Level: defaultCompressionLevel}
	value := p.get("compression")
	table, isTable := value.(*lua.LTable)
	switch {
	case value == lua.LNil, value == lua.LFalse:
		return nil
	case value == lua.LTrue:
		table = p.L.NewTable()
	case !isTable:
		p.fail("params.compression is %s: want true, false or a table", describe(value))
	}
	table.ForEach(func(key, _ lua.LValue) {
		switch key {
		case lua.LString("level"), lua.LString("threshold"), lua.LString("context_takeover"), lua.LString("window_bits"):
		default:
			p.fail("params.compression has the key %s: want level, threshold, context_takeover or window_bits", describe(key))
		}
	})
	threshold := thresholdWithContext
	switch takeover := table.RawGetString("context_takeover"); takeover {
	case lua.LNil, lua.LTrue:
	case lua.LFalse:
		c.Send.Forget, c.Receive.Forget = true, true
		threshold = thresholdAlone
	default:
		p.fail("params.compression.context_takeover is %s: want true or false", describe(takeover))
	}
	whole := func(key string, byDefault, least, most int) int {
		value := table.RawGetString(key)
		n, ok := value.(lua.LNumber)
		switch {
		case value == lua.LNil:
			return byDefault
		case !ok || n < lua.LNumber(least) || n > lua.LNumber(most) || n != lua.LNumber(int(n)):
			p.fail("params.compression.%s is %s: want a whole number from %d to %d", key, describe(value), least, most)
		}
		return int(n)
	}
	c.Level = whole("level", c.Level, 1, 9)
	c.Threshold = whole("threshold", threshold, 0, largestThreshold)
	bits := whole("window_bits", wire.MaxWindowBits, wire.MinWindowBits, wire.MaxWindowBits)
	c.Send.Bits, c.Receive.Bits = bits, bits
	return c
}
