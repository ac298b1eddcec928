package project

import (
	"sort"
	"strconv"
	"strings"
)

// Config is a game.project: its settings by "section.key". Lists are
// "section.key#0", "section.key#1" …
type Config struct {
	Values map[string]string
	Lines  map[string]int // where each was set
	File   string
}

// ParseConfig reads the text of a game.project.
func ParseConfig(file, text string) (*Config, error) {
	c := &Config{Values: make(map[string]string), Lines: make(map[string]int), File: file}
	section, number := "", 0
	for line := range strings.SplitSeq(strings.TrimPrefix(text, "\xef\xbb\xbf"), "\n") {
		number++
		line = strings.TrimSpace(line)
		switch {
		case line == "" || line[0] == ';' || line[0] == '#':
		case line[0] == '[':
			name, rest, closed := strings.Cut(line[1:], "]")
			name = strings.TrimSpace(name)
			if !closed || name == "" || strings.TrimSpace(rest) != "" {
				return nil, &Error{file, number, "want [section], got " + strconv.Quote(shorten(line))}
			}
			section = name
		default:
			key, value, found := strings.Cut(line, "=")
			key = strings.TrimSpace(key)
			switch {
			case !found || key == "":
				return nil, &Error{file, number, "want key = value, got " + strconv.Quote(shorten(line))}
			case section == "":
				return nil, &Error{file, number, "want a [section] before " + strconv.Quote(shorten(key))}
			}
			c.Values[section+"."+key] = strings.TrimSpace(value)
			c.Lines[section+"."+key] = number
		}
	}
	return c, nil
}

// List is the values of key#0, key#1 …, in that order, and of key itself with
// commas between them, as older files have it.
func (c *Config) List(key string) (values []string) {
	type numbered struct {
		n    int
		text string
	}
	var all []numbered
	for name, text := range c.Values {
		if number, ok := strings.CutPrefix(name, key+"#"); ok {
			if n, err := strconv.Atoi(number); err == nil {
				all = append(all, numbered{n, text})
			}
		}
	}
	sort.Slice(all, func(i, j int) bool { return all[i].n < all[j].n })
	for text := range strings.SplitSeq(c.Values[key], ",") {
		if text = strings.TrimSpace(text); text != "" {
			values = append(values, text)
		}
	}
	for _, one := range all {
		if one.text != "" {
			values = append(values, one.text)
		}
	}
	return values
}

// fail is an error about one setting.
func (c *Config) fail(key, text string) error { return &Error{c.File, c.Lines[key], text} }

// defaults are the settings that a script finds although the file says nothing.
var defaults = map[string]string{
	"project.title":                 "unnamed",
	"project.version":               "1.0",
	"display.width":                 "960",
	"display.height":                "640",
	"display.update_frequency":      "0",
	"bootstrap.main_collection":     "/logic/main.collectionc",
	"input.repeat_delay":            "0.5",
	"input.repeat_interval":         "0.2",
	"engine.run_while_iconified":    "0",
	"physics.type":                  "2D",
	"script.shared_state":           "0",
	"sound.gain":                    "1",
	"collection.max_instances":      "1024",
	"collection_proxy.max_count":    "8",
	"gui.max_count":                 "64",
	"factory.max_count":             "128",
	"network.http_cache_enabled":    "1",
	"display.high_dpi":              "0",
	"display.fullscreen":            "0",
	"library.include_dirs":          "",
	"project.custom_resources":      "",
	"project.publisher":             "unnamed",
	"project.developer":             "unnamed",
	"engine.max_time_step":          "0.5",
	"engine.fixed_update_frequency": "60",
}
