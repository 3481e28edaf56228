-- Exchange a refresh secret for the next one. One that is not the good one was used before, or stolen:
-- the whole family ends. The session stays, with no good secret, so that each further try is told as reuse too.
-- KEYS[1] sessions:{<user>}  HASH session id -> see session.lua
-- ARGV[1] now in ms (0: the server's clock)  ARGV[2] session id  ARGV[3] hash presented  ARGV[4] next hash
-- ARGV[5] life in ms
-- Outcome: rotated | reused | unknown
--@include clock.lua
--@include session.lua
local now, life = now_ms(ARGV[1]), tonumber(ARGV[5])
local value = redis.call('HGET', KEYS[1], ARGV[2])
local session = value and read_session(value)
if not session or session.ends <= now then return 'unknown' end
if session.hash ~= ARGV[3] then
    session.hash = '-'
    redis.call('HSET', KEYS[1], ARGV[2], written(session))
    return 'reused'
end
session.hash, session.used, session.ends = ARGV[4], now, now + life
redis.call('HSET', KEYS[1], ARGV[2], written(session))
keep_for(KEYS[1], life)
return 'rotated'
