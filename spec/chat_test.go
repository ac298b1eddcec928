package spec

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/tickwire/tickwire/extension"
	"github.com/tickwire/tickwire/lua/headless"
	"github.com/tickwire/tickwire/spec/internal/chromium"
)

// TestChatPage joins the chat of examples/chat with its page in a browser, beside
// its client in Lua: each sees what the other says.
func TestChatPage(t *testing.T) {
	browser := chromium.Launch(t)
	server := runExample(t, "examples/chat/server.script", map[string]string{"chat.address": "127.0.0.1:0"})
	url := server.await(`^open (http://127\.0\.0\.1:\d+/) in a browser`)[1]
	lua := runExample(t, "examples/chat/client.script", map[string]string{
		"chat.url": strings.Replace(url, "http", "ws", 1), "chat.name": "Lua <b>", "chat.room": "den & café",
	})
	lua.await(`^\* in den & café: Lua <b>$`)

	other := browser.Open(t, url+"?name=Ben&room=den+%26+caf%C3%A9")
	page := browser.Open(t, url+"?name=Ann&room=den+%26+caf%C3%A9")
	says := func(text string) {
		t.Helper()
		page.Wait(fmt.Sprintf(`[...document.querySelectorAll("#log li")].some(item => item.textContent == %q)`, text))
	}
	status := func(text string) {
		t.Helper()
		page.Wait(fmt.Sprintf(`document.getElementById("status").textContent == %q`, text))
	}
	submit := func(form, field, value string) {
		page.Eval(fmt.Sprintf(`{
			const form = document.getElementById(%q)
			form.querySelector("#" + %q).value = %q
			form.requestSubmit()
		}`, form, field, value), nil)
	}

	// A name that is taken is refused, in words; the form stays.
	submit("join", "name", "LUA <B>")
	status("Refused: somebody is called Lua <b> there.")

	submit("join", "name", "Ann")
	says("You are in den & café with Ann, Lua <b>.")
	status("In den & café.")
	lua.await(`^\* Ann joined$`)
	says("Lua <b>: Hello, Ann!")
	var focused string
	if page.Eval(`document.activeElement.id`, &focused); focused != "text" {
		t.Errorf("the focus is on %q, want it where one types", focused)
	}

	submit("say", "text", "Are you there, lua <B>? <img src=x onerror=document.title='broken'>")
	lua.await(`^Ann: Are you there, lua <B>\? <img`)
	says("Ann: Are you there, lua <B>? <img src=x onerror=document.title='broken'>")
	says("Lua <b>: You called me, Ann?")

	// A second page in the same room, and what only others see.
	other.Eval(`document.getElementById("join").requestSubmit()`, nil)
	says("Ben joined.")
	says("Lua <b>: Hello, Ben!")
	other.Eval(`document.getElementById("leave").click()`, nil)
	says("Ben left.")
	var count int
	if page.Eval(`document.querySelectorAll("#log img, #log b b").length`, &count); count != 0 {
		t.Errorf("what was said became %d elements", count)
	}

	page.Eval(`document.getElementById("leave").click()`, nil)
	status("You left.")
	lua.await(`^\* Ann left$`)
	server.await(`^Ann left den & café$`)

	// The server's end is told.
	submit("join", "name", "Ann")
	lua.await(`^\* Ann joined$`)
	server.end()
	status("The connection is over.")
	lua.await(`^\* out: `)
}

// TestChatPageAccess holds what whoever can't see the page, or can't use a mouse,
// needs of it.
func TestChatPageAccess(t *testing.T) {
	server := runExample(t, "examples/chat/server.script", map[string]string{"chat.address": "127.0.0.1:0"})
	url := server.await(`^open (http://127\.0\.0\.1:\d+/) in a browser`)[1]
	page := chromium.Launch(t).Open(t, url)
	var wrong []string
	page.Eval(`{
		const wrong = []
		for (const field of document.querySelectorAll("input"))
			if (!field.labels.length || !field.labels[0].textContent.trim()) wrong.push(field.id + " has no label")
		for (const button of document.querySelectorAll("button"))
			if (!button.textContent.trim()) wrong.push("a button has no name")
		for (const [selector, why] of [["html[lang]", "no language"], ["[role=log]", "no log"], ["[role=status]", "no status"], ["h1", "no heading"]])
			if (!document.querySelector(selector)) wrong.push(why)
		if (document.activeElement.id != "name") wrong.push("the focus is not on the name")
		if (document.getElementById("server").value != location.origin.replace("http", "ws") + "/") wrong.push("the server is not its own")
		wrong
	}`, &wrong)
	for _, w := range wrong {
		t.Error(w)
	}
}

// example is a script that runs as tickwire run does it, over real sockets.
type example struct {
	t     *testing.T
	lines chan string // what it prints; room for a test's worth
	end   func()      // ends it and joins it; may be called again
}

// runExample runs a script until the test's end.
func runExample(t *testing.T, script string, config map[string]string) *example {
	t.Helper()
	x := &example{t: t, lines: make(chan string, 1000)}
	engine, err := headless.New(headless.Options{
		Root: "..", Config: config, Stdout: lineWriter(x.lines), OnError: func(err error) { t.Error(err) },
	})
	if err != nil {
		t.Fatal(err)
	}
	websocket := extension.New(extension.Options{Host: engine, OnError: engine.Report, Listen: []string{"loopback"}})
	if err := engine.Add(websocket); err != nil {
		t.Fatal(err)
	}
	if _, err := engine.LoadScript(script); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	// Owned by the example; end ends it by cancel, and joins it.
	go func() {
		defer close(done)
		engine.Run(ctx)
		if err := engine.Close(); err != nil {
			t.Error(err)
		}
	}()
	x.end = func() {
		cancel()
		<-done
	}
	t.Cleanup(x.end)
	return x
}

// lineWriter gets one line a Write, as print gives it.
type lineWriter chan string

func (w lineWriter) Write(b []byte) (int, error) {
	w <- strings.TrimSuffix(string(b), "\n")
	return len(b), nil
}

// await returns the next line that matches, and its groups.
func (x *example) await(pattern string) []string {
	x.t.Helper()
	want := regexp.MustCompile(pattern)
	late := time.NewTimer(time.Minute)
	defer late.Stop()
	for {
		select {
		case line := <-x.lines:
			if groups := want.FindStringSubmatch(line); groups != nil {
				return groups
			}
		case <-late.C:
			x.t.Fatalf("it did not print %q within a minute", pattern)
		}
	}
}
