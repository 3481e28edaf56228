-- Shared by sell.lua and mend.lua: the database has sold seats that a hold still covers. Needs seats.lua.
-- Drops every hold that covers a seat of `sold` (a set of numbers); such a hold cannot be paid any more. It looks
-- through all live holds, which only happens after Redis or a process was lost.
local function evict(sold)
  local records = call('HGETALL', DATA)
  for i = 1, #records, 2 do
    local fan, _, _, _, seats = fields(records[i + 1])
    local overlaps = false
    for _, first, last in groups(seats) do
      for no = first, last do overlaps = overlaps or sold[no] end
    end
    if overlaps then drop(records[i], fan, seats) end
  end
end
