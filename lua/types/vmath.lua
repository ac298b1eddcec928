---@meta

-- The module vmath, for LuaLS. Nothing here runs.
-- luacheck: no unused args
-- luacheck: globals vmath

vmath = {}

---@class vector3: userdata
---@field x number
---@field y number
---@field z number
---@operator add(vector3): vector3
---@operator sub(vector3): vector3
---@operator mul(number): vector3
---@operator div(number): vector3
---@operator unm: vector3
---@operator concat(any): string

---@class vector4: userdata
---@field x number
---@field y number
---@field z number
---@field w number
---@operator add(vector4): vector4
---@operator sub(vector4): vector4
---@operator mul(number): vector4
---@operator div(number): vector4
---@operator unm: vector4
---@operator concat(any): string

---@class quaternion: userdata
---@field x number
---@field y number
---@field z number
---@field w number
---@operator mul(quaternion): quaternion
---@operator concat(any): string

--- Its elements are m00 to m33, row and column.
---@class matrix4: userdata
---@field c0 vector4
---@field c1 vector4
---@field c2 vector4
---@field c3 vector4
---@operator mul(matrix4): matrix4
---@operator mul(vector4): vector4
---@operator mul(number): matrix4
---@field [string] number

--- As long as the list it was made of.
---@class vector: userdata
---@field [integer] number

---@param list number[]?
---@return vector
function vmath.vector(list) end

---@return vector3
---@overload fun(n: number): vector3
---@overload fun(v: vector3): vector3
---@overload fun(x: number, y: number, z: number): vector3
function vmath.vector3() end

---@return vector4
---@overload fun(n: number): vector4
---@overload fun(v: vector4): vector4
---@overload fun(x: number, y: number, z: number, w: number): vector4
function vmath.vector4() end

---@return quaternion
---@overload fun(q: quaternion): quaternion
---@overload fun(x: number, y: number, z: number, w: number): quaternion
function vmath.quat() end

---@param m matrix4? the identity by default
---@return matrix4
function vmath.matrix4(m) end

---@generic T: number|vector3|vector4
---@param value T
---@param min number|T
---@param max number|T
---@return T
function vmath.clamp(value, min, max) end

---@param q quaternion
---@return quaternion
function vmath.conj(q) end

---@param v1 vector3
---@param v2 vector3
---@return vector3
function vmath.cross(v1, v2) end

---@generic T: vector3|vector4
---@param v1 T
---@param v2 T
---@return number
function vmath.dot(v1, v2) end

---@param m matrix4
---@return matrix4
function vmath.inv(m) end

---@param v vector3|vector4|quaternion
---@return number
function vmath.length(v) end

---@param v vector3|vector4|quaternion
---@return number
function vmath.length_sqr(v) end

---@generic T: number|vector3|vector4|quaternion
---@param t number
---@param from T
---@param to T
---@return T
function vmath.lerp(t, from, to) end

---@generic T: vector3|vector4
---@param v1 T
---@param v2 T
---@return T
function vmath.mul_per_elem(v1, v2) end

---@generic T: vector3|vector4|quaternion
---@param v T
---@return T
function vmath.normalize(v) end

--- Undoes a rotation and a translation.
---@param m matrix4
---@return matrix4
function vmath.ortho_inv(m) end

--- How much of v2 v1 is, along it.
---@param v1 vector3
---@param v2 vector3
---@return number
function vmath.project(v1, v2) end

---@param q quaternion
---@param v vector3
---@return vector3
function vmath.rotate(q, v) end

---@generic T: vector3|vector4|quaternion
---@param t number
---@param from T
---@param to T
---@return T
function vmath.slerp(t, from, to) end

---@param v1 vector3 a unit vector
---@param v2 vector3 a unit vector
---@return quaternion
function vmath.quat_from_to(v1, v2) end

---@param axis vector3 a unit vector
---@param angle number radians
---@return quaternion
function vmath.quat_axis_angle(axis, angle) end

---@param x vector3
---@param y vector3
---@param z vector3
---@return quaternion
function vmath.quat_basis(x, y, z) end

---@param m matrix4
---@return quaternion
function vmath.quat_matrix4(m) end

---@param angle number radians
---@return quaternion
function vmath.quat_rotation_x(angle) end

---@param angle number radians
---@return quaternion
function vmath.quat_rotation_y(angle) end

---@param angle number radians
---@return quaternion
function vmath.quat_rotation_z(angle) end

---@param q quaternion
---@return number x degrees
---@return number y degrees
---@return number z degrees
function vmath.quat_to_euler(q) end

--- Turns around x first, then z, then y.
---@param x number|vector3 degrees
---@param y number?
---@param z number?
---@return quaternion
function vmath.euler_to_quat(x, y, z) end

---@param axis vector3 a unit vector
---@param angle number radians
---@return matrix4
function vmath.matrix4_axis_angle(axis, angle) end

---@param translation vector3|vector4
---@param rotation quaternion
---@param scale vector3
---@return matrix4
function vmath.matrix4_compose(translation, rotation, scale) end

---@deprecated use vmath.matrix4_quat
---@param q quaternion
---@return matrix4
function vmath.matrix4_from_quat(q) end

---@param left number
---@param right number
---@param bottom number
---@param top number
---@param near number
---@param far number
---@return matrix4
function vmath.matrix4_frustum(left, right, bottom, top, near, far) end

---@param eye vector3
---@param look_at vector3
---@param up vector3
---@return matrix4
function vmath.matrix4_look_at(eye, look_at, up) end

---@param left number
---@param right number
---@param bottom number
---@param top number
---@param near number
---@param far number
---@return matrix4
function vmath.matrix4_orthographic(left, right, bottom, top, near, far) end

---@param fov number radians, from top to bottom
---@param aspect number
---@param near number
---@param far number
---@return matrix4
function vmath.matrix4_perspective(fov, aspect, near, far) end

---@param q quaternion
---@return matrix4
function vmath.matrix4_quat(q) end

---@param angle number radians
---@return matrix4
function vmath.matrix4_rotation_x(angle) end

---@param angle number radians
---@return matrix4
function vmath.matrix4_rotation_y(angle) end

---@param angle number radians
---@return matrix4
function vmath.matrix4_rotation_z(angle) end

---@param x number|vector3
---@param y number?
---@param z number?
---@return matrix4
function vmath.matrix4_scale(x, y, z) end

---@param position vector3|vector4
---@return matrix4
function vmath.matrix4_translation(position) end
