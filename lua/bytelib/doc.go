// Package bytelib is what Defold's scripts have for bytes, for gopher-lua: the
// modules crypt, zlib, buffer and image.
//
// What inflates or decodes is bounded: a few bytes can't become a few
// gigabytes. The bounds are in the functions' comments.
package bytelib
