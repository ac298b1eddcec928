package browser

import (
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	lua "github.com/yuin/gopher-lua"

	luasrc "github.com/tickwire/tickwire/lua"
	"github.com/tickwire/tickwire/spec/internal/chromium"
)

// TestURLsAsChromium holds that tickwire.web_url reads and writes URLs as the
// browser does: those of every kind that a table of pieces gives. What Chromium
// does otherwise than the standard asks is left out of the pieces ("*" and a
// blank in a host, "'" in a name), and so are letters beyond ASCII, see
// differences.txt.
func TestURLsAsChromium(t *testing.T) {
	urls := randomURLs(10_000)
	pages := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.Write([]byte("<!doctype html>"))
	}))
	defer pages.Close()
	list, err := json.Marshal(urls)
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	chromium.Launch(t).Open(t, pages.URL).Eval(
		string(list)+`.map(url => { try { return new URL(url).href } catch { return "none" } })`, &want)

	L := lua.NewState()
	defer L.Close()
	if err := luasrc.Open(L); err != nil {
		t.Fatal(err)
	}
	if err := L.DoString(`
		local web_url = require("tickwire.web_url")
		function href(text)
			local url = web_url.parse(text)
			return url and web_url.format(url) or "none"
		end`); err != nil {
		t.Fatal(err)
	}
	differ, none := 0, 0
	for i, url := range urls {
		if err := L.CallByParam(lua.P{Fn: L.GetGlobal("href"), NRet: 1, Protect: true}, lua.LString(url)); err != nil {
			t.Fatalf("%q: %v", url, err)
		}
		got := L.ToString(-1)
		L.Pop(1)
		if got == "none" {
			none++
		}
		// Chromium encodes "|" in a path; the standard does not.
		if strings.ReplaceAll(got, "%7C", "|") != strings.ReplaceAll(want[i], "%7C", "|") {
			if differ++; differ < 20 {
				t.Errorf("%q: the browser makes %q of it, we %q", url, want[i], got)
			}
		}
	}
	t.Logf("%d of %d URLs differ; %d can't be used", differ, len(urls), none)
	if none < len(urls)/10 || none > len(urls)*9/10 {
		t.Errorf("%d of %d URLs can't be used: that compares too little", none, len(urls))
	}
}

// randomURLs are the same in every run.
func randomURLs(count int) []string {
	begins := []string{
		"ws:", "wss://", "ws://", "http://", "https:/", "WS://h", "ws://1.2.3.", "ws://[", "ws://0x", "ws://h:", "ws://h/", "ws://h?", "ws://u:p@h/",
	}
	pieces := []string{
		"a", "b.c", "..", ".", "/", "//", "/../", "/%2E.", "/./", "\\", "?", "#", "@", ":", "%", "%2e", "%41", "%00", "%zz", "%E3", "\t", "[", "]", "::", "1", "0x", "08",
		"255", "256", "65535", "65536", "-", "_", "~", "!", "ws", "http", ":80", ":443", "\x7f", "\x01", "{", "}", "^", "|", "`", `"`, "<", ">", "&", "=",
		"+", "$", "(", ";", ",",
	}
	random := rand.New(rand.NewPCG(1, 2))
	urls := make([]string, count)
	for i := range urls {
		urls[i] = begins[random.IntN(len(begins))]
		for range random.IntN(7) {
			urls[i] += pieces[random.IntN(len(pieces))]
		}
	}
	return urls
}
