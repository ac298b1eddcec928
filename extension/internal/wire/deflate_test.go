package wire

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// asking is a compression to ask for: what is "both" holds both ways.
func asking(sendBits int, sendForget bool, receiveBits int, receiveForget bool) *Compression {
	return &Compression{Level: 1, Send: Window{sendBits, sendForget}, Receive: Window{receiveBits, receiveForget}}
}

var (
	askAll     = asking(15, false, 15, false)
	askForget  = asking(15, true, 15, true)
	askSmall   = asking(10, false, 10, false)
	askLittle  = asking(8, true, 9, false)
	askNothing = (*Compression)(nil)
)

// TestOffer is RFC 7692 section 7.1, word for word.
func TestOffer(t *testing.T) {
	for _, test := range []struct {
		asked *Compression
		want  string
	}{
		{askAll, "permessage-deflate; client_max_window_bits"},
		{askForget, "permessage-deflate; server_no_context_takeover; client_no_context_takeover; client_max_window_bits"},
		{askSmall, "permessage-deflate; server_max_window_bits=10; client_max_window_bits=10"},
		{askLittle, "permessage-deflate; client_no_context_takeover; server_max_window_bits=9; client_max_window_bits=8"},
	} {
		if got := test.asked.offer(); got != test.want {
			t.Errorf("offered %q, want %q", got, test.want)
		}
	}
	a, err := parseURL("ws://a.test/")
	if err != nil {
		t.Fatal(err)
	}
	if got := string(request(a, &Target{Compression: askAll}, "KEY")); !strings.Contains(got, "\r\nSec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n") {
		t.Errorf("the request has no offer:\n%s", got)
	}
	if got := string(request(a, &Target{}, "KEY")); strings.Contains(got, "Extensions") {
		t.Errorf("the request offers what nobody asked for:\n%s", got)
	}
}

