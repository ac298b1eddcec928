package main

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tickwire/tickwire/extension"
)

func TestSettingsSet(t *testing.T) {
	for text, want := range map[string]settings{
		"game.name=Orbit":   {"game.name": "Orbit"},
		"game.name=":        {"game.name": ""},
		"game.sum=1=1":      {"game.sum": "1=1"},
		"a.b.c=x":           {"a.b.c": "x"},
		"a.b= with blanks ": {"a.b": " with blanks "},
		"":                  nil,
		"name":              nil,
		"name=x":            nil,
		".name=x":           nil,
		"game.=x":           nil,
		"game=a.b":          nil,
	} {
		got := settings{}
		err := got.set(text)
		if (err != nil) != (want == nil) {
			t.Errorf("%q: error %v", text, err)
		} else if want != nil && !cmp.Equal(want, got) {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}

func TestSettingsWith(t *testing.T) {
	typed := settings{"a.a": "typed"}
	got := typed.with(settings{"a.a": "default", "b.b": "default"})
	if diff := cmp.Diff(settings{"a.a": "typed", "b.b": "default"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if len(typed) != 1 {
		t.Errorf("the receiver became %v", typed)
	}
}

func TestWebsocketOptions(t *testing.T) {
	o, err := settings{
		"websocket.max_connections": "3",
		"websocket.buffer_size":     " 4096 ",
		"websocket.socket_timeout":  "1500000",
		"websocket.debug":           "Verbose",
	}.websocketOptions()
	if err != nil {
		t.Fatal(err)
	}
	if o.MaxConnections != 3 || o.ReadBuffer != 4096 || o.SocketTimeout != 1500*time.Millisecond || o.Debug != extension.Verbose {
		t.Errorf("got %+v", o)
	}
	if o, err := (settings{}).websocketOptions(); err != nil || o.MaxConnections != 0 || o.Debug != extension.Disabled {
		t.Errorf("without settings: %+v, %v", o, err)
	}
	for _, bad := range []settings{
		{"websocket.max_connections": "many"},
		{"websocket.buffer_size": "-1"},
		{"websocket.socket_timeout": "3000000000"},
		{"websocket.debug": "loud"},
	} {
		_, err := bad.websocketOptions()
		for key, value := range bad {
			if err == nil || !strings.Contains(err.Error(), key) || !strings.Contains(err.Error(), value) {
				t.Errorf("%v: error %v, want one that names both", bad, err)
			}
		}
	}
}

func TestParseDebug(t *testing.T) {
	for text, want := range map[string]extension.Debug{
		"0": extension.Disabled, "1": extension.StateChanges, "2": extension.Verbose,
		"disabled": extension.Disabled, "state_changes": extension.StateChanges, "VERBOSE": extension.Verbose,
	} {
		if got, err := parseDebug(text); err != nil || *got != want {
			t.Errorf("%q: %v, %v, want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "3", "-1", "1.5", "all"} {
		if got, err := parseDebug(text); err == nil {
			t.Errorf("%q: %v, want an error", text, *got)
		}
	}
}

func TestParseDurationAndRate(t *testing.T) {
	for _, text := range []string{"", "10", "0s", "-1s", "999999h", "1e3s"} {
		if got, err := parseDuration(text); err == nil {
			t.Errorf("duration %q: %v, want an error", text, got)
		}
	}
	if got, err := parseDuration("1m30s"); err != nil || got != 90*time.Second {
		t.Errorf("1m30s: %v, %v", got, err)
	}
	for _, text := range []string{"", "0", "-60", "NaN", "Inf", "1e7", "60Hz"} {
		if got, err := parseRate(text); err == nil {
			t.Errorf("rate %q: %v, want an error", text, got)
		}
	}
	if got, err := parseRate("0.5"); err != nil || got != 0.5 {
		t.Errorf("0.5: %v, %v", got, err)
	}
}
