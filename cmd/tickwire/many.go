package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tickwire/tickwire/extension"
	"github.com/tickwire/tickwire/lua/headless"
)

// manyOptions are the flags about many engines at once.
type manyOptions struct {
	instances int     // 0: one, without a summary
	ramp      float64 // starts a second; 0: all at once
	json      bool    // the summary's form
	summary   bool    // a form was given
}

// maxInstances is far beyond what a machine's memory holds.
const maxInstances = 1_000_000

func manyFlags(c *command, o *manyOptions) {
	c.flags.Func("instances", "run `N` engines at once, each with a state of its own, and print a summary; scripts\n"+
		"find their number, from 1, with sys.get_config_int(\"tickwire.instance\")", func(s string) (err error) {
		o.instances, err = strconv.Atoi(s)
		if err != nil || o.instances < 1 || o.instances > maxInstances {
			return fmt.Errorf("want a whole number from 1 to %d", maxInstances)
		}
		return nil
	})
	c.flags.Func("ramp", "start `N` of --instances a second (default: all at once)", func(s string) (err error) {
		o.ramp, err = strconv.ParseFloat(s, 64)
		if err != nil || !(o.ramp > 0 && o.ramp <= 1e6) {
			return errors.New("want a number of starts a second, up to 1000000")
		}
		return nil
	})
	c.flags.Func("summary", "print the summary of --instances as `FORMAT`: text or json (default text)", func(s string) error {
		if s != "text" && s != "json" {
			return errors.New("want text or json")
		}
		o.json, o.summary = s == "json", true
		return nil
	})
}

// check finds flags that mean nothing.
func (o *manyOptions) check() error {
	if o.instances > 0 {
		return nil
	}
	for flag, given := range map[string]bool{"--ramp": o.ramp > 0, "--summary": o.summary} {
		if given {
			return errors.New(flag + " is about --instances: give that, too")
		}
	}
	return nil
}

// maxErrors is how many script errors of many engines are printed; the summary
// counts the rest.
const maxErrors = 100

// manyGC is GOGC for many engines, unless the environment sets it. A collection
// looks at all of their tables, a tenth of a second for a thousand engines, and
// their frames are late meanwhile: so there are fewer, for more memory.
const manyGC = 400

// many is a run of many engines.
type many struct {
	options runOptions
	game    *game
	servers *echoes
	std     streams
	stop    context.CancelFunc
	tally   tally

	running atomic.Int64
	errors  atomic.Int64
	failed  atomic.Bool  // --strict, or a driver: exit code 1
	code    atomic.Int64 // the first sys.exit's that isn't 0

	mu     sync.Mutex
	broken error // the first that could not be loaded; guarded by mu
}

// locked is a writer for many goroutines.
type locked struct {
	mu sync.Mutex
	w  io.Writer // guarded by mu
}

func (l *locked) Write(text []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(text)
}

// runMany runs the engines to their end and prints the summary.
func runMany(signals *signals, std streams, o runOptions, g *game, servers *echoes) (int, error) {
	if o.drive.watch {
		return 0, errors.New("--watch is for one engine: leave --instances out")
	}
	if os.Getenv("GOGC") == "" {
		defer debug.SetGCPercent(debug.SetGCPercent(manyGC))
	}
	o.programs, o.pool = headless.NewPrograms(), extension.NewPool()
	var err error
	if o.tls, err = trust(o.ca, servers.certificates()...); err != nil { // once: it reads the system's authorities
		return 0, err
	}
	ctx, stop := context.WithCancel(signals)
	defer stop()
	m := &many{
		options: o, game: g, servers: servers, stop: stop,
		std:   streams{&locked{w: std.out}, &locked{w: std.err}},
		tally: newTally(),
	}
	began := time.Now()
	var group sync.WaitGroup
	report := time.NewTicker(time.Second)
	defer report.Stop()
	live := terminal(std.err)
	started := 0
	var next <-chan time.Time // when the next one is due
	due := func() time.Time {
		if o.many.ramp == 0 {
			return began
		}
		return began.Add(time.Duration(float64(started) / o.many.ramp * float64(time.Second)))
	}
	idle := make(chan struct{}, 1)
	wait := func() {
		if started < o.many.instances {
			next = time.After(time.Until(due()))
		} else {
			next = nil
		}
	}
	wait()
	for started < o.many.instances || m.running.Load() > 0 {
		select {
		case <-next:
			started++
			m.running.Add(1)
			number := started
			// Owned by runMany; ends with its engine or ctx; the group joins it.
			group.Go(func() {
				m.one(ctx, number)
				m.running.Add(-1)
				select {
				case idle <- struct{}{}:
				default:
				}
			})
			wait()
		case <-idle:
		case <-report.C:
			if live {
				fmt.Fprintln(m.std.err, m.tally.line(time.Since(began), int(m.running.Load())))
			}
		case <-ctx.Done():
			started = o.many.instances // no more of them
			next = nil
			group.Wait()
		}
	}
	group.Wait()
	if err := m.firstBroken(); err != nil {
		return 0, err
	}
	if err := m.summarize(std.out, time.Since(began)); err != nil {
		return 0, err
	}
	return runCode(signals.code(), m.failed.Load(), headless.Result{Code: int(m.code.Load())}), nil
}

