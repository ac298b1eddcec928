---@meta

-- The module collectionproxy, for LuaLS. Nothing here runs.
-- luacheck: no unused args
-- luacheck: globals collectionproxy

collectionproxy = {}

--- Nothing is missing here.
---@param url string|hash|url
---@return string[]
function collectionproxy.missing_resources(url) end

--- Everything is here.
---@param url string|hash|url
---@return string[]
function collectionproxy.get_resources(url) end

--- Has the proxy load another collection, as long as none is loaded.
---@param url string|hash|url
---@param prototype string|hash? the path of a .collection; the proxy's own by default
---@return boolean success
---@return integer? result collectionproxy.RESULT_…
function collectionproxy.set_collection(url, prototype) end

---@type integer
collectionproxy.RESULT_LOADING = -1
---@type integer
collectionproxy.RESULT_ALREADY_LOADED = -2
---@type integer
collectionproxy.RESULT_NOT_EXCLUDED = -3
