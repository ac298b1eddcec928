package vmath

import (
	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/lua/internal/arg"
)

// functions is the module.
func (l *Library) functions() map[string]arg.Func {
	return map[string]arg.Func{
		"vector": l.vector, "vector3": l.vector3, "vector4": l.vector4, "quat": l.quat, "matrix4": l.matrix4,

		"clamp": l.clamp, "conj": l.conj, "cross": l.cross, "dot": l.dot, "inv": l.inv, "length": l.length,
		"length_sqr": l.lengthSqr, "lerp": l.lerp, "mul_per_elem": l.mulPerElem, "normalize": l.normalize,
		"ortho_inv": l.orthoInv, "project": l.project, "rotate": l.rotate, "slerp": l.slerp,

		"quat_from_to": l.quatFromTo, "quat_axis_angle": l.quatAxisAngle, "quat_basis": l.quatBasis,
		"quat_matrix4": l.quatMatrix, "quat_to_euler": l.quatToEuler, "euler_to_quat": l.eulerToQuat,
		"quat_rotation_x": l.quatRotation(0), "quat_rotation_y": l.quatRotation(1), "quat_rotation_z": l.quatRotation(2),

		"matrix4_from_quat": l.matrixQuat, "matrix4_quat": l.matrixQuat, "matrix4_axis_angle": l.matrixAxisAngle,
		"matrix4_compose": l.matrixCompose, "matrix4_frustum": l.matrixFrustum, "matrix4_look_at": l.matrixLookAt,
		"matrix4_orthographic": l.matrixOrthographic, "matrix4_perspective": l.matrixPerspective,
		"matrix4_scale": l.matrixScale, "matrix4_translation": l.matrixTranslation,
		"matrix4_rotation_x": l.matrixRotation(0), "matrix4_rotation_y": l.matrixRotation(1), "matrix4_rotation_z": l.matrixRotation(2),
	}
}

// vector is vmath.vector([list]): what is no number in it is 0.
func (l *Library) vector(c arg.Call) int {
	var v Vector
	if c.GetTop() > 0 {
		list := c.Table(1)
		for i := 1; i <= list.Len(); i++ {
			v = append(v, float32(lua.LVAsNumber(list.RawGetInt(i))))
		}
	}
	return c.Return(l.NewVector(v))
}

// construct makes a tuple of nothing, of another one, of a number for each
// component (vectors only), or of all of them.
func (l *Library) construct(c arg.Call, made tuple, splat bool) int {
	components := made.components()
	switch n, isNumber := c.Get(1).(lua.LNumber); {
	case c.GetTop() == 0:
	case c.GetTop() == 1 && isNumber && splat:
		for i := range components {
			components[i] = float32(n)
		}
	case c.GetTop() == 1:
		copy(components, sameAt(c, 1, made).components())
	default:
		for i := range components {
			components[i] = float(c, i+1)
		}
	}
	return c.Return(l.newTuple(made))
}

func (l *Library) vector3(c arg.Call) int { return l.construct(c, new(Vector3), true) }
func (l *Library) vector4(c arg.Call) int { return l.construct(c, new(Vector4), true) }
func (l *Library) quat(c arg.Call) int {
	q := Identity()
	return l.construct(c, &q, false)
}

func (l *Library) matrix4(c arg.Call) int {
	if c.GetTop() == 0 {
		return c.Return(l.NewMatrix4(IdentityMatrix()))
	}
	return c.Return(l.NewMatrix4(*at[Matrix4](c, 1, "matrix4")))
}

// clamp is vmath.clamp(value, min, max): numbers, or vectors, whose bounds may
// be numbers.
func (l *Library) clamp(c arg.Call) int {
	if n, ok := c.Get(1).(lua.LNumber); ok {
		return c.Return(lua.LNumber(min(max(float64(n), c.Number(2)), c.Number(3))))
	}
	t, ok := toTuple(c.Get(1))
	if _, isQuat := t.(*Quat); !ok || isQuat {
		c.Expected(1, "number, vector3 or vector4")
	}
	bound := func(n int) tuple {
		if _, ok := c.Get(n).(lua.LNumber); ok {
			limit := float(c, n)
			return change(t, func(float32) float32 { return limit })
		}
		return sameAt(c, n, t)
	}
	least, most := bound(2), bound(3)
	raised := combine(t, least, func(x, limit float32) float32 { return max(x, limit) })
	return c.Return(l.newTuple(combine(raised, most, func(x, limit float32) float32 { return min(x, limit) })))
}

