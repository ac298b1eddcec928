package main

import (
	"encoding/json"
	"io"
	"strings"
	"sync"
	"time"
)

// jsonLog writes what a run prints as JSON, an object a line. Safe from any
// goroutine.
type jsonLog struct {
	level string

	mu sync.Mutex
	w  io.Writer // guarded by mu
}

// jsonStreams is where a run with --log-format json prints.
func jsonStreams(std streams) streams {
	return streams{&jsonLog{level: "print", w: std.out}, &jsonLog{level: "log", w: std.err}}
}

// Write is one entry: whoever prints here prints whole lines.
func (l *jsonLog) Write(text []byte) (int, error) {
	entry := struct {
		Time  time.Time `json:"time"`
		Level string    `json:"level"`
		Text  string    `json:"text"`
	}{time.Now().UTC(), l.level, strings.TrimSuffix(string(text), "\n")}
	if rest, found := strings.CutPrefix(entry.Text, "error: "); found && l.level == "log" {
		entry.Level, entry.Text = "error", rest
	}
	line, err := json.Marshal(entry)
	if err != nil {
		return 0, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, err := l.w.Write(append(line, '\n')); err != nil {
		return 0, err
	}
	return len(text), nil
}
