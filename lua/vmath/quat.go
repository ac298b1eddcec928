package vmath

import "math"

// Mul turns by r, then by q.
func (q Quat) Mul(r Quat) Quat {
	return Quat{
		q[3]*r[0] + q[0]*r[3] + q[1]*r[2] - q[2]*r[1],
		q[3]*r[1] + q[1]*r[3] + q[2]*r[0] - q[0]*r[2],
		q[3]*r[2] + q[2]*r[3] + q[0]*r[1] - q[1]*r[0],
		q[3]*r[3] - q[0]*r[0] - q[1]*r[1] - q[2]*r[2],
	}
}

// Conj is the rotation back.
func (q Quat) Conj() Quat { return Quat{-q[0], -q[1], -q[2], q[3]} }

// Rotate turns v.
func (q Quat) Rotate(v Vector3) Vector3 {
	r := q.Mul(Quat{v[0], v[1], v[2], 0}).Mul(q.Conj())
	return Vector3{r[0], r[1], r[2]}
}

// AxisAngle turns around a unit vector, in radians.
func AxisAngle(axis Vector3, angle float32) Quat {
	s, c := sincos(angle / 2)
	return Quat{axis[0] * s, axis[1] * s, axis[2] * s, c}
}

// EulerToQuat turns by degrees around the axes, x first, then z, then y.
func EulerToQuat(degrees Vector3) Quat {
	around := func(axis int) Quat {
		var a Vector3
		a[axis] = 1
		return AxisAngle(a, degrees[axis]*(math.Pi/180))
	}
	return around(1).Mul(around(2)).Mul(around(0))
}

// gimbal is where x and y turn around the same axis: z is within about a degree
// of 90.
const gimbal = 0.4999

// ToEuler is what EulerToQuat makes q of, in degrees.
func (q Quat) ToEuler() Vector3 {
	const degrees = 180 / math.Pi
	x, y, z, w := float64(q[0]), float64(q[1]), float64(q[2]), float64(q[3])
	for axis, others := range [3]bool{y == 0 && z == 0, x == 0 && z == 0, x == 0 && y == 0} {
		if others { // one axis alone: exact, and beyond 90 degrees too
			var v Vector3
			v[axis] = float32(2 * math.Atan2(float64(q[axis]), w) * degrees)
			return v
		}
	}
	switch test := x*y + z*w; {
	case test > gimbal:
		return Vector3{0, float32(2 * math.Atan2(x, w) * degrees), 90}
	case test < -gimbal:
		return Vector3{0, float32(-2 * math.Atan2(x, w) * degrees), -90}
	default:
		return Vector3{
			float32(math.Atan2(2*(x*w-y*z), 1-2*(x*x+z*z)) * degrees),
			float32(math.Atan2(2*(y*w-x*z), 1-2*(y*y+z*z)) * degrees),
			float32(math.Asin(2*test) * degrees),
		}
	}
}

// fromTo turns the unit vector a to b.
func fromTo(a, b *Vector3) Quat {
	s := sqrt(2 * (1 + dot(a, b)))
	c := cross(a, b)
	return Quat{c[0] / s, c[1] / s, c[2] / s, s / 2}
}

// ToQuat is the rotation that m's first three columns are.
func (m *Matrix4) ToQuat() Quat {
	trace := m[0][0] + m[1][1] + m[2][2]
	if trace > 0 {
		s := sqrt(trace+1) * 2
		return Quat{(m[1][2] - m[2][1]) / s, (m[2][0] - m[0][2]) / s, (m[0][1] - m[1][0]) / s, s / 4}
	}
	i := 0 // the largest of the diagonal: no division by what is nearly 0
	if m[1][1] > m[0][0] {
		i = 1
	}
	if m[2][2] > m[i][i] {
		i = 2
	}
	j, k := (i+1)%3, (i+2)%3
	s := sqrt(m[i][i]-m[j][j]-m[k][k]+1) * 2
	var q Quat
	q[i] = s / 4
	q[j] = (m[j][i] + m[i][j]) / s
	q[k] = (m[k][i] + m[i][k]) / s
	q[3] = (m[j][k] - m[k][j]) / s
	return q
}
