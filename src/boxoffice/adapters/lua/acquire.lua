-- Take a lock that nobody has, with the next fencing number.
-- KEYS[1] lock:{<name>}         HASH owner (its token), until (ms)
-- KEYS[2] lock:{<name>}:number  STRING the last fencing number that was given out; it never lapses
-- ARGV[1] now in ms (0: the server's clock)  ARGV[2] owner's token  ARGV[3] life in ms
-- ARGV[4] a number that the database has seen: the new one is above it, also where this server has lost its own
-- Outcome: {acquired, fencing number} | {held, ms until it lapses}
--@include clock.lua
local now = now_ms(ARGV[1])
local lock = redis.call('HMGET', KEYS[1], 'owner', 'until')
local left = tonumber(lock[2] or 0) - now
if lock[1] and lock[1] ~= ARGV[2] and left > 0 then return {'held', left} end
local number = math.max(tonumber(redis.call('GET', KEYS[2]) or 0), tonumber(ARGV[4])) + 1
redis.call('SET', KEYS[2], string.format('%.0f', number))
redis.call('HSET', KEYS[1], 'owner', ARGV[2], 'until', string.format('%.0f', now + tonumber(ARGV[3])))
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return {'acquired', number}
