package vmath_test

import (
	"fmt"

	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/lua/vmath"
)

// A host gives a script a position, and reads what became of it.
func Example() {
	L := lua.NewState()
	defer L.Close()
	library := vmath.Open(L)
	position := library.NewVector3(vmath.Vector3{1, 2, 3})
	L.SetGlobal("position", position)
	if err := L.DoString(`position.x = 10; print(position + vmath.vector3(0, 0, 1))`); err != nil {
		fmt.Println(err)
	}
	v, _ := vmath.To[vmath.Vector3](position)
	fmt.Println(*v)
	// Output:
	// vmath.vector3(10, 2, 4)
	// [10 2 3]
}
