package wire

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gobwas/ws"
)

// conformCase is a rule of RFC 6455 as an example: what the peer sends to an open
// connection, what our side delivers of it, and what the peer then sees.
type conformCase struct {
	name   string // begins with the RFC's section
	closes bool   // our side begins the close handshake, with 1000, before the peer sends anything
	echo   bool   // our side sends each message back
	sends  []frame
	cut    place // the peer sends up to here, and the rest once the network is at rest
	broken place // the peer sees the close after this very byte, and before the next is sent

	gets   []frame // the messages that are delivered
	sees   []frame // all that comes over the wire
	fails  string  // stage/cause of our ERROR, "" for none
	code   int     // of our DISCONNECTED, 0: the connection goes on
	reason string  // of our DISCONNECTED
}

// place is a byte in what the peer sends: so many bytes of a frame's payload
// behind its header. Frames count from 1, the zero value is nowhere.
type place struct{ frame, payload int }

// role is an end of a connection as which our side is tested.
type role struct {
	name   string
	side   ws.State
	lasts  bool                            // the peer is the one to hang up (RFC 6455 section 7.1.1)
	opened func(r *rig) (c *Conn, p *peer) // a connection that is up
}

var roles = []role{
	{name: "client", side: ws.StateClientSide, lasts: true, opened: func(r *rig) (*Conn, *peer) {
		accepted := make(chan *peer, 1)
		r.serve(func(p *peer) { p.kept = p.accept(); accepted <- p })
		c := r.open(target())
		return c, <-accepted
	}},
	{name: "server", side: ws.StateServerSide, opened: func(r *rig) (*Conn, *peer) {
		r.listen(listening())
		c, client := r.enter()
		return c, client.peer
	}},
}

// conformCases are all of them. The decoder's tests and the fuzz targets use them too.
func conformCases() []conformCase {
	return slices.Concat(framingRules(), controlRules(), fragmentRules(), textRules(), closeRules())
}

// conformanceLimit is a message's, in bytes.
const conformanceLimit = 100_000

// chops are the sizes of the reads that a stream comes in, and the longest
// stream that is worth it; 0: as it may.
var chops = []struct{ size, longest int }{{0, 1 << 20}, {1, 70_000}, {2, 200}, {997, 1 << 20}}

// TestConformance holds each role of ours against every rule, in every chop,
// with a peer that hangs up when it has said its close and one that leaves
// that to us.
func TestConformance(t *testing.T) {
	for _, as := range roles {
		for _, rule := range conformCases() {
			t.Run(as.name+"/"+rule.name, func(t *testing.T) {
				size := len(rule.stream(as))
				for _, chop := range chops {
					if chop.size < size && size <= chop.longest {
						inBubble(t, conformanceOptions, func(r *rig) { rule.hold(r, as, chop.size, true) })
					}
				}
				inBubble(t, conformanceOptions, func(r *rig) { rule.hold(r, as, 0, false) })
			})
		}
	}
}

func conformanceOptions(o *Options) { o.MaxMessage = conformanceLimit }

// hold lets the peer do its part and judges what it sees.
func (x *conformCase) hold(r *rig, as role, chop int, hangsUp bool) {
	r.t.Helper()
	c, p := as.opened(r)
	defer p.nc.Close()
	seen := p.observe(as.side)
	got := x.record(r, c)
	p.nc.Outgoing().ChunkSize(chop)
	start := time.Now()
	when := fmt.Sprintf("in chops of %d, the peer hangs up: %t", chop, hangsUp)

	if x.closes {
		c.Close(codeNormal, "")
		r.settle()
	}
	stream := x.stream(as)
	for _, at := range []place{x.cut, x.broken} {
		if at.frame == 0 {
			continue
		}
		end := x.offset(as, at)
		p.raw(stream[:end-1])
		r.settle()
		if at == x.broken && (len(seen.frames) != 0 || got.end != "") {
			r.t.Errorf("%s: one byte before the wrong one the peer sees %v, our events end in %q", when, seen.frames, got.end)
		}
		p.raw(stream[end-1 : end])
		r.settle()
		stream = stream[end:]
		if at == x.broken {
			x.judge(r, got, seen, when+", before the rest is sent")
		}
	}
	p.raw(stream)
	r.settle()
	want := x.sees
	if x.code != 0 { // nothing of this counts
		p.raw(append(text("after").bytes(as), ping("after").bytes(as)...))
		if err := c.Send(Text, "too late"); err != nil {
			r.t.Errorf("%s: a send after the end: %v", when, err)
		}
		r.settle()
	}
	x.judge(r, got, seen, when)
	if x.code == 0 {
		p.raw(append(ping("alive?").bytes(as), goodbye(1000, "").bytes(as)...))
		want = append(slices.Clone(want), pong("alive?"), goodbye(1000, ""))
		r.settle()
		if !slices.Equal(seen.frames, want) || got.end != "DISCONNECTED:1000" {
			r.t.Errorf("%s: a ping and a close later the peer sees %v, our events end in %q; want %v", when, seen.frames, got.end, want)
		}
	}

	// How TCP ends: in order, and by the right side.
	wait := time.Duration(0)
	switch {
	case hangsUp:
		p.nc.CloseWrite()
	case as.lasts:
		wait = r.hub.o.CloseTimeout
	}
	time.Sleep(wait)
	r.settle()
	select {
	case <-seen.over:
	default:
		r.t.Fatalf("%s: the connection is still there after %v", when, wait)
	}
	if took := seen.at.Sub(start); seen.err != io.EOF || took != wait {
		r.t.Errorf("%s: the connection ended with %q after %v, want the end of the stream after %v", when, seen.err, took, wait)
	}
	if !slices.Equal(seen.frames, want) {
		r.t.Errorf("%s: the peer saw %v in all, want %v", when, seen.frames, want)
	}
	if n := c.Buffered(); n != 0 {
		r.t.Errorf("%s: %d bytes still count as buffered", when, n)
	}
}

