package luajson_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/lua/luajson"
)

// eval runs code as a chunk with text as the global of that name and returns
// what it returns, each by tostring.
func eval(t *testing.T, code string, text lua.LString) ([]string, error) {
	t.Helper()
	L := lua.NewState()
	defer L.Close()
	luajson.Open(L)
	L.SetGlobal("text", text)
	named := L.NewTypeMetatable("named")
	named.RawSetString("__tostring", L.NewFunction(func(L *lua.LState) int {
		L.Push(L.CheckUserData(1).Value.(lua.LString))
		return 1
	}))
	L.SetGlobal("named", L.NewFunction(func(L *lua.LState) int {
		L.Push(&lua.LUserData{Value: lua.LString(L.CheckString(1)), Metatable: named})
		return 1
	}))
	fn, err := L.Load(strings.NewReader(code), "eval")
	if err != nil {
		return nil, err
	}
	L.Push(fn)
	if err := L.PCall(0, lua.MultRet, nil); err != nil {
		return nil, err
	}
	var got []string
	for n := 1; n <= L.GetTop(); n++ {
		got = append(got, L.ToStringMeta(L.Get(n)).String())
	}
	return got, nil
}

// evalCase is a chunk, and what it returns or the text its error must hold.
type evalCase struct {
	name, code string
	want       []string
	raises     string
}

// run runs each case on a state of its own.
func run(t *testing.T, cases []evalCase) {
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, err := eval(t, c.code, "")
			switch {
			case c.raises == "" && err != nil:
				t.Fatal(err)
			case c.raises != "" && err == nil:
				t.Fatalf("returned %q, want it to raise %q", got, c.raises)
			case c.raises != "" && !strings.Contains(err.Error(), c.raises):
				t.Fatalf("raised %q, want %q in it", err, c.raises)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("returned (-want +got):\n%s", diff)
			}
		})
	}
}
