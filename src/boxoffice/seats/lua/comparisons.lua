-- Shared by note.lua and free.lua: how often a comparison with the database has freed seats, and in which epoch.
-- While it stays the same, what is sold here can have become free through free.lua alone. Needs seats.lua.
local function comparisons()
  local meta = call('HMGET', META, 'epoch', 'freeing_comparisons')
  return meta[1] and meta[1] .. ' ' .. (meta[2] or '0')
end
