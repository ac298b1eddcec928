package headless

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// ErrClosed is what a call on a closed engine returns.
var ErrClosed = errors.New("headless: engine is closed")

// ScriptError is an error that a script raised in a callback.
type ScriptError struct {
	URL      string // the instance: "main:/echo#echo"; "" where there was none
	Callback string // "update", "on_message", "timer" …
	Err      error  // its text has file, line and traceback
}

func (e *ScriptError) Error() string {
	if e.URL == "" {
		return fmt.Sprintf("%s: %v", e.Callback, e.Err)
	}
	return fmt.Sprintf("%s of %s: %v", e.Callback, e.URL, e.Err)
}

func (e *ScriptError) Unwrap() error { return e.Err }

// LoadError is a script file that can't be read, is no Lua, or fails while it
// runs for the first time.
type LoadError struct {
	Path      string
	Text      string // "main/echo.script:3: …"
	Traceback string // "" unless the file ran
	Err       error
}

// Error is one line, also where require lists the places it looked at.
func (e *LoadError) Error() string {
	return "headless: load script: " + oneLine.Replace(e.Text)
}

var oneLine = strings.NewReplacer(":\n\t", ": ", "\n\t", ", ", "\n", " ")

func (e *LoadError) Unwrap() error { return e.Err }

// hasPlace finds "file:line: " at the beginning of a text.
var hasPlace = regexp.MustCompile(`^.+:\d+: `)

// placeIn is the file and the line of the innermost call in it, as a traceback
// has it.
func placeIn(traceback, path string) string {
	for line := range strings.Lines(traceback) {
		rest, found := strings.CutPrefix(strings.TrimSpace(line), path+":")
		if number, _, more := strings.Cut(rest, ":"); found && more {
			return path + ":" + number
		}
	}
	return path
}

// newLoadError splits what running the file raised into its line and its
// traceback.
func newLoadError(path string, err error) *LoadError {
	var raised *lua.ApiError
	if !errors.As(err, &raised) {
		return &LoadError{Path: path, Text: path + ": " + err.Error(), Err: err}
	}
	text := raised.Object.String()
	if table := (*raisedTable)(nil); errors.As(err, &table) {
		text = table.text
	}
	if !hasPlace.MatchString(text) { // error({}) or error("…", 0)
		text = placeIn(raised.StackTrace, path) + ": " + text
	}
	return &LoadError{Path: path, Text: text, Traceback: raised.StackTrace, Err: err}
}
