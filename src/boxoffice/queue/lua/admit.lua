-- One tick of admission: ends lapsed sessions and presences, lets in the lowest numbers present, calls further ones.
-- The number inside never passes the limit: it is counted after the sweep and before each batch, in this one script.
-- KEYS  the ten of keys.lua
-- ARGV  1 now ms (0: the server's clock)  2 notice ms  3 how much longer the farthest take  4 and each position
--       5 horizon ms (see calling.lua)
-- Outcomes  "unprepared"; or {"done" | "unfinished", admitted, expired, away, called, fans let in}; unfinished: a bound
--           on the work of one call was reached, and another call goes on at once
--@include keys.lua
--@include clock.lua
--@include history.lua
--@include places.lua
--@include admission.lua
--@include calling.lua
local ADMIT_MOST = 500
local now = now_ms(ARGV[1])
local pacing = {notice_ms = tonumber(ARGV[2]), far_ms = tonumber(ARGV[3]), per_position_ms = tonumber(ARGV[4]),
                horizon_ms = tonumber(ARGV[5])}
local policy = read_policy()
if not policy or policy.history ~= history() then return {'unprepared'} end

local expired = sweep_inside(now)
local lapsed = redis.call('ZRANGEBYSCORE', SEEN, '-inf', now, 'LIMIT', 0, SWEEP_MOST)
for _, fan in ipairs(lapsed) do mark_away(fan, now) end
-- With lapsed presences left, somebody away might be let in: sweep on first.
if #lapsed == SWEEP_MOST then return {'unfinished', 0, expired, #lapsed, 0, {}} end

local state = read_state(policy, now)
-- A clock that jumped back must not stop the bucket until it has caught up.
if state.bucket_ms > now then redis.call('HSET', STATE, 'bucket_ms', now) end
local admitted, fans = 0, {}
local places = math.min(ADMIT_MOST, room(policy, state, now))
if places > 0 then
  local first = redis.call('ZRANGEBYSCORE', READY, '-inf', highest(state, now), 'WITHSCORES', 'LIMIT', 0, places)
  for i = 1, #first, 2 do
    local number = tonumber(first[i + 1])
    -- Those just called report within seconds of each other, in any order. Until their time to report is up, nobody
    -- goes in ahead of a lower number that was called as well: a place waits rather than the order.
    if number > state.judged and absent(state.judged, number) > 0 then break end
    let_in(first[i], number, policy, state, now)
    admitted = admitted + 1
    fans[admitted] = first[i]
  end
  if admitted > 0 then settle(admitted, state, now) end
end

local called = 0
if policy.phase == 'open' then called = call_on(policy, state, now, pacing) end
local unfinished = expired == SWEEP_MOST or admitted == ADMIT_MOST
return {unfinished and 'unfinished' or 'done', admitted, expired, #lapsed, called, fans}
