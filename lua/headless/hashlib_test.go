package headless_test

import (
	"fmt"
	"runtime"
	"testing"
)

func TestHash(t *testing.T) {
	newEngine(t).run([]evalCase{
		{"interned", `return hash("a") == hash("a"), rawequal(hash("a"), hash("a")), hash("a") == hash("b"), hash("a") == "a"`, []string{"true", "true", "false", "false"}, ""},
		{"table key", `local t = {[hash("a")] = 1} return t[hash("a")], t[hash("b")], t.a`, []string{"1", "nil", "nil"}, ""},
		{"tostring", `return hash("my_message"), hash("")`, []string{"hash: [my_message]", "hash: []"}, ""},
		{"concat", `return "x" .. hash("a"), hash("a") .. "x", hash("a") .. hash("b"), hash("a") .. 1`, []string{"x[a]", "[a]x", "[a][b]", "[a]1"}, ""},
		{"of a hash", `return hash(hash("a")) == hash("a")`, []string{"true"}, ""},
		{"type", `return type(hash("a"))`, []string{"userdata"}, ""},
		{"bytes", `return hash("\0\255") == hash("\0\255"), hash("\0") == hash("")`, []string{"true", "false"}, ""},
		// Defold's own documentation prints this one.
		{"hex", `return hash_to_hex(hash("my_hash"))`, []string{"a2bc06d97f580aab"}, ""},
		{"hex long", `return #hash_to_hex(hash("")), hash_to_hex(hash(("x"):rep(100))) == hash_to_hex(hash(("x"):rep(99)))`, []string{"16", "false"}, ""},
		{"md5", `return hashmd5("")`, []string{"d41d8cd98f00b204e9800998ecf8427e"}, ""},
		{"hash of a table", `hash({})`, nil, "bad argument #1 to hash"},
		{"hash of nothing", `hash()`, nil, "bad argument #1 to hash"},
		{"hex of a string", `hash_to_hex("a")`, nil, "bad argument #1 to hash_to_hex (hash expected, got string)"},
		{"md5 of a hash", `hashmd5(hash("a"))`, nil, "bad argument #1 to hashmd5"},
	})
}

// A hash that nobody holds is forgotten, one that is held stays itself.
func TestHashesAreCollected(t *testing.T) {
	p := newEngine(t)
	if _, err := p.eval(`held = {} for i = 1, 100 do held[hash("held" .. i)] = i end`); err != nil {
		t.Fatal(err)
	}
	for range 5 {
		if _, err := p.eval(`for i = 1, 5000 do hash(tostring(math.random())) end`); err != nil {
			t.Fatal(err)
		}
		runtime.GC()
	}
	if n := p.HashesKept(); n > 12_000 {
		t.Errorf("%d hashes are kept after 25,000", n)
	}
	got, err := p.eval(`local n = 0 for i = 1, 100 do if held[hash("held" .. i)] == i then n = n + 1 end end return n`)
	if err != nil || fmt.Sprint(got) != "[100]" {
		t.Errorf("found %v of the held ones, %v", got, err)
	}
}
