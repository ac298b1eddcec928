package chromium

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"
)

// wire is the DevTools protocol over two pipes: JSON objects, each followed by a
// zero byte. Safe from any goroutine.
type wire struct {
	to, from *os.File
	done     chan struct{} // closed when nothing comes any more

	mu      sync.Mutex
	last    int                 // guarded by mu: the id of the newest call
	waiting map[int]chan answer // guarded by mu: by id; capacity 1 each
	over    bool                // guarded by mu: nobody answers any more
}

type answer struct {
	ID     int
	Result json.RawMessage
	Error  *struct{ Message string }
}

var errOver = errors.New("the browser has ended")

func newWire(to, from *os.File) *wire {
	w := &wire{to: to, from: from, done: make(chan struct{}), waiting: make(map[int]chan answer)}
	// Owned by the browser; ends when its pipe does, which close sees to; joined by
	// close.
	go w.read()
	return w
}

// read hands each answer to who waits for it. Events are passed over.
func (w *wire) read() {
	defer close(w.done)
	in := bufio.NewReader(w.from)
	for {
		text, err := in.ReadBytes(0)
		if err != nil {
			break
		}
		var a answer
		if json.Unmarshal(text[:len(text)-1], &a) != nil || a.ID == 0 {
			continue
		}
		w.mu.Lock()
		waits := w.waiting[a.ID]
		delete(w.waiting, a.ID)
		w.mu.Unlock()
		if waits != nil {
			waits <- a
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.over = true
	for _, waits := range w.waiting {
		close(waits)
	}
}

// call sends a command and reads its answer into result, unless that is nil.
func (w *wire) call(session, method string, params, result any) error {
	waits := make(chan answer, 1)
	w.mu.Lock()
	if w.over {
		w.mu.Unlock()
		return errOver
	}
	w.last++
	id := w.last
	w.waiting[id] = waits
	err := w.send(id, session, method, params)
	w.mu.Unlock()
	if err != nil {
		return err
	}
	select {
	case a, ok := <-waits:
		switch {
		case !ok:
			return errOver
		case a.Error != nil:
			return errors.New(a.Error.Message)
		case result != nil:
			return json.Unmarshal(a.Result, result)
		}
		return nil
	case <-time.After(patience):
		return fmt.Errorf("no answer within %v", patience)
	}
}

// send writes one command. w.mu is held, so that they go out one by one.
func (w *wire) send(id int, session, method string, params any) error {
	command := map[string]any{"id": id, "method": method}
	if session != "" {
		command["sessionId"] = session
	}
	if params != nil {
		command["params"] = params
	}
	text, err := json.Marshal(command)
	if err != nil {
		return err
	}
	w.to.SetWriteDeadline(time.Now().Add(patience)) // a browser that reads nothing must not hold us
	_, err = w.to.Write(append(text, 0))
	return err
}

// close ends both directions and joins the reader.
func (w *wire) close() {
	w.to.Close()
	w.from.Close()
	<-w.done
}
