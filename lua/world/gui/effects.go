package gui

import (
	"fmt"

	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/lua/headless"
	"github.com/tickwire/tickwire/lua/internal/arg"
	"github.com/tickwire/tickwire/lua/internal/letter"
	"github.com/tickwire/tickwire/lua/world/internal/tween"
	"github.com/tickwire/tickwire/lua/world/internal/vec"
)

// maxTweens bounds the animations under way.
const maxTweens = 100_000

// animate is gui.animate(node, property, to, easing, duration [, delay [,
// complete_function [, playback]]]). complete_function(self, node) is called at
// the end.
func (l *Library) animate(L *lua.LState) int {
	n := l.check(L, 1)
	full := headless.CheckHash(L, 2)
	name, element := splitName(full)
	if name == "rotation" && l.vec.Kind(L.Get(3)) != vec.Quat {
		name = "euler" // degrees
	}
	kind, get, set, ok := n.numbers(name)
	if !ok || element >= 0 && element >= kind.Parts() {
		L.ArgError(2, fmt.Sprintf("a node has no property '%s' that can be animated", full))
	}
	t := &tween.Tween{Owner: n, Property: name, Get: get, Set: set, Passed: n.scene.passed, Playback: tween.OnceForward}
	switch {
	case element >= 0:
		t.Elements = []int{element}
	case kind == vec.Other:
		t.Elements = []int{0}
	default:
		t.Elements = []int{0, 1, 2, 3}[:kind.Parts()]
	}
	if to, ok := L.Get(3).(lua.LNumber); ok {
		for k := range t.To {
			t.To[k] = float64(to)
		}
	} else {
		t.To = l.checkVector(L, 3, kind, get())
		if kind == vec.Other {
			t.To[0] = t.To[max(element, 0)]
		}
	}
	t.Curve = tween.CheckCurve(L, 4)
	t.Duration = tween.CheckSeconds(L, 5, "duration")
	if L.Get(6) != lua.LNil {
		t.Delay = tween.CheckSeconds(L, 6, "delay")
	}
	t.Done = l.callback(L, 7, n)
	if L.Get(8) != lua.LNil {
		t.Playback = tween.CheckPlayback(L, 8)
	}
	if l.tweens.Len() >= maxTweens {
		L.RaiseError("gui.animate: %d animations run already", maxTweens)
	}
	l.tweens.Add(t)
	return 0
}

// callback reads argument at, a function(self, node) that may be nil.
func (l *Library) callback(L *lua.LState, at int, n *node) func() {
	fn, ok := L.Get(at).(*lua.LFunction)
	if !ok {
		if L.Get(at) != lua.LNil {
			L.ArgError(at, "complete_function must be a function, got "+arg.TypeName(L.Get(at)))
		}
		return nil
	}
	i := l.e.Running()
	return func() { i.Call("gui.animate", fn, n.lua()) }
}

// cancelAnimations is gui.cancel_animations(node [, property]).
func (l *Library) cancelAnimations(L *lua.LState) int {
	n := l.check(L, 1)
	if L.Get(2) == lua.LNil {
		l.tweens.Cancel(n, "", nil)
		return 0
	}
	full := headless.CheckHash(L, 2)
	name, element := splitName(full)
	if kind, _, _, ok := n.numbers(name); !ok || element >= 0 && element >= kind.Parts() {
		L.ArgError(2, fmt.Sprintf("a node has no property '%s'", full))
	}
	var elements []int
	if element >= 0 {
		elements = []int{element}
	}
	l.tweens.Cancel(n, name, elements)
	if name == "rotation" {
		l.tweens.Cancel(n, "euler", elements)
	}
	return 0
}

// playFlipbook is gui.play_flipbook(node, animation [, complete_function [,
// play_properties]]). Nobody knows the animation's length here: it ends with the
// next frame.
func (l *Library) playFlipbook(L *lua.LState) int {
	n := l.check(L, 1)
	animation := headless.CheckHash(L, 2)
	done := l.callback(L, 3, n)
	n.cursor, n.rate = 0, 1
	switch properties := L.Get(4).(type) {
	case *lua.LNilType:
	case *lua.LTable:
		if offset, ok := properties.RawGetString("offset").(lua.LNumber); ok {
			n.cursor = float64(offset)
		}
		if rate, ok := properties.RawGetString("playback_rate").(lua.LNumber); ok {
			n.rate = float64(rate)
		}
	default:
		L.ArgError(4, "table expected, got "+arg.TypeName(properties))
	}
	n.flipbook = animation
	if done != nil {
		l.later = append(l.later, func() {
			if !n.dead && n.flipbook == animation {
				done()
			}
		})
	}
	return 0
}