func (m *many) firstBroken() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.broken
}

// one runs one engine to its end, all on this goroutine.
func (m *many) one(ctx context.Context, number int) {
	o := m.options
	o.config = maps.Clone(o.config)
	o.config["tickwire.instance"] = strconv.Itoa(number)
	o.trace, o.frame = m.tally.hear, m.tally.frame
	p, err := newProgram(m.std, o, m.game, m.servers, func(err error) {
		if count := m.errors.Add(1); count <= maxErrors {
			fmt.Fprintf(m.std.err, "error: instance %d: %v\n", number, err)
		}
		if o.strict {
			m.failed.Store(true)
			m.stop()
		}
	})
	if err != nil {
		m.mu.Lock()
		if m.broken == nil {
			m.broken = err
		}
		m.mu.Unlock()
		m.stop()
		return
	}
	result := p.engine.Run(ctx)
	if err := p.engine.Close(); err != nil {
		fmt.Fprintln(m.std.err, err)
	}
	if p.failed(o.strict) {
		m.failed.Store(true)
	}
	if result.Code != 0 {
		m.code.CompareAndSwap(0, int64(result.Code))
	}
}

// summary is what is printed at the end; times are milliseconds.
type summary struct {
	Instances    int         `json:"instances"`
	Seconds      float64     `json:"seconds"`
	ScriptErrors int64       `json:"script_errors"`
	Connected    int64       `json:"connected"`
	Failed       int64       `json:"failed"`
	Disconnected int64       `json:"disconnected"`
	Sent         counted     `json:"sent"`
	Received     counted     `json:"received"`
	Connect      percentiles `json:"connect_ms"`
	Answer       percentiles `json:"answer_ms"`
	Frames       frames      `json:"frames"`
}

// frames are those that came by the clock.
type frames struct {
	percentiles       // how late they came
	Missed      int64 `json:"missed"` // those that were so late that another one was due
}

type counted struct {
	Messages int64 `json:"messages"`
	Bytes    int64 `json:"bytes"`
}

func (m *many) summarize(w io.Writer, took time.Duration) error {
	s := m.tally.summary()
	s.Instances, s.Seconds, s.ScriptErrors = m.options.many.instances, took.Seconds(), m.errors.Load()
	if m.options.many.json {
		return json.NewEncoder(w).Encode(s)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%d instances, %.1f s, %d script errors\n", s.Instances, s.Seconds, s.ScriptErrors)
	fmt.Fprintf(&b, "connections  %d connected, %d failed, %d over\n", s.Connected, s.Failed, s.Disconnected)
	fmt.Fprintf(&b, "sent         %d messages, %d bytes\n", s.Sent.Messages, s.Sent.Bytes)
	fmt.Fprintf(&b, "received     %d messages, %d bytes\n", s.Received.Messages, s.Received.Bytes)
	fmt.Fprintf(&b, "ms to connect  %v\n", s.Connect)
	fmt.Fprintf(&b, "ms to answer   %v\n", s.Answer)
	fmt.Fprintf(&b, "ms late        %v; %d of %d frames missed\n", s.Frames.percentiles, s.Frames.Missed, s.Frames.Count)
	_, err := io.WriteString(w, b.String())
	return err
}
