package luajit

import (
	"math"

	lua "github.com/yuin/gopher-lua"
)

func (r *Runtime) openMath() error {
	lib, err := r.library("math")
	if err != nil {
		return err
	}
	for name, fn := range map[string]func(float64) float64{
		"abs": math.Abs, "acos": math.Acos, "asin": math.Asin, "atan": math.Atan,
		"ceil": math.Ceil, "cos": math.Cos, "cosh": math.Cosh, "deg": degrees,
		"exp": math.Exp, "floor": math.Floor, "log10": math.Log10, "rad": radians,
		"sin": math.Sin, "sinh": math.Sinh, "sqrt": math.Sqrt, "tan": math.Tan, "tanh": math.Tanh,
	} {
		lib.RawSetString(name, r.L.NewFunction(func(L *lua.LState) int {
			L.Push(lua.LNumber(fn(checkNumber(L, 1))))
			return 1
		}))
	}
	for name, fn := range map[string]func(a, b float64) float64{
		"atan2": math.Atan2, "fmod": math.Mod, "pow": math.Pow,
	} {
		lib.RawSetString(name, r.L.NewFunction(func(L *lua.LState) int {
			L.Push(lua.LNumber(fn(checkNumber(L, 1), checkNumber(L, 2))))
			return 1
		}))
	}
	r.L.SetFuncs(lib, map[string]lua.LGFunction{
		"frexp":      mathFrexp,
		"ldexp":      mathLdexp,
		"log":        mathLog,
		"max":        mathMax,
		"min":        mathMin,
		"modf":       mathModf,
		"random":     r.mathRandom,
		"randomseed": r.mathRandomSeed,
	})
	lib.RawSetString("mod", lua.LNil)
	lib.RawSetString("huge", lua.LNumber(math.Inf(1)))
	return nil
}

func degrees(n float64) float64 { return n * (180 / math.Pi) }
func radians(n float64) float64 { return n * (math.Pi / 180) }

func mathFrexp(L *lua.LState) int {
	fraction, exponent := math.Frexp(checkNumber(L, 1))
	L.Push(lua.LNumber(fraction))
	L.Push(lua.LNumber(exponent))
	return 2
}

func mathLdexp(L *lua.LState) int {
	n, exponent := checkNumber(L, 1), checkInt(L, 2)
	L.Push(lua.LNumber(math.Ldexp(n, max(-1<<20, min(exponent, 1<<20)))))
	return 1
}

// mathLog is math.log(x [, base]).
func mathLog(L *lua.LState) int {
	x := checkNumber(L, 1)
	switch {
	case L.Get(2) == lua.LNil:
		L.Push(lua.LNumber(math.Log(x)))
	default:
		L.Push(lua.LNumber(math.Log2(x) / math.Log2(checkNumber(L, 2))))
	}
	return 1
}

func mathMax(L *lua.LState) int {
	best := checkNumber(L, 1)
	for i := 2; i <= L.GetTop(); i++ {
		if n := checkNumber(L, i); !(best > n) { // as amd64 does where one is no number
			best = n
		}
	}
	L.Push(lua.LNumber(best))
	return 1
}

func mathMin(L *lua.LState) int {
	best := checkNumber(L, 1)
	for i := 2; i <= L.GetTop(); i++ {
		if n := checkNumber(L, i); !(best < n) {
			best = n
		}
	}
	L.Push(lua.LNumber(best))
	return 1
}

func mathModf(L *lua.LState) int {
	n := checkNumber(L, 1)
	whole, fraction := math.Trunc(n), 0.0
	if !math.IsInf(n, 0) {
		fraction = math.Copysign(n-whole, n)
	} else {
		fraction = math.Copysign(0, n)
	}
	L.Push(lua.LNumber(whole))
	L.Push(lua.LNumber(fraction))
	return 2
}
