package tween

import (
	"fmt"
	"math"

	lua "github.com/yuin/gopher-lua"
)

// CheckPlayback reads argument n, one of the PLAYBACK_ constants; it raises for
// others.
func CheckPlayback(L *lua.LState, n int) Playback {
	p, ok := L.Get(n).(lua.LNumber)
	if !ok || p != lua.LNumber(int(p)) || p < 0 || int(p) >= len(Playbacks()) {
		L.ArgError(n, "playback must be one of the constants PLAYBACK_…, got "+L.Get(n).String())
	}
	return Playback(p)
}

// CheckCurve reads argument n, an EASING_ constant or a vmath.vector of samples.
func CheckCurve(L *lua.LState, n int) Curve {
	switch v := L.Get(n).(type) {
	case lua.LNumber:
		if v == lua.LNumber(int(v)) && v >= 0 && int(v) < len(easings) {
			return easings[int(v)].Curve
		}
	case *lua.LUserData, *lua.LTable:
		if samples := readSamples(L, v); len(samples) > 0 {
			return Sampled(samples)
		}
	}
	L.ArgError(n, "easing must be one of the constants EASING_… or a vmath.vector, got "+L.Get(n).String())
	return nil
}

// readSamples reads v[1], v[2] … as far as they are numbers.
func readSamples(L *lua.LState, v lua.LValue) (samples []float64) {
	length := L.ObjLen(v)
	for n := 1; n <= length; n++ {
		sample, ok := L.GetTable(v, lua.LNumber(n)).(lua.LNumber)
		if !ok {
			return nil
		}
		samples = append(samples, float64(sample))
	}
	return samples
}

// CheckSeconds reads argument n, a time of 0 or more.
func CheckSeconds(L *lua.LState, n int, name string) float64 {
	s, ok := L.Get(n).(lua.LNumber)
	if !ok {
		L.ArgError(n, fmt.Sprintf("%s must be a number of seconds, got %s", name, L.Get(n).Type()))
	}
	if s < 0 || math.IsNaN(float64(s)) {
		L.ArgError(n, fmt.Sprintf("%s must be 0 s or more, got %s", name, s))
	}
	return float64(s)
}
