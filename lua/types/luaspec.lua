---@meta

-- What a spec has, for LuaLS. Nothing here runs.
-- luacheck: no unused args, ignore 241
-- luacheck: globals describe context insulate expose it spec test pending finally
-- luacheck: globals setup strict_setup lazy_setup teardown strict_teardown lazy_teardown
-- luacheck: globals before_each after_each wait wait_frames wait_until script_errors
-- luacheck: globals spec_server spec_script assert spy stub mock match

-- Blocks ------------------------------------------------------------------

--- A group of specs. Its body runs once, before the first spec of the file.
---@param name string words such as #slow in it are tags
---@param body fun()
function describe(name, body) end

context = describe
insulate = describe
expose = describe

--- A spec, in a script instance of its own.
---@param name string words such as #slow in it are tags
---@param body fun()
function it(name, body) end

spec = it
test = it

--- In a describe: a spec that is to be written. In an it: gives that one up.
---@param name string? the spec's name, or why it is given up
---@param body fun()? not run
function pending(name, body) end

--- In an it: runs after it, however it ends, before after_each. The newest first.
---@param callback fun()
function finally(callback) end

--- Runs before the first spec of its describe, if one is selected.
---@param callback fun()
function setup(callback) end

strict_setup = setup

--- Runs before the first spec of its describe that is not pending.
---@param callback fun()
function lazy_setup(callback) end

--- Runs after the last spec of its describe.
---@param callback fun()
function teardown(callback) end

strict_teardown = teardown

--- Runs after the last spec of its describe if its lazy_setup ran.
---@param callback fun()
function lazy_teardown(callback) end

--- Runs before each spec of its describe, outer ones first.
---@param callback fun()
function before_each(callback) end

--- Runs after each spec of its describe, inner ones first.
---@param callback fun()
function after_each(callback) end

-- Frames and time ---------------------------------------------------------

--- Runs frames until so much time has passed; at least one. Raises in a callback.
---@param seconds number
function wait(seconds) end

--- Runs frames.
---@param count integer? 1 by default
function wait_frames(count) end

--- Runs frames until the predicate is truthy. After so many seconds it is a
--- failure at the caller's line.
---@generic T
---@param predicate fun(): T asked before each frame
---@param seconds number? 5 by default
---@param what string? what is waited for, for the failure; the predicate's source by default
---@return T value what the predicate returned
function wait_until(predicate, seconds, what) end

--- What callbacks raised since the spec began, or since it last asked. Errors
--- that nobody asks for fail the spec.
---@return string[]
function script_errors() end

-- Servers -----------------------------------------------------------------

---@class spec_server
spec_server = {}

--- How a server answers a handshake. Without any field it accepts, with the
--- first subprotocol that was offered.
---@class spec_answer
---@field status integer? refuses with it, 101 accepts
---@field headers table<string, string|string[]|false>? added or replaced; false takes one away
---@field body string? of a refusal
---@field protocol string? the subprotocol picked, offered or not; "" for none
---@field raw string? the bytes of the whole answer; {accept} becomes the right Sec-WebSocket-Accept
---@field first string? bytes right behind the answer
---@field delay number? seconds before the answer
---@field trickle number? seconds after each byte of the answer
---@field drop_after integer? bytes of the answer, then it hangs up
---@field keep_open boolean? a refusal leaves the connection open
---@field mute "request"|"accept"|nil says nothing from there on
---@field drop "request"|"accept"|nil hangs up there
---@field silent boolean? answers neither pings nor a close
---@field paused boolean? reads nothing
---@field echo boolean? sends each message back

---@class spec_server_options: spec_answer
---@field tls boolean|"expired"|"wrong_host"|"untrusted"|nil true: wss with a certificate that this run trusts
---@field host string? "server-1.test" and so on by default
---@field port integer? the scheme's own by default

---@class spec_request
---@field method string
---@field target string path and query
---@field host string
---@field server_name string what TLS asked for, "" without TLS
---@field headers table<string, string> lower-case names, repeated ones joined by ", "
---@field protocols string[] the subprotocols offered
---@field raw string

--- A server in memory. All calls return at once; what they cause needs frames.
---@class spec_server_instance: userdata
---@field url string "ws://server-1.test/"
---@field host string
---@field accepted integer connections so far, refused ones too
---@field requests spec_request[] requests so far, handshakes and others, refused ones too
---@field connections spec_connection[] clients so far, gone ones too
local server = {}

--- Opens a server, until the it (or the describe of the setup) ends.
---@param options spec_server_options?
---@return spec_server_instance
function spec_server.new(options) end

--- Accepts later clients, as at first.
function server:accept() end

--- Refuses later clients.
---@param status integer 200 to 999
---@param headers table<string, string|string[]|false>?
---@param body string?
function server:refuse(status, headers, body) end

