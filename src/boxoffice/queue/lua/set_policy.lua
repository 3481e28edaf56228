-- Puts a changed policy in force: the next tick goes by it. Nobody's place changes.
-- KEYS  the ten of keys.lua
-- ARGV  1 now ms (0: the server's clock)  2 phase  3 limit  4 rate_milli  5 session_ttl_ms  6 presence_ttl_ms
--       7 version: of two changes that cross on their way from the database, the later one stays
-- Outcomes  "unprepared"; "set"; "old" (this version or a later one is in force)
--@include keys.lua
--@include clock.lua
--@include places.lua
local now = now_ms(ARGV[1])
local version = redis.call('HGET', POLICY, 'version')
if not version then return 'unprepared' end
if tonumber(version) >= tonumber(ARGV[7]) then return 'old' end
redis.call('HSET', POLICY, 'phase', ARGV[2], 'limit', ARGV[3], 'rate_milli', ARGV[4], 'session_ttl_ms', ARGV[5],
           'presence_ttl_ms', ARGV[6], 'version', ARGV[7])
write_log('policy', '', 0, now, 'limit', ARGV[3], 'rate_milli', ARGV[4], 'phase', ARGV[2])
return 'set'
