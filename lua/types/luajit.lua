---@meta

-- What LuaJIT has beyond Lua 5.1, for LuaLS. Nothing here runs.
-- luacheck: no unused args
-- luacheck: globals bit jit gcinfo

bit = {}

---@param x number
---@return integer signed, 32 bits
function bit.tobit(x) end

---@param x number
---@param n integer? digits, 8 by default; capitals for a negative number
---@return string
function bit.tohex(x, n) end

---@param x number
---@return integer
function bit.bnot(x) end

---@param x number
---@param ... number
---@return integer
function bit.band(x, ...) end

---@param x number
---@param ... number
---@return integer
function bit.bor(x, ...) end

---@param x number
---@param ... number
---@return integer
function bit.bxor(x, ...) end

---@param x number
---@param n integer modulo 32
---@return integer
function bit.lshift(x, n) end

---@param x number
---@param n integer modulo 32
---@return integer
function bit.rshift(x, n) end

--- Keeps the sign.
---@param x number
---@param n integer modulo 32
---@return integer
function bit.arshift(x, n) end

---@param x number
---@param n integer modulo 32
---@return integer
function bit.rol(x, n) end

---@param x number
---@param n integer modulo 32
---@return integer
function bit.ror(x, n) end

---@param x number
---@return integer
function bit.bswap(x) end

--- There is no compiler here: what turns one on and off is accepted.
jit = {}

---@type string
jit.version = nil

---@type integer
jit.version_num = nil

---@type "Linux"|"OSX"|"Windows"|"BSD"|"Other"
jit.os = nil

---@type string
jit.arch = nil

---@return boolean on always true
function jit.status() end

---@param fn? function|boolean
---@param recursive? boolean
function jit.on(fn, recursive) end

---@param fn? function|boolean
---@param recursive? boolean
function jit.off(fn, recursive) end

---@param fn? function|boolean
---@param recursive? boolean
function jit.flush(fn, recursive) end

---@param fn? function
---@param event? string
function jit.attach(fn, event) end

jit.opt = {}

---@param ... string
function jit.opt.start(...) end

--- KiB in use, whole.
---@return integer
function gcinfo() end
