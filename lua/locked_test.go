package luasrc_test

import (
	"bytes"
	"errors"
	"runtime"
	"testing"
	"time"

	"github.com/tickwire/tickwire/extension"
	luasrc "github.com/tickwire/tickwire/lua"
	"github.com/tickwire/tickwire/lua/headless"
)

// TestTasksAndCoroutinesOnALockedThread: what either has begun, the other may go
// on with, drop or end, though the tick stays on its thread and tasks do not.
func TestTasksAndCoroutinesOnALockedThread(t *testing.T) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var out bytes.Buffer
	e, err := headless.New(headless.Options{Modules: luasrc.Modules(), LockedThread: true, Stdout: &out, OnError: func(err error) { t.Error(err) }})
	if err != nil {
		t.Fatal(err)
	}
	ext := extension.New(extension.Options{Host: e, OnError: e.Report})
	script := e.NewInstance("script")
	e.SetInstance(script.Self())
	if err := errors.Join(e.Add(ext), e.State().DoString(`
		local async = require("tickwire.async")
		local function count() for i = 1, 10 do coroutine.yield(i) end end
		local co, inner = coroutine.create(count), nil
		print(coroutine.resume(co))
		async.run(function()
			print(coroutine.resume(co))
			inner = coroutine.wrap(count)
			print(inner())
			async.sleep(0)
			print(coroutine.resume(co))
			pcall(coroutine.wrap(function()
				pcall(async.sleep, 10)
				print("not here")
			end))
			print("nor here")
		end)
		print(inner())
		print(coroutine.resume(coroutine.create(error), "raised"))
		for i = 1, 50 do
			coroutine.wrap(count)()
			async.run(function() coroutine.wrap(count)() end)
		end
		collectgarbage()`)); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		e.Step(time.Millisecond)
	}
	runtime.GC()
	if err := e.State().DoString(`for i = 1, 3 do require("tickwire.async").run(function() coroutine.wrap(function() end)() end) end`); err != nil {
		t.Fatal(err)
	}
	e.Delete(script)
	if err := e.Close(); err != nil {
		t.Error(err)
	}
	const want = "true\t1\ntrue\t2\n1\n2\nfalse\traised\ntrue\t3\n"
	if got := out.String(); got != want {
		t.Errorf("printed %q, want %q", got, want)
	}
}
