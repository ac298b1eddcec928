package extension

// wouldHang tells whether t, if it waited for so many of the others that have not
// ended, would wait for ever: because they wait for it in turn. Only waits for tasks
// can come to that; times, connections and callbacks end by themselves.
func (t *task) wouldHang(others []*task, count int) bool {
	if able(others, func(o *task) bool { return o != t && !o.awaits() }) >= count {
		return false // as nearly always
	}
	// Whose end t's depends on, the nearest first.
	behind := []*task{}
	known := map[*task]bool{t: false} // whether it can end without t
	add := func(list []*task) {
		for _, o := range list {
			if _, ok := known[o]; !ok {
				known[o] = !o.awaits()
				behind = append(behind, o)
			}
		}
	}
	add(others)
	for i := 0; i < len(behind); i++ {
		if behind[i].awaits() {
			add(behind[i].watching)
		}
	}
	can := func(o *task) bool { return known[o] }
	for more := true; more; {
		more = false
		for _, o := range behind {
			if !known[o] && able(o.watching, can) >= o.unended {
				known[o], more = true, true
			}
		}
	}
	return able(others, can) < count
}

// awaits tells whether only the end of a task lets t go on.
func (t *task) awaits() bool { return t.waiting && t.timer == nil && len(t.watching) > 0 }

// able counts those that have not ended and can.
func able(list []*task, can func(*task) bool) (n int) {
	for _, t := range list {
		if !t.state.ended() && can(t) {
			n++
		}
	}
	return n
}
