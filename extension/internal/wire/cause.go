package wire

import (
	"errors"
	"io"
	"net"
	"syscall"
)

// dialFailure finds the stage and the cause of a dial's error.
func dialFailure(host string, err error) *failure {
	var known *failure
	var dns *net.DNSError
	switch {
	case errors.As(err, &known):
		return known
	case errors.As(err, &dns) && dns.IsNotFound:
		return fail(StageDNS, CauseNotFound, "no such host: %s", clip(host))
	case errors.As(err, &dns) && dns.IsTimeout:
		return fail(StageDNS, CauseTimeout, "the name server did not answer for %s", clip(host))
	case errors.As(err, &dns):
		return fail(StageDNS, CauseOther, "the name %s could not be looked up: %s", clip(host), dns.Err)
	case errors.Is(err, errTimeout):
		return fail(StageConnect, CauseTimeout, "no answer from the server in the time of one attempt")
	}
	return ioFailure(StageConnect, "", err)
}

// ioFailure finds the cause of an error of the network and says it in words
// that a player's log can use.
func ioFailure(stage Stage, what string, err error) *failure {
	cause, text := CauseOther, err.Error()
	var timeout net.Error
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		cause, text = CauseRefused, "connection refused"
	case errors.Is(err, syscall.ENETUNREACH), errors.Is(err, syscall.EHOSTUNREACH):
		cause, text = CauseUnreachable, "the network can't be reached"
	case errors.Is(err, syscall.EMFILE), errors.Is(err, syscall.ENFILE), errors.Is(err, syscall.ENOBUFS):
		cause, text = CauseResources, "this computer has no more sockets"
	case errors.Is(err, syscall.EACCES), errors.Is(err, syscall.EPERM):
		cause, text = CauseDenied, "this computer forbids it"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		cause, text = CauseClosed, "the server hung up"
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE), errors.Is(err, net.ErrClosed), errors.Is(err, io.ErrClosedPipe):
		cause, text = CauseClosed, "the connection was reset"
	case errors.As(err, &timeout) && timeout.Timeout():
		cause, text = CauseTimeout, "the network did not answer in time"
	}
	if what != "" {
		text = what + ": " + text
	}
	return &failure{stage: stage, cause: cause, err: &worded{text, err}}
}

// worded is an error said in other words.
type worded struct {
	text string
	err  error
}

func (w *worded) Error() string { return w.text }
func (w *worded) Unwrap() error { return w.err }
