package wire

import (
	"fmt"
	"unicode/utf8"
	"unsafe"

	"github.com/gobwas/ws"
)

// The close codes that we send for the peer's faults, RFC 6455 section 7.4.1.
const (
	codeNormal    = 1000
	codeGoingAway = 1001
	codeProtocol  = 1002
	codeNoStatus  = 1005 // never on the wire: the frame had no code
	codeAbnormal  = 1006 // never on the wire: there was no frame
	codeInvalid   = 1007
	codeTooBig    = 1009
)

// firstGrowth is the room that a message gets before its bytes are here: a
// declared length is a claim, so a buffer grows as bytes arrive. Only a peer that
// has sent a larger message gets room for as much again: it holds no more of us
// than by stopping short of that one's end.
const firstGrowth = 64 << 10

// decoder takes bytes as they come, in any chops, and gives whole messages and
// control frames (RFC 6455 section 5). It holds no read buffer: what was fed is
// consumed, and may have been unmasked where it stood. It needs a scratch to be fed.
type decoder struct {
	limit    int      // of one message, in bytes
	usual    int      // the size of the last message, which has come in full
	side     ws.State // ours: whether frames must come masked
	skipping bool     // payload of messages is dropped: only the close counts
	deflated bool     // the message under way is

	inflate *inflater // nil where no compression was agreed on

	header  ws.Header
	message []byte // what has come of the message under way
	left    int64  // payload bytes of this frame still to come
	scratch *scratch

	headLen uint8    // header bytes in the scratch
	inside  bool     // between a header and the end of its payload
	kind    DataType // of the message under way, 0 for none
	text    checker  // of a Text under way
}

// rsvDeflated are a header's reserved bits where its message is deflated: RSV1
// alone (RFC 7692 section 6).
const rsvDeflated = 4

// scratch is what a decoder needs while bytes come.
type scratch struct {
	head    [ws.MaxHeaderSize]byte
	from    memory // head, for gobwas/ws to read
	control [ws.MaxControlFramePayloadSize]byte
}

// idle tells whether the decoder stands between two messages: there is nothing
// that it must keep.
func (d *decoder) idle() bool {
	return d.headLen == 0 && !d.inside && d.kind == 0
}

// part is what a feed has completed.
type part struct {
	opcode  ws.OpCode // OpText and OpBinary: a whole message; or a control frame
	message string    // of a message, an allocation of its own
	wire    int       // bytes of a message's payload as they came
	control []byte    // a control frame's payload, valid until the next feed
}

// feed consumes a first piece of p and tells how long it was. complete tells
// whether that piece ended a message or a control frame.
func (d *decoder) feed(p []byte) (n int, got part, complete bool, bad *violation) {
	for {
		if !d.inside {
			used, whole, bad := d.feedHeader(p[n:])
			n += used
			if bad != nil || !whole {
				return n, part{}, false, bad
			}
		}
		take := len(p) - n
		if int64(take) > d.left {
			take = int(d.left)
		}
		if take == 0 && d.left > 0 {
			return n, part{}, false, nil
		}
		got, complete, bad := d.feedPayload(p[n : n+take])
		n += take
		if bad != nil || complete {
			return n, got, complete, bad
		}
		if n == len(p) {
			return n, part{}, false, nil
		}
	}
}

// feedHeader consumes header bytes until the header is whole and allowed.
func (d *decoder) feedHeader(p []byte) (n int, whole bool, bad *violation) {
	k := d.scratch
	size := ws.MinHeaderSize
	for {
		if d.headLen >= ws.MinHeaderSize {
			size = headerSize(k.head[1])
		}
		if int(d.headLen) >= size {
			break
		}
		if n == len(p) {
			return n, false, nil
		}
		used := copy(k.head[d.headLen:size], p[n:])
		d.headLen += uint8(used)
		n += used
	}
	k.from.rest = k.head[:size]
	header, err := ws.ReadHeaderBuffer(&k.from, k.control[:0]) // the control buffer is free between frames
	d.headLen = 0
	if err != nil {
		return n, false, broken(codeProtocol, StageProtocol, "sent a frame whose length has its top bit set")
	}
	d.header = header
	if bad := d.checkHeader(size); bad != nil {
		return n, false, bad
	}
	d.inside, d.left = true, header.Length
	return n, true, nil
}

