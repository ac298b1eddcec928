package headless

import (
	"errors"
	"fmt"

	lua "github.com/yuin/gopher-lua"
)

// raisedTable is an error that is a table with __tostring, as the W3C modules
// raise them: it says its text, for "table: 0xc000…" helps nobody.
type raisedTable struct {
	text   string
	raised *lua.ApiError
}

func (e *raisedTable) Error() string { return fmt.Sprintf("%s\n%s", e.text, e.raised.StackTrace) }
func (e *raisedTable) Unwrap() error { return e.raised }

// worded gives what Lua raised its own text, where it has one.
func worded(L *lua.LState, err error) error {
	var raised *lua.ApiError
	if !errors.As(err, &raised) {
		return err
	}
	table, ok := raised.Object.(*lua.LTable)
	if !ok {
		return err
	}
	toString, ok := L.GetMetaField(table, "__tostring").(*lua.LFunction)
	if !ok || L.CallByParam(lua.P{Fn: toString, NRet: 1, Protect: true}, table) != nil {
		return err
	}
	text := L.Get(-1)
	L.Pop(1)
	return &raisedTable{text: text.String(), raised: raised}
}
