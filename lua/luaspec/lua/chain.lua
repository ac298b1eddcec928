-- Chains of words: assert.is_not.equal, assert.are_not_equal and assert.has.no.errors are the same kind of
-- thing, words joined by dots or underscores. Each word is a modifier or names an assertion (for match.…: a matcher).

local native, arguments = ...

local M = {}

-- What was registered, by kind and name.
local registered = { modifier = {}, assertion = {}, matcher = {} }

---@param kind "modifier"|"assertion"|"matcher"
---@param name string
---@param callback function
---@param positive string? key or text of the failure
---@param negative string? key or text of the failure when the assertion was negated
function M.register(kind, name, callback, positive, negative)
	registered[kind] = registered[kind] or {}
	registered[kind][name:lower()] = { name = name:lower(), callback = callback, positive = positive, negative = negative }
end

function M.unregister(kind, name)
	if registered[kind] then
		registered[kind][name:lower()] = nil
	end
end

-- The longest word that is known from tokens[from] on, and the index after it. "called_at_least" is one
-- word, although "called" is one too.
local function word_at(tokens, from, kind)
	for to = #tokens, from, -1 do
		local name = table.concat(tokens, "_", from, to)
		local found = registered[kind][name]
		if found then
			return found, nil, to + 1
		end
		found = registered.modifier[name]
		if found then
			return nil, found, to + 1
		end
	end
	native.misuse("luassert: unknown modifier/" .. kind .. ": '" .. table.concat(tokens, "_", from) .. "'")
end

local function resolve(tokens, kind)
	local target
	local modifiers = {}
	local i = 1
	while i <= #tokens do
		local found, modifier
		found, modifier, i = word_at(tokens, i, kind)
		if found then
			target = found
		else
			modifiers[#modifiers + 1] = modifier
		end
	end
	return target, modifiers
end

---@param kind "assertion"|"matcher"
---@param run fun(state: table, target: table, list: table): ... called at the end of a chain
---@return fun(word: string): table begins a chain
function M.new(kind, run)
	local meta = {}

	function meta.__index(state, key)
		if type(key) ~= "string" then
			return nil
		end
		for token in key:lower():gmatch("[^_]+") do
			state.tokens[#state.tokens + 1] = token
		end
		return state
	end

	function meta.__call(state, ...)
		local target, modifiers = resolve(state.tokens, kind)
		local list = arguments.list(...)
		if target then
			for _, modifier in ipairs(modifiers) do
				modifier.callback(state)
			end
			return run(state, target, list)
		end
		-- A modifier with an argument, such as spy(s): the chain goes on.
		state.tokens = {}
		for _, modifier in ipairs(modifiers) do
			modifier.callback(state, list)
		end
		return state
	end

	return function(word)
		return setmetatable({ mod = true, tokens = {} }, meta)[word]
	end
end

for _, name in ipairs({ "is", "are", "was", "were", "has", "have", "does", "to", "be" }) do
	M.register("modifier", name, function() end)
end

local function negate(state)
	state.mod = not state.mod
end

M.register("modifier", "not", negate)
M.register("modifier", "no", negate)

return M
