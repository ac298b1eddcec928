package linerpc

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// request is what a line asks for. All three are JSON texts.
type request struct {
	id      string // a number or a string, or null where the line has none
	action  string // "" if missing
	payload string // "" if missing
}

// problem is why a line has no response.
type problem struct {
	Text     string `json:"errMsg"`
	Property string `json:"property,omitempty"`
	encoded  string // what tickwire.rpc said, in place of the two
}

func (p *problem) json() string {
	if p.encoded != "" {
		return p.encoded
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.Encode(p) // two strings: it can't fail
	return string(bytes.TrimSpace(text.Bytes()))
}

// readRequest reads a line; both results are nil for an empty one. With a
// problem the request has the id, if that could be read.
func readRequest(l line, maxLine int) (*request, *problem) {
	if l.tooLong {
		return nil, &problem{Text: fmt.Sprintf("the line is longer than %d bytes", maxLine)}
	}
	text := bytes.Trim(l.text, " \t\r")
	if len(text) == 0 {
		return nil, nil
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(text, &members); err != nil || members == nil {
		return nil, &problem{Text: "the line is no JSON object: " + cause(err)}
	}
	r := &request{id: "null", action: string(members["action"]), payload: string(members["payload"])}
	id, found := members["id"]
	switch {
	case !found:
		return r, &problem{Text: "id: want a number or a string, it is missing", Property: "id"}
	case id[0] != '"' && id[0] != '-' && (id[0] < '0' || id[0] > '9'):
		return r, &problem{Text: "id: want a number or a string, got " + clip(string(id)), Property: "id"}
	}
	r.id = string(id)
	return r, nil
}

// cause is what was wrong with a line, and where.
func cause(err error) string {
	if syntax := (*json.SyntaxError)(nil); errors.As(err, &syntax) {
		return fmt.Sprintf("%v at byte %d", err, syntax.Offset)
	}
	if kind := (*json.UnmarshalTypeError)(nil); errors.As(err, &kind) {
		return "it is a JSON " + kind.Value
	}
	return "it is null"
}

// clip keeps what came short enough for a message.
func clip(s string) string {
	if len(s) > 60 {
		return s[:60] + "..."
	}
	return s
}
