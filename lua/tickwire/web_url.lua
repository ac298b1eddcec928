--- URLs of the schemes ws, wss, http and https, read and written as the URL
--- standard (url.spec.whatwg.org) has it: what a browser makes of them.
---
---	local url = require("tickwire.web_url").parse("HTTP://Example.com:80/a/../b c")
---	print(url.href)    -- http://example.com/b%20c
---
--- -- Differs from WHATWG: a host in other letters than ASCII stays as it is; the
--- websocket module writes it in ASCII when it connects.

local M = {}

---@class tickwire.WebURL
---@field scheme "ws"|"wss"|"http"|"https"
---@field username string percent-encoded
---@field password string percent-encoded
---@field host string in small letters; IPv6 in brackets
---@field port integer? nil for the scheme's own
---@field path string
---@field query string? without its "?"
---@field fragment string? without its "#"

local default_ports = { ws = 80, http = 80, wss = 443, https = 443 }

-- What stays as it is, by the part of the URL.
local userinfo_safe = "[^A-Za-z0-9!$%%&'()*+,%-._~]"
local path_safe = "[^A-Za-z0-9!$%%&'()*+,%-./:;=@%[\\%]_|~]"
local query_safe = "[^A-Za-z0-9!$%%&()*+,%-./:;=?@%[\\%]^_`{|}~]"
local fragment_safe = "[^A-Za-z0-9!#$%%&'()*+,%-./:;=?@%[\\%]^_{|}~]"

--- Keeps what a script wrote short enough for a message.
local function clip(text)
	return #text > 120 and text:sub(1, 120) .. "…" or text
end

local function encode(text, unsafe)
	return (text:gsub(unsafe, function(c)
		return ("%%%02X"):format(c:byte())
	end))
end

local function decode(text)
	return (text:gsub("%%([0-9A-Fa-f][0-9A-Fa-f])", function(hex)
		return string.char(tonumber(hex, 16))
	end))
end

--- A part of an IPv4 address: decimal, 0x hexadecimal or 0 octal.
local function ipv4_number(text)
	local digits = text:match("^0[xX]([0-9A-Fa-f]*)$")
	if digits then
		return digits == "" and 0 or tonumber(digits, 16)
	end
	if #text > 1 and text:find("^0[0-7]*$") then
		return tonumber(text, 8)
	end
	return text:find("^[0-9]+$") and not text:find("^0.") and tonumber(text, 10) or nil
end