func (l *Library) conj(c arg.Call) int { return c.Return(l.NewQuat(at[Quat](c, 1, "quat").Conj())) }

func (l *Library) cross(c arg.Call) int {
	return c.Return(l.NewVector3(cross(at[Vector3](c, 1, "vector3"), at[Vector3](c, 2, "vector3"))))
}

func (l *Library) dot(c arg.Call) int {
	a := vectorAt(c, 1)
	return c.Return(lua.LNumber(dot(a, sameAt(c, 2, a))))
}

func (l *Library) inv(c arg.Call) int {
	return c.Return(l.NewMatrix4(at[Matrix4](c, 1, "matrix4").Inverse()))
}

func (l *Library) orthoInv(c arg.Call) int {
	return c.Return(l.NewMatrix4(at[Matrix4](c, 1, "matrix4").OrthoInverse()))
}

const anyTuple = "vector3, vector4 or quat"

func (l *Library) length(c arg.Call) int {
	return c.Return(lua.LNumber(length(tupleAt(c, 1, anyTuple))))
}

func (l *Library) lengthSqr(c arg.Call) int {
	t := tupleAt(c, 1, anyTuple)
	return c.Return(lua.LNumber(dot(t, t)))
}

func (l *Library) normalize(c arg.Call) int {
	t := tupleAt(c, 1, anyTuple)
	return c.Return(l.newTuple(scale(t, 1/length(t))))
}

// lerp is vmath.lerp(t, from, to): numbers, vectors or quats.
func (l *Library) lerp(c arg.Call) int {
	if from, ok := c.Get(2).(lua.LNumber); ok {
		return c.Return(from + lua.LNumber(c.Number(1))*(lua.LNumber(c.Number(3))-from))
	}
	t, a := float(c, 1), tupleAt(c, 2, "number, "+anyTuple)
	return c.Return(l.newTuple(lerp(t, a, sameAt(c, 3, a))))
}

func (l *Library) slerp(c arg.Call) int {
	t, a := float(c, 1), tupleAt(c, 2, anyTuple)
	return c.Return(l.newTuple(slerp(t, a, sameAt(c, 3, a))))
}

func (l *Library) mulPerElem(c arg.Call) int {
	a := vectorAt(c, 1)
	return c.Return(l.newTuple(combine(a, sameAt(c, 2, a), func(x, y float32) float32 { return x * y })))
}

// project is how much of the second vector the first one is, along it.
func (l *Library) project(c arg.Call) int {
	a, b := at[Vector3](c, 1, "vector3"), at[Vector3](c, 2, "vector3")
	squared := dot(b, b)
	if squared == 0 {
		c.Fail(2, "a vector3 with a length expected, it is 0")
	}
	return c.Return(lua.LNumber(dot(a, b) / squared))
}

func (l *Library) rotate(c arg.Call) int {
	q, v := at[Quat](c, 1, "quat"), at[Vector3](c, 2, "vector3")
	return c.Return(l.NewVector3(q.Rotate(*v)))
}

func (l *Library) quatFromTo(c arg.Call) int {
	return c.Return(l.NewQuat(fromTo(at[Vector3](c, 1, "vector3"), at[Vector3](c, 2, "vector3"))))
}

func (l *Library) quatAxisAngle(c arg.Call) int {
	return c.Return(l.NewQuat(AxisAngle(*at[Vector3](c, 1, "vector3"), float(c, 2))))
}

func (l *Library) quatBasis(c arg.Call) int {
	m := IdentityMatrix()
	for i := range 3 {
		copy(m[i][:], at[Vector3](c, i+1, "vector3")[:])
	}
	return c.Return(l.NewQuat(m.ToQuat()))
}

func (l *Library) quatMatrix(c arg.Call) int {
	return c.Return(l.NewQuat(at[Matrix4](c, 1, "matrix4").ToQuat()))
}

