// Package vec reads and makes the values of vmath as numbers of 64 bits: places
// are computed with those.
package vec

import (
	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/lua/internal/arg"
	"github.com/tickwire/tickwire/lua/vmath"
)

// Kind is a type of vmath's.
type Kind int

// The kinds. Other is whatever isn't one of these.
const (
	Other Kind = iota
	Vector3
	Vector4
	Quat
	Matrix4
)

func (k Kind) String() string {
	return [...]string{"value", "vector3", "vector4", "quat", "matrix4"}[k]
}

// Parts is how many numbers a kind has.
func (k Kind) Parts() int { return [...]int{0, 3, 4, 4, 16}[k] }

// Space makes and reads values on one state. It belongs to its goroutine.
type Space struct{ vmath *vmath.Library }

// New is a space of the engine's module.
func New(library *vmath.Library) *Space { return &Space{library} }

// Make is a new value of a kind that has three or four numbers.
func (s *Space) Make(kind Kind, v [4]float64) lua.LValue {
	x, y, z, w := float32(v[0]), float32(v[1]), float32(v[2]), float32(v[3])
	switch kind {
	case Vector3:
		return s.vmath.NewVector3(vmath.Vector3{x, y, z})
	case Vector4:
		return s.vmath.NewVector4(vmath.Vector4{x, y, z, w})
	default:
		return s.vmath.NewQuat(vmath.Quat{x, y, z, w})
	}
}

// Matrix is a new matrix4 of rows.
func (s *Space) Matrix(rows [4][4]float64) lua.LValue {
	var m vmath.Matrix4 // of columns
	for row := range rows {
		for column := range rows[row] {
			m[column][row] = float32(rows[row][column])
		}
	}
	return s.vmath.NewMatrix4(m)
}

// ReadMatrix reads a matrix4's rows.
func (s *Space) ReadMatrix(value lua.LValue) (rows [4][4]float64) {
	if m, ok := vmath.To[vmath.Matrix4](value); ok {
		for column := range m {
			for row := range m[column] {
				rows[row][column] = float64(m[column][row])
			}
		}
	}
	return rows
}

// Kind says which of vmath's types v has.
func (s *Space) Kind(v lua.LValue) Kind {
	kind, _ := s.Read(v)
	return kind
}

// Read reads a vector or quaternion. A vector3's w is 0, as all of a matrix.
func (s *Space) Read(v lua.LValue) (kind Kind, parts [4]float64) {
	ud, ok := v.(*lua.LUserData)
	if !ok {
		return Other, parts
	}
	switch v := ud.Value.(type) {
	case *vmath.Vector3:
		return Vector3, [4]float64{float64(v[0]), float64(v[1]), float64(v[2])}
	case *vmath.Vector4:
		return Vector4, [4]float64{float64(v[0]), float64(v[1]), float64(v[2]), float64(v[3])}
	case *vmath.Quat:
		return Quat, [4]float64{float64(v[0]), float64(v[1]), float64(v[2]), float64(v[3])}
	case *vmath.Matrix4:
		return Matrix4, parts
	}
	return Other, parts
}

// Copy is a value of its own for one of vmath's, and v itself for others.
func (s *Space) Copy(v lua.LValue) lua.LValue {
	if copied, ok := s.vmath.Copy(v); ok {
		return copied
	}
	return v
}

// Check reads argument n, which must be of one of kinds; it raises for others.
func (s *Space) Check(L *lua.LState, n int, kinds ...Kind) (Kind, [4]float64) {
	kind, parts := s.Read(L.Get(n))
	for _, want := range kinds {
		if kind == want {
			return kind, parts
		}
	}
	text := kinds[0].String()
	for _, more := range kinds[1:] {
		text += " or " + more.String()
	}
	L.ArgError(n, text+" expected, got "+arg.TypeName(L.Get(n)))
	return Other, parts
}

// Element is the index of "x" … "w", -1 for others.
func Element(name string) int {
	switch name {
	case "x":
		return 0
	case "y":
		return 1
	case "z":
		return 2
	case "w":
		return 3
	}
	return -1
}
