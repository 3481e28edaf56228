-- Exchange a refresh secret for the next one. One that is not the good one was used before, or stolen:
-- the whole family ends. The session stays, with no good secret, so that each further try is told as reuse too.
-- KEYS[1] session:{<sid>}  HASH user, hash, until (ms)
-- ARGV[1] now in ms (0: the server's clock)  ARGV[2] hash presented  ARGV[3] next hash  ARGV[4] life in ms
-- Outcome: rotated | reused | unknown
--@include clock.lua
local now = now_ms(ARGV[1])
local session = redis.call('HMGET', KEYS[1], 'hash', 'until')
if not session[1] or tonumber(session[2]) <= now then return 'unknown' end
if session[1] ~= ARGV[2] then
    redis.call('HSET', KEYS[1], 'hash', '')
    return 'reused'
end
local life = tonumber(ARGV[4])
redis.call('HSET', KEYS[1], 'hash', ARGV[3], 'until', string.format('%.0f', now + life))
redis.call('PEXPIRE', KEYS[1], life)
return 'rotated'
