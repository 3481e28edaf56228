-- Shared by hold.lua and best.lua: who may hold, and how a hold is written. Needs seats.lua and history.lua.
local SWEEP_MOST = 100

-- The epoch, unless Redis knows nothing of the performance, or may lack the last of what was held and sold.
local function sure_epoch()
  local meta = call('HMGET', META, 'epoch', 'history')
  return meta[2] == history() and meta[1]
end

-- The refusal that stands before any seat is looked at, or nil.
local function refusal(policy, active, fan, count, seats_per_fan, now)
  local phase = call('HGET', policy, 'phase')
  if phase and phase ~= 'open' and phase ~= 'paused' then return {'closed'} end
  local inside_until = call('ZSCORE', active, fan)
  if not inside_until or tonumber(inside_until) <= now then return {'not_admitted'} end
  sweep(now, SWEEP_MOST)
  local has = tonumber(call('HGET', FAN_SEATS, fan) or 0)
  if has + count > seats_per_fan then return {'limit', has} end
end

local function write_hold(hold, fan, deadline, seats, count)
  occupy(seats)
  call('ZADD', HOLDS, string.format('%.0f', deadline), hold)
  call('HSET', DATA, hold, record_of(fan, 'held', deadline, 0, seats))
  call('HINCRBY', FAN_SEATS, fan, count)
  call('HINCRBY', FAN_HELD, fan, count)
  changed()
end
