package gui

import (
	"fmt"
	"slices"
	"strconv"

	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/lua/headless"
	"github.com/tickwire/tickwire/lua/project"
	"github.com/tickwire/tickwire/lua/world/internal/tween"
	"github.com/tickwire/tickwire/lua/world/internal/vec"
)

// Library is the module gui of one engine. It belongs to the engine's goroutine.
type Library struct {
	e      *headless.Engine
	L      *lua.LState
	vec    *vec.Space
	meta   *lua.LTable // of nodes
	tweens tween.List
	later  []func() // run in the next Update
	width  float64  // of the display
	height float64
	scenes []*Scene
}

// New makes the module for e. settings are game.project's.
func New(e *headless.Engine, space *vec.Space, settings map[string]string) *Library {
	l := &Library{e: e, L: e.State(), vec: space, width: 960, height: 640}
	for key, to := range map[string]*float64{"display.width": &l.width, "display.height": &l.height} {
		if n, err := strconv.ParseFloat(settings[key], 64); err == nil && n > 0 {
			*to = n
		}
	}
	return l
}

// Update moves animations on.
func (l *Library) Update() {
	later := l.later
	l.later = nil
	for _, do := range later {
		do()
	}
	l.tweens.Update()
}

// Busy says whether time alone will cause something.
func (l *Library) Busy() bool { return l.tweens.Len() > 0 || len(l.later) > 0 }

// holder is what a gui script's instance has as its Data.
type holder interface{ GUI() *Scene }

// Scene is the nodes of one gui component.
type Scene struct {
	l         *Library
	described *project.Scene
	passed    func() float64 // seconds in this frame
	roots     []*node
	byID      map[string]*node
	count     int
	textures  map[string]bool // made by gui.new_texture
	order     float64
	closed    bool
}

// NewScene makes the nodes of a .gui. passed is the time of a frame in seconds.
func (l *Library) NewScene(described *project.Scene, passed func() float64) *Scene {
	s := &Scene{l: l, described: described, passed: passed, byID: make(map[string]*node), textures: make(map[string]bool)}
	for n := range described.Nodes {
		s.add(described.Nodes[n])
	}
	l.scenes = append(l.scenes, s)
	return s
}

// add makes a node of its description; its parent is there already, or comes
// later and takes it then.
func (s *Scene) add(described project.GUINode) *node {
	n := &node{scene: s, GUINode: described, initial: described}
	s.count++
	if n.ID != "" {
		s.byID[n.ID] = n
	}
	n.putUnder(s.byID[described.Parent])
	for _, other := range slices.Clone(s.roots) {
		if n.ID != "" && other.Parent == n.ID && other != n {
			other.putUnder(n)
		}
	}
	return n
}

// Close ends the scene's animations.
func (s *Scene) Close() {
	s.closed = true
	for _, n := range s.all() {
		s.l.tweens.Cancel(n, "", nil)
	}
	s.l.scenes = slices.DeleteFunc(s.l.scenes, func(other *Scene) bool { return other == s })
}

// all are the nodes, parents before their children.
func (s *Scene) all() (list []*node) {
	var walk func(nodes []*node)
	walk = func(nodes []*node) {
		for _, n := range nodes {
			list = append(list, n)
			walk(n.children)
		}
	}
	walk(s.roots)
	return list
}

// Find says where on the screen a node's middle is that is called id, in any
// scene; the newest scene counts.
func (l *Library) Find(id string) (x, y float64, err error) {
	var names []string
	for k := len(l.scenes) - 1; k >= 0; k-- {
		s := l.scenes[k]
		n := s.byID[id]
		if n == nil {
			for _, other := range s.all() {
				if other.ID != "" {
					names = append(names, other.ID)
				}
			}
			continue
		}
		if !n.shown() {
			return 0, 0, fmt.Errorf("the node %q is not enabled", id)
		}
		left, bottom := n.corner()
		at := n.toScreen([4]float64{left + n.Size[0]/2, bottom + n.Size[1]/2})
		return at[0], at[1], nil
	}
	if len(names) == 0 {
		return 0, 0, fmt.Errorf("there is no node %q: no gui is loaded", id)
	}
	slices.Sort(names)
	names = slices.Compact(names)
	if len(names) > 20 {
		names = append(names[:20], "…")
	}
	return 0, 0, fmt.Errorf("there is no node %q; there are %q", id, names)
}

// shown says whether the node and those above it are enabled.
func (n *node) shown() bool {
	for ; n != nil; n = n.parent {
		if !n.Enabled {
			return false
		}
	}
	return true
}
