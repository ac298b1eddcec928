package luaspec

import (
	"context"
	"crypto/tls"
	"fmt"
	"io/fs"
	"math"
	"net"
	"time"

	lua "github.com/yuin/gopher-lua"

	luasrc "github.com/tickwire/tickwire/lua"
	"github.com/tickwire/tickwire/lua/headless"
)

// Options says how spec files run. Its zero value works.
type Options struct {
	// Root is the project's folder: require and script paths start there.
	// Default ".".
	Root string
	// Libraries are folders where require looks after Root, in this order.
	Libraries []string
	// Modules is where require looks last: Lua modules that the host brings.
	// Default: those that come with Tickwire (package luasrc).
	Modules fs.FS
	// Config holds settings by "section.key", for sys.get_config_*.
	Config map[string]string
	// Systems makes further native modules, beside websocket. It is called for
	// each spec file with that file's engine and clock, in the file's bubble.
	Systems func(*headless.Engine, headless.Clock) []headless.System
	// Dialer dials the hosts that are not in memory. It is called outside the
	// bubble, must be safe from any goroutine and honour its context. Default
	// net.Dialer's.
	Dialer func(ctx context.Context, network, address string) (net.Conn, error)
	// TLS is used for wss, with the throw-away CA of spec_server added to its
	// roots (the system's, if it has none) and the specs' clock. Default: a zero
	// one.
	TLS *tls.Config
	// Rate is how many frames a second. Default 60 Hz.
	Rate float64
	// Start is where the virtual clock begins in each file. Default: the wall's
	// time, so that certificates of real servers are valid.
	Start time.Time
	// Timeout bounds by the wall's clock one it with its hooks, one setup or
	// teardown, and the loading of a file. Default 1 minute.
	Timeout time.Duration

	// Filter is a Lua pattern; only specs whose full name matches run. The full
	// name is the names of the describes and of the it, joined by blanks.
	// Default "": all.
	Filter string
	// Tags: only specs with one of these tags ("slow" for #slow in a name).
	Tags []string
	// ExcludeTags: no specs with one of these.
	ExcludeTags []string
	// Shuffle runs the files, and the children of each block, in an order that
	// Seed decides.
	Shuffle bool
	// Seed is shuffle's. Default 0: a new one, which is printed.
	Seed uint64
	// OnResult hears of each spec as it ends, and of blocks outside of their
	// specs: an output of one's own. Its calls come one after another, from the
	// goroutine of the spec's test, or of Command.Run. Default: nobody.
	OnResult func(Result)

	// grace is what a file gets beyond Timeout to notice it before it is given
	// up. Default 5 s.
	grace time.Duration
	// library and programs are compiled once for all files.
	library  map[string]*lua.FunctionProto
	programs *headless.Programs
}

const (
	defaultRate    = 60 // Hz
	defaultTimeout = time.Minute
	defaultGrace   = 5 * time.Second
)

// withDefaults checks a copy and fills it in.
func (o Options) withDefaults() (Options, error) {
	if o.Root == "" {
		o.Root = "."
	}
	if o.Modules == nil {
		o.Modules = luasrc.Modules()
	}
	if o.Rate == 0 {
		o.Rate = defaultRate
	}
	if math.IsNaN(o.Rate) || o.Rate < 1 || o.Rate > 100_000 {
		return o, fmt.Errorf("luaspec: check options: Rate is %v Hz, want 1 to 100000", o.Rate)
	}
	if o.Timeout < 0 {
		return o, fmt.Errorf("luaspec: check options: Timeout %v can't be negative", o.Timeout)
	}
	if o.Timeout == 0 {
		o.Timeout = defaultTimeout
	}
	if o.grace == 0 {
		o.grace = defaultGrace
	}
	var err error
	if o.library, err = compileLibrary(); err != nil {
		return o, err
	}
	o.programs = headless.NewPrograms()
	if o.Shuffle && o.Seed == 0 {
		o.Seed = uint64(time.Now().UnixNano())
	}
	return o, nil
}
