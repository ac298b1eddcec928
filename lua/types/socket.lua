---@meta

-- The module socket, LuaSocket's, for LuaLS. Nothing here runs.
-- luacheck: no unused args
-- luacheck: globals socket

socket = {}

---@type string
socket._VERSION = "LuaSocket 3.0"

---@type boolean
socket._DEBUG = false

--- How many sockets there may be.
---@type integer
socket._SETSIZE = 1024

---@type integer
socket.BLOCKSIZE = 2048

---@return number seconds since 1970, with their fraction
function socket.gettime() end

--- Holds up the frame, a second at most.
---@param seconds number
function socket.sleep(seconds) end

--- A TCP socket: a master at first, a client once it connects, a server once it
--- is bound. Where something can't be done the functions give nil and why:
--- "timeout", "closed", "connection refused" …
---@class socket.tcp: userdata
local tcp = {}

--- A UDP socket.
---@class socket.udp: userdata
local udp = {}

---@return socket.tcp? master
---@return string? err
function socket.tcp() end

---@return socket.tcp? master
---@return string? err
function socket.tcp4() end

---@return socket.tcp? master
---@return string? err
function socket.tcp6() end

---@return socket.udp?
---@return string? err
function socket.udp() end

---@return socket.udp?
---@return string? err
function socket.udp4() end

---@return socket.udp?
---@return string? err
function socket.udp6() end

--- A client that is connected.
---@param address string
---@param port integer
---@return socket.tcp? client
---@return string? err
function socket.connect(address, port) end

---@param address string
---@param port integer
---@return socket.tcp? client
---@return string? err
function socket.connect4(address, port) end

---@param address string
---@param port integer
---@return socket.tcp? client
---@return string? err
function socket.connect6(address, port) end

--- A server. The host must let scripts open ports.
---@param address string "*" is every one of this machine
---@param port integer 0 is one that is free
---@param backlog integer?
---@return socket.tcp? server
---@return string? err
function socket.bind(address, port, backlog) end

--- Those that are ready, listed, and by socket their place in the list.
---@param recvt (socket.tcp|socket.udp)[]?
---@param sendt (socket.tcp|socket.udp)[]?
---@param timeout number? seconds; a frame is held up for one at most
---@return table readable
---@return table writable
---@return string? err "timeout" if there is none
function socket.select(recvt, sendt, timeout) end

--- A try that calls finalizer before it raises.
---@param finalizer function?
---@return function
function socket.newtry(finalizer) end

--- Gives what it gets, and raises for nil, why.
---@param ... any
---@return any ...
function socket.try(...) end

--- A function that gives nil and why where fn raised by a try.
---@param fn function
---@return function
function socket.protect(fn) end

---@param n integer
---@param ... any
---@return any ... what comes behind the first n
function socket.skip(n, ...) end

---@private
function socket.__unload() end

socket.dns = {}

---@param address string
---@return string? ip
---@return table|string resolved { name, alias, ip }, or why not
function socket.dns.toip(address) end

---@param address string
---@return string? name the address itself
function socket.dns.tohostname(address) end

---@return string? name
function socket.dns.gethostname() end

---@param address string
---@return { family: string, addr: string }[]?
---@return string? err
function socket.dns.getaddrinfo(address) end

--- With a timeout of 0 it gives "timeout", and the socket is writable once it is
--- connected.
---@param address string
---@param port integer
---@return integer? ok
---@return string? err
function tcp:connect(address, port) end

--- Opens the port.
---@param address string
---@param port integer
---@return integer? ok
---@return string? err
function tcp:bind(address, port) end

---@param backlog integer?
---@return integer? ok
---@return string? err
function tcp:listen(backlog) end

---@return socket.tcp? client
---@return string? err
function tcp:accept() end

---@param data string
---@param i integer?
---@param j integer?
---@return integer? last the last byte that was taken
---@return string? err
---@return integer? taken the last byte that was taken, where not all was
function tcp:send(data, i, j) end

---@param pattern string|integer? "*l", a line, by default; "*a", all until the end; or a number of bytes
---@param prefix string? what an earlier call has given as partial
---@return string? data
---@return string? err
---@return string? partial
function tcp:receive(pattern, prefix) end

---@param mode string? "send", "receive", "both"
---@return integer? ok
---@return string? err
function tcp:shutdown(mode) end

--- What was sent goes out first.
---@return integer
function tcp:close() end

---@param value number? seconds; nil and negative ones hold up the frame for a second
---@param mode string?
---@return integer
function tcp:settimeout(value, mode) end

---@return number?
function tcp:gettimeout() end

---@param option string
---@param value any
---@return integer? ok
---@return string? err
function tcp:setoption(option, value) end

---@param option string
---@return any
function tcp:getoption(option) end

---@return string? ip
---@return integer|string port or why not
---@return string? family
function tcp:getpeername() end

---@return string? ip
---@return integer|string port or why not
---@return string? family
function tcp:getsockname() end

---@return integer received bytes
---@return integer sent bytes
---@return number age seconds
function tcp:getstats() end

---@param received integer?
---@param sent integer?
---@param age number?
---@return integer
function tcp:setstats(received, sent, age) end

---@return integer fd always -1
function tcp:getfd() end

---@return boolean
function tcp:dirty() end

---@return string
function tcp:getfamily() end

---@param address string
---@param port integer
---@return integer? ok
---@return string? err
function udp:setsockname(address, port) end

---@return string? ip
---@return integer|string port or why not
---@return string? family
function udp:getsockname() end

---@param address string an IP address, "*" for any again
---@param port integer?
---@return integer? ok
---@return string? err
function udp:setpeername(address, port) end

---@return string? ip
---@return integer|string port or why not
---@return string? family
function udp:getpeername() end

---@param data string
---@return integer? ok
---@return string? err
function udp:send(data) end

---@param data string
---@param ip string
---@param port integer
---@return integer? ok
---@return string? err
function udp:sendto(data, ip, port) end

---@param size integer? 8192
---@return string? data
---@return string? err
function udp:receive(size) end

---@param size integer? 8192
---@return string? data
---@return string ip or why not
---@return integer? port
function udp:receivefrom(size) end

---@return integer
function udp:close() end

---@param value number? seconds; nil and negative ones hold up the frame for a second
---@return integer
function udp:settimeout(value) end

---@return number?
function udp:gettimeout() end

---@param option string
---@param value any
---@return integer? ok
---@return string? err
function udp:setoption(option, value) end

---@param option string
---@return any
function udp:getoption(option) end

---@return integer fd always -1
function udp:getfd() end

---@return boolean
function udp:dirty() end

---@return string
function udp:getfamily() end
