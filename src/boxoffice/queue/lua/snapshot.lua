-- The queue in numbers, the same for everybody. Writes nothing.
-- KEYS  the ten of keys.lua
-- ARGV  1 now ms (0: the server's clock)
-- Outcomes  "unprepared"; or {phase, limit, epoch, serving, calling, last number, waiting, present, inside,
--           admitted in all, measured pace per s (text), now ms}
--@include keys.lua
--@include clock.lua
--@include places.lua
--@include admission.lua
local now = now_ms(ARGV[1])
local policy = read_policy()
if not policy then return {'unprepared'} end
local state = read_state(policy, now)
return {policy.phase, policy.limit, policy.epoch, state.serving, state.calling, state.number,
        redis.call('ZCARD', WAITING), redis.call('ZCOUNT', SEEN, '(' .. now, '+inf'),
        redis.call('ZCOUNT', ACTIVE, '(' .. now, '+inf'),
        tonumber(redis.call('HGET', STATE, 'admitted_total') or 0), string.format('%.6f', pace_per_s(state)), now}
