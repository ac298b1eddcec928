package luajit

import (
	"math"

	lua "github.com/yuin/gopher-lua"
)

// generator is LuaJIT's own: a combined Tausworthe generator, so that
// math.randomseed(n) gives a script the same numbers as there.
type generator struct{ state [4]uint64 }

// The parameters of its four parts.
var tausworthe = [4]struct{ k, q, s uint }{{63, 31, 18}, {58, 19, 28}, {55, 24, 7}, {47, 21, 8}}

func (g *generator) next() uint64 {
	var result uint64
	for i, p := range tausworthe {
		z := g.state[i]
		z = (((z << p.q) ^ z) >> (p.k - p.s)) ^ ((z & (math.MaxUint64 << (64 - p.k))) << p.s)
		result ^= z
		g.state[i] = z
	}
	return result
}

// float is in [0, 1).
func (g *generator) float() float64 {
	return math.Float64frombits(g.next()&0x000fffff_ffffffff|0x3ff00000_00000000) - 1
}

func (g *generator) seed(d float64) {
	for i, p := range tausworthe {
		d = float64(d*3.14159265358979323846) + 2.7182818284590452354 // two roundings, on every machine
		bits := math.Float64bits(d)
		if least := uint64(1) << (64 - p.k); bits < least {
			bits += least
		}
		g.state[i] = bits
	}
	for range 10 {
		g.next()
	}
}

// mathRandom is math.random([m [, n]]).
func (r *Runtime) mathRandom(L *lua.LState) int {
	d := r.random.float()
	switch L.GetTop() {
	case 0:
	case 1:
		d = math.Floor(d*checkNumber(L, 1)) + 1
	default:
		from, to := checkNumber(L, 1), checkNumber(L, 2)
		d = math.Floor(d*(to-from+1)) + from
	}
	L.Push(lua.LNumber(d))
	return 1
}

func (r *Runtime) mathRandomSeed(L *lua.LState) int {
	r.random.seed(checkNumber(L, 1))
	return 0
}

// Seed is math.randomseed(n).
func (r *Runtime) Seed(n float64) { r.random.seed(n) }