// negotiations are offers, a server's answers and what comes of them: the terms
// as "client server", bits and whether it forgets, "" for none, or a complaint.
var negotiations = []struct {
	name    string
	asked   *Compression
	answer  string // lines separated by "|"; "" for no header
	want    string
	refused string
}{
	{name: "7.1 declined", asked: askAll},
	{name: "7.1 nothing asked, nothing answered", asked: askNothing},
	{name: "7.1 accepted", asked: askAll, answer: "permessage-deflate", want: "15 15"},
	{name: "7.1 with blanks and an empty element", asked: askAll, answer: " permessage-deflate ; client_max_window_bits = 9 ,", want: "9 15"},
	{name: "7.1.1.1 the server forgets, unasked", asked: askAll, answer: "permessage-deflate; server_no_context_takeover", want: "15 15f"},
	{name: "7.1.1.2 the client must forget, unasked", asked: askAll, answer: "permessage-deflate; client_no_context_takeover", want: "15f 15"},
	{name: "7.1.1 both forget, as asked", asked: askForget, answer: "permessage-deflate; server_no_context_takeover; client_no_context_takeover", want: "15f 15f"},
	{name: "7.1.1.2 our own forgetting needs no consent", asked: askForget, answer: "permessage-deflate; server_no_context_takeover", want: "15f 15f"},
	{name: "7.1.2.1 a server's window, unasked", asked: askAll, answer: "permessage-deflate; server_max_window_bits=12", want: "15 12"},
	{name: "7.1.2.1 a server's window, as asked", asked: askSmall, answer: "permessage-deflate; server_max_window_bits=10", want: "10 10"},
	{name: "7.1.2.1 smaller than asked", asked: askSmall, answer: "permessage-deflate; server_max_window_bits=8", want: "10 8"},
	{name: "7.1.2.2 a client's window", asked: askAll, answer: "permessage-deflate; client_max_window_bits=8", want: "8 15"},
	{name: "7.1.2.2 the largest client's window", asked: askAll, answer: "permessage-deflate; client_max_window_bits=15", want: "15 15"},
	{name: "7.1.2.2 a quoted value", asked: askAll, answer: `permessage-deflate; client_max_window_bits="12"`, want: "12 15"},
	{name: "7.1 all four", asked: askAll, answer: "permessage-deflate; client_max_window_bits=9; server_max_window_bits=11; server_no_context_takeover; client_no_context_takeover", want: "9f 11f"},

	{name: "9.1 unasked", asked: askNothing, answer: "permessage-deflate", refused: `the extension "permessage-deflate", which was not offered`},
	{name: "9.1 another extension", asked: askAll, answer: "x-webkit-deflate-frame", refused: `"x-webkit-deflate-frame", which was not offered`},
	{name: "9.1 another beside it", asked: askAll, answer: "permessage-deflate, bbf-usp-protocol", refused: `"bbf-usp-protocol", which was not offered`},
	{name: "7 twice in one header", asked: askAll, answer: "permessage-deflate, permessage-deflate", refused: "2 times"},
	{name: "7 twice in two headers", asked: askAll, answer: "permessage-deflate|permessage-deflate; client_max_window_bits=9", refused: "2 times"},
	{name: "7.1 an unknown parameter", asked: askAll, answer: "permessage-deflate; fast", refused: `the parameter "fast", which does not exist`},
	{name: "7.1 a parameter twice", asked: askAll, answer: "permessage-deflate; client_max_window_bits=9; client_max_window_bits=9", refused: `"client_max_window_bits" twice`},
	{name: "7.1 a flag twice", asked: askAll, answer: "permessage-deflate; server_no_context_takeover; server_no_context_takeover", refused: "twice"},
	{name: "7.1.1.1 a flag with a value", asked: askAll, answer: "permessage-deflate; server_no_context_takeover=1", refused: "server_no_context_takeover=1: want no value"},
	{name: "7.1.1.2 a flag with a value", asked: askAll, answer: "permessage-deflate; client_no_context_takeover=true", refused: "want no value"},
	{name: "7.1.2.2 no value", asked: askAll, answer: "permessage-deflate; client_max_window_bits", refused: `client_max_window_bits="": want 8 to 15`},
	{name: "7.1.2.1 no value", asked: askAll, answer: "permessage-deflate; server_max_window_bits", refused: `server_max_window_bits="": want 8 to 15`},
	{name: "7.1.2 7 bits", asked: askAll, answer: "permessage-deflate; server_max_window_bits=7", refused: `"7": want 8 to 15`},
	{name: "7.1.2 16 bits", asked: askAll, answer: "permessage-deflate; client_max_window_bits=16", refused: `"16": want 8 to 15`},
	{name: "7.1.2 a leading zero", asked: askAll, answer: "permessage-deflate; client_max_window_bits=08", refused: `"08": want`},
	{name: "7.1.2 a sign", asked: askAll, answer: "permessage-deflate; client_max_window_bits=+9", refused: `"+9": want`},
	{name: "7.1.2 no number", asked: askAll, answer: "permessage-deflate; client_max_window_bits=x", refused: `"x": want`},
	{name: "7.1.2 a large number", asked: askAll, answer: "permessage-deflate; client_max_window_bits=99999999999999999999", refused: "want 8 to 15"},
	{name: "7.1.2.1 larger than asked", asked: askSmall, answer: "permessage-deflate; server_max_window_bits=11", refused: "server_max_window_bits=11, which is larger than the 10 that was asked for"},
	{name: "7.1.2.2 larger than asked", asked: askSmall, answer: "permessage-deflate; server_max_window_bits=10; client_max_window_bits=15", refused: "client_max_window_bits=15, which is larger than the 10"},
	{name: "7.1.2.1 not taken up", asked: askSmall, answer: "permessage-deflate", refused: "no server_max_window_bits, which was asked for"},
	{name: "7.1.1.1 not taken up", asked: askForget, answer: "permessage-deflate; client_no_context_takeover", refused: "no server_no_context_takeover, which was asked for"},
	{name: "9.1 half a parameter", asked: askAll, answer: "permessage-deflate;", refused: "no list of extensions"},
	{name: "9.1 half a value", asked: askAll, answer: "permessage-deflate; server_no_context_takeover=", refused: "no list of extensions"},
	{name: "9.1 two separators", asked: askAll, answer: "permessage-deflate;; client_max_window_bits=9", refused: "no list of extensions"},
	{name: "9.1 no separator", asked: askAll, answer: "permessage-deflate client_max_window_bits=9", refused: "no list of extensions"},
	{name: "9.1 no separator between names", asked: askAll, answer: "chat permessage-deflate", refused: "no list of extensions"},
	{name: "9.1 an open quote", asked: askAll, answer: `permessage-deflate; client_max_window_bits="9`, refused: "no list of extensions"},
	{name: "9.1 a comment", asked: askAll, answer: "permessage-deflate (fast)", refused: "no list of extensions"},
	{name: "9.1 an empty header", asked: askAll, answer: " ", refused: "no list of extensions"},
}

