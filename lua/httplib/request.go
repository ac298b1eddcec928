package httplib

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"
)

var (
	errTimeout  = errors.New("time ran out")
	errReleased = errors.New("its script was deleted")
)

// request is one http.request: what is asked, and what came of it.
type request struct {
	pool *pool

	method, url string
	shown       string // the URL for people
	header      http.Header
	host        string // the Host header, "" for the URL's
	body        string
	chunked     bool
	timeout     time.Duration // 0: none
	path        string        // the file that gets the body, "" for none
	report      bool          // of progress

	ctx    context.Context
	cancel context.CancelCauseFunc
	moved  atomic.Int64 // when something came last, by the clock, in ns

	posted   bool      // guarded by pool.mu: stands in pool.ready
	progress *progress // guarded by pool.mu: the last one that wasn't told
	outcome  *outcome  // guarded by pool.mu: nil while it runs
}

// take gives what an Update has to tell. On the tick.
func (r *request) take() (*progress, *outcome) {
	r.pool.mu.Lock()
	defer r.pool.mu.Unlock()
	progress, outcome := r.progress, r.outcome
	r.posted, r.progress = false, nil
	return progress, outcome
}

// watch cancels the request when its time is up, or when nothing has come of it
// for too long.
func (r *request) watch() (stop func()) {
	clock := r.pool.clock
	stopTotal := func() bool { return true }
	if r.timeout > 0 {
		stopTotal = clock.AfterFunc(r.timeout, func() {
			r.cancel(fmt.Errorf("%w: no answer within %v", errTimeout, r.timeout))
		})
	}
	stopIdle := r.watchIdle(clock)
	return func() {
		stopTotal()
		stopIdle()
		r.cancel(nil)
	}
}

func (r *request) watchIdle(clock Clock) (stop func()) {
	idle := r.pool.idleTimeout
	r.touch()
	var current atomic.Pointer[func() bool]
	var arm func(d time.Duration)
	arm = func(d time.Duration) {
		stop := clock.AfterFunc(d, func() {
			left := idle - time.Duration(clock.Now().UnixNano()-r.moved.Load())
			switch {
			case r.ctx.Err() != nil:
			case left <= 0:
				r.cancel(fmt.Errorf("%w: nothing came for %v", errTimeout, idle))
			default:
				arm(left)
			}
		})
		current.Store(&stop)
	}
	arm(idle)
	return func() { (*current.Load())() }
}

// touch notes that something came.
func (r *request) touch() { r.moved.Store(r.pool.clock.Now().UnixNano()) }

// do sends the request and reads the answer.
func (r *request) do() *outcome {
	target, err := url.Parse(r.url)
	if err != nil {
		return failed(err)
	}
	if (target.Scheme != "http" && target.Scheme != "https") || target.Host == "" {
		return failed(fmt.Errorf("%q is no URL for http: want http://host/path or https://host/path", r.shown))
	}
	var body io.Reader
	if r.body != "" {
		body = strings.NewReader(r.body)
	}
	watched := httptrace.WithClientTrace(r.ctx, &httptrace.ClientTrace{GotConn: func(got httptrace.GotConnInfo) {
		r.touch()
		watch(got.Conn, r)
	}})
	question, err := http.NewRequestWithContext(watched, r.method, r.url, body)
	if err != nil {
		return failed(err)
	}
	question.Header = r.header
	question.Host = r.host
	if r.chunked && body != nil {
		question.ContentLength = -1
	}
	answer, err := r.pool.way.transport.RoundTrip(question)
	if err != nil {
		return failed(err)
	}
	defer answer.Body.Close()
	result := &outcome{status: answer.StatusCode, header: answer.Header, url: r.url}
	result.readRange(answer.Header.Get("Content-Range"))
	if r.path != "" && answer.StatusCode == http.StatusOK {
		err := r.save(answer)
		var file *fileError
		switch {
		case errors.As(err, &file):
			result.err = err // the answer itself was good
		case err != nil:
			return failed(err)
		default:
			result.path = r.path
		}
		return result
	}
	var text strings.Builder
	if err := r.copy(&text, answer, r.pool.maxBody); err != nil {
		return failed(err)
	}
	result.body = text.String()
	return result
}

// fileError is trouble with options.path.
type fileError struct {
	path string
	err  error
}

func (e *fileError) Error() string {
	why := e.err
	var inner *fs.PathError // which names the file beside it
	if errors.As(why, &inner) {
		why = inner.Err
	}
	return fmt.Sprintf("write %s: %v", e.path, why)
}

func (e *fileError) Unwrap() error { return e.err }

// save writes the body beside the file and then puts it in its place.
func (r *request) save(answer *http.Response) (err error) {
	file, err := os.CreateTemp(filepath.Dir(r.path), "."+filepath.Base(r.path)+".*")
	if err != nil {
		return &fileError{r.path, err}
	}
	defer func() {
		if err != nil {
			os.Remove(file.Name())
		}
	}()
	err = r.copy(fileWriter{file, r.path}, answer, r.pool.maxFile)
	if closing := file.Close(); err == nil && closing != nil {
		err = &fileError{r.path, closing}
	}
	if err != nil {
		return err
	}
	if err = os.Chmod(file.Name(), 0o644); err == nil {
		err = os.Rename(file.Name(), r.path)
	}
	if err != nil {
		return &fileError{r.path, err}
	}
	return nil
}

// fileWriter tells the file's trouble from the network's.
type fileWriter struct {
	file *os.File
	path string
}

func (w fileWriter) Write(p []byte) (int, error) {
	n, err := w.file.Write(p)
	if err != nil {
		err = &fileError{w.path, err}
	}
	return n, err
}

// copy reads the body, at most limit bytes.
func (r *request) copy(to io.Writer, answer *http.Response, limit int64) error {
	if answer.ContentLength > limit {
		return fmt.Errorf("the body has %d bytes, more than the %d that are read", answer.ContentLength, limit)
	}
	buffer := make([]byte, 32<<10)
	for received := int64(0); ; {
		n, err := answer.Body.Read(buffer)
		if n > 0 {
			if received += int64(n); received > limit {
				return fmt.Errorf("the body has more than the %d bytes that are read", limit)
			}
			if _, err := to.Write(buffer[:n]); err != nil {
				return err
			}
			if r.report {
				r.tell(received, answer.ContentLength)
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// tell posts how far the body has come; an Update that didn't come yet tells
// the last one only.
func (r *request) tell(received, total int64) {
	r.pool.mu.Lock()
	r.progress = &progress{received: received, total: max(total, 0)}
	r.pool.mu.Unlock()
	r.pool.post(r)
}
