package luajit

import (
	"math"
	"math/bits"

	lua "github.com/yuin/gopher-lua"
)

func (r *Runtime) openBit() error {
	shift := func(fn func(a uint32, n uint) uint32) lua.LGFunction {
		return func(L *lua.LState) int {
			a, n := checkBits(L, 1), checkBits(L, 2)
			return pushBits(L, fn(a, uint(n&31)))
		}
	}
	fold := func(fn func(a, b uint32) uint32) lua.LGFunction {
		return func(L *lua.LState) int {
			a := checkBits(L, 1)
			for i := 2; i <= L.GetTop(); i++ {
				a = fn(a, checkBits(L, i))
			}
			return pushBits(L, a)
		}
	}
	r.newLibrary("bit", map[string]lua.LGFunction{
		"arshift": shift(func(a uint32, n uint) uint32 { return uint32(int32(a) >> n) }),
		"band":    fold(func(a, b uint32) uint32 { return a & b }),
		"bnot":    func(L *lua.LState) int { return pushBits(L, ^checkBits(L, 1)) },
		"bor":     fold(func(a, b uint32) uint32 { return a | b }),
		"bswap":   func(L *lua.LState) int { return pushBits(L, bits.ReverseBytes32(checkBits(L, 1))) },
		"bxor":    fold(func(a, b uint32) uint32 { return a ^ b }),
		"lshift":  shift(func(a uint32, n uint) uint32 { return a << n }),
		"rol":     shift(func(a uint32, n uint) uint32 { return bits.RotateLeft32(a, int(n)) }),
		"ror":     shift(func(a uint32, n uint) uint32 { return bits.RotateLeft32(a, -int(n)) }),
		"rshift":  shift(func(a uint32, n uint) uint32 { return a >> n }),
		"tobit":   func(L *lua.LState) int { return pushBits(L, checkBits(L, 1)) },
		"tohex":   bitToHex,
	})
	return nil
}

// checkBits is a number modulo 2^32, rounded as BitOp rounds.
func checkBits(L *lua.LState, n int) uint32 {
	v, ok := L.Get(n).(lua.LNumber)
	number := float64(v)
	if !ok {
		number = checkNumber(L, n)
	}
	if i := int32(number); float64(i) == number {
		return uint32(i)
	}
	// Adding 1.5*2^52 leaves the integer in the lowest bits.
	return uint32(math.Float64bits(number + 6755399441055744))
}

func pushBits(L *lua.LState, v uint32) int {
	L.Push(lua.LNumber(int32(v)))
	return 1
}

// bitToHex is bit.tohex(x [, n]): n digits, in capitals for a negative n.
func bitToHex(L *lua.LState) int {
	v, n := checkBits(L, 1), 8
	if L.Get(2) != lua.LNil {
		n = int(int32(checkBits(L, 2)))
	}
	digits := "0123456789abcdef"
	if n < 0 {
		n, digits = -n, "0123456789ABCDEF"
	}
	if n > 254 || n < 0 {
		n = 254
	}
	text := make([]byte, n)
	for i := n - 1; i >= 0; i-- {
		text[i] = digits[v&15]
		v >>= 4
	}
	L.Push(lua.LString(text))
	return 1
}
