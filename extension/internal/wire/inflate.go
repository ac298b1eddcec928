package wire

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"sync"
	"unsafe"

	"github.com/klauspost/compress/flate"
)

// inflateTail follows a message's payload: the end of the sync flush that wasn't
// sent (RFC 7692 section 7.2.2), and an empty final block, behind which the
// reader knows that all is well.
const inflateTail = syncTail + "\x01" + syncTail

// finals is how many final blocks a message may have: this many, and one for
// every finalEvery bytes of payload. A flush that ends in one is allowed (RFC
// 7692 section 7.2.1), but each costs as much as inflating 32 KiB.
const finals, finalEvery = 64, 256

// errTooBig is a message that inflates to more than the limit.
var errTooBig = errors.New("too big")

// inflater inflates one connection's messages. Owned by its reader.
type inflater struct {
	pool   *sync.Pool // *inflation
	size   int        // of the window that is kept between messages, in bytes; 0: none is
	window []byte     // the end of what came; it has grown to what was needed
}

// newInflater returns what inflates p's messages, nil where there is nothing to
// inflate.
func newInflater(s *compressors, p *compression) *inflater {
	if p == nil {
		return nil
	}
	i := &inflater{pool: &s.inflations}
	if !p.receive.Forget {
		i.size = 1 << max(p.receive.Bits, 9) // zlib takes 9 bits for 8
	}
	return i
}

// inflation is what inflating one message needs.
type inflation struct {
	flate interface {
		io.Reader
		flate.Resetter
	}
	from    bytes.Reader
	in, out []byte
}

func newInflation() *inflation {
	k := &inflation{out: make([]byte, 0, 4<<10)}
	k.flate = flate.NewReader(&k.from).(interface {
		io.Reader
		flate.Resetter
	})
	return k
}

// deflatedLimit bounds the payload of a message that may inflate to limit bytes:
// what can't be compressed grows a little.
func deflatedLimit(limit int) int {
	return min(limit, math.MaxInt/2) + limit/8 + 1<<10
}

// inflate gives the message of at most limit bytes that payload holds.
func (i *inflater) inflate(payload []byte, limit int) (string, *violation) {
	if len(payload) == 0 {
		return "", nil // it should have been one byte (RFC 7692 section 7.2.3.6), but nothing else can be meant
	}
	k := i.pool.Get().(*inflation)
	defer i.pool.Put(k)
	k.in = append(append(k.in[:0], payload...), inflateTail...)
	out, err := k.run(i.last(), limit)
	if cap(k.in) > keptScratch {
		k.in = nil
	}
	if err == errTooBig {
		return "", broken(codeTooBig, StageLimit, fmt.Sprintf("sent a message that inflates to more than %d bytes, which is the limit", limit))
	}
	if err != nil {
		// RFC 7692 names no code; others (ws, Autobahn) say that it is the
		// payload that is invalid.
		return "", broken(codeInvalid, StageProtocol, "sent a message that can't be inflated: "+err.Error())
	}
	i.remember(out)
	if cap(out) <= keptScratch {
		k.out = out
		return string(out), nil
	}
	if cap(out) > len(out)+len(out)/8 {
		return string(out), nil
	}
	return unsafe.String(unsafe.SliceData(out), len(out)), nil // too large for the pool: nobody writes to it any more
}

// run inflates k.in, in front of which the window stands. It grows the output as
// bytes arrive, and stops at the first one past the limit.
func (k *inflation) run(window []byte, limit int) ([]byte, error) {
	out := k.out[:0]
	left := finals + len(k.in)/finalEvery
	k.from.Reset(k.in)
	k.flate.Reset(&k.from, window)
	for {
		if len(out) == cap(out) {
			out = append(make([]byte, 0, min(2*cap(out), limit+1)), out...)
		}
		n, err := k.flate.Read(out[len(out):min(cap(out), limit+1)])
		out = out[:len(out)+n]
		switch {
		case len(out) > limit:
			return nil, errTooBig
		case err == io.EOF:
			if rest := k.from.Len(); rest == 0 || rest == len(inflateTail) {
				return out, nil // our final block, or one of the peer's at the very end
			}
			if left--; left < 0 {
				return nil, fmt.Errorf("it has more than %d final blocks", finals+len(k.in)/finalEvery)
			}
			k.flate.Reset(&k.from, joined(window, out))
		case err != nil:
			return nil, err
		}
	}
}

// joined gives the last bytes of window and out together, as many as the
// longest way back.
func joined(window, out []byte) []byte {
	const all = 1 << MaxWindowBits
	if len(out) >= all {
		return out[len(out)-all:]
	}
	if before := all - len(out); before < len(window) {
		window = window[len(window)-before:]
	}
	return append(append(make([]byte, 0, len(window)+len(out)), window...), out...)
}

// last is what the next message may refer back to.
func (i *inflater) last() []byte { return i.window[max(0, len(i.window)-i.size):] }

// remember keeps the end of what has come. It has a little more room than the
// window, so that not each small message moves it.
func (i *inflater) remember(out []byte) {
	if i.size == 0 {
		return
	}
	if len(out) > i.size {
		out = out[len(out)-i.size:]
	}
	room := i.size + i.size/4
	w := i.window
	if need := len(w) + len(out); need > cap(w) && cap(w) < room {
		w = append(make([]byte, 0, min(max(2*cap(w), need), room)), i.last()...)
	}
	if len(w)+len(out) > cap(w) {
		keep := i.size - len(out)
		w = w[:copy(w, w[len(w)-keep:])]
	}
	i.window = append(w, out...)
}
