// Package vmath is Defold's module vmath for gopher-lua: vectors, quaternions
// and matrices of 32-bit floats, with their operators.
//
// A script's values are userdata that hold a *[Vector3], *[Vector4], *[Quat],
// *[Matrix4] or *[Vector]; a host makes them with a [Library] and may read and
// change what they point to.
//
// Differs from Defold: an argument of the wrong type is named in the error, by
// its place and its type. A name that is no component raises, also one that
// only begins as a component does.
package vmath
