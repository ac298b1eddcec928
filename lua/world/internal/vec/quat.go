package vec

import "math"

// Conjugate is the rotation back.
func Conjugate(q [4]float64) [4]float64 { return [4]float64{-q[0], -q[1], -q[2], q[3]} }

// Product is the rotation b, then a.
func Product(a, b [4]float64) [4]float64 {
	return [4]float64{
		a[3]*b[0] + a[0]*b[3] + a[1]*b[2] - a[2]*b[1],
		a[3]*b[1] - a[0]*b[2] + a[1]*b[3] + a[2]*b[0],
		a[3]*b[2] + a[0]*b[1] - a[1]*b[0] + a[2]*b[3],
		a[3]*b[3] - a[0]*b[0] - a[1]*b[1] - a[2]*b[2],
	}
}

// Rotate turns v by q.
func Rotate(q, v [4]float64) [4]float64 {
	r := Product(Product(q, [4]float64{v[0], v[1], v[2], 0}), Conjugate(q))
	r[3] = 0
	return r
}

// Normalized has length 1; of no length becomes no rotation.
func Normalized(q [4]float64) [4]float64 {
	length := math.Sqrt(q[0]*q[0] + q[1]*q[1] + q[2]*q[2] + q[3]*q[3])
	if length == 0 {
		return [4]float64{3: 1}
	}
	for n := range q {
		q[n] /= length
	}
	return q
}

// ToEuler gives degrees, turned around y first, then z, then x, as Defold does.
func ToEuler(q [4]float64) [4]float64 {
	x, y, z, w := q[0], q[1], q[2], q[3]
	const degrees = 180 / math.Pi
	if x == 0 && y == 0 { // around z alone, which may turn further than a half
		return [4]float64{2: 2 * math.Atan2(z, w) * degrees}
	}
	test := x*y + z*w
	if limit := 0.499 * (x*x + y*y + z*z + w*w); math.Abs(test) > limit {
		sign := math.Copysign(1, test)
		return [4]float64{0, sign * 2 * math.Atan2(x, w) * degrees, sign * 90}
	}
	return [4]float64{
		math.Atan2(2*x*w-2*y*z, w*w-x*x+y*y-z*z) * degrees,
		math.Atan2(2*y*w-2*x*z, w*w+x*x-y*y-z*z) * degrees,
		math.Asin(2*test/(x*x+y*y+z*z+w*w)) * degrees,
	}
}

// FromEuler is ToEuler's way back.
func FromEuler(degrees [4]float64) [4]float64 {
	half := math.Pi / 360
	turn := func(n int) [4]float64 {
		var q [4]float64
		q[n], q[3] = math.Sin(degrees[n]*half), math.Cos(degrees[n]*half)
		return q
	}
	return Product(Product(turn(1), turn(2)), turn(0))
}
