package wire

import (
	"fmt"
	"strings"

	"github.com/gobwas/ws"
)

// fragmentRules are those of RFC 6455 section 5.4.
func fragmentRules() (all []conformCase) {
	// joins is a message that came in these frames, with control frames among
	// them.
	joins := func(name string, message frame, sends ...frame) {
		r := conformCase{name: "5.4 " + name, echo: true, sends: sends, gets: []frame{message}}
		for _, f := range sends {
			if f.opcode == ws.OpPing {
				r.sees = append(r.sees, pong(f.payload))
			}
		}
		r.sees = append(r.sees, message)
		all = append(all, r)
	}
	bad := func(name string, gets []frame, sends ...frame) {
		r := protocolError("5.4 "+name, sends...)
		r.gets = gets
		all = append(all, r)
	}

	for _, data := range dataKinds {
		of, kind := data.of, ", "+data.name
		joins("two fragments"+kind, of("ab"), of("a").first(), rest("b"))
		joins("an empty first fragment"+kind, of("b"), of("").first(), rest("b"))
		joins("an empty last fragment"+kind, of("a"), of("a").first(), rest(""))
		joins("an empty fragment in the middle"+kind, of("ab"), of("a").first(), rest("").first(), rest("b"))
		joins("empty fragments only"+kind, of(""), of("").first(), rest("").first(), rest(""))
		joins("a ping, a pong and a ping between"+kind, of("abc"), of("a").first(), ping("1"), rest("b").first(), pong(""), ping(""), rest("c"))
		many := []frame{of("0").first()}
		for i := range 200 {
			many = append(many, rest(fmt.Sprint(i%10)).first())
		}
		joins("fragments of a byte"+kind, of("0"+strings.Repeat("0123456789", 20)+"!"), append(many, rest("!"))...)
		large := strings.Repeat("0123456789abcdef", 1500)
		joins("large fragments"+kind, of(strings.Repeat(large, 3)), of(large).first(), rest(large).first(), rest(large))
	}
	one, two := text("one"), binaryOf("two")
	all = append(all, conformCase{
		name: "5.4 one after the other", echo: true,
		sends: []frame{text("o").first(), rest("ne"), binaryOf("t").first(), rest("w").first(), rest("o")},
		gets:  []frame{one, two}, sees: []frame{one, two},
	})

	bad("a continuation of nothing", nil, rest("x"))
	bad("an empty continuation of nothing", nil, rest(""))
	bad("a continuation of nothing that goes on", nil, rest("x").first(), rest("y"))
	bad("a continuation after a message", []frame{one}, one, rest("x"))
	bad("a continuation after the last fragment", []frame{text("ab")}, text("a").first(), rest("b"), rest("c"))
	bad("a continuation of nothing after a ping", nil, pong("p"), rest("x"))
	for _, inner := range []frame{text("b"), binaryOf("b"), text("b").first(), binaryOf("").first()} {
		for _, outer := range []frame{text("a"), binaryOf("a")} {
			bad(fmt.Sprintf("%v inside %v", inner, outer.first()), nil, outer.first(), inner, rest("c"))
		}
	}
	bad("a text inside a text, behind a pong", nil, text("a").first(), pong(""), text("b"))
	all = append(all, conformCase{
		name: "5.4 a close between fragments", sends: []frame{text("a").first(), goodbye(1000, ""), rest("b")},
		sees: []frame{goodbye(1000, "")}, code: 1000,
	})
	return all
}
