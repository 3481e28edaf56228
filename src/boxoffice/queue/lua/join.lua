-- Gives a fan a place, the one they have, or lets them in at once when nobody waits and there is room.
-- KEYS  the ten of keys.lua
-- ARGV  1 now ms (0: the server's clock)  2 fan
--       3 number from a queue token that the fan presents (0: none). It is honoured when Redis has no place of the
--         fan's, or only a later one, and has not seen the end of that one: the place was lost, and the token is the
--         proof of it.
-- Outcomes  "unprepared"; "closed"; or a place (place_reply.lua) "waiting" or "admitted", repeated 1 when had before
--@include keys.lua
--@include clock.lua
--@include history.lua
--@include places.lua
--@include admission.lua
--@include place_reply.lua
local now, fan, presented = now_ms(ARGV[1]), ARGV[2], tonumber(ARGV[3])
local policy = read_policy()
if not policy or policy.history ~= history() then return {'unprepared'} end
if policy.phase ~= 'open' and policy.phase ~= 'paused' then return {'closed'} end

local deadline = redis.call('ZSCORE', ACTIVE, fan)
if deadline then
  local number = tonumber(redis.call('HGET', NUMBERS, fan))
  if tonumber(deadline) > now then
    return place_reply('admitted', fan, number, tonumber(deadline), policy, now, 1)
  end
  end_inside(fan, number, 'expire', 'expired', now)
end

local front = read_front(now)
local number = tonumber(redis.call('ZSCORE', WAITING, fan) or nil)
if number then
  if presented > 0 and presented < number and presented > (ended_place(fan)) then
    -- The place was lost, and the fan joined from elsewhere before the token came: the older number stands.
    if redis.call('ZSCORE', READY, fan) then mark_away(fan, now) end
    redis.call('ZADD', WAITING, presented, fan)
    number = presented
  end
  if number <= front.calling then mark_present(fan, number, policy, now) end
  return place_reply('waiting', fan, number, 0, policy, now, 1, front)
end

if presented > 0 and presented > (ended_place(fan)) then
  number = presented
  local last = tonumber(redis.call('HGET', STATE, 'number') or 0)
  if number > last then redis.call('HSET', STATE, 'number', number) end
else
  number = redis.call('HINCRBY', STATE, 'number', 1)
end

if redis.call('ZCARD', WAITING) == 0 then
  sweep_inside(now)
  local state = read_state(policy, now)
  if (now >= state.grace_ms or number <= state.grace_after) and room(policy, state, now) > 0 then
    write_log('present', fan, number, now)
    deadline = let_in(fan, number, policy, state, now)
    settle(1, state, now)
    return place_reply('admitted', fan, number, deadline, policy, now, 0)
  end
end
redis.call('ZADD', WAITING, number, fan)
if number <= front.calling then mark_present(fan, number, policy, now) end
return place_reply('waiting', fan, number, 0, policy, now, 0, front)
