package vmath

import "math"

// Mul changes by n, then by m.
func (m *Matrix4) Mul(n *Matrix4) Matrix4 {
	var r Matrix4
	for column := range r {
		r[column] = m.Transform(n[column])
	}
	return r
}

// Transform is m times v.
func (m *Matrix4) Transform(v Vector4) (r Vector4) {
	for column := range m {
		for row := range r {
			r[row] += m[column][row] * v[column]
		}
	}
	return r
}

// Matrix is q's rotation. Of a q that is not of length 1 it is what the same
// sums give, as in Defold.
func (q Quat) Matrix() Matrix4 {
	x, y, z, w := q[0], q[1], q[2], q[3]
	return Matrix4{
		{1 - 2*(y*y+z*z), 2 * (x*y + z*w), 2 * (x*z - y*w), 0},
		{2 * (x*y - z*w), 1 - 2*(x*x+z*z), 2 * (y*z + x*w), 0},
		{2 * (x*z + y*w), 2 * (y*z - x*w), 1 - 2*(x*x+y*y), 0},
		{0, 0, 0, 1},
	}
}

// Compose scales, then turns, then moves.
func Compose(translation Vector3, rotation Quat, size Vector3) Matrix4 {
	m := rotation.Matrix()
	for axis, s := range size {
		for row := range 3 {
			m[axis][row] *= s
		}
	}
	copy(m[3][:], translation[:])
	return m
}

// rotation turns around one axis.
func rotation(axis int, angle float32) Matrix4 {
	s, c := sincos(angle)
	m := IdentityMatrix()
	i, j := (axis+1)%3, (axis+2)%3
	m[i][i], m[i][j] = c, s
	m[j][i], m[j][j] = -s, c
	return m
}

// axisAngle turns around a unit vector.
func axisAngle(axis *Vector3, angle float32) Matrix4 {
	s, c := sincos(angle)
	x, y, z, u := axis[0], axis[1], axis[2], 1-c
	return Matrix4{
		{x*x*u + c, x*y*u + z*s, x*z*u - y*s, 0},
		{x*y*u - z*s, y*y*u + c, y*z*u + x*s, 0},
		{x*z*u + y*s, y*z*u - x*s, z*z*u + c, 0},
		{0, 0, 0, 1},
	}
}

func frustum(left, right, bottom, top, near, far float32) Matrix4 {
	return Matrix4{
		{2 * near / (right - left), 0, 0, 0},
		{0, 2 * near / (top - bottom), 0, 0},
		{(right + left) / (right - left), (top + bottom) / (top - bottom), (near + far) / (near - far), -1},
		{0, 0, 2 * near * far / (near - far), 0},
	}
}

func orthographic(left, right, bottom, top, near, far float32) Matrix4 {
	return Matrix4{
		{2 / (right - left), 0, 0, 0},
		{0, 2 / (top - bottom), 0, 0},
		{0, 0, 2 / (near - far), 0},
		{(left + right) / (left - right), (bottom + top) / (bottom - top), (near + far) / (near - far), 1},
	}
}

func perspective(fov, aspect, near, far float32) Matrix4 {
	f := float32(1 / math.Tan(float64(fov)/2))
	return Matrix4{
		{f / aspect, 0, 0, 0},
		{0, f, 0, 0},
		{0, 0, (near + far) / (near - far), -1},
		{0, 0, 2 * near * far / (near - far), 0},
	}
}

// lookAt is the world as seen from eye.
func lookAt(eye, at, up *Vector3) Matrix4 {
	unit := func(v tuple) *Vector3 { return scale(v, 1/length(v)).(*Vector3) }
	z := unit(combine(eye, at, func(a, b float32) float32 { return a - b }))
	right := cross(unit(up), z)
	x := unit(&right)
	y := cross(z, x)
	camera := IdentityMatrix()
	for axis, v := range []*Vector3{x, &y, z, eye} {
		copy(camera[axis][:], v[:])
	}
	return camera.OrthoInverse()
}

// OrthoInverse undoes a rotation and a translation.
func (m *Matrix4) OrthoInverse() Matrix4 {
	r := IdentityMatrix()
	for i := range 3 {
		for j := range 3 {
			r[i][j] = m[j][i]
		}
	}
	for row := range 3 {
		for column := range 3 {
			r[3][row] -= r[column][row] * m[3][column]
		}
	}
	return r
}

// Inverse undoes m: Gauss and Jordan's, with the largest pivot. One that can't
// be undone gives infinities, as a division by its determinant does.
func (m *Matrix4) Inverse() Matrix4 {
	var a [4][8]float64 // rows of m, and of what becomes the inverse
	for row := range 4 {
		for column := range 4 {
			a[row][column] = float64(m[column][row])
		}
		a[row][4+row] = 1
	}
	for i := range 4 {
		pivot := i
		for row := i + 1; row < 4; row++ {
			if math.Abs(a[row][i]) > math.Abs(a[pivot][i]) {
				pivot = row
			}
		}
		a[i], a[pivot] = a[pivot], a[i]
		divisor := a[i][i]
		for column := range 8 {
			a[i][column] /= divisor
		}
		for row := range 4 {
			if row == i {
				continue
			}
			factor := a[row][i]
			for column := range 8 {
				a[row][column] -= factor * a[i][column]
			}
		}
	}
	var r Matrix4
	for row := range 4 {
		for column := range 4 {
			r[column][row] = float32(a[row][4+column])
		}
	}
	return r
}

// rows are m's numbers, row by row, as they are printed.
func (m *Matrix4) rows() []float32 {
	numbers := make([]float32, 0, 16)
	for row := range 4 {
		for column := range 4 {
			numbers = append(numbers, m[column][row])
		}
	}
	return numbers
}
