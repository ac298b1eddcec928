package wire

// Kind is what an [Event] says.
type Kind uint8

// The kinds, with the numbers of Defold's websocket.EVENT_*.
const (
	Connected    Kind = 0
	Disconnected Kind = 1
	Message      Kind = 2
	Failed       Kind = 3
	Requested    Kind = 4 // ours: Defold's has no servers
)

// cost is what an undelivered event is charged beside its payload, in bytes.
const cost = 256

// Event is something that happened to a connection.
type Event struct {
	Kind    Kind
	Type    DataType // of a Message
	Conn    *Conn
	Payload string // of a Message: an allocation of its own, of exactly this size
	detail  any    // *Response of Connected, *Error of Failed, *Goodbye of Disconnected, *Request of Requested
}

// Request returns what a client asks for, of a Requested event.
func (e *Event) Request() *Request { return e.detail.(*Request) }

// Response returns the handshake's answer of a Connected event.
func (e *Event) Response() *Response { return e.detail.(*Response) }

// Error returns why the connection failed, of a Failed event.
func (e *Event) Error() *Error { return e.detail.(*Error) }

// Goodbye returns how the connection ended, of a Disconnected event.
func (e *Event) Goodbye() *Goodbye { return e.detail.(*Goodbye) }

// Response is a server's answer to the opening handshake; of our own the
// protocol and the extensions alone.
type Response struct {
	Status     int
	Headers    []Field // names and order as sent
	Body       string  // bounded; "" for a 101
	Protocol   string  // the subprotocol the server picked, "" for none
	Extensions string  // the extensions in use, "" for none

	version string // as in the status line
	terms   *terms // of the compression in use, or nil
}

// Field is a header's name and value.
type Field struct {
	Name, Value string
}

// Goodbye is how a connection ended.
type Goodbye struct {
	Code   int    // the peer's; 1005 if its frame had none; 1006 if no frame came
	Reason string // the peer's
	Clean  bool   // both close frames were exchanged
	ByPeer bool   // the peer closed first
	Peer   int    // the code of the peer's close frame, 1005 for none; 0 if no frame came
}

// DataType is a message's type, with the numbers of Defold's
// websocket.DATA_TYPE_*, which are the opcodes (RFC 6455 section 5.2).
type DataType uint8

// The types of data.
const (
	Text   DataType = 1
	Binary DataType = 2
)
