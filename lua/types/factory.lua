---@meta

-- The module factory, for LuaLS. Nothing here runs.
-- luacheck: no unused args
-- luacheck: globals factory

factory = {}

--- Makes a game object. Its scripts have had init when it returns.
---@param url string|hash|url the factory
---@param position vector3? of the script's object by default
---@param rotation quaternion? of the script's object by default
---@param properties table<string|hash, any>? of the scripts
---@param scale number|vector3? of the script's object by default
---@return hash id
function factory.create(url, position, rotation, properties, scale) end

---@param url string|hash|url
---@return integer status factory.STATUS_…
function factory.get_status(url) end

--- Everything is loaded already: complete_function comes in the next frame.
---@param url string|hash|url
---@param complete_function fun(self: script_instance, url: url, result: boolean)?
function factory.load(url, complete_function) end

---@param url string|hash|url
function factory.unload(url) end

---@param url string|hash|url
---@param prototype string|hash? the path of a .go; the factory's own by default
function factory.set_prototype(url, prototype) end

---@type integer
factory.STATUS_UNLOADED = 0
---@type integer
factory.STATUS_LOADING = 1
---@type integer
factory.STATUS_LOADED = 2
