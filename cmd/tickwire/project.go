package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/tickwire/tickwire/lua/headless"
	"github.com/tickwire/tickwire/lua/project"
	"github.com/tickwire/tickwire/lua/world"
)

// game is what a run has of a project: nothing of it for plain scripts.
type game struct {
	*project.Project // nil for plain scripts
	libraries        []*project.Library
}

// isProject tells a game.project, or a folder, from a script.
func isProject(path string) bool {
	if strings.HasSuffix(path, ".project") {
		return true
	}
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// openGame opens the project among the arguments, and the libraries.
func openGame(o *runOptions) (g *game, err error) {
	g = &game{}
	defer func() {
		if err != nil {
			err = errors.Join(err, g.close())
		}
	}()
	for _, name := range o.libraries {
		library, err := project.OpenLibrary(name)
		if err != nil {
			return g, fmt.Errorf("--library %w", err)
		}
		g.libraries = append(g.libraries, library)
	}
	for _, path := range o.scripts {
		switch filepath.Ext(path) {
		case ".collection", ".go", ".gui":
			return g, fmt.Errorf("%s is part of a project: run the folder of its game.project", path)
		}
		if isProject(path) && len(o.scripts) > 1 {
			return g, fmt.Errorf("%s is a project: it runs alone; a script beside it is --script FILE", path)
		}
	}
	if !isProject(o.scripts[0]) {
		return g, nil
	}
	if info, err := os.Stat(o.scripts[0]); err == nil && info.IsDir() {
		if _, err := os.Stat(filepath.Join(o.scripts[0], "game.project")); err != nil {
			return g, fmt.Errorf("%s: is a folder without a game.project", o.scripts[0])
		}
	}
	if g.Project, err = project.Open(o.scripts[0], g.libraries...); err != nil {
		return g, err
	}
	o.scripts = nil
	return g, nil
}

func (g *game) close() (err error) {
	for _, library := range g.libraries {
		err = errors.Join(err, library.Close())
	}
	return err
}

// configure sets what the engine has of the project. What the command line says
// counts more.
func (g *game) configure(o *runOptions, engine *headless.Options) error {
	if g.Project == nil {
		for _, library := range g.libraries {
			engine.Libraries = append(engine.Libraries, library.Root)
		}
		return nil
	}
	engine.Root = g.Root
	engine.Find = func(file string) (string, error) { return g.Find("/" + filepath.ToSlash(file)) }
	o.config = o.config.with(g.Settings())
	engine.Config = o.config
	for key, to := range map[string]*float64{
		"display.update_frequency":      &engine.Rate,
		"engine.fixed_update_frequency": &engine.FixedRate,
	} {
		text := o.config[key]
		if text == "" || *to != 0 {
			continue
		}
		hz, err := strconv.ParseFloat(text, 64)
		if err != nil || hz < 0 || hz > 1e6 {
			return fmt.Errorf("%s: %s is %q: want frames a second, 0 for the default", g.Config.File, key, text)
		}
		*to = hz
	}
	return nil
}

// addWorld gives the engine game objects, and go, gui, factory and the like.
func (g *game) addWorld(engine *headless.Engine, std streams, o runOptions) (*world.World, error) {
	w := world.New(engine, world.Options{Project: g.Project, Settings: o.config, Note: o.passedOver(std)})
	return w, engine.Add(w)
}

// load loads the main collection of a project, or the scripts.
func (g *game) load(engine *headless.Engine, w *world.World, o runOptions) error {
	if g.Project != nil {
		if err := w.LoadMain(); err != nil {
			return oneError(err)
		}
	}
	for _, path := range o.scripts {
		if _, err := engine.LoadScript(path); err != nil {
			return loadError(path, err)
		}
	}
	root := "."
	if g.Project != nil {
		root = g.Root
	}
	return o.drive.loadDrivers(engine, root)
}

// oneError is one line, whether a script or another file of the project is to
// blame.
func oneError(err error) error {
	if load := (*headless.LoadError)(nil); errors.As(err, &load) {
		return errors.New(oneLine(load.Text))
	}
	return err
}
