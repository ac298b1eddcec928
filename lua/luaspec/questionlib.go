package luaspec

import (
	"fmt"
	"sync"

	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/extension/wstest"
)

// questions are the requests that functions of a spec answer. A server's
// goroutine asks and waits; the next frame calls the function.
type questions struct {
	answerers map[int]answerer // owned by the tick; by number
	last      int              // owned by the tick

	mu      sync.Mutex
	waiting []*question  // guarded by mu
	over    map[int]bool // guarded by mu: their server is closed
}

// answerer is a function of a spec's.
type answerer struct {
	runner *runner
	fn     *lua.LFunction
	self   lua.LValue // whose function it is
}

type question struct {
	number  int
	request *wstest.Request
	reply   chan reply // capacity 1
}

type reply struct {
	answer wstest.Answer
	ok     bool // false: answer as without the function
}

// init is called in the bubble.
func (q *questions) init() {
	q.answerers, q.over = make(map[int]answerer), make(map[int]bool)
}

// add gives a function a number, which the network's goroutines may know.
func (q *questions) add(a answerer) (number int) {
	q.last++
	q.answerers[q.last] = a
	return q.last
}

// ask waits for the answer. Safe from any goroutine.
func (q *questions) ask(number int, request *wstest.Request) (wstest.Answer, bool) {
	asked := &question{number: number, request: request, reply: make(chan reply, 1)}
	q.mu.Lock()
	if q.over[number] {
		q.mu.Unlock()
		return wstest.Answer{Drop: wstest.AtRequest}, true
	}
	q.waiting = append(q.waiting, asked)
	q.mu.Unlock()
	r := <-asked.reply // forget answers what the frame doesn't
	return r.answer, r.ok
}

// answer calls the functions for what waits. On the tick.
func (q *questions) answer() {
	q.mu.Lock()
	waiting := q.waiting
	q.waiting = nil
	q.mu.Unlock()
	for _, asked := range waiting {
		asked.reply <- q.answerers[asked.number].answer(asked.request)
	}
}

// forget ends what waits for a function, and drops who asks later.
func (q *questions) forget(number int) {
	if number == 0 {
		return
	}
	delete(q.answerers, number)
	q.mu.Lock()
	defer q.mu.Unlock()
	q.over[number] = true
	kept := q.waiting[:0]
	for _, asked := range q.waiting {
		if asked.number == number {
			asked.reply <- reply{wstest.Answer{Drop: wstest.AtRequest}, true}
		} else {
			kept = append(kept, asked)
		}
	}
	q.waiting = kept
}

// close ends all of them.
func (q *questions) close() {
	for number := 1; number <= q.last; number++ {
		q.forget(number)
	}
}

// answer calls fn(request) -> status [, headers [, body]]; nothing is to answer
// as without it. What fails is a script's error, and the client gets 500.
func (a answerer) answer(request *wstest.Request) reply {
	if a.fn == nil {
		return reply{}
	}
	L := a.runner.L
	top := L.GetTop()
	defer L.SetTop(top)
	previous := a.runner.engine.SetInstance(a.self)
	defer a.runner.engine.SetInstance(previous)
	L.Push(a.fn)
	L.Push(requestTable(L, request))
	err := L.PCall(1, 3, nil)
	if err == nil {
		var answer wstest.Answer
		if L.Get(top+1) == lua.LNil {
			return reply{}
		}
		if answer, err = readReply(L, top+1); err == nil {
			return reply{answer, true}
		}
	}
	a.runner.engine.Report(fmt.Errorf("spec_server: on_request: %w", err))
	return reply{wstest.Answer{Status: 500, Body: "on_request failed\n"}, true}
}

// readReply reads status, headers and body from index on.
func readReply(L *lua.LState, index int) (a wstest.Answer, err error) {
	status, ok := L.Get(index).(lua.LNumber)
	if !ok || status < 200 || status > 999 {
		return a, fmt.Errorf("want a status from 200 to 999 first, got %s", L.Get(index).String())
	}
	a.Status = int(status)
	switch headers := L.Get(index + 1).(type) {
	case *lua.LTable:
		a.Header = readHeader(L, headers)
	case *lua.LNilType:
	default:
		return a, fmt.Errorf("want a table of headers second, got a %s", headers.Type())
	}
	switch body := L.Get(index + 2).(type) {
	case lua.LString:
		a.Body = string(body)
	case *lua.LNilType:
	default:
		return a, fmt.Errorf("want the body as a string third, got a %s", body.Type())
	}
	return a, nil
}

// server:on_request(fn) has fn(request) answer later requests, HTTP's and
// handshakes: status [, headers [, body]]. Nothing is to answer as without it.
// It is called in a frame.
func serverOnRequest(L *lua.LState, s *specServer) int {
	q := &s.runner.questions
	q.forget(s.number)
	s.number = q.add(answerer{s.runner, L.CheckFunction(2), s.runner.engine.Instance()})
	number, answer := s.number, s.answer
	answer.Respond = func(request *wstest.Request) (wstest.Answer, bool) { return q.ask(number, request) }
	s.setAnswer(answer)
	return 0
}
