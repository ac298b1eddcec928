-- Puts the library together: what the Go side loads first. Each file is given what it needs by name, so
-- that nothing of it can be reached, or replaced, through require or a global.

local native, load_part = ...

local arguments = load_part("arguments", native)
local say = load_part("say")
local chain = load_part("chain", native, arguments)
local format = load_part("format", native, arguments)
local snapshot = load_part("snapshot", format)
local match = load_part("match", native, arguments, chain, format)
local spy = load_part("spy", native, arguments, chain, snapshot, match)
local stub = load_part("stub", native, arguments, spy, match)
local mock = load_part("mock", spy, stub)
load_part("assertions", native, arguments, chain)
local assert_table = load_part("assert", native, arguments, chain, format, say, snapshot)

return {
	globals = { assert = assert_table, spy = spy, stub = stub, mock = mock, match = match },
	-- What specs written for busted require by name.
	modules = {
		["say"] = say,
		["luassert"] = assert_table,
		["luassert.assert"] = assert_table,
		["luassert.spy"] = spy,
		["luassert.stub"] = stub,
		["luassert.mock"] = mock,
		["luassert.match"] = match,
		["busted.runner"] = function() end, -- require("busted.runner")() begins many a spec file
	},
	take_snapshot = snapshot.take,
}
