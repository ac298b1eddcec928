package headless

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/lua/internal/arg"
)

const (
	maxSaved    = 512 << 10 // bytes of a file of sys.save: Defold's limit
	maxResource = 64 << 20  // bytes that sys.load_resource reads
)

// sysSave is sys.save(filename, table) -> true. The file is written beside and
// then put in its place: a crash leaves the old one or the new one.
func (e *Engine) sysSave(c arg.Call) int {
	name, t := c.Text(1), c.Table(2)
	data, err := serialize(t, maxSaved)
	if err != nil {
		c.Fail(2, "%v", err)
	}
	if err := replaceFile(name, data); err != nil {
		c.RaiseError("sys.save: could not write the file %s: %v", name, bare(err))
	}
	return c.Return(lua.LTrue)
}

// replaceFile writes a file beside name and renames it.
func replaceFile(name string, data []byte) (err error) {
	file, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(file.Name()) // what went wrong before is what counts
		}
	}()
	_, err = file.Write(data)
	if err == nil {
		err = file.Sync()
	}
	if closing := file.Close(); err == nil {
		err = closing
	}
	if err == nil {
		err = os.Rename(file.Name(), name)
	}
	return err
}

// bare is an error without the path that its text names already.
func bare(err error) error {
	var inPath *fs.PathError
	var inLink *os.LinkError
	switch {
	case errors.As(err, &inPath):
		return inPath.Err
	case errors.As(err, &inLink):
		return inLink.Err
	}
	return err
}

// sysLoad is sys.load(filename) -> table, an empty one if there is no file.
func (e *Engine) sysLoad(c arg.Call) int {
	name := c.Text(1)
	data, err := readBounded(name, maxSaved)
	if errors.Is(err, fs.ErrNotExist) {
		return c.Return(c.NewTable())
	}
	var t *lua.LTable
	if err == nil {
		t, err = e.deserialize(data)
	}
	if err != nil {
		c.RaiseError("sys.load: could not read the file %s: %v", name, bare(err))
	}
	return c.Return(t)
}

// readBounded reads a file of at most limit bytes.
func readBounded(name string, limit int64) ([]byte, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close() // nothing was written
	data, err := io.ReadAll(io.LimitReader(file, limit+1))
	if err == nil && int64(len(data)) > limit {
		err = fmt.Errorf("it has more than %d bytes", limit)
	}
	return data, err
}

// sysGetSaveFile is sys.get_save_file(application_id, file_name) -> path, in a
// folder that is there.
func (e *Engine) sysGetSaveFile(c arg.Call) int {
	application, name := c.Text(1), c.Text(2)
	for n, part := range []string{application, name} {
		if part == "" || !filepath.IsLocal(filepath.FromSlash(part)) {
			c.Fail(n+1, "a name expected that leads nowhere else, got %q", part)
		}
	}
	folder, err := e.saveFolder()
	full := filepath.Join(folder, filepath.FromSlash(application), filepath.FromSlash(name))
	if err == nil {
		err = os.MkdirAll(filepath.Dir(full), 0o755)
	}
	if err != nil {
		c.RaiseError("sys.get_save_file: could not make the folder of %s: %v", full, bare(err))
	}
	return c.Return(lua.LString(full))
}

// saveFolder is Options.SaveDir, or a folder of the engine's own, which Close
// removes.
func (e *Engine) saveFolder() (string, error) {
	if e.options.SaveDir != "" {
		return filepath.Abs(e.options.SaveDir)
	}
	if e.sys.saves == "" {
		folder, err := os.MkdirTemp("", "tickwire-save-")
		if err != nil {
			return "", err
		}
		e.sys.saves = folder
	}
	return e.sys.saves, nil
}

// removeSaves is Close's.
func (e *Engine) removeSaves() error {
	if e.sys.saves == "" {
		return nil
	}
	return os.RemoveAll(e.sys.saves)
}

// sysExists is sys.exists(path): a file or a folder.
func (e *Engine) sysExists(c arg.Call) int {
	_, err := os.Stat(c.Text(1))
	return c.Return(lua.LBool(err == nil))
}

// sysHostPath is sys.get_host_path(name): here the host is this machine.
func (e *Engine) sysHostPath(c arg.Call) int { return c.Return(lua.LString(c.Text(1))) }

// resource is the file of the project, or of a library of its, that scripts call
// name, "/data/a.json".
func (e *Engine) resource(name string) string {
	inside := path.Clean("/" + strings.ReplaceAll(name, "\\", "/"))
	if file, err := e.options.Find(inside[1:]); err == nil {
		return file
	}
	return filepath.Join(e.options.Root, filepath.FromSlash(inside))
}

// sysLoadResource is sys.load_resource(name) -> data, or nil and why.
//
// Differs from Defold: every file of the project can be loaded, whatever
// custom_resources says.
func (e *Engine) sysLoadResource(c arg.Call) int {
	name := c.Text(1)
	data, err := readBounded(e.resource(name), maxResource)
	if err != nil {
		return c.Return(lua.LNil, lua.LString(fmt.Sprintf("could not load the resource %s: %v", name, bare(err))))
	}
	return c.Return(lua.LString(data), lua.LNil)
}

// loadBuffer reads a file of the project, or of the disk where there is none.
func (e *Engine) loadBuffer(name string) (*lua.LUserData, error) {
	data, err := readBounded(e.resource(name), maxResource)
	if errors.Is(err, fs.ErrNotExist) {
		data, err = readBounded(name, maxResource)
	}
	if err != nil {
		return nil, err
	}
	return e.bytes.NewBuffer("data", data), nil
}

// sysLoadBuffer is sys.load_buffer(path) -> buffer, whose stream is named data.
func (e *Engine) sysLoadBuffer(c arg.Call) int {
	name := c.Name(1)
	b, err := e.loadBuffer(name)
	if err != nil {
		c.RaiseError("sys.load_buffer: could not load %s: %v", name, bare(err))
	}
	return c.Return(b)
}

// sysLoadBufferAsync is sys.load_buffer_async(path, callback) -> handle. In the
// next frame comes callback(self, handle, {status, buffer}).
func (e *Engine) sysLoadBufferAsync(c arg.Call) int {
	name, callback := c.Name(1), c.Function(2)
	e.sys.requests++
	handle := lua.LNumber(e.sys.requests)
	result := c.NewTable()
	b, err := e.loadBuffer(name)
	switch {
	case err == nil:
		result.RawSetString("status", lua.LNumber(requestFinished))
		result.RawSetString("buffer", b)
	case errors.Is(err, fs.ErrNotExist):
		result.RawSetString("status", lua.LNumber(requestNotFound))
	default:
		result.RawSetString("status", lua.LNumber(requestIOError))
	}
	e.nextFrame(c.NewFunction(func(L *lua.LState) int {
		self := L.Get(1)
		L.SetTop(0)
		for _, v := range []lua.LValue{callback, self, handle, result} {
			L.Push(v)
		}
		L.Call(3, 0)
		return 0
	}))
	return c.Return(handle)
}

// sysSerialize is sys.serialize(table) -> string.
func (e *Engine) sysSerialize(c arg.Call) int {
	data, err := serialize(c.Table(1), maxSerialized)
	if err != nil {
		c.Fail(1, "%v", err)
	}
	return c.Return(lua.LString(data))
}

// sysDeserialize is sys.deserialize(string) -> table.
func (e *Engine) sysDeserialize(c arg.Call) int {
	t, err := e.deserialize([]byte(c.Text(1)))
	if err != nil {
		c.Fail(1, "%v", err)
	}
	return c.Return(t)
}
