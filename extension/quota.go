package extension

import (
	"github.com/tickwire/tickwire/extension/internal/wire"
	lua "github.com/yuin/gopher-lua"
)

// Quota bounds what the connections of one script instance do together; those
// without an instance count as one.
type Quota = wire.Quota

// pingSize is what a ping of the script's counts as, in bytes.
const pingSize = 8

// fewMeters is how many meters are kept before one looks for unused ones.
const fewMeters = 64

// meters hold what each script instance has used of its quota. A meter outlives
// its connections until what they used is made up for: else a script would get
// a new one by reconnecting.
type meters struct {
	of     map[lua.LValue]*wire.Meter // by self
	enough int                        // with so many, unused ones are dropped first
}

// admit gives the meter of a new connection, nil without quotas; err refuses
// the connection, which then has no meter.
func (e *Extension) admit(self lua.LValue) (m *wire.Meter, err error) {
	if e.o.Quota == (Quota{}) {
		return nil, nil
	}
	m = e.meters.of[self]
	if m == nil {
		m = e.hub.NewMeter(&e.o.Quota)
		e.meters.add(self, m)
	}
	if err := m.Open(); err != nil {
		return nil, err
	}
	return m, nil
}

// add keeps a meter; the unused ones go whenever their number has doubled.
func (k *meters) add(self lua.LValue, m *wire.Meter) {
	if k.of == nil {
		k.of, k.enough = make(map[lua.LValue]*wire.Meter), fewMeters
	}
	if len(k.of) >= k.enough {
		for self, m := range k.of {
			if m.Unused() {
				delete(k.of, self)
			}
		}
		k.enough = max(fewMeters, 2*len(k.of))
	}
	k.of[self] = m
}

// leave frees a connection's place.
func (k *meters) leave(self lua.LValue, m *wire.Meter) {
	m.Close()
	if m.Unused() {
		delete(k.of, self)
	}
}
