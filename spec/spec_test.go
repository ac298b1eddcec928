package spec

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/tickwire/tickwire/lua/luaspec"
)

// TestMain looks for goroutines that outlive the specs.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// TestSpecs runs the *_spec.lua of this folder. Their root is the project's, so
// that `tickwire test spec` there runs them alike. Then every statement of
// statements/*.lua has a spec that ran and passed.
func TestSpecs(t *testing.T) {
	var results []luaspec.Result
	luaspec.Options{Root: "..", OnResult: func(r luaspec.Result) { results = append(results, r) }}.Run(t, ".")
	if !wholeRun() {
		return
	}
	list, _ := readStatements(t)
	for _, wrong := range judge(list, results) {
		t.Errorf("statements: %s", wrong)
	}
}
