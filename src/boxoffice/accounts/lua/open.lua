-- Open a session. Where the account has as many as it may, the one used longest ago ends; those that have ended by
-- themselves go first.
-- KEYS[1] sessions:{<user>}  HASH session id -> see session.lua; at most ARGV[5] of them
-- ARGV[1] now in ms (0: the server's clock)  ARGV[2] session id  ARGV[3] sha256 of the refresh secret
-- ARGV[4] life in ms  ARGV[5] most sessions of an account
-- Outcome: ids of the sessions that had to end
--@include clock.lua
--@include session.lua
local now, life, most = now_ms(ARGV[1]), tonumber(ARGV[4]), tonumber(ARGV[5])
local found = redis.call('HGETALL', KEYS[1])
local live = {}
for i = 1, #found, 2 do
    local session = read_session(found[i + 1])
    if session.ends <= now then
        redis.call('HDEL', KEYS[1], found[i])
    else
        live[#live + 1] = {id = found[i], used = session.hash == '-' and 0 or session.used, dead = session.hash == '-'}
    end
end
table.sort(live, function(a, b) return a.used < b.used or (a.used == b.used and a.id < b.id) end)
local ended = {}
for i = 1, #live - most + 1 do
    redis.call('HDEL', KEYS[1], live[i].id)
    if not live[i].dead then ended[#ended + 1] = live[i].id end
end
redis.call('HSET', KEYS[1], ARGV[2], written({hash = ARGV[3], opened = now, used = now, ends = now + life}))
keep_for(KEYS[1], life)
return ended
