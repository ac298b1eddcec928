package world

import (
	"fmt"
	"math"

	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/lua/headless"
	"github.com/tickwire/tickwire/lua/internal/arg"
	"github.com/tickwire/tickwire/lua/world/internal/tween"
	"github.com/tickwire/tickwire/lua/world/internal/vec"
)

// maxTweens bounds the animations under way, far beyond Defold's.
const maxTweens = 100_000

// goAnimate is go.animate(url, property, playback, to, easing, duration [, delay
// [, complete_function]]). complete_function(self, url, property) is called at the
// end, not for loops and not when it is canceled.
func (w *World) goAnimate(L *lua.LState) int {
	p := w.checkProperty(L, 1)
	playback := tween.CheckPlayback(L, 3)
	current := p.get()
	kind, _ := w.vec.Read(current)
	to, elements := w.checkTarget(L, 4, p, current)
	curve := tween.CheckCurve(L, 5)
	duration, delay := tween.CheckSeconds(L, 6, "duration"), 0.0
	if L.Get(7) != lua.LNil {
		delay = tween.CheckSeconds(L, 7, "delay")
	}
	done, isFunction := L.Get(8).(*lua.LFunction)
	if !isFunction && L.Get(8) != lua.LNil {
		L.ArgError(8, "complete_function must be a function, got "+arg.TypeName(L.Get(8)))
	}
	if w.tweens.Len() >= maxTweens {
		L.RaiseError("go.animate: %d animations run already", maxTweens)
	}
	in := w.main
	if c := w.running(); c != nil {
		in = c.object.collection
	}
	t := &tween.Tween{
		Owner: p.owner, Property: p.name, Elements: elements, To: to,
		Playback: playback, Curve: curve, Duration: duration, Delay: delay,
		Passed: func() float64 { return w.e.DeltaOf(in.timeline) },
		Get: func() (parts [4]float64) {
			if n, ok := p.get().(lua.LNumber); ok {
				return [4]float64{float64(n)}
			}
			_, parts = w.vec.Read(p.get())
			return parts
		},
		Set: func(parts [4]float64) {
			if kind == vec.Other {
				p.set(lua.LNumber(parts[0]))
			} else {
				p.set(w.vec.Make(kind, parts))
			}
		},
	}
	if isFunction {
		i := w.e.Running()
		url, name := w.e.URL(w.e.CheckAddress(L, 1)), w.e.Hash(headless.CheckHash(L, 2))
		t.Done = func() {
			if i != nil {
				i.Call("go.animate", done, url, name)
			}
		}
	}
	w.tweens.Add(t)
	return 0
}

// checkTarget reads where the animation leads, and which of the property's
// numbers it moves.
func (w *World) checkTarget(L *lua.LState, n int, p *property, current lua.LValue) (to [4]float64, elements []int) {
	kind, _ := w.vec.Read(current)
	_, isNumber := current.(lua.LNumber)
	if !isNumber && (kind == vec.Other || kind == vec.Matrix4) {
		L.ArgError(2, fmt.Sprintf("the property '%s' is a %s, which can't be animated", p.name, arg.TypeName(current)))
	}
	value, uniform := L.Get(n).(lua.LNumber)
	switch {
	case p.element >= 0:
		elements = []int{p.element}
	case isNumber:
		elements = []int{0}
	default:
		elements = []int{0, 1, 2, 3}[:kind.Parts()]
	}
	if uniform {
		if math.IsNaN(float64(value)) {
			L.ArgError(n, "to must be a number, got nan")
		}
		for _, e := range elements {
			to[e] = float64(value)
		}
		return to, elements
	}
	toKind, parts := w.vec.Read(L.Get(n))
	if toKind == vec.Other || toKind == vec.Matrix4 || len(elements) == 1 || toKind != kind {
		L.ArgError(n, fmt.Sprintf("to must be a number or a %s, got %s", arg.TypeName(current), arg.TypeName(L.Get(n))))
	}
	return parts, elements
}

// goCancelAnimations is go.cancel_animations(url [, property]): all of them
// without one.
func (w *World) goCancelAnimations(L *lua.LState) int {
	if L.Get(2) != lua.LNil {
		p := w.checkProperty(L, 1)
		var elements []int
		if p.element >= 0 {
			elements = []int{p.element}
		}
		w.tweens.Cancel(p.owner, p.name, elements)
		return 0
	}
	a := w.e.CheckAddress(L, 1)
	o := w.checkObjectAt(L, 1, a)
	if a.Fragment == "" {
		w.tweens.Cancel(o, "", nil)
		return 0
	}
	if c := o.component(a.Fragment); c != nil {
		w.tweens.Cancel(c, "", nil)
	} else {
		L.ArgError(1, fmt.Sprintf("the game object '%s' has no component '%s'", a.Path, a.Fragment))
	}
	return 0
}