func (l *Library) cancelFlipbook(L *lua.LState) int {
	l.check(L, 1).flipbook = ""
	return 0
}

// playParticleFX is gui.play_particlefx(node [, callback]); nothing is emitted,
// so the callback never comes.
func (l *Library) playParticleFX(L *lua.LState) int {
	l.callback(L, 2, l.check(L, 1))
	return 0
}

func (l *Library) resetMaterial(L *lua.LState) int {
	n := l.check(L, 1)
	n.Material = n.initial.Material
	return 0
}

// textMetrics is gui.get_text_metrics(font, text, …).
func (l *Library) textMetrics(L *lua.LState) int {
	l.here(L)
	headless.CheckHash(L, 1)
	L.Push(letter.Metrics(L, L.CheckString(2)))
	return 1
}

func (l *Library) textMetricsFromNode(L *lua.LState) int {
	L.Push(letter.Metrics(L, l.check(L, 1).Text))
	return 1
}

func (l *Library) number(n *float64) lua.LGFunction {
	return func(L *lua.LState) int {
		l.here(L)
		L.Push(lua.LNumber(*n))
		return 1
	}
}

// getLayout is gui.get_layout(): the default one has no name.
func (l *Library) getLayout(L *lua.LState) int {
	l.here(L)
	L.Push(l.e.Hash(""))
	return 1
}

// getLayouts is gui.get_layouts() -> {[hash(name)] = {vector3 size}}: the sizes
// are the display's.
func (l *Library) getLayouts(L *lua.LState) int {
	t := L.NewTable()
	for _, name := range l.here(L).described.Layouts {
		t.RawSet(l.e.Hash(name), l.vec.Make(vec.Vector3, [4]float64{l.width, l.height}))
	}
	L.Push(t)
	return 1
}

// setLayout is gui.set_layout(layout) -> whether it could: layouts aren't read.
func (l *Library) setLayout(L *lua.LState) int {
	l.here(L)
	headless.CheckHash(L, 1)
	L.Push(lua.LFalse)
	return 1
}

func (l *Library) setRenderOrder(L *lua.LState) int {
	s := l.here(L)
	order := L.CheckNumber(1)
	if order < 0 || order > 15 {
		L.ArgError(1, fmt.Sprintf("order must be 0 to 15, got %s", order))
	}
	s.order = float64(order)
	return 0
}

func (l *Library) getFontResource(L *lua.LState) int {
	l.here(L)
	L.Push(l.e.Hash(headless.CheckHash(L, 1)))
	return 1
}

// What gui.new_texture may answer.
const (
	textureExists    = -1
	textureResources = -2
	textureData      = -3
)

// newTexture is gui.new_texture(id, width, height, type, buffer [, flip]) ->
// whether it could, and why not.
func (l *Library) newTexture(L *lua.LState) int {
	s := l.here(L)
	id := headless.CheckHash(L, 1)
	L.CheckNumber(2)
	L.CheckNumber(3)
	L.CheckAny(5)
	if s.textures[id] {
		L.Push(lua.LFalse)
		L.Push(lua.LNumber(textureExists))
		return 2
	}
	s.textures[id] = true
	L.Push(lua.LTrue)
	return 1
}

func (l *Library) setTextureData(L *lua.LState) int {
	s := l.here(L)
	L.Push(lua.LBool(s.textures[headless.CheckHash(L, 1)]))
	return 1
}

func (l *Library) deleteTexture(L *lua.LState) int {
	s := l.here(L)
	id := headless.CheckHash(L, 1)
	if !s.textures[id] {
		L.ArgError(1, fmt.Sprintf("there is no texture '%s' that gui.new_texture made", id))
	}
	delete(s.textures, id)
	return 0
}

// touch checks the node and does nothing.
func (l *Library) touch(L *lua.LState) int {
	l.check(L, 1)
	return 0
}

func (l *Library) nothing(L *lua.LState) int {
	l.here(L)
	return 0
}
