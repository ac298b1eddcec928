-- What the descriptions of the five APIs say, statement by statement, in our own words, and where each is held:
-- the spec as "file: its full name", which go test ./spec finds, runs and sees pass. What can't hold here says why.

---@class Statement
---@field [1] string id, never given twice
---@field [2] string what is said
---@field [3] string? the spec that holds it
---@field because string? why no spec can

---@class System
---@field system string whose API it is
---@field [integer] Statement

---@type System
local defold = {
	system = "Defold",
	{ "defold-namespace", "the functions and constants stand in websocket",
		"connect_spec: the websocket module is the same table by its global name and by require" },
	{ "defold-platforms", "it works on every platform",
		because = "a spec runs on one: CI builds and vets for Linux, macOS and Windows" },

	{ "defold-connect", "connect connects to an address",
		"connect_spec: connect connects without params" },
	{ "defold-connect-url", "the address is a string",
		"params_spec: a wrong argument raises at the call url a number" },
	{ "defold-connect-params", "params may be left out",
		"connect_spec: connect connects without params" },
	{ "defold-connect-params-empty", "each of the params may be left out",
		"connect_spec: connect connects with empty params" },
	{ "defold-timeout", "timeout bounds the whole way to a connection, in ms",
		"timeout_spec: the timeout bounds the sum of all phases" },
	{ "defold-timeout-unit", "timeout is in ms",
		"timeout_spec: the timeout is the script's, in milliseconds" },
	{ "defold-timeout-default", "timeout is 3000 unless set",
		"timeout_spec: the timeout is 3000 ms by default" },
	{ "defold-timeout-html5", "timeout means nothing in HTML5",
		because = "there is no HTML5 build: it holds everywhere" },
	{ "defold-protocol", "protocol names the subprotocol to use",
		"params_spec: protocol negotiates as a string" },
	{ "defold-protocol-unset", "without protocol the handshake has no Sec-WebSocket-Protocol",
		"params_spec: protocol is not sent unless asked for" },
	{ "defold-headers", "headers lists HTTP headers for the handshake",
		"params_spec: headers go out with their names as written" },
	{ "defold-headers-pairs", "\\r\\n stands between the headers",
		"params_spec: headers are one string of pairs" },
	{ "defold-headers-html5", "headers mean nothing in HTML5",
		because = "there is no HTML5 build: they hold everywhere" },
	{ "defold-callback", "the callback gets all that comes of a connection",
		"events_spec: the story of a connection that goes well" },
	{ "defold-callback-self", "self is the script instance that connected",
		"life_spec: a script gets its own self in callbacks" },
	{ "defold-callback-connection", "the callback gets the connection",
		"connect_spec: a connection is what callbacks get" },
	{ "defold-data-event", "data.event is one of the four constants",
		"events_spec: the story of a connection that is dropped" },
	{ "defold-data-message", "data.message is what was received, in EVENT_MESSAGE",
		"message_spec: a message has its bytes and its type" },
	{ "defold-data-message-error", "data.message says what went wrong, in EVENT_ERROR",
		"events_spec: a failure tells what went wrong in words and in fields" },
	{ "defold-data-message-other", "data.message is a text in every other event, too",
		"events_spec: data has a text for message in each event" },
	{ "defold-data-handshake", "data.handshake_response has the answer's status and headers",
		"handshake_spec: the handshake's response is told with ERROR: status, headers and body" },
	{ "defold-data-code", "data.code is the server's, where the server closed",
		"events_spec: DISCONNECTED has the server's code and reason" },
	{ "defold-data-code-only", "data.code is there in EVENT_DISCONNECTED only",
		"events_spec: data has a code in DISCONNECTED only" },
	{ "defold-connect-returns", "connect returns the connection",
		"connect_spec: a connection is a userdata" },

	{ "defold-example-headers", "headers may offer a subprotocol and an origin, with a line break at the end",
		"defold_spec: a script written for Defold negotiates what its raw headers offer" },
	{ "defold-example-tostring", "a connection can be printed",
		"connect_spec: a connection prints as userdata and an address" },
	{ "defold-example-self", "the callback forgets the connection that is over",
		"defold_spec: a script written for Defold is disconnected by the server" },
	{ "defold-example-error", "the callback shows the error's message",
		"defold_spec: a script written for Defold tells of trouble" },
	{ "defold-example-leave", "a script disconnects what it still holds at its end",
		"defold_spec: a script written for Defold leaves the server when it is deleted" },

	{ "defold-disconnect", "disconnect closes a connection",
		"disconnect_spec: disconnect closes with 1000" },
	{ "defold-send", "send sends a message",
		"send_spec: send keeps the order, large or small, in one frame or many" },
	{ "defold-send-options", "options may be nil",
		"send_spec: send sends binary unless told" },
	{ "defold-send-binary", "a message is binary unless told",
		"send_spec: send sends binary unless told" },
	{ "defold-send-text", "options.type makes it a text",
		"send_spec: send sends binary unless told" },
	{ "defold-send-connected", "the callback may send in EVENT_CONNECTED",
		"send_spec: send works in the CONNECTED callback" },

	{ "defold-event-connected", "EVENT_CONNECTED: it is connected",
		"events_spec: the story of a connection that goes well" },
	{ "defold-event-disconnected", "EVENT_DISCONNECTED: it is over",
		"events_spec: the story of a connection that is closed by the server" },
	{ "defold-event-message", "EVENT_MESSAGE: something came",
		"message_spec: a message has its bytes and its type" },
	{ "defold-event-error", "EVENT_ERROR: something went wrong",
		"events_spec: the story of a connection that is dropped" },
	{ "defold-constants", "the constants are there",
		"connect_spec: the websocket module has Defold's constants" },
}

---@type System[]
return { defold }
