-- Time in ms: the server's own clock, one for all instances; a test hands in its own (any number above 0).
local function now_ms(given)
    local own = tonumber(given)
    if own and own > 0 then return own end
    local t = redis.call('TIME')
    return tonumber(t[1]) * 1000 + math.floor(tonumber(t[2]) / 1000)
end
