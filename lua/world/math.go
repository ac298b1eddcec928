package world

import (
	"github.com/tickwire/tickwire/lua/project"
	"github.com/tickwire/tickwire/lua/world/internal/vec"
)

// place is where an object is: relative to its parent, or in the world.
type place struct {
	position, rotation, scale project.Vector
}

// under is the place of p, which is relative to outer, in outer's space. Unless
// alongZ, a z stays as it is whatever outer's scale.
func (p place) under(outer place, alongZ bool) place {
	scale := outer.scale
	if !alongZ {
		scale[2] = 1
	}
	at := vec.Rotate(outer.rotation, multiply(scale, p.position))
	for n := range 3 {
		at[n] += outer.position[n]
	}
	return place{at, vec.Product(outer.rotation, p.rotation), multiply(outer.scale, p.scale)}
}

// within is the place relative to outer that under would make p of.
func (p place) within(outer place, alongZ bool) place {
	scale := outer.scale
	if !alongZ {
		scale[2] = 1
	}
	back := vec.Conjugate(outer.rotation)
	var away project.Vector
	for n := range 3 {
		away[n] = p.position[n] - outer.position[n]
	}
	return place{divide(vec.Rotate(back, away), scale), vec.Product(back, p.rotation), divide(p.scale, outer.scale)}
}

func multiply(a, b project.Vector) project.Vector {
	return project.Vector{a[0] * b[0], a[1] * b[1], a[2] * b[2]}
}

// divide makes 0 of what is divided by 0: a scale of 0 has no way back.
func divide(a, b project.Vector) (q project.Vector) {
	for n := range 3 {
		if b[n] != 0 {
			q[n] = a[n] / b[n]
		}
	}
	return q
}

// matrix is the place as rows of a matrix.
func (p place) matrix() (m [4][4]float64) {
	for column := range 3 {
		var axis project.Vector
		axis[column] = p.scale[column]
		axis = vec.Rotate(p.rotation, axis)
		for row := range 3 {
			m[row][column] = axis[row]
		}
	}
	for row := range 3 {
		m[row][3] = p.position[row]
	}
	m[3][3] = 1
	return m
}
