-- End sessions: no refresh token of them is good any more. They are remembered until their access tokens are revoked,
-- which is another slot of a cluster; a second try then finds them again.
-- KEYS[1] sessions:{<user>}  HASH session id -> see session.lua; bounded by open.lua
-- ARGV[1] now in ms (0: the server's clock)  ARGV[2...] session ids; none: all of the account
-- Outcome: ids of those that are there
--@include clock.lua
--@include session.lua
local now = now_ms(ARGV[1])
local asked = {unpack(ARGV, 2)}
if #asked == 0 then asked = redis.call('HKEYS', KEYS[1]) end
local ended = {}
for _, id in ipairs(asked) do
    local value = redis.call('HGET', KEYS[1], id)
    local session = value and read_session(value)
    if session and session.ends > now then
        session.hash = '-'
        redis.call('HSET', KEYS[1], id, written(session))
        ended[#ended + 1] = id
    end
end
return ended
