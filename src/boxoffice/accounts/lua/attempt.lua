-- Count an attempt to sign in before the password is looked at, so that guesses made at once count as well.
-- KEYS[1] attempts:{<account>}  HASH count, until (ms: the end of the window)
-- ARGV[1] now in ms (0: the server's clock)  ARGV[2] attempts allowed in a window  ARGV[3] window in ms
-- Outcome: {allowed, 0} | {refused, ms until the window ends}
--@include clock.lua
local now = now_ms(ARGV[1])
local window = redis.call('HMGET', KEYS[1], 'count', 'until')
local ends = tonumber(window[2] or 0)
if ends <= now then
    redis.call('HSET', KEYS[1], 'count', 1, 'until', string.format('%.0f', now + tonumber(ARGV[3])))
    redis.call('PEXPIRE', KEYS[1], ARGV[3])
    return {'allowed', 0}
end
if tonumber(window[1]) >= tonumber(ARGV[2]) then return {'refused', ends - now} end
redis.call('HINCRBY', KEYS[1], 'count', 1)
return {'allowed', 0}
