-- Keep a lock for longer. One that has lapsed is gone, even where nobody has taken it since.
-- KEYS[1] lock:{<name>}  HASH owner, until (ms)
-- ARGV[1] now in ms (0: the server's clock)  ARGV[2] owner's token  ARGV[3] life in ms
-- Outcome: renewed | not_yours
--@include clock.lua
local now = now_ms(ARGV[1])
local lock = redis.call('HMGET', KEYS[1], 'owner', 'until')
if lock[1] ~= ARGV[2] or tonumber(lock[2]) <= now then return 'not_yours' end
redis.call('HSET', KEYS[1], 'until', string.format('%.0f', now + tonumber(ARGV[3])))
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 'renewed'
