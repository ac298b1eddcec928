-- What Overte's description of WebSocket says, see statements_test.go.

local list = {
	system = "Overte",
	{ "overte-scripts", "interface, client entity, avatar, server entity and assignment client scripts have it",
		because = "there is one kind of script here, and every one has it" },
	{ "overte-session", "a session both ways, driven by events, with another WebSocket",
		"overte_server_spec: an Overte WebSocketServer talks with its clients, both ways" },
	{ "overte-w3c", "nearly all of the API that browsers have",
		"overte_spec: an Overte WebSocket takes listeners beside its handlers, as W3C's does" },
	{ "overte-new", "a script makes one with a constructor",
		"overte_spec: an Overte WebSocket begins connecting, with its url and nothing yet" },
	{ "overte-server", "a WebSocketServer makes them too",
		"overte_server_spec: an Overte WebSocketServer gives each client to newConnection as a WebSocket that is open" },
	{ "overte-server-scripts", "a WebSocketServer is for server entity and assignment client scripts only",
		because = "what may listen is the host's decision here: the next one" },
	{ "overte-server-grant", "not every script may listen",
		because = "specs may: TestOverteServerNeedsAGrant in lua/overte_test.go holds it for a host that does not grant it" },
	{ "overte-wss", "there is no wss",
		"overte_spec: an Overte WebSocket speaks wss",
		because = "it works here" },

	{ "overte-binary-type", "binaryType is \"blob\" at first",
		"overte_spec: an Overte WebSocket begins connecting, with its url and nothing yet" },
	{ "overte-binary-type-unused", "binaryType has no effect",
		"overte_spec: an Overte WebSocket gives onmessage a binary message as a Blob or an ArrayBuffer",
		because = "it has one here" },
	{ "overte-buffered", "bufferedAmount is 0 at first",
		"overte_spec: an Overte WebSocket begins connecting, with its url and nothing yet" },
	{ "overte-buffered-always", "bufferedAmount is always 0",
		"overte_spec: an Overte WebSocket counts what waits in bufferedAmount",
		because = "it counts here" },
	{ "overte-buffered-read", "bufferedAmount can't be assigned",
		"overte_spec: an Overte WebSocket has properties that can't be assigned" },
	{ "overte-extensions", "extensions is \"\"",
		"overte_spec: an Overte WebSocket begins connecting, with its url and nothing yet" },
	{ "overte-extensions-read", "extensions can't be assigned",
		"overte_spec: an Overte WebSocket has properties that can't be assigned" },
	{ "overte-protocol", "protocol is \"\"",
		"overte_spec: an Overte WebSocket begins connecting, with its url and nothing yet" },
	{ "overte-protocol-read", "protocol can't be assigned",
		"overte_spec: an Overte WebSocket has properties that can't be assigned" },
	{ "overte-onopen", "onopen is called when the connection opens",
		"overte_spec: an Overte WebSocket gives onopen nothing" },
	{ "overte-onmessage", "onmessage is called when a message comes",
		"overte_spec: an Overte WebSocket gives onmessage the text in data" },
	{ "overte-onerror", "onerror is called when something goes wrong",
		"overte_spec: an Overte WebSocket tells a drop as an error and a close that was not clean" },
	{ "overte-onclose", "onclose is called when the connection closes",
		"overte_spec: an Overte WebSocket gives onclose the code, the reason and whether it was clean" },
	{ "overte-ready-state", "readyState is how far the connection has come",
		"overte_spec: an Overte WebSocket runs the description's example: opens, sends, hears its echo, closes" },
	{ "overte-ready-state-read", "readyState can't be assigned",
		"overte_spec: an Overte WebSocket has properties that can't be assigned" },
	{ "overte-url", "url is where it connects to",
		"overte_spec: an Overte WebSocket begins connecting, with its url and nothing yet" },
	{ "overte-url-read", "url can't be assigned",
		"overte_spec: an Overte WebSocket has properties that can't be assigned" },

	{ "overte-new-url", "the constructor takes a URL",
		"overte_spec: an Overte WebSocket begins connecting, with its url and nothing yet" },
	{ "overte-new-socket", "the constructor takes a WebSocket and uses its connection",
		"overte_spec: an Overte WebSocket that shares a connection has the same url and state, and no connection of its own" },
	{ "overte-new-socket-use", "what shares a connection can send over it",
		"overte_spec: an Overte WebSocket that shares a connection sends over it" },
	{ "overte-example", "the example opens (1), sends, hears its echo, closes (3)",
		"overte_spec: an Overte WebSocket runs the description's example: opens, sends, hears its echo, closes" },

	{ "overte-close", "close closes the connection",
		"overte_spec: an Overte WebSocket closes with 1000 and no reason" },
	{ "overte-close-code", "close takes a code",
		"overte_spec: an Overte WebSocket closes with a code and a reason" },
	{ "overte-close-code-default", "close's code is 1000 unless given",
		"overte_spec: an Overte WebSocket closes with 1000 and no reason" },
	{ "overte-close-code-any", "close's code is any CloseCode",
		"overte_spec: an Overte WebSocket raises for a code that is not a client's",
		because = "the others are not a client's to send (RFC 6455 section 7.4)" },
	{ "overte-close-code-server", "a server's WebSocket closes with a CloseCode of a server's",
		"overte_server_spec: an Overte WebSocketServer closes one client, also with a code that is a server's" },
	{ "overte-close-reason", "close takes a reason",
		"overte_spec: an Overte WebSocket closes with a code and a reason" },
	{ "overte-close-reason-default", "close's reason is \"\" unless given",
		"overte_spec: an Overte WebSocket closes with 1000 and no reason" },
	{ "overte-static", "close and send are static",
		because = "they belong to a socket, in the description's own example too" },
	{ "overte-send", "send sends a string",
		"overte_spec: an Overte WebSocket sends a string as text" },
	{ "overte-send-object", "an object that is sent becomes a string",
		"overte_spec: an Overte WebSocket sends an object as a string" },

	{ "overte-close-data-code", "onclose's data has the code",
		"overte_spec: an Overte WebSocket gives onclose the code, the reason and whether it was clean" },
	{ "overte-close-data-reason", "onclose's data has the reason",
		"overte_spec: an Overte WebSocket gives onclose the code, the reason and whether it was clean" },
	{ "overte-close-data-clean", "onclose's data has wasClean, true",
		"overte_spec: an Overte WebSocket gives onclose the code, the reason and whether it was clean" },
	{ "overte-close-data-unclean", "or false",
		"overte_spec: an Overte WebSocket tells a drop as an error and a close that was not clean" },
	{ "overte-message-data", "onmessage's message has data, a string",
		"overte_spec: an Overte WebSocket gives onmessage the text in data" },
	{ "overte-open-data", "onopen gets nothing",
		"overte_spec: an Overte WebSocket gives onopen nothing" },
	{ "overte-error-data", "onerror gets a SocketError",
		"overte_errors_spec: onerror tells HostNotFoundError for a name that there is not" },
}

