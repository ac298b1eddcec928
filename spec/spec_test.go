package spec

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/tickwire/tickwire/lua/luaspec"
)

// TestMain looks for goroutines that outlive the specs.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// TestSpecs runs the *_spec.lua of this folder. Their root is the project's, so
// that `tickwire test spec` there runs them alike.
func TestSpecs(t *testing.T) { luaspec.Options{Root: ".."}.Run(t, ".") }
