-- Letting fans in: shared by admit and join. Needs places.lua.
local MICRO = 1000000
local PACE_MS = 20000

-- `pace` is an exponentially decaying count of admissions; divided by PACE_MS it is the speed.
local function faded(pace, at, now)
  if not pace then return 0 end
  return tonumber(pace) * math.exp(-math.max(0, now - tonumber(at)) / PACE_MS)
end

-- The numbers of `state` that admission needs, with the token bucket and the measured pace brought up to `now`.
-- The bucket counts millionths of an admission in whole numbers, so the rate is kept exactly. It holds one second's
-- worth, but at least one admission, or a rate below 1/s could never be used, and what comes in within a quarter of a
-- second, or whatever ran over between the moment when it is full and the next tick would be lost. As many as may go
-- in at once are so never more than one second's worth (or one). A clock that jumped back gains nothing.
local function read_state(policy, now)
  local v = redis.call('HMGET', STATE, 'number', 'serving', 'calling', 'grace_ms', 'bucket_micro', 'bucket_ms',
                       'pace', 'pace_ms', 'judged', 'stride', 'grace_after')
  local state = {number = tonumber(v[1]) or 0, serving = tonumber(v[2]) or 0, calling = tonumber(v[3]) or 0,
                 grace_ms = tonumber(v[4]) or 0, bucket = tonumber(v[5]) or 0, judged = tonumber(v[9]) or 0,
                 stride = tonumber(v[10]) or 1, grace_after = tonumber(v[11]) or 0, bucket_ms = tonumber(v[6]) or now}
  if policy.rate_milli > 0 then
    local gained = math.max(0, now - state.bucket_ms) * policy.rate_milli
    local most = math.max(policy.rate_milli * 1000, MICRO + policy.rate_milli * 250)
    state.bucket = math.min(most, state.bucket + gained)
  end
  state.pace = faded(v[7], v[8], now)
  return state
end

-- As much of the state as it takes to answer a fan who waits: asked most often, so kept small.
local function read_front(now)
  local v = redis.call('HMGET', STATE, 'calling', 'pace', 'pace_ms')
  return {calling = tonumber(v[1]) or 0, pace = faded(v[2], v[3], now)}
end

local function pace_per_s(state)
  return state.pace * 1000 / PACE_MS
end

-- The highest number that may go in now. While Redis is being told what it has lost, whoever could be behind somebody
-- who has not come back yet has to wait.
local function highest(state, now)
  return now < state.grace_ms and state.grace_after or '+inf'
end

-- How many may be let in at this moment. Counts every member of `active`: sweep first.
local function room(policy, state, now)
  if policy.phase ~= 'open' then return 0 end
  local places = policy.limit - redis.call('ZCARD', ACTIVE)
  if policy.rate_milli > 0 then places = math.min(places, math.floor(state.bucket / MICRO)) end
  return math.max(0, places)
end

-- Lets one fan in who is present. Call only within `room`. Returns the deadline.
local function let_in(fan, number, policy, state, now)
  local deadline = now + policy.session_ttl_ms
  drop_waiting(fan)
  redis.call('ZADD', ACTIVE, deadline, fan)
  redis.call('HSET', NUMBERS, fan, number)
  write_log('admit', fan, number, now, 'inside', redis.call('ZCARD', ACTIVE), 'limit', policy.limit)
  if policy.rate_milli > 0 then state.bucket = state.bucket - MICRO end
  state.pace = state.pace + 1
  if number > state.serving then state.serving = number end
  return deadline
end

-- Writes down what `let_in` changed, once for all whom one call let in.
local function settle(admitted, state, now)
  redis.call('HINCRBY', STATE, 'admitted_total', admitted)
  redis.call('HSET', STATE, 'serving', state.serving, 'bucket_micro', state.bucket, 'bucket_ms', now,
             'pace', string.format('%.9g', state.pace), 'pace_ms', now)
end