local function add(id, text, spec, because)
	list[#list + 1] = { id, text, spec, because = because }
end

for _, name in ipairs({
	"Normal", "GoingAway", "ProtocolError", "DatatypeNotSupported", "Reserved1004", "MissingStatusCode", "AbnormalDisconnection",
	"WrongDatatype", "PolicyViolated", "TooMuchData", "MissingExtension", "BadOperation", "TlsHandshakeFailed",
}) do
	add("overte-code-" .. name, "CloseCode." .. name .. " has its number", "overte_spec: tickwire.overte has CloseCode." .. name)
end

for _, name in ipairs({ "CONNECTING", "OPEN", "CLOSING", "CLOSED" }) do
	add("overte-state-" .. name, name .. " is a ReadyState, of the sockets too, and can't be assigned",
		"overte_spec: tickwire.overte has ReadyState." .. name)
end

local function onerror(what)
	return "overte_errors_spec: onerror tells " .. what
end

-- Each SocketError has its number; and what it means, where that can come about.
for _, row in ipairs({
	{ "ConnectionRefusedError", "a refused connection", "where nobody listens" },
	{ "RemoteHostClosedError", "the other side closed it", "where an open connection is dropped" },
	{ "HostNotFoundError", "there is no such host", "for a name that there is not" },
	{ "SocketAccessError", "the program may not", because = "specs may connect anywhere: TestOverteErrorsOfTheHost in lua/overte_test.go" },
	{ "SocketResourceError", "something ran out", "where more is sent than may wait" },
	{ "SocketTimeoutError", "it took too long", "where the server says nothing" },
	{ "DatagramTooLargeError", "a datagram is too large", because = "a WebSocket sends no datagrams" },
	{ "NetworkError", "trouble with the network", because = "specs have no such network: TestOverteErrorsOfTheHost in lua/overte_test.go" },
	{ "AddressInUseError", "an address is taken", because = "it is a server's: error says it, not onerror",
		spec = "overte_server_spec: an Overte WebSocketServer says why it can't listen on a port that is taken" },
	{ "SocketAddressNotAvailableError", "an address is another computer's",
		because = "every address is the specs' network's: TestOverteErrorsOfTheHost in lua/overte_test.go" },
	{ "UnsupportedSocketOperationError", "the system can't do it", because = "it can here: TestOverteErrorsOfTheHost in lua/overte_test.go" },
	{ "ProxyAuthenticationRequiredError", "a proxy wants a login", "where the proxy wants a login" },
	{ "SslHandshakeFailedError", "TLS failed", "for a certificate that is not trusted" },
	{ "UnfinishedSocketOperationError", "something before it is not finished", because = "nothing here waits for what is not finished" },
	{ "ProxyConnectionRefusedError", "a proxy refused the connection", "where no proxy listens" },
	{ "ProxyConnectionClosedError", "a proxy hung up", "where the proxy hangs up" },
	{ "ProxyConnectionTimeoutError", "a proxy took too long", "where the proxy says nothing" },
	{ "ProxyNotFoundError", "there is no such proxy", "for a proxy that there is not" },
	{ "ProxyProtocolError", "a proxy's answer can't be understood", "where the proxy's answer makes no sense" },
	{ "OperationError", "the state did not permit it", "for a close while it connects" },
	{ "SslInternalError", "the TLS library has an error of its own", because = "Go's has none that it tells apart" },
	{ "SslInvalidUserDataError", "TLS was given wrong data", because = "params.tls raises at the call" },
	{ "TemporaryError", "it may pass", because = "nothing here is known to pass" },
	{ "UnknownSocketError", "anything else", "where the server breaks the protocol" },
}) do
	local name = row[1]
	add("overte-error-" .. name, name .. " has its number", "overte_spec: tickwire.overte has SocketError." .. name)
	add("overte-meaning-" .. name, name .. ": " .. row[2], row.spec or row[3] and onerror(name .. " " .. row[3]), row.because)
end

return list
