---@meta tickwire.web_url

-- URLs as a browser reads and writes them, require "tickwire.web_url", for LuaLS. Nothing here runs.
-- luacheck: no unused args

---@class tickwire.WebURL
---@field scheme "ws"|"wss"|"http"|"https"
---@field username string
---@field password string
---@field host string in small letters; IPv6 in brackets
---@field port integer? nil for the scheme's own
---@field path string
---@field query string?
---@field fragment string?

---@class tickwire.WebURLModule
local M = {}

--- Reads a URL; nil and what is wrong with it if it can't be one.
---@param text string
---@return tickwire.WebURL? url
---@return string? problem
function M.parse(text) end

--- Writes a URL.
---@param url tickwire.WebURL
---@return string
function M.format(url) end

--- For people and logs: without name, password, query and fragment.
---@param text string
---@return string
function M.shown(text) end

--- "wss://host:port"
---@param url tickwire.WebURL
---@return string
function M.origin(url) end

return M
