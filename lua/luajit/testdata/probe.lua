-- Runs each line of a file of cases and prints what comes of it. The same script
-- runs under LuaJIT and under this Lua; the outputs are compared.
local file = ...

local function show(value)
	if type(value) == "string" then
		return '"' .. value:gsub(": 0x%x+", ": 0x?"):gsub(": builtin#%d+", ": 0x?"):gsub("[%c\128-\255\\]", function(c)
			return ("\\%03d"):format(c:byte())
		end) .. '"'
	elseif type(value) == "number" or type(value) == "boolean" or value == nil then
		return tostring(value)
	end
	return type(value)
end

local function outcome(ok, ...)
	local texts = { ok and "returns" or "raises" }
	for i = 1, select("#", ...) do
		texts[i + 1] = show((select(i, ...)))
	end
	return table.concat(texts, " ")
end

for line in io.lines(file) do
	if line ~= "" and line:sub(1, 2) ~= "--" then
		-- no tail call: those lose the names
		local fn, problem = loadstring("local function keep(...) return ... end return keep(" .. line .. ")", "=case")
		if not fn then
			fn, problem = loadstring(line, "=case")
		end
		if fn then
			print(line .. " --> " .. outcome(pcall(fn)))
		else
			print(line .. " --> is no Lua: " .. problem)
		end
	end
end
