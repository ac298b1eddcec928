package luaspec

// What a test asks of its file's runner. Each may return nil for nothing to
// tell, except run.

// load registers the file's blocks and returns those that are selected.
func (s *session) load(file specFile, selected selection) (*node, *Result) {
	var root *node
	var loaded *Result
	if p := s.do(func(r *runner) {
		result := &Result{File: s.path, Name: s.path, Where: s.path, Block: true}
		r.measured(result, func() { root = r.load(file.name) })
		loaded = worthTelling(result)
	}); p != nil {
		return nil, s.lostResult(nil, p)
	}
	root.prune(selected)
	if s.options.Shuffle {
		root.shuffle(s.options.Seed)
	}
	return root, loaded
}

// registered is what went wrong when a block registered its children.
func (s *session) registered(n *node) *Result {
	if len(n.problems) == 0 {
		return nil
	}
	name := n.fullName()
	if n.kind == kindFile {
		name = s.path
	}
	result := &Result{File: s.path, Name: name, Where: n.where, Block: true}
	result.add(n.problems...)
	return result
}

func (s *session) enter(n *node) *Result {
	return s.ask(n, func(r *runner) *Result { return r.enterBlock(n) })
}
func (s *session) run(n *node) *Result {
	return s.ask(n, func(r *runner) *Result { return r.runSpec(n) })
}
func (s *session) leave(n *node) *Result {
	return s.ask(n, func(r *runner) *Result { return r.leaveBlock(n) })
}

func (s *session) ask(n *node, f func(*runner) *Result) *Result {
	var result *Result
	known := s.lost != nil
	p := s.do(func(r *runner) { result = f(r) })
	switch {
	case p == nil:
		return result
	case known && (n.kind == kindFile || n.kind == kindDescribe):
		return nil // its specs tell it
	}
	return s.lostResult(n, p)
}

// lostResult is told for each block that a lost runner can't run any more.
func (s *session) lostResult(n *node, p *Problem) *Result {
	result := &Result{File: s.path, Name: s.path, Where: s.path, Block: true}
	if n != nil {
		result.Name, result.Where = n.fullName(), n.where
		result.Block = n.kind == kindFile || n.kind == kindDescribe
	}
	result.add(*p)
	return result
}