// judge holds what happened so far against the rule.
func (x *conformCase) judge(r *rig, got *delivered, seen *observation, when string) {
	r.t.Helper()
	if !slices.Equal(got.messages, x.gets) {
		r.t.Errorf("%s: delivered %v, want %v", when, got.messages, x.gets)
	}
	end := ""
	if x.fails != "" {
		end = "ERROR:" + x.fails + " "
	}
	if x.code != 0 {
		end += fmt.Sprintf("DISCONNECTED:%d", x.code)
	}
	if got.end != end {
		r.t.Errorf("%s: our events end in %q, want %q (%s)", when, got.end, end, r.reason())
	}
	if x.code != 0 && got.goodbye != nil {
		want := Goodbye{Code: x.code, Reason: x.reason, Clean: x.code != codeAbnormal, ByPeer: x.code != codeAbnormal && !x.closes, Peer: x.said()}
		if *got.goodbye != want {
			r.t.Errorf("%s: goodbye %+v, want %+v", when, *got.goodbye, want)
		}
	}
	if !slices.Equal(seen.frames, x.sees) {
		r.t.Errorf("%s: the peer sees %v, want %v", when, seen.frames, x.sees)
	}
}

// said is the code of the first close frame that counts, 0 for none.
func (x *conformCase) said() int {
	if x.code == codeAbnormal {
		return 0
	}
	for _, f := range x.sends {
		if f.opcode == ws.OpClose && len(f.payload) >= 2 {
			return int(f.payload[0])<<8 | int(f.payload[1])
		}
	}
	return codeNoStatus
}

// delivered is what our side was told.
type delivered struct {
	messages []frame
	end      string // the events that are no messages, after CONNECTED
	goodbye  *Goodbye
}

// record has the rig's ticks note what is delivered, and send it back if the
// conformCase says so.
func (x *conformCase) record(r *rig, c *Conn) *delivered {
	got := &delivered{}
	r.react = func(e *Event) {
		switch e.Kind {
		case Message:
			got.messages = append(got.messages, frame{opcode: ws.OpCode(e.Type), payload: e.Payload})
			if x.echo {
				if err := c.Send(e.Type, e.Payload); err != nil {
					r.t.Error(err)
				}
			}
		case Disconnected:
			got.goodbye = e.Goodbye()
		}
		if e.Kind != Message {
			got.end = strings.TrimSpace(got.end + " " + r.log[len(r.log)-1])
		}
	}
	return got
}

// observation is what a peer sees, up to the end of the connection.
type observation struct {
	frames []frame
	err    error // how it ended
	at     time.Time
	over   chan struct{}
}

// observe reads to the end of the connection. What it gives is the test's
// whenever the network is at rest.
func (p *peer) observe(side ws.State) *observation {
	o := &observation{over: make(chan struct{})}
	go func() { // ends with the connection
		defer close(o.over)
		for {
			f, err := readFrame(p.in, side.ClientSide())
			if err != nil {
				o.err, o.at = err, time.Now()
				return
			}
			o.frames = append(o.frames, f)
		}
	}()
	return o
}

// frame is a frame on the wire, either way. Whether it is masked is a matter of
// who sends it.
type frame struct {
	opcode  ws.OpCode
	more    bool   // without FIN
	rsv     byte   // 4 is RSV1, 2 RSV2, 1 RSV3
	payload string // unmasked
	form    int    // bytes of the extended length: 2 or 8, 0 for the shortest
	claim   uint64 // the length in the header, 0 for the true one
	unruly  bool   // masked by a server, or not by a client
}

