-- How one session stands in the account's HASH: `<hash> <opened ms> <used ms> <until ms>`; the hash is '-' once the
-- session is ended and only has to be remembered as such.
local function read_session(value)
    local hash, opened, used, ends = string.match(value, '^(%S+) (%d+) (%d+) (%d+)$')
    return {hash = hash, opened = tonumber(opened), used = tonumber(used), ends = tonumber(ends)}
end

local function written(session)
    return string.format('%s %.0f %.0f %.0f', session.hash, session.opened, session.used, session.ends)
end

local function keep_for(key, life)
    -- Never shorter: another session in it may have been given longer.
    if redis.call('PTTL', key) < life then redis.call('PEXPIRE', key, life) end
end