--- Lets later clients connect and says nothing.
---@param at "request"|"accept"|nil since when; "request" by default
function server:mute(at) end

--- Hangs up on later clients.
---@param at "request"|"accept"|nil when; "request" by default
function server:drop(at) end

--- How later clients are answered: fields, or the bytes of the whole answer.
---@param answer spec_answer|string
function server:answer(answer) end

--- How one client is answered, before answer holds again. Calls queue.
---@param answer spec_answer|string
function server:answer_next(answer) end

--- Has a function answer later requests, HTTP's and handshakes, each in a frame.
--- Where it returns nothing the answer is what it would be without it.
---@param fn fun(request: spec_request): status: integer?, headers: table<string, string|string[]|false>?, body: string?
function server:on_request(fn) end

--- Picks a subprotocol for later clients.
---@param name string offered or not; "" for none
function server:protocol(name) end

--- Sends each message back, on open connections too.
---@param on boolean? true by default
function server:echo(on) end

--- The client that came as number i; the newest by default.
---@param i integer?
---@return spec_connection?
function server:connection(i) end

--- Swallows later dials: they hang.
function server:unreachable() end

--- Stops listening and says goodbye with 1001; later dials are refused.
function server:close() end

--- What makes the network bad: of one connection, or of a server's open and
--- later ones.
---@class spec_network: userdata
local network = {}

--- Delays each direction.
---@param seconds number
function network:latency(seconds) end

--- Slows each direction.
---@param bytes_per_second integer 0 for unlimited
function network:throttle(bytes_per_second) end

--- Holds everything back until resume.
function network:stall() end

function network:resume() end

--- Loses everything from now on, and nobody is told.
function network:half_open() end

--- Resets the connection once so many more bytes have arrived.
---@param bytes integer
---@param from "server"|"client"|nil whose bytes; "server" by default
function network:cut_after(bytes, from) end

---@class spec_server_instance: spec_network

---@class spec_frame
---@field payload string? what is sent, or what came, unmasked
---@field fin boolean? true by default
---@field opcode integer? 1 by default
---@field rsv integer? 0 to 7, 0 by default
---@field masked boolean? false by default
---@field length integer? what the header says; the payload's by default

--- A client as the server sees it.
---@class spec_connection: spec_network
---@field messages string[] received so far
---@field types integer[] of the messages: websocket.DATA_TYPE_*
---@field frames spec_frame[] received so far, control frames too
---@field pings string[] payloads received
---@field pongs string[] payloads received
---@field request spec_request
---@field protocol string the subprotocol picked, "" for none
---@field buffered integer bytes that are not on the wire yet
---@field closed boolean the connection is over
---@field close_code integer? the client's
---@field close_reason string? the client's
---@field error string? why it is over, nil after a close handshake
local connection = {}

---@param text string
function connection:send(text) end

---@param bytes string
function connection:send_binary(bytes) end

--- Sends a frame as it is told, also a broken one.
---@param frame spec_frame
function connection:send_frame(frame) end

--- Puts bytes on the wire that need not be a frame.
---@param bytes string
function connection:send_raw(bytes) end

---@param payload string?
function connection:ping(payload) end

--- Begins the close handshake.
---@param code integer? 1000 by default, 0 for a close frame without a code
---@param reason string?
function connection:close(code, reason) end

--- Hangs up without a close frame, once what was sent is out.
function connection:drop() end

--- Breaks the connection at once.
function connection:reset() end

--- Sends each message back.
---@param on boolean? true by default
function connection:echo(on) end

--- Reads nothing until pause(false).
---@param on boolean? true by default
function connection:pause(on) end

--- Whether pings are answered; at first they are.
---@param on boolean? true by default
function connection:auto_pong(on) end

--- Whether a close frame is answered; at first it is.
---@param on boolean? true by default
function connection:auto_close(on) end

--- Empties messages, types and frames.
function connection:forget() end

-- Scripts -----------------------------------------------------------------

---@class spec_script
spec_script = {}

--- A script instance under test.
---@class spec_script_instance: userdata
---@field self script_instance what its callbacks get
---@field url string "main:/player#player"
local script = {}

--- Makes an instance of an unmodified script file, until the it (or the describe
--- of the setup) ends. Its init runs in the next frame.
---@param path string from the project's root
---@param properties table<string, any>? are in its self before init
---@return spec_script_instance
function spec_script.load(path, properties) end

--- Posts a message; on_message runs in the next frame.
---@param id string|hash
---@param message table?
function script:message(id, message) end

--- An input action of the next frame, for whoever has the input focus.
---@param action_id string?
---@param action table? value, pressed, released, repeated, x, y, dx, dy, text
function script:input(action_id, action) end

--- Deletes it: final runs, its connections close.
function script:delete() end

---@return boolean
function script:alive() end

-- Assertions --------------------------------------------------------------

