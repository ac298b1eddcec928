package gui

import (
	"slices"

	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/lua/internal/arg"
	"github.com/tickwire/tickwire/lua/project"
	"github.com/tickwire/tickwire/lua/world/internal/vec"
)

// node is one of a scene's. What can be set is in GUINode; its rotation is in
// degrees, and quat is the same as a quaternion where a script set that.
type node struct {
	project.GUINode
	initial  project.GUINode // for gui.reset_nodes
	scene    *Scene
	parent   *node
	children []*node
	quat     *[4]float64
	flipbook string
	cursor   float64
	rate     float64
	dead     bool
	value    *lua.LUserData // what scripts have; nil until they ask
}

// siblings is the list that the node is in.
func (n *node) siblings() *[]*node {
	if n.parent != nil {
		return &n.parent.children
	}
	return &n.scene.roots
}

func (n *node) leave() {
	list := n.siblings()
	*list = slices.DeleteFunc(*list, func(other *node) bool { return other == n })
}

// putUnder makes the node parent's last child, the scene's last one for nil. It
// says whether it could.
func (n *node) putUnder(parent *node) bool {
	for above := parent; above != nil; above = above.parent {
		if above == n {
			return false
		}
	}
	n.leave()
	n.parent = parent
	list := n.siblings()
	*list = append(*list, n)
	return true
}

// delete takes the node and its children away.
func (n *node) delete() {
	for _, child := range slices.Clone(n.children) {
		child.delete()
	}
	n.leave()
	n.dead = true
	n.scene.count--
	if n.scene.byID[n.ID] == n {
		delete(n.scene.byID, n.ID)
	}
	n.scene.l.tweens.Cancel(n, "", nil)
}

// rotation is the node's as a quaternion.
func (n *node) rotation() [4]float64 {
	if n.quat != nil {
		return *n.quat
	}
	return vec.FromEuler(n.Rotation)
}

// corner is the lower left one, where the node's own position is 0, 0.
func (n *node) corner() (left, bottom float64) {
	x, y := 0.5, 0.5
	for _, c := range n.Pivot {
		switch c {
		case 'N':
			y = 1
		case 'S':
			y = 0
		case 'E':
			x = 1
		case 'W':
			x = 0
		}
	}
	if n.Pivot == "CENTER" {
		x, y = 0.5, 0.5
	}
	return -x * n.Size[0], -y * n.Size[1]
}

// toScreen leads from the node's space, where its pivot is 0, 0, to the screen.
func (n *node) toScreen(at [4]float64) [4]float64 {
	for ; n != nil; n = n.parent {
		for k := range 3 {
			at[k] *= n.Scale[k]
		}
		at = vec.Rotate(n.rotation(), at)
		for k := range 3 {
			at[k] += n.Position[k]
		}
	}
	return at
}

// fromScreen is toScreen's way back. A scale of 0 has none: all is at 0 then.
func (n *node) fromScreen(at [4]float64) [4]float64 {
	if n == nil {
		return at
	}
	at = n.parent.fromScreen(at)
	for k := range 3 {
		at[k] -= n.Position[k]
	}
	at = vec.Rotate(vec.Conjugate(n.rotation()), at)
	for k := range 3 {
		if n.Scale[k] == 0 {
			at[k] = 0
		} else {
			at[k] /= n.Scale[k]
		}
	}
	return at
}

// scaleOnScreen is the node's and those above it.
func (n *node) scaleOnScreen() [4]float64 {
	scale := [4]float64{1, 1, 1}
	for ; n != nil; n = n.parent {
		for k := range 3 {
			scale[k] *= n.Scale[k]
		}
	}
	return scale
}

func (n *node) rotationOnScreen() [4]float64 {
	q := [4]float64{3: 1}
	for ; n != nil; n = n.parent {
		q = vec.Product(n.rotation(), q)
	}
	return q
}

// lua is the node as scripts have it: always the same value.
func (n *node) lua() *lua.LUserData {
	if n.value == nil {
		n.value = &lua.LUserData{Value: n, Env: n.scene.l.L.Env, Metatable: n.scene.l.meta}
	}
	return n.value
}

// here is the running gui script's scene; it raises where there is none.
func (l *Library) here(L *lua.LState) *Scene {
	if i := l.e.Running(); i != nil {
		if h, ok := i.Data().(holder); ok {
			if s := h.GUI(); s != nil {
				return s
			}
		}
	}
	L.RaiseError("You can only access gui.* functions and values from a gui script instance (.gui_script file)")
	return nil
}

// check reads argument n, a node that is alive.
func (l *Library) check(L *lua.LState, n int) *node {
	l.here(L)
	if ud, ok := L.Get(n).(*lua.LUserData); ok {
		if node, ok := ud.Value.(*node); ok {
			if node.dead {
				L.ArgError(n, "the node '"+node.ID+"' was deleted")
			}
			return node
		}
	}
	L.ArgError(n, "node expected, got "+arg.TypeName(L.Get(n)))
	return nil
}

// opt is check for an argument that may be nil.
func (l *Library) opt(L *lua.LState, n int) *node {
	if L.Get(n) == lua.LNil {
		return nil
	}
	return l.check(L, n)
}
