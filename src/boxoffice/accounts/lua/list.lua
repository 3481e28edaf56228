-- The live sessions of an account.
-- KEYS[1] sessions:{<user>}  HASH session id -> see session.lua; bounded by open.lua
-- ARGV[1] now in ms (0: the server's clock)
-- Outcome: {id, opened ms, used ms, until ms, id, ...} in no order
--@include clock.lua
--@include session.lua
local now = now_ms(ARGV[1])
local found = redis.call('HGETALL', KEYS[1])
local listed = {}
for i = 1, #found, 2 do
    local session = read_session(found[i + 1])
    if session.hash ~= '-' and session.ends > now then
        for _, word in ipairs({found[i], session.opened, session.used, session.ends}) do listed[#listed + 1] = word end
    end
end
return listed