--- Lua's own assert when it is called. Indexed, luassert's words, joined by dots
--- or underscores: assert.is_not.equal, assert.are_not_equal, assert.has.no.errors.
---@class luassert
---@field is luassert
---@field are luassert
---@field was luassert
---@field has luassert
---@field does luassert
---@field is_not luassert
---@field are_not luassert
---@field was_not luassert
---@field has_no luassert
---@field no luassert
---@field [string] luassert|function
---@overload fun(value: any, message: any, ...): any
assert = {}

---@param expected any
---@param passed any
---@param message string?
function assert.equal(expected, passed, message) end
assert.equals, assert.are_equal, assert.is_equal = assert.equal, assert.equal, assert.equal
assert.not_equal, assert.are_not_equal, assert.is_not_equal = assert.equal, assert.equal, assert.equal

--- Deeply equal.
---@param expected any
---@param passed any
---@param message string?
function assert.same(expected, passed, message) end
assert.are_same, assert.is_same, assert.are_not_same, assert.not_same = assert.same, assert.same, assert.same, assert.same

---@param expected number
---@param passed number
---@param tolerance number
---@param message string?
function assert.near(expected, passed, tolerance, message) end

---@param pattern string
---@param text any a string, a number or what has a __tostring
---@param init integer?
---@param plain boolean?
---@param message string?
---@return string ... the captures
function assert.matches(pattern, text, init, plain, message) end
assert.match, assert.not_matches, assert.no_match = assert.matches, assert.matches, assert.matches

---@param passed any
---@param message string?
function assert.is_true(passed, message) end
assert.is_false, assert.truthy, assert.falsy, assert.is_truthy = assert.is_true, assert.is_true, assert.is_true, assert.is_true
assert.is_nil, assert.is_not_nil, assert.not_nil = assert.is_true, assert.is_true, assert.is_true
assert.is_boolean, assert.is_number, assert.is_string = assert.is_true, assert.is_true, assert.is_true
assert.is_table, assert.is_function, assert.is_userdata, assert.is_thread = assert.is_true, assert.is_true, assert.is_true, assert.is_true

---@param list table
---@param deep boolean?
---@param message string?
function assert.unique(list, deep, message) end

---@param callback function
---@param expected any? compared deeply, a text without its position
---@param message string?
---@return any caught
function assert.has_error(callback, expected, message) end
assert.error, assert.errors, assert.has_no_error = assert.has_error, assert.has_error, assert.has_error

--- That a function returns so many values: assert.returned_arguments(2, f()).
---@param count integer
---@param ... any what it returned
function assert.returned_arguments(count, ...) end

---@param callback function
---@param pattern string
---@param init integer?
---@param plain boolean?
---@param message string?
function assert.error_matches(callback, pattern, init, plain, message) end
assert.error_match, assert.match_error, assert.matches_error = assert.error_matches, assert.error_matches, assert.error_matches

--- assert.spy(s).was_called(1), .was_called_with(…), .was_not_called(), .called_at_least(n), .returned_with(…)
---@param spied luassert_spy
---@return luassert
function assert.spy(spied) end
assert.stub = assert.spy

--- assert.spy(s).called(): at least once, or so many times. assert.spy(s).was_not.called(): never.
---@param times integer?
function assert.called(times) end

---@param times integer
function assert.called_at_least(times) end

---@param times integer
function assert.called_at_most(times) end

---@param times integer
function assert.called_more_than(times) end

---@param times integer
function assert.called_less_than(times) end

--- That one of the calls had these arguments, deeply compared; matchers may stand among them.
---@param ... any
function assert.called_with(...) end

--- That one of the calls returned these values.
---@param ... any
function assert.returned_with(...) end

--- The next assertion's message.
---@param message string
---@return luassert
function assert.message(message) end

---@class luassert_snapshot
---@field revert fun(self: luassert_snapshot)

--- What spies, stubs and parameters are now, to go back to.
---@return luassert_snapshot
function assert:snapshot() end

---@param kind "assertion"|"modifier"|"matcher"
---@param name string
---@param callback fun(state: table, arguments: table): boolean
---@param positive string? the failure's text or its key in say, with a %s for each argument
---@param negative string? the same for the negated form
function assert:register(kind, name, callback, positive, negative) end

---@param kind "assertion"|"modifier"|"matcher"
---@param name string
function assert:unregister(kind, name) end

---@param formatter fun(value: any): string?
function assert:add_formatter(formatter) end

---@param formatter fun(value: any): string?
function assert:remove_formatter(formatter) end

---@param name "TableFormatLevel"|string
---@param value any
function assert:set_parameter(name, value) end

---@param name "TableFormatLevel"|string
---@return any
function assert:get_parameter(name) end

--- Each value as failures show it, in place.
---@param list table with its length in n
---@return table
function assert:format(list) end

