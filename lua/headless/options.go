package headless

import (
	"fmt"
	"io"
	"io/fs"
	"log"
	"maps"
	"math"
	"os"
	"time"
)

// Options says how an engine runs. Its zero value works.
type Options struct {
	// Root is the project's folder: require and script paths start there.
	// Default ".".
	Root string
	// Libraries are folders where require looks after Root, in this order.
	Libraries []string
	// Find says where a file is that require or sys.load_resource wants,
	// "main/util.lua". Its error says
	// where it looked. Default: in Root, then in Libraries.
	Find func(file string) (string, error)
	// Modules is where require looks last: Lua modules that the host brings.
	// Default none.
	Modules fs.FS
	// Programs holds compiled files. Engines that run the same scripts share one
	// and compile each file once. Default: the engine's own.
	Programs *Programs
	// Config holds settings by "section.key", for sys.get_config_*.
	Config map[string]string
	// Rate is how many frames a second Run steps. Default 60 Hz.
	Rate float64
	// FixedRate is how many fixed_update a second a script gets. Default 60 Hz.
	FixedRate float64
	// Fast makes Run step without waiting, as long as no System is active: a
	// peer on a real network lives by the wall clock. Default false.
	Fast bool
	// Speed is how many times as fast as the clock Run's frames come; each is as
	// long as ever. What is on a network keeps its own time. Default 1.
	Speed float64
	// LockedThread says that the engine's goroutine is locked to its thread
	// (runtime.LockOSThread), as graphics need it. A host that locks it and leaves
	// this out may have coroutines or tickwire.async, but not both: Go ends the
	// program where a task meets a coroutine. Resuming a coroutine costs more with
	// it. Default false.
	LockedThread bool
	// Watchdog stops a script that has not returned for this long, within a frame
	// or while its file is loaded: the error says where it was, and Run ends with
	// code 1. It slows scripts down by about a quarter. Default 0: none.
	Watchdog time.Duration
	// OnFrame hears, before each of Run's frames that comes by the clock, how late it
	// comes: after a frame that took too long, or on a machine that was busy. Called
	// from the Lua goroutine. Default: nobody.
	OnFrame func(late time.Duration)
	// For ends Run after this much time. Default 0: no end.
	For time.Duration
	// Clock is where time comes from. Default SystemClock().
	Clock Clock
	// SaveDir is the folder of sys.get_save_file. Default: one of the engine's
	// own, made at the first call and removed by Close.
	SaveDir string
	// Log hears, once each, of what scripts ask for that does nothing here: a
	// sound, say. Called from the Lua goroutine. Default: nobody.
	Log func(line string)
	// Stdout gets print and pprint, one Write a call. Default os.Stdout.
	Stdout io.Writer
	// OnError gets each script error, with file, line and traceback: usually a
	// *ScriptError. It is called from the Lua goroutine and must not call the
	// engine. Default: package log, to os.Stderr.
	OnError func(error)
	// MaxMessages bounds the messages that one frame delivers; what is left
	// waits for the next one. Default 10,000.
	MaxMessages int
	// MaxQueue bounds the messages that wait. Beyond it msg.post raises.
	// Default 65,536.
	MaxQueue int
	// CloseTimeout bounds the scripts' final in Close. Default 1 s.
	CloseTimeout time.Duration
}

const (
	defaultRate         = 60 // Hz
	defaultMaxMessages  = 10_000
	defaultMaxQueue     = 65_536
	defaultCloseTimeout = time.Second
)

// withDefaults checks a copy and fills it in.
func (o Options) withDefaults() (Options, error) {
	if o.Root == "" {
		o.Root = "."
	}
	if info, err := os.Stat(o.Root); err != nil {
		return o, fmt.Errorf("headless: open root %s: %w", o.Root, err)
	} else if !info.IsDir() {
		return o, fmt.Errorf("headless: open root %s: not a folder", o.Root)
	}
	for name, rate := range map[string]*float64{"Rate": &o.Rate, "FixedRate": &o.FixedRate} {
		if *rate == 0 {
			*rate = defaultRate
		}
		// Beyond 1e6 a period has no exact nanoseconds left.
		if math.IsNaN(*rate) || *rate < 0.001 || *rate > 1e6 {
			return o, fmt.Errorf("headless: check options: %s is %v Hz, want 0.001 to 1000000", name, *rate)
		}
	}
	if o.Speed == 0 {
		o.Speed = 1
	}
	if math.IsNaN(o.Speed) || o.Speed < 0.001 || o.Speed > 1e6 {
		return o, fmt.Errorf("headless: check options: Speed is %v, want 0.001 to 1000000", o.Speed)
	}
	if o.For < 0 || o.Watchdog < 0 || o.MaxMessages < 0 || o.MaxQueue < 0 || o.CloseTimeout < 0 {
		return o, fmt.Errorf("headless: check options: For, Watchdog, MaxMessages, MaxQueue and CloseTimeout can't be negative")
	}
	o.Config = maps.Clone(o.Config)
	if o.Clock == nil {
		o.Clock = SystemClock()
	}
	if o.Find == nil {
		o.Find = o.find
	}
	if o.Programs == nil {
		o.Programs = NewPrograms()
	}
	if o.Stdout == nil {
		o.Stdout = os.Stdout
	}
	if o.OnError == nil {
		o.OnError = func(err error) { log.New(os.Stderr, "", 0).Print(err) }
	}
	if o.MaxMessages == 0 {
		o.MaxMessages = defaultMaxMessages
	}
	if o.MaxQueue == 0 {
		o.MaxQueue = defaultMaxQueue
	}
	if o.CloseTimeout == 0 {
		o.CloseTimeout = defaultCloseTimeout
	}
	return o, nil
}
