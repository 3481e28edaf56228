-- Open a session.
-- KEYS[1] session:{<sid>}  HASH user, hash (sha256 of the refresh secret that is good now), until (ms)
-- ARGV[1] now in ms (0: the server's clock)  ARGV[2] user id  ARGV[3] hash  ARGV[4] life in ms
-- Outcome: opened
--@include clock.lua
local now = now_ms(ARGV[1])
local life = tonumber(ARGV[4])
redis.call('HSET', KEYS[1], 'user', ARGV[2], 'hash', ARGV[3], 'until', string.format('%.0f', now + life))
redis.call('PEXPIRE', KEYS[1], life)
return 'opened'
