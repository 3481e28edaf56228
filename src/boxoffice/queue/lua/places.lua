-- What happens to a place: shared by the scripts of the queue. Needs keys.lua and clock.lua.
local LOG_LENGTH = 500000
local SWEEP_MOST = 500

local function read_policy()
  local v = redis.call('HMGET', POLICY, 'phase', 'limit', 'rate_milli', 'session_ttl_ms', 'presence_ttl_ms', 'epoch',
                       'history')
  if not v[1] then return nil end
  return {phase = v[1], limit = tonumber(v[2]), rate_milli = tonumber(v[3]), session_ttl_ms = tonumber(v[4]),
          presence_ttl_ms = tonumber(v[5]), epoch = tonumber(v[6]), history = v[7]}
end

local function write_log(kind, fan, number, now, ...)
  redis.call('XADD', LOG, 'MAXLEN', '~', LOG_LENGTH, '*', 'k', kind, 'f', fan, 'n', number, 'at', now, ...)
end

-- How the fan's last place ended: number (0: never had one) and word.
local function ended_place(fan)
  local ended = redis.call('HGET', ENDED, fan)
  if not ended then return 0, nil end
  local word, number = string.match(ended, '^(%a+):(%d+)$')
  return tonumber(number), word
end

-- The fan reports. Being present already only moves the deadline; `ZADD` says which it was.
local function mark_present(fan, number, policy, now)
  if redis.call('ZADD', SEEN, now + policy.presence_ttl_ms, fan) == 1 then
    redis.call('ZADD', READY, number, fan)
    write_log('present', fan, number, now)
  end
end

local function mark_away(fan, now)
  local number = redis.call('ZSCORE', READY, fan)
  redis.call('ZREM', READY, fan)
  redis.call('ZREM', SEEN, fan)
  write_log('away', fan, number, now)
end

local function drop_waiting(fan)
  redis.call('ZREM', WAITING, fan)
  if redis.call('ZREM', SEEN, fan) == 1 then redis.call('ZREM', READY, fan) end
end

-- A place inside ends: kind is expire, leave or depart; word is what the fan will be told.
local function end_inside(fan, number, kind, word, now)
  redis.call('ZREM', ACTIVE, fan)
  redis.call('HDEL', NUMBERS, fan)
  redis.call('HSET', ENDED, fan, word .. ':' .. number)
  write_log(kind, fan, number, now)
end

-- Sessions past their deadline end. Returns how many; at most SWEEP_MOST a call.
local function sweep_inside(now)
  local lapsed = redis.call('ZRANGEBYSCORE', ACTIVE, '-inf', now, 'LIMIT', 0, SWEEP_MOST)
  for _, fan in ipairs(lapsed) do
    end_inside(fan, redis.call('HGET', NUMBERS, fan), 'expire', 'expired', now)
  end
  return #lapsed
end