// headerSize is the size of a header whose second byte is given.
func headerSize(second byte) int {
	size := ws.MinHeaderSize
	switch second & 0x7f {
	case 126:
		size += 2
	case 127:
		size += 8
	}
	if second&0x80 != 0 {
		size += 4
	}
	return size
}

// memory is a reader of a header that is whole.
type memory struct{ rest []byte }

func (m *memory) Read(p []byte) (int, error) {
	n := copy(p, m.rest)
	m.rest = m.rest[n:]
	return n, nil
}

// checkHeader holds the header against RFC 6455 sections 5.2, 5.4 and 5.5, and
// the message it belongs to against the limit.
func (d *decoder) checkHeader(size int) *violation {
	h := d.header
	deflated := h.Rsv == rsvDeflated && d.inflate != nil && (h.OpCode == ws.OpText || h.OpCode == ws.OpBinary)
	if deflated { // the only place for it, RFC 7692 section 6
		h.Rsv = 0
	}
	if h.Rsv != 0 && d.inflate != nil {
		return broken(codeProtocol, StageProtocol, "set a reserved bit where compression has none")
	}
	state := d.side
	if d.kind != 0 {
		state = state.Set(ws.StateFragmented)
	}
	if err := ws.CheckHeader(h, state); err != nil {
		return broken(codeProtocol, StageProtocol, "broke the protocol: "+err.Error())
	}
	minimal := ws.HeaderSize(h)
	if size != minimal {
		return broken(codeProtocol, StageProtocol, "sent a length that is not in its shortest form")
	}
	if h.OpCode.IsControl() || d.skipping {
		if h.OpCode == ws.OpText || h.OpCode == ws.OpBinary {
			d.kind = DataType(h.OpCode)
		}
		return nil
	}
	if h.OpCode != ws.OpContinuation {
		d.kind, d.deflated = DataType(h.OpCode), deflated
		d.text = checker{}
	}
	limit := d.limit
	if d.deflated {
		limit = deflatedLimit(limit)
	}
	if h.Length > int64(limit-len(d.message)) {
		return broken(codeTooBig, StageLimit, fmt.Sprintf("sent a message of more than %d bytes, which is the limit", d.limit))
	}
	return nil
}

// feedPayload consumes payload bytes, none past this frame's end.
func (d *decoder) feedPayload(p []byte) (got part, complete bool, bad *violation) {
	h := &d.header
	start := int(h.Length - d.left)
	d.left -= int64(len(p))
	last := d.left == 0
	if last {
		d.inside = false
	}
	switch {
	case h.OpCode.IsControl():
		copy(d.scratch.control[start:], p)
		if !last {
			return part{}, false, nil
		}
		payload := d.scratch.control[:h.Length]
		if h.Masked {
			ws.Cipher(payload, h.Mask, 0)
		}
		return part{opcode: h.OpCode, control: payload}, true, nil
	case d.skipping:
		if last && h.Fin {
			d.kind = 0
		}
		return part{}, false, nil
	}
	if d.deflated && last && h.Fin && start == 0 && len(d.message) == 0 {
		if h.Masked {
			ws.Cipher(p, h.Mask, 0) // what was fed is consumed: it may be written to
		}
		return d.inflated(p) // all of it is here: no copy
	}
	d.grow(len(p), d.left)
	from := len(d.message)
	d.message = append(d.message, p...)
	return d.extend(from, start)
}

// room gives the tail of the message under way, for a read straight into it, if
// the payload still to come is worth that. What was read goes to filled.
func (d *decoder) room() []byte {
	if !d.inside || d.skipping || d.header.OpCode.IsControl() || d.left < firstGrowth {
		return nil
	}
	d.grow(firstGrowth, d.left-firstGrowth)
	free := d.message[len(d.message):cap(d.message)]
	if int64(len(free)) > d.left {
		free = free[:d.left]
	}
	return free
}

