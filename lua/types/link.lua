---@meta tickwire.link

-- What the sockets of a connection share, require "tickwire.link", for LuaLS: tickwire.socket_class' own affair.
-- Nothing here runs.

---@class tickwire.LinkModule
---@field private CONNECTING integer
---@field private OPEN integer
---@field private CLOSING integer
---@field private CLOSED integer
---@field private new function
---@field private join function
---@field private enter function
---@field private callback function
---@field private send function
local M = {}

return M
