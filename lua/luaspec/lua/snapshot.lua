-- Snapshots: what spies, stubs and parameters were, to go back to. One is taken around each block, so that
-- a spy made inside an `it` is gone after it.

local format = ...

local M = {}
local spies = {} -- in the order they were made

---@param spy table
function M.add(spy)
	spies[#spies + 1] = spy
end

---@return table snapshot with revert()
function M.take()
	local from = #spies
	local mark = format.mark()
	local reverted = false
	return {
		revert = function()
			if reverted then
				return
			end
			reverted = true
			-- Newest first: two spies on one key then leave what was there before both.
			for i = #spies, from + 1, -1 do
				spies[i]:revert()
				spies[i] = nil
			end
			format.restore(mark)
		end,
	}
end

return M
