package wire

import (
	"fmt"
	"strings"

	"github.com/gobwas/ws"
)

// closeRules are those of RFC 6455 sections 5.5.1, 7.1 and 7.4. What the peer
// sends behind its close frame never counts: the driver tries a text and a ping
// after each.
func closeRules() (all []conformCase) {
	add := func(r conformCase) { all = append(all, r) }
	closes := func(name string, code int, reason string, sends ...frame) {
		add(conformCase{name: name, sends: sends, sees: []frame{goodbye(code, "")}, code: code, reason: reason})
	}

	for _, code := range []int{1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3001, 3999, 4000, 4001, 4998, 4999} {
		closes(fmt.Sprintf("7.4 the code %d", code), code, "", goodbye(code, ""))
		closes(fmt.Sprintf("7.4 the code %d with a reason", code), code, "why ü", goodbye(code, "why ü"))
	}
	for _, code := range []int{0, 1, 500, 998, 999, 1004, 1005, 1006, 1015, 1016, 1017, 1099, 1100, 1999, 2000, 2001, 2998, 2999, 5000, 5001, 9999, 65534, 65535} {
		wire := string([]byte{byte(code >> 8), byte(code)})
		add(protocolError(fmt.Sprintf("7.4 the code %d", code), frame{opcode: ws.OpClose, payload: wire}))
		add(protocolError(fmt.Sprintf("7.4 the code %d with a reason", code), frame{opcode: ws.OpClose, payload: wire + "why"}))
	}
	closes("7.1.5 no code", 1005, "", goodbye(1005, ""))
	for _, half := range []string{"\x03", "\x00", "x"} {
		add(protocolError(fmt.Sprintf("5.5.1 one byte: %q", half), frame{opcode: ws.OpClose, payload: half}))
	}
	longest := strings.Repeat("r", 123)
	closes("5.5.1 a reason of 123 bytes", 1000, longest, goodbye(1000, longest))
	add(protocolError("5.5 a reason of 124 bytes", goodbye(1000, longest+"r")))

	late := conformCase{sends: []frame{goodbye(1000, "")}, sees: []frame{goodbye(1000, "")}, code: 1000}
	for name, more := range map[string][]frame{
		"a text": {text("x")}, "a ping": {ping("x")}, "a close": {goodbye(4000, "again")}, "fragments": {text("x").first(), rest("y")},
		"a violation": {{opcode: 3}}, "a text that is none": {text("\xff")}, "a hundred pings": pings(100),
	} {
		r := late
		r.name = "5.5.1 after a close: " + name
		r.sends = append([]frame{goodbye(1000, "")}, more...)
		add(r)
	}
	closes("5.5.1 messages before a close", 4001, "bye", goodbye(4001, "bye"))
	last := &all[len(all)-1]
	last.sends, last.gets = []frame{text("one"), binaryOf("two"), goodbye(4001, "bye")}, []frame{text("one"), binaryOf("two")}

	// Our side begins: it discards what still comes (law 7) and is answered.
	ours := func(name string, code int, reason string, sends ...frame) {
		add(conformCase{name: "5.5.1 our close, then " + name, closes: true, sends: sends, sees: []frame{goodbye(1000, "")}, code: code, reason: reason})
	}
	ours("its answer", 1000, "", goodbye(1000, ""))
	ours("an answer with a reason", 1000, "fine", goodbye(1000, "fine"))
	ours("an answer with another code", 1000, "", goodbye(4000, ""))
	ours("an empty answer", 1000, "", goodbye(1005, ""))
	ours("late messages", 1000, "", text("late"), binaryOf("later"), text("la").first(), rest("te"), goodbye(1000, ""))
	ours("a large message", 1000, "", binaryOf(strings.Repeat("x", conformanceLimit)), goodbye(1000, ""))
	ours("half a message", 1000, "", text("half").first(), goodbye(1000, ""))
	ours("a ping", 1000, "", ping("unanswered"), goodbye(1000, ""))
	ours("a pong", 1000, "", pong(""), goodbye(1000, ""))
	ours("two answers", 1000, "", goodbye(1000, ""), goodbye(1000, ""))
	ours("a violation", 1006, "", frame{opcode: 3})
	ours("a code that may not be sent", 1006, "", frame{opcode: ws.OpClose, payload: "\x03\xee"})
	return all
}

func pings(n int) (all []frame) {
	for i := range n {
		all = append(all, ping(fmt.Sprint(i)))
	}
	return all
}
