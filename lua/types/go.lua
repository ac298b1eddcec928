---@meta

-- The module go, for LuaLS. Nothing here runs.
-- luacheck: no unused args
-- luacheck: globals go

go = {}

--- Declares a property of the script, at the top of its file. A collection or a
--- factory may give it another value, which is in self before init.
---@param name string
---@param value number|boolean|hash|url|vector3|vector4|quaternion
function go.property(name, value) end

--- A property of a game object (position, rotation, euler, scale, also .x, .y,
--- .z, .w) or of one of its components.
---@param url string|hash|url
---@param property string|hash
---@param options table? accepted
---@return any value
function go.get(url, property, options) end

---@param url string|hash|url
---@param property string|hash
---@param value any of the property's type
---@param options table? accepted
function go.set(url, property, value, options) end

--- The id of the running script's object, or the absolute one of a path.
---@param path string|hash?
---@return hash
function go.get_id(path) end

---@param id string|hash|url? the own by default
---@return hash? parent
function go.get_parent(id) end

---@param id string|hash|url? the own by default
---@param parent_id string|hash|url? none by default
---@param keep_world_transform boolean? false by default
function go.set_parent(id, parent_id, keep_world_transform) end

---@param url string|hash|url
---@return boolean
function go.exists(url) end

--- Deletes game objects at the end of the frame: their scripts get final.
---@param id string|hash|url|table<any, string|hash|url>|boolean|nil the own by default
---@param recursive boolean? deletes the children too; else they move up
function go.delete(id, recursive) end

---@deprecated use go.delete
---@param ids table<any, string|hash|url>?
function go.delete_all(ids) end

--- Moves a property. complete_function is called at the end, not for loops and
--- not when the animation is canceled.
---@param url string|hash|url
---@param property string|hash
---@param playback integer go.PLAYBACK_…
---@param to number|vector3|vector4|quaternion
---@param easing integer|vector go.EASING_… or samples
---@param duration number seconds
---@param delay number? seconds
---@param complete_function fun(self: script_instance, url: url, property: hash)?
function go.animate(url, property, playback, to, easing, duration, delay, complete_function) end

---@param url string|hash|url
---@param property string|hash? all of them by default
function go.cancel_animations(url, property) end

---@param id string|hash|url? the own by default
---@return vector3
function go.get_position(id) end

---@param id string|hash|url? the own by default
---@return quaternion
function go.get_rotation(id) end

---@param id string|hash|url? the own by default
---@return vector3
function go.get_scale(id) end

---@deprecated use go.get_scale
---@param id string|hash|url? the own by default
---@return vector3
function go.get_scale_vector(id) end

--- The smallest of the three.
---@param id string|hash|url? the own by default
---@return number
function go.get_scale_uniform(id) end

---@param id string|hash|url? the own by default
---@return vector3
function go.get_world_position(id) end

---@param id string|hash|url? the own by default
---@return quaternion
function go.get_world_rotation(id) end

---@param id string|hash|url? the own by default
---@return vector3
function go.get_world_scale(id) end

--- The smallest of the three.
---@param id string|hash|url? the own by default
---@return number
function go.get_world_scale_uniform(id) end

---@param id string|hash|url? the own by default
---@return matrix4
function go.get_world_transform(id) end

---@param position vector3
---@param id string|hash|url? the own by default
function go.set_position(position, id) end

---@param rotation quaternion
---@param id string|hash|url? the own by default
function go.set_rotation(rotation, id) end

---@param scale number|vector3
---@param id string|hash|url? the own by default
function go.set_scale(scale, id) end

---@param scale number|vector3 its z has no effect
---@param id string|hash|url? the own by default
function go.set_scale_xy(scale, id) end

--- Has nothing to do: world transforms are never old here.
---@param id string|hash|url? the own by default
function go.update_world_transform(id) end

---@param position vector3
---@param url string|hash|url
---@return vector3
function go.world_to_local_position(position, url) end

---@param transformation matrix4
---@param url string|hash|url
---@return matrix4
function go.world_to_local_transform(transformation, url) end

---@type integer
go.EASING_LINEAR = 0
---@type integer
go.EASING_INQUAD = 1
---@type integer
go.EASING_OUTQUAD = 2
---@type integer
go.EASING_INOUTQUAD = 3
---@type integer
go.EASING_OUTINQUAD = 4
---@type integer
go.EASING_INCUBIC = 5
---@type integer
go.EASING_OUTCUBIC = 6
---@type integer
go.EASING_INOUTCUBIC = 7
---@type integer
go.EASING_OUTINCUBIC = 8
---@type integer
go.EASING_INQUART = 9
---@type integer
go.EASING_OUTQUART = 10
---@type integer
go.EASING_INOUTQUART = 11
---@type integer
go.EASING_OUTINQUART = 12
---@type integer
go.EASING_INQUINT = 13
---@type integer
go.EASING_OUTQUINT = 14
---@type integer
go.EASING_INOUTQUINT = 15
---@type integer
go.EASING_OUTINQUINT = 16
---@type integer
go.EASING_INSINE = 17
---@type integer
go.EASING_OUTSINE = 18
---@type integer
go.EASING_INOUTSINE = 19
---@type integer
go.EASING_OUTINSINE = 20
---@type integer
go.EASING_INEXPO = 21
---@type integer
go.EASING_OUTEXPO = 22
---@type integer
go.EASING_INOUTEXPO = 23
---@type integer
go.EASING_OUTINEXPO = 24
---@type integer
go.EASING_INCIRC = 25
---@type integer
go.EASING_OUTCIRC = 26
---@type integer
go.EASING_INOUTCIRC = 27
---@type integer
go.EASING_OUTINCIRC = 28
---@type integer
go.EASING_INELASTIC = 29
---@type integer
go.EASING_OUTELASTIC = 30
---@type integer
go.EASING_INOUTELASTIC = 31
---@type integer
go.EASING_OUTINELASTIC = 32
---@type integer
go.EASING_INBACK = 33
---@type integer
go.EASING_OUTBACK = 34
---@type integer
go.EASING_INOUTBACK = 35
---@type integer
go.EASING_OUTINBACK = 36
---@type integer
go.EASING_INBOUNCE = 37
---@type integer
go.EASING_OUTBOUNCE = 38
---@type integer
go.EASING_INOUTBOUNCE = 39
---@type integer
go.EASING_OUTINBOUNCE = 40
---@type integer
go.PLAYBACK_NONE = 0
---@type integer
go.PLAYBACK_ONCE_FORWARD = 1
---@type integer
go.PLAYBACK_ONCE_BACKWARD = 2
---@type integer
go.PLAYBACK_ONCE_PINGPONG = 3
---@type integer
go.PLAYBACK_LOOP_FORWARD = 4
---@type integer
go.PLAYBACK_LOOP_BACKWARD = 5
---@type integer
go.PLAYBACK_LOOP_PINGPONG = 6
