package wire

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"strings"
	"sync"
	"syscall"
	"time"
)

// bind opens the listening socket.
func (h *Hub) bind(ctx context.Context, at ListenAddress) (net.Listener, error) {
	address := at.hostport()
	if at.Network == "unix" {
		address = at.Path
	}
	if listen := h.o.Listen; listen != nil {
		return listen(ctx, at.Network, address)
	}
	if at.Network == "unix" {
		return bindSocket(ctx, at.Path)
	}
	return new(net.ListenConfig).Listen(ctx, "tcp", address)
}

// listenFailure says in words why an address can't be listened on.
func listenFailure(at ListenAddress, err error) error {
	text := err.Error()
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		text = "the address is in use"
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		text = "it is no address of this machine"
	case errors.Is(err, syscall.EACCES), errors.Is(err, syscall.EPERM):
		text = "this computer forbids it"
	case errors.Is(err, fs.ErrNotExist):
		text = "there is no such folder"
	case errors.Is(err, syscall.EINVAL) && at.Network == "unix":
		text = "the path is too long for a socket file"
	case errors.Is(err, syscall.EMFILE), errors.Is(err, syscall.ENFILE), errors.Is(err, syscall.ENOBUFS):
		text = "this computer has no more sockets"
	}
	return fmt.Errorf("listen on %s: %w", at, &worded{text, err})
}

// probe bounds the look at whether somebody listens at a socket file, which
// never waits in earnest.
const probe = 100 * time.Millisecond

// socketListener removes its socket file at its close: its own, not one that has
// taken its place meanwhile.
type socketListener struct {
	*net.UnixListener
	path string
	file fs.FileInfo // nil: an abstract name, which is no file
	once sync.Once
}

// bindSocket listens at a socket file. One that a server has left behind is
// replaced: it is a socket, and nobody listens there. Any other file stays.
func bindSocket(ctx context.Context, path string) (net.Listener, error) {
	listen := func() (net.Listener, error) {
		return new(net.ListenConfig).Listen(ctx, "unix", path)
	}
	nl, err := listen()
	if errors.Is(err, syscall.EADDRINUSE) && removeStale(ctx, path) {
		nl, err = listen()
	}
	if err != nil {
		if errors.Is(err, syscall.EADDRINUSE) && isOtherFile(path) {
			err = errOtherFile
		}
		return nil, err
	}
	ul := nl.(*net.UnixListener)
	l := &socketListener{UnixListener: ul, path: path}
	if !strings.HasPrefix(path, "@") {
		ul.SetUnlinkOnClose(false)
		l.file, _ = os.Lstat(path) // without it the file stays, which is the safe side
	}
	return l, nil
}

// isOtherFile tells whether a path is taken by what is no socket: a text, a
// folder.
func isOtherFile(path string) bool {
	file, err := os.Lstat(path)
	return err == nil && file.Mode()&fs.ModeSocket == 0
}

// removeStale removes the socket file of a server that is gone.
func removeStale(ctx context.Context, path string) bool {
	before, err := os.Lstat(path)
	if err != nil || before.Mode()&fs.ModeSocket == 0 {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, probe)
	defer cancel()
	nc, err := new(net.Dialer).DialContext(ctx, "unix", path)
	if err == nil {
		nc.Close()
		return false
	}
	if !errors.Is(err, syscall.ECONNREFUSED) {
		return false // it can't be told: somebody may listen
	}
	after, err := os.Lstat(path) // another program may have been quicker
	return err == nil && os.SameFile(before, after) && os.Remove(path) == nil
}

// Close stops listening and removes the file.
func (l *socketListener) Close() error {
	err := l.UnixListener.Close()
	l.once.Do(func() {
		if l.file == nil {
			return
		}
		if now, statErr := os.Lstat(l.path); statErr == nil && os.SameFile(l.file, now) {
			os.Remove(l.path) // at worst it stays, and the next server takes it for stale
		}
	})
	return err
}
