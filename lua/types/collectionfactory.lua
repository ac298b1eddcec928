---@meta

-- The module collectionfactory, for LuaLS. Nothing here runs.
-- luacheck: no unused args
-- luacheck: globals collectionfactory

collectionfactory = {}

--- Makes the game objects of a collection. Its scripts have had init when it returns.
---@param url string|hash|url the factory
---@param position vector3? of the script's object by default
---@param rotation quaternion? of the script's object by default
---@param properties table<hash, table<string|hash, any>>? of the scripts
---@param scale number|vector3? of the script's object by default
---@return table<hash|string, hash> ids of the new objects, by their ids in the collection
function collectionfactory.create(url, position, rotation, properties, scale) end

---@param url string|hash|url
---@return integer status collectionfactory.STATUS_…
function collectionfactory.get_status(url) end

--- Everything is loaded already: complete_function comes in the next frame.
---@param url string|hash|url
---@param complete_function fun(self: script_instance, url: url, result: boolean)?
function collectionfactory.load(url, complete_function) end

---@param url string|hash|url
function collectionfactory.unload(url) end

---@param url string|hash|url
---@param prototype string|hash? the path of a .collection; the factory's own by default
function collectionfactory.set_prototype(url, prototype) end

---@type integer
collectionfactory.STATUS_UNLOADED = 0
---@type integer
collectionfactory.STATUS_LOADING = 1
---@type integer
collectionfactory.STATUS_LOADED = 2
