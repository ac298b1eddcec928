package world

import (
	"fmt"

	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/lua/headless"
)

// proxy is what a collection proxy knows.
type proxy struct {
	path    string      // of the collection
	asked   *asker      // load waits for the next Update; nil for none
	loaded  *collection // nil until then
	made    []*object
	enabled bool
	leaving *asker // unload waits for the frame's end
}

// asker is who sent a message that is answered later; nil answers nobody.
type asker struct{ address headless.Address }

func (p *proxy) receive(c *component, m headless.Message) {
	w := c.object.collection.w
	fail := func(format string, args ...any) {
		w.e.Report(&headless.ScriptError{URL: m.From.String(), Callback: "msg.post",
			Err: fmt.Errorf("message '%s' to the collection proxy '%s': %s", m.ID, m.To, fmt.Sprintf(format, args...))})
	}
	if p.loaded == nil {
		switch m.ID {
		case "load", "async_load":
			if p.asked != nil {
				fail("it is loading already")
				return
			}
			p.asked = &asker{m.From}
			w.proxies = append(w.proxies, c)
		case "init", "enable", "disable", "final", "unload", "set_time_step":
			if p.asked != nil && m.ID == "unload" {
				p.asked = nil // it never begins
				return
			}
			fail("%s isn't loaded", p.path)
		}
		return
	}
	switch m.ID {
	case "load", "async_load":
		fail("%s is loaded already", p.path)
	case "init":
		p.begin()
	case "enable":
		p.begin()
		p.enabled = true
		p.loaded.timeline.Paused = false
	case "disable":
		p.enabled = false
		p.loaded.timeline.Paused = true
	case "final":
		p.finalize()
	case "unload":
		p.unload(c, &asker{m.From})
	case "set_time_step":
		factor, ok := m.Body.RawGetString("factor").(lua.LNumber)
		if !ok || factor < 0 {
			fail("factor must be a number, 0 or more")
			return
		}
		mode, _ := m.Body.RawGetString("mode").(lua.LNumber)
		p.loaded.timeline.Factor, p.loaded.timeline.Discrete = float64(factor), mode == 1
	}
}

// work loads what was asked for.
func (p *proxy) work(c *component) {
	if p.asked == nil || c.object.gone || c.object.doomed {
		return
	}
	to := p.asked.address
	p.asked = nil
	w := c.object.collection.w
	if err := p.load(c); err != nil {
		w.e.Report(&headless.ScriptError{URL: c.address().String(), Callback: "load", Err: err})
		return
	}
	w.post(c, to, "proxy_loaded")
}

func (p *proxy) load(c *component) error {
	w := c.object.collection.w
	described, err := w.options.Project.Collection(p.path)
	if err != nil {
		return w.options.Project.Blame(err, c.address().String(), 0, "collection")
	}
	if w.collections[described.Name] != nil {
		return fmt.Errorf("%s: a collection with the name %s is loaded already", p.path, described.Name)
	}
	in := w.newCollection(described.Name, c)
	in.timeline.Paused, in.held = true, true
	w.collections[in.name] = in
	made, err := in.load(described, "/")
	if err != nil {
		delete(w.collections, in.name)
		return err
	}
	p.loaded, p.made = in, made
	return nil
}

// post sends an answer of a component's.
func (w *World) post(c *component, to headless.Address, id string) {
	if to.Path == "" || !w.HasSocket(to.Socket) {
		return // a host asked, or who did is gone
	}
	if err := w.e.Post(c.address(), to, id, nil); err != nil {
		w.e.Report(&headless.ScriptError{URL: c.address().String(), Callback: id, Err: err})
	}
}

func (p *proxy) begin() {
	if p.loaded.held {
		p.loaded.held = false
		begin(p.made)
		w := p.loaded.w
		for _, m := range p.loaded.waiting {
			if err := w.Deliver(m); err != nil {
				w.e.Report(&headless.ScriptError{URL: m.From.String(), Callback: "msg.post", Err: err})
			}
		}
		p.loaded.waiting = nil
	}
}

func (p *proxy) finalize() {
	p.enabled = false
	p.loaded.timeline.Paused = true
	for _, o := range append([]*object(nil), p.loaded.order...) {
		for _, c := range o.components {
			if c.script != nil {
				c.script.Finalize()
			}
		}
	}
}

// unload deletes the collection at the frame's end, then answers.
func (p *proxy) unload(c *component, to *asker) {
	p.asked = nil
	if p.loaded == nil || p.loaded.closing {
		return
	}
	p.loaded.closing = true
	p.leaving = to
	for _, o := range append([]*object(nil), p.loaded.order...) {
		o.doom()
	}
	w := c.object.collection.w
	w.unloading = append(w.unloading, c)
}

// unloaded ends what unload began.
func (p *proxy) unloaded(c *component) {
	w := c.object.collection.w
	delete(w.collections, p.loaded.name)
	path, to := p.path, p.leaving
	*p = proxy{path: path}
	if to != nil {
		w.post(c, to.address, "proxy_unloaded")
	}
}
