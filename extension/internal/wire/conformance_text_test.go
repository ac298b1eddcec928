package wire

import (
	"fmt"
	"unicode/utf8"
)

// textRules are those of RFC 6455 section 8.1, with every text of the stress
// test: whole, in two frames and in two chops at each byte.
func textRules() (all []conformCase) {
	for _, k := range kuhn {
		for _, before := range []string{"", "ü€𝄞 "} {
			s := before + k.text
			name := fmt.Sprintf("8.1 %s %+q", k.name, s)
			wrong := k.bad // the first byte after which all is lost
			if wrong >= 0 {
				wrong += len(before)
			}
			add := func(how string, r conformCase) {
				r.name = name + how
				if utf8.ValidString(s) {
					r.echo, r.gets, r.sees = true, []frame{text(s)}, []frame{text(s)}
				} else {
					r.sees, r.fails, r.code = []frame{goodbye(1007, "")}, "protocol/other", 1006
				}
				all = append(all, r)
			}
			whole := []frame{text(s)}
			fast := func(frames ...frame) (at place) {
				if utf8.ValidString(s) {
					return place{}
				}
				last := len(frames)
				if wrong == len(s) { // cut short: the end is what is wrong
					return place{last, len(frames[last-1].payload)}
				}
				passed := 0
				for i, f := range frames {
					if wrong < passed+len(f.payload) {
						return place{i + 1, wrong - passed + 1}
					}
					passed += len(f.payload)
				}
				return place{}
			}
			add(", whole", conformCase{sends: whole, broken: fast(whole...)})
			for cut := range len(s) + 1 {
				frames := []frame{text(s[:cut]).first(), rest(s[cut:])}
				add(fmt.Sprintf(", in two frames at %d", cut), conformCase{sends: frames, broken: fast(frames...)})
				add(fmt.Sprintf(", in two chops at %d", cut), conformCase{sends: whole, cut: place{1, cut}})
			}
			all = append(all,
				conformCase{name: name + ", in a binary", echo: true, sends: []frame{binaryOf(s)}, gets: []frame{binaryOf(s)}, sees: []frame{binaryOf(s)}},
				conformCase{name: name + ", in a ping", sends: []frame{ping(s)}, sees: []frame{pong(s)}})
			if utf8.ValidString(s) {
				all = append(all, conformCase{name: "5.5.1 a reason: " + k.name, sends: []frame{goodbye(4000, s)}, sees: []frame{goodbye(4000, "")}, code: 4000, reason: s})
			} else {
				all = append(all, conformCase{name: "5.5.1 a reason: " + k.name, sends: []frame{goodbye(4000, s)}, sees: []frame{goodbye(1007, "")}, fails: "protocol/other", code: 1006})
			}
		}
	}
	all = append(all, conformCase{
		name: "8.1 a ping inside a rune", echo: true, sends: []frame{text("\xf0\x9d").first(), ping("p"), rest("\x84\x9e")},
		gets: []frame{text("𝄞")}, sees: []frame{pong("p"), text("𝄞")},
	})
	// The fault is seen in the middle of a frame whose rest never comes.
	all = append(all, conformCase{
		name: "8.1 a fault in the middle of a long frame", broken: place{1, 3}, sends: []frame{{opcode: 1, payload: "ab\xff", claim: 50_000}},
		sees: []frame{goodbye(1007, "")}, fails: "protocol/other", code: 1006,
	})
	return all
}
