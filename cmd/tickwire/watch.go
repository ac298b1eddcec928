package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/fsnotify/fsnotify"
	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/lua/headless"
)

// settle is how long a file must stay as it is before it is read: an editor
// writes in pieces, or writes another file and renames it.
const settle = 50 * time.Millisecond

// watcher is the System that loads scripts and modules again whose files change.
type watcher struct {
	engine *headless.Engine
	say    func(line string)
	notify *fsnotify.Watcher
	wake   chan struct{} // capacity 1
	done   chan struct{} // closed when the goroutine has ended

	folders map[string]bool // that are watched; owned by the tick

	mu      sync.Mutex
	changed map[string]bool // files, by their absolute path; guarded by mu
}

func newWatcher(engine *headless.Engine, say func(line string)) (*watcher, error) {
	notify, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, fmt.Errorf("--watch: %w", err)
	}
	w := &watcher{
		engine: engine, say: say, notify: notify,
		wake: make(chan struct{}, 1), done: make(chan struct{}),
		folders: make(map[string]bool), changed: make(map[string]bool),
	}
	// Owned by w; ends when Close closes the notifier's channels, and Close joins it.
	go w.listen()
	return w, nil
}

// listen collects changes and wakes the engine when they have settled.
func (w *watcher) listen() {
	defer close(w.done)
	timer := time.NewTimer(settle)
	timer.Stop()
	defer timer.Stop()
	pending := make(map[string]bool)
	for {
		select {
		case event, ok := <-w.notify.Events:
			if !ok {
				return
			}
			if event.Has(fsnotify.Write) || event.Has(fsnotify.Create) {
				pending[event.Name] = true
				timer.Reset(settle)
			}
		case _, ok := <-w.notify.Errors: // events were lost: the next change is seen again
			if !ok {
				return
			}
		case <-timer.C:
			w.mu.Lock()
			for file := range pending {
				w.changed[file] = true
			}
			w.mu.Unlock()
			clear(pending)
			select {
			case w.wake <- struct{}{}:
			default:
			}
		}
	}
}

func (w *watcher) Open(*lua.LState) error { return nil }
func (w *watcher) Flush()                 {}
func (w *watcher) Release(lua.LValue)     {}
func (w *watcher) Active() int            { return 1 } // there is always a change to wait for
func (w *watcher) Wake() <-chan struct{}  { return w.wake }

// Close ends the watching and joins its goroutine.
func (w *watcher) Close() error {
	err := w.notify.Close()
	<-w.done
	return err
}

// Update watches the folders of scripts that are new, and loads again what has
// changed.
func (w *watcher) Update() {
	scripts := w.engine.Scripts()
	for _, path := range scripts {
		folder := filepath.Dir(absolutePath(path))
		if !w.folders[folder] {
			w.folders[folder] = true
			if err := w.notify.Add(folder); err != nil {
				w.say(fmt.Sprintf("tickwire run: --watch: %s: %v", folder, err))
			}
		}
	}
	w.mu.Lock()
	changed := w.changed
	w.changed = make(map[string]bool)
	w.mu.Unlock()
	if len(changed) == 0 {
		return
	}
	slices.Sort(scripts)
	for _, path := range scripts {
		if !changed[absolutePath(path)] {
			continue
		}
		if err := w.engine.Reload(path); err != nil {
			w.say("error: " + loadError(path, err).Error()) // the old one goes on
		} else {
			w.say("tickwire run: loaded " + path + " again")
		}
	}
}

// absolutePath is what the notifier calls the file.
func absolutePath(path string) string {
	if full, err := filepath.Abs(path); err == nil {
		return full
	}
	return path
}
