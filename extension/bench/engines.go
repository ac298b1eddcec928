package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/tickwire/tickwire/extension"
	luasrc "github.com/tickwire/tickwire/lua"
	"github.com/tickwire/tickwire/lua/headless"
	"github.com/tickwire/tickwire/lua/httplib"
	"github.com/tickwire/tickwire/lua/world"
)

// engineCount is how many engines the rows of engines run at once.
const engineCount = 1000

// engines measures the headless engine: its start, its frame, and a thousand of it.
func engines(s *session) error {
	for _, measure := range []func(s *session) error{commandStart, emptyFrame, engineMemory, enginesAtWork} {
		if err := measure(s); err != nil {
			return err
		}
	}
	return nil
}

// commandStart is the whole process of tickwire run with a script that does
// nothing; the peer is a process that does nothing, in the same turns.
func commandStart(s *session) error {
	script, remove, err := writeScript("")
	if err != nil {
		return err
	}
	defer remove()
	command := filepath.Join(filepath.Dir(script), "tickwire")
	build := exec.Command("go", "build", "-o", command, "./cmd/tickwire")
	build.Dir = filepath.Join("..", "..") // another module
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w\n%s", err, out)
	}
	took := func(name string, args ...string) (float64, error) {
		began := time.Now()
		err := exec.Command(name, args...).Run()
		return time.Since(began).Seconds() * 1000, err
	}
	var ours, peers []float64
	for range 4*s.turns + 1 {
		peer, err := took(os.Args[0], nothing)
		if err != nil {
			return err
		}
		our, err := took(command, "run", script)
		if err != nil {
			return err
		}
		ours, peers = append(ours, our), append(peers, peer)
	}
	return s.report.row(compare("start of tickwire run, an empty script; a process that does nothing", "ms", ours[1:], peers[1:]))
}

// nothing is the process that commandStart compares with.
const nothing = "do-nothing"

// emptyFrame is a frame of one script whose update does nothing.
func emptyFrame(s *session) error {
	script, remove, err := writeScript("function update(self, dt) end")
	if err != nil {
		return err
	}
	defer remove()
	engine, err := newEngine(headless.NewPrograms(), nil, script, headless.Options{})
	if err != nil {
		return err
	}
	defer engine.Close()
	const frames = 100_000
	var all []float64
	for range s.turns + 1 {
		began := time.Now()
		for range frames {
			engine.Step(time.Second / 60)
		}
		all = append(all, float64(time.Since(began).Nanoseconds())/frames/1000)
	}
	return s.report.row(result{Name: "frame of one script with an empty update", Ours: median(all[1:]), Unit: "µs", Reason: "no peer is measured"})
}

// engineMemory is what an engine with one script and one open connection takes of
// its process' resident memory.
func engineMemory(s *session) error {
	urls, stop, err := startServer()
	if err != nil {
		return err
	}
	defer stop()
	out, err := exec.Command(os.Args[0], "engines-hold", urls.plain).Output()
	if err != nil {
		return err
	}
	bytes, err := strconv.ParseFloat(string(out), 64)
	if err != nil {
		return err
	}
	return s.report.row(result{Name: fmt.Sprintf("engine, script and open connection, at %d", engineCount), Ours: bytes / 1024, Unit: "KiB resident", Reason: "no peer is measured"})
}

// writeScript writes a script to a file of a folder that remove removes.
func writeScript(text string) (path string, remove func(), err error) {
	folder, err := os.MkdirTemp("", "tickwire-bench-")
	if err != nil {
		return "", nil, err
	}
	path = filepath.Join(folder, "bench.script")
	return path, func() { _ = os.RemoveAll(folder) }, os.WriteFile(path, []byte(text), 0o600)
}

// newEngine is an engine as tickwire run makes it, with the script at this path.
func newEngine(programs *headless.Programs, pool *extension.Pool, script string, o headless.Options) (*headless.Engine, error) {
	o.Programs, o.Modules, o.Stdout = programs, luasrc.Modules(), io.Discard
	engine, err := headless.New(o)
	if err != nil {
		return nil, err
	}
	websocket := extension.New(extension.Options{Host: engine, OnError: engine.Report, Pool: pool})
	for _, system := range []headless.System{
		world.New(engine, world.Options{}),
		websocket,
		httplib.New(httplib.Options{Host: engine, OnError: engine.Report, Hash: engine.Hash, Dial: websocket.DialContext}),
	} {
		if err := engine.Add(system); err != nil {
			return nil, err
		}
	}
	_, err = engine.LoadScript(script)
	return engine, err
}

