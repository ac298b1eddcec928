-- vmath: vectors, quaternions and matrices, of 32-bit floats.

local PI = 3.141592653

--- Compares each component.
local function near(expected, got)
	assert.equal(#expected, #got)
	for i, value in ipairs(expected) do
		assert.near(value, got[i], 1e-5)
	end
end

local function xyz(v)
	return { v.x, v.y, v.z }
end

local function xyzw(v)
	return { v.x, v.y, v.z, v.w }
end

--- A matrix, row by row.
local function rows(m)
	local list = {}
	for row = 0, 3 do
		for column = 0, 3 do
			list[#list + 1] = m["m" .. row .. column]
		end
	end
	return list
end

local function raises(text, fn, ...)
	local ok, err = pcall(fn, ...)
	assert.is_false(ok)
	assert.truthy(tostring(err):find(text, 1, true), err)
end

describe("vmath's vectors", function()
	it("are made of nothing, a number, components or another one", function()
		assert.same({ 0, 0, 0 }, xyz(vmath.vector3()))
		assert.same({ 2, 2, 2 }, xyz(vmath.vector3(2)))
		assert.same({ 1, 2, 3 }, xyz(vmath.vector3(1, 2, 3)))
		assert.same({ 0, 0, 0, 0 }, xyzw(vmath.vector4()))
		assert.same({ 2, 2, 2, 2 }, xyzw(vmath.vector4(2)))
		assert.same({ 1, 2, 3, 4 }, xyzw(vmath.vector4(1, 2, 3, 4)))
		local v = vmath.vector3(1, 2, 3)
		local copy = vmath.vector3(v)
		copy.x = 9
		assert.equal(1, v.x)
		assert.equal(9, copy.x)
	end)

	it("have 32-bit components", function()
		assert.near(0.1, vmath.vector3(0.1).x, 1e-8)
		assert.not_equal(0.1, vmath.vector3(0.1).x)
		assert.equal(16777216, vmath.vector3(16777217).x)
	end)

	it("add, subtract, scale and negate", function()
		local a, b = vmath.vector3(1, 2, 3), vmath.vector3(10, 20, 30)
		assert.same({ 11, 22, 33 }, xyz(a + b))
		assert.same({ 9, 18, 27 }, xyz(b - a))
		assert.same({ 2, 4, 6 }, xyz(a * 2))
		assert.same({ 2, 4, 6 }, xyz(2 * a))
		assert.same({ 5, 10, 15 }, xyz(b / 2))
		assert.same({ -1, -2, -3 }, xyz(-a))
		assert.same({ 1, 2, 3 }, xyz(a))
		assert.same({ 2, 4, 6, 8 }, xyzw(vmath.vector4(1, 2, 3, 4) * 2))
	end)

	it("equal by their components", function()
		assert.is_true(vmath.vector3(1, 2, 3) == vmath.vector3(1, 2, 3))
		assert.is_false(vmath.vector3(1, 2, 3) == vmath.vector3(1, 2, 4))
		assert.is_false(vmath.vector4(1) == vmath.quat(1, 1, 1, 1))
		assert.is_false(vmath.vector3(1) == nil)
	end)

	it("print as Defold's", function()
		assert.equal("vmath.vector3(1, 2.5, -3)", tostring(vmath.vector3(1, 2.5, -3)))
		assert.equal("vmath.vector3(0.10000000149012, 1.0000000200409e+20, inf)", tostring(vmath.vector3(0.1, 1e20, 1e300)))
		assert.equal("vmath.vector4(1, 2, 3, 4)", tostring(vmath.vector4(1, 2, 3, 4)))
		assert.equal("at vmath.vector3(1.000000, 2.000000, 3.000000)", "at " .. vmath.vector3(1, 2, 3))
		assert.equal("userdata", type(vmath.vector3()))
	end)

	it("have no other components, and take numbers alone", function()
		local v = vmath.vector3()
		raises("vmath.vector3 only has fields x, y, z, not 'w'", function()
			return v.w
		end)
		raises("vmath.vector3 only has fields x, y, z, not 'red'", function()
			v.red = 1
		end)
		raises("(number expected, got nil)", function()
			v.x = nil
		end)
		raises("bad argument #2 to '__add' (vector3 expected, got vector4)", function()
			return v + vmath.vector4()
		end)
		raises("bad argument #2 to '__mul' (number expected, got vector3)", function()
			return v * v
		end)
		raises("bad argument #1 to 'vector3' (vector3 expected, got string)", vmath.vector3, "x")
		raises("bad argument #3 to 'vector3' (number expected, got no value)", vmath.vector3, 1, 2)
	end)

	it("have length, dot, cross, normalize and project", function()
		local v = vmath.vector3(3, 4, 0)
		assert.equal(5, vmath.length(v))
		assert.equal(25, vmath.length_sqr(v))
		assert.equal(11, vmath.dot(v, vmath.vector3(1, 2, 3)))
		assert.equal(10, vmath.dot(vmath.vector4(1, 2, 3, 4), vmath.vector4(1)))
		assert.same({ 0, 0, 1 }, xyz(vmath.cross(vmath.vector3(1, 0, 0), vmath.vector3(0, 1, 0))))
		near({ 0.6, 0.8, 0 }, xyz(vmath.normalize(v)))
		assert.equal(2, vmath.length(vmath.vector4(1)))
		near({ 0.5, 0.5, 0.5, 0.5 }, xyzw(vmath.normalize(vmath.vector4(3))))
		assert.equal(0.5, vmath.project(vmath.vector3(1, 1, 0), vmath.vector3(2, 0, 0)))
		assert.same({ 4, 10, 18 }, xyz(vmath.mul_per_elem(vmath.vector3(1, 2, 3), vmath.vector3(4, 5, 6))))
		raises("bad argument #1 to 'length' (vector3, vector4 or quat expected, got number)", vmath.length, 5)
		raises("bad argument #2 to 'dot' (vector3 expected, got vector4)", vmath.dot, v, vmath.vector4())
		raises("bad argument #1 to 'dot' (vector3 or vector4 expected, got quat)", vmath.dot, vmath.quat(), vmath.quat())
		raises("bad argument #2 to 'cross' (vector3 expected, got nil)", vmath.cross, v, nil)
		raises("bad argument #2 to 'project'", vmath.project, v, vmath.vector3())
	end)

	it("lerp, slerp and clamp", function()
		assert.equal(2.5, vmath.lerp(0.25, 2, 4))
		near({ 5, 10, 15 }, xyz(vmath.lerp(0.5, vmath.vector3(), vmath.vector3(10, 20, 30))))
		near({ 2, 2, 2, 2 }, xyzw(vmath.lerp(2, vmath.vector4(), vmath.vector4(1))))
		local half = math.sqrt(0.5)
		near({ half, half, 0 }, xyz(vmath.slerp(0.5, vmath.vector3(1, 0, 0), vmath.vector3(0, 1, 0))))
		near({ 3 * half, 3 * half, 0 }, xyz(vmath.slerp(0.5, vmath.vector3(2, 0, 0), vmath.vector3(0, 4, 0))))
		assert.equal(89, vmath.clamp(56, 89, 134))
		assert.same({ 2, 5, 8 }, xyz(vmath.clamp(vmath.vector3(1, 5, 9), 2, 8)))
		assert.same({ 1, 4, 8 }, xyz(vmath.clamp(vmath.vector3(1, 5, 9), vmath.vector3(0), vmath.vector3(3, 4, 8))))
		raises("bad argument #3 to 'lerp' (vector3 expected, got number)", vmath.lerp, 1, vmath.vector3(), 2)
		raises("bad argument #1 to 'clamp' (number, vector3 or vector4 expected, got nil)", vmath.clamp, nil, 1, 2)
	end)

	it("may be as long as a list", function()
		local v = vmath.vector({ 0, 0.5, "x", 2 })
		assert.equal(4, #v)
		assert.equal(0.5, v[2])
		assert.equal(0, v[3])
		v[1] = 7
		assert.equal(7, v[1])
		assert.equal("vmath.vector (size: 4)", tostring(v))
		assert.equal(0, #vmath.vector())
		raises("vmath.vector only has valid indices between 1 and 4, not '5'", function()
			return v[5]
		end)
		raises("bad argument #1 to 'vector' (table expected, got number)", vmath.vector, 5)
	end)
end)

describe("vmath's quaternions", function()
	it("are no rotation at first", function()
		assert.same({ 0, 0, 0, 1 }, xyzw(vmath.quat()))
		assert.same({ 1, 2, 3, 4 }, xyzw(vmath.quat(vmath.quat(1, 2, 3, 4))))
		assert.equal("vmath.quat(0, 0, 0, 1)", tostring(vmath.quat()))
		raises("bad argument #1 to 'quat' (quat expected, got number)", vmath.quat, 1)
	end)

	it("turn vectors", function()
		local v = vmath.vector3(1, 1, 0)
		near({ 1, -1, 0 }, xyz(vmath.rotate(vmath.quat_rotation_x(PI), v)))
		near({ -1, 1, 0 }, xyz(vmath.rotate(vmath.quat_rotation_y(PI), v)))
		near({ -1, -1, 0 }, xyz(vmath.rotate(vmath.quat_rotation_z(PI), v)))
		near({ -1, 1, 0 }, xyz(vmath.rotate(vmath.quat_rotation_z(PI / 2), v)))
		near({ 0, 1, 1 }, xyz(vmath.rotate(vmath.quat_axis_angle(vmath.vector3(0, 1, 0), -PI / 2), v)))
		local turn = vmath.quat_from_to(vmath.vector3(1, 0, 0), vmath.vector3(0, 1, 0))
		near({ 0, 1, 0 }, xyz(vmath.rotate(turn, vmath.vector3(1, 0, 0))))
		raises("bad argument #1 to 'rotate' (quat expected, got vector3)", vmath.rotate, v, v)
	end)

	it("multiply, the right one first", function()
		local x, z = vmath.quat_rotation_x(PI / 2), vmath.quat_rotation_z(PI / 2)
		near({ 0, 0, 1 }, xyz(vmath.rotate(x * z, vmath.vector3(1, 0, 0))))
		near({ 0, 1, 0 }, xyz(vmath.rotate(z * x, vmath.vector3(1, 0, 0))))
		near({ 0, 0, 0, 1 }, xyzw(x * vmath.conj(x)))
	end)

	it("slerp at a constant speed, the short way", function()
		local a, b = vmath.quat(), vmath.quat_rotation_z(PI / 2)
		near(xyzw(vmath.quat_rotation_z(PI / 8)), xyzw(vmath.slerp(0.25, a, b)))
		local minus = vmath.quat(-b.x, -b.y, -b.z, -b.w)
		local turned = vmath.rotate(vmath.slerp(0.5, a, minus), vmath.vector3(1, 0, 0))
		near({ math.cos(PI / 4), math.sin(PI / 4), 0 }, xyz(turned))
		near({ 0, 0, 0, 1 }, xyzw(vmath.slerp(0.5, a, vmath.quat())))
	end)

	it("come of a basis and of a matrix", function()
		local half = math.sqrt(0.5)
		local basis = vmath.quat_basis(vmath.vector3(0, -1, 0), vmath.vector3(1, 0, 0), vmath.vector3(0, 0, 1))
		near({ 0, 0, -half, half }, xyzw(basis))
		for _, q in ipairs({
			vmath.quat_rotation_x(3), vmath.quat_rotation_y(3), vmath.quat_rotation_z(3), vmath.quat_rotation_z(0.5),
			vmath.quat_rotation_x(2) * vmath.quat_rotation_y(1) * vmath.quat_rotation_z(0.3),
		}) do
			near(xyzw(q), xyzw(vmath.quat_matrix4(vmath.matrix4_quat(q))))
		end
	end)

	it("come of degrees and go to them, around x, then z, then y", function()
		near(xyzw(vmath.quat_rotation_y(PI / 2) * vmath.quat_rotation_z(PI / 6) * vmath.quat_rotation_x(PI / 4)),
			xyzw(vmath.euler_to_quat(45, 90, 30)))
		near(xyzw(vmath.euler_to_quat(10, 20, 30)), xyzw(vmath.euler_to_quat(vmath.vector3(10, 20, 30))))
		for _, degrees in ipairs({ { 10, 20, 30 }, { -70, 100, 80 }, { 0, 0, 170 }, { 0, -150, 0 }, { 120, 0, 0 }, { 0, 0, 0 } }) do
			local got = { vmath.quat_to_euler(vmath.euler_to_quat(unpack(degrees))) }
			for i = 1, 3 do
				assert.near(degrees[i], got[i], 0.01)
			end
		end
		for _, upright in ipairs({ 90, -90 }) do
			local x, y, z = vmath.quat_to_euler(vmath.euler_to_quat(0, 40, upright))
			assert.near(0, x, 0.1)
			assert.near(40, y, 0.1)
			assert.near(upright, z, 0.1)
		end
		raises("bad argument #1 to 'euler_to_quat' (vector3 or number expected, got string)", vmath.euler_to_quat, "x")
	end)
end)

describe("vmath's matrices", function()
	it("have elements and columns", function()
		local m = vmath.matrix4()
		assert.same({ 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1 }, rows(m))
		m.m21 = 5
		assert.equal(5, m.c1.z)
		m.c3 = vmath.vector4(1, 2, 3, 4)
		assert.equal(2, m.m13)
		assert.equal("vmath.matrix4(1, 0, 0, 1, 0, 1, 0, 2, 0, 5, 1, 3, 0, 0, 0, 4)", tostring(m))
		assert.is_true(vmath.matrix4(m) == m)
		assert.is_false(vmath.matrix4() == m)
		raises("vmath.matrix4 only has fields c0 to c3 and m00 to m33, not 'm44'", function()
			return m.m44
		end)
		raises("(vector4 expected, got vector3)", function()
			m.c0 = vmath.vector3()
		end)
	end)

	it("multiply numbers, vectors and matrices", function()
		local move, turn = vmath.matrix4_translation(vmath.vector3(10, 20, 30)), vmath.matrix4_rotation_z(PI / 2)
		local v = vmath.vector4(1, 0, 0, 1)
		near({ 11, 20, 30, 1 }, xyzw(move * v))
		near({ 0, 1, 0, 1 }, xyzw(turn * v))
		near({ 10, 21, 30, 1 }, xyzw(move * turn * v))
		near({ -20, 11, 30, 1 }, xyzw(turn * move * v))
		assert.equal(2, (vmath.matrix4() * 2).m33)
		assert.equal(2, (2 * vmath.matrix4()).m33)
		raises("bad argument #2 to '__mul' (matrix4, vector4 or number expected, got vector3)", function()
			return move * vmath.vector3()
		end)
	end)

	it("turn as quaternions do", function()
		for name, axis in pairs({ x = vmath.vector3(1, 0, 0), y = vmath.vector3(0, 1, 0), z = vmath.vector3(0, 0, 1) }) do
			local q = vmath["quat_rotation_" .. name](0.7)
			near(rows(vmath.matrix4_quat(q)), rows(vmath["matrix4_rotation_" .. name](0.7)))
			near(rows(vmath.matrix4_from_quat(q)), rows(vmath.matrix4_axis_angle(axis, 0.7)))
		end
		local axis = vmath.normalize(vmath.vector3(1, 2, 3))
		near(rows(vmath.matrix4_quat(vmath.quat_axis_angle(axis, 1.1))), rows(vmath.matrix4_axis_angle(axis, 1.1)))
	end)

	it("are undone by their inverse", function()
		local identity = rows(vmath.matrix4())
		local rigid = vmath.matrix4_translation(vmath.vector4(1, 2, 3, 9)) * vmath.matrix4_rotation_x(0.4) * vmath.matrix4_rotation_y(1)
		near(identity, rows(rigid * vmath.ortho_inv(rigid)))
		near(rows(vmath.ortho_inv(rigid)), rows(vmath.inv(rigid)))
		local general = vmath.matrix4_perspective(1, 1.5, 0.5, 100) * rigid
		near(identity, rows(vmath.inv(general) * general))
		local swapped = vmath.matrix4()
		swapped.c0, swapped.c1 = swapped.c1, swapped.c0
		near(rows(swapped), rows(vmath.inv(swapped)))
	end)

	it("scale and compose", function()
		near({ 2, 3, 4, 1 }, xyzw(vmath.matrix4_scale(vmath.vector3(2, 3, 4)) * vmath.vector4(1)))
		near({ 5, 5, 5, 1 }, xyzw(vmath.matrix4_scale(5) * vmath.vector4(1)))
		near({ 2, 3, 4, 1 }, xyzw(vmath.matrix4_scale(2, 3, 4) * vmath.vector4(1)))
		local composed = vmath.matrix4_compose(vmath.vector3(10, 0, 0), vmath.quat_rotation_z(PI / 2), vmath.vector3(2, 1, 1))
		near({ 10, 2, 0, 1 }, xyzw(composed * vmath.vector4(1, 0, 0, 1)))
		local odd = vmath.matrix4_compose(vmath.vector3(103, -95, 14), vmath.quat(1, 2, 3, 4), vmath.vector3(1, 0.5, 0.5))
		assert.equal("vmath.matrix4(-25, -10, 11, 103, 28, -9.5, 2, -95, -10, 10, -4.5, 14, 0, 0, 0, 1)", tostring(odd))
		raises("bad argument #1 to 'matrix4_scale' (vector3 or number expected, got nil)", vmath.matrix4_scale, nil)
	end)

	it("project", function()
		local function corner(m, x, y, z)
			local v = m * vmath.vector4(x, y, z, 1)
			return { v.x / v.w, v.y / v.w, v.z / v.w }
		end
		local flat = vmath.matrix4_orthographic(0, 640, 0, 480, -1, 1)
		near({ -1, -1, 1 }, corner(flat, 0, 0, -1))
		near({ 1, 1, -1 }, corner(flat, 640, 480, 1))
		local deep = vmath.matrix4_frustum(-1, 1, -1, 1, 1, 1000)
		near({ 1, 1, -1 }, corner(deep, 1, 1, -1))
		near({ 1, 1, 1 }, corner(deep, 1000, 1000, -1000))
		near({ 0, 1, -1 }, corner(vmath.matrix4_perspective(PI / 2, 4 / 3, 1, 1000), 0, 1, -1))
		near({ 0, 0, 1 }, corner(vmath.matrix4_perspective(PI / 2, 4 / 3, 1, 1000), 0, 0, -1000))
		local view = vmath.matrix4_look_at(vmath.vector3(0, 0, 100), vmath.vector3(), vmath.vector3(0, 1, 0))
		near({ 1, 2, -100 }, corner(view, 1, 2, 0))
		local side = vmath.matrix4_look_at(vmath.vector3(10, 0, 0), vmath.vector3(), vmath.vector3(0, 1, 0))
		near({ 0, 0, -10 }, corner(side, 0, 0, 0))
		near({ 1, 0, -10 }, corner(side, 0, 0, -1))
	end)
end)