// filled takes n bytes of room as fed.
func (d *decoder) filled(n int) (got part, complete bool, bad *violation) {
	start, from := int(d.header.Length-d.left), len(d.message)
	d.left -= int64(n)
	if d.left == 0 {
		d.inside = false
	}
	d.message = d.message[:from+n]
	return d.extend(from, start)
}

// grow makes room for n more bytes of the message, behind which this frame has
// after more to come. A frame that is all here gets its exact size; what is
// announced grows by doubling, towards the size that the frame declared and
// never past it.
func (d *decoder) grow(n int, after int64) {
	need := len(d.message) + n
	if need <= cap(d.message) {
		return
	}
	size := need
	if after > 0 || !d.header.Fin {
		expected := need + int(after) // within the limit, which the header was held against
		size = max(need, 2*len(d.message), min(expected, max(firstGrowth, d.usual)))
		if d.header.Fin {
			size = min(size, expected)
		}
	}
	grown := make([]byte, len(d.message), size)
	copy(grown, d.message)
	d.message = grown
}

// extend unmasks and checks what the message got from byte from on, at the
// frame's offset start, and gives the message if that was its end.
func (d *decoder) extend(from, start int) (got part, complete bool, bad *violation) {
	fresh := d.message[from:]
	if d.header.Masked {
		ws.Cipher(fresh, d.header.Mask, start)
	}
	end := d.left == 0 && d.header.Fin
	if d.deflated {
		if !end {
			return part{}, false, nil
		}
		return d.inflated(d.message)
	}
	if d.kind == Text && (!d.text.check(fresh) || end && !d.text.whole()) {
		return part{}, false, broken(codeInvalid, StageProtocol, "sent a text that is not UTF-8")
	}
	if !end {
		return part{}, false, nil
	}
	got = part{opcode: ws.OpCode(d.kind), wire: len(d.message), message: d.takeMessage()}
	d.kind = 0
	return got, true, nil
}

// inflated gives the message that payload, all of it, holds. Its text can only
// be checked now.
func (d *decoder) inflated(payload []byte) (got part, complete bool, bad *violation) {
	message, bad := d.inflate.inflate(payload, d.limit)
	if bad == nil && d.kind == Text && !utf8.ValidString(message) {
		bad = broken(codeInvalid, StageProtocol, "sent a text that is not UTF-8")
	}
	if bad != nil {
		return part{}, false, bad
	}
	got = part{opcode: ws.OpCode(d.kind), wire: len(payload), message: message}
	d.message, d.kind = nil, 0
	return got, true, nil
}

// takeMessage gives the message away as a string without a copy, unless its
// buffer has grown larger than it: then an exact one takes its place.
func (d *decoder) takeMessage() string {
	m := d.message
	d.message = nil
	if len(m) == 0 {
		return ""
	}
	if cap(m) > len(m)+len(m)/8 {
		return string(m)
	}
	return unsafe.String(unsafe.SliceData(m), len(m)) // nobody writes to m any more
}

// checker checks UTF-8 that comes in pieces, and fails at the first byte that
// no text can hold (RFC 6455 section 8.1).
type checker struct {
	held  [utf8.UTFMax]byte // the beginning of a rune
	count uint8
}

// check takes the next piece and tells whether all is well so far.
func (k *checker) check(p []byte) bool {
	for k.count > 0 && len(p) > 0 {
		k.held[k.count] = p[0]
		k.count++
		p = p[1:]
		if held := k.held[:k.count]; utf8.FullRune(held) {
			if r, size := utf8.DecodeRune(held); r == utf8.RuneError && size <= 1 {
				return false
			}
			k.count = 0
		}
	}
	if len(p) == 0 {
		return true
	}
	// Only the last rune can be cut short, in its last three bytes.
	end := len(p)
	for i := len(p) - 1; i >= 0 && i >= len(p)-utf8.UTFMax+1; i-- {
		if utf8.RuneStart(p[i]) {
			if !utf8.FullRune(p[i:]) {
				end = i
			}
			break
		}
	}
	if !utf8.Valid(p[:end]) {
		return false
	}
	k.count = uint8(copy(k.held[:], p[end:]))
	return true
}

// whole tells whether no rune is cut short.
func (k *checker) whole() bool { return k.count == 0 }
