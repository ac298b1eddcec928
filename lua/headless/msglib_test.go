package headless_test

import (
	"testing"

	"github.com/tickwire/tickwire/lua/headless"
)

func TestURL(t *testing.T) {
	newEngine(t).run([]evalCase{
		{"own", `return msg.url(), msg.url(nil), msg.url("#")`, []string{"url: [main:/case#case]", "url: [main:/case#case]", "url: [main:/case#case]"}, ""},
		{"object", `return msg.url(".")`, []string{"url: [main:/case]"}, ""},
		{"fragment", `return msg.url("#other"), msg.url(".#other")`, []string{"url: [main:/case#other]", "url: [main:/case#other]"}, ""},
		{"beside", `return msg.url("b"), msg.url("b#c"), msg.url("/b/d#c")`, []string{"url: [main:/b]", "url: [main:/b#c]", "url: [main:/b/d#c]"}, ""},
		{"whole", `return msg.url("s:/b#c"), msg.url("s:"), msg.url("@render:")`, []string{"url: [s:/b#c]", "url: [s:]", "url: [@render:]"}, ""},
		{"hash", `return msg.url(hash("/b"))`, []string{"url: [main:/b]"}, ""},
		{"url", `return msg.url(msg.url("b#c"))`, []string{"url: [main:/b#c]"}, ""},
		{"parts", `return msg.url("s", "/b", "c"), msg.url(hash("s"), hash("/b"), hash("c")), msg.url(nil, "b", "c"), msg.url(nil, nil, nil)`,
			[]string{"url: [s:/b#c]", "url: [s:/b#c]", "url: [main:/b#c]", "url: [main:/case#case]"}, ""},
		{"fields", `local u = msg.url("s:/b#c") return u.socket, u.path, u.fragment, msg.url("s:").path`, []string{"hash: [s]", "hash: [/b]", "hash: [c]", "nil"}, ""},
		{"set fields", `local u = msg.url("s:/b#c") u.socket = "t" u.path = hash("/x") u.fragment = nil return u`, []string{"url: [t:/x]"}, ""},
		{"equal", `return msg.url("b#c") == msg.url("b#c"), msg.url("b#c") == msg.url("b#d"), msg.url("b") == "b"`, []string{"true", "false", "false"}, ""},
		{"concat", `return "x" .. msg.url("s:/b#c")`, []string{"x[s:/b#c]"}, ""},
		{"a copy", `local u = msg.url() u.path = "/x" return msg.url()`, []string{"url: [main:/case#case]"}, ""},
		{"bad field", `return msg.url().host`, nil, "url has the fields socket, path and fragment, not 'host'"},
		{"bad value", `msg.url().path = 1`, nil, "hash or string expected, got number"},
		{"two colons", `msg.url("a:b:c")`, nil, "bad argument #1 to url ('a:b:c' is no URL: want [socket:][path][#fragment])"},
		{"two sharps", `msg.url("a#b#c")`, nil, "'a#b#c' is no URL"},
		{"no socket", `msg.url(":/a")`, nil, "':/a' is no URL"},
		{"table", `msg.url({})`, nil, "bad argument #1 to url (string, url or hash expected, got table)"},
		{"two arguments", `msg.url("a", "b")`, nil, "got 2 arguments"},
		{"socket and fragment", `msg.url("s", nil, "c")`, nil, "bad argument #2 to url (a fragment in another socket needs its path)"},
		{"bad socket", `msg.url("s:", "/a", "c")`, nil, "bad argument #1 to url ('s:' is no socket's name)"},
		{"bad part", `msg.url("s", 1, "c")`, nil, "bad argument #2 to url (hash or string expected, got number)"},
	})
	p := newEngine(t)
	for code, want := range map[string]string{
		`return msg.url("main:/a#b")`: "",
		`return msg.url()`:            "no script instance is running",
		`return msg.url("#x")`:        "no script instance is running that '#x' could be relative to",
	} {
		if _, err := p.eval(code); want == "" && err != nil || want != "" && (err == nil || !contains(err.Error(), want)) {
			t.Errorf("without an instance %s: %v, want %q", code, err, want)
		}
	}
}

func TestPostArguments(t *testing.T) {
	newEngine(t).run([]evalCase{
		{"receiver", `msg.post(nil, "a")`, nil, "bad argument #1 to post (string, url or hash expected, got nil)"},
		{"id", `msg.post("#", 5)`, nil, "bad argument #2 to post (hash or string expected, got number)"},
		{"message", `msg.post("#", "a", "b")`, nil, "bad argument #3 to post (message must be a table, got string)"},
		{"function", `msg.post("#", "a", {x = {f = print}})`, nil, "bad argument #3 to post (message can't hold a function (at 'f'))"},
		{"self", `msg.post("#", "a", {x = socket, y = setmetatable({}, {}), z = coroutine.create(function() end)})`, nil, "message can't hold a "},
		{"table key", `msg.post("#", "a", {[{}] = 1})`, nil, "message can't hold a table (at 'table: "},
		{"cycle", `local t = {} t.t = t msg.post("#", "a", t)`, nil, "message has more than 64 tables within tables, or holds itself"},
		{"no socket", `msg.post("nosuch:/a#b", "x")`, nil, "msg.post: could not send 'x' from 'main:/case#case' to 'nosuch:/a#b': no socket has that name"},
		{"engine sockets", `msg.post("@render:", "clear", {}) msg.post("@sound:", "stop") msg.post("@system:", "toggle_profile")`, nil, ""},
	})
}

