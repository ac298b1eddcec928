package extension

import (
	"errors"
	"fmt"

	lua "github.com/yuin/gopher-lua"
)

// TaskError is a task of tickwire.async that failed while nobody awaited it.
type TaskError struct {
	Where string // "file:line" of the task's function
	Err   error  // *lua.ApiError, with the traceback
}

// Error reads "async: task FILE:LINE: FILE:LINE: what was raised", followed by
// the traceback.
func (e *TaskError) Error() string {
	return fmt.Sprintf("async: task %s: %v", e.Where, e.Err)
}

// Unwrap returns what was raised.
func (e *TaskError) Unwrap() error { return e.Err }

// failure is what a task raised.
type failure struct {
	value lua.LValue
	trace string // of the task, and of the one it awaited if that one raised it
	kind  lua.ApiErrorType
}

func newFailure(t *task, err error) *failure {
	var api *lua.ApiError
	if !errors.As(err, &api) {
		return &failure{value: lua.LString(err.Error())}
	}
	f := &failure{value: api.Object, trace: api.StackTrace, kind: api.Type}
	if from := t.awaited; from != nil && from.value == f.value && from.trace != "" {
		f.trace += "\nand of the task that it awaited, which raised it:\n" + from.trace
	}
	return f
}

// error is the failure as gopher-lua's error.
func (f *failure) error() error {
	return &lua.ApiError{Type: f.kind, Object: f.value, StackTrace: f.trace}
}
