package inert

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write lua/types/inert.lua anew")

// luaTypes are what the kinds of answers are for LuaLS.
var luaTypes = map[string]string{
	"nil": "nil", "true": "boolean", "false": "boolean", "text": "string", "table": "table", "hash": "hash", "named": "hash",
	"data": "string?", "v3": "vector3", "v4": "vector4", "m4": "matrix4", "width": "number", "height": "number",
	"played": "number", "metrics": "table", "size": "table", "area": "table",
}

// annotations is lua/types/inert.lua: the tables, for LuaLS.
func annotations() string {
	var text, globals strings.Builder
	for _, m := range tables {
		if strings.Contains(m.name, ".") {
			fmt.Fprintf(&text, "\n%s = {}\n", m.name)
		} else {
			fmt.Fprintf(&text, "\n--- Does nothing here.\n%s = {}\n", m.name)
			fmt.Fprintf(&globals, "-- luacheck: globals %s\n", m.name)
		}
		for _, constant := range strings.Fields(m.constants) {
			name, _, _ := strings.Cut(constant, "=")
			fmt.Fprintf(&text, "---@type integer\n%s.%s = nil\n", m.name, name)
		}
		for _, entry := range strings.Fields(m.functions) {
			entry, _, _ = strings.Cut(entry, "@")
			name, answer, _ := strings.Cut(entry, "=")
			text.WriteString("\n---@param ... any\n")
			if answer != "" {
				for _, kind := range strings.Split(answer, ",") {
					luaType := luaTypes[kind]
					if luaType == "" {
						luaType = "number"
					}
					fmt.Fprintf(&text, "---@return %s\n", luaType)
				}
			}
			fmt.Fprintf(&text, "function %s.%s(...) end\n", m.name, name)
		}
	}
	return "---@meta\n\n-- The modules that mean nothing without a window, for LuaLS: package inert's\n" +
		"-- tables, written by its test (go test ./lua/inert -update). Nothing here runs.\n" +
		"-- luacheck: no unused args\n" + globals.String() + text.String()
}

// TestTypesAreCurrent holds that lua/types tells what the tables have.
func TestTypesAreCurrent(t *testing.T) {
	const path = "../types/inert.lua"
	want := annotations()
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Error("lua/types/inert.lua is not what the tables say: go test ./lua/inert -update")
	}
}

// TestTablesAreWellFormed: no name twice, no answer that nobody knows.
func TestTablesAreWellFormed(t *testing.T) {
	for _, m := range tables {
		seen := make(map[string]bool)
		for _, entry := range append(strings.Fields(m.functions), strings.Fields(m.constants)...) {
			entry, _, _ = strings.Cut(entry, "@")
			name, answer, found := strings.Cut(entry, "=")
			if seen[name] {
				t.Errorf("%s.%s is there twice", m.name, name)
			}
			seen[name] = true
			if !found {
				continue
			}
			for _, kind := range strings.Split(answer, ",") {
				if luaTypes[kind] == "" && strings.Trim(kind, "0123456789.") != "" {
					t.Errorf("%s.%s answers %q, which is no kind", m.name, name, kind)
				}
			}
		}
	}
}
