package wire

import (
	"fmt"
	"strings"

	"github.com/gobwas/ws"
)

// controlRules are those of RFC 6455 sections 5.5, 5.5.2 and 5.5.3.
func controlRules() (all []conformCase) {
	add := func(r conformCase) { all = append(all, r) }
	for n := range 126 {
		payload := strings.Repeat("\x00\xffp", n/3+1)[:n]
		add(conformCase{name: fmt.Sprintf("5.5.2 a ping of %d bytes", n), sends: []frame{ping(payload)}, sees: []frame{pong(payload)}})
	}
	add(conformCase{name: "5.5.3 a pong that nobody asked for", sends: []frame{pong("")}})
	add(conformCase{name: "5.5.3 a pong of 125 bytes that nobody asked for", sends: []frame{pong(strings.Repeat("p", 125))}})

	var ten, answers []frame
	for i := range 10 {
		ten = append(ten, ping(fmt.Sprint(i)))
		answers = append(answers, pong(fmt.Sprint(i)))
	}
	add(conformCase{name: "5.5.2 ten pings in a row", sends: ten, sees: answers})
	between := append([]frame{text("a").first()}, ten...)
	add(conformCase{name: "5.4 ten pings between fragments", sends: append(between, rest("b")), gets: []frame{text("ab")}, sees: answers})
	add(conformCase{
		name: "5.5.2 pings and pongs among messages", echo: true,
		sends: []frame{pong("x"), text("one"), pong("y"), text("two"), pong("")},
		gets:  []frame{text("one"), text("two")}, sees: []frame{text("one"), text("two")},
	})

	for _, opcode := range []ws.OpCode{ws.OpPing, ws.OpPong, ws.OpClose} {
		name := map[ws.OpCode]string{ws.OpPing: "ping", ws.OpPong: "pong", ws.OpClose: "close"}[opcode]
		for _, n := range []int{126, 1000, 65536} {
			add(protocolError(fmt.Sprintf("5.5 a %s of %d bytes", name, n), frame{opcode: opcode, payload: strings.Repeat("\x03", n)}))
		}
		add(protocolError(fmt.Sprintf("5.5 a %s that claims 2^62 bytes", name), frame{opcode: opcode, claim: 1 << 62}))
		add(protocolError(fmt.Sprintf("5.5 a %s in fragments", name), frame{opcode: opcode, payload: "\x03\xe8", more: true}, rest("")))
		add(protocolError(fmt.Sprintf("5.5 a %s in fragments between fragments", name), text("a").first(), frame{opcode: opcode, more: true}, rest("")))
	}
	return all
}
