-- Shared by unclaim.lua and lapse.lua: a hold that nobody pays any more. Needs seats.lua.
local function settle_back(hold, fan, deadline, seats, now)
  if deadline <= now then
    drop(hold, fan, seats)
    changed()
    return 'lapsed'
  end
  call('ZREM', PAYING, hold)
  call('ZADD', HOLDS, string.format('%.0f', deadline), hold)
  call('HSET', DATA, hold, record_of(fan, 'held', deadline, 0, seats))
  return 'held'
end
