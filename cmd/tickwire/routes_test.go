package main

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRoutes(t *testing.T) {
	for _, test := range []struct {
		text string
		want routes // nil: an error
	}{
		{"game.example:80=127.0.0.1:8080", routes{"game.example:80": "127.0.0.1:8080"}},
		{"Game.Example:443=echo", routes{"game.example:443": toEcho}},
		{"bücher.example:80=localhost:1", routes{"xn--bcher-kva.example:80": "localhost:1"}},
		{"under_score.example:80=[::1]:8080", routes{"under_score.example:80": "[::1]:8080"}},
		{"[2001:DB8:0:0::1]:80=echo", routes{"[2001:db8::1]:80": toEcho}},
		{"10.0.0.1:65535=echo", routes{"10.0.0.1:65535": toEcho}},
		{"", nil},
		{"game.example:80", nil},
		{"game.example:80=", nil},
		{"game.example=echo", nil},
		{":80=echo", nil},
		{"game.example:0=echo", nil},
		{"game.example:65536=echo", nil},
		{"game.example:http=echo", nil},
		{"ws://game.example:80=echo", nil},
		{"game.example:80=127.0.0.1", nil},
		{"game.example:80=:8080", nil},
		{"2001:db8::1:80=echo", nil},
	} {
		t.Run(test.text, func(t *testing.T) {
			got := routes{}
			err := got.set(test.text)
			if test.want == nil {
				if err == nil {
					t.Errorf("got %v, want an error", got)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestRoutesEchoHosts(t *testing.T) {
	r := routes{"b.example:443": toEcho, "a.example:80": toEcho, "c.example:80": "127.0.0.1:1", "[::1]:80": toEcho}
	got := r.echoHosts()
	slices.Sort(got)
	if diff := cmp.Diff([]string{"::1", "a.example", "b.example"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestRoutesRoute: without routes there is none to ask; with some, the rest
// keeps its way.
func TestRoutesRoute(t *testing.T) {
	if (routes{}).route("") != nil {
		t.Error("a route without routes")
	}
	route := routes{"game.example:80": toEcho, "other.example:80": "127.0.0.1:81"}.route("127.0.0.1:82")
	for from, want := range map[string]string{
		"game.example:80":  "127.0.0.1:82",
		"GAME.example:80":  "127.0.0.1:82",
		"other.example:80": "127.0.0.1:81",
		"other.example:81": "",
		"nonsense":         "",
	} {
		if got := route(from); got != want {
			t.Errorf("%s leads to %q, want %q", from, got, want)
		}
	}
}

// TestRoutedHostsNeedNoProxy: the environment's proxy does not stand before
// --resolve.
func TestRoutedHostsNeedNoProxy(t *testing.T) {
	t.Setenv("HTTP_PROXY", "http://proxy.test:3128")
	t.Setenv("NO_PROXY", "a.test")
	t.Setenv("no_proxy", "")
	if got := (routes{"game.example:80": toEcho}).getenv("no_proxy"); got != "a.test,game.example:80" {
		t.Errorf("no_proxy is %q", got)
	}
	if got := (routes{}).getenv("no_proxy"); got != "" {
		t.Errorf("without routes, no_proxy is %q", got)
	}
	if got := (routes{"game.example:80": toEcho}).getenv("HTTP_PROXY"); got != "http://proxy.test:3128" {
		t.Errorf("HTTP_PROXY is %q", got)
	}
}
