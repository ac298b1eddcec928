// Package letter measures text that nobody draws: every letter is 8 by 16 pixels.
package letter

import lua "github.com/yuin/gopher-lua"

const (
	width  = 8
	height = 16
)

// Metrics is what Defold's functions say of a text's size: width, height,
// max_ascent and max_descent.
func Metrics(L *lua.LState, text string) *lua.LTable {
	lines, widest, letters := 1, 0, 0
	for _, r := range text {
		if r == '\n' {
			lines, letters = lines+1, 0
			continue
		}
		letters++
		widest = max(widest, letters)
	}
	t := L.CreateTable(0, 4)
	t.RawSetString("width", lua.LNumber(widest*width))
	t.RawSetString("height", lua.LNumber(lines*height))
	t.RawSetString("max_ascent", lua.LNumber(height*0.75))
	t.RawSetString("max_descent", lua.LNumber(height*0.25))
	return t
}
