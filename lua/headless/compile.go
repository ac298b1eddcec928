package headless

import (
	"errors"
	"io/fs"
	"os"
	"sync"

	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/lua/luajit"
)

// Programs holds compiled files, so that engines which run the same scripts
// compile each once and share the result. Safe from any goroutine.
type Programs struct {
	mu    sync.Mutex
	files map[string]*lua.FunctionProto // guarded by mu; by path
}

// NewPrograms is an empty one, for Options.Programs.
func NewPrograms() *Programs {
	return &Programs{files: make(map[string]*lua.FunctionProto)}
}

// file compiles the file at path, or gives what it compiled before. A text
// that is no Lua is a *LoadError.
func (p *Programs) file(path string) (*lua.FunctionProto, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if proto := p.files[path]; proto != nil {
		return proto, nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, &LoadError{Path: path, Text: readText(path, err), Err: err}
	}
	proto, err := compile(path, text)
	if err != nil {
		return nil, err
	}
	p.files[path] = proto
	return proto, nil
}

// forget makes the next use of path compile it again.
func (p *Programs) forget(path string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.files, path)
}

// readText puts the path first, as in every other text about a script.
func readText(path string, err error) string {
	var pathErr *fs.PathError
	if errors.As(err, &pathErr) {
		return path + ": " + pathErr.Err.Error()
	}
	return path + ": " + err.Error()
}

// compile makes a *LoadError of what is wrong with a text.
func compile(path string, text []byte) (*lua.FunctionProto, error) {
	proto, err := luajit.Compile(text, path)
	if err != nil {
		return nil, &LoadError{Path: path, Text: err.Error(), Err: err}
	}
	return proto, nil
}
