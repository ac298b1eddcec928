package wire

import (
	"fmt"
	"testing"
)

// TestDeflateAnswers holds what a server agrees on (RFC 7692 section 7.1): its
// answer, and what each side may then send.
func TestDeflateAnswers(t *testing.T) {
	all := &Compression{Send: Window{Bits: 15}, Receive: Window{Bits: 15}}
	alone := &Compression{Send: Window{Bits: 15, Forget: true}, Receive: Window{Bits: 15, Forget: true}}
	small := &Compression{Send: Window{Bits: 10}, Receive: Window{Bits: 10}}
	for _, test := range []struct {
		name   string
		ours   *Compression
		offer  []string
		answer string
		terms  string // server, client
	}{
		{"nothing offered", all, nil, "", ""},
		{"none of ours", nil, []string{"permessage-deflate"}, "", ""},
		{"another extension", all, []string{"permessage-bzip2, x-webkit-deflate-frame"}, "", ""},
		{"a plain offer", all, []string{"permessage-deflate"}, "permessage-deflate", "{15 false} {15 false}"},
		{"a browser's", all, []string{"permessage-deflate; client_max_window_bits"}, "permessage-deflate", "{15 false} {15 false}"},
		{"a client without room", all, []string{"permessage-deflate; server_no_context_takeover; server_max_window_bits=10"},
			"permessage-deflate; server_no_context_takeover; server_max_window_bits=10", "{10 true} {15 false}"},
		{"a client that forgets", all, []string{"permessage-deflate; client_no_context_takeover"},
			"permessage-deflate; client_no_context_takeover", "{15 false} {15 true}"},
		{"a client with a small window", all, []string{"permessage-deflate; client_max_window_bits=9"},
			"permessage-deflate; client_max_window_bits=9", "{15 false} {9 false}"},
		{"the smallest", all, []string{"permessage-deflate; server_max_window_bits=8; client_max_window_bits=8"},
			"permessage-deflate; server_max_window_bits=8; client_max_window_bits=8", "{8 false} {8 false}"},
		{"the largest, said", all, []string{"permessage-deflate; server_max_window_bits=15; client_max_window_bits=15"}, "permessage-deflate", "{15 false} {15 false}"},
		{"we forget", alone, []string{"permessage-deflate"},
			"permessage-deflate; server_no_context_takeover; client_no_context_takeover", "{15 true} {15 true}"},
		{"we want small windows, and the client can", small, []string{"permessage-deflate; client_max_window_bits"},
			"permessage-deflate; server_max_window_bits=10; client_max_window_bits=10", "{10 false} {10 false}"},
		{"we want small windows, and the client can't", small, []string{"permessage-deflate"},
			"permessage-deflate; server_max_window_bits=10", "{10 false} {15 false}"},
		{"the client asks for less than we", small, []string{"permessage-deflate; server_max_window_bits=9; client_max_window_bits=9"},
			"permessage-deflate; server_max_window_bits=9; client_max_window_bits=9", "{9 false} {9 false}"},
		{"a second offer", all, []string{"permessage-deflate; server_max_window_bits=7, permessage-deflate; server_no_context_takeover"},
			"permessage-deflate; server_no_context_takeover", "{15 true} {15 false}"},
		{"the first of two", all, []string{"permessage-deflate; client_max_window_bits; server_max_window_bits=9, permessage-deflate"},
			"permessage-deflate; server_max_window_bits=9", "{9 false} {15 false}"},
		{"two headers", all, []string{"x", "permessage-deflate"}, "permessage-deflate", "{15 false} {15 false}"},
		{"a quoted value", all, []string{`permessage-deflate; server_max_window_bits="10"`},
			"permessage-deflate; server_max_window_bits=10", "{10 false} {15 false}"},
		{"an unknown parameter", all, []string{"permessage-deflate; fast"}, "", ""},
		{"a parameter twice", all, []string{"permessage-deflate; client_max_window_bits; client_max_window_bits=9"}, "", ""},
		{"a server's window without a size", all, []string{"permessage-deflate; server_max_window_bits"}, "", ""},
		{"a window that is too small", all, []string{"permessage-deflate; client_max_window_bits=7"}, "", ""},
		{"a window that is too large", all, []string{"permessage-deflate; server_max_window_bits=16"}, "", ""},
		{"a window with a zero before it", all, []string{"permessage-deflate; server_max_window_bits=09"}, "", ""},
		{"a value where none may be", all, []string{"permessage-deflate; server_no_context_takeover=1"}, "", ""},
		{"no list", all, []string{"permessage-deflate;;"}, "", ""},
		{"half a parameter", all, []string{"permessage-deflate; server_max_window_bits="}, "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			answer, agreed := test.ours.answer(test.offer)
			terms := ""
			if agreed != nil {
				terms = fmt.Sprint(agreed.server, agreed.client)
			}
			if answer != test.answer || terms != test.terms {
				t.Errorf("%q with %s, want %q with %s", answer, terms, test.answer, test.terms)
			}
		})
	}
}

// FuzzDeflateAnswer: whatever a client offers, it can accept what we answer.
func FuzzDeflateAnswer(f *testing.F) {
	for _, seed := range []string{"permessage-deflate; client_max_window_bits", "a, permessage-deflate; server_max_window_bits=9; client_no_context_takeover", "permessage-deflate;;", `permessage-deflate; server_max_window_bits="10"`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, offer string) {
		ours := &Compression{Send: Window{Bits: 12}, Receive: Window{Bits: 11}}
		answer, agreed := ours.answer([]string{offer})
		if agreed == nil {
			return
		}
		if agreed.server.Bits > 12 || agreed.server.Bits < MinWindowBits || agreed.client.Bits < MinWindowBits {
			t.Errorf("%q agrees on %+v", offer, agreed)
		}
		response := &Response{Headers: []Field{{"Sec-WebSocket-Extensions", answer}}}
		theirs := &Compression{Send: Window{Bits: MaxWindowBits}, Receive: Window{Bits: MaxWindowBits}}
		if err := response.agree(theirs); err != nil {
			t.Errorf("a client that offers %q gets %q: %v", offer, answer, err)
		} else if response.terms.server != agreed.server {
			t.Errorf("%q: the client thinks that we send by %+v, we by %+v", answer, response.terms.server, agreed.server)
		}
	})
}