// holdEngines is engineMemory's process: it prints how many bytes each takes.
func holdEngines(url string) error {
	script, remove, err := writeScript(`
		function init(self)
			self.connection = websocket.connect(sys.get_config_string("bench.url"), { timeout = 60000 }, function(self, connection, data)
				if data.event == websocket.EVENT_CONNECTED then msg.post("#", "connected") end
			end)
		end
		function on_message(self, id)
			sys.exit(0)
		end`)
	if err != nil {
		return err
	}
	defer remove()
	programs, pool := headless.NewPrograms(), extension.NewPool()
	var group sync.WaitGroup
	defer group.Wait()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	connect := func(n int) error {
		for range n {
			engine, err := newEngine(programs, pool, script, headless.Options{Config: map[string]string{"bench.url": url}})
			if err != nil {
				return err
			}
			up := make(chan error, 1)
			// Owned by holdEngines; ends with ctx; the group joins it. An engine's
			// goroutine is part of what it takes.
			group.Go(func() {
				result := engine.Run(ctx)
				if result.Reason != headless.Exited {
					up <- fmt.Errorf("the engine ended: %v", result.Reason)
					return
				}
				up <- nil
				<-ctx.Done()
				_ = engine.Close()
			})
			if err := <-up; err != nil {
				return err
			}
		}
		return nil
	}
	if err := connect(engineCount / 10); err != nil { // code, pools and the poller are paid for once
		return err
	}
	before, err := resident()
	if err != nil {
		return err
	}
	if err := connect(engineCount); err != nil {
		return err
	}
	after, err := resident()
	if err != nil {
		return err
	}
	fmt.Print(float64(after-before) / engineCount)
	return nil
}

// lateness is what a process of enginesAtWork prints: frames that came late by the
// clock, in milliseconds.
type lateness struct {
	P50, P99, Max, Missed float64
	CPU                   float64 // seconds a second
}

// enginesAtWork has each engine send and get 64 bytes ten times a second, at 60 Hz.
// The peer is as many goroutines that only sleep from frame to frame: what the
// machine itself is late by.
func enginesAtWork(s *session) error {
	urls, stop, err := startServer()
	if err != nil {
		return err
	}
	defer stop()
	run := func(arg string) (l lateness, err error) {
		out, err := exec.Command(os.Args[0], "engines-run", arg).Output()
		if err != nil {
			return l, err
		}
		return l, json.Unmarshal(out, &l)
	}
	var ours, peers, missed, cpu []float64
	for range s.turns {
		peer, err := run("")
		if err != nil {
			return err
		}
		our, err := run(urls.plain)
		if err != nil {
			return err
		}
		ours, peers = append(ours, our.P99), append(peers, peer.P99)
		missed, cpu = append(missed, our.Missed*100), append(cpu, our.CPU*100)
	}
	name := fmt.Sprintf("%d engines, 64 B both ways 10 times a second: ", engineCount)
	if err := s.report.row(compare(name+"99 % of frames; timers alone", "ms late at most", ours, peers)); err != nil {
		return err
	}
	for _, row := range []result{
		{Name: name + "frames missed", Ours: median(missed), Unit: "%"},
		{Name: name + "of a core", Ours: median(cpu), Unit: "%"},
	} {
		row.Reason = "no peer is measured"
		if err := s.report.row(row); err != nil {
			return err
		}
	}
	return nil
}

// workTime is how long the engines of enginesAtWork are measured; they start before
// it.
const workTime = 5 * time.Second

// runEngines is enginesAtWork's process.
func runEngines(url string) error {
	const period = time.Second / 60
	debug.SetGCPercent(gcPercent) // as tickwire run --instances has it
	var (
		mu    sync.Mutex
		all   []float64
		begun time.Time
	)
	hear := func(late time.Duration) {
		mu.Lock()
		defer mu.Unlock()
		if !begun.IsZero() {
			all = append(all, late.Seconds()*1000)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	var group sync.WaitGroup
	script, remove, err := writeScript(`
		local payload = string.rep("x", 64)
		function init(self)
			websocket.connect(sys.get_config_string("bench.url"), { timeout = 60000 }, function(self, connection, data)
				if data.event == websocket.EVENT_CONNECTED then
					timer.delay(0.1, true, function() websocket.send(connection, payload) end)
				end
			end)
		end
		function update(self, dt) end`)
	if err != nil {
		cancel()
		return err
	}
	defer remove()
	programs, pool := headless.NewPrograms(), extension.NewPool()
	for range engineCount {
		if url == "" {
			// Owned by runEngines; ends with ctx; the group joins it.
			group.Go(func() {
				anchor := time.Now()
				for k := time.Duration(1); ctx.Err() == nil; k++ {
					due := anchor.Add(k * period)
					time.Sleep(time.Until(due))
					hear(time.Since(due))
				}
			})
		} else {
			engine, err := newEngine(programs, pool, script, headless.Options{OnFrame: hear, Config: map[string]string{"bench.url": url}})
			if err != nil {
				cancel()
				return err
			}
			// Owned by runEngines; ends with ctx; the group joins it.
			group.Go(func() {
				engine.Run(ctx)
				_ = engine.Close()
			})
		}
		time.Sleep(2 * time.Millisecond)
	}
	time.Sleep(2 * time.Second)
	runtime.GC()
	mu.Lock()
	begun = time.Now()
	mu.Unlock()
	used := processTime()
	time.Sleep(workTime)
	used = processTime() - used
	mu.Lock()
	slices.Sort(all)
	n := len(all)
	missed := n - len(all[:searchFloat(all, period.Seconds()*1000)])
	l := lateness{P50: all[n/2], P99: all[n*99/100], Max: all[n-1], Missed: float64(missed) / float64(n), CPU: used.Seconds() / workTime.Seconds()}
	begun = time.Time{}
	mu.Unlock()
	cancel()
	group.Wait()
	return json.NewEncoder(os.Stdout).Encode(l)
}

func searchFloat(sorted []float64, v float64) int {
	at, _ := slices.BinarySearch(sorted, v)
	return at
}
