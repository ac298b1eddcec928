package extension

import (
	"context"
	"strings"
	"testing"

	lua "github.com/yuin/gopher-lua"
)

func TestPolicyRefusesWithTheRule(t *testing.T) {
	inBubble(t, Options{Policy: Policy{Allow: []string{"*.test:80"}, Deny: []string{"evil.test", "private"}},
		Lookup: func(_ context.Context, host string) ([]string, error) {
			return map[string][]string{"inside.test": {"10.0.0.1"}}[host], nil
		},
	}, func(r *rig) {
		r.do(`
			local function try(url)
				websocket.connect(url, nil, function(_, _, data)
					if data.event == websocket.EVENT_ERROR then log(data.stage .. "/" .. data.cause .. " " .. data.message) end
				end)
			end
			try("ws://evil.test/") try("ws://inside.test/") try("ws://other.example/")`)
		r.frame()
		for i, want := range []string{
			`policy/denied websocket: connect "ws://evil.test/": evil.test:80 is denied by the rule "evil.test"`,
			`policy/denied websocket: connect "ws://inside.test/": inside.test:80 leads to an address that is denied by the rule "private"`,
			`policy/denied websocket: connect "ws://other.example/": other.example:80 matches none of the rules that allow: *.test:80`,
		} {
			if got := strings.Join(r.lines, "\n"); !strings.Contains(got, want) {
				t.Errorf("%d: logged\n%s\nwant %s", i, got, want)
			}
		}
	})
}

func TestPolicyThatCantBeMeant(t *testing.T) {
	L := lua.NewState()
	defer L.Close()
	e := New(Options{Policy: Policy{Deny: []string{"privat"}}})
	if err := e.Open(L); err == nil || !strings.Contains(err.Error(), `websocket: Options.Policy: the rule "privat" is none of the sets`) {
		t.Errorf("got %v", err)
	}
	if err := CheckRule("private:22"); err != nil {
		t.Error(err)
	}
}
