package wire

import (
	"errors"
	"fmt"
	"time"
)

// Stage is how far a connection had come when it failed.
type Stage string

// The stages, in their order.
const (
	StageURL       Stage = "url"       // the URL can't be used
	StagePolicy    Stage = "policy"    // the host does not allow it
	StageLimit     Stage = "limit"     // a limit of ours was reached
	StageDNS       Stage = "dns"       // the name could not be looked up
	StageConnect   Stage = "connect"   // no TCP connection
	StageProxy     Stage = "proxy"     // the proxy refused
	StageTLS       Stage = "tls"       // no secure connection
	StageHandshake Stage = "handshake" // the opening handshake, RFC 6455 section 4
	StageProtocol  Stage = "protocol"  // the peer broke the protocol
	StageIO        Stage = "io"        // an open connection was lost
	StageTimeout   Stage = "timeout"   // the time ran out
)

// Cause is why a connection failed, in one word.
type Cause string

// The causes.
const (
	CauseRefused     Cause = "refused"
	CauseNotFound    Cause = "not_found"
	CauseTimeout     Cause = "timeout"
	CauseUnreachable Cause = "unreachable"
	CauseAuth        Cause = "auth"
	CauseClosed      Cause = "closed"
	CauseDenied      Cause = "denied"
	CauseResources   Cause = "resources"
	CauseInUse       Cause = "in_use"
	CauseCertificate Cause = "certificate"
	CauseStatus      Cause = "status"
	CauseOther       Cause = "other"
)

// What a call on a connection may answer.
var (
	// ErrClosed is the answer of a hub that was closed.
	ErrClosed = errors.New("wire: the hub is closed")

	errOtherFile = errors.New("there is a file of that name that is no socket")
	errTimeout   = errors.New("time ran out")
	errAbandoned = errors.New("abandoned")
	errCut       = errors.New("cut")
)

// FullError is a send past the outbound limit.
type FullError struct {
	Buffered, Message, Limit int // bytes
}

func (e *FullError) Error() string {
	return fmt.Sprintf("the outbound buffer is full: %d bytes wait, the message has %d, the limit is %d", e.Buffered, e.Message, e.Limit)
}

// Error is why a connection failed: the ERROR event's content.
type Error struct {
	Stage    Stage
	Cause    Cause
	Host     string        // "host:port" or "unix:/path" as dialled, "" if the URL has none
	URL      string        // for people: without userinfo and query; an accepted connection's client
	Accepted bool          // the peer is a client
	Elapsed  time.Duration // since the dial began or the client came
	Response *Response     // the server's answer to a handshake that failed, or nil
	Err      error         // what happened
}

// Error reads "websocket: connect URL: what happened".
func (e *Error) Error() string {
	action := "connect"
	switch {
	case e.Accepted:
		action = "client"
	case e.Stage == StageIO, e.Stage == StageProtocol:
		action = "connection"
	}
	return fmt.Sprintf("websocket: %s %s: %v", action, e.URL, e.Err)
}

// Unwrap returns what happened.
func (e *Error) Unwrap() error { return e.Err }

// failure is an error with the stage and the cause that it stands for.
type failure struct {
	stage    Stage
	cause    Cause
	response *Response
	err      error
}

func (f *failure) Error() string { return f.err.Error() }
func (f *failure) Unwrap() error { return f.err }

func fail(stage Stage, cause Cause, format string, args ...any) *failure {
	return &failure{stage: stage, cause: cause, err: fmt.Errorf(format, args...)}
}

// violation is a broken rule of the protocol: what we tell the peer, and why.
type violation struct {
	code  int   // the close code on the wire, RFC 6455 section 7.4.1
	stage Stage // protocol, or limit for a message that is too big
	text  string
	by    string // who: "the server" or "the client"
}

// broken is what a peer did wrong; text follows its name. finish says who it
// was.
func broken(code int, stage Stage, text string) *violation {
	return &violation{code: code, stage: stage, text: text, by: "the peer"}
}

func (v *violation) Error() string { return v.by + " " + v.text }