local function split(text, separator)
	local parts = {}
	for part in (text .. separator):gmatch("([^" .. separator .. "]*)" .. separator) do
		parts[#parts + 1] = part
	end
	return parts
end

--- Reads a host that ends in a number, which is to be an IPv4 address.
---@return string? host nil if it is none
local function ipv4(parts)
	local last = #parts
	if last > 4 then
		return nil
	end
	local value = 0
	for i, part in ipairs(parts) do
		local number = ipv4_number(part)
		if not number or number >= (i < last and 256 or 256 ^ (5 - last)) then
			return nil
		end
		value = value + number * (i < last and 256 ^ (4 - i) or 1)
	end
	local bytes = {}
	for i = 4, 1, -1 do
		bytes[i] = ("%d"):format(value % 256)
		value = math.floor(value / 256)
	end
	return table.concat(bytes, ".")
end

--- Reads some pieces of an IPv6 address: "1:2:3", at the end perhaps "1.2.3.4".
---@return integer[]? pieces
local function ipv6_pieces(text, may_end_in_ipv4)
	local pieces = {}
	if text == "" then
		return pieces
	end
	local parts = split(text, ":")
	for i, part in ipairs(parts) do
		if part:find("^[0-9A-Fa-f][0-9A-Fa-f]?[0-9A-Fa-f]?[0-9A-Fa-f]?$") then
			pieces[#pieces + 1] = tonumber(part, 16)
		elseif i == #parts and may_end_in_ipv4 then
			local bytes = { part:match("^(%d+)%.(%d+)%.(%d+)%.(%d+)$") }
			if #bytes ~= 4 then
				return nil
			end
			for k, byte in ipairs(bytes) do
				bytes[k] = tonumber(byte, 10)
				if bytes[k] > 255 or #byte > 1 and byte:sub(1, 1) == "0" then
					return nil
				end
			end
			pieces[#pieces + 1] = bytes[1] * 256 + bytes[2]
			pieces[#pieces + 1] = bytes[3] * 256 + bytes[4]
		else
			return nil
		end
	end
	return pieces
end

--- Reads what stands in brackets and writes it in its shortest form.
---@return string? host
local function ipv6(text)
	local left, right = text:match("^(.-)::(.*)$")
	local pieces = ipv6_pieces(left or text, not left)
	if not pieces then
		return nil
	end
	if left then
		local tail = ipv6_pieces(right, true)
		if not tail or right:find("::", 1, true) or #pieces + #tail > 7 then
			return nil
		end
		for _ = 1, 8 - #pieces - #tail do
			pieces[#pieces + 1] = 0
		end
		for _, piece in ipairs(tail) do
			pieces[#pieces + 1] = piece
		end
	end
	if #pieces ~= 8 then
		return nil
	end
	-- The first of the longest runs of zeros, of two at least, is "::".
	local start, length = nil, 1
	local from, run = nil, 0
	for i = 1, 9 do
		if pieces[i] == 0 then
			from, run = from or i, run + 1
		else
			if run > length then
				start, length = from, run
			end
			from, run = nil, 0
		end
	end
	local texts = {}
	for i, piece in ipairs(pieces) do
		texts[i] = ("%x"):format(piece)
	end
	if not start then
		return "[" .. table.concat(texts, ":") .. "]"
	end
	return "[" .. table.concat(texts, ":", 1, start - 1) .. "::" .. table.concat(texts, ":", start + length) .. "]"
end

--- Whether the letters beyond ASCII are written in UTF-8.
local function is_utf8(text)
	local rest = text:gsub("[\240-\244][\128-\191][\128-\191][\128-\191]", "")
	rest = rest:gsub("[\224-\239][\128-\191][\128-\191]", ""):gsub("[\194-\223][\128-\191]", "")
	return not rest:find("[\128-\255]")
end

---@return string? host
---@return string? problem
local function parse_host(text)
	if text == "" then
		return nil, "it has no host"
	end
	if text:sub(1, 1) == "[" then
		local host = text:sub(-1) == "]" and ipv6(text:sub(2, -2))
		return host or nil, "the host " .. clip(text) .. " is no IPv6 address"
	end
	local host = decode(text):gsub("[A-Z]", string.lower)
	if host:find("[%z\1-\32\127#/:<>?@%[\\%]^|%%]") then
		return nil, "the host " .. clip(host:gsub("[%z\1-\31\127]", "?")) .. " holds a character that no host has"
	end
	if not is_utf8(host) then
		return nil, "the host is not UTF-8"
	end
	local parts = split(host, ".")
	if #parts > 1 and parts[#parts] == "" then
		parts[#parts] = nil
	end
	local last = parts[#parts]
	if last:find("^[0-9]+$") or last:find("^0x[0-9a-f]*$") then
		return ipv4(parts), "the host " .. clip(host) .. " is no IPv4 address"
	end
	return host
end

--- Takes "." and ".." out of a path.
local function normal_path(text)
	local kept = {}
	local parts = split((text:gsub("^[/\\]", ""):gsub("\\", "/")), "/")
	for i, part in ipairs(parts) do
		local plain = part:gsub("%%2[eE]", ".")
		if plain == ".." then
			kept[#kept] = nil
		elseif plain ~= "." then
			kept[#kept + 1] = encode(part, path_safe)
		end
		if i == #parts and (plain == ".." or plain == ".") then
			kept[#kept + 1] = ""
		end
	end
	return "/" .. table.concat(kept, "/")
end

--- Reads a URL.
---@param text string
---@return tickwire.WebURL? url nil if it can't be one
---@return string? problem what is wrong, in words
function M.parse(text)
	text = text:gsub("^[%z\1-\32]+", ""):gsub("[%z\1-\32]+$", ""):gsub("[\t\r\n]", "")
	local scheme, rest = text:match("^([A-Za-z][A-Za-z0-9+.%-]*):(.*)$")
	if not scheme then
		return nil, "it has no scheme"
	end
	scheme = scheme:lower()
	if not default_ports[scheme] then
		return nil, "the scheme is " .. clip(scheme)
	end
	local before, fragment = rest:match("^(.-)#(.*)$")
	rest = (before or rest):gsub("^[/\\]+", "")
	local url = { scheme = scheme, username = "", password = "", fragment = fragment and encode(fragment, fragment_safe) }
	local authority
	authority, rest = rest:match("^([^/\\?]*)(.*)$")
	local login, place = authority:match("^(.*)@(.*)$")
	if login then
		local name, password = login:match("^(.-):(.*)$")
		url.username = encode(name or login, userinfo_safe)
		url.password = encode(password or "", userinfo_safe)
		authority = place
	end
	local host, port = authority:match("^(%[.*%])(.*)$")
	if not host then
		host, port = authority:match("^([^:]*)(.*)$")
	end
	if port ~= "" then
		if not port:find("^:[0-9]*$") or (tonumber(port:sub(2), 10) or 0) > 65535 then
			return nil, "the port " .. clip(port:sub(2)) .. " is not a number from 0 to 65535"
		end
		port = tonumber(port:sub(2), 10)
		url.port = port ~= default_ports[scheme] and port or nil
	end
	local problem
	url.host, problem = parse_host(host)
	if not url.host then
		return nil, problem
	end
	local path, query = rest:match("^([^?]*)%??(.*)$")
	url.path = normal_path(path)
	if rest:find("?", 1, true) then
		url.query = encode(query, query_safe)
	end
	return url
end

--- A URL for people and logs: without name, password, query and fragment, which
--- may be secrets, and not too long.
---@param text string
---@return string
function M.shown(text)
	text = text:gsub("[?#].*$", "")
	local scheme = text:match("^[A-Za-z0-9+.%-]*:[/\\]*") or ""
	return clip(scheme .. text:sub(#scheme + 1):gsub("^[^/\\]*@", ""))
end

--- "ws://host:port": what a message event calls its origin.
---@param url tickwire.WebURL
---@return string
function M.origin(url)
	return url.scheme .. "://" .. url.host .. (url.port and (":%d"):format(url.port) or "")
end

--- Writes a URL.
---@param url tickwire.WebURL
---@return string
function M.format(url)
	local login = ""
	if url.username ~= "" or url.password ~= "" then
		login = url.username .. (url.password ~= "" and ":" .. url.password or "") .. "@"
	end
	return url.scheme .. "://" .. login .. url.host .. (url.port and (":%d"):format(url.port) or "")
		.. url.path .. (url.query and "?" .. url.query or "") .. (url.fragment and "#" .. url.fragment or "")
end

return M
