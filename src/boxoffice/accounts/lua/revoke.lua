-- Tell every instance that the access tokens of a session are good no more.
-- KEYS[1] sessions:revoked  ZSET session id -> ms until which an access token of it could live
-- ARGV[1] now in ms (0: the server's clock)  ARGV[2] session id  ARGV[3] for how many ms
-- ARGV[4] channel; the message is "<session id> <until ms>"
-- Outcome: until, in ms, as a string
--@include clock.lua
local now = now_ms(ARGV[1])
local ends = string.format('%.0f', now + tonumber(ARGV[3]))
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now))
redis.call('ZADD', KEYS[1], ends, ARGV[2])
redis.call('PUBLISH', ARGV[4], ARGV[2] .. ' ' .. ends)
return ends
