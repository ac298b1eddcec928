package main

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tickwire/tickwire/extension"
)

// settings are the configuration that scripts read, by "section.key".
type settings map[string]string

// set reads --config's section.key=value. The value may hold "=" and be empty.
func (s settings) set(text string) error {
	key, value, found := strings.Cut(text, "=")
	section, name, dotted := strings.Cut(key, ".")
	if !found || !dotted || section == "" || name == "" {
		return errors.New("want section.key=value")
	}
	s[key] = value
	return nil
}

// with returns a copy that also holds what defaults has and s has not.
func (s settings) with(defaults settings) settings {
	all := maps.Clone(defaults)
	maps.Copy(all, s)
	return all
}

// websocketOptions reads Defold's [websocket] settings.
func (s settings) websocketOptions() (o extension.Options, err error) {
	if o.MaxConnections, err = s.whole("websocket.max_connections"); err != nil {
		return o, err
	}
	if o.ReadBuffer, err = s.whole("websocket.buffer_size"); err != nil {
		return o, err
	}
	microseconds, err := s.whole("websocket.socket_timeout")
	if err != nil {
		return o, err
	}
	o.SocketTimeout = time.Duration(microseconds) * time.Microsecond
	if level := strings.TrimSpace(s["websocket.debug"]); level != "" {
		debug, err := parseDebug(level)
		if err != nil {
			return o, fmt.Errorf("config websocket.debug is %q: %w", level, err)
		}
		o.Debug = *debug
	}
	return o, nil
}

// whole reads a setting that is a whole number; 0, the default, if it isn't set.
func (s settings) whole(key string) (int, error) {
	text := strings.TrimSpace(s[key])
	if text == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(text, 10, 32) // 32 bits of µs are 35 minutes
	if err != nil || n < 0 {
		return 0, fmt.Errorf("config %s is %q: want a whole number from 0 to %d", key, text, math.MaxInt32)
	}
	return int(n), nil
}

// debugLevels are the names of the levels, as in game.project.
var debugLevels = []string{
	extension.Disabled:     "disabled",
	extension.StateChanges: "state_changes",
	extension.Verbose:      "verbose",
}

// parseDebug reads a level by its number or its name.
func parseDebug(s string) (*extension.Debug, error) {
	n, err := strconv.Atoi(s)
	if err != nil {
		n = slices.Index(debugLevels, strings.ToLower(s))
	}
	if n < 0 || n >= len(debugLevels) {
		return nil, errors.New("want 0, 1, 2 or disabled, state_changes, verbose")
	}
	level := extension.Debug(n)
	return &level, nil
}

// parseDuration reads --for.
func parseDuration(s string) (time.Duration, error) {
	d, err := time.ParseDuration(s)
	if err != nil || d <= 0 || d > maxDuration {
		return 0, errors.New("want a duration such as 500ms, 10s or 2m")
	}
	return d, nil
}

// parseRate reads --rate; the engine's own limits hold.
func parseRate(s string) (float64, error) {
	hz, err := strconv.ParseFloat(s, 64)
	if err != nil || !(hz >= 0.001 && hz <= 1e6) {
		return 0, errors.New("want frames a second, from 0.001 to 1000000")
	}
	return hz, nil
}