func (w Window) word() string {
	if w.Forget {
		return fmt.Sprint(w.Bits, "f")
	}
	return fmt.Sprint(w.Bits)
}

// TestNegotiation: each answer gives its terms or fails the handshake with a
// text that says why.
func TestNegotiation(t *testing.T) {
	for _, test := range negotiations {
		t.Run(test.name, func(t *testing.T) {
			inBubble(t, nil, func(r *rig) {
				var lines []string
				if test.answer != "" {
					for line := range strings.SplitSeq(test.answer, "|") {
						lines = append(lines, "Sec-WebSocket-Extensions: "+line)
					}
				}
				r.serve(func(p *peer) {
					p.accept(lines...)
					p.receiveAll()
				})
				ask := target()
				ask.Compression = test.asked
				c := r.dial(ask)
				if test.want == "" && test.answer != "" {
					r.expect("ERROR:handshake/other DISCONNECTED:1006")
					if got := r.last[Failed]; got == nil || got.Error().Stage != StageHandshake || !strings.Contains(r.reason(), test.refused) {
						t.Fatalf("got %s, want a handshake that fails with %q", r.reason(), test.refused)
					}
					if response := r.last[Failed].Error().Response; response == nil || response.Status != 101 {
						t.Errorf("response %+v, want the 101", response)
					}
					return
				}
				r.expect("CONNECTED")
				got := ""
				if c.press != nil {
					got = c.press.send.word() + " " + c.press.receive.word()
				}
				if got != test.want {
					t.Errorf("terms %q, want %q", got, test.want)
				}
				if diff := cmp.Diff(strings.Trim(strings.ReplaceAll(test.answer, "|", ", "), " \t"), r.last[Connected].Response().Extensions); diff != "" {
					t.Errorf("data.extensions: %s", diff)
				}
			})
		})
	}
}

// FuzzNegotiation: whatever a server answers, what is agreed on was asked for.
func FuzzNegotiation(f *testing.F) {
	for _, test := range negotiations {
		f.Add(test.answer, uint8(15), uint8(10), true, false)
	}
	f.Fuzz(func(t *testing.T, answer string, sendBits, receiveBits uint8, sendForget, receiveForget bool) {
		asked := asking(8+int(sendBits%8), sendForget, 8+int(receiveBits%8), receiveForget)
		r := &Response{Headers: []Field{{"Sec-WebSocket-Extensions", answer}}}
		if r.agree(asked) != nil {
			return
		}
		got := r.terms
		for _, way := range []struct{ got, asked Window }{{got.client, asked.Send}, {got.server, asked.Receive}} {
			if way.got.Bits < MinWindowBits || way.got.Bits > way.asked.Bits || way.asked.Forget && !way.got.Forget {
				t.Errorf("%q gives %+v for %+v", answer, way.got, way.asked)
			}
		}
		if r.Extensions == "" {
			t.Errorf("%q: compression without an extension", answer)
		}
	})
}
