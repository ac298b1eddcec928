---@meta

-- The module crypt, for LuaLS. Nothing here runs.
-- luacheck: no unused args
-- luacheck: globals crypt

crypt = {}

---@param text string
---@return string
function crypt.encode_base64(text) end

--- With or without padding. Raises for what is no base64.
---@param text string
---@return string
function crypt.decode_base64(text) end

---@param text string
---@return string hex
function crypt.hash_md5(text) end

---@param text string
---@return string hex
function crypt.hash_sha1(text) end

---@param text string
---@return string hex
function crypt.hash_sha256(text) end

---@param text string
---@return string hex
function crypt.hash_sha512(text) end

--- XTEA in counter mode.
---@param text string
---@param key string at most 16 bytes
---@return string
function crypt.encrypt(text, key) end

---@param text string
---@param key string at most 16 bytes
---@return string
function crypt.decrypt(text, key) end

--- encrypt, by the name that Defold's extension has for it.
---@param text string
---@param key string at most 16 bytes
---@return string
function crypt.encrypt_xtea(text, key) end

--- decrypt, by the name that Defold's extension has for it.
---@param text string
---@param key string at most 16 bytes
---@return string
function crypt.decrypt_xtea(text, key) end
