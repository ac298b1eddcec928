package luaspec

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/pm"
)

type kind int

const (
	kindFile kind = iota
	kindDescribe
	kindIt
	kindPending
)

// hook is a function given to setup, before_each and so on.
type hook struct {
	name  string // what it was registered with
	fn    *lua.LFunction
	where string
}

// node is a block of a spec file. The tree is built while the file loads; from
// then on only its state changes.
type node struct {
	kind     kind
	name     string
	where    string // file:line of the call
	parent   *node
	children []*node
	fn       *lua.LFunction

	setup, teardown         []hook
	lazySetup, lazyTeardown []hook
	beforeEach, afterEach   []hook

	problems []Problem // of registering its children
	state    blockState
}

// fullName is the names from the outermost describe on, as busted joins them.
func (n *node) fullName() string {
	if n.parent == nil || n.parent.kind == kindFile {
		return n.name
	}
	return n.parent.fullName() + " " + n.name
}

// chain is the blocks around n, outermost first, without n itself.
func (n *node) chain() []*node {
	var blocks []*node
	for p := n.parent; p != nil; p = p.parent {
		blocks = append(blocks, p)
	}
	slices.Reverse(blocks)
	return blocks
}

// count is how many specs are below n.
func (n *node) count() int {
	if n.kind == kindIt || n.kind == kindPending {
		return 1
	}
	total := 0
	for _, child := range n.children {
		total += child.count()
	}
	return total
}

var tagPattern = regexp.MustCompile(`#([\pL\pN_-]+)`)

// tags of a spec are the #words in its full name.
func tags(fullName string) []string {
	var found []string
	for _, match := range tagPattern.FindAllStringSubmatch(fullName, -1) {
		found = append(found, match[1])
	}
	return found
}

// selection says which specs run.
type selection struct {
	filter       string // a Lua pattern on the full name; "" is all
	tags         []string
	excludedTags []string
}

// newSelection checks the pattern, so that selects can't fail.
func newSelection(o Options) (selection, error) {
	s := selection{filter: o.Filter, tags: trimTags(o.Tags), excludedTags: trimTags(o.ExcludeTags)}
	if _, err := pm.Find(s.filter, nil, 0, 1); err != nil {
		return s, fmt.Errorf("luaspec: read filter %q: %w", s.filter, err)
	}
	return s, nil
}

// trimTags lets a user write a tag with its # and an empty list as "".
func trimTags(list []string) []string {
	var kept []string
	for _, tag := range list {
		if tag = strings.TrimPrefix(strings.TrimSpace(tag), "#"); tag != "" {
			kept = append(kept, tag)
		}
	}
	return kept
}

func (s selection) selects(fullName string) bool {
	if s.filter != "" {
		found, err := pm.Find(s.filter, []byte(fullName), 0, 1)
		if err != nil || len(found) == 0 {
			return false
		}
	}
	has := tags(fullName)
	for _, tag := range s.excludedTags {
		if slices.Contains(has, tag) {
			return false
		}
	}
	if len(s.tags) == 0 {
		return true
	}
	for _, tag := range s.tags {
		if slices.Contains(has, tag) {
			return true
		}
	}
	return false
}

// prune drops the specs that are not selected and the blocks that are empty
// then; one whose registration failed stays, to be reported.
func (n *node) prune(s selection) {
	n.children = slices.DeleteFunc(n.children, func(child *node) bool {
		switch child.kind {
		case kindIt, kindPending:
			return !s.selects(child.fullName())
		}
		child.prune(s)
		return len(child.children) == 0 && len(child.problems) == 0
	})
}

// shuffle puts the children of each block in an order that only seed and the
// file's name decide, so that one file alone runs as it does among others.
func (n *node) shuffle(seed uint64) {
	h := fnv.New64a()
	h.Write([]byte(n.name))
	n.shuffleBy(rand.New(rand.NewPCG(seed, h.Sum64())))
}

func (n *node) shuffleBy(r *rand.Rand) {
	r.Shuffle(len(n.children), func(i, j int) { n.children[i], n.children[j] = n.children[j], n.children[i] })
	for _, child := range n.children {
		child.shuffleBy(r)
	}
}
