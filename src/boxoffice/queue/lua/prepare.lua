-- Gives a queue of which Redis knows nothing its policy and epoch; only if it is still missing.
-- KEYS  the ten of keys.lua
-- ARGV  1 now ms (0: the server's clock)  2 phase  3 limit  4 rate_milli  5 session_ttl_ms  6 presence_ttl_ms
--       7 version  8 epoch  9 number after which this epoch counts on  10 ms for which nobody is let in (0: none)
-- Outcomes  "prepared"; "known" (somebody was faster)
--@include keys.lua
--@include clock.lua
--@include places.lua
local now = now_ms(ARGV[1])
if redis.call('EXISTS', POLICY) == 1 then return 'known' end
redis.call('HSET', POLICY, 'phase', ARGV[2], 'limit', ARGV[3], 'rate_milli', ARGV[4], 'session_ttl_ms', ARGV[5],
           'presence_ttl_ms', ARGV[6], 'version', ARGV[7], 'epoch', ARGV[8])
local number = math.max(tonumber(ARGV[9]), tonumber(redis.call('HGET', STATE, 'number') or 0))
redis.call('HSET', STATE, 'number', number)
redis.call('HSETNX', STATE, 'bucket_micro', 1000000)
redis.call('HSETNX', STATE, 'bucket_ms', now)
if tonumber(ARGV[10]) > 0 then redis.call('HSET', STATE, 'grace_ms', now + tonumber(ARGV[10])) end
write_log('prepare', '', 0, now, 'limit', ARGV[3], 'rate_milli', ARGV[4], 'phase', ARGV[2])
return 'prepared'