func TestMessages(t *testing.T) {
	p := newProject(t, map[string]string{
		"a.script": `
			function init(self)
				local body = {n = 1, deep = {list = {1, 2}}, id = hash("h"), url = msg.url("b#c"), null = json.null, [hash("k")] = true}
				msg.post("b", "hello", body)
				body.n, body.deep.list[1], body.url.path = 2, "changed", "/changed"
				msg.post("/b#b", hash("bare"))
				msg.post(hash("/b"), "by hash")
				msg.post("main:/b#b", "whole")
				msg.post("#", "self")
				print("posted")
			end
			function on_message(self, id, message, sender) print("a", id, sender) end`,
		"b.script": `
			function on_message(self, id, message, sender)
				print("b", id, sender)
				if id == hash("hello") then
					local keep = message.url
					print(message.n, message.deep.list[1], #message.deep.list, message.id == hash("h"), keep, message.null == json.null, message[hash("k")])
					msg.post(sender, "answer")
				else
					print(next(message))
				end
			end`,
	}, headless.Options{})
	p.load("a.script")
	p.load("b.script")
	p.Step(frame)
	p.printed(
		"posted",
		"b\thash: [hello]\turl: [main:/a#a]",
		"1\t1\t2\ttrue\turl: [main:/b#c]\ttrue\ttrue",
		"b\thash: [bare]\turl: [main:/a#a]", "nil",
		"b\thash: [by hash]\turl: [main:/a#a]", "nil",
		"b\thash: [whole]\turl: [main:/a#a]", "nil",
		"a\thash: [self]\turl: [main:/a#a]",
		"a\thash: [answer]\turl: [main:/b#b]",
	)
	if !p.Quiet() {
		t.Error("not quiet")
	}
}

func TestMessageToNobody(t *testing.T) {
	p := newProject(t, map[string]string{"a.script": `
		function init() msg.post("ghost#x", "boo") msg.post("#", "after") end
		function on_message(_, id) print(id) end`}, headless.Options{})
	p.load("a.script")
	p.Step(frame)
	p.printed("hash: [after]")
	p.failed("msg.post of main:/a#a: message 'boo' found nobody at 'main:/ghost#x'")
}

// Two scripts that answer each other for ever don't hold up the frame.
func TestPingPong(t *testing.T) {
	p := newProject(t, map[string]string{"a.script": `
		function init(self) self.n = 0 msg.post("#", "ping") end
		function update(self) print(self.n) end
		function on_message(self, id, message, sender) self.n = self.n + 1 msg.post(sender, "ping") end`},
		headless.Options{MaxMessages: 100})
	p.load("a.script")
	p.steps(3)
	p.printed("0", "100", "200")
	if p.Quiet() {
		t.Error("quiet, while a message waits")
	}
}

func TestQueueIsBounded(t *testing.T) {
	p := newProject(t, map[string]string{"a.script": `
		function init(self) for n = 1, 10 do msg.post("#", "n") end end
		function on_message(self) print("got") end`}, headless.Options{MaxQueue: 3})
	p.load("a.script")
	p.Step(frame)
	p.printed("got", "got", "got")
	p.failed("msg.post: could not send 'n' to 'main:/a#a': 3 messages wait already")
}

func TestLongQueue(t *testing.T) {
	p := newProject(t, map[string]string{"a.script": `
		function init(self) self.n = 0 for n = 1, 5000 do msg.post("#", "n", {n = n}) end end
		function on_message(self, id, message) self.n = self.n + 1 assert(message.n == self.n) if self.n == 5000 then print("all") end end`},
		headless.Options{MaxMessages: 1500})
	p.load("a.script")
	p.steps(4)
	p.printed("all")
}

// TestMessagesCopyVectors: what a message carries is its own.
func TestMessagesCopyVectors(t *testing.T) {
	p := newProject(t, map[string]string{"a.script": `
		function init()
			local v, m = vmath.vector3(1, 2, 3), vmath.matrix4()
			local body = {v = v, q = vmath.quat(1, 2, 3, 4), m = m, list = {vmath.vector4(5), vmath.vector({6, 7})}}
			msg.post("#", "move", body)
			v.x, m.m00 = 9, 9
			body.list[2][1] = 9
		end
		function on_message(_, _, message)
			print(message.v, message.q, message.m.c0, message.list[1], message.list[2][1], #message.list[2])
		end`}, headless.Options{})
	p.load("a.script")
	p.Step(frame)
	p.printed("vmath.vector3(1, 2, 3)\tvmath.quat(1, 2, 3, 4)\tvmath.vector4(1, 0, 0, 0)\tvmath.vector4(5, 5, 5, 5)\t6\t2")
}
