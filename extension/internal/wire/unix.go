package wire

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"net/url"
	"strings"
	"syscall"
)

// socketHost is who a URL of a socket file asks for: it names no host.
const socketHost = "localhost"

// parseSocketURL reads ws+unix:/path/to.sock:/request/path?query, also with
// wss. A colon or question mark in the file's path is written as %3A or %3F.
func parseSocketURL(scheme, rest string) (*address, error) {
	rest, _, _ = strings.Cut(rest, "#")
	if err := checkCharacters(rest); err != nil {
		return nil, err
	}
	if cut, found := strings.CutPrefix(rest, "//"); found {
		rest = cut // an empty authority, or what stands for one
	}
	path, target := rest, ""
	if end := strings.IndexAny(rest, ":?"); end >= 0 {
		path, target = rest[:end], strings.TrimPrefix(rest[end:], ":")
	}
	if target == "" || target[0] == '?' {
		target = "/" + target
	}
	socket, err := url.PathUnescape(path)
	switch {
	case err != nil:
		return nil, fail(StageURL, CauseOther, "the path of the socket file holds a %% that is no escape: write it as %%25")
	case !strings.HasPrefix(path, "/") && !strings.HasPrefix(path, ".") && !strings.HasPrefix(path, "@"):
		return nil, fail(StageURL, CauseOther, "the URL names no socket file: want ws+unix:/path/to.sock:/request/path")
	case target[0] != '/':
		return nil, fail(StageURL, CauseOther, "behind the socket file comes %q: want a colon and a path that begins with /", clip(target))
	}
	a := &address{scheme: scheme, host: socketHost, port: defaultPort(scheme), target: target, socket: socket}
	return a, CheckSocket(socket)
}

// CheckSocket tells what is wrong with the path of a socket file.
func CheckSocket(path string) error {
	switch {
	case path == "":
		return fail(StageURL, CauseOther, "the path of the socket file is empty")
	case strings.ContainsRune(path, 0):
		return fail(StageURL, CauseOther, "the path of the socket file holds a zero byte")
	}
	return nil
}

// address is where a dial goes first.
func (t *Target) address() (*address, error) {
	a, err := parseURL(t.URL)
	if err != nil {
		return nil, err
	}
	if t.Socket != "" {
		if a.socket != "" {
			return nil, fail(StageURL, CauseOther, "the URL and params.unix both name a socket file: want one")
		}
		a.socket = t.Socket
	}
	if a.socket != "" && t.Proxy != nil && !t.Proxy.Direct() {
		return nil, fail(StageURL, CauseOther, "a socket file can't be reached through a proxy")
	}
	return a, nil
}

// connectSocket gives a connection to a socket file.
func (c *Conn) connectSocket(ctx context.Context, path string) (net.Conn, error) {
	dial := c.hub.o.Dialer
	if dial == nil {
		dial = (&net.Dialer{}).DialContext
	}
	nc, err := dial(ctx, "unix", path)
	switch {
	case err == nil:
		return nc, nil
	case errors.Is(err, fs.ErrNotExist):
		return nil, fail(StageConnect, CauseNotFound, "there is no file %q", clip(path))
	case errors.Is(err, syscall.EAGAIN):
		return nil, fail(StageConnect, CauseRefused, "the server at %q has too many waiting for it", clip(path))
	case errors.Is(err, syscall.EINVAL):
		return nil, fail(StageConnect, CauseOther, "the path %q is too long for a socket file", clip(path))
	}
	return nil, dialFailure(path, err)
}
