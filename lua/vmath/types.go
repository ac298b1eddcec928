package vmath

import (
	"math"
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// The types, 32-bit floats as in Defold: a vector's are x, y, z and w, a
// matrix's its columns.
type (
	Vector3 [3]float32
	Vector4 [4]float32
	Quat    [4]float32
	Matrix4 [4]Vector4
	Vector  []float32
)

// Identity is the rotation that turns nothing.
func Identity() Quat { return Quat{0, 0, 0, 1} }

// IdentityMatrix changes nothing.
func IdentityMatrix() Matrix4 { return Matrix4{{1, 0, 0, 0}, {0, 1, 0, 0}, {0, 0, 1, 0}, {0, 0, 0, 1}} }

// LuaType is what errors call the type.
func (*Vector3) LuaType() string { return "vector3" }

// LuaType is what errors call the type.
func (*Vector4) LuaType() string { return "vector4" }

// LuaType is what errors call the type.
func (*Quat) LuaType() string { return "quat" }

// LuaType is what errors call the type.
func (*Matrix4) LuaType() string { return "matrix4" }

// LuaType is what errors call the type.
func (*Vector) LuaType() string { return "vector" }

// To gives what a script's value points to: To[vmath.Vector3](v).
func To[T Vector3 | Vector4 | Quat | Matrix4 | Vector](v lua.LValue) (*T, bool) {
	data, ok := v.(*lua.LUserData)
	if !ok {
		return nil, false
	}
	value, ok := data.Value.(*T)
	return value, ok
}

// tuple is a value whose components are x, y, z and w.
type tuple interface {
	LuaType() string
	components() []float32
	zero() tuple // a new one
}

func (v *Vector3) components() []float32 { return v[:] }
func (v *Vector4) components() []float32 { return v[:] }
func (q *Quat) components() []float32    { return q[:] }

func (*Vector3) zero() tuple { return new(Vector3) }
func (*Vector4) zero() tuple { return new(Vector4) }
func (*Quat) zero() tuple    { return new(Quat) }

// toTuple gives a script's vector3, vector4 or quat.
func toTuple(v lua.LValue) (tuple, bool) {
	data, ok := v.(*lua.LUserData)
	if !ok {
		return nil, false
	}
	t, ok := data.Value.(tuple)
	return t, ok
}

// combine makes a new tuple of a's type, component by component.
func combine(a, b tuple, f func(a, b float32) float32) tuple {
	made := a.zero()
	result, x, y := made.components(), a.components(), b.components()
	for i := range result {
		result[i] = f(x[i], y[i])
	}
	return made
}

// change makes a new tuple of a's type, component by component.
func change(a tuple, f func(float32) float32) tuple {
	return combine(a, a, func(x, _ float32) float32 { return f(x) })
}

func scale(a tuple, s float32) tuple { return change(a, func(x float32) float32 { return x * s }) }

func dot(a, b tuple) float32 {
	var sum float32
	for i, y := range b.components() {
		sum += a.components()[i] * y
	}
	return sum
}

func length(a tuple) float32 { return sqrt(dot(a, a)) }

func lerp(t float32, a, b tuple) tuple {
	return combine(a, b, func(x, y float32) float32 { return x + t*(y-x) })
}

// almost is where sin(angle) is too near to 0 to divide by it.
const almost = 0.999

// slerp goes along the sphere; quaternions take the shorter way.
func slerp(t float32, a, b tuple) tuple {
	x, y := float32(1), float32(1)
	if _, isQuat := a.(*Quat); !isQuat { // the direction turns, the length follows
		x, y = length(a), length(b)
	}
	cos := dot(a, b) / (x * y)
	from := a
	if _, isQuat := a.(*Quat); isQuat && cos < 0 {
		cos, from = -cos, scale(a, -1)
	}
	s0, s1 := 1-t, t
	if cos < almost {
		angle := math.Acos(float64(max(cos, -1)))
		sin := math.Sin(angle)
		s0, s1 = float32(math.Sin(float64(1-t)*angle)/sin), float32(math.Sin(float64(t)*angle)/sin)
	}
	l := x + t*(y-x)
	return combine(from, b, func(p, q float32) float32 { return p/x*l*s0 + q/y*l*s1 })
}

func sqrt(x float32) float32 { return float32(math.Sqrt(float64(x))) }

func sincos(angle float32) (sin, cos float32) {
	s, c := math.Sincos(float64(angle))
	return float32(s), float32(c)
}

func cross(a, b *Vector3) Vector3 {
	return Vector3{a[1]*b[2] - a[2]*b[1], a[2]*b[0] - a[0]*b[2], a[0]*b[1] - a[1]*b[0]}
}

// text is "vmath.vector3(1, 2, 3)", each number by format.
func text(name string, components []float32, format func(float32) string) string {
	numbers := make([]string, len(components))
	for i, x := range components {
		numbers[i] = format(x)
	}
	return "vmath." + name + "(" + strings.Join(numbers, ", ") + ")"
}

// short is C's %.14g, as Lua prints numbers.
func short(x float32) string {
	switch f := float64(x); {
	case math.IsInf(f, 1):
		return "inf"
	case math.IsInf(f, -1):
		return "-inf"
	case math.IsNaN(f):
		return "nan"
	default:
		return strconv.FormatFloat(f, 'g', 14, 64)
	}
}

// fixed is C's %f, which Defold has for "text" .. value.
func fixed(x float32) string { return strconv.FormatFloat(float64(x), 'f', 6, 32) }