func text(s string) frame     { return frame{opcode: ws.OpText, payload: s} }
func binaryOf(s string) frame { return frame{opcode: ws.OpBinary, payload: s} }
func rest(s string) frame     { return frame{opcode: ws.OpContinuation, payload: s} }
func ping(s string) frame     { return frame{opcode: ws.OpPing, payload: s} }
func pong(s string) frame     { return frame{opcode: ws.OpPong, payload: s} }

// goodbye is a close frame; an empty one for 1005.
func goodbye(code int, reason string) frame {
	return frame{opcode: ws.OpClose, payload: string(closePayload(code, reason))}
}

// first is f without FIN.
func (f frame) first() frame { f.more = true; return f }

func (f frame) String() string {
	s := word(&ws.Frame{Header: ws.Header{OpCode: f.opcode}, Payload: []byte(f.payload)})
	if f.more {
		s += " (more)"
	}
	return fmt.Sprintf("%q", s)
}

// header is f's, as the peer of our role sends it, with its mask.
func (f frame) header(as role) (header []byte, mask [4]byte) {
	b := []byte{f.rsv<<4 | byte(f.opcode), 0}
	if !f.more {
		b[0] |= 0x80
	}
	length := f.claim
	if length == 0 {
		length = uint64(len(f.payload))
	}
	switch {
	case f.form == 8, f.form == 0 && length > 0xffff:
		b[1] = 127
		b = binary.BigEndian.AppendUint64(b, length)
	case f.form == 2, length > 125:
		b[1] = 126
		b = binary.BigEndian.AppendUint16(b, uint16(length))
	default:
		b[1] = byte(length)
	}
	if as.side.ServerSide() != f.unruly {
		mask = [4]byte{0x9a, 0x1c, 0xff, 0x07}
		b[1] |= 0x80
		b = append(b, mask[:]...)
	}
	return b, mask
}

func (f frame) bytes(as role) []byte {
	header, mask := f.header(as)
	payload := []byte(f.payload)
	ws.Cipher(payload, mask, 0)
	return append(header, payload...)
}

// stream is all that the peer sends.
func (x *conformCase) stream(as role) (b []byte) {
	for _, f := range x.sends {
		b = append(b, f.bytes(as)...)
	}
	return b
}

// offset is how many bytes are sent up to a place.
func (x *conformCase) offset(as role, at place) (n int) {
	for _, f := range x.sends[:at.frame-1] {
		n += len(f.bytes(as))
	}
	header, _ := x.sends[at.frame-1].header(as)
	return n + len(header) + at.payload
}

// readFrame reads a frame of ours, byte by byte as RFC 6455 section 5.2 has it,
// and fails for one that a peer would have to refuse.
func readFrame(in *bufio.Reader, masked bool) (frame, error) {
	head := make([]byte, 2)
	if n, err := io.ReadFull(in, head); err != nil {
		if n == 0 {
			return frame{}, io.EOF
		}
		return frame{}, err
	}
	f := frame{opcode: ws.OpCode(head[0] & 0x0f), more: head[0]&0x80 == 0, rsv: head[0] >> 4 & 7}
	length, least := uint64(head[1]&0x7f), uint64(0)
	extended := 0
	switch length {
	case 126:
		extended, least = 2, 126
	case 127:
		extended, least = 8, 1<<16
	}
	if extended > 0 {
		var b [8]byte
		if _, err := io.ReadFull(in, b[8-extended:]); err != nil {
			return frame{}, fmt.Errorf("inside a header: %w", err)
		}
		length = binary.BigEndian.Uint64(b[:])
	}
	var mask [4]byte
	if head[1]&0x80 != 0 {
		if _, err := io.ReadFull(in, mask[:]); err != nil {
			return frame{}, fmt.Errorf("inside a mask: %w", err)
		}
	}
	switch {
	case f.rsv != 0:
		return frame{}, fmt.Errorf("a frame has the reserved bits %03b", f.rsv)
	case head[1]&0x80 != 0 != masked:
		return frame{}, fmt.Errorf("a frame is masked: %t, want %t (RFC 6455 section 5.1)", !masked, masked)
	case masked && mask == [4]byte{}:
		return frame{}, fmt.Errorf("a mask is all zero (RFC 6455 section 5.3)")
	case length < least:
		return frame{}, fmt.Errorf("a length of %d takes %d bytes", length, extended)
	}
	payload := make([]byte, length)
	if _, err := io.ReadFull(in, payload); err != nil {
		return frame{}, fmt.Errorf("inside a frame: %w", err)
	}
	ws.Cipher(payload, mask, 0)
	f.payload = string(payload)
	return f, nil
}
