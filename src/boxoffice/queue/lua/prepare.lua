-- Gives a queue its policy and epoch where Redis knows nothing of it, or where the server's history is a new one.
-- In a new history, the last numbers and admissions that were told may be missing, but only the last: what is here is
-- older than all that is lost. So it stays, new numbers begin far above the old ones, and for a grace only old ones are
-- let in, in which fans present their tokens.
-- KEYS  the ten of keys.lua
-- ARGV  1 now ms (0: the server's clock)  2 phase  3 limit  4 rate_milli  5 session_ttl_ms  6 presence_ttl_ms
--       7 version  8 epoch  9 number after which this epoch counts on  10 ms of grace where all is lost (0: none)
--       11 ms of grace in a new history, at least  12 ms more for each fan who waits; at most 10
-- Outcomes  "prepared"; "known" (somebody was faster)
--@include keys.lua
--@include clock.lua
--@include history.lua
--@include places.lua
local now, own, before = now_ms(ARGV[1]), history(), tonumber(ARGV[9])
local grace_ms, grace_after = tonumber(ARGV[10]), 0
local known = redis.call('HMGET', POLICY, 'epoch', 'history', 'version')
if known[1] then
  if known[2] == own then return 'known' end
  -- An epoch that is not newer was read before somebody else's. Before the sale opens there is none, and no number.
  if ARGV[2] ~= 'scheduled' and tonumber(ARGV[8]) <= tonumber(known[1]) then return 'known' end
  grace_ms = math.min(grace_ms, tonumber(ARGV[11]) + tonumber(ARGV[12]) * redis.call('ZCARD', WAITING))
  grace_after = before
end
if not known[1] or tonumber(known[3]) <= tonumber(ARGV[7]) then
  redis.call('HSET', POLICY, 'phase', ARGV[2], 'limit', ARGV[3], 'rate_milli', ARGV[4], 'session_ttl_ms', ARGV[5],
             'presence_ttl_ms', ARGV[6], 'version', ARGV[7])
end
redis.call('HSET', POLICY, 'epoch', ARGV[8], 'history', own)
local number = math.max(before, tonumber(redis.call('HGET', STATE, 'number') or 0))
redis.call('HSET', STATE, 'number', number)
redis.call('HSETNX', STATE, 'bucket_micro', 1000000)
redis.call('HSETNX', STATE, 'bucket_ms', now)
if grace_ms > 0 then
  -- A grace for everybody that still runs is not cut short.
  local runs, after = tonumber(redis.call('HGET', STATE, 'grace_ms') or 0), redis.call('HGET', STATE, 'grace_after')
  if now < runs then grace_after = tonumber(after or 0) end
  redis.call('HSET', STATE, 'grace_ms', math.max(now + grace_ms, runs), 'grace_after', grace_after)
end
-- In force may be a later policy, which was told while this one was on its way.
local in_force = redis.call('HMGET', POLICY, 'limit', 'rate_milli', 'phase')
write_log('prepare', '', 0, now, 'limit', in_force[1], 'rate_milli', in_force[2], 'phase', in_force[3])
return 'prepared'