--- A level for assert(value, message, level), as luassert has it; positions are found without one.
---@param level integer
---@return table
function assert:level(level) end

---@param level any
---@return integer?
function assert:get_level(level) end

--- Has the next snapshot's revert end a spy.
---@param spied luassert_spy
function assert:add_spy(spied) end

-- Spies -------------------------------------------------------------------

---@class luassert_spy: function
---@field calls { vals: table, refs: table }[] the arguments, copied and as they were
---@field returnvals { vals: table, refs: table }[]
---@field callback function what a call does
---@field original function what stood there before
---@field target_table table? where it stands
---@field target_key any? where it stands
---@field called fun(self: luassert_spy, times: integer?, compare: function?): boolean, integer how often it was called
---@field called_with fun(self: luassert_spy, wanted: table): boolean, table
---@field returned_with fun(self: luassert_spy, wanted: table): boolean, table
---@field clear fun(self: luassert_spy): luassert_spy forgets the calls
---@field revert fun(self: luassert_spy): function puts the original back

---@class luassert_stub: luassert_spy
---@field returns fun(...): luassert_stub
---@field invokes fun(callback: function): luassert_stub
---@field by_default { returns: fun(...): luassert_stub, invokes: fun(callback: function): luassert_stub }
---@field on_call_with fun(...): { returns: fun(...): luassert_stub, invokes: fun(callback: function): luassert_stub }

---@class luassert_spies
---@overload fun(callback: function?): luassert_spy
spy = {}

---@param callback function?
---@return luassert_spy
function spy.new(callback) end

--- Spies on target[key], until the it ends.
---@param target table
---@param key any
---@return luassert_spy
function spy.on(target, key) end

---@param value any
---@return boolean
function spy.is_spy(value) end

--- Stands in for target[key], until the it ends: returns what follows, or does
--- what the one function that follows does.
---@class luassert_stubs
---@overload fun(target: table?, key: any?, ...): luassert_stub
stub = {}

---@param target table?
---@param key any?
---@param ... any
---@return luassert_stub
function stub.new(target, key, ...) end

--- Spies on every function in the table, or stubs it.
---@class luassert_mocks
---@overload fun(object: table, dostub: boolean?, callback: function?): table
mock = {}

---@generic T: table
---@param object T
---@param dostub boolean?
---@param callback function? what the stubs do
---@return T
function mock.new(object, dostub, callback) end

--- Has every spy in the table forget its calls.
---@generic T: table
---@param object T
---@return T
function mock.clear(object) end

--- Puts every original back.
---@generic T: table
---@param object T
---@return T
function mock.revert(object) end

--- What an argument may be: match._, match.is_string(), match.is_not_near(1, 2),
--- match.matches("^a"), match.is_same(t), match.is_ref(t), match.any_of(…).
---@class luassert_match
---@field _ any anything
---@field [string] fun(...): any
match = {}

---@param value any
---@return boolean
function match.is_matcher(value) end

---@param value any
---@return boolean whether it is match.ref(…)
function match.is_ref_matcher(value) end

---@param value any
---@return boolean is_matcher
---@return boolean wants_reference it is asked about the value itself, not about a copy
function match.kind_of(value) end

--- What is so of an argument, as match.is_… and match.is_not_….
---@return fun(value: any): boolean matcher
function match.is_nil() end
match.is_boolean, match.is_number, match.is_string = match.is_nil, match.is_nil, match.is_nil
match.is_table, match.is_function, match.is_userdata, match.is_thread = match.is_nil, match.is_nil, match.is_nil, match.is_nil
match.is_true, match.is_false, match.is_truthy, match.is_falsy = match.is_nil, match.is_nil, match.is_nil, match.is_nil

---@param expected any
---@return fun(value: any): boolean matcher
function match.is_equal(expected) end
match.is_equals = match.is_equal

--- Deeply equal.
---@param expected any
---@return fun(value: any): boolean matcher
function match.is_same(expected) end

--- The very same table, function, thread or userdata.
---@param object table|function|thread|userdata
---@return fun(value: any): boolean matcher
function match.is_ref(object) end

---@param expected number
---@param tolerance number
---@return fun(value: any): boolean matcher
function match.is_near(expected, tolerance) end

---@param pattern string
---@param init integer?
---@param plain boolean?
---@return fun(value: any): boolean matcher
function match.matches(pattern, init, plain) end
match.match = match.matches

---@param deep boolean?
---@return fun(value: any): boolean matcher
function match.is_unique(deep) end

---@param ... fun(value: any): boolean matchers
---@return fun(value: any): boolean matcher
function match.is_all_of(...) end
match.is_any_of, match.is_none_of = match.is_all_of, match.is_all_of
match.any_of, match.all_of, match.none_of = match.is_all_of, match.is_all_of, match.is_all_of
