-- Tell every instance that the access tokens of sessions are good no more.
-- KEYS[1] sessions:revoked  ZSET session id -> ms until which an access token of it could live
-- ARGV[1] now in ms (0: the server's clock)  ARGV[2] for how many ms
-- ARGV[3] channel; each message is "<session id> <until ms>"  ARGV[4...] session ids, at most those of an account
-- Outcome: until, in ms, as a string
--@include clock.lua
local now = now_ms(ARGV[1])
local ends = string.format('%.0f', now + tonumber(ARGV[2]))
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now))
for i = 4, #ARGV do
    redis.call('ZADD', KEYS[1], ends, ARGV[i])
    redis.call('PUBLISH', ARGV[3], ARGV[i] .. ' ' .. ends)
end
return ends
