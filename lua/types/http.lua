---@meta

-- The module http, for LuaLS. Nothing here runs.
-- luacheck: no unused args
-- luacheck: globals http

http = {}

---@class http.request_options
---@field timeout number? seconds until status 0; network.http_timeout of game.project by default, else none
---@field path string? the file that gets the body of a 200
---@field ignore_cache boolean? there is no cache
---@field chunked_transfer boolean? sends the body in chunks
---@field report_progress boolean? calls back with bytes_received and bytes_total while the body comes

---@class http.response
---@field status integer? 0 if there was no answer; nil in a report of progress
---@field response string? the body, unless it went to a file
---@field headers table<string, string>? names in lower case
---@field url string? what was asked for
---@field path string? the file that has the body
---@field error string? why there was no answer, or no file
---@field bytes_received integer? of a report of progress
---@field bytes_total integer? of a report of progress, 0 if nobody knows
---@field range_start integer? of a part of a document
---@field range_end integer? of a part of a document, the last byte
---@field document_size integer? of a part of a document, if it is known

--- Sends an HTTP request; all that comes of it is the callback's. Redirects are
--- not followed. Four requests run at a time (network.http_thread_count), the
--- rest wait.
---@param url string http:// or https://
---@param method string "GET", "POST" …
---@param callback fun(self: script_instance, id: hash, response: http.response)
---@param headers table<string, string|number>?
---@param post_data string?
---@param options http.request_options?
function http.request(url, method, callback, headers, post_data, options) end