func (l *Library) quatRotation(axis int) arg.Func {
	return func(c arg.Call) int {
		var unit Vector3
		unit[axis] = 1
		return c.Return(l.NewQuat(AxisAngle(unit, float(c, 1))))
	}
}

// quatToEuler is vmath.quat_to_euler(q) -> x, y, z in degrees.
func (l *Library) quatToEuler(c arg.Call) int {
	v := at[Quat](c, 1, "quat").ToEuler()
	return c.Return(lua.LNumber(v[0]), lua.LNumber(v[1]), lua.LNumber(v[2]))
}

// eulerToQuat is vmath.euler_to_quat(x, y, z), or of a vector3, in degrees.
func (l *Library) eulerToQuat(c arg.Call) int {
	v, ok := To[Vector3](c.Get(1))
	if !ok {
		if _, isNumber := c.Get(1).(lua.LNumber); !isNumber {
			c.Expected(1, "vector3 or number")
		}
		v = &Vector3{float(c, 1), float(c, 2), float(c, 3)}
	}
	return c.Return(l.NewQuat(EulerToQuat(*v)))
}

func (l *Library) matrixQuat(c arg.Call) int {
	return c.Return(l.NewMatrix4(at[Quat](c, 1, "quat").Matrix()))
}

func (l *Library) matrixAxisAngle(c arg.Call) int {
	return c.Return(l.NewMatrix4(axisAngle(at[Vector3](c, 1, "vector3"), float(c, 2))))
}

func (l *Library) matrixRotation(axis int) arg.Func {
	return func(c arg.Call) int { return c.Return(l.NewMatrix4(rotation(axis, float(c, 1)))) }
}

// matrixCompose is vmath.matrix4_compose(translation, rotation, scale); the
// translation may be a vector4.
func (l *Library) matrixCompose(c arg.Call) int {
	t := position(c, 1)
	q, s := at[Quat](c, 2, "quat"), at[Vector3](c, 3, "vector3")
	return c.Return(l.NewMatrix4(Compose(t, *q, *s)))
}

// position is argument n, a vector3, or a vector4 without its w.
func position(c arg.Call, n int) (v Vector3) {
	copy(v[:], vectorAt(c, n).components())
	return v
}

// numbers are the first count arguments.
func numbers(c arg.Call, count int) (n [6]float32) {
	for i := range count {
		n[i] = float(c, i+1)
	}
	return n
}

func (l *Library) matrixFrustum(c arg.Call) int {
	n := numbers(c, 6)
	return c.Return(l.NewMatrix4(frustum(n[0], n[1], n[2], n[3], n[4], n[5])))
}

func (l *Library) matrixOrthographic(c arg.Call) int {
	n := numbers(c, 6)
	return c.Return(l.NewMatrix4(orthographic(n[0], n[1], n[2], n[3], n[4], n[5])))
}

func (l *Library) matrixPerspective(c arg.Call) int {
	n := numbers(c, 4)
	return c.Return(l.NewMatrix4(perspective(n[0], n[1], n[2], n[3])))
}

func (l *Library) matrixLookAt(c arg.Call) int {
	return c.Return(l.NewMatrix4(lookAt(at[Vector3](c, 1, "vector3"), at[Vector3](c, 2, "vector3"), at[Vector3](c, 3, "vector3"))))
}

// matrixScale is vmath.matrix4_scale of a vector3, of a number, or of three.
func (l *Library) matrixScale(c arg.Call) int {
	var s Vector3
	switch v, ok := To[Vector3](c.Get(1)); {
	case ok:
		s = *v
	case c.GetTop() == 1:
		if _, isNumber := c.Get(1).(lua.LNumber); !isNumber {
			c.Expected(1, "vector3 or number")
		}
		s = Vector3{float(c, 1), float(c, 1), float(c, 1)}
	default:
		s = Vector3{float(c, 1), float(c, 2), float(c, 3)}
	}
	return c.Return(l.NewMatrix4(Compose(Vector3{}, Identity(), s)))
}

func (l *Library) matrixTranslation(c arg.Call) int {
	return c.Return(l.NewMatrix4(Compose(position(c, 1), Identity(), Vector3{1, 1, 1})))
}
