package project

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"
)

// maxFile bounds a file that is parsed. Defold's largest are far below.
const maxFile = 64 << 20

// Project is a folder with a game.project, and the libraries that it uses. Safe
// from any goroutine.
type Project struct {
	Root      string // the folder
	Config    *Config
	Libraries []*Library

	mu    sync.Mutex
	files map[string]any // guarded by mu; what cached parsed, by kind and path
}

// Open reads the game.project at name, a file or the folder that holds it.
func Open(name string, libraries ...*Library) (*Project, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, &Error{name, 0, cause(err)}
	}
	file := name
	if info.IsDir() {
		file = filepath.Join(name, "game.project")
	}
	text, err := readFile(file)
	if err != nil {
		return nil, err
	}
	config, err := ParseConfig(file, text)
	if err != nil {
		return nil, err
	}
	return &Project{
		Root:      filepath.Dir(file),
		Config:    config,
		Libraries: libraries,
		files:     make(map[string]any),
	}, nil
}

// Settings are the config's and the defaults that Defold fills in.
func (p *Project) Settings() map[string]string {
	all := maps.Clone(defaults)
	maps.Copy(all, p.Config.Values)
	return all
}

// MainCollection is the path of the collection that the game begins with.
func (p *Project) MainCollection() (string, error) {
	const key = "bootstrap.main_collection"
	name, ok := p.Config.Values[key]
	if !ok || name == "" {
		return "", p.Config.fail(key, "bootstrap.main_collection is missing: want main_collection = /main/main.collectionc under [bootstrap]")
	}
	return p.setting(key, name, ".collection")
}

// InputBinding is the path of the input bindings, "" for none.
func (p *Project) InputBinding() (string, error) {
	const key = "input.game_binding"
	name := p.Config.Values[key]
	if name == "" || strings.HasPrefix(name, "/builtins/") {
		return "", nil
	}
	return p.setting(key, name, ".input_binding")
}

// setting is a path of a file, which game.project writes with the letter of what
// is built of it.
func (p *Project) setting(key, name, ending string) (string, error) {
	source := strings.TrimSuffix(name, "c")
	if !strings.HasSuffix(source, ending) {
		return "", p.Config.fail(key, fmt.Sprintf("%s must be a %s, it is %q", key, ending, name))
	}
	if !strings.HasPrefix(source, "/") {
		source = "/" + source
	}
	if _, err := p.Find(source); err != nil {
		return "", p.blame(err, p.Config.File, p.Config.Lines[key], key)
	}
	return source, nil
}

// Find is the file for a path of the project, which begins with /: in its own
// folder, then in the libraries.
func (p *Project) Find(name string) (file string, err error) {
	clean := path.Clean("/" + name)
	if strings.ContainsAny(name, "\\\x00") || clean != name {
		return "", &missing{name: name, text: fmt.Sprintf("%q is no path of the project: want one such as \"/main/file\"", name)}
	}
	inside := filepath.FromSlash(clean[1:])
	file = filepath.Join(p.Root, inside)
	if isFile(file) {
		return file, nil
	}
	for _, l := range p.Libraries {
		if !l.shares(clean[1:]) {
			continue
		}
		if file := filepath.Join(l.Root, inside); isFile(file) {
			return file, nil
		}
	}
	return "", &missing{name: name, text: p.lost(clean)}
}

// missing is a path without a file.
type missing struct{ name, text string }

func (m *missing) Error() string { return m.text }

// lost says where a file was looked for, and what may bring it.
func (p *Project) lost(name string) string {
	where := []string{p.Root}
	kept := ""
	for _, l := range p.Libraries {
		where = append(where, l.Name)
		if !l.shares(name[1:]) && isFile(filepath.Join(l.Root, filepath.FromSlash(name[1:]))) {
			kept = l.Name
		}
	}
	text := fmt.Sprintf("there is no file %s in %s", name, strings.Join(where, ", "))
	if kept != "" {
		return text + fmt.Sprintf("; %s has it, but its library.include_dirs doesn't share it", kept)
	}
	if urls := p.Config.List("project.dependencies"); len(urls) > len(p.Libraries) {
		text += fmt.Sprintf("; the project depends on %s: fetch and name it with --library FOLDER or --library FILE.zip", strings.Join(urls, ", "))
	}
	return text
}

// Dependencies are the URLs of the libraries that the project wants.
func (p *Project) Dependencies() []string { return p.Config.List("project.dependencies") }

func isFile(file string) bool {
	info, err := os.Stat(file)
	return err == nil && info.Mode().IsRegular()
}

// blame puts the place of the reference in front of a path that has no file;
// other trouble names its own place.
func (p *Project) blame(err error, file string, line int, field string) error {
	var lost *missing
	if errors.As(err, &lost) {
		return &Error{file, line, field + ": " + lost.text}
	}
	return err
}

// Blame is err with the place that refers to the file, where that is missing.
func (p *Project) Blame(err error, file string, line int, field string) error {
	return p.blame(err, file, line, field)
}

// cached parses the file at path, once for each type that is read of it.
func cached[T any](p *Project, name string, read func(*Node) (T, error)) (T, error) {
	var none T
	key := fmt.Sprintf("%T %s", none, name)
	p.mu.Lock()
	kept, ok := p.files[key]
	p.mu.Unlock()
	if ok {
		return kept.(T), nil
	}
	file, err := p.Find(name)
	if err != nil {
		return none, err
	}
	text, err := readFile(file)
	if err != nil {
		return none, err
	}
	root, err := Parse(file, text)
	if err != nil {
		return none, err
	}
	value, err := read(root)
	if err != nil {
		return none, err
	}
	p.mu.Lock()
	p.files[key] = value
	p.mu.Unlock()
	return value, nil
}

func readFile(file string) (string, error) {
	info, err := os.Stat(file)
	if err != nil {
		return "", &Error{file, 0, cause(err)}
	}
	if info.IsDir() {
		return "", &Error{file, 0, "is a folder"}
	}
	if info.Size() > maxFile {
		return "", &Error{file, 0, fmt.Sprintf("has %d bytes, more than the %d that are read", info.Size(), maxFile)}
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return "", &Error{file, 0, cause(err)}
	}
	return string(text), nil
}

// cause is what happened, without the path that the message names already.
func cause(err error) string {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err.Error()
	}
	return err.Error()
}
