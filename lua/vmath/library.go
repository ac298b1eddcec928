package vmath

import (
	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/lua/internal/arg"
)

// Library is the module of one Lua state. It belongs to the goroutine that runs
// the state.
type Library struct {
	L     *lua.LState
	metas map[string]*lua.LTable // by the type's name, made when one is needed
}

// Open makes vmath a global and what require "vmath" returns.
func Open(L *lua.LState) *Library {
	l := &Library{L: L, metas: make(map[string]*lua.LTable)}
	arg.NewModules(L).Functions("vmath", l.functions)
	return l
}

// NewVector3 is a script's value.
func (l *Library) NewVector3(v Vector3) *lua.LUserData { return l.wrap("vector3", &v) }

// NewVector4 is a script's value.
func (l *Library) NewVector4(v Vector4) *lua.LUserData { return l.wrap("vector4", &v) }

// NewQuat is a script's value.
func (l *Library) NewQuat(q Quat) *lua.LUserData { return l.wrap("quat", &q) }

// NewMatrix4 is a script's value.
func (l *Library) NewMatrix4(m Matrix4) *lua.LUserData { return l.wrap("matrix4", &m) }

// NewVector is a script's value.
func (l *Library) NewVector(v Vector) *lua.LUserData { return l.wrap("vector", &v) }

func (l *Library) newTuple(t tuple) *lua.LUserData { return l.wrap(t.LuaType(), t) }

// Copy is a new value that equals v, which is one of this package's; else ok is
// false.
func (l *Library) Copy(v lua.LValue) (copied *lua.LUserData, ok bool) {
	if t, ok := toTuple(v); ok {
		return l.newTuple(change(t, func(x float32) float32 { return x })), true
	}
	if m, ok := To[Matrix4](v); ok {
		return l.NewMatrix4(*m), true
	}
	if list, ok := To[Vector](v); ok {
		return l.NewVector(append(Vector(nil), *list...)), true
	}
	return nil, false
}

func (l *Library) wrap(kind string, value any) *lua.LUserData {
	meta := l.metas[kind]
	if meta == nil {
		meta = l.L.CreateTable(0, 10)
		arg.Fill(l.L, meta, l.operators(kind))
		l.metas[kind] = meta
	}
	return &lua.LUserData{Value: value, Env: l.L.Env, Metatable: meta}
}

// operators are a type's metamethods.
func (l *Library) operators(kind string) map[string]arg.Func {
	switch kind {
	case "vector":
		return map[string]arg.Func{
			"__tostring": vectorString, "__len": vectorLength, "__index": vectorIndex, "__newindex": vectorNewIndex,
		}
	case "matrix4":
		return map[string]arg.Func{
			"__tostring": matrixString, "__concat": concat, "__index": l.matrixIndex, "__newindex": matrixNewIndex,
			"__mul": l.matrixMul, "__eq": matrixEqual,
		}
	case "quat":
		return map[string]arg.Func{
			"__tostring": tupleString, "__concat": concat, "__index": tupleIndex, "__newindex": tupleNewIndex,
			"__mul": l.quatMul, "__eq": tupleEqual,
		}
	}
	return map[string]arg.Func{
		"__tostring": tupleString, "__concat": concat, "__index": tupleIndex, "__newindex": tupleNewIndex,
		"__add": l.pairwise(func(a, b float32) float32 { return a + b }),
		"__sub": l.pairwise(func(a, b float32) float32 { return a - b }),
		"__mul": l.tupleMul, "__div": l.tupleDiv, "__unm": l.tupleMinus, "__eq": tupleEqual,
	}
}

// pairwise is an operator of two vectors of the same type.
func (l *Library) pairwise(f func(a, b float32) float32) arg.Func {
	return func(c arg.Call) int {
		a := vectorAt(c, 1)
		return c.Return(l.newTuple(combine(a, sameAt(c, 2, a), f)))
	}
}

// tupleMul is a vector times a number, in either order.
func (l *Library) tupleMul(c arg.Call) int {
	if t, ok := toTuple(c.Get(1)); ok {
		return c.Return(l.newTuple(scale(t, float(c, 2))))
	}
	s := float(c, 1)
	return c.Return(l.newTuple(scale(vectorAt(c, 2), s)))
}

