package tween

import "math"

// Curve gives the way done, 0 to 1, at a part of the time, 0 to 1. It may
// overshoot.
type Curve func(t float64) float64

// shapes are the curves that start slowly, in the order of Defold's constants,
// each with the name that its four constants share.
var shapes = []struct {
	name string
	in   Curve
}{
	{"QUAD", func(t float64) float64 { return t * t }},
	{"CUBIC", func(t float64) float64 { return t * t * t }},
	{"QUART", func(t float64) float64 { return t * t * t * t }},
	{"QUINT", func(t float64) float64 { return t * t * t * t * t }},
	{"SINE", func(t float64) float64 { return 1 - math.Cos(t*math.Pi/2) }},
	{"EXPO", expo},
	{"CIRC", func(t float64) float64 { return 1 - math.Sqrt(1-t*t) }},
	{"ELASTIC", elastic},
	{"BACK", func(t float64) float64 { return t * t * (2.70158*t - 1.70158) }},
	{"BOUNCE", func(t float64) float64 { return 1 - bounce(1-t) }},
}

func expo(t float64) float64 {
	if t == 0 {
		return 0
	}
	return math.Pow(2, 10*(t-1))
}

func elastic(t float64) float64 {
	if t == 0 || t == 1 {
		return t
	}
	const period = 0.3
	return -math.Pow(2, 10*(t-1)) * math.Sin((t-1-period/4)*2*math.Pi/period)
}

// bounce ends in smaller and smaller jumps.
func bounce(t float64) float64 {
	const n = 7.5625
	switch {
	case t < 1/2.75:
		return n * t * t
	case t < 2/2.75:
		t -= 1.5 / 2.75
		return n*t*t + 0.75
	case t < 2.5/2.75:
		t -= 2.25 / 2.75
		return n*t*t + 0.9375
	}
	t -= 2.625 / 2.75
	return n*t*t + 0.984375
}

// Named is an easing and the end of its constant's name.
type Named struct {
	Name  string // "LINEAR", "INQUAD", "OUTQUAD" …
	Curve Curve
}

// easings are built once: a thousand engines share them.
var easings = build()

// Easings are all of them; the index is the constant's value. They are shared: not
// to be changed.
func Easings() []Named { return easings }

func build() []Named {
	all := []Named{{"LINEAR", func(t float64) float64 { return t }}}
	for _, s := range shapes {
		in := s.in
		out := func(t float64) float64 { return 1 - in(1-t) }
		all = append(all,
			Named{"IN" + s.name, in},
			Named{"OUT" + s.name, out},
			Named{"INOUT" + s.name, halves(in, out)},
			Named{"OUTIN" + s.name, halves(out, in)},
		)
	}
	return all
}

// halves follows first to the middle and then second.
func halves(first, second Curve) Curve {
	return func(t float64) float64 {
		if t < 0.5 {
			return first(2*t) / 2
		}
		return 0.5 + second(2*t-1)/2
	}
}

// Sampled is the curve through values that stand in equal distances.
func Sampled(values []float64) Curve {
	return func(t float64) float64 {
		switch len(values) {
		case 0:
			return t
		case 1:
			return values[0]
		}
		at := t * float64(len(values)-1)
		n := min(max(int(at), 0), len(values)-2)
		return values[n] + (values[n+1]-values[n])*(at-float64(n))
	}
}