func (l *Library) tupleDiv(c arg.Call) int {
	t, s := vectorAt(c, 1), float(c, 2)
	return c.Return(l.newTuple(change(t, func(x float32) float32 { return x / s })))
}

func (l *Library) tupleMinus(c arg.Call) int {
	return c.Return(l.newTuple(change(vectorAt(c, 1), func(x float32) float32 { return -x })))
}

func (l *Library) quatMul(c arg.Call) int {
	q, r := at[Quat](c, 1, "quat"), at[Quat](c, 2, "quat")
	return c.Return(l.NewQuat(q.Mul(*r)))
}

// matrixMul is a matrix times a matrix, a vector4 or a number, or a number times
// a matrix.
func (l *Library) matrixMul(c arg.Call) int {
	if _, ok := c.Get(1).(lua.LNumber); ok {
		return c.Return(l.NewMatrix4(at[Matrix4](c, 2, "matrix4").scaled(float(c, 1))))
	}
	m := at[Matrix4](c, 1, "matrix4")
	if n, ok := To[Matrix4](c.Get(2)); ok {
		return c.Return(l.NewMatrix4(m.Mul(n)))
	}
	if v, ok := To[Vector4](c.Get(2)); ok {
		return c.Return(l.NewVector4(m.Transform(*v)))
	}
	if _, ok := c.Get(2).(lua.LNumber); !ok {
		c.Expected(2, "matrix4, vector4 or number")
	}
	return c.Return(l.NewMatrix4(m.scaled(float(c, 2))))
}

func (m *Matrix4) scaled(s float32) (r Matrix4) {
	for i := range m {
		for j := range m[i] {
			r[i][j] = m[i][j] * s
		}
	}
	return r
}

func tupleEqual(c arg.Call) int {
	a, isA := toTuple(c.Get(1))
	b, isB := toTuple(c.Get(2))
	same := isA && isB && a.LuaType() == b.LuaType()
	if same {
		for i, x := range a.components() {
			same = same && x == b.components()[i]
		}
	}
	return c.Return(lua.LBool(same))
}

func matrixEqual(c arg.Call) int {
	a, isA := To[Matrix4](c.Get(1))
	b, isB := To[Matrix4](c.Get(2))
	return c.Return(lua.LBool(isA && isB && *a == *b))
}

func tupleString(c arg.Call) int {
	t, ok := toTuple(c.Get(1))
	if !ok {
		c.Expected(1, "vector3, vector4 or quat")
	}
	return c.Return(lua.LString(text(t.LuaType(), t.components(), short)))
}

func matrixString(c arg.Call) int {
	return c.Return(lua.LString(text("matrix4", at[Matrix4](c, 1, "matrix4").rows(), short)))
}

// concat is text .. value, or value .. text.
func concat(c arg.Call) int {
	var joined string
	for n := 1; n <= 2; n++ {
		if t, ok := toTuple(c.Get(n)); ok {
			joined += text(t.LuaType(), t.components(), fixed)
		} else if m, ok := To[Matrix4](c.Get(n)); ok {
			joined += text("matrix4", m.rows(), fixed)
		} else if v := c.ToStringMeta(c.Get(n)); lua.LVCanConvToString(c.Get(n)) || c.Get(n).Type() == lua.LTUserData {
			joined += v.String()
		} else {
			c.Expected(n, "string")
		}
	}
	return c.Return(lua.LString(joined))
}

// component finds what t.x is; it raises for another name.
func component(c arg.Call) *float32 {
	t, ok := toTuple(c.Get(1))
	if !ok {
		c.Expected(1, "vector3, vector4 or quat")
	}
	components := t.components()
	if name, ok := c.Get(2).(lua.LString); ok && len(name) == 1 {
		for i := range components {
			if "xyzw"[i] == name[0] {
				return &components[i]
			}
		}
	}
	names := "x, y, z, w"[:3*len(components)-2]
	c.RaiseError("vmath.%s only has fields %s, not '%s'", t.LuaType(), names, c.Get(2).String())
	return nil
}

func tupleIndex(c arg.Call) int { return c.Return(lua.LNumber(*component(c))) }

func tupleNewIndex(c arg.Call) int {
	place := component(c)
	*place = float(c, 3)
	return 0
}

// element finds what m.m01 is; nil for another name.
func (m *Matrix4) element(key string) *float32 {
	if len(key) == 3 && key[0] == 'm' && key[1] >= '0' && key[1] <= '3' && key[2] >= '0' && key[2] <= '3' {
		return &m[key[2]-'0'][key[1]-'0']
	}
	return nil
}

// column finds what m.c0 is; nil for another name.
func (m *Matrix4) column(key string) *Vector4 {
	if len(key) == 2 && key[0] == 'c' && key[1] >= '0' && key[1] <= '3' {
		return &m[key[1]-'0']
	}
	return nil
}

func noElement(c arg.Call) {
	c.RaiseError("vmath.matrix4 only has fields c0 to c3 and m00 to m33, not '%s'", c.Get(2).String())
}

func (l *Library) matrixIndex(c arg.Call) int {
	m, key := at[Matrix4](c, 1, "matrix4"), c.Get(2).String()
	if x := m.element(key); x != nil {
		return c.Return(lua.LNumber(*x))
	}
	column := m.column(key)
	if column == nil {
		noElement(c)
	}
	return c.Return(l.NewVector4(*column))
}

func matrixNewIndex(c arg.Call) int {
	m, key := at[Matrix4](c, 1, "matrix4"), c.Get(2).String()
	if x := m.element(key); x != nil {
		*x = float(c, 3)
		return 0
	}
	column := m.column(key)
	if column == nil {
		noElement(c)
	}
	*column = *at[Vector4](c, 3, "vector4")
	return 0
}

func vectorString(c arg.Call) int {
	c.Push(lua.LString("vmath.vector (size: " + lua.LNumber(len(*at[Vector](c, 1, "vector"))).String() + ")"))
	return 1
}

func vectorLength(c arg.Call) int { return c.Return(lua.LNumber(len(*at[Vector](c, 1, "vector")))) }

// entry finds what v[1] is; it raises for another index.
func entry(c arg.Call) *float32 {
	v := *at[Vector](c, 1, "vector")
	i, ok := c.Get(2).(lua.LNumber)
	if !ok || i < 1 || int(i) > len(v) {
		if len(v) == 0 {
			c.RaiseError("vmath.vector has no addressable indices, size is 0")
		}
		c.RaiseError("vmath.vector only has valid indices between 1 and %d, not '%s'", len(v), c.Get(2).String())
	}
	return &v[int(i)-1]
}

func vectorIndex(c arg.Call) int { return c.Return(lua.LNumber(*entry(c))) }

func vectorNewIndex(c arg.Call) int {
	place := entry(c)
	*place = float(c, 3)
	return 0
}

// at is argument n, which must be a T, called kind.
func at[T Vector3 | Vector4 | Quat | Matrix4 | Vector](c arg.Call, n int, kind string) *T {
	v, ok := To[T](c.Get(n))
	if !ok {
		c.Expected(n, kind)
	}
	return v
}

// vectorAt is argument n, a vector3 or vector4.
func vectorAt(c arg.Call, n int) tuple {
	t := tupleAt(c, n, "vector3 or vector4")
	if _, isQuat := t.(*Quat); isQuat {
		c.Expected(n, "vector3 or vector4")
	}
	return t
}

// tupleAt is argument n, a vector3, vector4 or quat.
func tupleAt(c arg.Call, n int, want string) tuple {
	t, ok := toTuple(c.Get(n))
	if !ok {
		c.Expected(n, want)
	}
	return t
}

// sameAt is argument n, of a's type.
func sameAt(c arg.Call, n int, a tuple) tuple {
	t, ok := toTuple(c.Get(n))
	if !ok || t.LuaType() != a.LuaType() {
		c.Expected(n, a.LuaType())
	}
	return t
}

// float is argument n, a number.
func float(c arg.Call, n int) float32 { return float32(c.Number(n)) }
